"""The border to GitHub: every question goes through its command `gh`, which has the account."""

from __future__ import annotations

import json
import subprocess
from typing import Any

SECONDS = 20
"""Seconds that GitHub has to answer."""

NOT_LOGGED_IN = 4
"""The exit code of `gh` without an account; its words differ where CI runs (https://cli.github.com/manual/gh_help_exit-codes)."""


class NoAnswerError(Exception):
    """Nothing answers; the message says why."""


def ask(path: str) -> Any:
    """Return GitHub's answer (JSON) at a path of its REST API; `None` if nothing is there, `NoAnswerError` without an answer."""
    command = ["gh", "api", "--hostname", "github.com", path]
    try:
        done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=SECONDS, check=False)
    except OSError as problem:
        raise NoAnswerError("gh is not installed") from problem
    except subprocess.TimeoutExpired as problem:
        raise NoAnswerError("gh takes too long") from problem
    if done.returncode != 0:
        if "HTTP 404" in done.stderr:
            return None
        if done.returncode == NOT_LOGGED_IN:
            raise NoAnswerError("gh has no account: run gh auth login")
        raise NoAnswerError(f"gh says {done.stderr.strip() or 'nothing'}")
    try:
        return json.loads(done.stdout)
    except ValueError as problem:
        raise NoAnswerError("gh prints no JSON") from problem
