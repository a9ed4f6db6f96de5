"""Look a project over: what would make its next release fail, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from ..project import Project
from . import actions, names, online, package, publishing
from .findings import Finding


def look_over(project: Project, today: date) -> Iterator[Finding]:
    """Yield what a project's files and its git show; nothing is asked of anybody else."""
    yield from names.names(project, today)
    if (workflow := project.workflow) and not workflow.problem:
        yield from names.publishers(project, workflow)
        yield from publishing.workflow_findings(project, workflow)
        yield from publishing.second_publishers(project)
    yield from actions.old_and_moving(project)
    yield from actions.tokens(project)
    yield from package.licence_files(project)
    yield from package.metadata(project)
    yield from package.versions(project, workflow)


def ask_around(project: Project, sites: Mapping[str, str]) -> Iterator[Finding]:
    """Yield what the indexes and GitHub say; `sites` are other addresses of indexes, by name."""
    yield from online.indexes(project, sites)
    yield from online.github(project)
