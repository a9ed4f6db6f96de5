"""What `pyrelease setup` must not do by accident: push elsewhere or more, tag too early, lock somebody out, delete what is used."""

from __future__ import annotations

from pathlib import Path

import pytest

from pyrelease.project import read_project
from pyrelease.setup.console import StoppedError
from pyrelease.setup.local import check_remote
from tests.conftest import WORKFLOW, Make, commit_all, git
from tests.github.repositories import Repository
from tests.github.rulesets import add_ruleset
from tests.set_up.conftest import FULL_NAME, QUICKLY, TAG, WHOLE, Command
from tests.set_up.test_kept_workflow import BY_TAGS, kept
from tests.set_up.test_what_github_has import OTHER_WORKFLOW, add_workflow, rows

pytestmark = pytest.mark.runs

HERE = f"https://github.com/{FULL_NAME}.git"


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("push.followTags", "true"),
        ("remote.origin.mirror", "true"),
        ("remote.origin.push", "refs/heads/*:refs/for/*"),
        ("push.default", "matching"),
    ],
)
def test_whatever_git_is_set_to_one_branch_and_one_tag_are_pushed(
    make: Make, command: Command, setting: str, value: str
) -> None:
    project = make()
    commit_all(project, "Start")
    git(project, "remote", "add", "origin", HERE)
    git(project, "config", setting, value)
    git(project, "branch", "work-in-progress")
    git(project, "tag", "--message", "old", "old-9.9.9")
    git(project, "tag", "main")
    ran = command(project)
    assert ran.code == 0, ran.shown
    assert set(command.refs) == {"refs/heads/main", f"refs/tags/{TAG}"}


@pytest.mark.parametrize(
    ("key", "value"),
    [("pushurl", "https://gitlab.com/octo-org/demo-package.git"), ("url", "git@github.com:octo-org/other.git")],
)
def test_no_second_address_gets_anything(make: Make, key: str, value: str) -> None:
    project = make()
    git(project, "remote", "add", "origin", HERE)
    git(project, "config", "--add", f"remote.origin.{key}", value)
    with pytest.raises(StoppedError, match="the remote origin is"):
        check_remote(read_project(project))


def test_a_token_in_an_address_is_not_printed(make: Make) -> None:
    project = make()
    git(project, "remote", "add", "origin", "https://x:ghp_odd-Zq7@github.com/other/demo.git")
    with pytest.raises(StoppedError, match=r"the remote origin is https://github\.com/other/demo\.git") as stopped:
        check_remote(read_project(project))
    assert "ghp_" not in str(stopped.value)


def test_the_first_tag_is_pushed_from_the_default_branch_alone(make: Make, command: Command) -> None:
    project = make()
    commit_all(project, "Start")
    git(project, "switch", "--quiet", "--create", "feature/x")
    ran = command(project)
    assert (ran.code, list(command.refs)) == (1, ["refs/heads/feature/x"])
    assert ran.left == ["the first tag belongs on main: merge feature/x, switch to it, then run this again"]


def test_no_tag_is_pushed_that_the_environment_refuses(make: Make, command: Command, repository: Repository) -> None:
    repository.add_environment("pypi", reviewers=["grace"], allowed=[("branch", "main")])
    project = make()
    add_workflow(project, "deploy.yml", OTHER_WORKFLOW.format(environment="pypi"))
    ran = command(project)
    assert (ran.code, list(command.refs)) == (1, ["refs/heads/main"])
    assert ran.left[0].startswith(f"let the environment pypi take tags like {TAG}, at https://github.com/")


def test_an_environment_whose_name_an_expression_gives_may_be_any(
    make: Make, command: Command, repository: Repository
) -> None:
    repository.add_environment("pypi", reviewers=["grace"])
    project = make()
    add_workflow(project, "deploy.yml", OTHER_WORKFLOW.format(environment='"${{ matrix.e }}"'))
    assert rows(command(project, "--dry-run"))["environment pypi"] == "left"


@pytest.mark.parametrize("trigger", ["workflow_call:", "pull_request: {types: [closed]}"])
def test_a_workflow_whose_refs_are_unknown_keeps_its_environment(
    template: Path, tmp_path: Path, command: Command, repository: Repository, trigger: str
) -> None:
    own = repository.add_environment("pypi", reviewers=["grace"])
    project = kept(template, tmp_path, BY_TAGS.replace('push:\n    tags: ["[0-9]+.[0-9]+.[0-9]+"]', trigger))
    command.indexes.add("PyPI", "demo-package")
    assert command(project, *QUICKLY, "--protect").code == 0
    assert (own.policy, command.approvers()) == (None, [18])


@pytest.mark.parametrize(
    ("is_private", "option", "is_now"), [(False, "--private", "public"), (True, "--public", "private")]
)
def test_a_repository_that_is_there_is_not_another_one_than_was_asked_for(
    make: Make, command: Command, is_private: bool, option: str, is_now: str
) -> None:
    command.github.plan = "enterprise"
    command.github.create(FULL_NAME, private=is_private)
    ran = command(make(), *QUICKLY, option)
    assert (ran.code, command.github.changes, command.refs) == (1, [], {})
    assert f"it is {is_now}: change that in its settings, or leave {option} out" in ran.left[0]


@pytest.mark.parametrize(
    "uses",
    [
        "jobs: {r: {uses: octo-org/shared/.github/workflows/r.yml@v1, secrets: inherit}}",
        "jobs: {r: {steps: [{run: a, env: {ALL: '${{ toJSON(secrets) }}'}}]}}",
        "jobs: {r: {steps: [{run: a, env: {ONE: '${{ secrets[matrix.name] }}'}}]}}",
    ],
)
def test_a_secret_that_may_be_used_stays(make: Make, command: Command, repository: Repository, uses: str) -> None:
    repository.secrets |= {"PYPI_API_TOKEN"}
    project = make()
    add_workflow(project, "shared.yml", f"on: push\n{uses}\n")
    assert rows(command(project, "--dry-run", "--skip", "ruleset"))["secret PYPI_API_TOKEN"] == "left"


def test_a_workflow_that_is_in_no_commit_stops_it(make: Make, command: Command) -> None:
    project = make()
    with (project / ".git" / "info" / "exclude").open("a", encoding="utf-8") as file:
        file.write(".github/\n")
    commit_all(project, "Start")
    ran = command(project)
    assert (ran.code, command.github.changes) == (1, [])
    assert WORKFLOW in ran.left[0]
    assert "git add --force" in ran.left[0]


def test_a_workflow_that_was_deleted_stops_it(make: Make, command: Command) -> None:
    project = make()
    commit_all(project, "Start")
    (project / WORKFLOW).unlink()
    assert command(project).code == 1
    commit_all(project, "Delete it")
    ran = command(project)
    assert (ran.code, command.github.changes) == (1, [])
    assert ran.left[0].startswith(f"{WORKFLOW}: not in the last commit")


@pytest.mark.parametrize("option", ["--yes", "--dry-run"])
def test_without_a_branch_it_stops_before_anything_is_done(make: Make, command: Command, option: str) -> None:
    project = make()
    commit_all(project, "Start")
    git(project, "switch", "--quiet", "--detach")
    ran = command(project, option)
    assert (ran.code, command.github.changes) == (1, [])
    assert ran.left == ["no branch is checked out; check one out with git switch, then run this again"]


def test_a_repository_of_sha_256_is_said_before_anything_is_done(make: Make, command: Command, tmp_path: Path) -> None:
    project = make()
    git(tmp_path, "init", "--quiet", "--object-format=sha256", "--initial-branch=main", str(tmp_path / "other"))
    git(project, "init", "--quiet")
    (project / ".git").rename(tmp_path / "before")
    (tmp_path / "other" / ".git").rename(project / ".git")
    ran = command(project)
    assert (ran.code, command.github.changes) == (1, [])
    assert "SHA-256" in ran.left[0]


def test_a_repository_that_was_made_with_a_readme_is_explained(
    make: Make, command: Command, repository: Repository
) -> None:
    repository.remote.write({"README.md": "theirs"})
    ran = command(make())
    assert ran.code == 1
    assert "git pull --rebase origin main, then run this again" in ran.left[0]


def test_a_ruleset_that_leaves_release_tags_out_does_not_keep_them(
    make: Make, command: Command, repository: Repository
) -> None:
    names = {"include": ["~ALL"], "exclude": ["refs/tags/v*"]}
    whole = {"target": "tag", "enforcement": "active", "conditions": {"ref_name": names}}
    add_ruleset(repository, name="Ours", rules=[{"type": "creation"}], **whole)
    assert rows(command(make(), "--dry-run"))["ruleset for tags"] == "create"


def test_a_ruleset_of_the_same_name_that_is_disabled_is_left(
    make: Make, command: Command, repository: Repository
) -> None:
    add_ruleset(repository, name="Release tags", target="tag", enforcement="disabled", rules=[], conditions={})
    ran = command(make(), *WHOLE)
    assert ran.code == 0, ran.shown
    assert "left ruleset for tags: a ruleset Release tags is there, and it is disabled or for other tags" in ran.text
