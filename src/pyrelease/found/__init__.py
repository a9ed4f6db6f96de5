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
from ..plan.github import names_ref
from ..rules import owner_in, package_folder_problem
from .files import text
from .git import Git
from .package import FoundPackage, read, read_package, table, toml
from .packages import FoundPackages, Place, new_place
from .publishing import FoundWorkflows, read_workflows

TEMPLATE_VERSION = re.compile(r"v?[0-9]+\.[0-9]+.*|[0-9a-f]{7,64}|.+-g[0-9a-f]{7,64}")
"""What Copier writes for the version of a template: what `git describe` says, never a branch."""

PACKAGES = 40
"""Folders below one without a package that are looked at, at most."""


class Found:
    """A folder that a project is made in, or is in already.

    With a `package_folder` it is the root of a repository, and the package lies in that folder below it.
    """

    def __init__(self, folder: Path, answers_file: str = USUAL_ANSWERS, package_folder: str = "") -> None:
        self.folder = folder
        self.answers_file = answers_file
        self.package_folder = package_folder
        self.git = Git(folder)
        self.packages = FoundPackages(folder, answers_file)

    def look(self, *given: Mapping[str, Any]) -> None:
        """Read the package and its workflows now, since a copy changes them.

        The first of the answers given that names a folder says where it is. What is none, or a link, is taken for the
        root: the question refuses it.
        """
        folder = next((folder for answers in given if (folder := answers.get("package_folder"))), "")
        is_allowed = isinstance(folder, str) and not package_folder_problem(folder)
        if is_allowed and not self.packages.is_behind_a_link(folder):
            self.package_folder = folder
        for name in ("package", "workflows"):
            getattr(self, name)

    @cached_property
    def answers(self) -> dict[str, Any]:
        """The answers that a project here keeps; empty where there is none, or one of another template."""
        return self.packages.own

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
    def shares_files(self) -> bool:
        """Whether the repository has or may have other packages, so that some of its files are not the package's own."""
        return bool(self.package_folder or self.packages.others)

    @property
    def is_left_out_of_workspace(self) -> bool:
        """Whether the root has a workspace of uv that does not name the package's folder.

        https://docs.astral.sh/uv/concepts/projects/workspaces/
        """
        if not self.package_folder:
            return False
        uv = table(table(read(self.folder, "pyproject.toml", toml) or {}, "tool"), "uv")
        members = table(uv, "workspace").get("members", [])
        patterns = (
            [re.sub(r"[*]{2}$", "**/*", str(member)).strip("/") for member in members]
            if isinstance(members, list)
            else []
        )
        parts = self.package_folder.split("/")
        return "workspace" in uv and not any(names_ref(pattern.split("/"), parts) for pattern in patterns)

    @cached_property
    def place_below_a_root(self) -> Place | None:
        """Where the package would be in the repository that this folder is a folder of; `None` where it is none's."""
        below = self.git.below_root
        if not below or package_folder_problem(below):
            return None
        return new_place(self.folder, self.folder.resolve().parents[below.count("/")])

    @cached_property
    def answers_problem(self) -> str:
        """Why the answers here, edited by hand, would be taken for others, or for none; empty if they would not."""
        for name, value in self.answers.items():
            if ANSWERS.get(name) is str and isinstance(value, int | float | date):
                return f"{self.answers_file}: {name} is {value}, which is no text: put it in quotes, as Copier does"
            if ANSWERS.get(name) is bool and isinstance(value, str | int) and not isinstance(value, bool):
                return (
                    f"{self.answers_file}: {name} is {value}, which is no switch: write true or false, without quotes"
                )
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
        return self.git.tag_prefix(self.package.name, only_own=bool(self.package_folder))

    @property
    def has_submodules(self) -> bool:
        """Whether the repository has other repositories in it, without which it may not build."""
        return "[submodule" in text(self.folder, ".gitmodules")

    @cached_property
    def packages_below(self) -> list[str]:
        """The folders of the packages below this one, which has none itself, as git has them."""
        if self.package.exists or self.is_project or self.package_folder:
            return []
        files = self.git.tracked_below("pyproject.toml", "setup.py", "setup.cfg")
        folders = dict.fromkeys(str(PurePosixPath(file).parent) for file in files)
        return [name for name in list(folders)[:PACKAGES] if read_package(self.folder / name).exists]

    @cached_property
    def no_package_problem(self) -> str:
        """Why a new package is not what is meant in a folder that has none; empty where it may be."""
        if packages := self.packages_below:
            names = ", ".join(packages[:4]) + (" and more" if len(packages) > 4 else "")
            command = f"add --data package_folder={packages[0]} --answers-file {new_place(self.folder / packages[0], self.folder).answers_file}"
            return f"package: none is here, but in {names}: {command}, or --data package=new"
        is_new = not self.package.exists and not self.is_project and not self.package_folder
        if is_new and (name := self.workflows.chosen.filename):
            return f"package: none is here, and {name} publishes or may: run this in the package's folder, or delete it"
        return ""

    @cached_property
    def package(self) -> FoundPackage:
        """The package that is here."""
        return read_package(self.folder / self.package_folder)

    @cached_property
    def workflows(self) -> FoundWorkflows:
        """The workflows that publish, but for those that this template has written here."""
        if self.package_folder and not self.package.exists:
            return FoundWorkflows()  # a new package among others: what publishes, publishes those
        found = read_workflows(self.folder)
        for name in self.packages.workflows:
            found = found.without(name)
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
        """The package's folder's name; empty where a project is already, which must not be given another name by its folder."""
        if (self.folder / self.answers_file).exists():
            return ""
        return PurePosixPath(self.package_folder).name if self.package_folder else self.folder.resolve().name

    @property
    def short_name(self) -> str:
        """What tells a package in a folder apart from the others here: the folder's name, or its whole path."""
        name = PurePosixPath(self.package_folder).name
        others = [PurePosixPath(folder).name for folder in self.packages.values("package_folder")]
        return self.package_folder.replace("/", "-") if name in others else name

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
