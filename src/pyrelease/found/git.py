"""What git knows of a folder; the border to git is the one function `Git.ask`."""

from __future__ import annotations

import os
import re
import subprocess
from collections import Counter
from functools import cached_property
from pathlib import Path

from ..programs import MissingProgramError, program

SECONDS = 30
"""Seconds that git has to answer."""

# Nothing of a repository that somebody else made is run, and none that merely lies in one is taken for it.
CAREFUL = ("-c", "core.fsmonitor=false", "-c", "safe.bareRepository=explicit")

ENGLISH = {"LC_ALL": "C.UTF-8", "LANGUAGE": "en"}
"""The variables that have git say things in the words that are looked for."""

GITHUB_REMOTE = re.compile(
    r"(?:https?://(?:[^@/]+@)?|ssh://(?:[^@/]+@)?|git://|(?:[^@/]+@)?)(?:ssh\.)?github\.com(?::\d+(?=/))?[/:](?P<owner>[^/]+)/(?P<repository>[^/]+?)(?:\.git)?/?"
)

VERSION_TAG = re.compile(r"(?P<prefix>.*?)[0-9]+(?:\.[0-9]+)+[0-9A-Za-z.+-]*")
"""A tag that ends in a version of two numbers at least, so that `docs-2024` is none."""


class Git:
    """The git repository of a folder; a text is empty where nothing is known."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str] | None:
        """Run git for the folder or, where it does not exist yet, for its nearest parent, and return what it did.

        `None` means that git is not installed, takes too long, or prints something that is not UTF-8.
        """
        folder = next(path for path in (self.folder, *self.folder.parents) if path.is_dir())
        try:
            command = [program("git"), *CAREFUL, "--no-optional-locks", "-C", str(folder), *arguments]
            return subprocess.run(
                command,
                capture_output=True,
                encoding="utf-8",
                env={**os.environ, **ENGLISH},
                check=False,
                timeout=SECONDS,
            )
        except (MissingProgramError, OSError, subprocess.TimeoutExpired, UnicodeDecodeError):
            return None

    def ask(self, *arguments: str) -> str | None:
        """Return what git prints; `None` means that it fails, or cannot be run."""
        done = self.run(*arguments)
        return done.stdout if done and done.returncode == 0 else None

    @property
    def is_installed(self) -> bool:
        """Whether there is a git to ask."""
        try:
            program("git")
        except MissingProgramError:
            return False
        return True

    @cached_property
    def problem(self) -> str:
        """Git's own line where it refuses to say anything of the folder, like "dubious ownership"; empty where it does not.

        That a folder is in no repository is an answer; so is that git is not installed.
        """
        done = self.run("rev-parse", "--show-prefix")
        if done is None or done.returncode == 0 or "not a git repository" in done.stderr:
            return ""
        return next((line for line in done.stderr.splitlines() if line.startswith("fatal: ")), "git says nothing")

    @cached_property
    def folder_in_repository(self) -> str | None:
        """The folder's path below the root of its repository, empty at the root; `None` outside of a repository."""
        prefix = self.ask("rev-parse", "--show-prefix")
        return None if prefix is None else prefix.strip().rstrip("/")

    @cached_property
    def settings(self) -> dict[str, str]:
        """The settings that the defaults need, by their lower-case names."""
        pattern = r"^(user\.name|user\.email|init\.defaultbranch|remote\.origin\.url)$"
        records = (self.ask("config", "--null", "--get-regexp", pattern) or "").split("\0")
        return dict(record.split("\n", 1) for record in records if "\n" in record)

    @property
    def user_name(self) -> str:
        """The name that git signs commits with."""
        return self.settings.get("user.name", "").strip()

    @property
    def user_email(self) -> str:
        """The address that git signs commits with."""
        return self.settings.get("user.email", "").strip()

    @property
    def owner(self) -> str:
        """The owner in the address of the remote `origin`, its case kept, if that is on GitHub."""
        return self._of_origin("owner")

    @property
    def repository(self) -> str:
        """The repository in the address of the remote `origin`, its case kept, if that is on GitHub."""
        return self._of_origin("repository")

    @property
    def default_branch(self) -> str:
        """The branch that `origin` says is its default or that is checked out, else the one of new repositories."""
        if "remote.origin.url" in self.settings:
            for head in ("refs/remotes/origin/HEAD", "HEAD"):
                if branch := self.ask("symbolic-ref", "--quiet", "--short", head):
                    return branch.strip().removeprefix("origin/")
        return self.settings.get("init.defaultbranch", "")

    @property
    def tag_prefix(self) -> str | None:
        """What stands before the version in most of the tags that end in one; `None` where no tag does."""
        tags = (VERSION_TAG.fullmatch(tag) for tag in (self.ask("tag", "--list") or "").splitlines())
        prefixes = Counter(tag["prefix"] for tag in tags if tag)
        return max(prefixes, key=prefixes.__getitem__, default=None)

    @cached_property
    def remotes(self) -> dict[str, tuple[str, str]]:
        """Owner and repository of each remote that is on GitHub, by its name, `origin` first."""
        lines = (self.ask("config", "--get-regexp", r"^remote\..*\.url$") or "").splitlines()
        found = {}
        for key, _, address in (line.partition(" ") for line in lines):
            if remote := GITHUB_REMOTE.fullmatch(address):
                found[key.removeprefix("remote.").removesuffix(".url")] = (remote["owner"], remote["repository"])
        return dict(sorted(found.items(), key=lambda item: item[0] != "origin"))

    def tracked(self, *names: str) -> list[str] | None:
        """Return which of these paths git has; `None` outside of a repository."""
        listed = self.ask("ls-files", "-z", "--", *names)
        return None if listed is None else [name for name in names if name in listed.split("\0")]

    def _of_origin(self, part: str) -> str:
        remote = GITHUB_REMOTE.fullmatch(self.settings.get("remote.origin.url", ""))
        return remote[part] if remote else ""
