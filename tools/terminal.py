"""Run programs on a pseudo-terminal, as a user sees them."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping
from pathlib import Path

from tools.repository import ROOT

LIMIT = 60
"""Seconds that a program may take."""

PRINT_STEPS: list[str | Path] = [sys.executable, ROOT / "src", "steps", ".copier-answers.yml", ""]
"""The task that prints the steps, in a project's folder."""


def terminal(columns: int = 80) -> tuple[int, int]:
    """Open a pseudo-terminal, and return our end and the program's."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    return ours, theirs


def steps_on_a_terminal(project: Path, environment: Mapping[str, str], columns: int = 80) -> str:
    """Return what the task shows for a project of somebody who is in the folder above."""
    return shown_on_a_terminal(PRINT_STEPS, project, {"PWD": str(project.parent), **environment}, columns)


def shown_on_a_terminal(
    command: list[str | Path], folder: Path, environment: Mapping[str, str], columns: int = 80
) -> str:
    """Return what a command shows in a folder, terminal codes included; `environment` is added to the tests' own."""
    ours, theirs = terminal(columns)
    # The size is the pseudo-terminal's: whatever runs the tests may have set another one.
    left_out = {"COLUMNS", "LINES", "NO_COLOR"}
    settings = {name: value for name, value in os.environ.items() if name not in left_out} | {"TERM": "xterm"}
    with subprocess.Popen(command, cwd=folder, stdout=theirs, env=settings | dict(environment)):
        os.close(theirs)
        shown = b"".join(iter(lambda: read_terminal(ours), b""))
    os.close(ours)
    return shown.decode().replace("\r\n", "\n")


def read_terminal(end: int) -> bytes:
    """Read what there is; nothing once the other end was closed, which Linux calls an error."""
    try:
        return os.read(end, 4096)
    except OSError:
        return b""


def answer_by_hand(command: list[str | Path], folder: Path, keys: dict[str, str]) -> tuple[int, str]:
    """Run a command that asks, on a pseudo-terminal of 80 columns, and return its exit code and all that it showed.

    `keys` are the keys that somebody presses once a question is on the screen, by the question's words. `TimeoutError` with
    all that it showed if it takes too long.
    """
    end = time.monotonic() + LIMIT
    ours, theirs = terminal()
    shown, pressed, waiting = "", b"", dict(keys)
    settings = {**os.environ, "TERM": "xterm", "PROMPT_TOOLKIT_NO_CPR": "1"}
    with subprocess.Popen(command, cwd=folder, stdin=theirs, stdout=theirs, stderr=theirs, env=settings) as process:
        os.close(theirs)
        while True:
            readable, writable, _ = select.select([ours], [ours] if pressed else [], [], LIMIT)
            if time.monotonic() > end:
                process.kill()
                raise TimeoutError(shown)
            if readable:
                if not (part := read_terminal(ours)):
                    break
                shown += part.decode(errors="replace")
                for words in [words for words in waiting if words in shown]:
                    pressed += waiting.pop(words).encode()
            if writable:  # a little at a time: a program that waits for us to read its echo reads nothing
                pressed = pressed[os.write(ours, pressed[:64]) :]
    os.close(ours)
    return process.returncode, shown
