"""What is given by `--data`, in a file or by hand, that no question asks for: refused in words, or without effect.

An answer of a wrong type is refused by Copier, before any rule of the template sees it: the words are Copier's or Python's.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Make, content_of, copy, last_line, read_yaml
from tools.terminal import answer_by_hand


@pytest.mark.parametrize("answer", ["projct_name=x", "scope=x", "plan=x", "found=x", "pin=x"])
def test_an_answer_to_no_question_changes_no_file(make: Make, template: Path, tmp_path: Path, answer: str) -> None:
    given = ["project_name=demo-package", "github_owner=octo-org", answer]
    done = copy(template, tmp_path / "demo", *(part for pair in given for part in ("-d", pair)), "--vcs-ref", "v1.0.0")
    assert done.returncode == 0, done.stderr
    assert content_of(tmp_path / "demo") == content_of(make())


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("license: [MIT]", "Could not convert ['MIT'] to string"),
        ("copyright_year: soon", "invalid literal for int() with base 10: 'soon'"),
        ("push_index: {a: b}", "Could not convert {'a': 'b'} to string"),
        ("kept_files: 3", "'int' object is not iterable"),
        ("python_min: 3.11.0.1", "Invalid choice for 'python_min': '3.11.0.1'"),
    ],
)
def test_an_answer_of_a_wrong_type_in_a_file_is_refused(
    template: Path, tmp_path: Path, answer: str, words: str
) -> None:
    (tmp_path / "answers.yml").write_text(f"github_owner: octo-org\n{answer}\n", encoding="utf-8")
    done = copy(template, tmp_path / "demo", "--data-file", str(tmp_path / "answers.yml"))
    assert words in last_line(done)
    assert not (tmp_path / "demo").exists()


def test_a_number_in_a_file_is_read_as_text(template: Path, tmp_path: Path) -> None:
    (tmp_path / "answers.yml").write_text(
        "github_owner: octo-org\nproject_name: 2026\nreviewers: 5\n", encoding="utf-8"
    )
    done = copy(template, tmp_path / "demo", "--data-file", str(tmp_path / "answers.yml"))
    assert done.returncode == 0, done.stderr
    answers = read_yaml(tmp_path / "demo" / ".copier-answers.yml")
    assert (answers["project_name"], answers["reviewers"]) == ("2026", "5")


def test_each_index_has_an_environment_of_its_own_even_where_one_takes_the_others_name(
    template: Path, tmp_path: Path
) -> None:
    done = copy(template, tmp_path / "demo", "-d", "github_owner=octo-org", "-d", "pypi_environment=TestPyPI")
    assert done.returncode == 0, done.stderr
    answers = read_yaml(tmp_path / "demo" / ".copier-answers.yml")
    assert (answers["pypi_environment"], answers["testpypi_environment"]) == ("TestPyPI", "rehearsal")


UP, ENTER = "\x1b[A", "\r"


def test_somebody_who_answers_by_hand_cannot_send_a_private_package_to_testpypi(template: Path, tmp_path: Path) -> None:
    given = {"index_route": "token", "index_url": "https://devpi.example.org/", "customize": "true"}
    questions = read_yaml(template / "copier.yml")
    others = [name for name in questions if name[0] != "_" and name not in (*given, "push_index")]
    made = copy(template, tmp_path / "made", "-d", "github_owner=octo-org", "-d", "index_route=token")
    assert made.returncode == 0, made.stderr
    known = read_yaml(tmp_path / "made" / ".copier-answers.yml")
    data = given | {name: str(known[name]) for name in others if name not in ("kept_files", "testpypi_environment")}
    command = ["copier", "copy", "--trust", *(part for pair in data.items() for part in ("-d", "=".join(pair)))]
    code, shown = answer_by_hand([*command, template, "demo"], tmp_path, {"Where do pushes go": UP + UP + ENTER})
    assert code == 0, shown
    answers = read_yaml(tmp_path / "demo" / ".copier-answers.yml")
    assert answers["push_index"] == "none", "TestPyPI stands first, and cannot be reached"
