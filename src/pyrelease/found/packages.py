"""The packages of this template in one repository: each has answers of its own, and its folder in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

import yaml
from packaging.utils import canonicalize_name

from ..plan.answers import USUAL_ANSWERS, suffix_of
from .files import content, names

OUR_ANSWERS = {"project_name", "github_owner", "workflow_filename", "created_on"}
"""Answers that every project of this template has, and no other's has all."""

ANSWERS_FILES = ".copier-answers"
"""How the names of answers files begin; they end in `.yml`."""

LEVELS = 10
"""Folders above one that are looked at for the root of a repository, at most."""


def read_answers(folder: Path, name: str) -> dict[str, Any]:
    """Return the answers that a file keeps; empty where there is none, or one of another template."""
    try:
        stored = yaml.safe_load(content(folder, name) or b"")
    except (ValueError, RecursionError, yaml.YAMLError):
        return {}
    return stored if isinstance(stored, dict) and stored.keys() >= OUR_ANSWERS else {}


def answers_files(folder: Path) -> Iterator[str]:
    """Yield the names of the files in a folder that may keep the answers of a project, the usual one first."""
    listed = [name for name in names(folder, ".", (".yml",)) if name.startswith(ANSWERS_FILES)]
    yield from sorted(listed, key=lambda name: (name != USUAL_ANSWERS, name))


@dataclass(frozen=True)
class Place:
    """Where a package is: the root of its repository, its folder below, and the name of the file with its answers at the root."""

    root: Path
    package_folder: str
    answers_file: str


def place_of(folder: Path) -> Place | None:
    """Return where the package in a folder is, by the answers in a folder above it; `None` if none above has its answers."""
    inside = folder.resolve()
    for root in list(inside.parents)[:LEVELS]:
        below = inside.relative_to(root).as_posix()
        for name in answers_files(root):
            if read_answers(root, name).get("package_folder") == below:
                return Place(root, below, name)
    return None


def new_place(folder: Path, root: Path) -> Place:
    """Return where a package will be that a folder gets below the root of a repository: which file keeps its answers.

    `ValueError` if the folder is not below the root.
    """
    below = folder.resolve().relative_to(root.resolve()).as_posix()
    taken = set(answers_files(root))
    short, whole = PurePosixPath(below).name, below.replace("/", "-")
    file = next((name for name in (f"{ANSWERS_FILES}.{part}.yml" for part in (short, whole)) if name not in taken), "")
    return Place(root, below, file or f"{ANSWERS_FILES}.{whole}.package.yml")


class FoundPackages:
    """The other packages of this template whose answers lie beside one's own, at the root of the repository."""

    def __init__(self, folder: Path, answers_file: str) -> None:
        self.folder = folder
        self.answers_file = answers_file

    @cached_property
    def others(self) -> dict[str, dict[str, Any]]:
        """The answers of each other package, by the name of their file."""
        found = {
            name: read_answers(self.folder, name) for name in answers_files(self.folder) if name != self.answers_file
        }
        return {name: answers for name, answers in found.items() if answers}

    @cached_property
    def own(self) -> dict[str, Any]:
        """The answers of the package itself; empty where it has none yet."""
        return read_answers(self.folder, self.answers_file)

    def values(self, question: str) -> list[str]:
        """Return what the others answer to a question that takes a text."""
        return [str(answers.get(question, "")) for answers in self.others.values()]

    def shared(self, question: str) -> str:
        """Return what all others answer to a question; empty where there is none, or where they differ."""
        values = set(self.values(question))
        return values.pop() if len(values) == 1 else ""

    @property
    def workflows(self) -> list[str]:
        """The file names of the others' publishing workflows that this template writes."""
        return [
            str(answers["workflow_filename"])
            for answers in self.others.values()
            if answers.get("existing_workflow") != "keep"
        ]

    def folder_problem(self, folder: str, package: str, given: Mapping[str, Any]) -> str:
        """Return what is wrong with a package's folder; empty if it is allowed.

        What is there counts where somebody asks for something (`given` is `--data`); an update makes its versions elsewhere.
        """
        if folder in self.values("package_folder"):
            return "has the answers of a package"
        if self.own and self.own.get("package_folder", "") != folder:
            return "cannot be changed later"
        is_asked_for = bool(folder) and "created_on" not in given
        steps = self.steps_to(folder) if is_asked_for else []
        if is_asked_for and self.is_behind_a_link(folder):
            return "is a link, or behind one"
        if any(step.exists() and not step.is_dir() for step in steps):
            return "is a file, or below one"
        is_missing = package == "existing" and any(not step.exists() for step in steps)
        return "is not there: package=new" if is_missing else ""

    def is_behind_a_link(self, folder: str) -> bool:
        """Say whether the way to a folder leads over a link, which may leave the repository."""
        return any(step.is_symlink() for step in self.steps_to(folder))

    def steps_to(self, folder: str) -> list[Path]:
        """Return the paths that lead from the root to a folder, the nearest first."""
        parts = PurePosixPath(folder).parts
        return [self.folder.joinpath(*parts[: count + 1]) for count in range(len(parts))]

    def second_name_problem(self, name: str) -> str:
        """Return why a distribution cannot have this name here; empty if it can."""
        is_taken = canonicalize_name(name) in map(canonicalize_name, self.values("project_name"))
        return "another package here has it" if is_taken else ""

    def second_workflow_problem(self, filename: str) -> str:
        """Return why the publishing workflow cannot have this name here; empty if it can.

        What stands behind `publish-` names the workflow that tests the package, too. Some file systems take names for one
        that differ in their capital letters alone.
        """
        is_taken = suffix_of(filename.lower()) in [suffix_of(name.lower()) for name in self.workflows]
        return "another package has it" if is_taken else ""

    def second_prefix_problem(self, prefix: str) -> str:
        """Return why tags cannot begin so here: one package would take another's for its own; empty if they can."""
        is_mixed = any(takes(prefix, other) or takes(other, prefix) for other in self.values("tag_prefix"))
        return "mixes with tags of another package" if is_mixed else ""


def takes(prefix: str, other: str) -> bool:
    """Say whether the tags of one prefix, which go on with a digit, are among those of another."""
    tag = f"{other}0"
    return tag.startswith(prefix) and tag[len(prefix) :][:1].isdigit()
