"""What the tests rest on: pushes start runs, which go on from question to question as GitHub's do, through the real `gh`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.conftest import NAME, OWNER, WORKFLOW, commit_all, git
from tests.github.asking import PYPI, REPOSITORY, ask, gh
from tests.github.repositories import Repository
from tests.github.runs import Failure, Run
from tests.github.stand_in import GitHub

PUBLISH = """\
name: Publish
on:
  push:
    branches-ignore: ["dependabot/**"]
    tags: ["v[0-9]*"]
jobs:
  build:
    name: Build 📦
    steps: [{run: build}]
  publish-to-pypi:
    name: Publish to PyPI
    if: startsWith(github.ref, 'refs/tags/') && github.event.repository.fork == false
    needs: [build]
    environment: {name: pypi}
    steps: [{uses: pypa/gh-action-pypi-publish@v1}]
  publish-to-testpypi:
    name: Publish to TestPyPI
    needs: [build]
    environment: testpypi
    steps: [{uses: pypa/gh-action-pypi-publish@v1, with: {repository-url: https://test.pypi.org/legacy/}}]
  announce:
    needs: publish-to-pypi
    steps: [{run: announce}]
"""

RUNS = f"{REPOSITORY}/actions/runs"


@pytest.fixture
def published(github: GitHub) -> list[tuple[str, str]]:
    """What the indexes have got."""
    found: list[tuple[str, str]] = []
    github.on_publish = lambda index, version: found.append((index, version))
    return found


def push(repository: Repository, branch: str = "main", tag: str = "", **files: str) -> None:
    """Push the workflow, and other files."""
    repository.remote.write({WORKFLOW: PUBLISH, **files}, branch=branch, tag=tag)


def look(repository: Repository, times: int = 1) -> list[str]:
    """Ask for all runs for some times, and return the last answer: the ref of each, with its status or how it ended."""
    for _ in range(times):
        said = ask("GET", f"/repos/{repository.name}/actions/runs")
    return [f"{run['head_branch']} {run['conclusion'] or run['status']}" for run in said.body["workflow_runs"]]


def run_of(repository: Repository, ref: str) -> Run:
    """Return the run for a branch or a tag."""
    look(repository)
    [run] = [run for run in repository.runs if run.ref_name == ref]
    return run


def jobs(run: Run) -> dict[str, str]:
    """Ask for the jobs of a run: the status of each, or how it ended."""
    found = ask("GET", f"{RUNS}/{run.id}/jobs").body["jobs"]
    return {job["name"]: job["conclusion"] or job["status"] for job in found}


def finished(run: Run) -> dict[str, str]:
    """Ask for the jobs of a run until it waits or ends."""
    for _ in range(10):
        found = jobs(run)
        if run.status in ("waiting", "completed"):
            return found
    raise AssertionError("it goes on and on")


def test_git_pushes_to_a_repository_that_was_created(github: GitHub, tmp_path: Path) -> None:
    (tmp_path / WORKFLOW).parent.mkdir(parents=True)
    (tmp_path / WORKFLOW).write_text(PUBLISH, encoding="utf-8")
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    commit = commit_all(tmp_path, "Start")
    git(tmp_path, "remote", "add", "origin", f"https://github.com/{OWNER}/{NAME}.git")
    with pytest.raises(RuntimeError, match=NAME):
        git(tmp_path, "push", "origin", "main")
    repository = github.create(f"{OWNER}/{NAME}")
    git(tmp_path, "push", "origin", "main")
    git(tmp_path, "tag", "--message", "The first", "v1.0.0")
    git(tmp_path, "push", f"git@github.com:{OWNER}/{NAME}.git", "v1.0.0")
    assert look(repository) == ["v1.0.0 queued", "main queued"]
    found = ask("GET", f"{RUNS}?branch=v1.0.0").body["workflow_runs"]
    assert [(run["head_sha"], run["path"], run["name"]) for run in found] == [(commit, WORKFLOW, "Publish")]


def test_only_what_a_workflow_is_for_starts_it_and_once(repository: Repository) -> None:
    push(repository, "dependabot/pip/x", tag="docs-2024")
    assert look(repository) == []
    push(repository, tag="v1.0.0")
    assert len(look(repository)) == 2
    assert len(look(repository)) == 2
    push(repository, more="x")
    assert look(repository)[0] == "main queued"
    assert [run["run_number"] for run in ask("GET", RUNS).body["workflow_runs"]] == [3, 2, 1]


def test_nothing_starts_where_actions_are_off(repository: Repository) -> None:
    repository.actions = {"enabled": False}
    push(repository)
    assert look(repository) == []
    repository.actions = {"enabled": True}
    assert look(repository) == []


def test_each_question_takes_a_run_a_step_further(repository: Repository) -> None:
    push(repository)
    run = run_of(repository, "main")
    assert (run.status, [job.status for job in run.jobs]) == ("queued", ["queued"])
    testpypi, pypi, announce = "Publish to TestPyPI", "Publish to PyPI", "announce"
    skipped = {pypi: "skipped", announce: "skipped"}
    assert jobs(run) == {"Build 📦": "in_progress"}
    assert jobs(run) == {"Build 📦": "success", testpypi: "queued", **skipped}
    assert ask("GET", f"{RUNS}/{run.id}").body["status"] == "in_progress"
    assert jobs(run) == {"Build 📦": "success", testpypi: "success", **skipped}
    assert ask("GET", f"{RUNS}/{run.id}").body["conclusion"] == "success"
    assert look(repository, 3) == ["main success"]


def test_runs_are_found_by_what_they_are_for(repository: Repository) -> None:
    push(repository)
    push(repository, "topic", **{".github/workflows/other.yml": "on: push\njobs: {one: {steps: []}}\n"})
    assert look(repository, 5) == ["topic success", "topic success", "main success"]
    head = repository.remote.branches["main"]
    for query, number in {
        f"head_sha={head}": 1,
        "branch=topic": 2,
        "event=push": 3,
        "status=success": 3,
        "status=queued": 0,
        "actor=ada": 3,
    }.items():
        assert ask("GET", f"{RUNS}?{query}").body["total_count"] == number, query
    of_workflow = ask("GET", f"{REPOSITORY}/actions/workflows/other.yml/runs").body["workflow_runs"]
    assert [run["path"] for run in of_workflow] == [".github/workflows/other.yml"]


def test_a_release_waits_until_it_is_approved(
    repository: Repository, github: GitHub, published: list[tuple[str, str]]
) -> None:
    repository.add_environment("pypi", reviewers=["grace"], allowed=[("tag", "v*")])
    push(repository, tag="v1.2.0")
    run = run_of(repository, "v1.2.0")
    assert finished(run)["Publish to PyPI"] == "waiting"
    assert look(repository, 3)[0] == "v1.2.0 waiting"
    [pending] = ask("GET", f"{RUNS}/{run.id}/pending_deployments").body
    assert (pending["environment"]["name"], pending["current_user_can_approve"]) == ("pypi", False)
    assert [one["reviewer"]["login"] for one in pending["reviewers"]] == ["grace"]
    assert ("PyPI", "1.2.0") not in published
    github.approve(run)
    assert ask("GET", f"{RUNS}/{run.id}/pending_deployments").body == []
    assert finished(run)["announce"] == "success"
    assert ("PyPI", "1.2.0") in published
    [said] = ask("GET", f"{RUNS}/{run.id}/approvals").body
    assert (said["state"], said["user"]["login"]) == ("approved", "grace")


@pytest.mark.parametrize(("state", "outcome"), [("approved", "success"), ("rejected", "failure")])
def test_who_is_logged_in_approves_by_a_request(
    repository: Repository, published: list[tuple[str, str]], state: str, outcome: str
) -> None:
    environment = repository.add_environment("pypi", reviewers=["ada"])
    push(repository, tag="v1.2.0")
    run = run_of(repository, "v1.2.0")
    sent = {"environment_ids": [environment.id], "state": state, "comment": "Said"}
    assert ask("POST", f"{RUNS}/{run.id}/pending_deployments", sent).status == 422
    finished(run)
    assert ask("POST", f"{RUNS}/{run.id}/pending_deployments", sent).status == 200
    assert finished(run)["Publish to PyPI"] == outcome
    assert (("PyPI", "1.2.0") in published) is (outcome == "success")
    assert ask("GET", f"{RUNS}/{run.id}").body["conclusion"] == outcome


@pytest.mark.parametrize(("said", "then"), [("approve", ["in_progress", "success"]), ("reject", ["failure"] * 2)])
def test_whoever_approves_is_told_once_the_waiting_was_seen(
    repository: Repository, github: GitHub, said: str, then: list[str]
) -> None:
    repository.add_environment("pypi", reviewers=["grace"])
    github.on_waiting = getattr(github, said)
    push(repository, tag="v1.2.0")
    run = run_of(repository, "v1.2.0")
    seen = [jobs(run).get("Publish to PyPI") for _ in range(4)]
    assert seen == [None, "waiting", *then]


def test_nobody_approves_their_own_release_where_that_is_prevented(repository: Repository, github: GitHub) -> None:
    github.add_team(OWNER, "releasers", "ada", "grace")
    environment = repository.add_environment("pypi", teams=["releasers"], prevent_self_review=True)
    push(repository, tag="v1.2.0")
    run = run_of(repository, "v1.2.0")
    finished(run)
    [pending] = ask("GET", f"{RUNS}/{run.id}/pending_deployments").body
    assert pending["current_user_can_approve"] is False
    sent = {"environment_ids": [environment.id], "state": "approved", "comment": ""}
    assert ask("POST", f"{RUNS}/{run.id}/pending_deployments", sent).status == 422
    with pytest.raises(AssertionError, match="ada may not approve pypi"):
        github.approve(run, by="ada")
    github.approve(run, by="grace")
    assert finished(run)["Publish to PyPI"] == "success"


@pytest.mark.parametrize(
    ("rules", "protected", "refused"),
    [
        ({"allowed": [("branch", "v*")]}, False, True),
        ({"allowed": [("tag", "release-*")]}, False, True),
        ({"allowed": [("tag", "v*")]}, False, False),
        ({"policy": {"protected_branches": True, "custom_branch_policies": False}}, True, True),
    ],
)
def test_a_ref_that_may_not_deploy_fails_at_once_and_says_why(
    repository: Repository, rules: Any, protected: bool, refused: bool
) -> None:
    repository.add_environment("pypi", **rules)
    repository.protected_branches |= {"main"} if protected else set()
    push(repository, tag="v1.2.0")
    run = run_of(repository, "v1.2.0")
    assert finished(run)["Publish to PyPI"] == ("failure" if refused else "success")
    job = run.latest["publish-to-pypi"]
    shown = ask("GET", f"{REPOSITORY}/check-runs/{job.id}/annotations").body
    words = 'Tag "v1.2.0" is not allowed to deploy to pypi due to environment protection rules.'
    assert [one["message"] for one in shown] == [words] * refused
    assert gh("api", f"{REPOSITORY}/actions/jobs/{job.id}/logs").returncode == refused


def test_a_scripted_failure_logs_what_a_test_says_and_can_be_mended(
    repository: Repository, github: GitHub, published: list[tuple[str, str]]
) -> None:
    refused = "Trusted publishing exchange failure: invalid-publisher"
    github.script = {"publish-to-pypi": Failure(f"Run the action\n##[error]{refused}")}
    push(repository, tag="v1.2.0")
    run = run_of(repository, "v1.2.0")
    failed = {"Publish to PyPI": "failure", "announce": "skipped"}
    assert finished(run).items() >= failed.items()
    job = run.latest["publish-to-pypi"]
    log = gh("api", f"{REPOSITORY}/actions/jobs/{job.id}/logs").stdout.lstrip("\ufeff").splitlines()
    assert [line.partition("Z ")[2] for line in log] == ["Run the action", f"##[error]{refused}"]
    [shown] = ask("GET", f"{REPOSITORY}/check-runs/{job.id}/annotations").body
    assert (shown["annotation_level"], shown["message"]) == ("failure", refused)
    assert ("PyPI", "1.2.0") not in published
    github.script = {}
    assert ask("POST", f"{RUNS}/{run.id}/rerun-failed-jobs").status == 201
    assert finished(run) == dict.fromkeys(["Build 📦", "Publish to TestPyPI", "Publish to PyPI", "announce"], "success")
    assert ask("GET", f"{RUNS}/{run.id}").body["run_attempt"] == 2
    assert ("PyPI", "1.2.0") in published


def test_the_index_gets_the_version_that_the_push_builds(
    repository: Repository, published: list[tuple[str, str]]
) -> None:
    push(repository)
    look(repository, 5)
    push(repository, tag="v1.2.0rc1")
    look(repository, 5)
    push(repository, later="x")
    look(repository, 5)
    push(repository, **{"pyproject.toml": '[project]\nname = "demo"\nversion = "7.0"\n'})
    look(repository, 5)
    assert [version for index, version in published if index == "TestPyPI"] == [
        "0.1.dev1",
        "1.2.0rc2.dev2",
        "1.2.0rc1",
        "1.2.0rc2.dev4",
        "7.0",
    ]
    assert [version for index, version in published if index == "PyPI"] == ["1.2.0rc1"]


def test_the_environment_of_a_job_is_made_without_rules(repository: Repository) -> None:
    push(repository, tag="v1.2.0")
    finished(run_of(repository, "v1.2.0"))
    assert ask("GET", PYPI).body["protection_rules"] == []
