"""A project of this template: its answers, and what its folder and its git have."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from doctor.workflow import Workflow
from extensions.destination import GITHUB_REMOTE, Destination
from extensions.existing_package import Table, read, read_package, table, toml
from extensions.existing_workflows import WORKFLOWS, content, files
from extensions.pipeline import ANSWERS, UPDATE_COMMAND, Pipeline, Publisher, pipeline


class NoProjectError(ValueError):
    """There is no project that can be looked over; the message says what to do."""


def read_project(folder: Path, answers_file: str) -> Project:
    """Return the project in a folder; `NoProjectError` if there is none, or if its answers are not complete."""
    destination = Destination(folder, answers_file)
    if not (folder / answers_file).is_file():
        others = sorted(path.name for path in folder.glob(".copier-answers*.yml"))
        hint = f"add --answers-file {others[0]}" if others else "run this in the folder of a project of this template"
        raise NoProjectError(f"{answers_file} is not here: {hint}")
    if not destination.is_project:
        raise NoProjectError(
            f"{answers_file} is another template's, or damaged: restore it, or name another with --answers-file"
        )
    answers = destination.answers
    missing = [name for name in ANSWERS if name not in answers]
    if missing:
        raise NoProjectError(f"{answers_file} lacks {', '.join(missing)}: update the project with {UPDATE_COMMAND}")
    wrong = [name for name, kind in ANSWERS.items() if not isinstance(answers[name], kind)]
    if wrong:
        raise NoProjectError(
            f"{answers_file} has a value of the wrong type for {', '.join(wrong)}: restore it from git"
        )
    return Project(folder, destination, answers, pipeline(**{name: answers[name] for name in ANSWERS}))


@dataclass(frozen=True)
class Project:
    """A project, and the pipeline that follows from its answers."""

    folder: Path
    destination: Destination
    answers: dict[str, Any]
    pipeline: Pipeline

    @property
    def is_kept(self) -> bool:
        """Whether its publishing workflow is its maintainer's own."""
        return self.answers.get("existing_workflow") == "keep"

    @property
    def version_source(self) -> str:
        """Where the version comes from: `setuptools-scm`, `other-vcs` or `static`."""
        return str(self.answers.get("version_source", "setuptools-scm"))

    @property
    def default_branch(self) -> str:
        """The branch that its maintainer releases from."""
        return str(self.answers.get("default_branch", "main"))

    @property
    def releasing_file(self) -> str:
        """The file that says how to set up and to release."""
        return str(self.answers.get("releasing_file", "RELEASING.md"))

    @cached_property
    def root(self) -> Path:
        """The root of its git repository, where GitHub looks for workflows; its folder if there is none."""
        inside = self.destination.folder_in_repository
        return self.folder.joinpath(*[".."] * len(Path(inside).parts)).resolve() if inside else self.folder

    @cached_property
    def is_misplaced(self) -> bool:
        """Whether its workflow lies below the root of its repository, where GitHub never reads it."""
        name = self.pipeline.workflow_filename
        names = {path.name for path in files(self.root / WORKFLOWS)}
        return self.root != self.folder and name not in names and bool(files(self.folder / WORKFLOWS))

    @property
    def workflows_folder(self) -> Path:
        """The folder of its workflows."""
        return (self.folder if self.is_misplaced else self.root) / WORKFLOWS

    @cached_property
    def workflows(self) -> dict[str, Workflow]:
        """Its workflows, by file name."""
        return {path.name: Workflow(path.name, content(path)) for path in files(self.workflows_folder)}

    @property
    def workflow(self) -> Workflow | None:
        """The publishing workflow; `None` if no file has its name, capital letters included."""
        return self.workflows.get(self.pipeline.workflow_filename)

    def jobs_in(self, workflow: Workflow, publisher: Publisher) -> list[str]:
        """Return the names of the jobs of a workflow that upload to a publisher's index.

        A job that is named after the other publisher is not among them: it is in the wrong, and not the publisher.
        """
        others = {other.index.job for other in self.pipeline.publishers} - {publisher.index.job}
        return [
            name
            for name, job in workflow.jobs.items()
            if name not in others and any(upload.goes_to(publisher.index) for upload in job.uploads)
        ]

    @cached_property
    def pyproject_problem(self) -> str:
        """Why `pyproject.toml` cannot be read; empty if it can, or if there is none."""
        try:
            tomllib.loads((self.folder / "pyproject.toml").read_text(encoding="utf-8"))
        except FileNotFoundError:
            return ""
        except (OSError, ValueError) as error:
            return str(error)
        return ""

    @cached_property
    def pyproject(self) -> Table:
        """What `pyproject.toml` says; nothing if there is none, or if it is damaged."""
        return read(self.folder / "pyproject.toml", toml) or {}

    @property
    def project_table(self) -> Table:
        """The table [project] of `pyproject.toml`; an empty one where there is none."""
        return table(self.pyproject, "project")

    @cached_property
    def name(self) -> str:
        """The name that the build gives its files; empty if it is unknown."""
        return str(self.project_table.get("name") or read_package(self.folder).name)

    @cached_property
    def remotes(self) -> dict[str, tuple[str, str]]:
        """Owner and repository of each remote that is on GitHub, by its name, `origin` first."""
        lines = (self.destination.git("config", "--get-regexp", r"^remote\..*\.url$") or "").splitlines()
        found = {}
        for key, _, address in (line.partition(" ") for line in lines):
            if remote := GITHUB_REMOTE.fullmatch(address):
                found[key.removeprefix("remote.").removesuffix(".url")] = (remote["owner"], remote["repository"])
        return dict(sorted(found.items(), key=lambda item: item[0] != "origin"))

    @cached_property
    def release_tags(self) -> list[str]:
        """The tags that are releases."""
        return (self.destination.git("tag", "--list", self.pipeline.release_tags) or "").split()
