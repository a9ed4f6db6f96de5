"""Task and migration: print what is done next, on one screen.

    python -I src steps ANSWERS [FOLDER [TOKENS [DELETIONS]]]

ANSWERS is the project's answers file in the current folder. FOLDER is the project's path below the root of its repository,
empty at the root, and `-` where git is not installed; TOKENS are the places in old workflows, one a line, that use an API
token; DELETIONS is what is to be deleted so that one workflow alone publishes, a line each. Without these an answer has changed that the indexes or GitHub know, so the set-up is done anew.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from textwrap import wrap

import yaml

from .plan import Plan
from .plan.publishers import form_rows

NO_GIT = "-"

TOKENS = 3
"""Places with tokens that are shown, at most; the doctor names them all."""

DELETIONS = 2
"""Deletions that are shown, at most; the doctor names them all."""

HEADING, VALUE, END = "\x1b[1m", "\x1b[36m", "\x1b[0m"

LINK = "\x1b]8;;{0}\x1b\\{0}\x1b]8;;\x1b\\"
"""An address that can be clicked; a terminal that knows no such code shows the address alone."""

CODES = re.compile(r"\x1b\[\d+m|\x1b\]8;;.*?\x1b\\")


def steps(plan: Plan, folder: str, tokens: list[str], way: str, deletions: Sequence[str] = ()) -> Iterator[str]:
    """Yield the lines of the steps after a copy; `way` leads from the shell's folder to the project's."""
    number = count(1)
    yield from first(plan, folder)
    if deletions:
        yield heading("First: another workflow publishes, too. In your next commit")
        yield from (
            line
            for part in deletions[:DELETIONS]
            for line in wrap(part, 78, initial_indent="  ", subsequent_indent="    ")
        )
        if len(deletions) > DELETIONS:
            yield f"  and what else `pyrelease doctor` names ({len(deletions) - DELETIONS})"
    if plan.is_trusted:
        yield from forms(plan, next(number))
    else:
        yield heading(f"{next(number)}. Have {', '.join(plan.secrets)} at hand; gh asks you for them.")
    yield heading(f"{next(number)}. Run this. It shows what it will do, and asks before it does:")
    yield from map(value, filter(None, (way, plan.command("setup"))))
    yield from release(plan, next(number))
    if tokens:
        yield heading("At the end remove the old tokens:")
        # What is deleted has its tokens with it, and the screen has 24 lines.
        yield from (f"  {place}" for place in tokens[: 1 if deletions else TOKENS])
        yield value(plan.template.page("old-tokens"))
    yield f"All of it stands in {plan.releasing_file}."


def first(plan: Plan, folder: str) -> Iterator[str]:
    """Yield what comes before the steps."""
    if folder == NO_GIT:
        yield heading("First install git: https://git-scm.com")
    elif folder:
        yield heading(f"First: GitHub reads no workflow in {folder}, a folder of another repository.")
        yield value(plan.template.page("folder-of-a-repository"))
    if plan.is_kept:
        yield heading(f"{plan.workflow_filename} stays as it is, and publishes as before.")
        if plan.is_trusted:
            yield f"  To publish without a token it needs step 1, and lines that {plan.releasing_file} has."


def forms(plan: Plan, number: int) -> Iterator[str]:
    """Yield the pages of the forms, and each value at the start of a line, where a triple click copies it alone."""
    first_index, *others = (publisher.index.name for publisher in plan.publishers)
    which = "both forms, tab GitHub; each needs an account of its own" if others else "the form, tab GitHub"
    yield heading(f"{number}. Fill in {which}:")
    yield from (value(LINK.format(publisher.form_address)) for publisher in plan.publishers)
    for label, row in form_rows(plan.publishers):
        values = list(dict.fromkeys(filter(None, row)))
        yield f"  {label}{f', first for {first_index}' if len(values) > 1 else ''}:"
        yield from map(value, values)


def release(plan: Plan, number: int) -> Iterator[str]:
    """Yield the step that publishes."""
    if plan.is_kept:
        yield heading(f"{number}. Release as before: see `on:` in {plan.workflow_filename}.")
    elif plan.has_pending:
        yield heading(f"{number}. Approve the first release before {plan.pending_until}.")
        yield "  Until you approve, somebody else can take the name."
    elif plan.set_up.ends_with_a_tag:
        yield heading(f"{number}. Approve the first release.")
    else:
        yield heading(f"{number}. Push the next release tag, and approve it.")


def changed(plan: Plan) -> Iterator[str]:
    """Yield the lines of what is set up anew because an answer has changed."""
    number = count(1)
    yield heading("The indexes or GitHub know other names. Releases fail until you do this:")
    yield heading(f"{next(number)}. Commit the update.")
    if plan.is_trusted:
        yield from forms(plan, next(number))
    yield heading(f"{next(number)}. Run this again:")
    yield value(plan.command("setup"))


def as_released(plan: Plan) -> Plan:
    """Return the plan of a project that has been released: its publishers are registered on its own pages.

    What has a release tag is released. A pending publisher is forgotten once its days are over.
    """
    from .found.git import Git  # a copy has no need of it

    is_released = bool(Git(Path.cwd()).ask("tag", "--list", plan.tags.glob))
    if not is_released and datetime.now(UTC).date().isoformat() < plan.pending_until:
        return plan
    return replace(plan, pypi_status="existing", testpypi_status="existing")


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
    return f"cd {way}" if re.fullmatch(r"[\w./\\:-]+", way) else f'cd "{way}"'


def main(answers_file: str, folder: str | None = None, tokens: str = "", deletions: str = "") -> None:
    """Print the steps; `OSError`, `ValueError` or `yaml.YAMLError` if the answers cannot be read or the screen is gone."""
    plan = Plan.of(yaml.safe_load(Path(answers_file).read_text(encoding="utf-8")), answers_file)
    lines = (
        changed(as_released(plan))
        if folder is None
        else steps(plan, folder, tokens.splitlines(), way_here(), deletions.splitlines())
    )
    text = "\n".join(["", *lines, ""])
    sys.stdout.buffer.write((text if wants_colours() else CODES.sub("", text)).encode())
    sys.stdout.flush()


def give_up(reason: Exception) -> None:
    """Say that there are no steps on the screen; the copy is good without them, so this is no failure."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what is still to be written has nowhere to go
    with suppress(OSError, ValueError):
        sys.stderr.write(f"The steps could not be shown ({reason}). The file that says how to release has them.\n")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except (OSError, ValueError, yaml.YAMLError) as error:
        give_up(error)
