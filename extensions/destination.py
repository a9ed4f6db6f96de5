"""What the destination's git knows, for the defaults of the questions and for the tasks.

No file is made from it, only answers, which are stored: another folder must not change a project later.
"""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from functools import cached_property, lru_cache
from pathlib import Path, PurePath
from shutil import which
from typing import TYPE_CHECKING, Any

import yaml
from copier_template_extensions import ContextHook

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

GITHUB_REMOTE = re.compile(
    r"(?:https?://(?:[^@/]+@)?|ssh://(?:[^@/]+@)?|git://|(?:[^@/]+@)?)github\.com(?::\d+(?=/))?[/:](?P<owner>[^/]+)/(?P<repository>[^/]+?)(?:\.git)?/?"
)

VERSION_TAG = re.compile(r"(?P<prefix>.*?)[0-9]+(?:\.[0-9]+)+[0-9A-Za-z.+-]*")
"""A tag that ends in a version of two numbers at least, so that `docs-2024` is none."""


class Destination:
    """A folder that a project is made in; each property is a string, empty where nothing is known."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

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

    @property
    def folder_name(self) -> str:
        """The folder's name; empty where a project is already, which must not be given another name by its folder."""
        return "" if (self.folder / ".copier-answers.yml").exists() else self.folder.resolve().name

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
        """Return which of these files are there, in the order given."""
        return [name for name in names if (self.folder / name).exists()]

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
        """Say whether one of these answers differs from the project's last commit, which an update started from."""
        before = yaml.safe_load(self.git("show", "HEAD:./.copier-answers.yml") or "")
        return isinstance(before, dict) and any(before.get(name) != answers.get(name) for name in names)

    def _of_remote(self, part: str) -> str:
        remote = GITHUB_REMOTE.fullmatch(self.settings.get("remote.origin.url", ""))
        return remote[part] if remote else ""


@lru_cache
def destination(folder: PurePath) -> Destination:
    """Return the one record of a folder: Copier builds hundreds of contexts in a run, and git is asked once."""
    return Destination(Path(folder).absolute())


class DestinationContext(ContextHook):
    """Give the questions and the tasks `destination`."""

    def hook(self, context: dict[str, Any]) -> None:
        """Add the record; nothing is read before a default asks for it."""
        context["destination"] = destination(context["_copier_conf"]["dst_path"])
