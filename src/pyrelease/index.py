"""The border to a package index: what it says of a project."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from http.client import HTTPException
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

from .gh import NoAnswerError

SECONDS = 20
"""Seconds that an index has for its whole answer, however slowly that comes."""

BYTES = 64 * 2**20
"""Bytes of an answer, at most; those of the largest projects are some 20 MiB."""


def project_on(site: str, name: str) -> dict[str, Any] | None:
    """Return what the index at this address says of a project (https://docs.pypi.org/api/json/).

    `None` if it knows no such project, `NoAnswerError` if it says nothing that can be read.
    """
    answers = SimpleQueue[dict[str, Any] | None | NoAnswerError]()
    # A limit for a read would begin anew with each byte; a thread can be left alone, and ends with the program.
    Thread(target=lambda: answers.put(asked(site, name)), daemon=True).start()
    try:
        answer = answers.get(timeout=SECONDS)
    except Empty as problem:
        raise NoAnswerError("it takes too long") from problem
    if isinstance(answer, NoAnswerError):
        raise answer
    return answer


def asked(site: str, name: str) -> dict[str, Any] | NoAnswerError | None:
    """Return an index's answer, or why it is none."""
    try:
        with urllib.request.urlopen(f"{site}/pypi/{name}/json", timeout=SECONDS) as answer:
            body = answer.read(BYTES + 1)
            is_whole = answer.length in (None, 0)
        if len(body) > BYTES:
            return NoAnswerError("its answer is too long")
        if not is_whole:
            return NoAnswerError("its answer is cut off")
        return read(body)
    except urllib.error.HTTPError as problem:
        return None if problem.code == 404 else NoAnswerError(f"it answers {problem.code}")
    except (OSError, HTTPException, ValueError) as problem:
        return NoAnswerError(f"its answer cannot be read ({getattr(problem, 'reason', problem)})"[:200])


def read(body: bytes) -> dict[str, Any] | NoAnswerError:
    """Return what an index says of a project, or why that is nothing of one."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return NoAnswerError("its answer is no JSON")
    return found if isinstance(found, dict) else NoAnswerError("its answer is none of a project")
