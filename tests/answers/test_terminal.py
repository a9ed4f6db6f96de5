"""What a person reads while answering fits a terminal of 80 columns: each question, each choice and each refusal."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, seed
from hypothesis import strategies as st

from pyrelease.defaults import seen
from pyrelease.found import Found
from tests.adoption.package import UPLOAD, add_workflow, write_package
from tests.answers.combinations import PACKAGES
from tests.answers.questionnaire import of_package, problem, rendered, takes_text, usual
from tests.answers.strategies import SEED, TEXT, examples
from tests.answers.table import QUESTIONS
from tests.conftest import answers_of
from tools.questions import labelled, questions, raw
from tools.terminal import answer_by_hand

COLUMNS = 80

BEFORE_A_QUESTION, BEFORE_A_CHOICE = "\N{MICROPHONE} ", "   - "
"""What Copier shows before a question, and before a choice that cannot be taken: the microphone has two columns."""

CODES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")

CLEAR, ENTER = "\x15", "\r"

BAD = {
    "project_name": "-demo",
    "project_description": "",
    "github_owner": "octo_org",
    "github_repository": "octo-org/demo",
    "author_name": "Ada <ada@example.org>",
    "author_email": "ada",
    "import_name": "Demo",
    "default_branch": "a b",
    "tag_prefix": "v1",
    "pypi_organization": "octo org",
    "testpypi_organization": "octo org",
    "pypi_environment": "a|b",
    "testpypi_environment": "pypi",
    "workflow_filename": "a/b.yml",
    "reviewers": "octo-org/release",
}
"""What somebody types first, by the question."""

GOOD = {"github_owner": "https://github.com/octo-org/demo", "author_name": "Ada King"}
"""What somebody types then, where it is not what is usual."""


def room(name: str) -> int:
    """Return the columns that a refusal has behind what Copier says of its question."""
    return COLUMNS - 36 - len(name)


def lines_of(shown: str) -> str:
    """Return what was shown on a terminal, without its codes."""
    return CODES.sub("", shown)


@pytest.fixture(scope="module")
def asked(template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], str]:
    """The answers of somebody who looks at all settings and types something wrong in each field, and all that they saw."""
    folder = tmp_path_factory.mktemp("asked")
    keys = {question["help"]: ENTER for question in raw().values()}
    keys[raw()["customize"]["help"]] = "y"
    for name, wrong in BAD.items():
        good = GOOD.get(name, str(usual("new")[name]))
        keys[raw()[name]["help"]] = f"{CLEAR}{wrong}{ENTER}"
        keys[f"question '{name}': "] = f"{CLEAR}{good}{ENTER}"
    code, shown = answer_by_hand(["copier", "copy", "--trust", template, "demo"], folder, keys)
    assert code == 0, shown
    return answers_of(folder / "demo"), lines_of(shown)


def test_every_question_is_seen_on_one_line(asked: tuple[dict[str, Any], str]) -> None:
    seen = [name for name, question in raw().items() if f"{BEFORE_A_QUESTION}{question['help']}" in asked[1]]
    assert len(seen) > 25
    assert [name for name, question in raw().items() if len(question["help"]) + 3 >= COLUMNS] == []


def test_what_is_wrong_is_seen_whole_below_the_field(asked: tuple[dict[str, Any], str]) -> None:
    for name, wrong in BAD.items():
        said = f"Validation error for question '{name}': {problem(name, {**usual('new'), name: wrong})}"
        assert said in asked[1], name
        assert len(said) < COLUMNS


def test_an_owner_that_is_typed_as_an_address_is_kept_as_the_owner(asked: tuple[dict[str, Any], str]) -> None:
    names = ("github_owner", "github_repository", "author_name")
    assert [asked[0][name] for name in names] == ["octo-org", "demo-package", "Ada King"]


def test_all_that_the_rules_say_fits_the_line() -> None:
    said = [(part.name, message) for part in questions() for refusal in part.refusals for message in refusal.messages]
    assert len(said) > 60
    too_long = [(name, text) for name, text in said if len(text.replace("U+…", "U+FFFF")) > room(name)]
    assert too_long == []
    assert [text for _, text in said if "…" in text.replace("U+…", "")] == [], "what is typed is not said again"


def test_every_refusal_is_heard_for_a_value_of_the_table() -> None:
    known = {
        (part.name, message)
        for part in questions()
        for refusal in part.refusals
        if refusal.rule not in vars(Found) and "found." not in str(raw()[part.name].get("validator"))
        for message in refusal.messages
    }
    heard = {
        (name, re.sub(r"U\+\w+", "U+…", problem(name, {**usual(package), **part.answers, name: value})))
        for name in QUESTIONS
        for package in PACKAGES
        for part in QUESTIONS[name].tried
        for value in part.bad
    }
    shared = {message for _, message in heard}
    assert {message for _, message in known} - shared == set()


@seed(SEED)
@examples(300)
@given(name=st.sampled_from([name for name in of_package("existing") if takes_text(name)]), typed=TEXT)
def test_whatever_is_typed_the_refusal_fits_the_line(name: str, typed: str) -> None:
    for package, route in product(PACKAGES, ("trusted", "token")):
        assert len(problem(name, {**usual(package), "index_route": route, name: typed})) <= room(name)


def test_a_choice_that_cannot_be_taken_is_seen_with_its_reason() -> None:
    shown = 0
    for name, question in raw().items():
        choices = question.get("choices", {})
        labels = {label for package in PACKAGES for label in labelled(name, package).values()}
        reasons = {
            label: part["validator"]
            for label, part in (choices.items() if isinstance(choices, dict) else ())
            if isinstance(part, dict)
        }
        for label in labels:
            width = len(BEFORE_A_CHOICE) + len(str(label))
            if label in reasons:
                width += len(f" ({reason_of(reasons[label])})")
                shown += 1
            assert width < COLUMNS, (name, label)
    assert shown == 4


def reason_of(validator: str) -> str:
    """Return why a choice is refused: the only reason that its rule knows."""
    answers = {
        **usual("existing"),
        "index_url": "https://devpi.example.org/",
        "version_source": "static",
        "kept_files": ["a"],
    }
    found = rendered(validator, {**answers, "push_index": "testpypi"})
    assert found
    return found


def test_what_is_said_of_a_package_before_it_is_written_to_fits_and_keeps_each_word(tmp_path: Path) -> None:
    package = write_package(tmp_path / "demo")
    add_workflow(package, "release-of-the-package.yml", UPLOAD)
    add_workflow(package, "release-of-the-documentation.yml", UPLOAD)
    for is_unattended in (True, False):
        lines = seen(Found(package), is_unattended).splitlines()
        assert [line for line in lines if len(line) > COLUMNS] == []
        assert " ".join(" ".join(lines).split()).count("release-of-the-documentation.yml") == 1
