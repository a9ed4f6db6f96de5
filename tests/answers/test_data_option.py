"""What is given by `--data`, in a file or by hand, that no question asks for, is refused in words.

An answer of a wrong type is refused by Copier, before any rule of the template sees it: the words are Copier's or Python's.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import answers_of, change, commit_all, copy, git, last_line, read_yaml
from tests.copier_processes import copier_update
from tools.terminal import answer_by_hand


@pytest.mark.parametrize(
    ("name", "near"),
    [("licence", "license"), ("projct_name", "project_name"), ("xyz", ""), ("plan", ""), ("found", ""), ("pin", "")],
)
def test_an_answer_to_no_question_is_refused_with_the_name_that_is_meant(
    template: Path, tmp_path: Path, name: str, near: str
) -> None:
    done = copy(template, tmp_path / "demo", "-d", "github_owner=octo-org", "-d", f"{name}=x")
    said = f"ValueError: {name} is no answer of this template{f'; did you mean {near}?' if near else ''}"
    assert last_line(done) == said
    assert not (tmp_path / "demo").exists()


def test_an_answer_to_no_question_in_a_file_is_refused_and_what_a_project_keeps_is_taken(
    template: Path, published: Path, tmp_path: Path
) -> None:
    kept = published / ".copier-answers.yml"
    done = copy(template, tmp_path / "again", "--data-file", str(kept))
    assert done.returncode == 0, done.stderr
    (tmp_path / "answers.yml").write_text(f"{kept.read_text(encoding='utf-8')}licence: ISC\n", encoding="utf-8")
    assert "did you mean license?" in last_line(
        copy(template, tmp_path / "demo", "--data-file", str(tmp_path / "answers.yml"))
    )
    assert not (tmp_path / "demo").exists()


def test_an_update_refuses_it_too_but_not_an_answer_of_another_version(
    addressed: Path, published_project: Path
) -> None:
    change(addressed, "copier.yml", "\ngithub_release:\n", "\ngithub_releases:\n")
    for path in ("template/.github/workflows/{{ workflow_filename }}.jinja", "src/pyrelease/plan/answers.py"):
        change(addressed, path, "github_release", "github_releases")
    change(addressed, "copier.yml", "data.get('github_release')", "data.get('github_releases')")
    change(addressed, "src/pyrelease/plan/set_up.py", "github_release", "github_releases")
    commit_all(addressed, "Another name", tag="v1.1.0")
    with pytest.raises(AssertionError, match="github_release is no answer"):
        copier_update(published_project, "-d", "github_release=true")
    assert git(published_project, "status", "--porcelain") == ""
    copier_update(published_project)
    assert "github_releases" in answers_of(published_project)


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
    code, shown = answer_by_hand(
        [*command, template, "demo"], tmp_path, {"Where do ordinary pushes go": UP + UP + ENTER}
    )
    assert code == 0, shown
    answers = read_yaml(tmp_path / "demo" / ".copier-answers.yml")
    assert answers["push_index"] == "none", "TestPyPI stands first, and cannot be reached"
