"""The last lines that Copier prints when it stops: docs/copier-stops.md has each, and nothing was changed."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT, Make, commit_all, git, last_line
from tests.copier_processes import copier_command, copier_update
from tests.repository.pages import keys, page

GIVEN = ("-d", "github_owner=octo-org")

LISTED = keys(page("copier-stops"))


def attempt(folder: Path, *command: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a command that may fail, with nobody to answer."""
    if command[0] == "copier":
        return copier_command(folder, *command[1:])
    return subprocess.run(
        command, cwd=folder, capture_output=True, encoding="utf-8", stdin=subprocess.DEVNULL, check=False
    )


@pytest.fixture
def project(make: Make) -> Path:
    """A committed project of the released template."""
    folder = make(project_name="demo")
    commit_all(folder, "Start")
    return folder


@pytest.mark.parametrize(
    ("key", "command"),
    [
        ("If you trust this template, consider adding the", ["copier", "copy", "--defaults", *GIVEN]),
        (
            "See the docs at https://copier.readthedocs.io/en/latest/configuring/#jinja_extensions",
            ["uvx", "copier", "copy", "--trust", "--defaults", *GIVEN],
        ),
        ("This template requires Copier version >= 9.19.1", ["uvx", "copier==9.18.2", "copy", "--trust", *GIVEN]),
        ("Interactive session required: Use", ["copier", "copy", "--trust"]),
        ('Question "github_owner" is required', ["copier", "copy", "--trust", "--defaults"]),
        ("Validation error for question", ["copier", "copy", "--trust", "--defaults", "-d", "github_owner=-"]),
        (
            "invalid literal for int()",
            ["copier", "copy", "--trust", "--defaults", "-d", "copyright_year=abc", *GIVEN],
        ),
        (
            "Invalid choice for",
            ["copier", "copy", "--trust", "--defaults", "-d", "license=mit", *GIVEN],
        ),
        ("Unknown revision", ["copier", "copy", "--trust", "--defaults", "--vcs-ref", "v9", *GIVEN]),
    ],
)
def test_troubleshooting_has_the_last_line_of_a_failed_copy(
    template: Path, tmp_path: Path, key: str, command: list[str]
) -> None:
    line = last_line(attempt(tmp_path, *command, template, tmp_path / "demo"))
    assert key in LISTED
    assert key in line
    assert not (tmp_path / "demo").exists()


def test_troubleshooting_has_the_last_line_of_a_copy_over_files(template: Path, tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "pyproject.toml").write_text("mine", encoding="utf-8")
    line = last_line(attempt(tmp_path, "copier", "copy", "--trust", "--defaults", *GIVEN, template, tmp_path / "demo"))
    assert "Interactive session required: Consider using" in line
    assert (tmp_path / "demo" / "pyproject.toml").read_text(encoding="utf-8") == "mine"


def refused(project: Path, *options: str) -> str:
    """Update a project in vain, see that none of its files has changed, and return what Copier printed last."""
    before = (git(project, "rev-parse", "HEAD"), git(project, "status", "--short"), git(project, "diff"))
    line = last_line(attempt(project, "copier", "update", "--trust", "--defaults", *options))
    assert (git(project, "rev-parse", "HEAD"), git(project, "status", "--short"), git(project, "diff")) == before
    return line


def test_a_dirty_project_is_left_alone(project: Path) -> None:
    (project / "README.md").write_text("mine", encoding="utf-8")
    (project / "new.txt").write_text("mine", encoding="utf-8")
    assert "Destination repository is dirty" in refused(project)


def test_a_version_that_does_not_exist_changes_nothing(project: Path) -> None:
    assert "Unknown revision" in refused(project, "--vcs-ref", "v9.9.9")


@pytest.mark.usefixtures("addressed")
def test_a_version_that_does_not_exist_at_an_address_changes_nothing(project: Path) -> None:
    change_answers(project, "_src_path: .*", "_src_path: https://github.com/octo-org/pyrelease-template.git")
    assert "fatal: invalid reference" in refused(project, "--vcs-ref", "v9.9.9")


def test_a_downgrade_changes_nothing(project: Path, history: Path) -> None:
    commit_all(history, "The next version", tag="v1.1.0")
    change_answers(project, "_src_path: .*", f"_src_path: {history}")
    copier_update(project, "--quiet")
    commit_all(project, "Update")
    assert "Downgrades are not supported" in refused(project, "--vcs-ref", "v1.0.0")


def test_a_project_without_its_answers_is_left_alone(project: Path) -> None:
    (project / ".copier-answers.yml").unlink()
    commit_all(project, "Without answers")
    assert "Cannot update because cannot obtain old template references" in refused(project)


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("_src_path: .*", "_src_path: src", "Updating is only supported in git-tracked templates"),
        ("_src_path: .*\n", "", "Cannot update because cannot obtain old template references"),
        ("_commit: .*\n", "", "Cannot update because cannot obtain old template references"),
        ("(?s)_commit: .*", "", "object has no attribute 'items'"),
        ("(?m)^", "- ", "object has no attribute 'items'"),
        ("license: MIT", "license: [MIT", '.copier-answers.yml", line'),
        ("license: MIT", "<<<<<<< mine\nlicense: MIT\n=======\n", '.copier-answers.yml", line'),
        ("license: MIT", "license: WTFPL", "Invalid choice for"),
        ("tag_prefix: v", "tag_prefix: [v]", "Could not convert"),
        ("project_name: .*", "project_name: a b", "Validation error for question"),
        ("project_name: .*\n", "", "is another template's, or damaged"),
        ("github_owner: .*\n", "", 'Question "github_owner" is required'),
    ],
)
def test_damaged_answers_are_refused_and_change_nothing(project: Path, before: str, after: str, shown: str) -> None:
    change_answers(project, before, after)
    assert shown in refused(project)
    assert shown in LISTED


def change_answers(project: Path, before: str, after: str) -> None:
    """Edit the answers file, and commit it."""
    answers = project / ".copier-answers.yml"
    text, count = re.subn(before, after, answers.read_text(encoding="utf-8"))
    assert count
    answers.write_text(text, encoding="utf-8")
    commit_all(project, "Damaged")


def test_every_row_of_troubleshooting_is_tried() -> None:
    tried = Path(__file__).read_text(encoding="utf-8")
    others = (
        "copying/test_faults.py",
        "updates/test_failed_updates.py",
        "adoption/test_ways.py",
        "adoption/test_refusals.py",
        "adoption/test_adopted_packages.py",
    )
    tried += "".join((ROOT / "tests" / name).read_text(encoding="utf-8") for name in others)
    assert [row for row in LISTED if row not in tried] == []
