"""What is found in a project, and how it is printed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum


class Severity(IntEnum):
    """How much a finding matters, the worst first; a release fails for an error alone."""

    ERROR = 0
    WARNING = 1
    INFORMATION = 2


@dataclass(frozen=True)
class Finding:
    """What is wrong and what to do, in one line; `place` is a file, or a file and its job, and may be empty."""

    severity: Severity
    text: str
    place: str = ""

    def __str__(self) -> str:
        """Return the line that is printed; what is only information stands alone."""
        kind = "" if self.severity is Severity.INFORMATION else f"{self.severity.name.lower()}: "
        # A value of a project's may have line ends.
        return " ".join(f"{kind}{self.place and f'{self.place}: '}{self.text}".split())


def error(text: str, place: str = "") -> Finding:
    """Return a finding that makes a release fail."""
    return Finding(Severity.ERROR, text, place)


def warning(text: str, place: str = "") -> Finding:
    """Return a finding that makes no release fail."""
    return Finding(Severity.WARNING, text, place)


def information(text: str, place: str = "") -> Finding:
    """Return what is good to know, and asks for nothing."""
    return Finding(Severity.INFORMATION, text, place)


def report(findings: Iterable[Finding]) -> Iterator[str]:
    """Yield the lines to print, the worst first, each once, and at the end how many there are."""
    found = sorted(dict.fromkeys(findings), key=lambda finding: finding.severity)
    yield from map(str, found)
    counts = {kind: sum(finding.severity is kind for finding in found) for kind in Severity}
    words = [
        f"{counts[kind]} {kind.name.lower()}{'s' * (counts[kind] != 1)}"
        for kind in (Severity.ERROR, Severity.WARNING)
        if counts[kind]
    ]
    yield f"Found: {', '.join(words)}." if words else "Found: nothing that needs you."


def fails(findings: Iterable[Finding]) -> bool:
    """Say whether a release would fail."""
    return any(finding.severity is Severity.ERROR for finding in findings)
