"""Where a program is: on the PATH, and never in the folder that is looked at, where Windows would look first."""

from __future__ import annotations

import os
from pathlib import Path


class MissingProgramError(Exception):
    """A program is not installed; the message is its name."""


def program(name: str) -> str:
    """Return the path of a program; `MissingProgramError` if no folder of the PATH has it."""
    endings = os.environ.get("PATHEXT", "").split(os.pathsep) if os.name == "nt" else [""]
    for folder in map(Path, os.environ.get("PATH", "").split(os.pathsep)):
        if not folder.is_absolute():  # an empty or relative part of the PATH means the folder that is looked at
            continue
        for ending in endings:
            file = folder / f"{name}{ending}"
            if file.is_file() and os.access(file, os.X_OK):
                return str(file)
    raise MissingProgramError(name)
