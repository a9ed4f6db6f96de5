"""What a check is, what it finds, and where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum

from ..found.workflows import Job


class Severity(IntEnum):
    """How much a finding matters, the worst first; a release fails for an error alone."""

    ERROR = 0
    WARNING = 1
    INFORMATION = 2

    @property
    def word(self) -> str:
        """The word that is printed."""
        return self.name.lower()


ERROR, WARNING, INFORMATION = Severity.ERROR, Severity.WARNING, Severity.INFORMATION


LENGTH = 4000
"""Characters of a line that is printed, at most: a file may have a name or a value of any length."""


def printable(text: str) -> str:
    """Return a text in one line, in which what cannot be seen stands as an escape: it may be a terminal's command."""
    words = " ".join(text[: LENGTH + 1].split())
    words = f"{words[:LENGTH]} …" if len(text) > LENGTH else words
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode("ascii") for letter in words
    )


@dataclass(frozen=True)
class Place:
    """Where something is found: a file below the project's folder, a line of it (from 1), and a part with a name.

    What is in no file, like a git remote, has a part alone.
    """

    file: str = ""
    part: str = ""
    line: int = 0

    def __str__(self) -> str:
        """Return it in words; a part says more than its line."""
        if self.part:
            return f"{self.file}, {self.part}" if self.file else self.part
        return f"{self.file}:{self.line}" if self.line else self.file


def place_of(where: Place | Job | str) -> Place:
    """Return the place of a job, or of a file by its name."""
    if isinstance(where, Job):
        return Place(where.path, f"job {where.name}", where.lines[0])
    return Place(where) if isinstance(where, str) else where


@dataclass(frozen=True)
class Finding:
    """What a check found, and what to do, in one line."""

    check: Check
    severity: Severity
    text: str
    at: Place = field(default_factory=Place)

    @property
    def place(self) -> str:
        """Where it is, in words; empty where it is nowhere."""
        return str(self.at)

    @property
    def sentence(self) -> str:
        """The finding with its place."""
        return printable(f"{self.place and f'{self.place}: '}{self.text}")

    def __str__(self) -> str:
        """Return the line that is printed; what is only information stands alone."""
        if self.severity is INFORMATION:
            return self.sentence
        return f"{self.severity.word}: {self.sentence} [{self.check.code}]"


def in_package(folder: str, findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield findings of a package with the paths of its files below the root of the repository; workflows are there already."""
    for finding in findings:
        file = finding.at.file
        if folder and file and not file.startswith(".github/"):
            finding = replace(finding, at=replace(finding.at, file=f"{folder}/{file}"))
        yield finding


@dataclass(frozen=True, eq=False)
class Example:
    """A healthy project's text in a file, and what it is when the check finds something.

    `file` is `git` where both texts are arguments of git, a line each. It is `GitHub` or the name of an index where both are
    JSON that GitHub or the index has. `project` is the kind of project: it is made with the usual answers, keeps its own workflow (`kept`),
    has its version in a file (`static`) or uploads by a token (`token`); `answers` are what it answers besides.
    """

    file: str
    good: str
    bad: str
    project: str = "default"
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Check:
    """One thing that the doctor looks for; `code` begins with the number of its subject.

    `severity` is the usual one: a finding that is less sure is less severe. `meaning`, `why` and `mend` are sentences for
    the page of the codes; `source` is where the rule is written.
    """

    code: str
    severity: Severity
    title: str
    meaning: str
    why: str
    mend: str
    source: str
    example: Example

    def found(self, text: str, where: Place | Job | str = "", severity: Severity | None = None) -> Finding:
        """Return a finding of this check; `where` names a file if it is a text."""
        return Finding(self, self.severity if severity is None else severity, text, place_of(where))


def fails(findings: Iterable[Finding]) -> bool:
    """Say whether a release would fail."""
    return any(finding.severity is ERROR for finding in findings)
