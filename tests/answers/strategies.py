"""Answers of every kind that the questions accept, and texts that hurt."""

from __future__ import annotations

import os
import string
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from pyrelease import rules
from tests.answers.combinations import CONSTRAINTS, OF_A_PACKAGE, VALUES, values_of

SEED = int(os.environ.get("HYPOTHESIS_SEED", "0"))

RENDERED = {"package": 350, "pipeline": 150}
REFUSED, BUILT = 200, 20
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

ALPHANUMERIC = string.ascii_letters + string.digits


def allowed_by(rule: str, *kinds: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Return texts that a rule accepts."""
    check = getattr(rules, rule)
    return st.one_of(*kinds).filter(lambda text: not check(text))


def name(inside: str, *, first: str = ALPHANUMERIC, longest: int = 30) -> st.SearchStrategy[str]:
    """Return names of letters, digits and what may stand inside, with a letter or digit last."""
    middle = st.text(ALPHANUMERIC + inside, max_size=longest - 2)
    return st.one_of(
        st.sampled_from(first),
        st.builds("{}{}{}".format, st.sampled_from(first), middle, st.sampled_from(ALPHANUMERIC)),
    )


def any_text(rule: str) -> st.SearchStrategy[str]:
    """Return texts that a rule accepts: any, less the characters that it refuses wherever they stand."""
    check = getattr(rules, rule)
    cleaned = st.one_of(TEXT, st.text(max_size=40)).map(
        lambda text: "".join(letter for letter in text if not check(f"a{letter}a")).strip()
    )
    return cleaned.filter(lambda text: not check(text))


TEXTS: dict[str, st.SearchStrategy[str]] = {
    "project_name": allowed_by("distribution_problem", name("._-")),
    "project_description": any_text("summary_problem"),
    "github_owner": allowed_by("owner_problem", name("-")),
    "github_repository": allowed_by("repository_problem", name("._-", first=ALPHANUMERIC + "._-")),
    "author_name": any_text("author_problem"),
    "author_email": allowed_by("email_problem", st.just(""), st.emails(), st.just("o'brien+x!#$%&*@mail.example.org")),
    "pypi_environment": st.one_of(any_text("environment_problem"), st.just("a" * 255)),
    "testpypi_environment": any_text("environment_problem"),
    "default_branch": allowed_by("branch_problem", name("._/-")),
    "tag_prefix": st.one_of(
        allowed_by("tag_prefix_problem", st.just(""), name("._/-").map(lambda text: f"{text}-")),
        any_text("tag_prefix_problem"),
    ),
    "workflow_filename": allowed_by("workflow_problem", name("._-").map(lambda text: f"{text}.yml")),
    "reviewers": allowed_by("reviewers_problem", st.lists(name("-", longest=12), max_size=6).map(", ".join)),
    "pypi_organization": allowed_by("organization_problem", st.just(""), name("._-")),
    "testpypi_organization": allowed_by("organization_problem", st.just(""), name("._-")),
}
"""What may be typed, by the question."""


def answers(package: str) -> st.SearchStrategy[dict[str, Any]]:
    """Return sets of answers that the questions accept together."""
    names = [name for name in values_of(package) if name not in TEXTS]
    choices = {name: st.sampled_from(VALUES.get(name) or values_of(package)[name]) for name in names}
    texts = {name: text for name, text in TEXTS.items() if package == "new" or name not in OF_A_PACKAGE}
    if package == "existing":
        texts = {name: text for name, text in texts.items() if not name.startswith(("author_", "project_desc"))}
    return st.fixed_dictionaries({"package": st.just(package), **choices, **texts}).filter(are_allowed)


def are_allowed(given: dict[str, Any]) -> bool:
    """Say whether the questions accept these answers together."""
    different = given["pypi_environment"].lower() != given["testpypi_environment"].lower()
    return different and all(
        constraint.allows(given) for constraint in CONSTRAINTS if set(constraint.names) <= set(given)
    )


def examples(count: int) -> settings:
    """Return the settings for a property that is tried on this many examples, however long each takes."""
    return settings(
        max_examples=count,
        deadline=None,
        database=None,
        print_blob=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.function_scoped_fixture],
    )
