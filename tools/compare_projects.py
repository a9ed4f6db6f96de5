"""Show what a change of the template does to the projects that it makes.

    python -m tools.compare_projects REVISION [--projects N]

Projects of any two answers together are made by the template of REVISION and by that of the work tree, and what differs
is printed; with N only so many new and so many existing packages. The exit code is 0 if nothing does, 1 if something does, and 2 if there is no such revision.
"""

from __future__ import annotations

import argparse
import difflib
import io
import json
import multiprocessing
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from copier.errors import CopierError

from pyrelease.migrations.rename_answers import Renaming
from tests.answers.combinations import combinations
from tools.repository import ROOT, memory, read_yaml, same_everywhere
from tools.workshop import Workshop

CREATED_ON = "2026-12-24"
"""The day on which all projects are made: midnight must not come between the two sides."""

REFUSED = "(no project)"
"""What stands for the path of a file where Copier refuses the answers; the file has its words."""

NO_NEWLINE = "\\ No newline at end of file"
"""What diff says below a last line that has no line end."""

Answers = dict[str, Any]
Files = dict[str, str]


def unpack(revision: str, folder: Path) -> None:
    """Write the files of a revision into a folder; `ValueError` with git's words if there is no such revision."""
    done = subprocess.run(["git", "archive", "--format=tar", revision], cwd=ROOT, capture_output=True, check=False)
    if done.returncode != 0:
        raise ValueError(done.stderr.decode().strip())
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        archive.extractall(folder, filter="data")


def renamings() -> list[Renaming]:
    """Return each answer that has another name than before, as the migrations in `copier.yml` say; the latest is last."""
    commands = [entry["command"] for entry in read_yaml(ROOT / "copier.yml")["_migrations"]]
    return [
        Renaming.read(argument)
        for _, _, _, module, *arguments in commands
        if module == "migrations.rename_answers"
        for argument in arguments[1:]
    ]


def as_named_in(questions: Mapping[str, Any], answers: Answers) -> Answers:
    """Return answers by the names that the questions of some version have, less those that it does not ask for."""
    found = dict(answers)
    for renaming in reversed(renamings()):
        if renaming.new in found and renaming.new not in questions:
            before = {new: old for old, new in renaming.values.items()}
            value = found.pop(renaming.new)
            found[renaming.old] = before.get(value, value)
    return {name: value for name, value in found.items() if name in questions}


def render(template: Path, scratch: Path, sets: Sequence[Answers]) -> list[Files]:
    """Return the text of each file of a project with each set of answers, by path; `scratch` is made and removed."""
    workshop = Workshop(scratch, template)
    questions = read_yaml(template / "copier.yml")
    projects = [files_of(workshop, as_named_in(questions, answers)) for answers in sets]
    shutil.rmtree(scratch)
    return projects


def files_of(workshop: Workshop, answers: Answers) -> Files:
    """Return the text of each file of a project, or Copier's words if it refuses to make one."""
    try:
        project = workshop.make(answers)
    except (CopierError, ValueError) as problem:
        return {REFUSED: f"{type(problem).__name__}: {problem}\n"}
    files = (path for path in project.rglob("*") if path.is_file())
    return {path.relative_to(project).as_posix(): path.read_bytes().decode(errors="backslashreplace") for path in files}


def in_a_process(template: Path, scratch: Path, sets: Sequence[Answers]) -> list[Files]:
    """Render projects in a process that has loaded no other version of the template."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(render, template, scratch, sets).result()


def differences(before: Files, after: Files, names: tuple[str, str]) -> Iterator[str]:
    """Yield a unified diff of each file that differs between two projects, which have these names."""
    for path in sorted(before.keys() | after.keys()):
        old, new = (files.get(path, "").splitlines(keepends=True) for files in (before, after))
        old_name, new_name = (
            f"{name}/{path}" if path in files else os.devnull
            for name, files in zip(names, (before, after), strict=True)
        )
        if before.get(path) != after.get(path):
            # Of an empty file that comes or goes, the names are all there is to show.
            lines = [*difflib.unified_diff(old, new, old_name, new_name)] or [f"--- {old_name}\n", f"+++ {new_name}\n"]
            yield "".join(line if line.endswith("\n") else f"{line}\n{NO_NEWLINE}\n" for line in lines)


def compare(revision: str, template: Path, scratch: Path, count: int | None = None) -> int:
    """Print what differs from the projects of an old template, and return in how many files."""
    sets = [
        {**answers, "created_on": CREATED_ON}
        for package in ("new", "existing")
        for answers in combinations(package)[:count]
    ]
    # Both at one path: a project says where its template is.
    sides = [in_a_process(root, scratch, sets) for root in (template, ROOT)]
    files = projects = 0
    for number, (answers, before, after) in enumerate(zip(sets, *sides, strict=True)):
        if found := [*differences(before, after, (f"{revision}/{number}", f"work tree/{number}"))]:
            print(f"Project {number}: {json.dumps(answers)}", *found, sep="\n")
            files, projects = files + len(found), projects + 1
    print(f"{files} files differ, in {projects} of {len(sets)} projects.")
    return files


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the differences and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.compare_projects", description="Compare projects.")
    parser.add_argument("revision", metavar="REVISION", help="the commit, tag or branch with the template before")
    parser.add_argument("--projects", type=int, metavar="N", help="so many new and so many existing packages; else all")
    given = parser.parse_args(arguments)
    revision = given.revision
    os.environ.update(same_everywhere())
    with tempfile.TemporaryDirectory(dir=memory()) as folder:
        template = Path(folder) / "before"
        try:
            unpack(revision, template)
        except ValueError as problem:
            print(f"Nothing is compared with {revision}. git says: {problem}", file=sys.stderr)
            return 2
        return int(compare(revision, template, Path(folder) / "scratch", given.projects) > 0)


if __name__ == "__main__":
    sys.exit(main())
