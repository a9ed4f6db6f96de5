"""What `pyrelease setup` pushes it follows: job by job, to the end, to the approval, or to the reason why it failed."""

from __future__ import annotations

from pathlib import Path

import pytest

from pyrelease.plan.troubles import TROUBLES
from pyrelease.project import read_project
from pyrelease.setup import watch
from pyrelease.setup.explain import explained
from tests.conftest import NAME, Make
from tests.github.runs import Failure
from tests.set_up.conftest import FOLLOWED, FULL_NAME, PATH, TAG, Command

pytestmark = pytest.mark.runs

CLAIMS = {
    "sub": f"repo:{FULL_NAME}:environment:testpypi",
    "repository": FULL_NAME,
    "repository_owner": "octo-org",
    "repository_owner_id": "19",
    "workflow_ref": f"{FULL_NAME}/.github/workflows/publish-to-test-pypi.yml@refs/heads/main",
    "job_workflow_ref": f"{FULL_NAME}/.github/workflows/publish-to-test-pypi.yml@refs/heads/main",
    "ref": "refs/heads/main",
    "environment": "testpypi",
}


def refusal(code: str, words: str, **claims: str) -> Failure:
    """Return how the publish action fails where an index gives it no token (its `oidc-exchange.py`)."""
    shown = "\n".join(f"* `{name}`: `{value}`" for name, value in {**CLAIMS, **claims}.items())
    return Failure(
        "##[error]Trusted publishing exchange failure: \nToken request failed: the server refused the request for the"
        f" following reasons:\n\n* `{code}`: {words}\n\nThis generally indicates a trusted publisher configuration error."
        f"\n\nThe claims rendered below are **for debugging purposes only**.\n\n{shown}\n"
        "##[error]Process completed with exit code 1."
    )


NOT_KNOWN = "valid token, but no corresponding publisher (Publisher with matching claims was not found)"


@pytest.fixture
def project(make: Make) -> Path:
    """A new project."""
    return make()


def test_each_job_is_said_once_with_how_it_ended(project: Path, command: Command) -> None:
    ran = command(project, *FOLLOWED)
    lines = [line.strip() for line in ran.shown.splitlines()]
    builds = [line for line in lines if line.startswith("success: Build distribution")]
    assert len(builds) == 2  # the branch's and the tag's
    assert "pip install --index-url https://test.pypi.org/simple/ --no-deps demo-package==0.1.dev1" in lines


def lines_about(project: Path, failure: Failure) -> list[str]:
    """Return what is said of TestPyPI's job where it fails like this, whose log has the time before each line."""
    log = "".join(f"2026-11-23T00:00:00.0000000Z {line}\n" for line in failure.log.splitlines())
    found = read_project(project)
    return [line.strip() for line in explained(found, found.plan.push_publisher, log)]


@pytest.mark.parametrize(
    ("claims", "differs"),
    [
        ({"environment": "release"}, "Environment name: the form has to say testpypi, and the run says release"),
        (
            {"job_workflow_ref": f"{FULL_NAME}/.github/workflows/other.yml@refs/heads/main"},
            "Workflow name: the form has to say publish-to-test-pypi.yml, and the run says other.yml",
        ),
        (
            {"repository": "octo-org/Demo-Package"},
            "Repository name: the form has to say demo-package, and the run says Demo-Package",
        ),
        ({"repository_owner": "ada"}, "Owner: the form has to say octo-org, and the run says ada"),
        ({"repository_owner": "Octo-Org", "environment": "TestPyPI"}, ""),
        ({}, ""),
    ],
)
def test_the_field_that_differs_is_named_beside_those_that_agree(
    project: Path, claims: dict[str, str], differs: str
) -> None:
    lines = lines_about(project, refusal("invalid-publisher", NOT_KNOWN, **claims))
    assert [line for line in lines if "the run says" in line] == [differs] * bool(differs)
    agreeing = {"Owner: octo-org", f"Repository name: {NAME}", "Workflow name: publish-to-test-pypi.yml"}
    assert {line for line in agreeing if not differs.startswith(line.partition(":")[0])} <= set(lines)


@pytest.mark.parametrize(
    ("log", "code"),
    [
        ("HTTPError: 400 Bad Request from https://test.pypi.org/legacy/\nFile already exists", "File already exists"),
        ("403 Invalid API Token: OIDC scoped token is not valid for project 'demo'", "OIDC scoped token"),
        ("400 Project size too large. Limit for project 'demo' total size is 10 GB.", "Project size too large"),
        ("400 Non-user identities cannot create new projects.", "Non-user identities"),
    ],
)
def test_what_an_index_refuses_is_explained_by_the_table_of_troubles(project: Path, log: str, code: str) -> None:
    [trouble] = [trouble for trouble in TROUBLES if trouble.code.startswith(code)]
    failure = Failure(f"{log}\n##[error]Process completed with exit code 1.")
    assert lines_about(project, failure) == [
        f"{trouble.code}: {trouble.meaning}.",
        f"What to do: {trouble.advice}.",
    ]


def test_a_failed_job_stops_it_and_is_explained(project: Path, command: Command) -> None:
    command.github.script["publish-to-testpypi"] = refusal("invalid-publisher", NOT_KNOWN, environment="release")
    ran = command(project, *FOLLOWED)
    assert (ran.code, list(command.refs)) == (1, ["refs/heads/main"])
    for said in ("invalid-publisher: ", "the form has to say testpypi, and the run says release", "What to do: "):
        assert said in ran.text
    assert ran.left == ["the run of main has failed; correct that, then run this again"]


@pytest.mark.parametrize(
    ("log", "end"),
    [
        (
            "E   assert 1 == 2\n##[error]the tests fail\n##[error]Process completed with exit code 1.",
            ["the tests fail"],
        ),
        ("collecting\nE   1 == 2\n##[error]Process completed with exit code 1.", ["collecting", "E   1 == 2"]),
        ("", []),
    ],
)
def test_what_the_table_does_not_know_is_shown_as_it_ends(project: Path, log: str, end: list[str]) -> None:
    assert lines_about(project, Failure(log)) == end


def test_a_job_that_github_does_not_start_is_explained_by_its_annotation(project: Path, command: Command) -> None:
    repository = command.github.create(FULL_NAME)
    repository.add_environment("testpypi", allowed=[("branch", "release/*")])
    command.github.fail("POST", f"{PATH}/environments/testpypi/deployment-branch-policies", status=422, times=3)
    ran = command(project, *FOLLOWED)
    assert ran.code == 1
    assert "What to do: " in ran.text


def test_after_a_failure_the_failed_jobs_are_run_again(project: Path, command: Command) -> None:
    command.github.script["publish-to-testpypi"] = refusal("invalid-publisher", NOT_KNOWN)
    assert command(project, *FOLLOWED).code == 1
    command.github.script.clear()  # the form is filled in now
    ran = command(project, *FOLLOWED)
    assert ran.code == 0, ran.shown
    assert "This run has failed before. Run its failed jobs again?" in ran.text
    assert f"refs/tags/{TAG}" in command.refs


def test_a_failed_build_stops_before_the_tag(project: Path, command: Command) -> None:
    command.github.script["build"] = Failure()
    ran = command(project, *FOLLOWED)
    assert (ran.code, list(command.refs)) == (1, ["refs/heads/main"])


def test_a_release_that_is_rejected_is_said(project: Path, command: Command) -> None:
    assert command(project, *FOLLOWED).code == 0
    [run] = [run for run in command.repository.runs if run.ref_name == TAG]
    command.github.reject(run)
    ran = command(project, *FOLLOWED)
    assert ran.code == 1
    assert ran.left[0].startswith(f"{TAG} was rejected, and nothing of it is on PyPI: see https://github.com/")
    assert run.attempt == 1  # nobody asks again in the name of who rejected it


def test_looks_that_github_leaves_unanswered_are_repeated(project: Path, command: Command) -> None:
    runs = f"{PATH}/actions/workflows/publish-to-test-pypi.yml/runs"
    command.github.fail("GET", runs, status=502, times=watch.PATIENCE - 1)
    ran = command(project, *FOLLOWED)
    assert ran.code == 0, ran.shown


def test_a_run_that_never_starts_is_said(project: Path, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pyrelease.setup.release.START_LIMIT", 0.2)
    command.github.create(FULL_NAME).actions = {"enabled": False}
    ran = command(project, *FOLLOWED)
    assert (ran.code, list(command.refs)) == (1, ["refs/heads/main"])
    assert ran.left == [f"no run has started for main: see https://github.com/{FULL_NAME}/actions"]


def test_a_run_that_takes_too_long_is_left(project: Path, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "RUN_LIMIT", 0.0)
    ran = command(project, *FOLLOWED)
    assert ran.code == 1
    assert ran.left[0].startswith("the run takes longer than 0 minutes; see https://github.com/")


def test_without_watching_the_page_of_the_runs_is_shown(project: Path, command: Command) -> None:
    ran = command(project)
    assert f"https://github.com/{FULL_NAME}/actions" in ran.shown.splitlines()
    assert command.published == []
