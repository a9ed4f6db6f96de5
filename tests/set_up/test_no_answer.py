"""An answer of GitHub that is none stops `pyrelease setup` with the words of `gh`, and the next run goes on."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Make
from tests.github.repositories import Repository
from tests.set_up.conftest import PATH, WHOLE, Command

pytestmark = pytest.mark.runs

READS = [
    PATH,
    "/user",
    f"{PATH}/environments/pypi",
    f"{PATH}/environments/pypi/deployment-branch-policies",
    f"{PATH}/environments/testpypi",
    f"{PATH}/rulesets",
    f"{PATH}/actions/secrets",
    f"{PATH}/immutable-releases",
    f"{PATH}/actions/permissions",
    f"{PATH}/actions/permissions/workflow",
]


@pytest.mark.parametrize("path", READS)
def test_a_read_without_an_answer_stops_it_with_gh_s_own_words(
    make: Make, command: Command, repository: Repository, path: str
) -> None:
    repository.add_environment("pypi", allowed=[])
    command.github.fail("GET", path, status=502)
    ran = command(make(), *WHOLE)
    assert [fault.times for fault in command.github.faults] == [0]
    assert (ran.code, command.github.changes, command.refs) == (1, [], {})
    [left] = ran.left
    assert left.startswith("gh says gh: Server Error (HTTP 502); then run this again, or set up by hand: docs/")


@pytest.mark.parametrize("status", [401, 403, 422, 429, "cut", "garbage"])
def test_whatever_is_wrong_with_an_answer_nobody_is_replaced(
    make: Make, command: Command, repository: Repository, status: Any
) -> None:
    repository.add_environment("pypi", reviewers=["grace"], allowed=[])
    command.github.fail("GET", f"{PATH}/environments/pypi", status=status)
    ran = command(make())
    assert [fault.times for fault in command.github.faults] == [0]
    assert (ran.code, command.github.changes, command.refs) == (1, [], {})
    assert command.approvers() == [18]


def test_github_that_takes_too_long_stops_it(
    make: Make, command: Command, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pyrelease.gh.SECONDS", 2)
    command.github.fail("GET", PATH, status="timeout")
    ran = command(make())
    assert (ran.code, command.github.changes) == (1, [])
    assert ran.left[0].startswith("gh takes too long")


def test_after_a_failure_the_next_run_goes_on(make: Make, command: Command) -> None:
    project = make()
    command.github.fail("POST", f"{PATH}/environments/testpypi/deployment-branch-policies", status=502)
    assert command(project).code == 1
    assert command.refs == {}
    ran = command(project)
    assert ran.code == 0, ran.shown
    assert len(command.repository.environments["testpypi"].rules) == 3
