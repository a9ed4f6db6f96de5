"""Task and migration: print what is done next, on one screen.

    python -I src steps ANSWERS [FOLDER [TOKENS]]

ANSWERS is the project's answers file in the current folder. FOLDER is the project's path below the root of its repository,
empty at the root, and `-` where git is not installed; TOKENS are the places in old workflows, one a line, that use an API
token. Without these an answer has changed that the indexes or GitHub know, so the set-up is done anew.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import yaml

from .plan import Plan

NO_GIT = "-"

HEADING, VALUE, END = "\x1b[1m", "\x1b[36m", "\x1b[0m"

LINK = "\x1b]8;;{0}\x1b\\{0}\x1b]8;;\x1b\\"
"""An address that can be clicked; a terminal that knows no such code shows the address alone."""

CODES = re.compile(r"\x1b\[\d+m|\x1b\]8;;.*?\x1b\\")


def steps(plan: Plan, folder: str, tokens: list[str], way: str) -> Iterator[str]:
    """Yield the lines of the steps of a new project; `way` leads from the shell's folder to the project's."""
    if folder and folder != NO_GIT:
        yield from (heading("First: this project is a folder of another repository"), f"  {folder}")
        yield "  GitHub reads no workflow there. What to do:"
        yield value(plan.template.page("folder-of-a-repository"))
    if folder == NO_GIT:
        yield heading("First: install git (https://git-scm.com)")
    number = 1
    if plan.is_trusted:
        yield from forms(plan, number)
        number += 1
    yield heading(
        f"{number}. {'Run' if plan.is_trusted else 'Have the tokens at hand, and run'} this; it shows what it does before it asks:"
    )
    if way:
        yield value(way)
    yield value(plan.setup_command)
    yield from last_step(plan, number + 1)
    if tokens:
        yield heading("At the end: remove the old tokens")
        yield from (f"  {place}" for place in tokens[:3])
        yield value(plan.template.page("old-tokens"))
    yield ""
    yield f"All of it stands in {plan.releasing_file}."


def forms(plan: Plan, number: int) -> Iterator[str]:
    """Yield the pages of the forms, and each value at the start of a line, where a triple click copies it alone."""
    both = plan.push_publisher is not None
    yield heading(
        f"{number}. Fill in {'both forms' if both else 'the form'}, tab GitHub{'; each needs an account of its own' if both else ''}:"
    )
    yield from (value(LINK.format(publisher.form_address)) for publisher in plan.publishers)
    columns = [dict(publisher.fields) for publisher in plan.publishers]
    labels = dict.fromkeys(
        label.removeprefix(f"{part.index.name} ") for part in plan.publishers for label in dict(part.fields)
    )
    for label in labels:
        values = list(
            dict.fromkeys(
                found
                for part, column in zip(plan.publishers, columns, strict=True)
                for found in [column.get(label) or column.get(f"{part.index.name} {label}")]
                if found
            )
        )
        yield f"  {label}{', first on ' + plan.publishers[0].index.name if len(values) > 1 else ''}:"
        yield from map(value, values)


def last_step(plan: Plan, number: int) -> Iterator[str]:
    """Yield what is done at the end."""
    if plan.is_kept:
        yield heading(f"{number}. Release as before: see `on:` in {plan.workflow_filename}.")
    elif plan.has_pending:
        yield heading(f"{number}. Approve the first release before {plan.pending_until}.")
        yield "  Until then somebody else can take the name."
    else:
        yield heading(f"{number}. Push the next release tag, and approve it.")


def changed(plan: Plan) -> Iterator[str]:
    """Yield the lines of what is set up anew because an answer has changed."""
    yield heading("What the indexes or GitHub know has changed. Releases fail until you do this:")
    yield heading("1. Commit the update.")
    number = 2
    if plan.is_trusted:
        yield from forms(plan, number)
        number += 1
    yield heading(f"{number}. Run this again:")
    yield value(plan.setup_command)


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


def main(answers_file: str, folder: str | None = None, tokens: str = "") -> None:
    """Print the steps; `OSError`, `ValueError` or `yaml.YAMLError` if the answers cannot be read or the screen is gone."""
    plan = Plan.of(yaml.safe_load(Path(answers_file).read_text(encoding="utf-8")), answers_file)
    lines = changed(plan) if folder is None else steps(plan, folder, tokens.splitlines(), way_here())
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
