"""Migration: after an update each pin is the newer version of the project's and the template's, without a conflict.

    python -I src migrations.move_pins TEMPLATE

Bots move a project's pins while the template moves its own, and Copier sees two changes of one line. So in each file
that the update changed, pins first become the newer of the two on all sides, and what had conflicted is merged anew.

One that names no version, like a branch or
a commit without its version beside it, is the user's choice and stays.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from ..pins import Pins, newer, pin_at, pins_in, version_named, with_pins

Pin = tuple[str, str]
"""A pin's name, and what it says."""

TEMPLATE_FILES = (
    "src/pyrelease/pins/actions.yml",
    "template/.pre-commit-config.yaml",
    "template/{{ package_folder or '.' }}/pyproject.toml.jinja",
    "includes/hatchling.toml.jinja",
    "includes/setuptools.toml.jinja",
    "includes/scikit-build-core.toml.jinja",
)

CONFLICT_LABELS = ("-L", "before updating", "-L", "last update", "-L", "after updating")


def git(*arguments: str, check: bool = True) -> str:
    """Run git in the current folder and return what it prints; `CalledProcessError` if it fails, unless unchecked."""
    done = subprocess.run(["git", *arguments], check=check, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return done.stdout.decode()


def read(path: Path) -> str:
    """Return a file's text with its line ends as they are."""
    return path.read_bytes().decode()


def as_in(text: str) -> Callable[[str, int, str], str]:
    """Return a choice for `with_pins`: what a text says, and for what it does not name, no change."""
    pins = pins_in(text)
    return lambda name, number, value: pin_at(pins[name], number) if name in pins else value


def template_pins(template: Path) -> dict[str, str]:
    """Return what each pin of the template says, by its name."""
    texts = (read(template / name) for name in TEMPLATE_FILES)
    return {name: values[0] for text in texts for name, values in pins_in(text).items()}


def changed_files() -> list[Path]:
    """Return the files with pins that the update changed, relative to the current folder."""
    names = [".github/workflows", ":(glob)**/.pre-commit-config.yaml", ":(glob)**/pyproject.toml"]
    changed = git("diff", "--relative", "--name-only", "HEAD", "--", *names).splitlines()
    return [path for path in map(Path, dict.fromkeys(changed)) if path.is_file()]


def main(template: Path) -> None:
    """Give each pin the newer version, and say what was kept and what was taken."""
    released = template_pins(template)
    conflicts = git("diff", "--relative", "--name-only", "--diff-filter=U").splitlines()
    kept, taken = set[Pin](), set[Pin]()
    for path in changed_files():
        mine = pins_in(git("show", f"HEAD:./{path.as_posix()}", check=False))

        def choose(name: str, number: int, value: str, mine: Pins = mine) -> str:
            if name not in mine:
                return value
            project = pin_at(mine[name], number)
            template = released.get(name, value) if value == project else value
            chosen = newer(project, template)
            if project != template:
                (kept if chosen == project else taken).add((name, chosen))
            return chosen

        settle(path, choose, conflict=path.as_posix() in conflicts)
        retry_rejected(path)
    report(kept, taken, left_to_merge())


def settle(path: Path, choose: Callable[[str, int, str], str], *, conflict: bool) -> None:
    """Write a file with the chosen pins, and merge anew what conflicted before they were the same on all sides."""
    if not conflict:
        path.write_bytes(with_pins(read(path), choose).encode())
        return
    ours, base, theirs = (git("show", f":{stage}:./{path.as_posix()}") for stage in (2, 1, 3))
    # A pin that the template no longer has is no change of the project's either: it is the base's on both sides.
    unchanged, settled = as_in(base), as_in(with_pins(theirs, choose))
    sides = [with_pins(with_pins(side, unchanged), settled) for side in (ours, base, theirs)]
    folder = Path(git("rev-parse", "--git-path", ".").strip())
    files = [folder / f"pyrelease-side-{number}" for number in range(3)]
    for file, side in zip(files, sides, strict=True):
        file.write_bytes(side.encode())
    command = ["git", "merge-file", "-p", *CONFLICT_LABELS, *map(str, files)]
    merged = subprocess.run(command, check=False, stdout=subprocess.PIPE)
    for file in files:
        file.unlink()
    path.write_bytes(merged.stdout)
    if merged.returncode == 0:
        git("reset", "--quiet", "--", str(path))


def retry_rejected(path: Path) -> None:
    """Apply what `--conflict rej` left beside a file again, now that its pins are the file's; keep it if that fails."""
    rejected = path.with_name(f"{path.name}.rej")
    if not rejected.is_file():
        return
    hunks = with_pins(read(rejected), as_in(read(path))).split("\n", 1)[1]
    name = f"{git('rev-parse', '--show-prefix').strip()}{path.as_posix()}"
    patch = f"--- a/{name}\n+++ b/{name}\n{hunks}"
    if (
        subprocess.run(["git", "apply", "-"], input=patch.encode(), check=False, stderr=subprocess.DEVNULL).returncode
        == 0
    ):
        rejected.unlink()


def left_to_merge() -> list[str]:
    """Return the files that wait for a human, whichever way the update shows a conflict."""
    unmerged = git("diff", "--relative", "--name-only", "--diff-filter=U").splitlines()
    return unmerged + git("ls-files", "--others", "--exclude-standard", "*.rej").splitlines()


def report(kept: set[Pin], taken: set[Pin], left: list[str]) -> None:
    """Print what the update did, one fact a line."""
    print(f"Template: {os.environ['VERSION_FROM']} -> {os.environ['VERSION_TO']}")
    for name, value in sorted(kept):
        print(f"Pin kept: {name}{value}" + ("" if version_named(value) else " (names no release: compare it yourself)"))
    for name, value in sorted(taken):
        print(f"Pin taken: {name}{value}")
    for file in left:
        print(f"Left for you, since you and the template changed the same lines: {file}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
