"""Look a project over: what would make its next release fail, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from ..project import Project
from . import actions, git, machines, names, package, publishing, versions
from .findings import Finding, in_package


def look_over(project: Project, today: date) -> Iterator[Finding]:
    """Yield what a project's files and its git show; nothing is asked of anybody else."""
    yield from git.conflicts(project)
    yield from names.names(project, today)
    if (workflow := project.workflow) and not workflow.problem:
        yield from names.publishers(project, workflow)
        yield from publishing.workflow_findings(project, workflow)
        yield from publishing.second_publishers(project)
        yield from package.submodules(project, workflow)
    yield from actions.old_and_moving(project)
    yield from actions.tokens(project)
    yield from machines.gone_machines(project, today)
    for found in (package.licence_files, package.metadata, package.old_names):
        yield from in_package(project.plan.package_folder, found(project))
    yield from in_package(project.plan.package_folder, versions.versions(project, workflow))
    yield from git.state(project)


def ask_around(project: Project, sites: Mapping[str, str]) -> Iterator[Finding]:
    """Yield what the indexes and GitHub say; `sites` are other addresses of indexes, by name."""
    from . import online

    yield from online.indexes(project, sites)
    yield from online.github(project)
