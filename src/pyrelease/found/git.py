"""What git knows of a folder; the border to git is the one function `Git.ask`."""

from __future__ import annotations

import re
import subprocess
from functools import cached_property
from pathlib import Path

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from .. import programs
from ..programs import CAREFUL_GIT, MissingProgramError, program

SECONDS = 30
"""Seconds that git has to answer."""

ENGLISH = {"LC_ALL": "C.UTF-8", "LANGUAGE": "en"}
"""The variables that have git say things in the words that are looked for."""

GITHUB_REMOTE = re.compile(
    r"(?:(?:git\+)?(?:https?|ssh|git)://(?:[^@/]+@)?|(?:[^@/:]+@)?)(?:www\.|ssh\.)?github\.com(?::\d+(?=/))?[/:]/?"
    r"(?P<owner>[^/]+)/(?P<repository>[^/]+?)(?:\.git)?/?",
    re.IGNORECASE | re.ASCII,  # the letter U+0131 is no i: another host has it in its name
)


ALIAS_REMOTE = re.compile(
    r"(?:ssh://(?:[^@/]+@)?|(?:[^@/:]+@)?)[\w-]+(?::\d+(?=/))?[/:]/?(?P<owner>[^/:]+)/(?P<repository>[^/]+?)(?:\.git)?/?"
)
"""A host without a dot: a name that only ssh's own settings know, which may stand for GitHub."""

REMOTES = 20
"""Remotes whose addresses git is asked for, at most."""

TAG_LENGTH = 200
"""Characters of a tag that is looked at, at most."""

VERSION_TAG = re.compile(r"(?P<prefix>.*?)(?P<version>[0-9]+(?:\.[0-9]+)+[0-9A-Za-z.+-]*)")
"""A tag that ends in a version of two numbers at least, so that `docs-2024` is none."""

PLAIN_PREFIX = re.compile(r"(?:v|r|rel|release|releases|ver|version)?[-_/.@]*v?", re.IGNORECASE)
"""What stands before a version and names nothing."""


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
            options = (*CAREFUL_GIT, "--no-optional-locks", "-C", str(folder))
            return programs.run("git", *options, *arguments, variables=ENGLISH, seconds=SECONDS, errors="strict")
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
    def prefix(self) -> subprocess.CompletedProcess[str] | None:
        """What git did when it was asked where the folder, or its nearest parent that exists, is in its repository."""
        return self.run("rev-parse", "--show-prefix")

    @property
    def below_root(self) -> str:
        """The folder's path below the root of a repository, before a copy makes it; empty at a root, or outside of one."""
        if self.prefix is None or self.prefix.returncode != 0 or (self.folder / ".git").exists():
            return ""
        missing = [path.name for path in (self.folder, *self.folder.parents) if not path.is_dir()]
        return "/".join([*self.prefix.stdout.strip().strip("/").split("/"), *reversed(missing)]).strip("/")

    @cached_property
    def problem(self) -> str:
        """Git's own line where it refuses to say anything of the folder, like "dubious ownership"; empty where it does not.

        That a folder is in no repository is an answer; so is that git is not installed.
        """
        done = self.prefix
        if done is None or done.returncode == 0 or "not a git repository" in done.stderr:
            return ""
        return next((line for line in done.stderr.splitlines() if line.startswith("fatal: ")), "git says nothing")

    @cached_property
    def folder_in_repository(self) -> str | None:
        """The folder's path below the root of its repository, empty at the root; `None` outside of a repository."""
        prefix = self.ask("rev-parse", "--show-prefix")  # anew: a copy has made the folder since `problem` was asked
        return None if prefix is None else prefix.strip().rstrip("/")

    @cached_property
    def settings(self) -> dict[str, str]:
        """The settings that the defaults need, by their lower-case names."""
        pattern = r"^(user\.name|user\.email|init\.defaultbranch)$"
        records = (self.ask("config", "--null", "--get-regexp", pattern) or "").split("\0")
        return dict(record.split("\n", 1) for record in records if "\n" in record)

    @property
    def branch(self) -> str:
        """The branch that is checked out; empty where none is."""
        return (self.ask("branch", "--show-current") or "").strip()

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
        return self.remotes.get("origin", ("", ""))[0]

    @property
    def repository(self) -> str:
        """The repository in the address of the remote `origin`, its case kept, if that is on GitHub."""
        return self.remotes.get("origin", ("", ""))[1]

    @property
    def default_branch(self) -> str:
        """The branch that `origin` says is its default or that is checked out, else the one of new repositories."""
        if "origin" in self.addresses:
            for head in ("refs/remotes/origin/HEAD", "HEAD"):
                if branch := self.ask("symbolic-ref", "--quiet", "--short", head):
                    return branch.strip().removeprefix("origin/")
        return self.settings.get("init.defaultbranch", "")

    def tag_prefix(self, package: str = "", *, only_own: bool = False) -> str | None:
        """Return what stands before the version in the newest release's tag; `None` where no tag ends in a version.

        A prefix with the package's own name comes first, then one that names nothing; one that names something else
        counts only at the root of the repository, where there is nothing better. `only_own` leaves both out: they may be
        another package's.
        """
        tags = [(tag["prefix"], tag["version"]) for name in self.tags if (tag := VERSION_TAG.fullmatch(name))]
        own = [tag for tag in tags if package and named_by(tag[0]) == canonicalize_name(package)]
        plain = [tag for tag in tags if PLAIN_PREFIX.fullmatch(tag[0])]
        is_at_root = not (self.ask("rev-parse", "--show-prefix") or "").strip()
        others = tags if is_at_root else []
        found = own if only_own else own or plain or others
        return found[0][0] if found else None

    @cached_property
    def tags(self) -> list[str]:
        """The tags, those of the checked-out history first, the newest of them first; of one second, the highest version."""
        what = ("for-each-ref", "--format=%(creatordate:unix) %(refname:strip=2)")
        merged = self.ask(*what, "--merged=HEAD", "refs/tags") or ""
        lines = (merged or self.ask(*what, "refs/tags") or "").splitlines()
        dated = [
            (int(day or 0), name) for day, _, name in (line.partition(" ") for line in lines) if len(name) < TAG_LENGTH
        ]
        return [name for _, name in sorted(dated, key=lambda tag: (tag[0], version_in(tag[1])), reverse=True)]

    @cached_property
    def addresses(self) -> dict[str, str]:
        """The address of each remote as git itself resolves it (`url.*.insteadOf`), by its name, `origin` first."""
        names = (self.ask("remote") or "").split()
        ordered = sorted(names, key=lambda name: name != "origin")[:REMOTES]
        return {name: (self.ask("ls-remote", "--get-url", name) or "").strip() for name in ordered}

    @property
    def remotes(self) -> dict[str, tuple[str, str]]:
        """Owner and repository of each remote that is on GitHub, by its name, `origin` first.

        One that git resolves to a mirror is still the one that is written.
        """
        found = {
            name: GITHUB_REMOTE.fullmatch(address) or GITHUB_REMOTE.fullmatch(self.written_address(name))
            for name, address in self.addresses.items()
        }
        return {name: (remote["owner"], remote["repository"]) for name, remote in found.items() if remote}

    def written_address(self, name: str) -> str:
        """Return the address of a remote as it stands in git's settings."""
        return (self.ask("config", "--get", f"remote.{name}.url") or "").strip()

    @property
    def behind_alias(self) -> tuple[str, str]:
        """Owner and repository in the address of `origin` where its host is a name of ssh's settings; else empty."""
        remote = ALIAS_REMOTE.fullmatch(self.addresses.get("origin", ""))
        return (remote["owner"], remote["repository"]) if remote else ("", "")

    def tracked(self, *names: str) -> list[str] | None:
        """Return which of these paths git has; `None` outside of a repository."""
        listed = self.ask("ls-files", "-z", "--", *names)
        return None if listed is None else [name for name in names if name in listed.split("\0")]

    def tracked_below(self, *names: str) -> list[str]:
        """Return the paths of the files of these names in folders below, as git has them; none outside of a repository."""
        listed = self.ask("ls-files", "-z", "--", *(f"*/{name}" for name in names)) or ""
        return [path for path in listed.split("\0") if path]


def name_on_github(address: str) -> str:
    """Return owner and name of the repository at an address on GitHub, as written there; empty if it is elsewhere."""
    found = GITHUB_REMOTE.fullmatch(address)
    return f"{found['owner']}/{found['repository']}" if found else ""


def named_by(prefix: str) -> str:
    """Return the normalized name of the distribution that a prefix names, like `demo` for `demo-v` and `demo/`."""
    return canonicalize_name(re.sub(r"(?<![A-Za-z])v$", "", prefix).strip("-_/.@"))


def version_in(tag: str) -> Version:
    """Return the version that a tag ends in, for the order of tags; the lowest one where it is none."""
    found = VERSION_TAG.fullmatch(tag)
    try:
        return Version(found["version"] if found else "0.dev0")
    except InvalidVersion:
        return Version("0.dev0")
