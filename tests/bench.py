"""Measure the template against what nobody can beat: an empty template, and the guide's own two steps.

    python -m tests.bench

All ratios come from this one run: the things compared take turns, and each figure is a median. Where the machine has a
file system in memory, all of it happens there: another process's use of the disk would show in the figures.
"""

from __future__ import annotations

import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from pyrelease.pins import TABLE
from tests import reliability
from tests.conftest import MEMORY, ROOT, WORKFLOW, commit_all, git, release_template, run
from tests.workflows import read_workflow

ROUNDS = 9
BUILD_ROUNDS = 5

FLEET = 100
CORES = 2

COPIER = [sys.executable, "-m", "copier"]
OPTIONS = ["--trust", "--defaults", "--quiet", "-d", "github_owner=octo-org"]

GUIDE_STEPS = ["python3 -m pip install build", "rm -rf dist && python3 -m build"]
"""The commands of the guide's "Install pypa/build" and "Build a binary wheel and a source tarball"."""


def medians(rounds: int, actions: Mapping[str, Callable[[int], object]]) -> dict[str, float]:
    """Return the median seconds of each action; in each round each has its turn, and gets the round's number."""
    taken: dict[str, list[float]] = {name: [] for name in actions}
    for number in range(rounds):
        for name, action in actions.items():
            start = time.perf_counter()
            action(number)
            taken[name].append(time.perf_counter() - start)
    return {name: statistics.median(values) for name, values in taken.items()}


def empty_template(folder: Path) -> Path:
    """Make a template that writes its answers file and nothing else."""
    (folder / "template").mkdir(parents=True)
    (folder / "copier.yml").write_text("_subdirectory: template\n", encoding="utf-8")
    answers = folder / "template" / "{{ _copier_conf.answers_file }}.jinja"
    answers.write_text("{{ _copier_answers | to_nice_yaml }}", encoding="utf-8")
    git(folder, "init", "--quiet", "--initial-branch=main")
    commit_all(folder, "Empty", tag="v1.0.0")
    return folder


def copied(template: Path, project: Path) -> Path:
    """Copy a template's v1.0.0 into a new folder."""
    run(template, *COPIER, "copy", *OPTIONS, "--vcs-ref", "v1.0.0", str(template), str(project))
    return project


def committed(template: Path, project: Path) -> Path:
    """Copy a template's v1.0.0 into a new repository that is ready for an update."""
    copied(template, project)
    git(project, "init", "--quiet")
    commit_all(project, "Start")
    return project


def peak_memory(command: list[str]) -> float:
    """Return the most memory (MiB) that a command had resident at once."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return usage.ru_maxrss / 1024


def bench_copies(templates: Mapping[str, Path], scratch: Path) -> dict[str, float]:
    """Return the median seconds of a copy of each template."""

    def action(name: str) -> Callable[[int], object]:
        return lambda number: copied(templates[name], scratch / f"copy-{name}-{number}")

    return medians(ROUNDS, {name: action(name) for name in templates})


def bench_updates(templates: Mapping[str, Path], scratch: Path) -> dict[str, float]:
    """Return the median seconds of an update to the next version of each template."""
    projects = {
        (name, number): committed(template, scratch / f"update-{name}-{number}")
        for name, template in templates.items()
        for number in range(ROUNDS)
    }
    for template in templates.values():
        (template / "template" / "NEW.md").write_text("New in this version.\n", encoding="utf-8")
        commit_all(template, "The next version", tag="v1.1.0")
        git(template, "gc", "--quiet")

    def action(name: str) -> Callable[[int], object]:
        update = [*COPIER, "update", "--trust", "--defaults", "--quiet"]
        return lambda number: run(projects[name, number], *update)

    return medians(ROUNDS, {name: action(name) for name in templates})


@dataclass(frozen=True)
class Fleet:
    """What it took to update many projects that their bots have changed, two at a time."""

    projects: int
    seconds: float
    conflicts: int
    growth: float
    """The median time of the last fifth of the updates, against that of the first fifth."""


def bench_fleet(template: Path, scratch: Path) -> Fleet:
    """Update many projects to a version in which what their bots have moved has moved, too."""
    first = committed(template, scratch / "fleet-0")
    workflow = first / WORKFLOW
    text = workflow.read_text(encoding="utf-8")
    workflow.write_text(re.sub(r"(checkout)@.*", rf"\1@{'a' * 40} # v98.0.0", text), encoding="utf-8")
    commit_all(first, "A bot's")
    others = [Path(shutil.copytree(first, scratch / f"fleet-{number}")) for number in range(1, FLEET)]
    table = template / TABLE.relative_to(ROOT)
    moved = re.sub(r"(checkout)@.*", rf"\1@{'b' * 40} # v99.0.0", table.read_text(encoding="utf-8"))
    table.write_text(moved, encoding="utf-8")
    commit_all(template, "A new major", tag="v1.2.0")
    git(template, "gc", "--quiet")

    def update(project: Path) -> float:
        start = time.perf_counter()
        run(project, *COPIER, "update", "--trust", "--defaults", "--quiet")
        return time.perf_counter() - start

    start = time.perf_counter()
    with ThreadPoolExecutor(CORES) as pool:
        taken = list(pool.map(update, [first, *others]))
    seconds = time.perf_counter() - start
    conflicts = sum(bool(git(project, "ls-files", "--unmerged")) for project in [first, *others])
    assert all("b" * 40 in (project / workflow.relative_to(first)).read_text() for project in others)
    fifth = FLEET // 5
    return Fleet(FLEET, seconds, conflicts, statistics.median(taken[-fifth:]) / statistics.median(taken[:fifth]))


def bench_builds(template: Path, scratch: Path) -> dict[str, float]:
    """Return the median seconds of the guide's two steps, of ours, and of the checks that ours adds."""
    project = committed(template, scratch / "project")
    workflow = (project / WORKFLOW).read_text(encoding="utf-8")
    named = {step.get("name"): step for step in read_workflow(workflow)["jobs"]["build"]["steps"]}
    ours = [
        named["Install pypa/build"]["run"],
        "rm -rf dist\n" + named["Build a binary wheel and a source tarball"]["run"],
    ]
    checks = [
        named["Check the metadata and the wheel's content"]["run"],
        'rm -rf "$RUNNER_TEMP/clean"\n' + named["Test the wheel in a clean environment"]["run"],
    ]
    runner = {"GITHUB_REF_TYPE": "branch", "GITHUB_RUN_NUMBER": "7", "RUNNER_TEMP": str(scratch)}

    def fresh(name: str, number: int) -> dict[str, str]:
        """Return the variables of a runner's step, with a new Python environment first on the path."""
        environment = scratch / f"python-{name}-{number}"
        run(project, "uv", "venv", "--quiet", "--seed", environment)
        return {**os.environ, **runner, "PATH": f"{environment / 'bin'}{os.pathsep}{os.environ['PATH']}"}

    environments = {(name, number): fresh(name, number) for name in ("guide", "ours") for number in range(BUILD_ROUNDS)}

    def steps(commands: list[str], name: str) -> Callable[[int], object]:
        return lambda number: [
            run(project, "bash", "-e", "-c", step, env=environments[name, number]) for step in commands
        ]

    return medians(
        BUILD_ROUNDS,
        {"guide": steps(GUIDE_STEPS, "guide"), "ours": steps(ours, "ours"), "checks": steps(checks, "ours")},
    )


def main() -> None:
    """Print every figure, one a line."""
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        scratch = Path(folder)
        templates = {"empty": empty_template(scratch / "empty"), "ours": release_template(scratch / "ours")}
        for template in templates.values():
            git(template, "gc", "--quiet")  # a clone from GitHub is packed, too
        copies = bench_copies(templates, scratch)
        memory = {
            name: peak_memory([*COPIER, "copy", *OPTIONS, str(template), str(scratch / f"memory-{name}")])
            for name, template in templates.items()
        }
        updates = bench_updates(templates, scratch)
        builds = bench_builds(templates["ours"], scratch)
        fleet = bench_fleet(templates["ours"], scratch)
        load = reliability.load(scratch / "load")
        built = reliability.build_combinations(scratch / "combinations")
        tried = reliability.count_tests(scratch)
    figures = {
        "copy, against an empty template": f"{copies['ours'] / copies['empty']:.2f}   ({copies['ours']:.2f} s)",
        "update, against an empty template": f"{updates['ours'] / updates['empty']:.2f}   ({updates['ours']:.2f} s)",
        "install and build, against the guide's": f"{builds['ours'] / builds['guide']:.2f}   ({builds['ours']:.2f} s)",
        "the added checks, against the guide's two": f"{builds['checks'] / builds['guide']:.2f}   ({builds['checks']:.2f} s)",
        "peak memory of a copy": f"{memory['ours']:.0f} MiB   (empty template: {memory['empty']:.0f} MiB)",
        f"a fleet of {fleet.projects}, {CORES} at a time": f"{60 * fleet.projects / fleet.seconds:.0f} updates a minute",
        "  conflicts": f"{fleet.conflicts}",
        "  the last fifth against the first": f"{fleet.growth:.2f}",
        f"{load.sets} random sets of answers": f"{60 * load.sets / load.seconds:.0f} projects a minute, one at a time",
        "  memory, from the middle to the end": f"{load.growth:+.1f} MiB",
        "any answers: projects rendered": f"{tried.rendered}",
        "any answers: projects built": f"{tried.built}",
        "combinations built": f"{built}",
        "bad inputs refused": f"{tried.refused}",
        "faults survived": f"{tried.faults}",
    }
    for name, value in figures.items():
        print(f"{name:<43}{value}")


if __name__ == "__main__":
    main()
