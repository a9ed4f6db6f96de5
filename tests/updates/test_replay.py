"""A project that its user has edited follows the template through every kind of change that the guide has ever made."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from pytest_copie.plugin import Copie

from tests.conftest import WORKFLOW, commit_all, content_of
from tests.updates.changes import ANSWERS, CHANGES, CI, release
from tests.updates.conftest import USERS, update
from tools.workflows import read_workflow

FOR_NEW_PROJECTS_ALONE = "the workflow's file renamed"

# ─── What the user changed ───


@dataclass(frozen=True)
class Edit:
    """What a user changed in a file: a regular expression, what it becomes, the words that show it, and how often (0: all)."""

    file: str
    before: str
    after: str
    shown: str
    count: int = 1

    def apply(self, project: Path) -> None:
        """Make the edit; made twice, it is the same."""
        file = project / self.file
        text = re.sub(f"(?m){self.before}", self.after, file.read_text(encoding="utf-8"), count=self.count)
        assert self.shown in text
        file.write_text(text, encoding="utf-8")


MY_STEP = '      - name: Mine\n        run: "true"\n'
BOTS_PIN = f"@{'b' * 40} # v99.1.0"
PIN_OF_THE_PAST = f"@{'c' * 40} # v97.9.0"

EDITS: dict[str, tuple[Edit, ...]] = {
    "a step added at the end of the build": (
        Edit(WORKFLOW, rf"(-m pytest -W default\n)(?:{MY_STEP})?", rf"\1{MY_STEP}", shown="name: Mine"),
    ),
    "another time-out": (
        Edit(WORKFLOW, r"timeout-minutes: \d+", "timeout-minutes: 45", shown="timeout-minutes: 45"),
    ),
    "another Python": (Edit(CI, r'^(        python: \[.*?)(?:, "3\.15t")?\]$', r'\1, "3.15t"]', shown='"3.15t"'),),
    "README edited": (Edit("README.md", "## Install", "## Get it", shown="## Get it"),),
    "pyproject edited": (
        Edit("pyproject.toml", r"dependencies = \[\]", 'dependencies = ["attrs"]', shown='["attrs"]'),
    ),
    "a bot's pins": (
        Edit(WORKFLOW, "(actions/checkout)@.*", rf"\1{BOTS_PIN}", shown=BOTS_PIN, count=0),
        # Shown until the template's pin is a newer one, which stays.
        Edit(WORKFLOW, r"(setup-python)@(?!8{40}).*", rf"\1{PIN_OF_THE_PAST}", shown=""),
        Edit("pyproject.toml", '"pytest>=[^"]*"', '"pytest>=10.3"', shown="pytest>=10.3"),
    ),
}  # fmt: skip

DELETED = ".pre-commit-config.yaml"

MAY_ASK = {
    ("a Python added", "another Python"),
    ("the runner's image moved", "another time-out"),
    ("the runner's image moved", "another Python"),
    ("one job split into three", "another time-out"),
}
"""The pairs whose lines are the same ones, or touch: git cannot know what is meant. All other pairs merge."""

# ─── The replay ───

CONFLICT = re.compile(
    r"^<<<<<<< before updating\n(?P<ours>.*?)^=======\n(?P<theirs>.*?)^>>>>>>> after updating\n",
    re.DOTALL | re.MULTILINE,
)


@dataclass(frozen=True)
class Conflict:
    """Both sides of what an update asked in a file."""

    file: str
    ours: str
    theirs: str

    @property
    def edits(self) -> set[str]:
        """What the user had changed in it."""
        return {
            name
            for name, edits in EDITS.items()
            if any(edit.file == self.file and edit.shown and edit.shown in self.ours for edit in edits)
        }


@dataclass(frozen=True)
class Step:
    """What one update did: a project's files before and after, those of a new project, and what had to be asked."""

    before: dict[str, str]
    after: dict[str, str]
    fresh: dict[str, str]
    fresh_with_edits: dict[str, str]
    conflicts: list[Conflict]

    @property
    def asked(self) -> set[str]:
        """Return the edits that the update asked about."""
        return {edit for conflict in self.conflicts for edit in conflict.edits}


def files_of(project: Path) -> dict[str, str]:
    """Return the text of each file of a project, less git's own."""
    return {name: content.decode() for name, content in content_of(project).items()}


def edit_all(project: Path) -> None:
    """Change all that the user changed."""
    for edits in EDITS.values():
        for edit in edits:
            edit.apply(project)
    (project / DELETED).unlink()


class Replay:
    """The template's history, and the updates of projects along it."""

    def __init__(self, copie: Copie, history: Path) -> None:
        self.copie = copie
        self.history = history
        self.tags = {change: f"v1.{number}.0" for number, change in enumerate(CHANGES, start=1)}
        for change, tag in self.tags.items():
            release(self.history, (change,), tag)

    def new_project(self, tag: str) -> Path:
        """Make a project of a version, with the answers of the oldest one."""
        made = self.copie.copy(ANSWERS, self.history, vcs_ref=tag)
        assert made.project_dir, made.exception
        return made.project_dir

    def edited_project(self) -> Path:
        """Make a project of the oldest version that has every edit."""
        project = self.new_project("v1.0.0")
        commit_all(project, "Start")
        edit_all(project)
        assert PIN_OF_THE_PAST in (project / WORKFLOW).read_text(encoding="utf-8")
        commit_all(project, "Mine")
        return project

    def update(self, project: Path, tag: str) -> Step:
        """Update a project, and settle what it asks as a human would: the template's side, with that edit made anew."""
        before = files_of(project)
        update(self.copie, project, tag)
        conflicts = []
        for name, text in files_of(project).items():
            conflicts += [Conflict(name, found["ours"], found["theirs"]) for found in CONFLICT.finditer(text)]
            (project / name).write_text(CONFLICT.sub(lambda found: found["theirs"], text), encoding="utf-8")
        for asked in {edit for conflict in conflicts for edit in conflict.edits}:
            for edit in EDITS[asked]:
                edit.apply(project)
        commit_all(project, f"Update to {tag}")
        new = self.new_project(tag)
        fresh = files_of(new)
        edit_all(new)
        return Step(before, files_of(project), fresh, files_of(new), conflicts)


@pytest.fixture(scope="module")
def replay(copie_session: Copie, template: Path, tmp_path_factory: pytest.TempPathFactory) -> Replay:
    """The template's history."""
    return Replay(copie_session, Path(shutil.copytree(template, tmp_path_factory.mktemp("replay") / "history")))


@pytest.fixture(scope="module")
def oldest(replay: Replay) -> dict[str, str]:
    """The files of a project of the first version."""
    return files_of(replay.new_project("v1.0.0"))


@pytest.fixture(scope="module")
def steps(replay: Replay) -> dict[str, Step]:
    """The update to each version, one by one, by the change that it brings."""
    project = replay.edited_project()
    return {change: replay.update(project, tag) for change, tag in replay.tags.items()}


@pytest.fixture(scope="module")
def jump(replay: Replay) -> Step:
    """The update from the first version to the last."""
    return replay.update(replay.edited_project(), list(replay.tags.values())[-1])


def with_the_users_files(files: dict[str, str], users: dict[str, str]) -> dict[str, str]:
    """Return a project's files, of which the user's own are those of another project."""
    kept = {name: text for name, text in users.items() if name.split("/")[0] in USERS}
    return {name: text for name, text in files.items() if name.split("/")[0] not in USERS} | kept


@pytest.mark.parametrize("change", [change for change in CHANGES if change != FOR_NEW_PROJECTS_ALONE])
def test_every_change_shows_in_a_new_project(oldest: dict[str, str], steps: dict[str, Step], change: str) -> None:
    versions = [oldest, *(step.fresh for step in steps.values())]
    number = list(CHANGES).index(change)
    older, newer = versions[number : number + 2]
    assert {name for name in newer if newer[name] != older[name]} > {".copier-answers.yml"}


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("change", CHANGES)
def test_an_update_asks_only_where_both_changed_the_same_lines(steps: dict[str, Step], change: str, edit: str) -> None:
    step = steps[change]
    assert (edit in step.asked) is ((change, edit) in MAY_ASK)
    for conflict in step.conflicts:
        assert conflict.edits
        assert conflict.ours in step.before[conflict.file]
        assert conflict.theirs in step.fresh[conflict.file]


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_arrives_and_every_edit_survives(steps: dict[str, Step], change: str) -> None:
    step = steps[change]
    assert step.after == with_the_users_files(step.fresh_with_edits, step.before)
    assert DELETED not in step.after


def test_a_single_jump_ends_in_the_same_files(steps: dict[str, Step], jump: Step) -> None:
    assert jump.after == steps[list(CHANGES)[-1]].after
    assert jump.asked == {edit for _, edit in MAY_ASK}


def test_the_registered_names_never_change(steps: dict[str, Step], jump: Step) -> None:
    for step in [*steps.values(), jump]:
        assert {Path(name).name for name in step.after if "/workflows/" in name} == {"ci.yml", Path(WORKFLOW).name}
        jobs = read_workflow(step.after[WORKFLOW])["jobs"]
        environments = {jobs[f"publish-to-{index}"]["environment"]["name"] for index in ("pypi", "testpypi")}
        assert environments == {"pypi", "testpypi"}
