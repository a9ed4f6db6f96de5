"""Count what the tests of any answers and of faults try, and load the template with random answers."""

from __future__ import annotations

import os
import re
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from hypothesis import given, seed

from tests.answers.combinations import combinations
from tests.answers.strategies import SEED, answers, examples
from tests.conftest import ROOT, run
from tests.workshop import Workshop

SETS = 200
"""Random sets of answers that are rendered one after another."""


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


def load(scratch: Path) -> Load:
    """Render random sets of answers."""
    sets = random_answers(SETS)
    memory = []
    start = time.perf_counter()
    workshop = Workshop(scratch)
    for typed in sets:
        workshop.make(typed)
        memory.append(resident_memory())
    return Load(len(sets), time.perf_counter() - start, memory[-1] - memory[len(sets) // 2])


def build_combinations(scratch: Path) -> int:
    """Build and check an sdist and a wheel of each combination that is a new package, and return how many they are."""
    rows = combinations("package")
    workshop = Workshop(scratch)
    for row in rows:
        folder = workshop.make(row)
        run(folder, sys.executable, "-m", "build", "--installer", "uv")
        run(folder, "twine", "check", "--strict", *(folder / "dist").iterdir())
    return len(rows)


def count_tests(scratch: Path) -> Tried:
    """Run the tests of any answers, of refusals and of faults, and count what they tried."""
    pytest = [sys.executable, "-m", "pytest", "--quiet"]
    shown = run(ROOT, *pytest, "--numprocesses=0", "--hypothesis-show-statistics", "tests/answers/test_any_answers.py")
    passing = {name: int(count) for name, count in re.findall(r"::(\w+):\n+(?:.+\n)*?.* (\d+) passing,", shown)}
    report = scratch / "report.xml"
    refusals_and_faults = ("answers/test_rules.py", "answers/test_data_option.py", "copying/test_faults.py")
    run(ROOT, *pytest, f"--junitxml={report}", *(f"tests/{name}" for name in refusals_and_faults))
    cases = [(case.get("classname", ""), case.get("name", "")) for case in ElementTree.parse(report).iter("testcase")]
    return Tried(
        rendered=sum(count for name, count in passing.items() if name.startswith("test_any_answers_")),
        built=passing["test_what_was_typed_comes_back_from_the_built_wheel"],
        refused=passing["test_a_text_that_is_refused_is_refused_in_words_and_changes_nothing"]
        + sum("refuse" in name for _, name in cases),
        faults=sum(module.endswith("test_faults") for module, _ in cases),
    )
