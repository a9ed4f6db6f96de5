"""How findings are printed: for people, for programs, and for GitHub's annotations."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator

from .findings import ERROR, INFORMATION, WARNING, Finding

Report = Callable[[list[Finding], str], Iterator[str]]


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings, the worst first, each once."""
    return sorted(dict.fromkeys(findings), key=lambda finding: finding.severity)


def counted(findings: list[Finding]) -> str:
    """Return how many findings there are, in words."""
    counts = {kind: sum(finding.severity is kind for finding in findings) for kind in (ERROR, WARNING)}
    words = [f"{count} {kind.word}{'s' * (count != 1)}" for kind, count in counts.items() if count]
    return f"Found: {', '.join(words)}." if words else "Found: nothing that needs you."


def text(findings: list[Finding], _: str) -> Iterator[str]:
    """Yield a line a finding, and at the end how many there are."""
    yield from map(str, findings)
    yield counted(findings)


def as_json(findings: list[Finding], _: str) -> Iterator[str]:
    """Yield one line of JSON: a list of findings, and how many are errors and warnings."""
    listed = [
        {
            "code": finding.check.code,
            "severity": finding.severity.word,
            "file": finding.at.file,
            "line": finding.at.line,
            "place": finding.place,
            "text": finding.text,
        }
        for finding in findings
    ]
    counts = {f"{kind.word}s": sum(part["severity"] == kind.word for part in listed) for kind in (ERROR, WARNING)}
    yield json.dumps({"findings": listed, **counts})


def github(findings: list[Finding], folder: str) -> Iterator[str]:
    """Yield a workflow command for each error and warning, which GitHub shows beside the line; the rest is plain.

    `folder` is the project's below the root of its repository.
    https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
    """
    for finding in findings:
        if finding.severity is INFORMATION:
            yield finding.sentence
            continue
        file = finding.at.file
        if file and folder and not file.startswith(".github/"):
            file = f"{folder}/{file}"
        given = {"file": file, "line": str(finding.at.line or ""), "title": finding.check.code}
        properties = ",".join(f"{name}={in_property(value)}" for name, value in given.items() if value)
        yield f"::{finding.severity.word} {properties}::{in_message(finding.sentence)}"
    yield counted(findings)


def in_message(text: str) -> str:
    """Return a text as the message of a workflow command takes it."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def in_property(text: str) -> str:
    """Return a text as a property of a workflow command takes it."""
    return in_message(text).replace(":", "%3A").replace(",", "%2C")


REPORTS: dict[str, Report] = {"text": text, "json": as_json, "github": github}
"""The ways to print findings, by the option's value; the second argument is the project's folder in its repository."""
