"""An answer that PyPI, GitHub, git or Python would refuse is refused at the question, in words, before anything is written."""

from __future__ import annotations

from pathlib import Path

import pytest
from check_wheel_contents.checker import COMMON_NAMES

from pyrelease import rules
from tests.answers.values import ACCEPTED, BAD_ANSWERS, REFUSED
from tests.conftest import copy, last_line, read_yaml
from tools.write_standard_library_names import FILE, names


@pytest.mark.parametrize(("rule", "value"), [(rule, value) for rule, values in ACCEPTED.items() for value in values])
def test_a_good_value_is_accepted(rule: str, value: str) -> None:
    assert getattr(rules, rule)(value) == ""


@pytest.mark.parametrize(("rule", "value"), [(rule, value) for rule, values in REFUSED.items() for value in values])
def test_a_bad_value_is_refused_in_words(rule: str, value: str) -> None:
    assert len(getattr(rules, rule)(value).split()) > 3


def test_every_rule_has_a_table() -> None:
    named = {name for name in vars(rules) if name.endswith("_problem")} - {"text_problem"}
    assert set(ACCEPTED) == set(REFUSED) == named


@pytest.mark.parametrize("question", BAD_ANSWERS)
def test_a_refused_answer_ends_the_command_and_writes_nothing(template: Path, tmp_path: Path, question: str) -> None:
    answers = {"project_name": "demo", "github_owner": "octo-org", question: BAD_ANSWERS[question]}
    options = [option for name, value in answers.items() for option in ("--data", f"{name}={value}")]
    done = copy(template, tmp_path / "demo", *options)
    assert question in last_line(done)
    assert not (tmp_path / "demo").exists()


def test_every_question_that_takes_text_is_tried(template: Path) -> None:
    questions = read_yaml(template / "copier.yml")
    assert set(BAD_ANSWERS) == {
        name for name in questions if questions[name] and name[0] != "_" and questions[name]["type"] == "str"
    }


def test_a_refused_answer_leaves_a_folder_that_exists_as_it_was(template: Path, tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "README.md").write_bytes(b"mine\r\n")
    assert copy(template, tmp_path / "demo", "-d", "github_owner=octo_org").returncode != 0
    assert [path.name for path in (tmp_path / "demo").iterdir()] == ["README.md"]
    assert (tmp_path / "demo" / "README.md").read_bytes() == b"mine\r\n"


def test_a_question_is_shown_whole_in_a_terminal_of_80_columns(template: Path) -> None:
    questions = read_yaml(template / "copier.yml")
    helps = [question["help"] for name, question in questions.items() if name[0] != "_"]
    assert [text for text in helps if "{{" not in text and len(f"\N{MICROPHONE} {text}") > 78] == []


def test_names_that_the_workflow_would_refuse_in_a_wheel_are_refused() -> None:
    assert {name for name in COMMON_NAMES if name.isidentifier()} == rules.COMMON_NAMES


def test_the_names_of_the_standard_library_are_those_that_pypi_refuses() -> None:
    assert FILE.read_text(encoding="utf-8") == names()
