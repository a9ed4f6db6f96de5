"""What the destination's git knows, for the defaults of the questions and for the tasks.

No file is made from it, only answers, which are stored: another folder must not change a project later.
"""

from __future__ import annotations

import re
import shlex
import subprocess
from collections import Counter
from functools import cached_property
from pathlib import Path, PurePath, PurePosixPath
from shutil import which
from typing import TYPE_CHECKING, Any

import yaml
from copier_template_extensions import ContextHook

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

GITHUB_REMOTE = re.compile(
    r"(?:https?://(?:[^@/]+@)?|ssh://(?:[^@/]+@)?|git://|(?:[^@/]+@)?)github\.com(?::\d+(?=/))?[/:](?P<owner>[^/]+)/(?P<repository>[^/]+?)(?:\.git)?/?"
)

USUAL_ANSWERS = ".copier-answers.yml"
"""Where Copier keeps a project's answers, unless it is told another file."""

OUR_ANSWERS = {"project_name", "github_owner", "workflow_filename", "created_on"}
"""Answers that every project of this template has, and no other's has all."""

VERSION_TAG = re.compile(r"(?P<prefix>.*?)[0-9]+(?:\.[0-9]+)+[0-9A-Za-z.+-]*")
"""A tag that ends in a version of two numbers at least, so that `docs-2024` is none."""


class Destination:
    """A folder that a project is made in; a text is empty where nothing is known."""

    def __init__(self, folder: Path, answers_file: str) -> None:
        self.folder = folder
        self.answers_file = answers_file

    def git(self, *arguments: str) -> str | None:
        """Return what git prints for the folder or, where it does not exist yet, for its nearest parent.

        `None` means that git fails, is not installed, or prints something that is not UTF-8.
        """
        folder = next(path for path in (self.folder, *self.folder.parents) if path.is_dir())
        try:
            answer = subprocess.run(
                ["git", "-C", folder, *arguments], capture_output=True, encoding="utf-8", check=True
            )
        except (OSError, subprocess.CalledProcessError, UnicodeDecodeError):
            return None
        return answer.stdout

    @cached_property
    def answers(self) -> dict[str, Any]:
        """The answers that a project here keeps; empty where there is none, or one of another template."""
        try:
            stored = yaml.safe_load((self.folder / self.answers_file).read_text(encoding="utf-8"))
        except (OSError, ValueError, yaml.YAMLError):
            return {}
        return stored if isinstance(stored, dict) and stored.keys() >= OUR_ANSWERS else {}

    @property
    def answers_option(self) -> str:
        """What Copier and the doctor are given where the answers are not in the usual file, with a space before it."""
        return "" if self.answers_file == USUAL_ANSWERS else f" --answers-file {shlex.quote(self.answers_file)}"

    @property
    def is_project(self) -> bool:
        """Whether a project of this template is here."""
        return bool(self.answers)

    @cached_property
    def problem(self) -> str:
        """Why no project can be made here, as it was before the copy; empty if one can."""
        if (self.folder / self.answers_file).is_file() and not self.is_project:
            return (
                f"{self.answers_file} is another template's, or damaged: add --answers-file .copier-answers.release.yml,"
                " or restore it from git"
            )
        return ""

    @property
    def folder_name(self) -> str:
        """The folder's name; empty where a project is already, which must not be given another name by its folder."""
        return "" if (self.folder / self.answers_file).exists() else self.folder.resolve().name

    @cached_property
    def settings(self) -> dict[str, str]:
        """Git's settings that the defaults need, by their lower-case names."""
        pattern = r"^(user\.name|user\.email|init\.defaultbranch|remote\.origin\.url)$"
        records = (self.git("config", "--null", "--get-regexp", pattern) or "").split("\0")
        return dict(record.split("\n", 1) for record in records if "\n" in record)

    @property
    def author_name(self) -> str:
        """The name that git signs commits with."""
        return self.settings.get("user.name", "").strip()

    @property
    def author_email(self) -> str:
        """The address that git signs commits with."""
        return self.settings.get("user.email", "").strip()

    @property
    def github_owner(self) -> str:
        """The owner in the address of the remote `origin`, its case kept, if that is on GitHub."""
        return self._of_remote("owner")

    @property
    def github_repository(self) -> str:
        """The repository in the address of the remote `origin`, its case kept, if that is on GitHub."""
        return self._of_remote("repository")

    @property
    def default_branch(self) -> str:
        """The branch that `origin` says is its default or that is checked out, else the one of new repositories."""
        if "remote.origin.url" in self.settings:
            for head in ("refs/remotes/origin/HEAD", "HEAD"):
                if branch := self.git("symbolic-ref", "--quiet", "--short", head):
                    return branch.strip().removeprefix("origin/")
        return self.settings.get("init.defaultbranch", "")

    @property
    def tag_prefix(self) -> str | None:
        """What stands before the version in most of the tags that end in one; `None` where no tag does."""
        tags = (VERSION_TAG.fullmatch(tag) for tag in (self.git("tag", "--list") or "").splitlines())
        prefixes = Counter(tag["prefix"] for tag in tags if tag)
        return max(prefixes, key=prefixes.__getitem__, default=None)

    def existing(self, *names: str) -> list[str]:
        """Return which of these files are there, in the order given.

        In a repository it is those that git has: what a copy that was interrupted left behind is nobody's.
        """
        there = [name for name in names if (self.folder / name).exists()]
        tracked = self.git("ls-files", "-z", "--", *there) if there else None
        return there if tracked is None else [name for name in there if name in tracked.split("\0")]

    def first_free(self, folder: str, *names: str) -> str:
        """Return the first of these names that no file in a folder has; the last one if all are taken."""
        paths = {name: str(PurePosixPath(folder, name)) for name in names}
        taken = self.existing(*paths.values())
        return next((name for name in names if paths[name] not in taken), names[-1])

    @property
    def has_git(self) -> bool:
        """Whether git is installed."""
        return which("git") is not None

    @cached_property
    def folder_in_repository(self) -> str | None:
        """The folder's path below the root of its repository, empty at the root; `None` outside of a repository."""
        prefix = self.git("rev-parse", "--show-prefix")
        return None if prefix is None else prefix.strip().rstrip("/")

    def has_changed(self, names: Iterable[str], answers: Mapping[str, Any]) -> bool:
        """Say whether one of these answers differs from the project's last commit, which an update started from.

        An answer that this commit does not have is a new question's.
        """
        before = yaml.safe_load(self.git("show", f"HEAD:./{self.answers_file}") or "")
        return isinstance(before, dict) and any(name in before and before[name] != answers.get(name) for name in names)

    def _of_remote(self, part: str) -> str:
        remote = GITHUB_REMOTE.fullmatch(self.settings.get("remote.origin.url", ""))
        return remote[part] if remote else ""


destinations: dict[PurePath, Destination] = {}
"""The one record of each folder: Copier builds hundreds of contexts in a run, and git is asked once."""


class DestinationContext(ContextHook):
    """Give the questions and the tasks `destination`."""

    def hook(self, context: dict[str, Any]) -> None:
        """Add the record; but for the answers nothing is read before a default asks for it.

        `ValueError` where no project can be made here: Copier shows the reason, and has written nothing.
        """
        settings = context["_copier_conf"]
        folder = settings["dst_path"]
        if folder not in destinations:
            # Asking for the name makes a context of its own, in which it is empty; so it is asked for only once.
            answers_file = str(settings["answers_file"])
            found = Destination(Path(folder).absolute(), answers_file or USUAL_ANSWERS)
            if answers_file:
                destinations[folder] = found
            context["destination"] = found
            return
        context["destination"] = destinations[folder]
        if destinations[folder].problem:
            raise ValueError(destinations[folder].problem)
