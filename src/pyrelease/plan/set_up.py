"""The words that differ from route to route: what a push, a tag and an approval do, and what is done once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .answers import Answers
from .publishers import Publisher
from .tags import Tags


@dataclass(frozen=True)
class Event:
    """What a maintainer does, and what happens then."""

    you: str
    happens: str


@dataclass(frozen=True)
class Page:
    """A page of the template's documentation: its title in a list, and its file's name."""

    title: str
    name: str


@dataclass(frozen=True)
class SetUp:
    """The words for one project; the first of its publishers is that of releases."""

    answers: Answers
    tags: Tags
    publishers: tuple[Publisher, ...]

    @property
    def index(self) -> str:
        """The name of the index that gets releases."""
        return self.publishers[0].index.name

    @property
    def reaches_testpypi(self) -> bool:
        """Whether pushes go to TestPyPI."""
        return len(self.publishers) > 1

    @property
    def has_development_versions(self) -> bool:
        """Whether a push that is no release has a version of its own."""
        return self.answers.version_source == "setuptools-scm"

    @property
    def ends_with_a_tag(self) -> bool:
        """Whether the set-up ends with the first tag: where the project is new, and the tag is its version."""
        return self.publishers[0].is_new and not self.answers.is_kept and self.answers.version_source != "static"

    @property
    def place(self) -> str:
        """Where the commands are run."""
        return "At the root of the repository" if self.answers.package_folder else "In the project's folder"

    @property
    def events(self) -> Iterator[Event]:
        """What a push, a tag and an approval do."""
        pushed = {"every-push": "push a branch", "default-branch": f"push `{self.answers.default_branch}`"}
        if self.answers.push_trigger in pushed:
            yield Event(pushed[self.answers.push_trigger], self.push_happens)
        tested = "goes to TestPyPI" if self.reaches_testpypi else "is built and tested"
        yield Event(f"push a tag like `{self.tags.example}`", f"that version {tested}, and waits for an approval")
        yield Event("approve it", f"the same files go to {self.index}")

    @property
    def push_happens(self) -> str:
        """What happens with a push that is no release tag."""
        what = "a development version" if self.has_development_versions else "the package"
        return {
            "testpypi": f"{what} goes to TestPyPI",
            "pypiserver": f"{what} is uploaded to a pypiserver inside the run, installed from it and tested",
            "none": f"{what} is built and tested, and goes nowhere",
        }[self.answers.push_index]

    @property
    def before_the_tag(self) -> str:
        """What is done before a tag."""
        if self.answers.version_source == "static":
            return "Write the new version into its file, and into the changelog. Commit and push."
        green = "" if self.answers.push_trigger == "tags" else ", and wait until the run is green"
        if self.answers.package == "new":
            return f'Move the entries below "Unreleased" in `CHANGELOG.md` to a heading with the\n   new version. Commit, push{green}.'
        return f"Say in the changelog what is new. Commit, push{green}."

    @property
    def release_facts(self) -> Iterator[str]:
        """What else there is to know of a release."""
        without = f", without `{self.tags.prefix}`," if self.tags.prefix else ""
        if self.answers.version_source == "static":
            yield f"The tag{without} is the version in the file, or the run stops."
        else:
            yield f"The tag{without} is the version: no file needs to be changed."
        yield f"A pre-release is a tag like `{self.tags.example}rc1`."
        yield "Only administrators of the repository can push such tags."
        if reviewers := self.answers.reviewer_logins:
            yield f"One of these approves it: {', '.join(f'`{name}`' for name in reviewers)}."
        if self.answers.is_trusted:
            yield "Attestations are uploaded without a step of yours; `pypi-attestations verify` checks a file."
        if self.answers.provenance:
            yield "GitHub attests the files of a release, too: `gh attestation verify` checks one."
        if self.answers.github_release:
            yield f"Once {self.index} has the files, a release on GitHub has them, too."
        if self.reaches_testpypi and not self.has_development_versions:
            yield "Only tags reach TestPyPI, since TestPyPI takes each version once."

    @property
    def checklist(self) -> Iterator[str]:
        """What is done once, to tick."""
        for publisher in self.publishers:
            if self.answers.is_trusted:
                yield f"{publisher.index.name} knows the workflow"
            else:
                yield f"GitHub has the secrets for {publisher.index.name}"
        if self.answers.existing_workflow == "move":
            yield "no other workflow publishes: `pyrelease doctor` names the lines to delete"
        yield "`pyrelease setup` has nothing left to do"
        yield "the first release is approved"

    @property
    def pages(self) -> Iterator[Page]:
        """The pages for what happens rarely."""
        if self.answers.is_trusted and not self.answers.is_kept:
            yield Page("Change a registered name", "change-a-name")
        yield Page("Set up by hand", "set-up-by-hand")
        if self.answers.package_folder:
            yield Page("Several packages in one repository", "several-packages")
        else:
            yield Page("A project in a folder of another repository", "folder-of-a-repository")
        if self.reaches_testpypi:
            yield Page("TestPyPI is full", "testpypi-is-full")
        if self.answers.package == "existing" and not self.answers.index_url:
            yield Page("Old API tokens", "old-tokens")
