"""Programs: taken from the PATH, and never from the folder that is looked at, where Windows would look first."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

# Nothing of a repository that somebody else made is run, and none that merely lies in one is taken for it.
CAREFUL_GIT = ("-c", "core.fsmonitor=false", "-c", "safe.bareRepository=explicit")


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


def run(
    name: str,
    *arguments: str,
    seconds: float,
    folder: Path | None = None,
    given: str | None = None,
    variables: Mapping[str, str] | None = None,
    errors: str = "replace",
) -> subprocess.CompletedProcess[str]:
    """Run a program in a folder, and return what it did and printed (UTF-8); `given` is its input, `variables` are added.

    `MissingProgramError`, `OSError` if it cannot be started, `subprocess.TimeoutExpired` after so many seconds, and
    `UnicodeDecodeError` where `errors` is `strict`.
    """
    done = subprocess.run(
        [program(name), *arguments],
        cwd=folder,
        env={**os.environ, **variables} if variables else None,
        input=None if given is None else given.encode(),
        capture_output=True,
        timeout=seconds,
        check=False,
    )
    # Python would change line ends while it decodes.
    printed, said = (text.decode(errors=errors) for text in (done.stdout, done.stderr))
    return subprocess.CompletedProcess(done.args, done.returncode, printed, said)
