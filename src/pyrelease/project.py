"""A project of this template: what its answers say shall be, and what its folder and its git have."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from .found import Found
from .found.files import content, names, text
from .found.filters import ANY_REF
from .found.package import Table, read, read_package, table, toml
from .found.packages import answers_files, place_of, read_answers
from .found.publishing import FoundWorkflows, PublishingWorkflow, read_workflows
from .found.workflows import Workflow, workflow_of
from .plan import UPDATE_COMMAND, AnswersError, Plan
from .plan.answers import USUAL_ANSWERS, WORKFLOWS
from .plan.publishers import Publisher
from .rules import package_folder_problem

WORKFLOW_SUFFIXES = (".yml", ".yaml")


PUSH_TRIGGERS = ("every-push", "default-branch", "tags")
"""What may start an upload to TestPyPI."""


class NoProjectError(ValueError):
    """There is no project that can be looked over; the message says what to do."""


def read_projects(folder: Path, answers_file: str = "") -> list[Project]:
    """Return the project in a folder, or all of them where several packages have their answers there.

    In a package's own folder below the root it is that package's. With the name of an `answers_file` it is that one.
    `NoProjectError` if there is none, or if the answers of one are not complete.
    """
    if answers_file:
        return [read_project(folder, answers_file)]
    kept = {name: read_answers(folder, name) for name in answers_files(folder)}
    packages = [name for name, answers in kept.items() if answers.get("package_folder")]
    if packages:
        return [
            read_project(folder, name) for name in kept if name in packages or (name == USUAL_ANSWERS and kept[name])
        ]
    if USUAL_ANSWERS not in kept and (place := place_of(folder)):
        return [read_project(place.root, place.answers_file)]
    return [read_project(folder)]


def read_project(folder: Path, answers_file: str = USUAL_ANSWERS) -> Project:
    """Return the project in a folder; `NoProjectError` if there is none, or if its answers are not complete."""
    found = Found(folder, answers_file)
    if not (folder / answers_file).is_file():
        others = sorted(path.name for path in folder.glob(".copier-answers*.yml"))
        hint = f"add --answers-file {others[0]}" if others else "run this in the folder of a project of this template"
        raise NoProjectError(f"{answers_file} is not here: {hint}")
    if not found.is_project:
        raise NoProjectError(
            f"{answers_file} is another template's, or damaged: restore it, or name another with --answers-file"
        )
    try:
        plan = Plan.of(found.answers, answers_file)
    except AnswersError as problem:
        if problem.missing:
            lacks = f"lacks {', '.join(problem.missing)}: update the project with {UPDATE_COMMAND}"
        else:
            lacks = f"has a value of the wrong type for {', '.join(problem.wrong)}: restore it from git"
        raise NoProjectError(f"{answers_file} {lacks}") from problem
    for name, why in wrong_values(plan):
        raise NoProjectError(f"{answers_file}: the answer {name} cannot be used ({why}): restore the file from git")
    if found.packages.is_behind_a_link(plan.package_folder):
        raise NoProjectError(
            f"{answers_file}: {plan.package_folder} is a link, or behind one: put the package itself there"
        )
    return Project(folder, found, plan)


def wrong_values(plan: Plan) -> Iterator[tuple[str, str]]:
    """Yield the name of each answer that nothing can be made of, and what is wrong with it.

    Rules may have been laxer when it was given, so only what cannot be read at all is wrong.
    """
    try:
        plan.pending_until  # noqa: B018 - it is counted from that day
    except (ValueError, OverflowError):
        yield "created_on", "a day is like 2026-12-24"
    if package_folder_problem(plan.package_folder):
        yield "package_folder", "a folder is like packages/one"
    if not plan.workflow_filename.endswith(WORKFLOW_SUFFIXES) or "/" in plan.workflow_filename:
        yield "workflow_filename", "a name ends in .yml or .yaml, and has no folder"
    try:
        is_address = not plan.index_url or bool(urlsplit(plan.index_url).hostname)
    except ValueError:
        is_address = False
    if not is_address:
        yield "index_url", "an address is like https://devpi.example.org/octo/prod/"
    if plan.push_trigger not in PUSH_TRIGGERS:
        yield "push_trigger", f"allowed are {', '.join(PUSH_TRIGGERS)}"
    if "\0" in "".join(str(value) for value in vars(plan).values()):
        yield "value", "a null character stands in it"


def is_environment(written: str, name: str) -> bool:
    """Say whether a job's environment is or may be one of this name, whose case GitHub ignores."""
    return written.strip().lower() == name.lower() or "${{" in written


@dataclass(frozen=True)
class Project:
    """A project: what shall be, and what is."""

    folder: Path
    found: Found
    plan: Plan

    @property
    def package(self) -> Path:
        """The package's folder."""
        return self.folder / self.plan.package_folder

    @property
    def is_committed(self) -> bool:
        """Whether the last commit has its answers, as far as git says."""
        return self.found.git.ask("cat-file", "-e", f"HEAD:./{self.plan.answers_file}") is not None

    @cached_property
    def siblings(self) -> tuple[Plan, ...]:
        """What follows from the answers of the other packages here."""
        found = []
        for name, answers in self.found.packages.others.items():
            with suppress(AnswersError):
                found.append(Plan.of(answers, name))
        return tuple(found)

    @property
    def template_files(self) -> set[str]:
        """The paths of the files that the template has written here, those of other packages among them."""
        return {file for plan in (self.plan, *self.siblings) for file in plan.files}

    @cached_property
    def root(self) -> Path:
        """The root of its git repository, where GitHub looks for workflows; its folder if there is none."""
        inside = self.found.git.folder_in_repository
        return self.folder.joinpath(*[".."] * len(Path(inside).parts)).resolve() if inside else self.folder

    @cached_property
    def is_misplaced(self) -> bool:
        """Whether its workflow lies below the root of its repository, where GitHub never reads it."""
        at_root = names(self.root, WORKFLOWS, WORKFLOW_SUFFIXES)
        below = names(self.folder, WORKFLOWS, WORKFLOW_SUFFIXES)
        return self.root != self.folder and self.plan.workflow_filename not in at_root and bool(below)

    @property
    def workflows_folder(self) -> Path:
        """The folder of its workflows."""
        return (self.folder if self.is_misplaced else self.root) / WORKFLOWS

    @cached_property
    def workflows(self) -> dict[str, Workflow]:
        """Its workflows, by file name."""
        folder = self.folder if self.is_misplaced else self.root
        found = names(folder, WORKFLOWS, WORKFLOW_SUFFIXES)
        return {name: workflow_of(name, text(folder, f"{WORKFLOWS}/{name}")) for name in found}

    @property
    def workflow(self) -> Workflow | None:
        """The publishing workflow; `None` if no file has its name, capital letters included."""
        return self.workflows.get(self.plan.workflow_filename)

    @property
    def own_workflows(self) -> list[Workflow]:
        """The workflows that the project's releases depend on; where one is kept, that one and those that it calls."""
        if not self.plan.is_kept or self.workflow is None:
            return list(self.workflows.values())
        text = self.workflow.text
        return [
            found for name, found in self.workflows.items() if found is self.workflow or f"{WORKFLOWS}/{name}" in text
        ]

    def jobs_in(self, workflow: Workflow, publisher: Publisher) -> list[str]:
        """Return the names of the jobs of a workflow that upload to a publisher's index.

        A job that is named after the other publisher is not among them: it is in the wrong, and not the publisher.
        """
        others = {other.index.job for other in self.plan.publishers} - {publisher.index.job}
        return [
            name
            for name, job in workflow.jobs.items()
            if name not in others and any(upload.goes_to(publisher.index) for upload in job.uploads)
        ]

    @cached_property
    def publishing(self) -> FoundWorkflows:
        """What publishes in its repository."""
        return read_workflows(self.workflows_folder.parent.parent)

    @cached_property
    def other_publishers(self) -> tuple[PublishingWorkflow, ...]:
        """The other workflows that publish, or may."""
        return self.publishing.without(self.plan.workflow_filename).publishing

    def starts_for_a_release(self, filename: str) -> bool:
        """Say whether a release tag, or the release on GitHub that follows it, starts a workflow."""
        workflow = self.workflows.get(filename)
        if workflow is None:
            return False
        return workflow.starts_for("tags", self.plan.tags.example) or "release" in workflow.triggers

    def problems_before_a_tag(self) -> list[str]:
        """Return why no release tag may be pushed yet: another workflow would publish it, too; empty if none does."""
        if self.plan.index_url or self.plan.is_kept:
            return []
        return [
            f"no tag yet: {other.filename} would publish it a second time; {'; '.join(other.deletions)}"
            for other in self.other_publishers
            if other.publishes_to_pypi and self.starts_for_a_release(other.filename)
        ]

    def other_workflows_in(self, environment: str) -> list[str]:
        """Return the paths of the other workflows with a job in an environment, whose case GitHub ignores.

        Packages of one repository may share it: the template's workflows of the others are not among them.
        """
        return [
            workflow.path
            for workflow in self.workflows.values()
            if workflow is not self.workflow
            and workflow.path not in self.template_files
            and any(is_environment(job.environment, environment) for job in workflow.jobs.values())
        ]

    @property
    def release_tag_patterns(self) -> list[str]:
        """The patterns of the tags that start a release; empty where none does."""
        if not self.plan.is_kept or self.workflow is None:
            return [self.plan.tags.glob]
        refs = self.workflow.deploying_refs(self.plan.default_branch)
        patterns = [pattern for kind, pattern in refs if kind == "tag"]
        return [self.plan.tags.glob] if ANY_REF[0] in patterns else patterns

    @cached_property
    def pyproject_problem(self) -> str:
        """Why `pyproject.toml` cannot be read; empty if it can, or if there is none."""
        try:
            toml(content(self.package, "pyproject.toml") or b"")
        except (ValueError, RecursionError) as problem:
            return str(problem)
        return ""

    @cached_property
    def pyproject(self) -> Table:
        """What `pyproject.toml` says; nothing if there is none, or if it is damaged."""
        return read(self.package, "pyproject.toml", toml) or {}

    @property
    def project_table(self) -> Table:
        """The table [project] of `pyproject.toml`; an empty one where there is none."""
        return table(self.pyproject, "project")

    @cached_property
    def name(self) -> str:
        """The name that the build gives its files; empty if it is unknown."""
        return str(self.project_table.get("name") or read_package(self.package).name)

    @cached_property
    def release_tags(self) -> list[str]:
        """The tags that are releases."""
        return (self.found.git.ask("tag", "--list", self.plan.tags.glob) or "").split()
