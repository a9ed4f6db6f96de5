"""The filters of `on: push`, and the patterns of an environment that take what passes them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

ANY_REF = ("*", "**/*")
"""The patterns of an environment that name every ref: its `*` stops at a slash."""


def passes_filter(patterns: Iterable[str], name: str) -> bool:
    """Say whether a branch or a tag passes a filter; the last pattern that fits counts, and `!` takes back.

    https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet
    """
    passes = False
    for pattern in patterns:
        if re.fullmatch(regular_expression(pattern.removeprefix("!")), name):
            passes = not pattern.startswith("!")
    return passes


def regular_expression(pattern: str) -> str:
    """Return the regular expression of a filter; one that fits nothing for a pattern that is none."""
    meaning = {"**": ".*", "*": "[^/]*", "?": "?", "+": "+"}
    parts = re.findall(r"\*\*|\[[^\]]+\]|\\.|.", pattern)
    found = "".join(part if part[0] in "[\\" and part[1:] else meaning.get(part) or re.escape(part) for part in parts)
    try:
        re.compile(found)
    except re.error:
        return "(?!)"
    return found


def pushed_refs(filters: Mapping[str, list[str]]) -> Iterator[tuple[str, str]]:
    """Yield the refs that pass the filters of `on: push`, each a kind and a pattern of an environment."""
    kinds = {"branch": ("branches", "branches-ignore"), "tag": ("tags", "tags-ignore")}
    for kind, (taken, ignored) in kinds.items():
        if taken in filters:
            wanted = [pattern for pattern in filters[taken] if not pattern.startswith("!")]
            yield from ((kind, widened) for pattern in wanted for widened in environment_patterns(pattern))
        elif ignored in filters or not any(key.startswith(("branches", "tags")) for key in filters):
            yield from ((kind, pattern) for pattern in ANY_REF)


def environment_patterns(pattern: str) -> tuple[str, ...]:
    """Return the patterns of an environment that name every ref that passes a filter, and perhaps more.

    A filter has `+` and `?` for repetitions of what stands before, and `**` for anything; an environment has neither.
    """
    wide = re.sub(r"(\[[^\]]+\]|[^*\[\]])[+]", r"\1*", pattern)
    wide = re.sub(r"(\[[^\]]+\]|[^*\[\]])[?]", "*", wide)
    if "**" not in wide:
        return (wide,)
    flat = re.sub(r"\*{2,}", "*", wide)
    return (flat, re.sub(r"\*{2,}.*", "**/*", wide) if "/**" in wide or wide.startswith("**") else f"{flat}/**/*")
