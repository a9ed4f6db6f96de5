"""The table of the questions is complete and true: it has every question, and each answer is for something."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pyrelease.found import Found
from pyrelease.found.publishing import GUIDE_TEXT
from pyrelease.plan.answers import WORKFLOWS
from tests.answers.combinations import PACKAGES, combinations
from tests.answers.questionnaire import is_asked, of_package, problem, usual, values
from tests.answers.table import QUESTIONS
from tests.conftest import content_of
from tools.questions import raw
from tools.workshop import Workshop

OWN_TEST = {
    "customize": "only says what else is asked",
    "update_notices": "test_one_answer_turns_the_notices_off",
}
"""Questions whose answer changes no file of a project that is made from a folder, and why that is right."""


def test_every_question_is_in_the_table_and_the_table_has_no_other() -> None:
    assert [name for name in raw() if name not in QUESTIONS] == []
    assert [name for name in QUESTIONS if name not in raw()] == []


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_table_has_two_good_values_and_a_bad_one(name: str) -> None:
    assert len(values(name, "existing")) > 1
    assert any(part.bad for part in QUESTIONS[name].tried)


@pytest.fixture(scope="module")
def guided(tmp_path_factory: pytest.TempPathFactory) -> Found:
    """A folder with a package, and with a workflow that follows the guide."""
    folder = tmp_path_factory.mktemp("guided")
    (folder / "setup.py").touch()
    (folder / WORKFLOWS).mkdir(parents=True)
    (folder / WORKFLOWS / "publish.yml").write_text(GUIDE_TEXT, encoding="utf-8")
    return Found(folder)


@pytest.mark.parametrize("package", PACKAGES)
def test_a_question_is_asked_in_the_packages_that_the_table_names(guided: Found, package: str) -> None:
    rows = [{**usual(package), **row, "customize": True} for row in combinations(package)]
    for name in raw():
        if raw()[name].get("ask") is not False:
            is_known = package in QUESTIONS[name].packages
            assert any(is_asked(name, row, guided) for row in rows) is is_known, name


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """A workshop for this module."""
    return Workshop(tmp_path_factory.mktemp("workshop"))


def files_of(folder: Path) -> dict[str, bytes]:
    """Return the files of a project, less the answers themselves."""
    return {name: content for name, content in content_of(folder).items() if name != ".copier-answers.yml"}


def two_answers(name: str, package: str) -> list[dict[str, Any]]:
    """Return answers that differ in one question alone, and that it accepts."""
    for part in QUESTIONS[name].tried:
        given = {"workflow_filename": usual(package)["workflow_filename"], "package": package, **part.answers}
        allowed = [
            {**given, name: value}
            for value in values(name, package)
            if not problem(name, {**usual(package), **given, name: value})
        ]
        if len(allowed) > 1:
            return allowed[:2]
    return []


@pytest.mark.parametrize(
    ("name", "package"),
    [(name, package) for package in PACKAGES for name in ("package", *of_package(package)) if name not in OWN_TEST],
)
def test_every_answer_reaches_a_file(workshop: Workshop, name: str, package: str) -> None:
    one, other = map(workshop.make, two_answers(name, package))
    assert files_of(one) != files_of(other)
