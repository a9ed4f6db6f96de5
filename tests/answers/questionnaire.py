"""What `copier.yml` says of answers, from its own expressions and without a copy."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from inspect import getmembers, isfunction
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined, Template

from pyrelease import defaults, rules
from pyrelease.found import Found
from tests.answers.table import QUESTIONS
from tools.questions import choices, raw
from tools.workshop import NAME, OWNER

EXPRESSIONS = Environment(undefined=StrictUndefined, extensions=["jinja2_time.TimeExtension"])
EXPRESSIONS.filters.update(getmembers(rules, isfunction) + getmembers(defaults, isfunction))

NO_FOLDER = Found(Path("/no/such/folder"))

CASTS: dict[str, Callable[[str], Any]] = {"str": str, "bool": "True".__eq__, "int": int}
"""How Copier reads what a default renders to, by a question's type."""


@cache
def compiled(expression: str) -> Template:
    """Return an expression that is ready to be rendered."""
    return EXPRESSIONS.from_string(expression)


def rendered(expression: str, answers: Mapping[str, Any], found: Found = NO_FOLDER) -> str:
    """Return what an expression of `copier.yml` says where these answers were given."""
    settings = {"data": answers, "defaults": True}
    return compiled(expression).render({**answers, "_copier_conf": settings, "found": found, "UNSET": ""})


def problem(name: str, answers: Mapping[str, Any]) -> str:
    """Return what a question says of its answer beside the others; empty if it is allowed."""
    return rendered(raw()[name].get("validator", ""), answers)


def is_asked(name: str, answers: Mapping[str, Any], found: Found = NO_FOLDER) -> bool:
    """Say whether a person who gives these answers is asked a question."""
    conditions = (str(raw()[name].get(key, True)) for key in ("ask", "when"))
    return all(rendered(condition, answers, found) == "True" for condition in conditions)


@cache
def usual(package: str) -> Mapping[str, Any]:
    """Return the answers that nobody gives, in an empty folder; what nothing can know has a value here."""
    answers: dict[str, Any] = {"package": package, "project_name": NAME, "github_owner": OWNER}
    for name, question in raw().items():
        default = question["default"]
        if name not in answers:
            answers[name] = CASTS[question["type"]](rendered(default, answers)) if is_text(default) else default
        if question.get("multiselect"):
            answers[name] = []
    return answers


def is_text(value: Any) -> bool:
    """Say whether a value is a text."""
    return isinstance(value, str)


def takes_text(name: str) -> bool:
    """Say whether a question takes a text of one's own."""
    return raw()[name]["type"] == "str" and "choices" not in raw()[name]


def values(name: str, package: str) -> list[Any]:
    """Return good values of a question: its choices, yes and no, or those of the table."""
    if "choices" in raw()[name]:
        found = list(choices(name, package))
        return [[], *([value] for value in found)] if raw()[name].get("multiselect") else found
    if raw()[name]["type"] == "bool":
        return [False, True]
    return list(dict.fromkeys(value for part in QUESTIONS[name].tried for value in part.good))


def of_package(package: str) -> list[str]:
    """Return the questions that can have more than one answer in a package, in their order, but for that of the package."""
    return [name for name in raw() if name in QUESTIONS and name != "package" and package in QUESTIONS[name].packages]


def with_inside(text: str, piece: str) -> Iterator[str]:
    """Yield the text with a piece put into it, at each place."""
    return (text[:place] + piece + text[place:] for place in range(len(text) + 1))


def marked(name: str, word: str, answers: Mapping[str, Any]) -> str | None:
    """Return a value with a word in it that a question takes beside these answers; `None` if it takes none."""
    candidates = (text for value in values(name, answers["package"]) for text in with_inside(value, word))
    return next((text for text in candidates if not problem(name, {**answers, name: text})), None)
