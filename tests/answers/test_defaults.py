"""An answer that nobody gives comes from what is there, and is never a guess that the questions would refuse."""

from __future__ import annotations

from pathlib import Path

import pytest

from pyrelease import rules
from pyrelease.defaults import default_author_name
from pyrelease.found import Found
from tests.conftest import copy, git, last_line, read_yaml


def repository(folder: Path, branch: str, remote: str) -> Path:
    """Make a repository on a branch, with a remote, and return its folder."""
    git(folder.parent, "init", "--quiet", f"--initial-branch={branch}", str(folder))
    git(folder, "remote", "add", "origin", remote)
    return folder


def test_only_the_owner_must_be_given_even_without_a_git_identity(template: Path, tmp_path: Path) -> None:
    done = copy(template, tmp_path / "Demo Project", "-d", "github_owner=octo-org")
    assert done.returncode == 0, done.stderr
    answers = read_yaml(tmp_path / "Demo Project" / ".copier-answers.yml")
    assert answers["project_name"] == answers["github_repository"] == "demo-project"
    assert answers["import_name"] == "demo_project"
    assert answers["author_name"] == "The demo-project authors", "the owner may be an organisation"
    assert answers["author_email"] == ""


def test_who_can_answer_is_asked_for_the_author_where_git_knows_none(tmp_path: Path) -> None:
    found = Found(tmp_path / "demo")
    assert default_author_name(found, "demo", False) == ""
    assert default_author_name(found, "demo", True) == "The demo authors"


def test_the_repository_is_the_one_that_was_typed_behind_the_owner(template: Path, tmp_path: Path) -> None:
    owner = "https://github.com/octo-org/Sunny.git"
    done = copy(template, tmp_path / "demo", "-d", f"github_owner={owner}")
    assert done.returncode == 0, done.stderr
    answers = read_yaml(tmp_path / "demo" / ".copier-answers.yml")
    assert (answers["github_owner"], answers["github_repository"]) == ("octo-org", "Sunny")
    readme = (tmp_path / "demo" / "README.md").read_text(encoding="utf-8")
    assert "https://github.com/octo-org/Sunny/" in readme


def test_an_owner_that_nothing_knows_is_never_guessed(template: Path, tmp_path: Path) -> None:
    done = copy(template, tmp_path / "demo")
    assert 'Question "github_owner" is required' in last_line(done)
    assert not (tmp_path / "demo").exists()


@pytest.mark.parametrize(
    "remote",
    [
        "https://github.com/Octo-Org/Demo.Py.git",
        "https://github.com/Octo-Org/Demo.Py",
        "https://user@github.com/Octo-Org/Demo.Py.git",
        "git@github.com:Octo-Org/Demo.Py.git",
        "ssh://git@github.com/Octo-Org/Demo.Py",
        "ssh://git@github.com:22/Octo-Org/Demo.Py.git",
    ],
)
def test_defaults_come_from_the_destinations_git(template: Path, tmp_path: Path, remote: str) -> None:
    folder = repository(tmp_path / "demo", "trunk", remote)
    git(folder, "config", "user.name", "Ada King")
    git(folder, "config", "user.email", "ada@example.org")
    done = copy(template, folder)
    assert done.returncode == 0, done.stderr
    answers = read_yaml(folder / ".copier-answers.yml")
    found = {name: answers[name] for name in ("github_owner", "github_repository", "author_name", "default_branch")}
    assert found == {
        "github_owner": "Octo-Org",
        "github_repository": "Demo.Py",
        "author_name": "Ada King",
        "default_branch": "trunk",
    }
    assert answers["author_email"] == "", "with --defaults nobody sees the address, so it is not published"


def test_a_default_that_would_be_refused_is_not_offered(template: Path, tmp_path: Path) -> None:
    folder = repository(tmp_path / "json", "odd@branch", "https://github.com/octo_org/demo.wiki")
    git(folder, "config", "user.name", "Ada\x07King")
    refused = copy(template, folder, "-d", "github_owner=octo-org")
    assert 'Question "project_name" is required' in last_line(refused)
    done = copy(template, folder, "-d", "github_owner=octo-org", "-d", "project_name=demo")
    assert done.returncode == 0, done.stderr
    answers = read_yaml(folder / ".copier-answers.yml")
    found = {name: answers[name] for name in ("github_repository", "default_branch")}
    assert found == {"github_repository": "demo", "default_branch": "main"}
    assert answers["author_name"] == "The demo authors"


def test_the_branch_that_is_checked_out_is_the_default_of_a_clone(template: Path, tmp_path: Path) -> None:
    folder = repository(tmp_path / "demo", "trunk", "https://github.com/octo-org/demo")
    assert copy(template, folder).returncode == 0
    assert read_yaml(folder / ".copier-answers.yml")["default_branch"] == "trunk"


def test_the_default_branch_is_the_one_that_the_remote_names(template: Path, tmp_path: Path) -> None:
    folder = repository(tmp_path / "demo", "feature", "https://github.com/octo-org/demo")
    git(folder, "symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk")
    assert copy(template, folder).returncode == 0
    assert read_yaml(folder / ".copier-answers.yml")["default_branch"] == "trunk"


def test_a_remote_elsewhere_names_no_owner(template: Path, tmp_path: Path) -> None:
    folder = repository(tmp_path / "demo", "main", "https://gitlab.com/octo/demo.git")
    assert 'Question "github_owner" is required' in copy(template, folder).stderr


@pytest.mark.parametrize(
    ("project", "package"),
    [("Demo.Pkg", "demo_pkg"), ("3d-tools", "_3d_tools"), ("class", "class_"), ("a--b", "a_b"), ("build", "build_")],
)
def test_the_import_name_follows_the_distribution(project: str, package: str) -> None:
    assert rules.import_name_for(project) == package
    assert rules.import_name_problem(package) == ""
