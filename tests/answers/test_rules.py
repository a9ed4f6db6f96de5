"""An answer that PyPI, GitHub, git or Python would refuse is refused at the question, in words, before anything is written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from check_wheel_contents.checker import COMMON_NAMES

from pyrelease import patterns, rules
from tests.answers.questionnaire import EXPRESSIONS, compiled, of_package, problem, usual, values
from tests.answers.table import EXISTING, QUESTIONS
from tests.conftest import copy, last_line
from tools.questions import raw
from tools.write_standard_library_names import FILE, names

RULES = sorted(name for name in vars(rules) if name.endswith("_problem"))


def beside(name: str, answers: Mapping[str, Any], value: Any) -> dict[str, Any]:
    """Return all answers with a value and those that it stands beside; the others are as usual in its package."""
    package = answers.get("package", QUESTIONS[name].packages[0])
    return {**usual(package), **answers, name: value}


def cases(*, good: bool) -> Iterator[Any]:
    """Yield each value of the table that a rule looks at: its question, and all answers."""
    for name in (name for name in raw() if name in QUESTIONS):
        for part in QUESTIONS[name].tried:
            for value in part.good if good else part.bad:
                # Copier refuses what is no choice before it asks a rule.
                if "choices" not in raw()[name] or value in values(name, "existing"):
                    shown = "".join(f" {other}={given}" for other, given in part.answers.items())
                    yield pytest.param(name, beside(name, part.answers, value), id=f"{name} {value!a:.40}{shown}")


@pytest.mark.parametrize(("name", "answers"), [*cases(good=True)])
def test_a_good_value_is_accepted(name: str, answers: dict[str, Any]) -> None:
    assert problem(name, answers) == ""


@pytest.mark.parametrize(("name", "answers"), [*cases(good=False)])
def test_a_bad_value_is_refused_in_words(name: str, answers: dict[str, Any]) -> None:
    assert len(problem(name, answers).split()) > 2


@pytest.mark.parametrize("name", [name for name in of_package("existing") if QUESTIONS[name].packages == EXISTING])
def test_what_only_an_existing_package_can_have_is_refused_in_a_new_one(name: str) -> None:
    for value in values(name, "existing"):
        is_usual = value == usual("new")[name]
        assert bool(problem(name, {**usual("new"), name: value})) is not is_usual


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, set[bool]]]:
    """Whether a rule was heard to refuse and to accept something, by its name."""
    heard: dict[str, set[bool]] = defaultdict(set)

    def heard_by(name: str, rule: Callable[..., str]) -> Callable[..., str]:
        def listening(*arguments: Any) -> str:
            found = rule(*arguments)
            heard[name].add(bool(found))
            return found

        return listening

    for name in RULES:
        listening = heard_by(name, getattr(rules, name))
        monkeypatch.setattr(rules, name, listening)
        monkeypatch.setitem(EXPRESSIONS.filters, name, listening)
    compiled.cache_clear()  # what is compiled knows the filters
    yield heard
    compiled.cache_clear()


def test_every_rule_accepts_and_refuses_a_value_of_the_table(said: dict[str, set[bool]]) -> None:
    for case in (*cases(good=True), *cases(good=False)):
        problem(*case.values)
    assert [name for name in RULES if said[name] != {True, False}] == []


def first_bad(name: str) -> dict[str, Any]:
    """Return the first bad value of a question, and the answers that it is bad beside."""
    return next({**part.answers, name: value} for part in QUESTIONS[name].tried for value in part.bad)


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_refused_answer_ends_the_command_and_writes_nothing(template: Path, tmp_path: Path, name: str) -> None:
    answers = {"project_name": "demo", "github_owner": "octo-org", **first_bad(name)}
    options = [option for pair in answers.items() for option in ("--data", "{}={}".format(*pair))]
    done = copy(template, tmp_path / "demo", *options)
    assert name in last_line(done)
    assert not (tmp_path / "demo").exists()


def test_a_refused_answer_leaves_a_folder_that_exists_as_it_was(template: Path, tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "README.md").write_bytes(b"mine\r\n")
    assert copy(template, tmp_path / "demo", "-d", "github_owner=octo_org").returncode != 0
    assert [path.name for path in (tmp_path / "demo").iterdir()] == ["README.md"]
    assert (tmp_path / "demo" / "README.md").read_bytes() == b"mine\r\n"


def test_names_that_the_workflow_would_refuse_in_a_wheel_are_refused() -> None:
    assert {name for name in COMMON_NAMES if name.isidentifier()} == patterns.COMMON_NAMES


def test_the_names_of_the_standard_library_are_those_that_pypi_refuses() -> None:
    assert FILE.read_text(encoding="utf-8") == names()
