"""Whether what is looked at is what GitHub will run: conflicts, and what is not committed or not pushed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from ..found.files import UnreadableError, content
from ..project import Project
from .checks import git as check
from .findings import Finding, Place

# A conflict has both; a heading in Markdown may be underlined with the middle one.
BEGIN, END = re.compile(rb"^<{7} ", re.MULTILINE), re.compile(rb"^>{7} ", re.MULTILINE)

SHOWN = 6
"""Files that a line names, at most."""


def bytes_of(folder: Path, name: str) -> bytes | None:
    """Return what is in a file; `None` if it is not there, or cannot be read."""
    try:
        return content(folder, name)
    except UnreadableError:
        return None


def conflicts(project: Project) -> Iterator[Finding]:
    """Yield which of the template's files a merge has left with both sides in them."""
    for name in (*project.plan.files, *(() if not project.plan.is_kept else (project.plan.workflow_path,))):
        if line := line_of_conflict(project.folder, name):
            yield check.CONFLICT.found(
                "a merge has left its conflict markers: keep one side, and delete them", Place(name, line=line)
            )


def line_of_conflict(folder: Path, name: str) -> int:
    """Return the line in which a file's first conflict begins, from 1; 0 where it has none."""
    found = bytes_of(folder, name) or b""
    begin = BEGIN.search(found)
    return found.count(b"\n", 0, begin.start()) + 1 if begin and END.search(found, begin.end()) else 0


def state(project: Project) -> Iterator[Finding]:
    """Yield which of the template's files are not as GitHub has them, or will have them."""
    git, plan = project.found.git, project.plan
    if git.folder_in_repository is None:
        return
    listed = git.ask("ls-tree", "-r", "-z", "HEAD", "--", *plan.files)
    if not listed:
        return  # nothing of it is committed yet
    committed = {
        path: fields.split()[2] for fields, _, path in (row.partition("\t") for row in listed.split("\0")) if path
    }
    if changed := [name for name in plan.files if differs(project.folder, name, committed.get(name))]:
        yield check.UNCOMMITTED.found(
            f"{shortened(changed)}: not as in the last commit, and GitHub runs what is committed: commit, or restore it"
        )
    yield from unpushed(project)


def differs(folder: Path, name: str, committed: str | None) -> bool:
    """Say whether a file differs from the blob (hexadecimal) that is committed, but for the ends of its lines.

    git is not asked: it would run the filters that a repository names.
    """
    if (folder / name).is_symlink():
        return False
    found = bytes_of(folder, name)
    if found is None or committed is None:
        return found is not None or committed is not None
    return committed not in (blob(found, len(committed)), blob(found.replace(b"\r\n", b"\n"), len(committed)))


def blob(found: bytes, length: int) -> str:
    """Return git's name of a file's content, of 40 or 64 digits (https://git-scm.com/book/en/v2/Git-Internals-Git-Objects)."""
    algorithm = hashlib.sha1 if length == 40 else hashlib.sha256
    return algorithm(b"blob %d\0" % len(found) + found, usedforsecurity=False).hexdigest()


def unpushed(project: Project) -> Iterator[Finding]:
    """Yield what is committed and was not seen on GitHub, on a branch that is there already."""
    git = project.found.git
    done = git.run("rev-parse", "--symbolic-full-name", "HEAD", "@{upstream}")
    branch, *known = (done.stdout.split() if done else []) or [
        ""
    ]  # git fails without an upstream, and has named the branch
    default = project.plan.default_branch
    usual = [f"refs/remotes/origin/{default}"] if branch == f"refs/heads/{default}" else []
    upstream = next((ref for ref in (*known, *usual) if ref.startswith("refs/remotes/")), "")
    if not upstream:
        return
    listed = git.ask(
        "diff", "--name-only", "--no-ext-diff", "--relative", "-z", f"{upstream}...HEAD", "--", *project.plan.files
    )
    if changed := [name for name in (listed or "").split("\0") if name]:
        yield check.UNPUSHED.found(f"{shortened(changed)}: committed, and not pushed yet: git push")


def shortened(names: list[str]) -> str:
    """Return names with commas between them, the first ones alone if they are many."""
    return ", ".join(names[:SHOWN]) + (f" and {len(names) - SHOWN} more" if len(names) > SHOWN else "")
