"""The command `pyrelease`; each subcommand imports what it needs only when it runs."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from io import TextIOWrapper
from pathlib import Path

from .plan.answers import USUAL_ANSWERS
from .project import NoProjectError, read_project

DONE, SOMETHING_IS_LEFT, NO_PROJECT = 0, 1, 2
"""The exit codes of every subcommand."""


def parser() -> argparse.ArgumentParser:
    """Return the reader of the command line."""
    found = argparse.ArgumentParser(
        prog="pyrelease", description="Look after the releases of the project in this folder."
    )
    subcommands = found.add_subparsers(dest="subcommand", required=True, metavar="COMMAND")
    doctor = subcommands.add_parser(
        "doctor",
        help="look the project over; nothing is changed",
        description="Look the project in this folder over. Nothing is changed.",
        epilog="Exit codes: 0, nothing is found that makes a release fail; 1, a release would fail; 2, here is no project of this template.",
    )
    doctor.add_argument("--answers-file", default=USUAL_ANSWERS, metavar="FILE", help="another name of that file")
    doctor.add_argument("--online", action="store_true", help="ask the indexes, and GitHub by gh, too")
    return found


def main(
    arguments: Sequence[str] | None = None, *, sites: Mapping[str, str] | None = None, today: date | None = None
) -> int:
    """Run a subcommand, and return its exit code; `sites` are other addresses of indexes, by name."""
    given = parser().parse_args(arguments)
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # an old terminal may know fewer characters
    try:
        return doctor(given, sites or {}, today or datetime.now(UTC).date())
    except NoProjectError as problem:
        print(problem, file=sys.stderr)
        return NO_PROJECT


def doctor(given: argparse.Namespace, sites: Mapping[str, str], today: date) -> int:
    """Print what is found in the project, and say whether a release would fail."""
    from .doctor import ask_around, look_over
    from .doctor.findings import fails, report

    project = read_project(Path.cwd(), given.answers_file)
    findings = [*look_over(project, today)]
    if given.online:
        findings += ask_around(project, sites)
    print("\n".join(report(findings)))
    return SOMETHING_IS_LEFT if fails(findings) else DONE
