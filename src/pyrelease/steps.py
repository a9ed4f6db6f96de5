"""Task and migration: print what is done next, on one screen.

    python -I src steps ANSWERS [FOLDER [TOKENS [DELETIONS]]]

ANSWERS is the project's answers file in the current folder. FOLDER is the project's path below the root of its repository,
empty at the root, and `-` where git is not installed; TOKENS are the places in old workflows, one a line, that use an API
token; DELETIONS is what is to be deleted so that one workflow alone publishes, a line each. Without these an answer has
changed that the indexes or GitHub know, so the set-up is done anew.
"""

from __future__ import annotations

import os
import re
import shlex
import sys
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import count
from pathlib import Path

import yaml

from .plan import Plan
from .plan.publishers import form_rows

NO_GIT = "-"

ROWS, COLUMNS = 24, 80
"""What a small terminal shows at once."""

PLACES = 3
"""Places with old tokens that are shown, at most; the doctor names them all."""

DELETIONS = 2
"""Deletions that are shown, at most; the doctor names them all."""

HEADING, VALUE, END = "\x1b[1m", "\x1b[36m", "\x1b[0m"

LINK = "\x1b]8;;{0}\x1b\\{0}\x1b]8;;\x1b\\"
"""An address that can be clicked; a terminal that knows no such code shows the address alone."""

CODES = re.compile(r"\x1b\[\d+m|\x1b\]8;;.*?\x1b\\")


def steps(plan: Plan, folder: str, tokens: list[str], way: str, deletions: Sequence[str] = ()) -> list[str]:
    """Return the lines of the steps after a copy; `way` leads from the shell's folder to the project's."""
    lines = [*misplaced(plan, folder), *others(deletions), *kept(plan), *numbered(plan, folder, way)]
    taken = sum(-(-len(CODES.sub("", line)) // COLUMNS) for line in ("-", *lines, last(plan)))
    places = [*old_tokens(plan, tokens, ROWS - taken)]
    return [*lines, *places, last(plan, has_more_tokens=bool(tokens) and not places)]


def others(deletions: Sequence[str]) -> Iterator[str]:
    """Yield what is to be deleted in other workflows that publish, too."""
    if deletions:
        yield heading("First: another workflow publishes, too. In your next commit")
        for part in deletions[:DELETIONS]:
            yield from textwrap.wrap(part, COLUMNS - 2, initial_indent="  ", subsequent_indent="    ")
    if len(deletions) > DELETIONS:
        yield f"  and what else `pyrelease doctor` names ({len(deletions) - DELETIONS})"


def last(plan: Plan, *, has_more_tokens: bool = False) -> str:
    """Return the line that says where everything stands."""
    subjects = ["your own files"] * bool(plan.files_that_stay) + ["old tokens"] * has_more_tokens
    return f"{plan.releasing_path} has all of this{', also for ' if subjects else ''}{' and '.join(subjects)}."


def misplaced(plan: Plan, folder: str) -> Iterator[str]:
    """Yield what comes before the steps in a folder of another repository."""
    if folder not in ("", NO_GIT):
        yield heading("First: this is a folder of another repository, where GitHub reads no workflow:")
        yield f"  {folder}"
        yield value(plan.template.page("folder-of-a-repository"))


def kept(plan: Plan) -> Iterator[str]:
    """Yield what it means that the maintainer's own workflow stays."""
    if plan.is_kept:
        yield heading(f"{plan.workflow_filename} stays as it is, and publishes as before.")
        if plan.is_trusted:
            yield f"  Does it use a token? Do step 1, and see {plan.releasing_path}."


def numbered(plan: Plan, folder: str, way: str) -> Iterator[str]:
    """Yield the steps; a project that is misplaced moves first, and the set-up shows it the forms then."""
    number = count(1)
    if folder in ("", NO_GIT):
        yield from registration(plan, number)
    run = "Run this command; it asks before it changes anything"
    install = "Install git (https://git-scm.com), then run this command"
    yield heading(f"{next(number)}. {install if folder == NO_GIT else run}:")
    yield from map(value, filter(None, (way, plan.command("setup"))))
    if last := release(plan):
        yield heading(f"{next(number)}. {last}")


def registration(plan: Plan, number: count[int]) -> Iterator[str]:
    """Yield the step on the indexes' pages: both forms, or the tokens that are made there."""
    if plan.is_trusted:
        yield from forms(plan, next(number))
    elif not plan.is_kept:
        yield heading(f"{next(number)}. Have these at hand; gh asks you for them: {', '.join(plan.secrets)}")
        indexes = (publisher.index for publisher in plan.publishers)
        yield from (value(LINK.format(index.account_address)) for index in indexes if index.site)


def forms(plan: Plan, number: int) -> Iterator[str]:
    """Yield the pages of the forms, and each value at the start of a line, where a triple click copies it alone.

    The page of a project that exists fills its form in itself.
    """
    empty = tuple(publisher for publisher in plan.publishers if publisher.is_new)
    filled = [publisher.index.name for publisher in plan.publishers if not publisher.is_new]
    yield heading(f"{number}. {what_to_fill_in([publisher.index.name for publisher in empty], filled)}:")
    yield from (value(LINK.format(publisher.form_address)) for publisher in plan.publishers)
    for label, row in form_rows(empty) if empty else ():
        values = list(dict.fromkeys(row))
        yield f"  {label}{f', first for {empty[0].index.name}' if len(values) > 1 else ''}:"
        yield from map(value, values)


def what_to_fill_in(empty: list[str], filled: list[str]) -> str:
    """Return what is done with the forms of the indexes of these names: those that are empty, and those filled in."""
    if not empty:
        return (
            "Both forms are filled in: look at them, and add them"
            if filled[1:]
            else "The form is filled in: look at it, and add it"
        )
    if filled:
        return f"Fill in the form of {empty[0]}, tab GitHub; the form of {filled[0]} is filled in"
    return (
        "Fill in both forms, tab GitHub; each index needs its own account"
        if empty[1:]
        else "Fill in the form, tab GitHub"
    )


def release(plan: Plan) -> str:
    """Return the step that publishes; empty where that is as before."""
    if not plan.tag_publisher.is_new:
        first = "Write a new version, commit and push it. Then push" if plan.version_source == "static" else "Push"
        return "" if plan.is_kept else f"{first} the next release tag, and approve it."
    if plan.is_kept:
        what = "Release"
    elif plan.set_up.ends_with_a_tag:
        what = "Approve the first release"
    else:
        what = "Push and approve a tag"
    return f"{what} before {plan.pending_until}; the name is not yours yet." if plan.has_pending else f"{what}."


def old_tokens(plan: Plan, tokens: list[str], room: int) -> Iterator[str]:
    """Yield where old workflows use tokens, if there is room for it; the page takes two rows at most."""
    places = tokens[: max(0, min(PLACES, room - 3))]
    if places:
        yield heading(
            f"Remove the old tokens after a release without them{' (the doctor names all)' if tokens[len(places) :] else ''}:"
        )
        yield from (f"  {place}" for place in places)
        yield value(plan.template.page("old-tokens"))


def changed(plan: Plan) -> Iterator[str]:
    """Yield the lines of what is set up anew because an answer has changed, and where files have the old name."""
    from .found import Found  # a copy has no need of these
    from .found.old_names import old_names

    found, answers = Found(Path.cwd(), plan.answers_file), vars(plan)
    if found.identity_has_changed(answers) or not found.names_have_changed(answers):
        number = count(1)
        yield heading("The indexes or GitHub know other names. Releases fail until you do this:")
        yield heading(f"{next(number)}. Commit the update.")
        yield from registration(plan, number)
        yield heading(f"{next(number)}. Run this again:")
        yield value(plan.command("setup"))
    if places := [*old_names(Path.cwd(), plan.answers_file, answers)]:
        yield heading("Files still have the old name, and no update changes what you wrote:")
        yield from (f"  {place}" for place in places)


def as_released(plan: Plan) -> Plan:
    """Return the plan of a project whose publishers are registered on its own pages, if it has been released.

    What has a release tag has been; TestPyPI has it only if pushes went there before.
    """
    from .found.git import Git  # a copy has no need of it

    git = Git(Path.cwd())
    if not git.ask("tag", "--list", plan.tags.glob):
        return plan
    before = yaml.safe_load(git.ask("show", f"HEAD:./{plan.answers_file}") or "")
    was_there = isinstance(before, dict) and before.get("push_index") == "testpypi"
    return replace(plan, pypi_status="existing", testpypi_status="existing" if was_there else plan.testpypi_status)


def heading(text: str) -> str:
    """Return a line that stands out."""
    return f"{HEADING}{text}{END}"


def value(text: str) -> str:
    """Return a line to copy."""
    return f"{VALUE}{text}{END}"


def wants_colours() -> bool:
    """Say whether standard output is a terminal that knows colours, and NO_COLOR is not set (https://no-color.org/)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def way_here() -> str:
    """Return the command that leads from the shell's folder to this one, for any shell; empty if it is this one."""
    start = os.environ.get("PWD", "")
    if not start or not Path(start).is_dir() or Path(start).samefile("."):
        return ""
    way = os.path.relpath(".", start)
    way = os.path.join(".", way) if way.startswith("-") else way  # noqa: PTH118, pathlib drops the dot
    if os.name == "nt":
        return f"cd {way}" if re.fullmatch(r"[\w.\\:-]+", way) else f'cd "{way}"'
    return f"cd {shlex.quote(way)}"


def fitted(line: str, columns: int) -> list[str]:
    """Return a sentence in lines that fit the terminal; what is to be copied stays in one."""
    words = CODES.sub("", line)
    if line.startswith(VALUE) or len(words) <= columns:
        return [line]
    parts = textwrap.wrap(words, columns, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
    return [heading(part) if line.startswith(HEADING) else part for part in parts]


def terminal_columns() -> int:
    """Return how wide the terminal is, if it is a narrow one."""
    try:
        return min(COLUMNS, max(20, os.get_terminal_size(sys.stdout.fileno()).columns or COLUMNS))
    except (OSError, ValueError):  # no terminal
        return COLUMNS


def main(answers_file: str, folder: str | None = None, tokens: str = "", deletions: str = "") -> None:
    """Print the steps; `OSError`, `ValueError` or `yaml.YAMLError` if the answers cannot be read or the screen is gone."""
    stored = yaml.safe_load(Path(answers_file).read_text(encoding="utf-8"))
    plan = Plan.of(stored if isinstance(stored, dict) else {}, answers_file)
    lines = (
        changed(as_released(plan))
        if folder is None
        else steps(plan, folder, tokens.splitlines(), way_here(), deletions.splitlines())
    )
    columns = terminal_columns()
    text = "\n".join(["", *(part for line in lines for part in fitted(line, columns)), ""])
    sys.stdout.buffer.write((text if wants_colours() else CODES.sub("", text)).encode())
    sys.stdout.flush()


def give_up(reason: Exception) -> None:
    """Say that there are no steps on the screen; the copy is good without them, so this is no failure."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what is still to be written has nowhere to go
    with suppress(OSError, ValueError):
        words = " ".join(str(reason).split())
        sys.stderr.write(f"The steps could not be shown ({words}). The file that says how to release has them.\n")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except (OSError, ValueError, yaml.YAMLError) as error:
        give_up(error)
