"""What a copy does in the folder that it finds, and with the template as it finds it."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.conftest import Make, commit_all, copy, git


def test_files_of_the_user_that_are_there_are_left_alone(template: Path, tmp_path: Path) -> None:
    names = ("README.md", "LICENSE", "CHANGELOG.md")
    (tmp_path / "demo").mkdir()
    for name in names:
        (tmp_path / "demo" / name).write_text("mine", encoding="utf-8")
    done = copy(template, tmp_path / "demo", "-d", "github_owner=octo-org")
    assert done.returncode == 0, done.stderr
    assert {(tmp_path / "demo" / name).read_text(encoding="utf-8") for name in names} == {"mine"}
    assert (tmp_path / "demo" / "RELEASING.md").exists()


def test_what_a_clone_of_the_template_leaves_behind_is_not_copied(template: Path, tmp_path: Path) -> None:
    plain = tmp_path / "template"
    shutil.copytree(template, plain, ignore=shutil.ignore_patterns(".git"))
    for litter in ("template/__pycache__/x.txt", "template/x.pyc", "template/.DS_Store"):
        (plain / litter).parent.mkdir(exist_ok=True)
        (plain / litter).touch()
    assert copy(plain, tmp_path / "demo", "-d", "github_owner=octo-org").returncode == 0
    assert not [path for path in (tmp_path / "demo").rglob("*") if path.name in {"__pycache__", "x.pyc", ".DS_Store"}]


def test_a_new_project_is_a_repository_on_its_default_branch_with_nothing_committed(make: Make) -> None:
    folder = make(default_branch="trunk")
    assert git(folder, "branch", "--show-current") == "trunk"
    assert git(folder, "rev-parse", "--show-toplevel") == str(folder)
    assert not git(folder, "for-each-ref")
    assert all(line.startswith("??") for line in git(folder, "status", "--short").splitlines())


def test_a_project_in_a_repository_starts_none_of_its_own(template: Path, tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    commit_all(tmp_path, "The other repository")
    done = copy(template, tmp_path / "packages" / "demo", "-d", "github_owner=octo-org")
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "packages" / "demo" / ".git").exists()
    assert "packages/demo" in done.stdout
    first = done.stdout.index("this is a folder of another repository, where GitHub reads no workflow")
    assert first < done.stdout.index("1. Run this")
    assert f"docs/folder-of-a-repository.md in {template}\n" in done.stdout


def test_a_copy_without_git_is_whole_and_says_what_to_run(template: Path, tmp_path: Path) -> None:
    plain = tmp_path / "template"
    shutil.copytree(template, plain, ignore=shutil.ignore_patterns(".git"))
    done = copy(plain, tmp_path / "demo", "-d", "github_owner=octo-org", env={"PATH": str(tmp_path / "nothing")})
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "demo" / "LICENSE").exists()
    assert "1. Fill in both forms" in done.stdout
    assert "2. Install git (https://git-scm.com), then run this" in done.stdout
