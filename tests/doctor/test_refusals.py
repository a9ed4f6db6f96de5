"""Where there is no project to look over, the doctor says so in one line, with what to do, and ends with 2."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.doctor.patients import Patient


def refused(patient: Patient, capsys: pytest.CaptureFixture[str]) -> str:
    """Return the one line with which the doctor refuses."""
    assert patient.run() == (2, "")
    [line] = capsys.readouterr().err.splitlines()
    assert line.isprintable()
    return line


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"created_on": "2026-13-45"}, "the answer created_on cannot be used (a day is like 2026-12-24)"),
        ({"created_on": "9999-12-31"}, "the answer created_on cannot be used"),
        ({"created_on": "\x1b[2J"}, "the answer created_on cannot be used"),
        ({"workflow_filename": ""}, "the answer workflow_filename cannot be used (a name ends in .yml or .yaml"),
        ({"workflow_filename": "../x.yml"}, "the answer workflow_filename cannot be used"),
        ({"index_url": "https://["}, "the answer index_url cannot be used"),
        ({"push_trigger": "sometimes"}, "the answer push_trigger cannot be used"),
        ({"reviewers": ["ada"]}, "has a value of the wrong type for reviewers"),
    ],
)
def test_an_answer_that_cannot_be_read_is_refused(
    patient: Patient, capsys: pytest.CaptureFixture[str], answers: dict[str, Any], words: str
) -> None:
    patient.answer(**answers)
    assert words in refused(patient, capsys)


def test_a_folder_that_git_refuses_is_refused_with_its_line(
    patient: Patient, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    line = refused(patient, capsys)
    assert "fatal: detected dubious ownership in repository at" in line


def test_a_damaged_repository_is_refused(patient: Patient, capsys: pytest.CaptureFixture[str]) -> None:
    (patient.folder / ".git" / "config").write_text("[core\n", encoding="utf-8")
    assert "fatal: bad config line 1" in refused(patient, capsys)


def test_without_git_nothing_is_known(
    patient: Patient, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert refused(patient, capsys).startswith("git is not installed: get it at https://git-scm.com")


@pytest.mark.parametrize(
    "text", ["", "\x00", "[" * 5000, "- 1\n", "_src_path: gh:somebody/else\nname: x\n", "a: *a\n", "\xff"]
)
def test_answers_that_are_damaged_or_anothers_are_refused(
    patient: Patient, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    (patient.folder / ".copier-answers.yml").write_bytes(text.encode("latin-1"))
    assert "is another template's, or damaged" in refused(patient, capsys)


def test_answers_that_are_a_link_to_elsewhere_are_not_read(
    patient: Patient, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    answers = patient.folder / ".copier-answers.yml"
    shutil.copy(answers, tmp_path / "answers.yml")
    answers.unlink()
    answers.symlink_to(tmp_path / "answers.yml")
    assert "is another template's, or damaged" in refused(patient, capsys)
