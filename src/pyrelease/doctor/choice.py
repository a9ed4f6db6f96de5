"""Which checks count: those that the command line and `[tool.pyrelease]` of `pyproject.toml` choose."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..found.package import table
from ..project import Project
from .checks import CHECKS
from .findings import Finding, printable

HERE = "[tool.pyrelease] of pyproject.toml"


class ChoiceError(ValueError):
    """A choice is none; the message says what is wrong, and what is allowed."""


@dataclass(frozen=True)
class Choice:
    """Which checks count; each is named by its code, or by the beginning of several. `ignored` has a reason for each."""

    selected: tuple[str, ...] = ()
    ignored: Mapping[str, str] = field(default_factory=dict)

    def ignoring(self, code: str) -> str | None:
        """Return the name by which a code is ignored, if it is."""
        return next((name for name in self.ignored if code.startswith(name)), None)

    def of(self, findings: Iterable[Finding]) -> list[Finding]:
        """Return the findings that count."""
        return [
            finding
            for finding in findings
            if self.ignoring(finding.check.code) is None
            and (not self.selected or finding.check.code.startswith(self.selected))
        ]

    def reasons(self, findings: Iterable[Finding]) -> Iterator[str]:
        """Yield a line for each name that ignores something and has a reason."""
        codes = {finding.check.code for finding in findings}
        for name in dict.fromkeys(self.ignoring(code) for code in sorted(codes)):
            if name is not None and self.ignored[name]:
                yield f"ignored: {name}, {printable(self.ignored[name])}"


def choice_of(project: Project, select: Iterable[str], ignore: Iterable[str]) -> Choice:
    """Return what the command line says, and beside it what the project says; `ChoiceError` if either is none."""
    settings = table(table(project.pyproject, "tool"), "pyrelease")
    if unknown := settings.keys() - {"select", "ignore"}:
        raise ChoiceError(f"{HERE} has {min(unknown)}: allowed are select and ignore")
    reasons = settings.get("ignore", {})
    if not isinstance(reasons, dict) or not all(isinstance(part, str) and part.strip() for part in reasons.values()):
        raise ChoiceError(
            f'{HERE}: ignore needs a reason for each code, like ignore = {{ PR215 = "nobody forks this" }}'
        )
    given = (*codes("--select", listed(select)), *(() if [*select] else codes(HERE, texts(settings.get("select", [])))))
    ignored = dict.fromkeys(codes("--ignore", listed(ignore)), "")
    return Choice(given, {name: str(reasons[name]) for name in codes(HERE, reasons)} | ignored)


def listed(values: Iterable[str]) -> list[str]:
    """Return the parts of values, which may hold more than one between commas."""
    return [part.strip() for value in values for part in value.split(",")]


def texts(value: Any) -> list[str]:
    """Return a list of texts; `ChoiceError` for anything else."""
    if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
        raise ChoiceError(f'{HERE}: select is a list of codes, like select = ["PR1", "PR215"]')
    return value


def codes(where: str, names: Iterable[str]) -> list[str]:
    """Return names of checks; `ChoiceError` for one that no code begins with."""
    found = [*names]
    for name in found:
        if not name.startswith("PR") or not any(code.startswith(name) for code in CHECKS):
            raise ChoiceError(
                f"{where} has {name}, which is no code: allowed are {', '.join(SUBJECTS)} and those below"
            )
    return found


SUBJECTS = sorted({code[:3] for code in CHECKS})
"""The beginnings of the codes, one a subject."""
