"""Sets of answers in which every two values of two answers meet, as far as the questions allow them together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Any

from covertable import make

from tests.answers.questionnaire import of_package, problem, usual, values
from tools.questions import expression, names_in, raw
from tools.repository import ROOT, read_yaml

PACKAGES = ("new", "existing")

OF_A_TEXT = 2
"""How many values of a question that takes a text or a number meet those of the others: the first ones of the table."""


@dataclass(frozen=True)
class Constraint:
    """What the questions refuse together: some names, and the values of these that go together with no other."""

    names: tuple[str, ...]
    refused: tuple[tuple[Any, ...], ...]

    def allows(self, answers: Mapping[str, Any]) -> bool:
        """Say whether these answers are allowed together."""
        return tuple(answers[name] for name in self.names) not in self.refused


def values_of(package: str) -> dict[str, list[Any]]:
    """Return the values that meet, by the question; each package has the questions that are for something in it."""
    return {
        name: found if "choices" in raw()[name] else found[:OF_A_TEXT]
        for name in of_package(package)
        for found in [values(name, package)]
    }


def constraints(package: str) -> list[Constraint]:
    """Return what the questions refuse together in a package, where all other answers are as usual."""
    known = values_of(package)
    found = []
    for question in known:
        validator = expression(raw()[question].get("validator"))
        names = tuple(name for name in known if validator and name in names_in(validator))
        rows = product(*(known[name] for name in names)) if len(names) > 1 else ()
        refused = tuple(
            row for row in rows if problem(question, {**usual(package), **dict(zip(names, row, strict=True))})
        )
        if refused:
            found.append(Constraint(names, refused))
    return found


def route_answers() -> set[str]:
    """Return the questions on whose answers it depends how a workflow differs from the guide's on purpose."""
    entries = read_yaml(ROOT / "tools" / "guide" / "differences.yml")
    return {name for entry in entries for name in entry.get("route", {})}


@cache
def combinations(package: str) -> list[dict[str, Any]]:
    """Return the sets of answers for a new package, or for the pipeline of one that exists."""
    rules = [
        {"operator": "fn", "requires": list(constraint.names), "evaluate": constraint.allows}
        for constraint in constraints(package)
    ]
    return [{"package": package, **row} for row in make(values_of(package), strength=2, constraints=rules)]
