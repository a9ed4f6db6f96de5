"""Somebody at a terminal runs `pyrelease setup`, answers its questions, leaves, and comes back."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pyrelease.project import read_project
from tests.conftest import NAME, OWNER, ROOT, Make, git
from tests.github.stand_in import GitHub
from tests.set_up.conftest import TAG, WHOLE, Command
from tests.set_up.started import KILLED
from tools.terminal import answer_by_hand

pytestmark = pytest.mark.runs

START, PYPI_FORM, TESTPYPI_FORM, TAG_QUESTION = (
    "Go on, and create ",
    "the form of PyPI?",
    "the form of TestPyPI?",
    "Push the first tag",
)

FORMS = {PYPI_FORM: "y\n", TESTPYPI_FORM: "Yes\n"}

INTERRUPT = "\x03"

CODES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def process(command: Command, *options: str, ends: bool = False) -> list[str | Path]:
    """Return the command line that starts the command in a process."""
    start = "from tests.set_up.started import start; start()"
    return [sys.executable, "-c", start, json.dumps(command.indexes.sites), str(ends), *options]


@pytest.fixture
def sit(command: Command, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str]]:
    """Return a function that runs the command in a project's folder, answers by keys, and gives its exit code and the screen."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))

    def run(project: Path, keys: dict[str, str], *options: str) -> tuple[int, str]:
        with_a_terminal = ["setsid", "--ctty", "--wait"]  # of its own, whose Ctrl-C reaches it
        code, shown = answer_by_hand([*with_a_terminal, *process(command, *options)], project, keys)
        return code, " ".join(CODES.sub("", shown).split())

    return run


def test_a_person_goes_from_the_copy_to_the_release(make: Make, command: Command, sit: Any) -> None:
    command.github.on_waiting = command.github.approve
    code, shown = sit(make(), {START: "\n", **FORMS, TAG_QUESTION: "y\n"})
    assert code == 0, shown
    assert ("PyPI", "0.1.0rc1") in command.published
    assert f"pip install {NAME}==0.1.0rc1" in shown
    assert shown.count("success: Build distribution") == 2  # the branch's and the tag's, each said once
    assert "Publish Python 🐍 distribution 📦 to PyPI: waiting" in shown or "in_progress" in shown  # the live line


@pytest.mark.parametrize("answer", ["n\n", "no\n", "what?\nNo\n"])
def test_after_a_no_nothing_has_changed(make: Make, command: Command, sit: Any, answer: str) -> None:
    project = make()
    before = git(project, "status", "--short")
    code, shown = sit(project, {START: answer})
    assert (code, command.github.changes) == (1, [])
    assert git(project, "status", "--short") == before
    assert shown.endswith("Left to do: nothing was changed; run this again when you are ready")


def test_nothing_is_pushed_before_the_forms_are_filled_in(make: Make, command: Command, sit: Any) -> None:
    project = make()
    code, shown = sit(project, {START: "y\n", PYPI_FORM: "n\n"}, "--no-watch")
    assert (code, command.refs) == (1, {})
    assert shown.endswith("Left to do: nothing was pushed; fill in the form, then run this again")


def test_the_first_tag_waits_for_a_yes(make: Make, command: Command, sit: Any) -> None:
    project = make()
    code, shown = sit(project, {START: "y\n", **FORMS, TAG_QUESTION: "n\n"}, "--no-watch")
    assert (code, list(command.refs)) == (1, ["refs/heads/main"])
    until = read_project(project).plan.pending_until
    assert shown.endswith(f"Left to do: push the first tag before {until}: run this again")


def test_without_reviewers_it_asks_and_enter_is_no(make: Make, command: Command, sit: Any) -> None:
    command.github.plan = "team"
    project = make()
    question = "Without a reviewer each release tag publishes at once."
    code, shown = sit(project, {START: "y\n", question: "\n"}, "--private", "--no-watch")
    assert (code, command.refs) == (1, {})
    keys = {"Go on (": "y\n", question: "y\n", **FORMS, "Nobody approves the release: it is published at once.": "y\n"}
    code, shown = sit(project, keys, "--no-watch")
    assert code == 0, shown
    assert f"refs/tags/{TAG}" in command.refs


def test_who_leaves_while_it_waits_for_an_approval_has_nothing_left_to_do(
    make: Make, command: Command, sit: Any
) -> None:
    keys = {START: "y\n", **FORMS, TAG_QUESTION: "y\n", "You can leave with Ctrl-C": INTERRUPT}
    code, shown = sit(make(), keys)
    assert code == 0, shown
    assert "Left to do" not in shown


def test_who_leaves_at_a_question_is_told_how_to_go_on(make: Make, command: Command, sit: Any) -> None:
    project = make()
    code, shown = sit(project, {START: INTERRUPT})
    assert (code, command.github.changes) == (1, [])
    assert shown.endswith(f"nothing is lost; to go on run {read_project(project).plan.command('setup')}")


def test_gh_asks_for_the_secrets(make: Make, command: Command, sit: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GH_ACCESSIBLE_PROMPTER", "1")  # it asks in lines, and not the terminal what it can do
    keys = {START: "y\n", "Paste your secret": "pypi-token\n", TAG_QUESTION: "y\n"}
    code, shown = sit(make(index_route="token", push_index="none"), keys, "--no-watch")
    assert code == 0, shown
    assert command.repository.environments["pypi"].secrets == {"PYPI_TOKEN"}


# ─── Interrupted ───


def state(github: GitHub, project: Path) -> object:
    """Return what GitHub and the project have, less numbers and times that differ from run to run."""
    [repository] = github.repositories.values()
    environments = {
        name: (found.reviewers, found.wait_timer, found.policy, sorted(found.rules))
        for name, found in repository.environments.items()
    }
    rulesets = [(one["name"], one["target"], one["conditions"], one["rules"]) for one in repository.rulesets]
    settings = (repository.immutable_releases, repository.actions, repository.workflow_permissions)
    tree = git(project, "rev-parse", "HEAD^{tree}")
    return environments, rulesets, settings, sorted(repository.remote.commits), tree, git(project, "status", "--short")


def test_ended_after_each_step_it_comes_to_the_same_end(
    make: Make, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    project, ended = make(), 0
    while (code := subprocess.run(process(command, *WHOLE, ends=True), cwd=project, check=False).returncode) == KILLED:
        ended += 1
        assert ended < 50
    assert code == 0
    assert ended == len(command.github.changes) + 5  # the remote, the commit, the tag, and two pushes
    disturbed = state(command.github, project)
    shutil.rmtree(command.repository.remote.folder)
    command.github.repositories.clear()
    undisturbed = make()
    assert command(undisturbed, *WHOLE).code == 0
    assert state(command.github, undisturbed) == disturbed


# ─── Where it is started ───


def test_it_is_started_from_the_folder_above_with_the_folder_s_name(make: Make, command: Command) -> None:
    project = make()
    ran = command(Path(os.path.relpath(project)), "--dry-run")
    assert ran.code == 0, ran.shown
    assert f"create repository: {OWNER}/{NAME}" in ran.text
