"""`pyrelease setup` takes a project from the copy to its first release, on every route."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pyrelease.doctor import online
from pyrelease.doctor.findings import Severity
from pyrelease.project import read_project
from tests.conftest import NAME, OWNER, Make, commit_all, copy, git
from tests.github.repositories import Repository
from tests.github.stand_in import GitHub
from tests.runs.routes import OWN_INDEX, ROUTES
from tests.set_up.conftest import FULL_NAME, QUICKLY, TAG, WHOLE, Command

pytestmark = pytest.mark.runs

TAGS = "v[0-9]*"

ADMINISTRATORS = {"actor_id": 5, "actor_type": "RepositoryRole", "bypass_mode": "always"}


def test_one_command_goes_from_the_copy_to_the_approval(make: Make, command: Command) -> None:
    project = make(reviewers="grace")
    ran = command(project, "--yes")
    assert ran.code == 0, ran.shown
    repository = command.repository
    assert not repository.is_private
    assert command.approvers() == [18]
    assert repository.environments["pypi"].rules == [("tag", TAGS)]
    assert command.approvers("testpypi") == []
    assert repository.environments["testpypi"].rules == [("branch", "*"), ("branch", "**/*"), ("tag", TAGS)]
    [ruleset] = repository.rulesets
    assert (ruleset["target"], ruleset["enforcement"]) == ("tag", "active")
    assert ruleset["conditions"]["ref_name"] == {"include": [f"refs/tags/{TAGS}"], "exclude": []}
    assert [rule["type"] for rule in ruleset["rules"]] == ["creation", "update", "deletion"]
    assert ruleset["bypass_actors"] == [ADMINISTRATORS]
    assert repository.immutable_releases
    assert repository.actions["sha_pinning_required"]
    assert repository.workflow_permissions["default_workflow_permissions"] == "read"
    assert command.refs == {"refs/heads/main": "Start the project", f"refs/tags/{TAG}": TAG}
    assert not git(project, "status", "--short")
    assert command.published == [("TestPyPI", "0.1.dev1"), ("TestPyPI", "0.1.0rc1")]
    assert "The run waits for an approval" in ran.text


def test_once_approved_the_command_shows_where_the_release_is(make: Make, command: Command) -> None:
    project = make()
    assert command(project, "--yes").code == 0
    [run] = [run for run in command.repository.runs if run.ref_name == TAG]
    command.github.approve(run)
    ran = command(project, "--yes")
    assert ran.code == 0, ran.shown
    assert command.published[-1] == ("PyPI", "0.1.0rc1")
    lines = ran.shown.splitlines()
    assert f"https://pypi.org/project/{NAME}/0.1.0rc1/" in lines
    assert f"pip install {NAME}==0.1.0rc1" in lines


def test_what_it_sets_up_is_what_the_doctor_asks_for(make: Make, command: Command) -> None:
    project = make()
    assert command(project, *WHOLE).code == 0
    found = [*online.github(read_project(project))]
    assert [line for line in found if line.severity < Severity.INFORMATION] == []


def test_run_again_it_changes_nothing(make: Make, command: Command) -> None:
    project = make()
    assert command(project, *WHOLE).code == 0
    (project / "later.txt").write_text("mine", encoding="utf-8")
    changes, refs = list(command.github.changes), command.refs
    ran = command(project, "--no-watch")  # without --yes: nothing is asked
    assert ran.code == 0, ran.shown
    assert (command.github.changes, command.refs) == (changes, refs)
    assert git(project, "status", "--short") == "?? later.txt"
    assert "There is nothing to change." in ran.shown
    rows = [line.split()[0] for line in ran.shown.splitlines() if line.startswith("  ") and line[2] != " "]
    assert set(rows) == {"right", "left"}


@pytest.mark.parametrize("route", ROUTES)
def test_every_route_is_set_up(make: Make, command: Command, route: str) -> None:
    command.github.plan = "enterprise"
    project = make(**ROUTES[route])
    plan = read_project(project).plan
    for environment in plan.environments:  # nobody is at a terminal to type a secret
        repository = command.github.repositories.get(FULL_NAME.lower()) or command.github.create(
            FULL_NAME, private=plan.repository.is_private
        )
        refs = [(ref.kind, ref.pattern) for ref in environment.allowed_refs]
        made = repository.add_environment(environment.name, allowed=refs)
        made.secrets |= set(environment.secrets)
    ran = command(project)
    assert ran.code == 0, ran.shown
    assert f"refs/heads/{plan.default_branch}" in command.refs
    assert (f"refs/tags/{plan.tags.first}" in command.refs) == plan.set_up.ends_with_a_tag
    assert command.approvers(plan.release_environment.name.lower()) == [17]


@pytest.mark.parametrize("answers", [{"push_index": "none"}, {"push_index": "pypiserver"}])
def test_where_no_push_reaches_testpypi_one_form_is_shown(make: Make, command: Command, answers: Any) -> None:
    ran = command(make(**answers))
    assert ran.code == 0, ran.shown
    assert "PyPI, tab GitHub:" in ran.shown.splitlines()
    assert "TestPyPI" not in ran.shown
    assert list(command.repository.environments) == ["pypi"]


def test_only_what_starts_the_workflow_may_deploy(make: Make, command: Command) -> None:
    project = make(push_trigger="default-branch", default_branch="trunk", tag_prefix="demo/v", pypi_environment="A b")
    ran = command(project)
    assert ran.code == 0, ran.shown
    environments = command.repository.environments
    assert environments["testpypi"].rules == [("branch", "trunk"), ("tag", "demo/v[0-9]*")]
    assert environments["a b"].rules == [("tag", "demo/v[0-9]*")]
    assert set(command.refs) == {"refs/heads/trunk", "refs/tags/demo/v0.1.0rc1"}


def test_a_package_for_an_index_of_one_s_own_gets_a_private_repository(make: Make, command: Command) -> None:
    command.github.plan = "enterprise"
    ran = command(make(**OWN_INDEX))
    assert command.repository.is_private
    assert ran.code == 1  # the secrets are asked for at a terminal
    assert command.refs == {}


@pytest.mark.parametrize(("option", "is_private"), [("--public", False), ("--private", True)])
def test_a_repository_is_as_public_as_is_wanted(make: Make, command: Command, option: str, is_private: bool) -> None:
    command.github.plan = "enterprise"
    ran = command(make(), *QUICKLY, option)
    assert ran.code == 0, ran.shown
    assert command.repository.is_private == is_private


def test_a_repository_of_one_s_own_is_made_as_a_user_s(make: Make, command: Command) -> None:
    ran = command(make(github_owner="ada"))
    assert ran.code == 0, ran.shown
    assert "POST /user/repos" in command.github.changes
    assert command.repository.name == f"ada/{NAME}"


def test_a_package_that_exists_gets_its_pipeline_alone_and_no_tag(
    template: Path, tmp_path: Path, command: Command, repository: Repository
) -> None:
    package = tmp_path / "package"
    package.mkdir()
    (package / "pyproject.toml").write_text(f'[project]\nname = "{NAME}"\nversion = "1.0"\n', encoding="utf-8")
    git(package, "init", "--quiet", "--initial-branch=main")
    commit_all(package, "As it was")
    git(package, "remote", "add", "origin", f"https://github.com/{FULL_NAME}.git")
    done = copy(template, package, "-d", "pypi_status=existing")
    assert done.returncode == 0, done.stderr
    (package / "mine.txt").write_text("mine", encoding="utf-8")
    git(package, "add", "mine.txt")
    (package / ".github" / "CODEOWNERS").write_text("* @ada\n", encoding="utf-8")
    command.indexes.add("PyPI", NAME)
    ran = command(package)
    assert ran.code == 0, ran.shown
    assert git(package, "status", "--short").splitlines() == ["A  mine.txt", "?? .github/CODEOWNERS"]
    ours = git(package, "show", "--name-only", "--format=", "HEAD").splitlines()
    assert sorted(ours) == sorted(read_project(package).plan.files)
    assert command.refs == {"refs/heads/main": "Release as the PyPA guide says"}
    assert f"https://pypi.org/manage/project/{NAME}/settings/publishing/" in ran.shown


def test_a_dry_run_shows_all_of_it_and_changes_nothing(make: Make, command: Command) -> None:
    project = make()
    (project / "patients.csv").write_text("mine", encoding="utf-8")
    before = git(project, "status", "--short")
    ran = command(project, "--dry-run")
    assert ran.code == 0, ran.shown
    assert (command.github.changes, command.github.repositories) == ([], {})
    assert git(project, "status", "--short") == before
    for said in (
        f"create repository: {FULL_NAME}, public: everybody can read it",
        f"create environment pypi: takes tag {TAGS}; approved by you",
        "create ruleset for tags",
        "create commit: ",
        "left not committed, not pushed: patients.csv",
        "https://pypi.org/manage/account/publishing/",
        "https://test.pypi.org/manage/account/publishing/",
    ):
        assert said in ran.text
    lines = ran.shown.splitlines()
    assert {NAME, OWNER, "publish-to-test-pypi.yml", "pypi", "testpypi"} <= set(lines)
    assert "TestPyPI Project Name:" in ran.text
    assert [line for line in lines if len(line) > 80 and "pyrelease-template" not in line] == []


def test_a_name_that_somebody_else_has_is_said_before_anything_is_made(make: Make, command: Command) -> None:
    command.indexes.add("PyPI", NAME)
    project, taken = make(), f"PyPI has a project {NAME}. If it is not yours, choose another name."
    assert taken in command(project, "--dry-run").text
    ran = command(project)
    assert ran.text.index(taken) < ran.text.index("Committed: ") < ran.text.index("Pushed: main")


def test_an_index_that_does_not_answer_has_its_form_shown(make: Make, command: Command) -> None:
    command.indexes.is_down = True
    ran = command(make())
    assert ran.code == 0, ran.shown
    assert f"PyPI does not say whether it has {NAME}: it answers 503" in ran.text
    assert "https://pypi.org/manage/account/publishing/" in ran.shown


def test_the_forms_come_before_the_first_push(make: Make, github: GitHub, command: Command) -> None:
    ran = command(make())
    assert ran.text.index("Have you filled in the form of TestPyPI?") < ran.text.index("Pushed: main")


def test_no_tag_is_pushed_while_two_workflows_publish_it(make: Make, command: Command) -> None:
    project = make()
    old = project / ".github" / "workflows" / "old.yml"
    old.write_text(
        "on: {push: {tags: ['v*']}}\njobs:\n  release:\n    runs-on: ubuntu-latest\n    permissions: {id-token: write}\n"
        "    steps: [{uses: pypa/gh-action-pypi-publish@release/v1}]\n",
        encoding="utf-8",
    )
    ran = command(project)
    assert (ran.code, list(command.refs)) == (1, ["refs/heads/main"])
    [left] = ran.left
    assert ".github/workflows/old.yml" in left
    old.unlink()
    assert command(project).code == 0
    assert f"refs/tags/{TAG}" in command.refs
