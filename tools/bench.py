"""Measure the template against what nobody can beat: an empty template, and the guide's own two steps.

    python -m tools.bench [--rounds N] [--projects N ...] [--reliability]

Without options it ends within minutes. All ratios come from one run: the things compared take turns, and each figure is
a median. Where the machine has a file system in memory, all of it happens there: another process's use of the disk would
show in the figures. Linux only, whose unit of memory it reads.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from pyrelease.pins import TABLE
from tools.repository import ROOT, commit_all, git, memory, run, same_everywhere, write_work_tree
from tools.workflows import read_workflow
from tools.workshop import WORKFLOW

AT_ONCE = 2
"""Updates of a fleet that run at the same time."""

COPIER = [sys.executable, "-m", "copier"]
COPY = [*COPIER, "copy", "--trust", "--defaults", "--quiet", "-d", "github_owner=octo-org", "--vcs-ref", "v1.0.0"]
UPDATE = [*COPIER, "update", "--trust", "--defaults", "--quiet"]

GUIDE_STEPS = ["python3 -m pip install build", "rm -rf dist && python3 -m build"]
"""The commands of the guide's "Install pypa/build" and "Build a binary wheel and a source tarball"."""

# A process counts what its parent had in memory when it was started, so the parent is as small as Python can be.
PEAK_MEMORY = """\
import os, sys
process = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ)
_, status, usage = os.wait4(process, 0)
print(usage.ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(status))
"""


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


def our_template(folder: Path) -> Path:
    """Clone this repository with all its commits, as a copy from GitHub does, and release the work tree as v1.0.0."""
    git(ROOT, "clone", "--quiet", "--no-local", "--no-tags", str(ROOT), str(folder))
    git(folder, "rm", "-r", "--quiet", ".")
    write_work_tree(folder)
    commit_all(folder, "The work tree", tag="v1.0.0")
    return folder


def copied(template: Path, project: Path) -> Path:
    """Copy a template's v1.0.0 into a new folder."""
    run(template, *COPY, str(template), str(project))
    return project


def committed(template: Path, project: Path) -> Path:
    """Copy a template's v1.0.0 into a new repository that is ready for an update."""
    copied(template, project)
    git(project, "init", "--quiet")
    commit_all(project, "Start")
    return project


def peak_memory(command: Sequence[str]) -> float:
    """Return the most memory (MiB) that a command had resident at once, or the largest program that it ran."""
    shown = run(ROOT, sys.executable, "-ISc", PEAK_MEMORY, *command)
    return int(shown.split()[-1]) / 1024


def bench_copies(templates: Mapping[str, Path], scratch: Path, rounds: int) -> dict[str, float]:
    """Return the median seconds of a copy of each template."""

    def action(name: str) -> Callable[[int], object]:
        return lambda number: copied(templates[name], scratch / f"copy-{name}-{number}")

    return medians(rounds, {name: action(name) for name in templates})


def bench_updates(templates: Mapping[str, Path], scratch: Path, rounds: int) -> dict[str, float]:
    """Return the median seconds of an update to the next version of each template."""
    projects = {
        (name, number): committed(template, scratch / f"update-{name}-{number}")
        for name, template in templates.items()
        for number in range(rounds)
    }
    for template in templates.values():
        (template / "template" / "NEW.md").write_text("New in this version.\n", encoding="utf-8")
        release(template, "v1.1.0")

    def action(name: str) -> Callable[[int], object]:
        return lambda number: run(projects[name, number], *UPDATE)

    return medians(rounds, {name: action(name) for name in templates})


def release(template: Path, tag: str) -> None:
    """Release what was changed in a template; a clone from GitHub is packed, so this one is."""
    commit_all(template, "The next version", tag=tag)
    git(template, "gc", "--quiet")


@dataclass(frozen=True)
class Fleet:
    """What it took to update many projects that their bots have changed, some at a time."""

    projects: int
    seconds: float
    conflicts: int
    growth: float
    """The median time of the last fifth of the updates, against that of the first fifth."""


def bench_fleets(template: Path, scratch: Path, sizes: Sequence[int]) -> list[Fleet]:
    """Update fleets of these sizes to a version in which what their bots have moved has moved, too."""
    first = committed(template, scratch / "fleet")
    move_checkout(first / WORKFLOW, f"{'a' * 40} # v98.0.0")
    commit_all(first, "A bot's")
    fleets = [
        [Path(shutil.copytree(first, scratch / f"fleet-of-{size}" / str(number))) for number in range(size)]
        for size in sizes
    ]
    move_checkout(template / TABLE.relative_to(ROOT), f"{'b' * 40} # v99.0.0")
    release(template, "v1.2.0")
    return [update_fleet(fleet) for fleet in fleets]


def move_checkout(file: Path, pin: str) -> None:
    """Move the action that checks out to another commit."""
    moved = re.sub(r"(actions/checkout)@.*", rf"\1@{pin}", file.read_text(encoding="utf-8"))
    file.write_text(moved, encoding="utf-8")


def update_fleet(fleet: Sequence[Path]) -> Fleet:
    """Update some projects."""

    def update(project: Path) -> float:
        start = time.perf_counter()
        run(project, *UPDATE)
        return time.perf_counter() - start

    start = time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        taken = list(pool.map(update, fleet))
    seconds = time.perf_counter() - start
    conflicts = sum(bool(git(project, "ls-files", "--unmerged")) for project in fleet)
    assert all("b" * 40 in (project / WORKFLOW).read_text(encoding="utf-8") for project in fleet)
    fifth = max(1, len(fleet) // 5)
    return Fleet(len(fleet), seconds, conflicts, statistics.median(taken[-fifth:]) / statistics.median(taken[:fifth]))


def bench_builds(template: Path, scratch: Path, rounds: int) -> dict[str, float]:
    """Return the median seconds of the guide's two steps, of ours, and of the checks that ours adds.

    Each side begins each round as a runner does, with nothing in the caches of pip and uv; the checks find there what
    our two steps have left.
    """
    project = committed(template, scratch / "project")
    workflow = (project / WORKFLOW).read_text(encoding="utf-8")
    named = {step.get("name"): step for step in read_workflow(workflow)["jobs"]["build"]["steps"]}
    ours = [
        named["Install uv"]["run"],
        "rm -rf dist\n" + named["Build a binary wheel and a source tarball"]["run"],
    ]
    checks = [
        named["Check what was built"]["run"],
        'rm -rf "$RUNNER_TEMP/clean"\n' + named["Test the wheel in a clean environment"]["run"],
    ]
    runner = {
        "GITHUB_REF_TYPE": "branch",
        "GITHUB_REF_NAME": "main",
        "GITHUB_RUN_NUMBER": "7",
        "GITHUB_OUTPUT": os.devnull,
        "RUNNER_TEMP": str(scratch),
        "TAG_PREFIX": "v",
        "UV_EXCLUDE_NEWER": "7 days",
    }

    def fresh(name: str, number: int) -> dict[str, str]:
        """Return the variables of a runner's step: a new Python environment first on the path, and empty caches."""
        folder = scratch / f"runner-{name}-{number}"
        run(project, "uv", "venv", "--quiet", "--seed", folder / "python")
        caches = {"PIP_CACHE_DIR": str(folder / "pip"), "UV_CACHE_DIR": str(folder / "uv")}
        path = f"{folder / 'python' / 'bin'}{os.pathsep}{os.environ['PATH']}"
        return {**os.environ, **runner, **caches, "PATH": path}

    environments = {(name, number): fresh(name, number) for name in ("guide", "ours") for number in range(rounds)}

    def steps(commands: list[str], name: str) -> Callable[[int], object]:
        return lambda number: [
            run(project, "bash", "-e", "-c", step, env=environments[name, number]) for step in commands
        ]

    return medians(
        rounds,
        {"guide": steps(GUIDE_STEPS, "guide"), "ours": steps(ours, "ours"), "checks": steps(checks, "ours")},
    )


def figures(options: argparse.Namespace, scratch: Path) -> Iterator[tuple[str, str]]:
    """Yield the name and the value of each figure once it is measured."""
    templates = {"empty": empty_template(scratch / "empty"), "ours": our_template(scratch / "ours")}
    for template in templates.values():
        git(template, "gc", "--quiet")
    copies = bench_copies(templates, scratch, options.rounds)
    yield "copy, against an empty template", against(copies["ours"], copies["empty"])
    peaks = {name: peak_memory([*COPY, str(path), str(scratch / f"memory-{name}")]) for name, path in templates.items()}
    yield "peak memory of a copy", f"{peaks['ours']:.0f} MiB   (empty template: {peaks['empty']:.0f} MiB)"
    updates = bench_updates(templates, scratch, options.rounds)
    yield "update, against an empty template", against(updates["ours"], updates["empty"])
    builds = bench_builds(templates["ours"], scratch, options.rounds)
    yield "install and build, against the guide's", against(builds["ours"], builds["guide"])
    yield "the added checks, against the guide's two", against(builds["checks"], builds["guide"])
    for fleet in bench_fleets(templates["ours"], scratch, options.projects):
        speed = 60 * fleet.projects / fleet.seconds
        yield f"a fleet of {fleet.projects}, {AT_ONCE} at a time", f"{speed:.0f} updates a minute"
        yield "  conflicts", f"{fleet.conflicts}"
        yield "  the last fifth against the first", f"{fleet.growth:.2f}"
    if options.reliability:
        from tools import reliability  # what it needs takes seconds to load

        yield from reliability.figures(scratch)


def against(ours: float, theirs: float) -> str:
    """Return how long ours takes for each second of theirs."""
    return f"{ours / theirs:.2f}   ({ours:.2f} s)"


def parser() -> argparse.ArgumentParser:
    """Return the reader of the command line."""
    found = argparse.ArgumentParser(prog="python -m tools.bench", description="Print the figures of docs/figures.md.")
    found.add_argument("--rounds", type=int, default=3, help="how often each thing has its turn (default: 3)")
    found.add_argument("--projects", type=int, nargs="+", default=[10], help="sizes of fleets (default: 10)")
    found.add_argument("--reliability", action="store_true", help="count what is tried, too; a quarter of an hour")
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    """Print every figure, one a line."""
    options = parser().parse_args(arguments)
    os.environ.update(same_everywhere())
    with tempfile.TemporaryDirectory(dir=memory()) as folder:
        for name, value in figures(options, Path(folder)):
            print(f"{name:<43}{value}", flush=True)


if __name__ == "__main__":
    main()
