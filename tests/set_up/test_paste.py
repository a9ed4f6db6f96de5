"""One paste takes a project from nothing to its first tag: the commands of RELEASING.md, run against a stand-in of GitHub."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from pyrelease.doctor import online
from pyrelease.doctor.findings import Severity
from pyrelease.project import read_project
from tests.conftest import NAME, OWNER, WORKFLOW, Make, commit_all, copy, git
from tests.github.environments import NO_REVIEWERS
from tests.github.repositories import Repository
from tests.github.stand_in import GitHub
from tests.runs.routes import OWN_INDEX
from tools.terminal import answer_by_hand

YES = "yes\n"

TAGS = "v[0-9]*"

ADDRESS = f"/repos/{OWNER}/{NAME}"
"""The repository's path in GitHub's REST API."""


@pytest.fixture
def repository(github: GitHub) -> Repository:
    """The repository, where it exists before."""
    return github.create(f"{OWNER}/{NAME}")


def commands(project: Path) -> str:
    """Return the commands that are to be pasted."""
    documents = [*project.glob("RELEASING.md"), *project.glob(".github/RELEASING.md")]
    [block] = re.findall(r"```sh\n(\(\n.*?\n\)\n)```", documents[-1].read_text(encoding="utf-8"), re.DOTALL)
    return str(block)


def paste(project: Path, said: str = YES, shell: str = "bash", env: Mapping[str, str] | None = None) -> tuple[int, str]:
    """Run the commands in a shell, and return its exit code and what was printed."""
    variables = {**os.environ, **(env or {})}
    done = subprocess.run(
        [shell, "-c", commands(project)],
        cwd=project,
        env=variables,
        input=said,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout


def made(github: GitHub) -> Repository:
    """Return the repository that the commands have made."""
    [repository] = github.repositories.values()
    return repository


def refs(github: GitHub) -> dict[str, str]:
    """Return the commit's subject of each ref that was pushed."""
    lines = [
        line
        for repository in github.repositories.values()
        for line in git(repository.remote.folder, "for-each-ref", "--format=%(refname) %(subject)").splitlines()
    ]
    return dict(line.split(" ", 1) for line in lines)


def reviewers(repository: Repository, environment: str) -> list[int]:
    """Return the numbers of those who approve what an environment deploys."""
    return [one["id"] for one in repository.environments[environment].reviewers]


@pytest.mark.parametrize("shell", ["bash", "sh"])
def test_one_paste_goes_from_nothing_to_the_first_tag(make: Make, github: GitHub, shell: str) -> None:
    project = make(reviewers="grace, ada")
    code, shown = paste(project, shell=shell)
    assert code == 0, shown
    repository = made(github)
    assert not repository.is_private
    assert reviewers(repository, "pypi") == [18, 17]
    assert repository.environments["pypi"].rules == [("tag", TAGS)]
    assert reviewers(repository, "testpypi") == []
    assert repository.environments["testpypi"].rules == [("branch", "*"), ("branch", "**/*"), ("tag", TAGS)]
    [ruleset] = repository.rulesets
    assert (ruleset["target"], ruleset["enforcement"]) == ("tag", "active")
    assert ruleset["conditions"]["ref_name"] == {"include": [f"refs/tags/{TAGS}"], "exclude": []}
    assert [rule["type"] for rule in ruleset["rules"]] == ["creation", "update", "deletion"]
    administrators = {"actor_id": 5, "actor_type": "RepositoryRole", "bypass_mode": "always"}
    assert ruleset["bypass_actors"] == [administrators]
    assert refs(github) == {"refs/heads/main": "Start the project", "refs/tags/v0.1.0rc1": "Start the project"}
    assert not git(project, "status", "--short")
    for said in (
        "Committed: what the template made",
        "Set: environments/pypi",
        "Set: rulesets",
        "steps 1 and 2 filled in?",
    ):
        assert said in shown


def test_what_it_sets_up_is_what_the_doctor_asks_for(make: Make, github: GitHub) -> None:
    project = make()
    assert paste(project)[0] == 0
    found = [*online.github(read_project(project, ".copier-answers.yml"))]
    assert [line for line in found if line.severity < Severity.INFORMATION] == []


def test_pasted_again_it_changes_nothing(make: Make, github: GitHub) -> None:
    project = make()
    assert paste(project)[0] == 0
    (project / "later.txt").write_text("mine", encoding="utf-8")
    changes, before = list(github.changes), refs(github)
    code, shown = paste(project)
    assert code == 0, shown
    assert (github.changes, refs(github)) == (changes, before)
    assert git(project, "status", "--short") == "?? later.txt"
    for said in ("As it was: environments/pypi", "As it was: environments/testpypi", "As it was: a release tag"):
        assert said in shown


def test_nothing_is_tagged_before_the_forms_are_filled_in(make: Make, github: GitHub) -> None:
    project = make()
    code, shown = paste(project, said="not yet\n")
    assert code == 1
    assert shown.splitlines()[-1].endswith("Stopped: no tag was made. Fill in, then paste this again")
    assert list(refs(github)) == ["refs/heads/main"]
    assert paste(project)[0] == 0
    assert "refs/tags/v0.1.0rc1" in refs(github)


def test_another_remote_stops_it_before_anything_is_done(make: Make, github: GitHub) -> None:
    project = make()
    git(project, "remote", "add", "origin", "https://github.com/company/mono.git")
    code, shown = paste(project)
    assert code == 1
    assert shown.splitlines()[-1] == f"Stopped: the remote origin is not {OWNER}/{NAME}"
    assert (github.changes, refs(github)) == ([], {})


@pytest.mark.parametrize("address", ["git@github.com:{}.git", "ssh://git@github.com/{}", "https://github.com/{}/"])
def test_the_remote_may_be_written_in_any_way(make: Make, github: GitHub, address: str) -> None:
    project = make()
    git(project, "remote", "add", "origin", address.format(f"{OWNER.title()}/{NAME}"))
    github.fail("PUT", f"{ADDRESS}/environments/pypi", status=422, message=NO_REVIEWERS)
    assert "refused by your plan" in paste(project)[1].splitlines()[-1]


def test_what_was_added_to_git_already_is_committed(make: Make, github: GitHub) -> None:
    project = make()
    git(project, "add", "--all")
    code, shown = paste(project)
    assert code == 0, shown
    assert "Committed: what the template made" in shown.splitlines()


def test_a_push_that_is_refused_ends_it_and_can_be_repeated(make: Make, github: GitHub, repository: Repository) -> None:
    project = make()
    commit_all(project, "Start")
    git(project, "branch", "work-in-progress")
    git(project, "tag", "v0.1.0rc1")
    hook = repository.remote.folder / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    code, shown = paste(project)
    assert code != 0
    assert "filled in?" not in shown
    hook.unlink()
    code, shown = paste(project)
    assert code == 0, shown
    assert set(refs(github)) == {"refs/heads/main", "refs/tags/v0.1.0rc1"}


@pytest.mark.parametrize("status", [502, 403, "cut"])
def test_a_failing_read_replaces_nobody(make: Make, github: GitHub, repository: Repository, status: Any) -> None:
    repository.add_environment("pypi", reviewers=["grace"], allowed=[])
    github.fail("GET", f"{ADDRESS}/environments/pypi", status=status)
    paste(make())
    assert [fault.times for fault in github.faults] == [0]
    assert reviewers(repository, "pypi") == [18]
    assert f"PUT {ADDRESS}/environments/pypi" not in github.changes


def test_in_a_folder_of_another_repository_nothing_of_that_is_published(make: Make, github: GitHub) -> None:
    outer = make()
    project = Path(shutil.move(outer, outer.parent / "package"))
    outer.mkdir()
    shutil.move(project, outer / "package")
    (outer / "secret.txt").write_text("mine", encoding="utf-8")
    git(outer, "init", "--quiet", "--initial-branch=main")
    shutil.rmtree(outer / "package" / ".git")
    code, shown = paste(outer / "package")
    assert code == 1
    assert shown.splitlines()[-1] == f"Stopped: the remote origin is not {OWNER}/{NAME}"
    assert (github.changes, refs(github)) == ([], {})


def test_a_rule_that_is_a_part_of_another_is_added(make: Make, repository: Repository) -> None:
    repository.add_environment("testpypi", allowed=[("branch", "**/*")])
    assert paste(make())[0] == 0
    assert ("branch", "*") in repository.environments["testpypi"].rules


def test_a_plan_without_reviewers_stops_it_before_anything_is_pushed(make: Make, github: GitHub) -> None:
    code, shown = paste(make(**OWN_INDEX))
    assert code == 1
    *_, reason, last = shown.splitlines()
    assert "billing plan" in reason
    assert last == 'Stopped: refused by your plan or a setting: see "By hand" in RELEASING.md'
    assert refs(github) == {}


def test_an_environment_with_rules_of_its_own_stays_as_it_is(
    make: Make, github: GitHub, repository: Repository
) -> None:
    own = repository.add_environment("pypi", reviewers=["grace"], wait_timer=30, allowed=[])
    code, shown = paste(make())
    assert code == 0, shown
    assert repository.environments["pypi"] is own
    assert (reviewers(repository, "pypi"), own.wait_timer, own.rules) == ([18], 30, [("tag", TAGS)])
    assert "POST /graphql" not in github.changes


def test_an_environment_that_nobody_approves_stops_it(make: Make, github: GitHub, repository: Repository) -> None:
    repository.add_environment("pypi", allowed=[])
    code, shown = paste(make())
    assert code == 1
    assert shown.splitlines()[-1].startswith("Stopped: nobody approves")
    assert refs(github) == {}


def test_an_environment_that_a_workflow_made_gets_its_protection(make: Make, repository: Repository) -> None:
    repository.add_environment("pypi")
    code, shown = paste(make())
    assert code == 0, shown
    assert reviewers(repository, "pypi") == [17]


@pytest.mark.parametrize("use", ["secrets.TEST_PYPI_API_TOKEN", "secrets['TEST_PYPI_API_TOKEN']"])
def test_old_tokens_go_unless_a_workflow_uses_them(make: Make, repository: Repository, use: str) -> None:
    repository.secrets |= {"PYPI_API_TOKEN", "TEST_PYPI_API_TOKEN", "CODECOV_TOKEN"}
    project = make()
    nightly = project / ".github" / "workflows" / "nightly.yml"
    nightly.write_text(f"password: ${{{{ {use} }}}}\n", encoding="utf-8")
    code, shown = paste(project)
    assert code == 0, shown
    assert repository.secrets == {"TEST_PYPI_API_TOKEN", "CODECOV_TOKEN"}
    assert "In use: the secret TEST_PYPI_API_TOKEN" in shown


def test_only_what_starts_the_workflow_may_deploy(make: Make, github: GitHub) -> None:
    project = make(push_trigger="default-branch", default_branch="trunk", tag_prefix="demo/v", pypi_environment="A b")
    code, shown = paste(project)
    assert code == 0, shown
    environments = made(github).environments
    assert environments["testpypi"].rules == [("branch", "trunk"), ("tag", "demo/v[0-9]*")]
    assert environments["a b"].rules == [("tag", "demo/v[0-9]*")]
    assert set(refs(github)) == {"refs/heads/trunk", "refs/tags/demo/v0.1.0rc1"}


def test_tokens_are_stored_where_only_their_jobs_see_them(make: Make, github: GitHub) -> None:
    project = make(index_route="token", push_trigger="tags", pypi_environment="A b")
    code, shown = paste(project, said="the token")
    assert code == 0, shown
    secrets = {name: environment.secrets for name, environment in made(github).environments.items()}
    assert secrets == {"a b": {"PYPI_TOKEN"}, "testpypi": {"TESTPYPI_TOKEN"}}


def test_a_private_package_gets_a_private_repository(make: Make, github: GitHub) -> None:
    github.plan = "enterprise"
    code, shown = paste(make(**OWN_INDEX), said="user\n")
    assert code == 0, shown
    assert made(github).is_private
    assert made(github).environments["package-index"].secrets == {"INDEX_USERNAME", "INDEX_PASSWORD"}


def test_a_package_that_exists_has_its_pipeline_alone_committed_and_no_tag_made(
    template: Path, tmp_path: Path, github: GitHub, repository: Repository
) -> None:
    package = tmp_path / "package"
    package.mkdir()
    (package / "pyproject.toml").write_text(f'[project]\nname = "{NAME}"\nversion = "1.0"\n', encoding="utf-8")
    git(package, "init", "--quiet", "--initial-branch=main")
    commit_all(package, "As it was")
    git(package, "remote", "add", "origin", f"https://github.com/{OWNER}/{NAME}.git")
    done = copy(template, package, "-d", "pypi_status=existing")
    assert done.returncode == 0, done.stderr
    (package / "mine.txt").write_text("mine", encoding="utf-8")
    git(package, "add", "mine.txt")
    (package / ".github" / "CODEOWNERS").write_text("* @ada\n", encoding="utf-8")
    code, shown = paste(package)
    assert code == 0, shown
    assert git(package, "status", "--short").splitlines() == ["A  mine.txt", "?? .github/CODEOWNERS"]
    ours = git(package, "show", "--name-only", "--format=", "HEAD").splitlines()
    assert {".github/dependabot.yml", WORKFLOW, "RELEASING.md"} < set(ours)
    assert refs(github) == {"refs/heads/main": "Release as the PyPA guide says"}


def test_in_another_folder_it_does_nothing(make: Make, github: GitHub) -> None:
    project = make()
    (project / "RELEASING.md").write_text(
        (project / "RELEASING.md")
        .read_text(encoding="utf-8")
        .replace(f"# Releasing {NAME}\n", "# Releasing another\n"),
        encoding="utf-8",
    )
    code, shown = paste(project)
    assert (code, shown) == (1, f"Stopped: this is not the folder of {NAME}\n")
    assert github.changes == []
    assert git(project, "status", "--short")


def test_without_gh_it_says_where_gh_is(make: Make, github: GitHub, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    for program in ("bash", "git", "grep"):
        (tmp_path / "bin" / program).symlink_to(str(shutil.which(program)))
    code, shown = paste(make(), env={"PATH": str(tmp_path / "bin")})
    assert (code, shown.splitlines()[-1]) == (1, "Stopped: install gh: https://cli.github.com")
    assert github.changes == []


def test_it_can_be_pasted_as_the_steps_show_it_and_then_waits(
    make: Make, github: GitHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = make()
    shown = "".join(f"    {line}\n" for line in commands(project).splitlines())
    monkeypatch.setenv("PS1", "READY")
    keys = {"READY": shown, "set up to track 'origin/main'": "yes\nexit\n"}
    code, screen = answer_by_hand(["bash", "--norc", "--noprofile", "-i"], project, keys)
    assert code == 0, screen
    assert set(refs(github)) == {"refs/heads/main", "refs/tags/v0.1.0rc1"}
