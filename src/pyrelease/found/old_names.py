"""Where the user's own files still say a name that an update has changed: no update touches these files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from .files import text
from .git import Git

SHOWN = 10
"""Places that are named, at most."""

REPOSITORY = "{github_owner}/{github_repository}"

USERS = ("src", "tests", "docs", "*.md", "*.rst", "LICENSE*")
"""The files that are the user's, as git is asked for them."""


def old_names(folder: Path, answers_file: str, answers: Mapping[str, Any]) -> Iterator[str]:
    """Yield a line for each place, as `README.md:3: octo-org/demo`; `answers` are the new ones, the last commit has the old."""
    git = Git(folder)
    before = yaml.safe_load(git.ask("show", f"HEAD:./{answers_file}") or "")
    names = changed_names(before if isinstance(before, dict) else {}, answers)
    package = str(answers.get("package_folder") or "")
    users = [f"{package}/{name}" if package else name for name in USERS]
    listed = (git.ask("ls-files", "-z", "--", *users) or "") if names else ""
    places = [
        f"{name}:{number}: {found[0]}"
        for name in filter(None, listed.split("\0"))
        for number, line in enumerate(text(folder, name).splitlines(), start=1)
        # A repository may be called like the project was.
        if name.isprintable()
        and (found := re.search("|".join(map(whole, names)), line.replace(REPOSITORY.format_map(answers), "")))
    ]
    yield from places[:SHOWN]
    if places[SHOWN:]:
        yield f"and {len(places) - SHOWN} more"


def changed_names(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Return the names that have changed, as files say them: the repository with its owner, the project and the workflow."""
    forms = (REPOSITORY, "{project_name}", "{workflow_filename}")
    known = [name for name in forms if all(str(before.get(part) or "") for part in re.findall(r"\w+", name))]
    return [name.format_map(before) for name in known if name.format_map(before) != name.format_map(after)]


def whole(name: str) -> str:
    """Return an expression that finds a name, and no longer one that it is a part of."""
    return rf"(?<![\w.-]){re.escape(name)}(?![\w-])"
