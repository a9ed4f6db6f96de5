"""The bare git repository behind one on GitHub, to which git pushes."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

DAY = "1795392000 +0000"
"""When everything is written that tests write: the same files make the same commits."""


@dataclass(frozen=True)
class Remote:
    """A bare git repository in a folder, which `git clone` and `git push` reach by its address on github.com."""

    folder: Path

    def start(self) -> None:
        """Make it, empty."""
        self.folder.mkdir(parents=True)
        self.git("init", "--quiet", "--bare", "--object-format=sha1", "--initial-branch=main")

    def git(self, *arguments: str, given: str = "") -> bytes:
        """Run git in it, with a text as its input, and return what it prints."""
        command = ["git", *arguments]
        return subprocess.run(command, cwd=self.folder, input=given.encode(), check=True, capture_output=True).stdout

    @property
    def commits(self) -> dict[str, str]:
        """The commit of each branch and tag, by its full name (`refs/tags/v1`)."""
        form = "--format=%(refname) %(objectname) %(*objectname)"  # the last one is there for an annotated tag alone
        listed = self.git("for-each-ref", form, "refs/heads", "refs/tags").decode().splitlines()
        return {ref: objects[-1] for ref, *objects in map(str.split, listed)}

    @property
    def branches(self) -> dict[str, str]:
        """The commit of each branch, by its name."""
        return {ref[len("refs/heads/") :]: one for ref, one in self.commits.items() if ref.startswith("refs/heads/")}

    @property
    def default_branch(self) -> str:
        """The default branch: the one that HEAD names, or another while that was not pushed."""
        head = self.git("symbolic-ref", "--short", "HEAD").decode().strip()
        return next((name for name in (head, *self.branches) if name in self.branches), head)

    def commit_of(self, name: str) -> str | None:
        """Return the commit of a branch or a tag, or a commit itself; `None` if there is no such one."""
        if re.fullmatch(r"[0-9a-f]{40}", name):
            return name if name in self.git("rev-list", "--all").decode().split() else None
        commits = self.commits
        return commits.get(f"refs/heads/{name}") or commits.get(f"refs/tags/{name}")

    def files(self, commit: str, folder: str = "") -> list[str]:
        """Return the paths of the files of a commit, or of those below a folder of it."""
        listed = self.git("ls-tree", "-r", "-z", "--name-only", commit).decode().split("\0")
        return [path for path in listed if path.startswith(f"{folder}/" if folder else "") and path]

    def content(self, commit: str, path: str) -> bytes:
        """Return the content of a file of a commit."""
        return self.git("cat-file", "blob", f"{commit}:{path}")

    def history(self, path: str, *chosen: str) -> list[str]:
        """Return the commits of the default branch that changed a path, the newest first; git takes what is `chosen`."""
        return self.git("log", "--format=%H", *chosen, self.default_branch, "--", path).decode().split()

    def write(self, files: Mapping[str, str | None], branch: str = "main", tag: str = "", day: str = DAY) -> str:
        """Commit these files on top of a branch, tag the commit if asked to, and return it; without a text, one goes."""
        before = f"from refs/heads/{branch}^0\n" if branch in self.branches else ""
        changes = "".join(
            f"D {path}\n" if text is None else f"M 100644 inline {path}\n{data(text)}" for path, text in files.items()
        )
        who = f"{os.environ['GIT_COMMITTER_NAME']} <{os.environ['GIT_COMMITTER_EMAIL']}> {day}"
        commit = f"commit refs/heads/{branch}\ncommitter {who}\n{data('Written')}{before}{changes}"
        self.git("fast-import", "--quiet", given=commit)
        if tag:
            self.git("tag", tag, branch)
        return self.branches[branch]


def data(text: str) -> str:
    """Return a text as git's fast-import takes it."""
    return f"data {len(text.encode())}\n{text}\n"
