"""What is given by `--data`, in a file or by hand, that no question asks for: refused in words, or without effect."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Make, copy, read_yaml
from tests.terminal import answer


@pytest.mark.parametrize("question", ["customize", "binary", "github_release", "update_notices"])
def test_a_word_that_is_neither_yes_nor_no_is_refused(template: Path, tmp_path: Path, question: str) -> None:
    done = copy(template, tmp_path / "demo", "-d", "github_owner=octo-org", "-d", f"{question}=nope")
    assert f"{question}': like true or false" in done.stderr.strip().splitlines()[-1]
    assert not (tmp_path / "demo").exists()


@pytest.mark.parametrize(
    "answer",
    [
        *("existing_workflow=keep", "version_source=static", "test_group=tests", "test_extra=test"),
        *("releasing_file=.github/RELEASING.md", "kept_files=['.github/dependabot.yml']"),
    ],
)
def test_an_answer_that_only_an_existing_package_has_is_refused(template: Path, tmp_path: Path, answer: str) -> None:
    done = copy(template, tmp_path / "demo", "-d", "github_owner=octo-org", "-d", answer)
    assert "is for scope=pipeline" in done.stderr.strip().splitlines()[-1]
    assert not (tmp_path / "demo").exists()


@pytest.mark.parametrize("answer", ["projct_name=x", "package=x", "pipeline=x", "workflows=x", "destination=x"])
def test_an_answer_to_no_question_changes_no_file(make: Make, template: Path, tmp_path: Path, answer: str) -> None:
    given = ["project_name=demo-package", "github_owner=octo-org", answer]
    done = copy(template, tmp_path / "demo", *(part for pair in given for part in ("-d", pair)), "--vcs-ref", "v1.0.0")
    assert done.returncode == 0, done.stderr
    fresh = make()
    names = [path.relative_to(fresh) for path in fresh.rglob("*") if path.is_file() and ".git" not in path.parts]
    assert all((fresh / name).read_bytes() == (tmp_path / "demo" / name).read_bytes() for name in names)


def test_answers_of_wrong_types_in_a_file_are_refused_or_read_as_text(template: Path, tmp_path: Path) -> None:
    for text in (
        "license: [MIT]",
        "copyright_year: soon",
        "push_index: {a: b}",
        "kept_files: 3",
        "python_min: 3.11.0.1",
    ):
        (tmp_path / "answers.yml").write_text(f"github_owner: octo-org\n{text}\n", encoding="utf-8")
        done = copy(template, tmp_path / "demo", "--data-file", str(tmp_path / "answers.yml"))
        assert done.returncode != 0, text
        assert not (tmp_path / "demo").exists()
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
    keys = {"Where do pushes go": UP + UP + UP + ENTER, "TestPyPI already?": ENTER, "environment for TestPyPI": ENTER}
    code, shown = answer([*command, template, "demo"], tmp_path, keys)
    assert code == 0, shown
    answers = read_yaml(tmp_path / "demo" / ".copier-answers.yml")
    assert answers["push_index"] != "testpypi"
