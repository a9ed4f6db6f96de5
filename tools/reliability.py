"""Count what the tests of any answers and of faults try, and load the template with random answers, for `tools.bench`."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from hypothesis import given, seed

from tests.answers.combinations import combinations
from tests.answers.strategies import SEED, answers, examples
from tools.repository import ROOT, run
from tools.workshop import Workshop

SETS = 200
"""Random sets of answers that are rendered one after another."""

ANY_ANSWERS = "tests/answers/test_any_answers.py"
RENDERING = "test_any_answers_"
BUILDING = "test_what_was_typed_comes_back_from_the_built_wheel"
REFUSING = "test_a_text_that_is_refused_is_refused_in_words_and_changes_nothing"
"""The tests of any answers, whose examples are counted: the first is how all names of those that render begin."""

REFUSALS = ("tests/answers/test_rules.py", "tests/answers/test_data_option.py")
FAULTS = "tests/copying/test_faults.py"
"""Files whose cases are counted."""


@dataclass(frozen=True)
class Load:
    """What it took to render many random sets of answers in one process."""

    sets: int
    seconds: float
    growth: float
    """The resident memory (MiB) after the last set, less that after half of them."""


@dataclass(frozen=True)
class Tried:
    """What the tests tried, all of it without a failure."""

    rendered: int
    built: int
    refused: int
    faults: int


def random_answers(count: int) -> list[dict[str, Any]]:
    """Return random sets of answers that the questions accept, half of them for a package that exists."""
    found: list[dict[str, Any]] = []
    for package in ("new", "existing"):

        @seed(SEED)
        @examples(count // 2)
        @given(typed=answers(package))
        def collect(typed: dict[str, Any]) -> None:
            found.append(typed)

        collect()
    return found


def resident_memory() -> float:
    """Return what this process has in memory (MiB)."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def load(scratch: Path, count: int = SETS) -> Load:
    """Render random sets of answers."""
    sets = random_answers(count)
    memory = []
    start = time.perf_counter()
    workshop = Workshop(scratch)
    for typed in sets:
        workshop.make(typed)
        memory.append(resident_memory())
    return Load(len(sets), time.perf_counter() - start, memory[-1] - memory[len(sets) // 2])


def build(scratch: Path, rows: list[dict[str, Any]]) -> int:
    """Build and check an sdist and a wheel of a new package with each of these sets of answers, and return how many."""
    workshop = Workshop(scratch)
    without_git = {**os.environ, "SETUPTOOLS_SCM_PRETEND_VERSION": "1.0"}
    for row in rows:
        folder = workshop.make(row) / row["package_folder"]
        run(folder, sys.executable, "-m", "build", "--installer", "uv", env=without_git)
        run(folder, "twine", "check", "--strict", *(folder / "dist").iterdir())
    return len(rows)


def count_tests(scratch: Path) -> Tried:
    """Run the tests of any answers, of refusals and of faults, and count what they tried."""
    pytest = [sys.executable, "-m", "pytest", "--quiet"]
    shown = run(ROOT, *pytest, "--numprocesses=0", "--hypothesis-show-statistics", ANY_ANSWERS)
    passing = {name: int(count) for name, count in re.findall(r"::(\w+):\n+(?:.+\n)*?.* (\d+) passing,", shown)}
    report = scratch / "report.xml"
    run(ROOT, *pytest, f"--junitxml={report}", *REFUSALS, FAULTS)
    cases = [(case.get("classname", ""), case.get("name", "")) for case in ElementTree.parse(report).iter("testcase")]
    return Tried(
        rendered=sum(count for name, count in passing.items() if name.startswith(RENDERING)),
        built=passing[BUILDING],
        refused=passing[REFUSING] + sum("refuse" in name for _, name in cases),
        faults=sum(module.endswith(Path(FAULTS).stem) for module, _ in cases),
    )


def figures(scratch: Path) -> Iterator[tuple[str, str]]:
    """Yield the name and the value of each figure once it is known."""
    loaded = load(scratch / "load")
    yield (
        f"{loaded.sets} random sets of answers",
        f"{60 * loaded.sets / loaded.seconds:.0f} projects a minute, one at a time",
    )
    yield "  memory, from the middle to the end", f"{loaded.growth:+.1f} MiB"
    yield "combinations built", f"{build(scratch / 'combinations', combinations('new'))}"
    tried = count_tests(scratch)
    yield "any answers: projects rendered", f"{tried.rendered}"
    yield "any answers: projects built", f"{tried.built}"
    yield "bad inputs refused", f"{tried.refused}"
    yield "faults survived", f"{tried.faults}"
