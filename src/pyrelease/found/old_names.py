"""Where files still say a name that an update has changed: what the user wrote, in whichever file, no update touches."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from .files import text
from .git import Git

SHOWN = 10
"""Places that are named, at most."""

REPOSITORY = "{github_owner}/{github_repository}"

FORMS = (
    REPOSITORY,
    "{github_owner}.github.io/{github_repository}",
    "{project_name}",
    "{import_name}",
    "{workflow_filename}",
)
"""How files say the names that can be changed."""

SEARCHED = (
    *("*.py", "*.pyi", "*.md", "*.rst", "*.txt", "*.toml", "*.cfg", "*.ini", "*.yml", "*.yaml", "*.json", "*.cff"),
    *("src", "tests", "docs", ".github", "LICENSE*", "*Makefile", "*Dockerfile*"),
)
"""The files that are searched, as git is asked for them."""


LAST_LINE = "# Jobs of your own go below this line"
"""How the last line of the template's in a workflow begins."""


def old_names(folder: Path, answers_file: str, answers: Mapping[str, Any]) -> Iterator[str]:
    """Yield a line for each place, as `README.md:3: octo-org/demo`; `answers` are the new ones, the last commit has the old."""
    git = Git(folder)
    before = yaml.safe_load(git.ask("show", f"HEAD:./{answers_file}") or "")
    known = before if isinstance(before, dict) else {}
    names = changed_names(known, answers)
    if moved := moved_package(folder, known, answers):
        yield moved
    patterns = {name: pattern(name, known, answers) for name in names}
    everywhere = "|".join(found for name, found in patterns.items() if "/" in name) or "(?!)"
    searched = [below(answers, name) for name in SEARCHED]
    asked = ("ls-files", "-z", "--", *searched, f":(exclude,literal){answers_file}")
    listed = (git.ask(*asked) or "") if names else ""
    places = []
    for name in filter(str.isprintable, filter(None, listed.split("\0"))):
        lines = text(folder, name).splitlines()
        last = len(lines) if name == below(answers, str(answers.get("releasing_file"))) else last_of_the_template(lines)
        for number, line in enumerate(lines, start=1):
            wanted = everywhere if number <= last else "|".join(patterns.values())
            if found := re.search(wanted, without_others(line, answers)):
                places.append(f"{name}:{number}: {found[0]}")
    yield from places[:SHOWN]
    if places[SHOWN:]:
        command = shlex.join(["git", "grep", "-n", *(part for name in names for part in ("-e", name))])
        yield f"and {len(places) - SHOWN} more: {command}"


def moved_package(folder: Path, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """Return how the folder of an import package that has another name now is moved; empty where it is not there."""
    names = [answers.get("import_name") or "" for answers in (before, after)]
    old, new = (below(after, f"src/{name}") for name in names)
    return f"{old}: git mv {old} {new}" if old != new and names[0] and (folder / old).is_dir() else ""


def below(answers: Mapping[str, Any], name: str) -> str:
    """Return the path of a file of the package, which may be in a folder of its repository."""
    return f"{answers['package_folder']}/{name}" if answers.get("package_folder") else name


def changed_names(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Return the names that have changed, as files say them."""
    known = [form for form in FORMS if all(str(before.get(part) or "") for part in re.findall(r"\{(\w+)\}", form))]
    names = [form.format_map(before) for form in known if form.format_map(before) != form.format_map(after)]
    return list(dict.fromkeys(names))


def pattern(name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """Return an expression that finds a name; where the project keeps it, and the import package does not, in code alone."""
    is_kept = name == before["project_name"] == after["project_name"]
    return as_imported(name) if is_kept else whole(name)


def last_of_the_template(lines: list[str]) -> int:
    """Return the number of the template's last line in a workflow, in which a word may be a name by chance; 0 elsewhere."""
    return next((number for number, line in enumerate(lines, start=1) if LAST_LINE in line), 0)


def without_others(line: str, answers: Mapping[str, Any]) -> str:
    """Return a line less what may be called like the project was: its repository, and the package that is imported."""
    line = line.replace(REPOSITORY.format_map(answers), "")
    return re.sub(as_imported(str(answers["import_name"])), "", line) if answers.get("import_name") else line


def as_imported(name: str) -> str:
    """Return an expression that finds a name where it can be an import package's alone."""
    return rf"(?:\b(?:from|import) |\bsrc/|\btests/test_){re.escape(name)}\b|(?<![\w./-]){re.escape(name)}\.(?=\w)"


def whole(name: str) -> str:
    """Return an expression that finds a name, and no longer one that it is a part of."""
    return rf"(?<![\w.-]){re.escape(name)}(?![\w-])"
