"""Answers of every kind that the questions accept, and texts that hurt."""

from __future__ import annotations

import os
import string
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from tests.answers.questionnaire import of_package, problem, takes_text, usual, values

SEED = int(os.environ.get("HYPOTHESIS_SEED", "0"))

RENDERED = {"new": 60, "existing": 30}
REFUSED, BUILT = 120, 6
"""Examples in one run of the tests: projects made in each package, answers refused, projects built."""

HOSTILE = [
    *[
        "'",
        '"',
        "`",
        "\\",
        "#",
        ": ",
        "%",
        "{{",
        "}}",
        "{%",
        "{#",
        "${{ github.token }}",
        "$(id)",
        "$HOME",
        "; id",
        "| id",
    ],
    *["\n", "\t", "\r", "\x00", "\x1b[31m", "\x7f", "\x85", "\u2028", "\ud800", "\ufffe", "\u202e", "\u200f", "\ufeff"],
    *[
        "\u00a0",
        "é",
        "e\u0301",
        "👩\u200d🚀",
        "中文",
        "ا",
        "\u200c",
        "-",
        "--",
        "- ",
        "&a",
        "*a",
        "!x",
        "@",
        "?",
        "[",
        "]",
        "{",
    ],
    *[
        "no",
        "null",
        "~",
        "1e3",
        "0x1",
        "true",
        "=",
        "<",
        ">",
        "CON",
        "nul.txt",
        ".",
        "..",
        "/",
        "//",
        "'''",
        '"""',
        "\\n",
    ],
    *[
        "x" * 512,
        " ",
        "  ",
        "|",
        "||",
        "::error::",
        "<script>",
        "--help",
        "-",
        "\\u0041",
        "%s",
        "]]>",
        "aux",
        "_",
        "v1",
    ],
]

TEXT = st.lists(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=8)), min_size=1, max_size=6).map("".join)
"""Any text, mostly of pieces that mean something to a format, a shell or an index."""


PIECES = st.one_of(TEXT, st.text(max_size=40), st.text(string.ascii_letters + string.digits + "._-/", max_size=20))


@st.composite
def around(draw: st.DrawFn, text: str, is_allowed: Callable[[str], bool]) -> str:
    """Return a text that is allowed: a good one, with any text put into it, less what may not stand there."""
    place = draw(st.integers(0, len(text)))
    before, after = text[:place], text[place:]
    piece = "".join(letter for letter in draw(PIECES) if is_allowed(f"{before}{letter}{after}"))
    while not is_allowed(f"{before}{piece}{after}"):
        piece = piece[: len(piece) // 2]
    return f"{before}{piece}{after}"


@st.composite
def answers(draw: st.DrawFn, package: str) -> dict[str, Any]:
    """Return answers that the questions accept together, one after another, as they are asked."""
    given: dict[str, Any] = {}

    def is_allowed(value: Any) -> bool:
        return not problem(name, {**usual(package), **given, name: value})

    for name in of_package(package):
        value = draw(st.sampled_from([value for value in values(name, package) if is_allowed(value)]))
        given[name] = draw(around(value, is_allowed)) if takes_text(name) else value
    return {"package": package, **given}


def examples(count: int, *, shrinks: bool = True) -> settings:
    """Return the settings for a property that is tried on this many examples, however long each takes.

    Shrinking tries hundreds more once one fails: too many where each is a build.
    """
    return settings(
        max_examples=count,
        deadline=None,
        database=None,
        print_blob=True,
        phases=set(Phase) - (set() if shrinks else {Phase.shrink}),
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.function_scoped_fixture],
    )
