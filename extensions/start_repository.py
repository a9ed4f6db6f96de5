"""Task: make the new project a git repository on its default branch, unless it lies in one. Nothing is committed.

python start_repository.py BRANCH
"""

from __future__ import annotations

import subprocess
import sys


def lies_in_a_repository() -> bool:
    """Say whether the current folder is inside a git work tree."""
    answer = subprocess.run(["git", "rev-parse", "--is-inside-work-tree"], capture_output=True, text=True, check=False)
    return answer.stdout.strip() == "true"


def main(branch: str) -> None:
    """Start the repository; without git the project is whole all the same, so say it and go on."""
    try:
        if not lies_in_a_repository():
            subprocess.run(["git", "init", "--quiet", f"--initial-branch={branch}"], check=True)
    except (OSError, subprocess.CalledProcessError):
        print(f"git could not start a repository here; later run: git init --initial-branch={branch}", file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1])
