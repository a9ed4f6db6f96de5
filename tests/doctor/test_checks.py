"""Each check has a code, a section of the page, and an example that it finds."""

from __future__ import annotations

import json
import shlex
from typing import Any

import pytest

from pyrelease.doctor.checks import CHECKS, SUBJECTS
from pyrelease.doctor.findings import Check, Example
from tests.conftest import ROOT, change, git
from tests.doctor.patients import Patient, Ward
from tests.github.repositories import Repository
from tests.indexes import Indexes
from tools.write_doctor_page import PAGE, page

INDEXES = ("PyPI", "TestPyPI")


def online(check: Check) -> bool:
    """Say whether a check asks somebody."""
    return check.example.file in (*INDEXES, "GitHub")


@pytest.mark.parametrize("code", [code for code, check in CHECKS.items() if not online(check)])
def test_the_bad_example_of_a_check_is_found_and_the_good_one_is_not(ward: Ward, code: str) -> None:
    example = CHECKS[code].example
    for text, is_found in ((example.good, False), (example.bad, True)):
        patient = ward.patient(example.project)
        put(patient, example, text)
        assert_found_once(patient.findings(), CHECKS[code], is_found=is_found)


def assert_found_once(findings: list[dict[str, Any]], check: Check, *, is_found: bool) -> None:
    """See that a check finds something as severe as it says, or nothing so severe, and says nothing twice of one place."""
    found = [part for part in findings if part["code"] == check.code]
    assert any(part["severity"] == check.severity.word for part in found) is is_found, found
    places = [(part["place"], part["line"], part["text"]) for part in found]
    assert len(set(places)) == len(places), places


def put(patient: Patient, example: Example, text: str) -> None:
    """Bring a project into the state of an example, or leave it as it is."""
    if example.answers:
        patient.answer(**example.answers)
    if example.file == "git":
        for line in text.splitlines():
            git(patient.folder, *shlex.split(line))
        return
    path = patient.folder / example.file
    if not example.good and not path.exists():
        if text:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
    elif text == example.good:
        assert text in path.read_text(encoding="utf-8")
    else:
        change(patient.folder, example.file, example.good, text)


@pytest.mark.parametrize("code", [code for code, check in CHECKS.items() if online(check)])
def test_the_bad_example_of_what_others_have_is_found_and_the_good_one_is_not(
    ward: Ward, indexes: Indexes, set_up_repository: Repository, code: str
) -> None:
    example = CHECKS[code].example
    patient = ward.patient(example.project)
    if example.answers:
        patient.answer(**example.answers)
    for text, is_found in ((example.good, False), (example.bad, True)):
        if example.file == "GitHub":
            give(set_up_repository, json.loads(text))
        elif (info := json.loads(text)) is not None:
            indexes.add(example.file, "demo-package", **info)
        else:
            indexes.known.clear()
        assert_found_once(patient.findings("--online", sites=indexes.sites), CHECKS[code], is_found=is_found)


def give(repository: Repository, has: dict[str, Any]) -> None:
    """Give GitHub's repository what an example says, and leave the rest as it is."""
    for name, value in has.items():
        if name == "environments":
            for environment, rules in value.items():
                if rules is None:
                    del repository.environments[environment]
                for rule, wanted in (rules or {}).items():
                    setattr(
                        repository.environments[environment],
                        rule,
                        type(getattr(repository.environments[environment], rule))(wanted),
                    )
        elif name == "status":
            repository.github.fail("GET", f"/repos/{repository.name}", status=value)
        else:
            setattr(repository, name, value)


def test_each_code_is_of_its_subject_and_stands_once() -> None:
    for code, check in CHECKS.items():
        assert code[:3] in SUBJECTS
        assert code == check.code
        assert len(code) == 5
    found = [part for module in SUBJECTS.values() for part in vars(module).values() if isinstance(part, Check)]
    assert len(found) == len(CHECKS)


def test_each_finding_of_the_package_has_a_check() -> None:
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "src" / "pyrelease" / "doctor").glob("*.py")]
    for module in SUBJECTS.values():
        for name, part in vars(module).items():
            if isinstance(part, Check):
                assert any(f".{name}.found(" in source for source in sources), f"{part.code} finds nothing"


@pytest.mark.parametrize("code", CHECKS)
def test_each_check_says_in_plain_sentences_what_to_do(code: str) -> None:
    check = CHECKS[code]
    assert check.source.startswith("https://")
    for sentence in (check.meaning, check.why, check.mend):
        assert sentence.endswith("."), sentence
    assert not check.title.endswith(".")


def test_the_page_is_what_the_checks_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m tools.write_doctor_page"
