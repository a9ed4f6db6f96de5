"""The command `pyrelease-doctor`: look the project in the current folder over, and change nothing."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from io import TextIOWrapper
from pathlib import Path

from doctor import actions, online, package, publishing, registered
from doctor.findings import Finding, fails, report
from doctor.project import NoProjectError, Project, read_project

RELEASE_WOULD_FAIL, NO_PROJECT = 1, 2
"""Exit codes besides 0."""


def look_over(project: Project, today: date) -> Iterator[Finding]:
    """Yield what a project's files and its git show; nothing is asked of anybody else."""
    yield from registered.names(project, today)
    if (workflow := project.workflow) and not workflow.problem:
        yield from registered.publishers(project, workflow)
        yield from publishing.rules(project, workflow)
    yield from actions.old_and_moving(project)
    yield from actions.tokens(project)
    yield from package.licence_files(project)
    yield from package.metadata(project)
    yield from package.versions(project, workflow)


def main(
    arguments: Sequence[str] | None = None, *, sites: Mapping[str, str] | None = None, today: date | None = None
) -> int:
    """Print the findings, and return the exit code; `sites` are other addresses of indexes, by name."""
    parser = argparse.ArgumentParser(
        prog="pyrelease-doctor",
        description="Look the project in this folder over. Nothing is changed.",
        epilog="Exit codes: 0, nothing is found that makes a release fail; 1, a release would fail; 2, here is no project of this template.",
    )
    parser.add_argument(
        "--answers-file", default=".copier-answers.yml", metavar="FILE", help="another name of that file"
    )
    parser.add_argument("--online", action="store_true", help="ask the indexes, and GitHub by gh, too")
    given = parser.parse_args(arguments)
    try:
        project = read_project(Path.cwd(), given.answers_file)
    except NoProjectError as problem:
        print(problem, file=sys.stderr)
        return NO_PROJECT
    findings = [*look_over(project, today or datetime.now(UTC).date())]
    if given.online:
        findings += [*online.indexes(project, sites or {}), *online.github(project)]
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # an old terminal may know fewer characters
    print("\n".join(report(findings)))
    return RELEASE_WOULD_FAIL if fails(findings) else 0
