"""The border to GitHub: every request goes through its command `gh`, which has the account.

A failed question is never read as "nothing there": only GitHub's own 404 is.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping
from typing import Any

from . import programs
from .programs import MissingProgramError, program

SECONDS = 20
"""Seconds that GitHub has to answer."""

NOT_LOGGED_IN = 4
"""The exit code of `gh` without an account; its words differ where CI runs (https://cli.github.com/manual/gh_help_exit-codes)."""

UNAUTHORIZED, NOT_FOUND, TOO_MANY_REQUESTS, FIRST_SERVER_ERROR = 401, 404, 429, 500

PAGE, PAGES = 100, 20
"""Parts of a list in an answer, and answers that a list may take, at most."""

STATUS = re.compile(r"HTTP/\S+ (\d{3})")
"""How the headers of an answer begin."""


class NoAnswerError(Exception):
    """Nothing answers; the message says why, in the words of whoever knows."""


class RefusedError(Exception):
    """GitHub refuses a request; the message is what it says, and `status` its number."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status


def ask(path: str) -> Any:
    """Return GitHub's answer (JSON) at a path of its REST API; `None` if nothing is there.

    `RefusedError` if you may not know, `NoAnswerError` without an answer.
    """
    try:
        return request("GET", path)
    except RefusedError as refusal:
        if refusal.status == NOT_FOUND:
            return None
        raise


def ask_for_all(path: str, key: str = "") -> list[Any]:
    """Return all parts of a list at a path, which stand below a key in some answers; none if nothing is there.

    The same errors as `ask`, and `NoAnswerError` for a list that is longer than anybody's.
    https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api
    """
    found: list[Any] = []
    for page in range(1, PAGES + 1):
        answer = ask(f"{path}{'&' if '?' in path else '?'}per_page={PAGE}&page={page}")
        parts = (answer or {}).get(key) if key else answer
        found += parts or []
        if len(parts or []) < PAGE:
            return found
    raise NoAnswerError(f"GitHub lists more than {len(found)} parts at {path}")


def request(method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
    """Return GitHub's answer to a request with a body (JSON); `None` if it is empty.

    `RefusedError` if GitHub refuses it, `NoAnswerError` without an answer. https://cli.github.com/manual/gh_api
    """
    answer = send(method, path, body)
    try:
        return json.loads(answer) if answer else None
    except (ValueError, RecursionError) as problem:
        raise NoAnswerError("GitHub's answer is no JSON") from problem


def text(path: str) -> str:
    """Return what is at a path, as text; the same errors as `request`."""
    return send("GET", path, None)


def send(method: str, path: str, body: Mapping[str, Any] | None) -> str:
    """Return the body of GitHub's answer; the same errors as `request`."""
    command = ["api", "--hostname", "github.com", "--include", "--method", method, path]
    done = run(
        [*command, *(["--input", "-"] if body is not None else [])], json.dumps(body) if body is not None else ""
    )
    headers, _, answer = done.stdout.replace("\r\n", "\n").partition("\n\n")
    status = STATUS.match(headers)
    if done.returncode == 0 and status:
        return answer
    words = words_of(answer) or done.stderr.strip() or "nothing"
    if done.returncode == NOT_LOGGED_IN:
        raise NoAnswerError("gh has no account: run gh auth login")
    if status and int(status[1]) == UNAUTHORIZED:
        raise NoAnswerError(f"GitHub refuses the account of gh ({words}): run gh auth login")
    if not status or int(status[1]) in (TOO_MANY_REQUESTS,) or int(status[1]) >= FIRST_SERVER_ERROR:
        raise NoAnswerError(f"gh says {done.stderr.strip() or words}")
    if "rate limit" in words.lower():
        raise NoAnswerError(f"GitHub says {words}")
    raise RefusedError(int(status[1]), words)


def words_of(answer: str) -> str:
    """Return what GitHub says in an answer that refuses; empty if it says nothing that can be read."""
    try:
        found = json.loads(answer)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(found, dict):
        return ""
    errors = found.get("errors")
    details = [
        part.get("message") if isinstance(part, dict) else part for part in (errors if isinstance(errors, list) else [])
    ]
    return " ".join(str(part) for part in (found.get("message"), *details) if part)


def run(arguments: list[str], given: str = "") -> subprocess.CompletedProcess[str]:
    """Run `gh` and return what it did; `NoAnswerError` if it is not installed or takes too long."""
    try:
        return programs.run("gh", *arguments, seconds=SECONDS, given=given)
    except MissingProgramError as problem:
        raise NoAnswerError("gh is not installed: get it at https://cli.github.com") from problem
    except OSError as problem:
        raise NoAnswerError(f"gh cannot be started: {problem}") from problem
    except subprocess.TimeoutExpired as problem:
        raise NoAnswerError("gh takes too long") from problem


def hands_over(arguments: list[str]) -> bool:
    """Have `gh` itself ask somebody at the terminal, and say whether it did what it was asked for."""
    try:
        return subprocess.run([program("gh"), *arguments], check=False).returncode == 0
    except (MissingProgramError, OSError):
        return False
