"""The doctor starts quickly, and large projects cost little more."""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import git
from tests.doctor.patients import Patient, Ward

UNIT = "import yaml, packaging.requirements, argparse, configparser, tomllib, urllib.parse, subprocess, dataclasses"
"""What a machine's speed is measured by: most of it is what the doctor imports, too."""

UNITS = 3
"""CPU time of the doctor on a healthy project, in these units at most."""

ROUNDS = 5

LARGE = {"tags": 1000, "workflows": 200, "files": 20_000}

WORKFLOW = """\
on:
  push:
    branches: [main]
  pull_request:
jobs:
  test:
    runs-on: ${{ matrix.os }}
    strategy:
      matrix:
        os: [ubuntu-latest, windows-latest]
    steps:
      - run: |
          python -m pip install -e .[test]
          python -m pytest -x
"""


def cpu(folder: Path, *arguments: str) -> float:
    """Return the CPU time (s) of a Python that is started with arguments, and of what it starts: the best of some rounds."""
    found = []
    for _ in range(ROUNDS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run([sys.executable, *arguments], cwd=folder, capture_output=True, check=False)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert done.returncode == 0, done.stderr
        found.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(found)


DOCTOR = ("-c", "import sys; from pyrelease.cli import main; sys.exit(main(['doctor']))")


def many_tags(patient: Patient, number: int) -> None:
    """Give a project release tags."""
    head = git(patient.folder, "rev-parse", "HEAD").strip()
    lines = "".join(f"{head} refs/tags/v0.{minor}.0\n" for minor in range(number))
    (patient.folder / ".git" / "packed-refs").write_text(lines, encoding="utf-8")


def many_workflows(patient: Patient, number: int) -> None:
    """Give a project workflows."""
    for name in range(number):
        text = f"name: Tests {name}\n{WORKFLOW}"
        (patient.folder / f".github/workflows/tests-{name}.yml").write_text(text, encoding="utf-8")


def many_files(patient: Patient, number: int) -> None:
    """Give a project modules, and patterns that look for a licence among them."""
    for folder in range(number // 100):
        place = patient.folder / "src" / "demo_package" / f"part_{folder}"
        place.mkdir()
        for name in range(100):
            (place / f"module_{name}.py").touch()
    (place / "COPYING.last").touch()
    patient.change('["LICENSE*"]', '["LICENSE*", "**/COPYING.*"]', "pyproject.toml")


MAKERS: dict[str, Callable[[Patient, int], None]] = {
    "tags": many_tags,
    "workflows": many_workflows,
    "files": many_files,
}


@pytest.fixture(scope="module")
def healthy(ward: Ward) -> float:
    """The CPU time of the doctor on a healthy project, in seconds."""
    return cpu(ward.healthy("default"), *DOCTOR)


def test_the_start_is_quick(ward: Ward, healthy: float) -> None:
    unit = cpu(ward.healthy("default"), "-c", UNIT)
    assert healthy < UNITS * unit, (healthy, unit)


@pytest.mark.parametrize("what", LARGE)
def test_a_large_project_takes_no_longer_than_twice_that(ward: Ward, healthy: float, what: str) -> None:
    patient = ward.patient()
    MAKERS[what](patient, LARGE[what])
    assert cpu(patient.folder, *DOCTOR) < 2 * healthy
