"""Ask GitHub as the set-up does: by `gh api`, whose answer has the status, the headers and the body."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.conftest import NAME, OWNER

REPOSITORY = f"/repos/{OWNER}/{NAME}"
PYPI = f"{REPOSITORY}/environments/pypi"
"""The paths of the repository, and of an environment of it."""


@dataclass(frozen=True)
class Said:
    """What `gh` prints of an answer: the status is 0 and the body `None` where it has none."""

    code: int
    error: str
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None

    @property
    def message(self) -> str:
        """What GitHub says where it refuses."""
        return str(self.body["message"])


def gh(*arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    """Run `gh` with a text as its input."""
    return subprocess.run(["gh", *arguments], input=given, capture_output=True, encoding="utf-8", check=False)


def ask(method: str, path: str, sent: Any = None) -> Said:
    """Make a request, with a body if there is something to be sent."""
    command = ["api", "--hostname", "github.com", "--include", "--method", method, path]
    done = gh(*command, *([] if sent is None else ["--input", "-"]), given="" if sent is None else json.dumps(sent))
    if not done.stdout.startswith("HTTP/"):
        return Said(done.returncode, done.stderr)
    head, _, body = done.stdout.replace("\r\n", "\n").partition("\n\n")
    first, *lines = head.splitlines()
    headers = dict(line.split(": ", 1) for line in lines)
    try:
        found = json.loads(body) if body else None
    except ValueError:
        found = body
    return Said(done.returncode, done.stderr, int(first.split()[1]), headers, found)
