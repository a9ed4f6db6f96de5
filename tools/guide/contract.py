"""Compare a workflow with the contract of the guide."""

from __future__ import annotations

import re
import shlex
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from pyrelease.found.publishing import GUIDE
from tools.guide.meaning import FREE, command, is_same
from tools.workflows import NO_MAPPING, as_mapping, read_workflow

FOLDER = Path(__file__).parent

PACKAGE = "<package-name>"
"""What the guide writes for the package's name."""

SAYS_NOTHING = {"name", "date", "read"}
"""Keys of a workflow, job or step that say nothing about what it does."""

ANYTHING = "*"
"""Stands in `differences.yml` for whatever the guide has in a place."""


@dataclass(frozen=True)
class Difference:
    """One thing in which a workflow differs from the contract; `None` stands for what is not there."""

    path: tuple[str, ...]
    guide: Any
    workflow: Any

    @property
    def where(self) -> str:
        """The path in one word."""
        return ".".join(self.path)

    @property
    def key(self) -> str:
        """The key that stands there, if it is one of GitHub's own; else empty."""
        return "" if self.path[-2:-1] and self.path[-2] in FREE else self.path[-1]

    def is_as(self, value: Any) -> bool:
        """Say whether the workflow has this value there, in whatever form."""
        return is_same(self.workflow, value, self.key)

    @property
    def is_none(self) -> bool:
        """Whether both say the same."""
        return self.is_as(self.guide)


@dataclass(frozen=True)
class Deliberate:
    """Why the template differs in a place on purpose, and what the guide had there when that was written down."""

    why: str
    guide: Any = None

    def fits(self, difference: Difference) -> bool:
        """Say whether the guide has the same there as then."""
        return self.guide == ANYTHING or is_same(self.guide, difference.guide, difference.key)


def contract(package: str) -> dict[str, Any]:
    """Return the contract for a package of this name."""
    text = GUIDE.read_text(encoding="utf-8")
    return read_workflow(text.replace(PACKAGE, package))


def deliberate(answers: Mapping[str, Any] = MappingProxyType({})) -> dict[str, Deliberate]:
    """Return the deliberate differences by where they are; an answer may bring some of its own."""
    entries = yaml.safe_load((FOLDER / "differences.yml").read_text(encoding="utf-8"))
    taken = (entry for entry in entries if is_taken(entry.get("route", {}), answers))
    return {entry["where"]: Deliberate(entry["why"], entry.get("guide")) for entry in taken}


def is_taken(route: Mapping[str, list[Any]], answers: Mapping[str, Any]) -> bool:
    """Say whether each answer of a route is one of those that the route names."""
    return all(answers.get(name) in values for name, values in route.items())


def names(place: str, difference: Difference) -> bool:
    """Say whether a place of `differences.yml` is that of a difference."""
    return fnmatchcase(difference.where, place)


def reason(difference: Difference, reasons: Mapping[str, Deliberate]) -> str | None:
    """Return the place in `reasons` for which a difference is deliberate, or `None` if it is not.

    It is not if the guide has something else there now than when the reason was written down.
    """
    return next(
        (place for place, known in reasons.items() if names(place, difference) and known.fits(difference)), None
    )


def compare(guide: dict[str, Any], workflow: dict[str, Any]) -> list[Difference]:
    """Return every difference between the contract and a workflow."""
    found = compare_keys((), guide, workflow, special=SAYS_NOTHING | {"on", "jobs"})
    found += compare_keys(("on",), guide["on"], workflow["on"])
    theirs, ours = guide["jobs"], workflow["jobs"]
    found += compare_keys(("jobs",), theirs, ours, special=theirs.keys() & ours.keys())
    for job in (job for job in theirs if job in ours):
        found += compare_keys(("jobs", job), theirs[job], ours[job], special=SAYS_NOTHING | {"steps"})
        steps = [part.get("steps", []) for part in (theirs[job], ours[job])]  # a job that calls a workflow has none
        found += compare_steps(("jobs", job, "steps"), *steps)
    return found


def compare_keys(
    path: tuple[str, ...],
    guide: Mapping[str, Any],
    workflow: Mapping[str, Any],
    special: Collection[str] = (),
) -> list[Difference]:
    """Return the differences between two mappings, key by key, but for the `special` ones."""
    keys = [key for key in [*guide, *(key for key in workflow if key not in guide)] if key not in special]
    parts = (Difference((*path, key), guide.get(key), workflow.get(key)) for key in keys)
    return [part for part in parts if not part.is_none]


def compare_steps(
    path: tuple[str, ...], guide: list[dict[str, Any]], workflow: list[dict[str, Any]]
) -> list[Difference]:
    """Return the differences between two lists of steps; the guide's steps must come in the guide's order."""
    found = []
    rest = list(workflow)
    for step in guide:
        alike = [index for index, ours in enumerate(rest) if is_same_step(step, ours)]
        # Of the steps that may be the guide's, it is the one that is written like it.
        position = next((index for index in alike if not compare_step((), step, rest[index])), next(iter(alike), None))
        if position is None:
            found.append(Difference((*path, title(step)), step, None))
            continue
        found += [Difference((*path, title(ours)), None, ours) for ours in rest[:position]]
        found += compare_step((*path, title(step)), step, rest[position])
        rest = rest[position + 1 :]
    return found + [Difference((*path, title(ours)), None, ours) for ours in rest]


def compare_step(path: tuple[str, ...], guide: dict[str, Any], workflow: dict[str, Any]) -> list[Difference]:
    """Return the differences between a step and its counterpart."""
    theirs, ours = as_mapping(guide.get("with") or {}), as_mapping(workflow.get("with") or {})
    same = {"with", "run"} if is_spelled(guide, workflow) else {"with"}
    return compare_keys((*path, "with"), theirs, ours) + compare_keys(
        path, guide, workflow, special=SAYS_NOTHING | same
    )


def spellings(guide: dict[str, Any]) -> list[str]:
    """Return each way in which a step of the guide's may write its command."""
    run = guide.get("run", [])
    return [str(part) for part in run] if isinstance(run, list) else [str(run)]


def is_spelled(guide: dict[str, Any], workflow: dict[str, Any]) -> bool:
    """Say whether a step has the guide's command, in one of its spellings."""
    return "run" in workflow and any(is_same(one, workflow["run"], "run") for one in spellings(guide))


def title(step: dict[str, Any]) -> str:
    """Return what a step is called: its action, else its name, else its command in the first spelling."""
    command = step.get("run")
    return str(
        str(step.get("uses", "")).partition("@")[0]
        or step.get("name")
        or (command[0] if isinstance(command, list) else command or step.get(NO_MAPPING, step))
    )


def is_same_step(guide: dict[str, Any], workflow: dict[str, Any]) -> bool:
    """Say whether a step does what the guide's does: the same action, the same command, or a line with its words."""
    if "uses" in guide:
        return title(guide).lower() == title(workflow).lower() and "uses" in workflow
    if is_spelled(guide, workflow):
        return True
    words = words_of(next(iter(command(next(iter(spellings(guide)), "")).splitlines()), ""))
    return bool(words) and any(has_words(line, words) for line in str(workflow.get("run", "")).splitlines())


def has_words(line: str, words: list[str]) -> bool:
    """Say whether a line of shell has these words, in this order."""
    tokens = iter(words_of(line))
    return all(word in tokens for word in words)


def words_of(line: str) -> list[str]:
    """Return the words of a line of shell; of a requirement, the name is the word."""
    try:
        tokens = shlex.split(line)
    except ValueError:  # a quotation that goes on in the next line
        return []
    return [re.match(r"[\w./-]*", token)[0] for token in tokens]  # type: ignore[index]
