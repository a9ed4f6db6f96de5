"""The command `pyrelease`; each subcommand imports what it needs only when it runs."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from io import TextIOWrapper
from pathlib import Path

from .plan.answers import USUAL_ANSWERS
from .plan.github import SKIPPABLE
from .project import NoProjectError, Project, read_projects

DONE, SOMETHING_IS_LEFT, NO_PROJECT = 0, 1, 2
"""The exit codes of every subcommand."""


class Version(argparse.Action):
    """Prints the template that the command is of, and the ref that it was installed from."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        """Print it, and end."""
        from . import copier

        try:
            template = copier.own_template()
        except copier.NoCopierError as problem:
            parser.exit(NO_PROJECT, f"{problem}\n")
        print(f"pyrelease of {template.place}, {template.ref or 'its newest commit'}")
        parser.exit()


def parser() -> argparse.ArgumentParser:
    """Return the reader of the command line."""
    found = argparse.ArgumentParser(
        prog="pyrelease", description="Look after the releases of the project in this folder."
    )
    found.add_argument("--version", action=Version, nargs=0, help="print which template this is of, and end")
    subcommands = found.add_subparsers(dest="subcommand", required=True, metavar="COMMAND")
    doctor = subcommands.add_parser(
        "doctor",
        help="check the project; nothing is changed",
        description="Check the project in this folder. Nothing is changed.",
        epilog="Exit codes: 0, nothing is found that makes a release fail; 1, a release would fail; 2, here is no project of this template.",
    )
    doctor.add_argument("--online", action="store_true", help="also ask the indexes, and GitHub by gh")
    doctor.add_argument(
        "--format", default="text", choices=("text", "json", "github"), help="github shows findings beside their lines"
    )
    for option, what in (("--select", "look for these alone"), ("--ignore", "leave these out")):
        doctor.add_argument(
            option, action="append", default=[], metavar="CODES", help=f"{what}, like PR101,PR2; can be given again"
        )
    set_up = subcommands.add_parser(
        "setup",
        help="bring the project from the copy to its first release",
        description="Bring the project from the copy to its first release. It shows what it will do, and asks before it changes anything.",
        epilog="Exit codes: 0, done, or only an approval is waited for; 1, something is left, and the last lines say what; 2, here is no project of this template.",
    )
    set_up.add_argument("--dry-run", action="store_true", help="show what would be done, and change nothing")
    set_up.add_argument("--yes", action="store_true", help="answer every question with yes")
    visibility = set_up.add_mutually_exclusive_group()
    visibility.add_argument("--public", action="store_true", help="make a new repository public")
    visibility.add_argument("--private", action="store_true", help="make a new repository private")
    set_up.add_argument(
        "--without-reviewers",
        action="store_true",
        help="go on where GitHub has no reviewers: each tag publishes at once",
    )
    set_up.add_argument("--protect", action="store_true", help="protect releases of a workflow that is kept, too")
    set_up.add_argument(
        "--skip", action="append", default=[], choices=SKIPPABLE, help="leave this setting as it is; can be given again"
    )
    set_up.add_argument("--no-watch", action="store_true", help="push, and do not follow the runs")
    set_up.add_argument("--open", action="store_true", help="open the pages of the forms in a browser")
    new = subcommands.add_parser(
        "new",
        help="make a project: Copier's copy of this command's own template",
        description="Make a project: Copier's copy of the template that this command is of, in its version.",
        epilog="Exit codes: Copier's own; 2, this command cannot start Copier, and says why.",
    )
    new.add_argument("folder", type=Path, help="the project's folder, like myproj, or . for a package that exists")
    new.add_argument("--defaults", action="store_true", help="ask nothing")
    new.add_argument("--data-file", metavar="FILE", help="take answers from a YAML file")
    update = subcommands.add_parser(
        "update",
        help="update this project, or many: Copier's update of each",
        description="Update this project, or many: Copier's update of each, to the version of this command.",
        epilog="Exit codes: 0, every project is up to date; 1, some need you, which the last lines say; 2, this command cannot start Copier.",
    )
    update.add_argument(
        "projects",
        nargs="*",
        default=["."],
        metavar="PROJECT",
        help="a folder, an address that is cloned into this one, or @FILE with one of them a line; this folder if none is given",
    )
    for subcommand in (new, update):
        subcommand.add_argument(
            "--data", action="append", default=[], type=pair, metavar="NAME=VALUE", help="an answer; can be given again"
        )
    for subcommand in (doctor, set_up):
        subcommand.add_argument(
            "folder", nargs="?", default=".", type=Path, help="the project's folder, if not this one"
        )
    for subcommand, usual in ((doctor, ""), (set_up, ""), (new, USUAL_ANSWERS), (update, USUAL_ANSWERS)):
        subcommand.add_argument(
            "--answers-file", default=usual, metavar="FILE", help="the file with its answers, if it has another name"
        )
    return found


def pair(text: str) -> str:
    """Return an answer that is given, as it is; `argparse.ArgumentTypeError` if it has no name."""
    if not text.partition("=")[1]:
        raise argparse.ArgumentTypeError(f"{text} has no '=': write NAME=VALUE, like bot=none")
    return text


def main(
    arguments: Sequence[str] | None = None, *, sites: Mapping[str, str] | None = None, today: date | None = None
) -> int:
    """Run a subcommand, and return its exit code; `sites` are other addresses of indexes, by name."""
    given = parser().parse_args(arguments)
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # an old terminal may know fewer characters
    try:
        code = run(given, sites or {}, today)
        sys.stdout.flush()
    except BrokenPipeError:  # nobody reads on, like `head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return SOMETHING_IS_LEFT
    return code


def run(given: argparse.Namespace, sites: Mapping[str, str], today: date | None) -> int:
    """Run the subcommand that is given, and return its exit code."""
    if given.subcommand in {"new", "update"}:
        return copy_or_update(given)
    try:
        projects = read_projects(given.folder.absolute(), given.answers_file)
        if given.subcommand == "setup":
            # What a new package shares with the others is committed with it, so that comes first.
            ordered = sorted(projects, key=lambda project: project.is_committed)
            return max([setup(project, given, sites) for project in titled(ordered)])
        return doctor(projects, given, sites, today or datetime.now(UTC).date())
    except NoProjectError as problem:
        from .doctor.findings import printable

        print(printable(str(problem)), file=sys.stderr)
        return NO_PROJECT


def titled(projects: Sequence[Project]) -> Iterator[Project]:
    """Yield projects, and print before each which one it is, if they are several."""
    for project in projects:
        if len(projects) > 1:
            print(f"\n── {project.plan.project_name}, in {project.plan.package_folder or 'the root'} ──")
        yield project


def copy_or_update(given: argparse.Namespace) -> int:
    """Make a project or update some by Copier, and return the exit code."""
    from . import copier, updates
    from .doctor.findings import printable

    try:
        template = copier.own_template()
        if given.subcommand == "new":
            folder, options = place_of_new(given)
            return copier.run("copy", *options, *template.options, template.place, str(folder))
        if len(given.projects) == 1 and Path(given.projects[0]).is_dir():
            return updates.update_here(template, Path(given.projects[0]), given.answers_file, given.data)
        outcomes = []
        projects = updates.listed(given.projects)
        for outcome in updates.update_many(template, projects, given.answers_file, given.data):
            print(printable(str(outcome)), flush=True)
            outcomes.append(outcome)
    except (copier.NoCopierError, updates.NotUpdatedError, OSError, UnicodeDecodeError) as problem:
        print(printable(str(problem)), file=sys.stderr)
        return NO_PROJECT
    print("", *updates.table(outcomes), sep="\n")
    return DONE if all(outcome.result.is_done for outcome in outcomes) else SOMETHING_IS_LEFT


def place_of_new(given: argparse.Namespace) -> tuple[Path, list[str]]:
    """Return the folder that Copier copies to, and its options: of a package in a folder of a repository, its root."""
    from .found import Found

    folder = given.folder.absolute()
    options = [f"--data={pair}" for pair in given.data]
    answers_file = given.answers_file
    if answers_file == USUAL_ANSWERS and (place := Found(folder).place_below_a_root):
        options += [f"--data=package_folder={place.package_folder}", *["--data=package=new"] * (not folder.exists())]
        folder, answers_file = place.root, place.answers_file
    if given.data_file:
        options += ["--data-file", given.data_file]
    if answers_file != USUAL_ANSWERS:
        options += ["--answers-file", answers_file]
    return folder, options + ["--defaults"] * given.defaults


def setup(project: Project, given: argparse.Namespace, sites: Mapping[str, str]) -> int:
    """Bring the project to its first release, and say what is left."""
    from .changes import Wishes
    from .setup import SetUp, reported
    from .setup.console import Console
    from .setup.options import Options

    wishes = Wishes(
        skip=frozenset(given.skip),
        protect=given.protect,
        is_private=given.private or (False if given.public else None),
        without_reviewers=given.without_reviewers,
    )
    options = Options(given.dry_run, not given.no_watch, given.open, wishes, sites)
    console = Console(answers_yes=given.yes)
    return DONE if reported(SetUp(project, console, options)) else SOMETHING_IS_LEFT


def doctor(projects: Sequence[Project], given: argparse.Namespace, sites: Mapping[str, str], today: date) -> int:
    """Print what is found in the projects, and say whether a release of one would fail."""
    from .doctor import ask_around, look_over
    from .doctor.choice import ChoiceError, choice_of
    from .doctor.findings import Severity, fails
    from .doctor.report import REPORTS, in_order

    if not projects[0].found.git.is_installed:
        raise NoProjectError("git is not installed: get it at https://git-scm.com, then run this again")
    if refusal := projects[0].found.problem:
        raise NoProjectError(refusal)
    try:
        choices = [choice_of(project, given.select, given.ignore) for project in projects]
    except ChoiceError as problem:
        raise NoProjectError(str(problem)) from problem
    every = []
    for project, choice in zip(titled(projects) if given.format == "text" else projects, choices, strict=True):
        found = [*look_over(project, today), *(ask_around(project, sites) if given.online else ())]
        findings = in_order(choice.of(found))
        every += findings
        if given.format == "text":
            lines = [*REPORTS["text"](findings, "")]
            lines[-1:-1] = choice.reasons(found)
            if any(finding.severity < Severity.INFORMATION for finding in findings):
                lines.insert(-1, f"Each code: {project.plan.template.page('doctor')}")
            show(lines)
    if given.format != "text":
        folder = projects[0].found.git.folder_in_repository or ""
        show([*REPORTS[given.format](in_order(every), folder)])
    return SOMETHING_IS_LEFT if fails(every) else DONE


def show(lines: Sequence[str]) -> None:
    """Print lines as they are for programs; on a terminal one that is too long goes on in the next, between two words."""
    if not sys.stdout.isatty():
        print("\n".join(lines))
        return
    from .setup.console import Console

    for line in lines:
        Console().say(line, hanging="  ")
