"""What a part of a workflow means to GitHub, so that two ways to write one thing are equal.

https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax
"""

from __future__ import annotations

import re
from typing import Any

LISTS = {"needs", "runs-on", "labels", "types", "branches", "branches-ignore", "tags", "tags-ignore", "paths"}
"""Keys whose list may be written as its only part."""

FREE = {"with", "env", "inputs", "outputs", "secrets", "jobs"}
"""Keys below which the names are the writer's own."""

EMPTY = {"with", "env", "outputs", "secrets"}
"""Keys that say nothing while nothing stands below them; `permissions: {}` says much."""

EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)

# A text in quotes; white space; anything else.
TOKEN = re.compile(r"('(?:[^']|'')*')|\s+|([^'\s]+)")


def is_same(one: Any, other: Any, key: str = "") -> bool:
    """Say whether two values of a key mean the same to GitHub."""
    return bool(meaning(one, key) == meaning(other, key))


def meaning(value: Any, key: str = "") -> Any:
    """Return a value of a key in the one form to which all ways to write it lead."""
    if value is None or (key in EMPTY and value == {}):
        return None
    if key in LISTS and isinstance(value, str):
        value = [value]
    if key == "concurrency" and not isinstance(value, dict):
        value = {"group": value}
    if isinstance(value, dict):
        return {str(name): meaning(part, "" if key in FREE else str(name)) for name, part in value.items()}
    if isinstance(value, list):
        parts = [meaning(part) for part in value]
        return sorted(parts, key=str) if key == "needs" else parts
    # To GitHub every input and variable is a text, and it reads a switch or a number from one, too.
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if key == "if":
        return condition(text)
    if key == "uses":
        text = repository_in_small_letters(text)
    text = EXPRESSION.sub(lambda found: f"${{{{{expression(found[1])}}}}}", text)
    return command(text) if key == "run" else "\n".join(" ".join(line.split()) for line in text.strip().splitlines())


def repository_in_small_letters(uses: str) -> str:
    """Return an action in the one form of its owner's and its repository's name, which GitHub knows in any letters."""
    return re.sub(r"^\w[\w-]*/[\w.-]+(?=[/@])", lambda found: found[0].lower(), uses)


def condition(text: str) -> str:
    """Return what an `if` asks: it is an expression, with or without the signs of one around the whole."""
    whole = EXPRESSION.fullmatch(text.strip())
    return expression(whole[1] if whole and "}}" not in whole[1] else text)


def expression(text: str) -> str:
    """Return an expression without what does not count in it: white space, and the case of names."""
    return TOKEN.sub(lambda found: found[1] or (found[2] or "").lower(), text)


def command(text: str) -> str:
    """Return a command's text without the white space that no shell sees; a line with quotes keeps its own."""
    lines = text.replace("\\\n", " ").strip().splitlines()
    return "\n".join(
        line.rstrip() if re.search("[\"'`]", line) else re.match(r"\s*", line)[0] + " ".join(line.split())  # type: ignore[index]
        for line in lines
    )
