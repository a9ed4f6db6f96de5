"""The border to a package index: what it says of a project."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

from .gh import NoAnswerError

SECONDS = 20
"""Seconds that an index has to answer."""


def project_on(site: str, name: str) -> dict[str, Any] | None:
    """Return what the index at this address says of a project (https://docs.pypi.org/api/json/).

    `None` if it knows no such project, `NoAnswerError` if it says nothing that can be read.
    """
    try:
        with urllib.request.urlopen(f"{site}/pypi/{name}/json", timeout=SECONDS) as answer:
            found = json.load(answer)
    except urllib.error.HTTPError as problem:
        if problem.code == 404:
            return None
        raise NoAnswerError(f"it answers {problem.code}") from problem
    except (OSError, ValueError) as problem:
        raise NoAnswerError(str(getattr(problem, "reason", problem))) from problem
    return found if isinstance(found, dict) else {}
