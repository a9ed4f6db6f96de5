"""An update that was killed at any moment: docs/updating.md's commands bring the project back, and the next update is the same."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from pytest_copie.plugin import Copie, Result

from tests.conftest import Make, change, commit_all, content_of, git
from tests.copier_processes import forks, work
from tests.repository.pages import commands, page, section
from tests.updates.changes import CI, release
from tests.updates.conftest import OLD_DAY, move
from tests.updates.test_pins import CHECKOUT, NEWER, no_conflict, pins, release_and_update

KILLS = int(os.environ.get("KILLED_UPDATES", "1"))
"""Updates that are killed in one run, each at a random moment."""

ADDED = ".editorconfig"
"""A file that the new version of the template has."""

LIMIT = 120
"""Seconds that an update may take."""

[RECOVERY] = commands(section(page("updating"), "Was it interrupted?"))


def in_a_session(arguments: list[str], folder: str, variables: dict[str, str], output: str, errors: str) -> None:
    """Be Copier's command in a session of its own, so that all that it has started is killed with it."""
    os.setsid()
    work(arguments, folder, variables, output, errors)


def update(project: Path, stop: Callable[[float], bool] = lambda seconds: False) -> float:
    """Update a project, kill it when `stop` says so of the seconds that it has run, and return how long it took."""
    output = project.with_name("output")
    output.touch()
    arguments = (["update", "--trust", "--defaults"], str(project), dict(os.environ), str(output), str(output))
    process = forks().Process(target=in_a_session, args=arguments)
    process.start()
    start = time.monotonic()
    while (seconds := time.monotonic() - start) < LIMIT and process.exitcode is None:
        # Before it has a session of its own a kill would miss what it starts.
        if stop(seconds) and os.getpgid(process.pid or 0) == process.pid:
            os.killpg(process.pid, signal.SIGKILL)
            process.join(LIMIT)
            return seconds
        process.join(0.005)
    assert process.exitcode == 0, output.read_text(encoding="utf-8")
    return seconds


def recover(project: Path) -> None:
    """Do what the page says, and delete the lock that git names, as it says too."""
    for _ in range(2):
        command = ["bash", "-c", RECOVERY]
        done = subprocess.run(command, cwd=project, capture_output=True, encoding="utf-8", check=False)
        lock = re.search(r"'(.*/index\.lock)': File exists", done.stderr)
        if not lock:
            break
        Path(lock[1]).unlink()
    assert done.returncode == 0, done.stderr


def state(project: Path) -> tuple[dict[str, bytes], str]:
    """Return all that an update changes: the files, ignored ones too, and git's index."""
    return content_of(project), git(project, "ls-files", "--stage")


@dataclass(frozen=True)
class Updated:
    """A project before an update, what the update makes of it, and how many seconds it takes."""

    project: Path
    before: tuple[dict[str, bytes], str]
    after: tuple[dict[str, bytes], str]
    seconds: float


@pytest.fixture(scope="module")
def undisturbed(make: Make, template: Path, tmp_path_factory: pytest.TempPathFactory) -> Updated:
    """An update with a conflict, a merge and pins of both sides."""
    folder = tmp_path_factory.mktemp("interrupted")
    history = Path(shutil.copytree(template, folder / "history"))
    project = Path(shutil.copytree(make(project_name="demo", **OLD_DAY), folder / "project", symlinks=True))
    change(project, CI, "timeout-minutes: 15", "timeout-minutes: 45")
    change(project, ".gitignore", "/dist/\n", "/dist/\n/mine/\n")
    (project / "mine").mkdir()
    (project / "mine" / "kept.txt").write_text("mine\n", encoding="utf-8")
    move(project, template, history)
    names = ("an input renamed", "a Python added", "the runner's image moved", "majors moved", "the text alone")
    (history / "template" / ADDED).write_text("root = true\n", encoding="utf-8")
    release(history, names, "v1.1.0")
    reference = Path(shutil.copytree(project, folder / "reference", symlinks=True))
    update(reference)  # the first one starts the server of processes
    recover(reference)
    before = state(reference)
    assert before == state(project)
    seconds = update(reference)
    after = state(reference)
    assert b"<<<<<<< before updating" in after[0][CI]
    return Updated(project, before, after, seconds)


@pytest.mark.parametrize("number", range(KILLS))
def test_a_project_comes_back_and_the_next_update_is_the_same(
    undisturbed: Updated, tmp_path: Path, number: int
) -> None:
    moment = random.Random(f"{os.environ['HYPOTHESIS_SEED']} {number}").uniform(0.05, 1) * undisturbed.seconds
    killed_and_run_again(undisturbed, tmp_path, lambda seconds: seconds > moment)


def test_what_the_update_added_goes_and_a_lock_of_git_stops_nobody(undisturbed: Updated, tmp_path: Path) -> None:
    killed_and_run_again(undisturbed, tmp_path, lambda _: (tmp_path / "project" / ADDED).exists(), locked=True)


def killed_and_run_again(
    undisturbed: Updated, folder: Path, stop: Callable[[float], bool], *, locked: bool = False
) -> None:
    """Kill an update, take it back, run it again, and see that both leave what they should."""
    project = Path(shutil.copytree(undisturbed.project, folder / "project", symlinks=True))
    update(project, stop)
    if locked:  # as git leaves it when it is killed while it writes
        assert (project / ADDED).exists()
        (project / ".git" / "index.lock").touch()
    recover(project)
    assert state(project) == undisturbed.before
    update(project)
    assert state(project) == undisturbed.after


def test_an_update_that_was_interrupted_can_be_taken_back_and_run_again(copie: Copie, history: Path, old: Path) -> None:
    change(old, CI, CHECKOUT, NEWER)
    commit_all(old, "A bot's pin")
    broken = history / "template" / "broken.md.jinja"
    broken.write_text("{{ 1 // 0 }}", encoding="utf-8")
    commit_all(history, "Fails half-way", tag="v1.0.5")
    assert copie.update(Result(project_dir=old), vcs_ref="v1.0.5").exception
    git(old, "reset", "--quiet", "--hard")
    git(old, "clean", "--quiet", "-fd")
    broken.unlink()
    release_and_update(copie, history, old)
    assert pins(old) == {NEWER, CHECKOUT}
    assert no_conflict(old)
