"""What the jobs run on, and what GitHub has switched off."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from ..found.nodes import entries, items, text
from ..found.workflows import Job, Workflow
from ..project import Project
from .checks import machines as check
from .findings import ERROR, WARNING, Finding

TABLE = Path(__file__).parent / "retired.toml"


@dataclass(frozen=True)
class Retired:
    """A machine that is gone: since when, what takes its place, and who says so.

    `announced` means that it was to go on that day, and nobody has seen that it did.
    """

    label: str
    last: date
    instead: str
    source: str
    announced: bool


@cache
def retired() -> Mapping[str, Any]:
    """Return the table of what GitHub has switched off."""
    return tomllib.loads(TABLE.read_text(encoding="utf-8"))


@cache
def retired_machines() -> dict[str, Retired]:
    """Return the machines that are gone, by their labels."""
    return {
        label: Retired(label, entry["last"], entry["instead"], entry["source"], entry.get("announced", False))
        for entry in retired()["machines"].values()
        for label in entry["labels"]
    }


def gone_machines(project: Project, today: date) -> Iterator[Finding]:
    """Yield which jobs run on a machine that GitHub has retired; an error where an upload waits for the job."""
    for workflow in project.workflows.values():
        written = workflow.text.lower()
        if not any(label in written for label in retired_machines()):
            continue
        awaited = {before.name for job in publishing_jobs(project, workflow) for before in workflow.before(job)}
        for job in workflow.jobs.values():
            gone = [retired_machines()[label] for label in labels_of(job) if label in retired_machines()]
            for machine in gone:
                if machine.last <= today:
                    is_sure = job.name in awaited and not machine.announced
                    yield check.GONE_MACHINE.found(
                        f"runs on {machine.label}, which is gone since {machine.last}: write {machine.instead}",
                        job,
                        ERROR if is_sure else WARNING,
                    )


def publishing_jobs(project: Project, workflow: Workflow) -> Iterator[Job]:
    """Yield the jobs of the publishing workflow that upload, and its callers of others; none of another workflow."""
    if workflow is project.workflow:
        yield from (job for job in workflow.jobs.values() if job.uploads or (job.calls and job.may_ask_for_token))


def labels_of(job: Job) -> list[str]:
    """Return the labels of GitHub's machines that a job runs on, in small letters, those of its matrix among them.

    A machine of one's own, or of a group, may have any label.
    https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idruns-on
    """
    node = job.nodes.get("runs-on")
    labels = [text(part).strip() for part in items(node)]
    if len(labels) != 1:
        return []  # more than one label, or a group, is a machine of one's own
    [label] = labels
    if not label.startswith("${{"):
        return [label.lower()]
    wanted = label.removeprefix("${{").removesuffix("}}").strip()
    name = wanted.removeprefix("matrix.")
    if name == wanted or not name.replace("-", "").replace("_", "").isalnum():
        return []
    return list(dict.fromkeys(value.lower() for value in of_matrix(job, name)))


def of_matrix(job: Job, name: str) -> Iterator[str]:
    """Yield the values of one name in a job's matrix, less those that it leaves out whole."""
    matrix = entries(entries(job.nodes.get("strategy")).get("matrix"))
    excluded = [entries(part) for part in items_of(matrix, "exclude")]
    out = {text(part[name]) for part in excluded if part.keys() == {name}}
    yield from (value for node in items_of(matrix, name) if (value := text(node)) and value not in out)
    yield from (value for part in items_of(matrix, "include") if (value := text(entries(part).get(name))))


def items_of(nodes: Mapping[str, Any], name: str) -> list[Any]:
    """Return what a list holds that stands by a name."""
    return items(nodes.get(name))
