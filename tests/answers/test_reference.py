"""The reference of answers, and their JSON schema, say what the questions do."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

import tests.answers.questions
from tests.answers.combinations import CONSTRAINTS, Constraint, combinations, values_of
from tests.answers.questions import questions
from tests.answers.values import ACCEPTED, BAD_ANSWERS
from tests.answers.write_answers_reference import REFERENCE, SCHEMA, reference, schema, written_schema
from tests.conftest import answers_of, copy

VALIDATOR = Draft7Validator(schema())

NOT_SAID = {
    "project_description",
    "author_name",
    "import_name",
    "python_min",
    "default_branch",
    "workflow_filename",
    "pypi_environment",
    "testpypi_environment",
    "reviewers",
    "created_on",
}
"""Questions whose bad answer in the table breaks a rule that the schema cannot say, or says of a new package alone."""


def accepts(**answers: Any) -> bool:
    """Say whether the schema accepts these answers."""
    return VALIDATOR.is_valid({"github_owner": "octo-org", **answers})


def test_both_files_are_what_the_questions_say() -> None:
    assert REFERENCE.read_text(encoding="utf-8") == reference()
    assert SCHEMA.read_text(encoding="utf-8") == written_schema()


def test_every_question_has_a_section() -> None:
    names = re.findall(r"^## `(\w+)`$", REFERENCE.read_text(encoding="utf-8"), re.MULTILINE)
    assert names == [question.name for question in questions()] == list(schema()["properties"])


def test_a_computed_default_without_words_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tests.answers.questions, "defaults_in_words", dict)
    with pytest.raises(ValueError, match="package: a default needs a line"):
        reference()


def test_the_schema_is_one() -> None:
    Draft7Validator.check_schema(schema())


@pytest.mark.parametrize("package", ["new", "existing"])
def test_every_set_of_answers_that_is_tried_fits_the_schema(package: str) -> None:
    for answers in combinations(package):
        assert accepts(**answers), answers


def test_every_text_that_a_rule_accepts_fits_the_schema() -> None:
    tried = {
        (question.name, value)
        for question in questions()
        for refusal in question.refusals
        for value in ACCEPTED.get(refusal.rule, [])
        if question.kind == "str"
    }
    assert len({name for name, _ in tried}) > 12
    assert [answer for answer in tried if not accepts(index_route="token", **dict([answer]))] == []


def test_what_breaks_a_choice_or_a_pattern_does_not_fit() -> None:
    assert {name for name, value in BAD_ANSWERS.items() if accepts(**{name: value})} == NOT_SAID


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("customize", "nope"),
        ("binary", 1),
        ("copyright_year", "soon"),
        ("copyright_year", 26),
        ("project_name", 2026),
        ("license", ["MIT"]),
        ("push_index", {"a": "b"}),
        ("kept_files", [".github/dependabot.yml"] * 2),
        ("kept_files", ["src"]),
        ("project_description", "x" * 513),
        ("github_owner", "a" * 40),
        ("projct_name", "demo"),
    ],
)
def test_what_is_of_another_type_too_long_or_unknown_does_not_fit(name: str, value: Any) -> None:
    assert not accepts(**{name: value})


def test_only_the_owner_is_required() -> None:
    assert accepts()
    assert [error.validator for error in VALIDATOR.iter_errors({})] == ["required"]


@pytest.mark.parametrize("constraint", CONSTRAINTS, ids=lambda constraint: constraint.names[0])
def test_answers_fit_together_as_the_questions_take_them_together(constraint: Constraint) -> None:
    values = values_of("pipeline")
    for row in product(*(values[name] for name in constraint.names)):
        answers = dict(zip(constraint.names, row, strict=True))
        assert accepts(package="existing", **answers) == constraint.allows(answers), answers


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[("existing_workflow", "keep"), ("version_source", "static"), ("test_group", "tests"), ("test_extra", "test")],
        *[("releasing_file", ".github/RELEASING.md"), ("kept_files", [".github/dependabot.yml"])],
        *[("python_min", "3.9"), ("build_backend", "flit-core")],
    ],
)
def test_what_only_an_existing_package_has_does_not_fit_a_new_one(name: str, value: Any) -> None:
    assert accepts(package="existing", **{name: value})
    assert not accepts(package="new", **{name: value})


def test_an_index_of_ones_own_needs_a_token() -> None:
    assert not accepts(index_url="https://devpi.example.org/")
    assert accepts(index_url="https://devpi.example.org/", index_route="token")


def test_a_file_of_answers_that_fits_makes_a_project(template: Path, tmp_path: Path) -> None:
    answers = {
        "github_owner": "octo-org",
        "project_name": "sunny-days",
        "python_min": "3.12",
        "binary": True,
        "index_route": "token",
        "index_url": "https://devpi.example.org/",
        "copyright_year": 2020,
        "kept_files": [],
    }
    assert accepts(**answers)
    (tmp_path / "answers.yml").write_text(yaml.safe_dump(answers), encoding="utf-8")
    done = copy(template, tmp_path / "demo", "--data-file", str(tmp_path / "answers.yml"))
    assert done.returncode == 0, done.stderr
    stored = answers_of(tmp_path / "demo")
    assert stored.items() >= answers.items()
    assert accepts(**stored), "what a project keeps fits, too"
