"""The command `pyrelease setup`, run for a project against stand-ins of GitHub and the indexes."""

from __future__ import annotations

import contextlib
import io
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from pyrelease.cli import main
from pyrelease.plan.github import SKIPPABLE
from pyrelease.setup import release, watch
from tests.conftest import NAME, OWNER, git
from tests.github.repositories import Repository
from tests.github.stand_in import GitHub
from tests.indexes import Indexes

FULL_NAME = f"{OWNER}/{NAME}"

PATH = f"/repos/{FULL_NAME}"
"""The repository's path in GitHub's REST API."""

TAG = "v0.1.0rc1"
"""The first tag of a new project."""


WHOLE = ("--yes", "--no-watch")
"""Everything but following the runs."""

QUICKLY = (*WHOLE, *(option for name in SKIPPABLE if name != "self-review" for option in ("--skip", name)))
"""The same without the settings that most tests are not about: each is a question and a request."""

FOLLOWED = tuple(option for option in QUICKLY if option != "--no-watch")
"""The same, and the runs are followed."""


@dataclass(frozen=True)
class Ran:
    """What a run of the command has come to: its exit code, and what it printed."""

    code: int
    shown: str

    @property
    def text(self) -> str:
        """What it printed, less line breaks: the words that a sentence is searched for in."""
        return " ".join(self.shown.split())

    @property
    def left(self) -> list[str]:
        """What is left to do, a line each."""
        parts = self.text.split("Left to do: ")
        return parts[1:]


@dataclass
class Command:
    """Runs the command; `github` and `indexes` are what it talks to."""

    github: GitHub
    indexes: Indexes
    published: list[tuple[str, str]] = field(default_factory=list)
    """Index and version of each upload."""

    def __post_init__(self) -> None:
        self.github.on_publish = self.publish

    def publish(self, index: str, version: str) -> None:
        """Have an index take what a run uploads."""
        self.published.append((index, version))
        self.indexes.release(index, NAME, version)

    def __call__(self, project: Path, *options: str) -> Ran:
        """Run the command for a project; without options quickly."""
        shown = io.StringIO()
        with contextlib.redirect_stdout(shown), contextlib.redirect_stderr(shown):
            code = main(["setup", str(project), *(options or QUICKLY)], sites=self.indexes.sites)
        return Ran(code, shown.getvalue())

    @property
    def repository(self) -> Repository:
        """The one repository that GitHub has."""
        [repository] = self.github.repositories.values()
        return repository

    @property
    def refs(self) -> dict[str, str]:
        """The subject of the commit of each branch and tag that GitHub has, by the ref's name."""
        lines = [
            line
            for repository in self.github.repositories.values()
            for line in git(repository.remote.folder, "for-each-ref", "--format=%(refname) %(subject)").splitlines()
        ]
        return dict(line.split(" ", 1) for line in lines)

    def approvers(self, environment: str = "pypi") -> list[int]:
        """Return the numbers of those who approve what an environment deploys."""
        return [one["id"] for one in self.repository.environments[environment].reviewers]


@pytest.fixture
def command(github: GitHub, indexes: Indexes, monkeypatch: pytest.MonkeyPatch) -> Command:
    """The command, which does not wait as long as it does for the real GitHub."""
    monkeypatch.setattr(watch, "POLL", 0.01)
    monkeypatch.setattr(release, "INDEX_POLL", 0.01)
    monkeypatch.setattr(watch, "START_LIMIT", 1.0)
    return Command(github, indexes)


@pytest.fixture
def repository(github: GitHub) -> Repository:
    """The repository, where it exists before."""
    return github.create(FULL_NAME)
