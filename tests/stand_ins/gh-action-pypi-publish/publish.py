"""What the publish action, the token exchange and the index do, as far as a workflow can get it wrong.

The job must be one that GitHub gives an identity token, and must name an environment (https://docs.pypi.org/trusted-publishers/).
The index refuses local versions, and files that it has unless they are skipped (https://pypi.org/help/#file-name-reuse).
"""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import yaml
from packaging.utils import parse_sdist_filename, parse_wheel_filename
from packaging.version import Version

INDEXES = {
    "https://upload.pypi.org/legacy/": "PYPI_ADDRESS",
    "https://test.pypi.org/legacy/": "TESTPYPI_ADDRESS",
}


def version_of(file: Path) -> Version:
    """Return the version in a distribution file's name."""
    parse = parse_wheel_filename if file.suffix == ".whl" else parse_sdist_filename
    return parse(file.name)[1]


def check_identity(job: dict[str, object]) -> None:
    """Refuse a job that could not get a token from the index."""
    permissions = job.get("permissions")
    if not isinstance(permissions, dict) or permissions.get("id-token") != "write":
        sys.exit("the job has no id-token: write, so there is no identity token")
    if not job.get("environment"):
        sys.exit("invalid-publisher: the job names no environment")


def has(index: str, file: Path) -> bool:
    """Say whether the index has a file of this name."""
    project = file.name.split("-")[0].replace("_", "-").lower()
    try:
        with urllib.request.urlopen(f"{index}/simple/{project}/", timeout=30) as page:
            return f">{file.name}<" in page.read().decode()
    except urllib.error.HTTPError:
        return False


def main() -> None:
    """Publish the files of the job's folder."""
    workflow = yaml.safe_load(Path(os.environ["WORKFLOW"]).read_text(encoding="utf-8"))
    check_identity(workflow["jobs"][os.environ["GITHUB_JOB"]])
    index = os.environ[INDEXES[os.environ["REPOSITORY_URL"]]]
    files = sorted(Path(os.environ["PACKAGES_DIR"]).iterdir())
    local = [file.name for file in files if version_of(file).local]
    if local:
        sys.exit(f"400 the use of local versions is not allowed: {local}")
    if os.environ["SKIP_EXISTING"] == "true":
        files = [file for file in files if not has(index, file)]
    if files:
        twine = [sys.executable, "-m", "twine", "upload", "--non-interactive", "--disable-progress-bar"]
        account = ["--username", "__token__", "--password", "none", "--repository-url", index]
        subprocess.run([*twine, *account, *map(str, files)], check=True)


if __name__ == "__main__":
    main()
