"""The reference of answers, and their JSON schema, say what the questions do."""

from __future__ import annotations

import json
import keyword
import re
import sys
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, seed
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from packaging.utils import canonicalize_name

import tools.questions
from pyrelease.patterns import FILE_NAME_LIMIT
from tests.answers.combinations import PACKAGES, combinations, constraints, values_of
from tests.answers.questionnaire import of_package, problem, takes_text, usual, values
from tests.answers.strategies import HOSTILE, SEED, TEXT, examples
from tests.answers.table import QUESTIONS
from tests.conftest import answers_of, copy
from tools.answers_schema import OWN_DEFAULT, modules, schema, words_of_python
from tools.questions import choices, raw
from tools.write_reference import REFERENCE, SCHEMA, TROUBLES_PAGE, reference, troubles_page, written_schema

VALIDATOR = Draft7Validator(schema())


def accepts(**answers: Any) -> bool:
    """Say whether the schema accepts these answers."""
    return VALIDATOR.is_valid({"github_owner": "octo-org", **answers})


def test_both_files_are_what_the_questions_say() -> None:
    assert REFERENCE.read_text(encoding="utf-8") == reference()
    assert SCHEMA.read_text(encoding="utf-8") == written_schema()


def test_the_page_of_troubles_is_what_the_table_says() -> None:
    assert TROUBLES_PAGE.read_text(encoding="utf-8") == troubles_page()


def test_every_question_has_a_section() -> None:
    names = re.findall(r"^## `(\w+)`$", REFERENCE.read_text(encoding="utf-8"), re.MULTILINE)
    assert names == list(raw()) == list(schema()["properties"])


def test_a_computed_default_without_words_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tools.questions, "defaults_in_words", dict)
    with pytest.raises(ValueError, match="package: a default needs a line"):
        reference()


@pytest.mark.parametrize(
    ("key", "expression"),
    [
        ("ask", "{{ customize + 1 }}"),
        ("ask", "{{ found.git.owner }}"),
        ("when", "{% if customize %}yes{% endif %}"),
        ("validator", "{{ 'no' if reviewers > 'a' else '' }}"),
        ("validator", "{{ reviewers | length }}"),
        ("validator", "{{ found.identity_has_changed(reviewers) }}"),
        ("choices", "{{ ['a'] | to_json }}"),
    ],
)
def test_what_cannot_be_put_into_words_is_an_error(monkeypatch: pytest.MonkeyPatch, key: str, expression: str) -> None:
    monkeypatch.setitem(raw()["reviewers"], key, expression)
    with pytest.raises(ValueError, match="no words for"):
        reference()


def test_the_schema_is_a_schema() -> None:
    Draft7Validator.check_schema(schema())


@pytest.mark.parametrize("package", PACKAGES)
def test_every_set_of_answers_that_is_tried_fits_the_schema(package: str) -> None:
    for answers in combinations(package):
        assert accepts(**answers), answers


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_good_value_fits_the_schema(name: str) -> None:
    tried = [
        {**part.answers, name: value}
        for part in QUESTIONS[name].tried
        for value in part.good
        if raw()[name]["type"] != "bool"  # a word for yes or no is for the command line
    ]
    tried += [{"index_route": "token", "package": "existing", name: value} for value in values(name, "existing")]
    assert [answers for answers in tried if not accepts(**beside_package(name, answers))] == []


def beside_package(name: str, answers: dict[str, Any]) -> dict[str, Any]:
    """Return answers with the package that they are for."""
    return {"package": QUESTIONS[name].packages[0], **answers}


def is_beyond_patterns(name: str, answers: dict[str, Any]) -> bool:
    """Say whether answers are refused for what no pattern can say: a closed list, each with its reason."""
    value = answers[name]
    match name:
        case "project_name":  # a module in another one: PyPI refuses 2,000 of these names
            return "-" in canonicalize_name(value)
        case "import_name":  # what the Python that runs has more than others
            return value in {*sys.stdlib_module_names, *keyword.softkwlist} - modules() - words_of_python()
        case "workflow_filename":  # a file's name has a limit in bytes
            return len(value.encode(errors="replace")) > FILE_NAME_LIMIT
        case "testpypi_environment":  # one answer that is the same as another
            return bool(value.lower() == answers.get("pypi_environment", "pypi").lower())
        case "push_trigger":  # where pushes go is known to the folder
            return "push_index" not in answers
        case "created_on":  # leap years
            return bool(value[5:] == "02-29")
        case _:
            return False


@pytest.mark.parametrize("name", QUESTIONS)
def test_what_a_copy_refuses_does_not_fit(name: str) -> None:
    bad = [{**part.answers, name: value} for part in QUESTIONS[name].tried for value in part.bad]
    assert bad
    for answers in (beside_package(name, answers) for answers in bad):
        assert not accepts(**answers) or is_beyond_patterns(name, answers), answers


@seed(SEED)
@examples(400)
@given(data=st.data(), package=st.sampled_from(PACKAGES), route=st.sampled_from(["trusted", "token"]))
def test_the_schema_takes_a_text_exactly_if_the_question_does(data: st.DataObject, package: str, route: str) -> None:
    name = data.draw(st.sampled_from([name for name in of_package(package) if takes_text(name)]))
    good = data.draw(st.sampled_from(values(name, package)))
    place = data.draw(st.integers(0, len(good)))
    text = data.draw(st.one_of(TEXT, st.sampled_from(HOSTILE).map(lambda part: f"{good[:place]}{part}{good[place:]}")))
    workflow = data.draw(st.sampled_from(["keep", "none"])) if package == "existing" else "none"
    answers = {"package": package, "index_route": route, "existing_workflow": workflow, name: text}
    is_taken = not problem(name, {**usual(package), **answers})
    assert accepts(**answers) is is_taken or (not is_taken and is_beyond_patterns(name, answers))


def test_each_pattern_is_one_of_javascripts_too() -> None:
    found = re.findall(r'"pattern": (".*")', written_schema())
    assert len(found) > 20
    for pattern in map(json.loads, found):
        assert pattern.isascii()
        # With its flag `u`, which forms set, no other letter may be escaped, and a group has no name.
        assert not set(re.findall(r"\\(.)", pattern)) - set(r"^$\.*+?()[]{}|/snu"), pattern
        assert not re.search(r"\(\?[^:!=<]|\(\?<[^!=]", pattern), pattern


def test_each_answer_has_a_title_each_choice_too_and_each_usual_default() -> None:
    for name, found in schema()["properties"].items():
        assert found["title"] == raw()[name]["help"]
        shown = found.get("oneOf") or found.get("items", {}).get("oneOf", [])
        assert [choice["const"] for choice in shown] == list(choices(name, "existing")), name
        assert all(choice["title"] for choice in shown)
        assert ("default" in found) is (name not in OWN_DEFAULT), name
    assert accepts(**{name: found["default"] for name, found in schema()["properties"].items() if "default" in found})


def test_what_has_no_default_differs_from_folder_to_folder(template: Path, tmp_path: Path) -> None:
    options = ("-d", "github_owner=octo-org", "-d", "author_name=Ada", "-d", "customize=false")
    assert copy(template, tmp_path / "demo", *options).returncode == 0
    stored = answers_of(tmp_path / "demo")
    said = {name: found["default"] for name, found in schema()["properties"].items() if "default" in found}
    assert {name: stored[name] for name in said} == said


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


def test_answers_fit_together_as_the_questions_take_them_together() -> None:
    known, refused_together = values_of("existing"), constraints("existing")
    names = sorted({name for constraint in refused_together for name in constraint.names})
    for row in product(*(known[name] for name in names)):
        answers = dict(zip(names, row, strict=True))
        are_allowed = all(constraint.allows(answers) for constraint in refused_together)
        assert accepts(package="existing", **answers) is are_allowed, answers


@pytest.mark.parametrize("name", of_package("existing"))
def test_what_only_an_existing_package_has_does_not_fit_a_new_one(name: str) -> None:
    choices = raw()[name].get("choices")
    for value in values(name, "existing"):
        is_refused = problem(name, {**usual("new"), name: value}) or (choices and value not in values(name, "new"))
        if not problem(name, {**usual("existing"), name: value}):
            assert accepts(package="existing", **{name: value})
            assert accepts(package="new", **{name: value}) is not bool(is_refused), value


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
