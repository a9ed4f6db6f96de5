"""An answer that PyPI, GitHub, git or Python would refuse is refused at the question, in words, before anything is written."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from check_wheel_contents.checker import COMMON_NAMES

from extensions import rules
from tests.answers.values import ACCEPTED, BAD_ANSWERS, REFUSED
from tests.answers.write_standard_library_names import FILE, names
from tests.conftest import Make, commit_all, copy, git, read_yaml


@pytest.mark.parametrize(("rule", "value"), [(rule, value) for rule, values in ACCEPTED.items() for value in values])
def test_a_good_value_is_accepted(rule: str, value: str) -> None:
    assert getattr(rules, rule)(value) == ""


@pytest.mark.parametrize(("rule", "value"), [(rule, value) for rule, values in REFUSED.items() for value in values])
def test_a_bad_value_is_refused_in_words(rule: str, value: str) -> None:
    assert len(getattr(rules, rule)(value).split()) > 3


def test_every_rule_has_a_table() -> None:
    named = {name for name in vars(rules) if name.endswith("_problem")} - {"text_problem"}
    assert set(ACCEPTED) == set(REFUSED) == named


@pytest.mark.parametrize("question", BAD_ANSWERS)
def test_a_refused_answer_ends_the_command_and_writes_nothing(template: Path, tmp_path: Path, question: str) -> None:
    answers = {"project_name": "demo", "github_owner": "octo-org", question: BAD_ANSWERS[question]}
    options = [option for name, value in answers.items() for option in ("--data", f"{name}={value}")]
    done = copy(template, tmp_path / "demo", *options)
    assert done.returncode != 0
    last = done.stderr.strip().splitlines()[-1]
    assert question in last
    assert not (tmp_path / "demo").exists()


def test_every_question_that_takes_text_is_tried(template: Path) -> None:
    questions = read_yaml(template / "copier.yml")
    assert set(BAD_ANSWERS) == {
        name for name in questions if questions[name] and name[0] != "_" and questions[name]["type"] == "str"
    }


def test_a_refused_answer_leaves_a_folder_that_exists_as_it_was(template: Path, tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "README.md").write_bytes(b"mine\r\n")
    assert copy(template, tmp_path / "demo", "-d", "github_owner=octo_org").returncode != 0
    assert [path.name for path in (tmp_path / "demo").iterdir()] == ["README.md"]
    assert (tmp_path / "demo" / "README.md").read_bytes() == b"mine\r\n"


def test_only_the_owner_must_be_given_even_without_a_git_identity(template: Path, tmp_path: Path) -> None:
    done = copy(template, tmp_path / "Demo Project", "-d", "github_owner=octo-org")
    assert done.returncode == 0, done.stderr
    answers = read_yaml(tmp_path / "Demo Project" / ".copier-answers.yml")
    assert answers["project_name"] == answers["github_repository"] == "demo-project"
    assert answers["import_name"] == "demo_project"
    assert answers["author_name"] == "octo-org"
    assert answers["author_email"] == ""


def test_an_owner_that_nothing_knows_is_never_guessed(template: Path, tmp_path: Path) -> None:
    done = copy(template, tmp_path / "demo")
    assert done.returncode != 0
    assert 'Question "github_owner" is required' in done.stderr.splitlines()[-1]
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
    folder = tmp_path / "demo"
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=trunk")
    git(folder, "remote", "add", "origin", remote)
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
    folder = tmp_path / "json"
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=odd@branch")
    git(folder, "remote", "add", "origin", "https://github.com/octo_org/demo.wiki")
    git(folder, "config", "user.name", "Ada\x07King")
    refused = copy(template, folder, "-d", "github_owner=octo-org")
    assert 'Question "project_name" is required' in refused.stderr.splitlines()[-1]
    done = copy(template, folder, "-d", "github_owner=octo-org", "-d", "project_name=demo")
    assert done.returncode == 0, done.stderr
    answers = read_yaml(folder / ".copier-answers.yml")
    found = {name: answers[name] for name in ("github_repository", "author_name", "default_branch")}
    assert found == {"github_repository": "demo", "author_name": "octo-org", "default_branch": "main"}


def test_files_of_the_user_that_are_there_are_left_alone(template: Path, tmp_path: Path) -> None:
    names = ("README.md", "LICENSE", "CHANGELOG.md")
    (tmp_path / "demo").mkdir()
    for name in names:
        (tmp_path / "demo" / name).write_text("mine", encoding="utf-8")
    done = copy(template, tmp_path / "demo", "-d", "github_owner=octo-org")
    assert done.returncode == 0, done.stderr
    assert {(tmp_path / "demo" / name).read_text(encoding="utf-8") for name in names} == {"mine"}
    assert (tmp_path / "demo" / "RELEASING.md").exists()


def test_the_branch_that_is_checked_out_is_the_default_of_a_clone(template: Path, tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=trunk")
    git(folder, "remote", "add", "origin", "https://github.com/octo-org/demo")
    assert copy(template, folder).returncode == 0
    assert read_yaml(folder / ".copier-answers.yml")["default_branch"] == "trunk"


def test_a_question_is_shown_whole_in_a_terminal_of_80_columns(template: Path) -> None:
    questions = read_yaml(template / "copier.yml")
    helps = [question["help"] for name, question in questions.items() if name[0] != "_"]
    assert [text for text in helps if len(f"\N{MICROPHONE} {text}") > 78] == []


def test_a_remote_elsewhere_names_no_owner(template: Path, tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    folder.mkdir()
    git(folder, "init", "--quiet")
    git(folder, "remote", "add", "origin", "https://gitlab.com/octo/demo.git")
    assert 'Question "github_owner" is required' in copy(template, folder).stderr


@pytest.mark.parametrize(
    ("project", "package"),
    [("Demo.Pkg", "demo_pkg"), ("3d-tools", "_3d_tools"), ("class", "class_"), ("a--b", "a_b"), ("build", "build_")],
)
def test_the_import_name_follows_the_distribution(project: str, package: str) -> None:
    assert rules.import_name_for(project) == package
    assert rules.import_name_problem(package) == ""


def test_names_that_the_workflow_would_refuse_in_a_wheel_are_refused() -> None:
    assert {name for name in COMMON_NAMES if name.isidentifier()} == rules.COMMON_NAMES


def test_the_names_of_the_standard_library_are_those_that_pypi_refuses() -> None:
    assert FILE.read_text(encoding="utf-8") == names()


def test_the_default_branch_is_the_one_that_the_remote_names(template: Path, tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=feature")
    git(folder, "remote", "add", "origin", "https://github.com/octo-org/demo")
    git(folder, "symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk")
    assert copy(template, folder).returncode == 0
    assert read_yaml(folder / ".copier-answers.yml")["default_branch"] == "trunk"


def test_what_a_clone_of_the_template_leaves_behind_is_not_copied(template: Path, tmp_path: Path) -> None:
    plain = tmp_path / "template"
    shutil.copytree(template, plain, ignore=shutil.ignore_patterns(".git"))
    for litter in ("template/src/__pycache__/x.txt", "template/x.pyc", "template/.DS_Store"):
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
    said = " ".join(done.stdout.split())
    assert "move the folder out" in said
    assert said.index("move the folder out") < said.index("Register the publisher")


def test_a_copy_without_git_is_whole_and_says_what_to_run(template: Path, tmp_path: Path) -> None:
    plain = tmp_path / "template"
    shutil.copytree(template, plain, ignore=shutil.ignore_patterns(".git"))
    done = copy(plain, tmp_path / "demo", "-d", "github_owner=octo-org", env={"PATH": str(tmp_path / "nothing")})
    assert done.returncode == 0, done.stderr
    assert "git init --initial-branch=main" in done.stdout
    assert (tmp_path / "demo" / "LICENSE").exists()
    assert "Register the publisher on PyPI" in done.stdout
