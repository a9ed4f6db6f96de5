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
from tools.workflows import NO_MAPPING, as_mapping, read_workflow

FOLDER = Path(__file__).parent

PACKAGE = "<package-name>"
"""What the guide writes for the package's name."""

SAYS_NOTHING = {"name", "date"}
"""Keys of a workflow, job or step that say nothing about what it does."""


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


def contract(package: str) -> dict[str, Any]:
    """Return the contract for a package of this name."""
    text = GUIDE.read_text(encoding="utf-8")
    return read_workflow(text.replace(PACKAGE, package))


def deliberate(answers: Mapping[str, Any] = MappingProxyType({})) -> dict[str, str]:
    """Return the reason for each deliberate difference, by where it is; an answer may bring some of its own."""
    entries = yaml.safe_load((FOLDER / "differences.yml").read_text(encoding="utf-8"))
    return {entry["where"]: entry["why"] for entry in entries if is_taken(entry.get("route", {}), answers)}


def is_taken(route: Mapping[str, list[Any]], answers: Mapping[str, Any]) -> bool:
    """Say whether each answer of a route is one of those that the route names."""
    return all(answers.get(name) in values for name, values in route.items())


def reason(difference: Difference, reasons: Mapping[str, str]) -> str | None:
    """Return the place in `reasons` that names a difference, or `None` if it is not deliberate."""
    return next((where for where in reasons if fnmatchcase(difference.where, where)), None)


def compare(guide: dict[str, Any], workflow: dict[str, Any]) -> list[Difference]:
    """Return every difference between the contract and a workflow."""
    found = compare_keys((), guide, workflow, special=SAYS_NOTHING | {"on", "jobs"})
    found += compare_keys(("on",), guide["on"], workflow["on"])
    theirs, ours = guide["jobs"], workflow["jobs"]
    found += compare_keys(("jobs",), theirs, ours, special=theirs.keys() & ours.keys())
    for job in (job for job in theirs if job in ours):
        found += compare_keys(("jobs", job), theirs[job], ours[job], special=SAYS_NOTHING | {"steps"})
        found += compare_steps(("jobs", job, "steps"), theirs[job]["steps"], ours[job].get("steps", []))
    return found


def compare_keys(
    path: tuple[str, ...],
    guide: Mapping[str, Any],
    workflow: Mapping[str, Any],
    special: Collection[str] = (),
) -> list[Difference]:
    """Return the differences between two mappings, key by key, but for the `special` ones."""
    keys = [*guide, *(key for key in workflow if key not in guide)]
    return [
        Difference((*path, key), guide.get(key), workflow.get(key))
        for key in keys
        if key not in special and guide.get(key) != workflow.get(key)
    ]


def compare_steps(
    path: tuple[str, ...], guide: list[dict[str, Any]], workflow: list[dict[str, Any]]
) -> list[Difference]:
    """Return the differences between two lists of steps; the guide's steps must come in the guide's order."""
    found = []
    rest = list(workflow)
    for step in guide:
        position = next((index for index, ours in enumerate(rest) if is_same_step(step, ours)), None)
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
    spellings = guide.get("run", [])
    command = " ".join(str(workflow.get("run")).split())
    same = {"with", "run"} if not spellings or command in spellings else {"with"}
    found = [
        Difference((*path, "with", *part.path), part.guide, part.workflow) for part in compare_keys((), theirs, ours)
    ]
    return found + compare_keys(path, guide, workflow, special=SAYS_NOTHING | same)


def title(step: dict[str, Any]) -> str:
    """Return what a step is called: its action, else its name, else its command in the first spelling."""
    command = step.get("run")
    return str(
        str(step.get("uses", "")).partition("@")[0]
        or step.get("name")
        or (command[0] if isinstance(command, list) else command or step.get(NO_MAPPING, step))
    )


def is_same_step(guide: dict[str, Any], workflow: dict[str, Any]) -> bool:
    """Say whether a step does what the guide's does: the same action, or a line with the words of its command."""
    if "uses" in guide:
        return title(guide) == title(workflow) and "uses" in workflow
    words = guide["run"][0].split()
    return any(has_words(line, words) for line in str(workflow.get("run", "")).splitlines())


def has_words(line: str, words: list[str]) -> bool:
    """Say whether a line of shell has these words, in this order; of a requirement, the name is the word."""
    try:
        tokens = iter(re.match(r"[\w./-]*", token)[0] for token in shlex.split(line))  # type: ignore[index]
    except ValueError:  # a quotation that goes on in the next line
        return False
    return all(word in tokens for word in words)
