"""What is: a folder as it was before the template writes to it.

No file is made from it, only answers, which are stored: another folder must not change a project later.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from ..plan.answers import ANSWERS, IDENTITY, USUAL_ANSWERS, WORKFLOWS
from ..rules import owner_in
from .files import content, text
from .git import Git
from .package import FoundPackage, read_package
from .publishing import FoundWorkflows, read_workflows

OUR_ANSWERS = {"project_name", "github_owner", "workflow_filename", "created_on"}
"""Answers that every project of this template has, and no other's has all."""

TEMPLATE_VERSION = re.compile(r"v?[0-9]+\.[0-9]+.*|[0-9a-f]{7,64}|.+-g[0-9a-f]{7,64}")
"""What Copier writes for the version of a template: what `git describe` says, never a branch."""

PACKAGES = 40
"""Folders below one without a package that are looked at, at most."""


class Found:
    """A folder that a project is made in, or is in already."""

    def __init__(self, folder: Path, answers_file: str = USUAL_ANSWERS) -> None:
        self.folder = folder
        self.answers_file = answers_file
        self.git = Git(folder)

    def look(self) -> None:
        """Read the package and its workflows now, since a copy changes them."""
        for name in ("package", "workflows"):
            getattr(self, name)

    @cached_property
    def answers(self) -> dict[str, Any]:
        """The answers that a project here keeps; empty where there is none, or one of another template."""
        try:
            stored = yaml.safe_load(content(self.folder, self.answers_file) or b"")
        except (ValueError, RecursionError, yaml.YAMLError):
            return {}
        return stored if isinstance(stored, dict) and stored.keys() >= OUR_ANSWERS else {}

    @property
    def is_project(self) -> bool:
        """Whether a project of this template is here."""
        return bool(self.answers)

    @cached_property
    def problem(self) -> str:
        """Why no project can be made here; empty if one can."""
        if self.git.problem:
            return f"git refuses to read {self.folder}: {self.git.problem}; do what git says, then run this again"
        if (self.folder / self.answers_file).is_file() and not self.is_project:
            return (
                f"{self.answers_file} is another template's, or damaged: add --answers-file .copier-answers.release.yml,"
                " or restore it from git"
            )
        return ""

    @property
    def answers_problem(self) -> str:
        """Why the answers here, edited by hand, would be taken for others, or for none; empty if they would not."""
        for name, value in self.answers.items():
            if ANSWERS.get(name) is str and isinstance(value, int | float | date):
                return f"{self.answers_file}: {name} is {value}, which is no text: put it in quotes, as Copier does"
        version = str(self.answers.get("_commit", ""))
        if version and not TEMPLATE_VERSION.fullmatch(version):
            return (
                f"{self.answers_file}: _commit is {version}, which is no version of the template but moves: "
                "restore the file from git, or write the version that made the project, like v1.2.0"
            )
        return ""

    @property
    def tag_prefix(self) -> str | None:
        """What stands before the version in the tags of this package's releases; `None` where no tag ends in one."""
        return self.git.tag_prefix(self.package.name)

    @property
    def has_submodules(self) -> bool:
        """Whether the repository has other repositories in it, without which it may not build."""
        return "[submodule" in text(self.folder, ".gitmodules")

    @cached_property
    def packages_below(self) -> list[str]:
        """The folders of the packages below this one, which has none itself, as git has them."""
        if self.package.exists or self.is_project:
            return []
        files = self.git.tracked_below("pyproject.toml", "setup.py", "setup.cfg")
        folders = dict.fromkeys(str(PurePosixPath(file).parent) for file in files)
        return [name for name in list(folders)[:PACKAGES] if read_package(self.folder / name).exists]

    @cached_property
    def no_package_problem(self) -> str:
        """Why a new package is not what is meant in a folder that has none; empty where it may be."""
        if packages := self.packages_below:
            names = ", ".join(packages[:4]) + (" and more" if len(packages) > 4 else "")
            return f"package: none is here, but in {names}: run this in its folder, or add --data package=new"
        if not self.package.exists and not self.is_project and (name := self.workflows.chosen.filename):
            return f"package: none is here, and {name} publishes or may: run this in the package's folder, or delete it"
        return ""

    @cached_property
    def package(self) -> FoundPackage:
        """The package that is here."""
        return read_package(self.folder)

    @cached_property
    def workflows(self) -> FoundWorkflows:
        """The workflows that publish, but for the one that this template has written here."""
        found = read_workflows(self.folder)
        if self.is_adopted and self.answers.get("existing_workflow") != "keep":
            return found.without(str(self.answers["workflow_filename"]))
        return found

    @property
    def is_adopted(self) -> bool:
        """Whether a project is here that a copy has finished, as far as git knows."""
        return self.is_project and bool(self.existing(self.answers_file))

    def replaces(self, workflow_filename: str, existing_workflow: str) -> bool:
        """Say whether a copy puts the template's workflow in the place of one that is somebody else's."""
        path = f"{WORKFLOWS}/{workflow_filename}"
        return existing_workflow == "replace" and not self.is_adopted and bool(self.existing(path))

    def to_delete(self, workflow_filename: str) -> tuple[str, ...]:
        """Return what is to be deleted in other workflows so that one alone publishes, in words."""
        return self.workflows.deletions(workflow_filename)

    @property
    def has_foreign_package(self) -> bool:
        """Whether there is a package, and no project of this template."""
        return self.package.exists and not self.is_project

    @property
    def folder_name(self) -> str:
        """The folder's name; empty where a project is already, which must not be given another name by its folder."""
        return "" if (self.folder / self.answers_file).exists() else self.folder.resolve().name

    def existing(self, *names: str) -> list[str]:
        """Return which of these files are there, in the order given.

        In a repository it is those that git has: what a copy that was interrupted left behind is nobody's.
        """
        there = [name for name in names if (self.folder / name).exists()]
        tracked = self.git.tracked(*there) if there else None
        return there if tracked is None else tracked

    def first_free(self, folder: str, *names: str) -> str:
        """Return the first of these names that no file in a folder has; the last one if all are taken."""
        paths = {name: str(PurePosixPath(folder, name)) for name in names}
        taken = self.existing(*paths.values())
        return next((name for name in names if paths[name] not in taken), names[-1])

    def choice_problem(self, choice: str, given: Mapping[str, Any]) -> str:
        """Return what is wrong with what shall become of the workflow that publishes here; empty if it is allowed.

        It counts where somebody asks for something (`given` is `--data`), never for an answer that a project keeps: Copier
        gives those as data, too, all of them, when it makes the versions before and after an update anew.
        """
        is_asked_for = "existing_workflow" in given and "created_on" not in given
        return self.workflows.choice_problem(choice) if is_asked_for else ""

    def second_publisher_problem(self, filename: str, choice: str) -> str:
        """Return why a workflow of this name must not be the one that publishes here; empty if it may."""
        return "" if self.is_project else self.workflows.second_publisher_problem(filename, choice)

    def names_have_changed(self, answers: Mapping[str, Any]) -> bool:
        """Say whether a name differs from the project's last commit, which an update started from."""
        return self.has_changed((*IDENTITY, "import_name"), answers)

    def identity_has_changed(self, answers: Mapping[str, Any]) -> bool:
        """Say whether what the indexes know differs from the project's last commit, which an update started from."""
        return self.has_changed(IDENTITY, answers)

    def has_changed(self, names: Collection[str], answers: Mapping[str, Any]) -> bool:
        """Say whether one of these answers differs from the last commit's; one that this does not have is a new question's."""
        before = yaml.safe_load(self.git.ask("show", f"HEAD:./{self.answers_file}") or "")
        known = before if isinstance(before, dict) else {}
        wanted = {**answers, "github_owner": owner_in(str(answers.get("github_owner")))}
        return any(name in known and known[name] != wanted.get(name) for name in names)
