"""Edits of every kind that a user or a bot may make to a project, anywhere in its files."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from hypothesis import strategies as st

from pyrelease.pins import RELEASES, Pin, read_pins
from tests.conftest import WORKFLOW
from tests.updates.changes import CI

HOOKS = ".pre-commit-config.yaml"

FILES = (WORKFLOW, CI, WORKFLOW, CI, HOOKS, "pyproject.toml", "RELEASING.md", ".gitignore", "README.md")
"""The files that are edited; the workflows have most of what an update changes."""

UNKNOWN, BOTS = "c" * 40, "e" * 40

HISTORY = RELEASES.read_text(encoding="utf-8").splitlines()

ACTION_FORMS = (
    "{name}@{known} # {version}",
    "{name}@{known}  #{version}",
    "{name}@{known}",
    "{name}@{known} # v1",
    "{name}@{unknown} # v2",
    "{name}@{unknown}",
    "{name}@{unknown}  # tag=v97.1.0",
    "{name}@{bots} # v99.9.0 (a bot)",
    "{name}@{bots}\t# ratchet:{name}@v99.9.0",
    '"{name}@{known}" # frozen: {version}',
    "'{name}@{unknown}' # version: 1.2.3",
    "{name}@v97",
    "{name}@v1.2.3",
    "{name}@main",
)
"""Ways to write the pin of an action."""

HOOK_FORMS = (
    "v99.9.0",
    "'0.0.1'",
    "main",
    f"{UNKNOWN}  # frozen: v0.0.1",
    f'"{BOTS}" # frozen: v99.9.0',
    f"{UNKNOWN} # v2",
)
"""Ways to write the `rev` of a hook."""

FLOOR_FORMS = (">=99", ">= 0.1", "~=99.1", ">=0.1,<99", "<99,>=0.2")
"""Ways to write the floor of a requirement."""

JOB_STARTS = re.compile(r"^(?=  [\w-]+:\n    \S)|\Z", re.MULTILINE)

STEP_STARTS = re.compile(r"^(?=      - )", re.MULTILINE)


@dataclass(frozen=True)
class Edit:
    """One edit: its kind, its file, where in it (a number that any text has a place for), and which of its forms."""

    kind: str
    file: str
    place: int
    form: int

    def apply(self, project: Path, number: int) -> None:
        """Make the edit, the `number`th of its project; a file that is gone stays gone."""
        file = project / self.file
        if not file.is_file():
            return
        if self.kind == "delete the file":
            file.unlink()
            return
        text = file.read_bytes().decode()
        file.write_bytes(KINDS[self.kind](text, self, number).encode())


def at(places: Sequence[int], edit: Edit) -> int:
    """Return one of some places."""
    return places[edit.place % len(places)]


def line_starts(text: str) -> list[int]:
    """Return where the lines of a text start."""
    return [0, *(found.end() for found in re.finditer("\n", text))]


def insert(text: str, place: int, what: str) -> str:
    """Return a text with something more in it, with the line ends that it has."""
    return text[:place] + (what.replace("\n", "\r\n") if "\r\n" in text else what) + text[place:]


def add_a_line(text: str, edit: Edit, number: int) -> str:
    """Add a comment before any line, indented as that is."""
    place = at(line_starts(text), edit)
    [indent] = re.findall(r"\A[ ]*", text[place:])
    return insert(text, place, f"{indent}# mine, {number}\n")


def delete_lines(text: str, edit: Edit, number: int) -> str:
    """Delete one to three lines."""
    starts = line_starts(text)
    first = edit.place % len(starts)
    return text[: starts[first]] + text[([*starts, len(text)])[min(first + 1 + edit.form % 3, len(starts))] :]


def change_a_number(text: str, edit: Edit, number: int) -> str:
    """Give a setting another value."""
    found = [one.span() for one in re.finditer(r"(?<=timeout-minutes: )\d+|(?<=line-length = )\d+|(?<=## )\w+", text)]
    if not found:
        return text
    start, stop = found[edit.place % len(found)]
    return text[:start] + str(100 + number) + text[stop:]


def add_a_step(text: str, edit: Edit, number: int) -> str:
    """Add a step before any other, with a pin of its own or none."""
    starts = [found.start() for found in STEP_STARTS.finditer(text)]
    if "\njobs:" not in text or not starts:
        return text
    action = f"        uses: {action_pin(edit, ('actions/checkout', 'octo-org/own')[edit.place % 2])}\n"
    step = action if edit.form % 2 else f"        run: echo {number}\n"
    return insert(text, at(starts, edit), f"      - name: Mine, {number}\n{step}")


def add_a_job(text: str, edit: Edit, number: int) -> str:
    """Add a job before or after any other."""
    starts = [found.start() for found in JOB_STARTS.finditer(text) if found.start() > text.find("\njobs:") > 0]
    if not starts:
        return text
    pin = action_pin(edit, "actions/checkout")
    job = f"  own-{number}:\n    runs-on: mine\n    steps:\n      - uses: {pin}\n      - run: echo {number}\n"
    return insert(text, at(starts, edit), f"\n{job}" if edit.form % 2 else job)


def action_pin(edit: Edit, name: str) -> str:
    """Return the pin of an action in one of the forms."""
    own = [line for line in HISTORY if line.startswith(f"{name}@")] or HISTORY[:1]
    known, version = own[edit.place % len(own)].partition("@")[2].split(" # ")
    form = ACTION_FORMS[edit.form % len(ACTION_FORMS)]
    return form.format(name=name, known=known, version=version, unknown=UNKNOWN, bots=BOTS)


def write_a_pin(text: str, edit: Edit, number: int) -> str:
    """Write the pin of an action, a hook or a floor in another form, at another release."""
    pins = [pin for pin in read_pins(text) if pin.is_floor or pin.ends_line]
    if not pins:
        return text
    pin = pins[edit.place % len(pins)]
    start, stop = (pin.start, pin.end) if pin.is_floor else whole_value(text, pin)
    forms = FLOOR_FORMS if pin.is_floor else HOOK_FORMS
    value = action_pin(edit, pin.name) if pin.is_action else forms[edit.form % len(forms)]
    return text[:start] + value + text[stop:]


def whole_value(text: str, pin: Pin) -> tuple[int, int]:
    """Return where the value of a pin's line starts and ends, with its quotes and its comment."""
    start = text.rindex(": ", 0, pin.start + 1) + 2
    return start, pin.end


def quote(text: str, edit: Edit, number: int) -> str:
    """Write a value in quotes."""
    found = list(re.finditer(r"(?m)^(?P<key> +[\w-]+: )(?P<value>[\w.-]+)(?=\r?$)", text))
    if not found:
        return text
    one = found[edit.place % len(found)]
    return f"{text[: one.start('value')]}'{one['value']}'{text[one.end('value') :]}"


def windows_line_ends(text: str, edit: Edit, number: int) -> str:
    """Write the file with the line ends of Windows."""
    return re.sub("\r?\n", "\r\n", text)


KINDS: dict[str, Callable[[str, Edit, int], str]] = {
    "add a line": add_a_line,
    "delete lines": delete_lines,
    "change a number": change_a_number,
    "add a step": add_a_step,
    "add a job": add_a_job,
    "write a pin": write_a_pin,
    "quote": quote,
    "windows line ends": windows_line_ends,
}

EDITS = st.builds(
    Edit,
    kind=st.sampled_from([*KINDS, "write a pin", "write a pin", "add a job", "delete the file"]),
    file=st.sampled_from(FILES),
    place=st.integers(0, 999),
    form=st.integers(0, 99),
)
