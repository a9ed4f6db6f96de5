"""Whatever a user has changed, an update loses nothing of it, moves no pin back, and brings what the template changed."""

from __future__ import annotations

import itertools
import os
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from packaging.version import Version
from pytest_copie.plugin import Copie

from pyrelease.pins import Pin, read_pins
from tests.conftest import commit_all, content_of
from tests.updates.changes import ANSWERS, release
from tests.updates.conftest import USERS, update
from tests.updates.edits import EDITS, Edit

PROJECTS = int(os.environ.get("EDITED_PROJECTS", "1"))
"""Projects that one run edits and updates."""

VERSIONS = (
    ("an input renamed", "a condition fixed"),
    ("the build tool replaced", "a Python added"),
    ("the runner's image moved", "majors moved"),
    ("one job split into three", "the text alone"),
    ("a job added", "steps added"),
    ("hardening lines", "a job removed"),
)
"""The changes that each of six versions brings."""

CONFLICT = re.compile(
    r"^<<<<<<< before updating\r?\n(?P<ours>.*?)^=======\r?\n(?P<theirs>.*?)^>>>>>>> after updating(?:\r?\n|\Z)",
    re.DOTALL | re.MULTILINE,
)

MOVED = {"8" * 40: Version("98"), "9" * 40: Version("99")}
"""The commits to which the versions of the template move its pins, and what they are, whatever a comment says."""

Files = dict[str, str]


@dataclass(frozen=True)
class Template:
    """The template's versions, and the files of a new project of each."""

    copie: Copie
    history: Path
    fresh: dict[str, Files]
    first: Path


def files_of(project: Path) -> Files:
    """Return the text of each file of a project, as it is."""
    return {name: content.decode() for name, content in content_of(project).items()}


@pytest.fixture(scope="module")
def versions(copie_session: Copie, template: Path, tmp_path_factory: pytest.TempPathFactory) -> Template:
    """Seven versions of the template."""
    history = Path(shutil.copytree(template, tmp_path_factory.mktemp("edited") / "history"))
    tags = ["v1.0.0"]
    for number, names in enumerate(VERSIONS, start=1):
        tags.append(f"v1.{number}.0")
        release(history, names, tags[-1])
    made = {tag: copie_session.copy(ANSWERS, history, vcs_ref=tag).project_dir for tag in tags}
    first = made["v1.0.0"]
    assert first
    commit_all(first, "Start")
    return Template(copie_session, history, {tag: files_of(folder) for tag, folder in made.items() if folder}, first)


def lines(text: str) -> Counter[str]:
    """Return the lines of a text, less line ends, markers, and what its pins say."""
    masked, place = "", 0
    for pin in read_pins(text):
        masked += text[place : pin.start]
        place = pin.end
    found = (masked + text[place:]).splitlines()
    return Counter(line.rstrip() for line in found if not re.match("<<<<<<< |=======$|>>>>>>> ", line))


def faults(before: str, old: str, new: str, after: str) -> Iterator[str]:
    """Yield what an update did wrong with a file: its text before and after, and that of new projects of both versions."""
    mine, last, theirs, all_of_it = map(lines, (before, old, new, after))
    settled = lines(CONFLICT.sub("", after))
    for line, count in (mine - last).items():
        if all_of_it[line] < count:
            yield f"lost edit: {line}"
    for line, count in (theirs - last).items():
        if all_of_it[line] < count:
            yield f"lost change: {line}"
    for line in last - mine:
        if settled[line] > mine[line] + (theirs - last)[line]:
            yield f"deleted line is back: {line}"
    for line in last - theirs:
        if settled[line] > theirs[line] + (mine - last)[line]:
            yield f"line of the last version stays: {line}"
    for found in CONFLICT.finditer(after):
        for side, whole in ((found["ours"], before), (found["theirs"], new)):
            if side.replace("\r\n", "\n") not in whole.replace("\r\n", "\n"):
                yield f"no side's own text: {side}"
    yield from faults_of_pins(before, old, new, after)


def faults_of_pins(before: str, old: str, new: str, after: str) -> Iterator[str]:
    """Yield which pins went back, or are gone, or wait although the template has a newer one."""
    mine, last, theirs, all_of_it = (read_pins(text) for text in (before, old, new, after))
    settled = read_pins(CONFLICT.sub("", after))
    for name in {pin.name for pin in mine}:
        removed = max(0, count(last, name) - count(theirs, name))
        for pin in (pin for pin in mine if pin.name == name):
            version = version_of(pin)
            wanted = newer(mine, name, version) if version else same(mine, pin)
            found = newer(all_of_it, name, version) if version else same(all_of_it, pin)
            if found < wanted - removed:
                yield f"pin is back or gone: {name} {pin.value}"
        released = {version for pin in theirs if pin.name == name and (version := version_of(pin))}
        for pin in (pin for pin in settled if pin.name == name and old != new and pin.is_action):
            if (version := version_of(pin)) and released and version < max(released):
                yield f"pin waits: {name} {pin.value}"


def version_of(pin: Pin) -> Version | None:
    """Return the release of a pin; `None` if it names none for certain."""
    named = pin.named
    return MOVED.get(named.commit) or (named.version if named.is_whole else None)


def count(pins: list[Pin], name: str) -> int:
    """Return how many pins have a name."""
    return sum(pin.name == name for pin in pins)


def newer(pins: list[Pin], name: str, version: Version) -> int:
    """Return how many pins of a name are of a version or a newer one."""
    return sum(found >= version for pin in pins if pin.name == name and (found := version_of(pin)))


def same(pins: list[Pin], pin: Pin) -> int:
    """Return how many pins say the same."""
    return sum((one.name, one.value) == (pin.name, pin.value) for one in pins)


def follow(template: Template, folder: Path, edits: list[Edit], side: str, capfd: pytest.CaptureFixture[str]) -> None:
    """Edit a project, update it through all versions, and see after each that nothing is wrong."""
    project = Path(shutil.copytree(template.first, folder, symlinks=True))
    for number, edit in enumerate(edits):
        edit.apply(project, number)
    tags = list(template.fresh)
    for last, tag in itertools.pairwise(tags):
        commit_all(project, f"Before {tag}")
        before = files_of(project)
        capfd.readouterr()
        update(template.copie, project, tag)
        after = files_of(project)
        found = [
            f"{tag}: {fault}" for fault in faults_of_files(before, template.fresh[last], template.fresh[tag], after)
        ]
        found += [f"{tag}: {fault}" for fault in faults_of_report(capfd.readouterr().out, before, after)]
        assert found == []
        for name, text in after.items():
            if CONFLICT.search(text):
                (project / name).write_bytes(CONFLICT.sub(lambda one: one[side], text).encode())


def faults_of_files(before: Files, old: Files, new: Files, after: Files) -> Iterator[str]:
    """Yield what an update did wrong with the files of a project."""
    for name in (before.keys() | new.keys() | after.keys()) - {".copier-answers.yml"}:
        if name.split("/")[0] in USERS or (name not in old and name not in new):
            if before.get(name) != after.get(name):
                yield f"{name}: touched"
        elif name not in before and name in old:
            if name in after:
                yield f"{name}: a deleted file is back"
        elif name not in after:
            yield f"{name}: gone"
        else:
            yield from (f"{name}: {one}" for one in faults(before[name], old[name], new[name], after[name]))


def faults_of_report(printed: str, before: Files, after: Files) -> Iterator[str]:
    """Yield what an update's report says that did not happen, or leaves out."""
    said = [line for line in printed.splitlines() if line.startswith("Pin ")]
    conflicts = {name for name, text in after.items() if CONFLICT.search(text)}
    left = {line.rpartition(": ")[2] for line in printed.splitlines() if line.startswith("Left for you")}
    if conflicts != left:
        yield f"conflicts in {conflicts}, left are {left}"
    pins = [pin for text in after.values() for pin in read_pins(text)]
    shown = {(pin.name, word) for pin in pins for word in (pin.shown, f"v{version_of(pin)}.0.0")}
    for line in said:
        taken = re.fullmatch(r"Pin taken: (\S+(?: \[.*\])?) (.+?) -> (.+?)(?:, in \S+)?", line)
        if taken and (taken[1], taken[3]) not in shown:
            yield f"said, and not so: {line}"
    told = {line.split()[2].partition("@")[0] for line in said}
    for name in (before.keys() & after.keys()) - conflicts:
        mine, now = read_pins(before[name]), read_pins(after[name])
        for pin in mine:
            # What the template no longer has went with its line.
            is_gone = pin.meaning not in {one.meaning for one in now if one.name == pin.name}
            if is_gone and count(now, pin.name) >= count(mine, pin.name) and pin.name not in told:
                yield f"not said: {name} {pin.name} {pin.value}"


def test_an_update_loses_no_edit_and_no_change_and_moves_no_pin_back(
    versions: Template, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    numbers = iter(range(10**6))

    @seed(int(os.environ["HYPOTHESIS_SEED"]))
    @settings(
        max_examples=PROJECTS,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(edits=st.lists(EDITS, min_size=4, max_size=14), side=st.sampled_from(["ours", "theirs"]))
    def try_a_project(edits: list[Edit], side: str) -> None:
        folder = tmp_path / str(next(numbers))
        follow(versions, folder, edits, side, capfd)
        shutil.rmtree(folder)

    try_a_project()
