"""Start the command in a process of its own against the stand-ins, as a person or a machine does.

    python -c "from tests.set_up.started import start; start()" SITES ENDS OPTIONS…

SITES are the addresses of the indexes (JSON). With ENDS the process is ended, as by a power cut, once it has changed one thing.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

from pyrelease.cli import main
from pyrelease.setup import release, watch

CHANGES = {"init", "remote", "commit", "push", "tag"}
"""The subcommands of git that change something where the command uses them, and are not repeated."""

KILLED = 137


def changes(command: list[str]) -> bool:
    """Say whether a command of git or gh changes something."""
    if command[1] == "api":
        return "GET" not in command
    return bool(CHANGES & set(command)) and "get-url" not in command


def end_after_a_change() -> None:
    """Have this process end at once when a program has changed something."""
    start = subprocess.run

    def run(command: list[str], *arguments: Any, **options: Any) -> subprocess.CompletedProcess[str]:
        done = start(command, *arguments, **options)
        if changes(command) and done.returncode == 0:
            os._exit(KILLED)
        return done

    subprocess.run = run  # type: ignore[assignment]


def start() -> None:
    """Run the command, and end the process with its exit code."""
    watch.POLL = release.INDEX_POLL = 0.05
    if sys.argv[2] == "True":
        end_after_a_change()
    sys.exit(main(["setup", *sys.argv[3:]], sites=json.loads(sys.argv[1])))
