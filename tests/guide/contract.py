"""Compare a workflow with the contract of the guide."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent

IGNORED = {"name", "env", "shell"}
"""Keys of a workflow, job or step that say nothing about what the guide asks for."""


@dataclass(frozen=True)
class Difference:
    """One thing in which a workflow differs from the contract; `None` stands for what is not there."""

    where: str
    guide: Any
    workflow: Any


def read_workflow(text: str) -> dict[str, Any]:
    """Return what a workflow says; its key `on` is a word here, which YAML 1.1 reads as true."""
    content: dict[Any, Any] = yaml.safe_load(text)
    content["on"] = content.pop(True)
    return content


def contract(package: str) -> dict[str, Any]:
    """Return the contract for a package of this name."""
    text = (FOLDER / "contract.yml").read_text(encoding="utf-8")
    return read_workflow(text.replace("<package-name>", package))


def deliberate() -> dict[str, str]:
    """Return the reason for each deliberate difference, by where it is."""
    entries = yaml.safe_load((FOLDER / "differences.yml").read_text(encoding="utf-8"))
    return {entry["where"]: entry["why"] for entry in entries}


def reason(difference: Difference, reasons: dict[str, str]) -> str | None:
    """Return the place in `reasons` that names a difference, or `None` if it is not deliberate."""
    return next((where for where in reasons if fnmatchcase(difference.where, where)), None)


def compare(guide: dict[str, Any], workflow: dict[str, Any]) -> list[Difference]:
    """Return every difference between the contract and a workflow."""
    found = compare_keys("", guide, workflow, special={"on", "jobs", "date"})
    if workflow["on"] != {"push": None}:
        found.append(Difference("on.push", guide["on"]["push"], workflow["on"]))
    found += compare_keys("jobs.", guide["jobs"], workflow["jobs"], special=set(guide["jobs"]) & set(workflow["jobs"]))
    for job in guide["jobs"].keys() & workflow["jobs"].keys():
        ours = workflow["jobs"][job]
        found += compare_keys(f"jobs.{job}.", guide["jobs"][job], ours, special={"steps"})
        found += compare_steps(f"jobs.{job}.steps.", guide["jobs"][job]["steps"], ours["steps"])
    return found


def compare_keys(prefix: str, guide: dict[str, Any], workflow: dict[str, Any], special: set[str]) -> list[Difference]:
    """Return the differences between two mappings, key by key, but for the `special` ones."""
    keys = [*guide, *(key for key in workflow if key not in guide)]
    return [
        Difference(f"{prefix}{key}", guide.get(key), workflow.get(key))
        for key in keys
        if key not in special | IGNORED and guide.get(key) != workflow.get(key)
    ]


def compare_steps(prefix: str, guide: list[dict[str, Any]], workflow: list[dict[str, Any]]) -> list[Difference]:
    """Return the differences between two lists of steps; the guide's steps must come in the guide's order."""
    found = []
    rest = list(workflow)
    for step in guide:
        position = next((index for index, ours in enumerate(rest) if is_same_step(step, ours)), None)
        if position is None:
            found.append(Difference(f"{prefix}{title(step)}", step, None))
            continue
        found += [Difference(f"{prefix}{title(ours)}", None, ours) for ours in rest[:position]]
        found += compare_step(f"{prefix}{title(step)}.", step, rest[position])
        rest = rest[position + 1 :]
    return found + [Difference(f"{prefix}{title(ours)}", None, ours) for ours in rest]


def compare_step(prefix: str, guide: dict[str, Any], workflow: dict[str, Any]) -> list[Difference]:
    """Return the differences between a step and its counterpart."""
    found = compare_keys(f"{prefix}with.", guide.get("with", {}), workflow.get("with", {}), special=set())
    return found + compare_keys(prefix, guide, workflow, special={"with", "uses"})


def title(step: dict[str, Any]) -> str:
    """Return what a step is called: its action, else its name, else its command."""
    return str(step.get("uses", "").partition("@")[0] or step.get("name") or step["run"])


def is_same_step(guide: dict[str, Any], workflow: dict[str, Any]) -> bool:
    """Say whether a step does what the guide's does: the same action, or a line with the words of its command."""
    if "uses" in guide:
        return title(guide) == title(workflow) and "uses" in workflow
    return any(has_words(line, guide["run"].split()) for line in workflow.get("run", "").splitlines())


def has_words(line: str, words: list[str]) -> bool:
    """Say whether a line of shell has these words, in this order; of a requirement, the name is the word."""
    try:
        tokens = iter(re.match(r"[\w./-]*", token)[0] for token in shlex.split(line))  # type: ignore[index]
    except ValueError:  # a quotation that goes on in the next line
        return False
    return all(word in tokens for word in words)
