"""Run the task that prints the steps on a pseudo-terminal, as a user sees it."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.conftest import ROOT


def steps_on_a_terminal(project: Path, environment: Mapping[str, str]) -> str:
    """Return what the task shows for a project, terminal codes included; `environment` is added to the tests' own."""
    ours, theirs = pty.openpty()
    settings = {name: value for name, value in os.environ.items() if name != "NO_COLOR"} | {"TERM": "xterm"}
    script: list[str | Path] = [sys.executable, ROOT / "extensions" / "print_steps.py", "RELEASING.md", "main", ""]
    with subprocess.Popen(script, cwd=project, stdout=theirs, env=settings | dict(environment)):
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
