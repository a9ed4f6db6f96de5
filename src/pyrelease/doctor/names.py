"""The names by which the indexes know a project, against what its folder and its git have."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from packaging.utils import canonicalize_name

from ..found.files import UnreadableError, inside
from ..found.uploads import PUBLISH_ACTION, tool_of
from ..found.workflows import Job, Step, Workflow
from ..plan.answers import WORKFLOWS
from ..plan.publishers import Publisher
from ..project import Project
from .checks import git
from .checks import names as check
from .checks import package as package_check
from .checks import publishing as publishing_check
from .findings import ERROR, INFORMATION, WARNING, Finding, Place, in_package
from .git import line_of_conflict

FOLDERS = 1000
"""Folders below that of the workflows that are looked at, at most."""

# What a condition compares the repository or its owner with.
REPOSITORY = re.compile(r"github\.(repository|repository_owner)\s*==\s*'([^']*)'")


def names(project: Project, today: date) -> Iterator[Finding]:
    """Yield what differs from the registered names outside of the workflow."""
    yield from in_package(project.plan.package_folder, distribution(project))
    yield from remote(project)
    yield from workflow_file(project)
    yield from pending(project, today)


def distribution(project: Project) -> Iterator[Finding]:
    """Yield whether `pyproject.toml` names the project as the indexes do, which compare normalized names (PEP 503)."""
    name, known = project.name, project.plan.project_name
    if line_of_conflict(project.package, "pyproject.toml"):
        return  # which is said for itself
    if project.pyproject_problem:
        yield package_check.NO_PYPROJECT.found(
            f"cannot be read ({project.pyproject_problem}): correct it", "pyproject.toml"
        )
    elif not any((project.package / file).is_file() for file in ("pyproject.toml", "setup.py", "setup.cfg")):
        yield package_check.NO_PYPROJECT.found(
            "is missing, so there is nothing to build: restore it from git", "pyproject.toml"
        )
    elif not name:
        yield check.NAME_UNSEEN.found(f"the package's name cannot be seen: it must be {known}", "pyproject.toml")
    elif canonicalize_name(name) != canonicalize_name(known):
        yield check.NAME.found(f"the name is {name}, and {known} is registered: write {known}", "pyproject.toml")


def remote(project: Project) -> Iterator[Finding]:
    """Yield whether a git remote is the registered repository, which PyPI compares case-sensitively.

    A maintainer may push to a fork called `origin`, so each remote counts.
    """
    owner, repository = project.plan.github_owner, project.plan.github_repository
    registered = project.plan.repository.full_name
    if project.found.git.folder_in_repository is None:
        yield git.NO_REMOTE.found("the folder is in no git repository yet: git init makes it one")
    elif not project.found.git.remotes:
        yield git.NO_REMOTE.found(f"no git remote is on GitHub yet: it is to be {registered}")
    elif (owner, repository) not in project.found.git.remotes.values():
        yield other_remote(project, registered)


def other_remote(project: Project, registered: str) -> Finding:
    """Return what is wrong where no remote is the registered repository."""
    found = {name: "/".join(parts) for name, parts in project.found.git.remotes.items()}
    nearly = {name: value for name, value in found.items() if value.lower() == registered.lower()}
    if not nearly:
        name, value = next(iter(found.items()))
        return check.REMOTE.found(
            f"is {value}, and {registered} is registered: correct the remote,"
            " or change github_owner and github_repository and register anew",
            Place(part=f"git remote {name}"),
        )
    name, value = next(iter(nearly.items()))
    text = (
        f"is {value}, and {registered} is registered: they differ in capital letters, and PyPI compares these, too;"
        f" write what https://github.com/{value} shows in both places"
    )
    # PyPI's form corrects an owner's capital letters, not a repository's.
    same = value.rpartition("/")[2] == registered.rpartition("/")[2]
    return check.REMOTE.found(text, Place(part=f"git remote {name}"), WARNING if same else ERROR)


def workflow_file(project: Project) -> Iterator[Finding]:
    """Yield whether the publishing workflow is where GitHub looks for it, by the name that PyPI knows."""
    name = project.plan.workflow_filename
    inside = project.found.git.folder_in_repository
    if project.is_misplaced:
        yield check.WORKFLOW_PLACE.found(
            f"GitHub reads {WORKFLOWS} at the root of a repository alone, and this is its folder {inside}:"
            f" {project.plan.releasing_path} has a page for this, A project in a folder of another repository",
            f"{WORKFLOWS}/{name}",
        )
    elif project.workflow is None:
        yield check.WORKFLOW_PLACE.found(missing_workflow(project), f"{WORKFLOWS}/{name}")
    elif project.workflow.problem and not line_of_conflict(project.workflows_folder, name):
        yield publishing_check.NO_WORKFLOW.found(
            f"is no YAML ({project.workflow.problem}): correct it", project.workflow.path
        )
    folder = project.workflows_folder
    for path in workflows_below(project):
        if path.name != name or project.workflow is not None:
            where = f"{WORKFLOWS}/{path.relative_to(folder).as_posix()}"
            yield check.WORKFLOW_BELOW.found(
                f"GitHub reads no folder below {WORKFLOWS}: move it up, or delete it", where
            )


def workflows_below(project: Project) -> list[Path]:
    """Return the YAML files in the folders below that of the workflows, sorted; no link out of the repository is followed."""
    found, folder = list[Path](), project.workflows_folder
    try:
        inside(folder.parent.parent, WORKFLOWS)
    except UnreadableError:
        return found
    for looked_at, (parent, folders, files) in enumerate(os.walk(folder)):
        if looked_at >= FOLDERS:
            break
        folders.sort()
        found += [Path(parent, name) for name in files if name.endswith((".yml", ".yaml")) and Path(parent) != folder]
    return sorted(found)


def missing_workflow(project: Project) -> str:
    """Return what to do where no file directly in the folder has the registered name."""
    name, folder = project.plan.workflow_filename, project.workflows_folder
    if below := next((path for path in workflows_below(project) if path.name == name), None):
        return f"lies in {below.parent.relative_to(folder).as_posix()}, and GitHub reads no folder there: move it up"
    if nearly := next((other for other in project.workflows if other.lower() == name.lower()), ""):
        return f"is called {nearly}, which differs in capital letters, and PyPI compares these, too: rename it back"
    if other := project.publishing.chosen.filename:
        return (
            f"is missing, and {other} publishes: rename it back, or update with"
            f" --data workflow_filename={other} and register that"
        )
    return f"is missing, and the index knows this name: restore it from git{', or by an update' * (not project.plan.is_kept)}"


def pending(project: Project, today: date) -> Iterator[Finding]:
    """Yield until when a pending publisher must be used, or that its time is over."""
    plan = project.plan
    if not plan.has_pending or project.release_tags:
        return
    index, until = plan.tag_publisher.index.name, plan.pending_until
    if today < date.fromisoformat(until):
        yield check.PENDING.found(
            f"pending publisher: {index} drops it on {until} if no release has used it", severity=INFORMATION
        )
    else:
        yield check.PENDING.found(
            f"{index} has dropped a pending publisher of {plan.created_on} on {until}:"
            f" look at {plan.tag_publisher.form_address}, and register it again if that page does not list it"
        )


def publishers(project: Project, workflow: Workflow) -> Iterator[Finding]:
    """Yield what differs from the registered names in the jobs that publish."""
    for publisher in project.plan.publishers:
        jobs = project.jobs_in(workflow, publisher)
        if not jobs:
            yield from no_job(project, workflow, publisher)
        elif publisher.index.job not in jobs and not project.plan.is_kept:
            yield check.JOB_NAME.found(
                f"uploads to {publisher.index.name}, and the template calls this job {publisher.index.job}:"
                " nothing fails, but an update may conflict; rename the job back",
                workflow.jobs[jobs[0]],
            )
        for name in jobs:
            yield from of_job(project, workflow, workflow.jobs[name], publisher)


def no_job(project: Project, workflow: Workflow, publisher: Publisher) -> Iterator[Finding]:
    """Yield why no job uploads to a publisher's index, if that can be seen."""
    index, job = publisher.index, workflow.jobs.get(publisher.index.job)
    if job and job.calls:
        yield reusable(job, publisher)
    elif job and job.uploads:
        upload = job.uploads[0]
        if not upload.target_is_unknown:
            yield publishing_check.NO_UPLOAD.found(
                f"uploads to {upload.address or 'PyPI'}, and not to {index.name}: {address_to_write(publisher)}",
                job,
            )
    elif callers := [job for job in workflow.jobs.values() if may_publish(project, job, publisher)]:
        yield reusable(callers[0], publisher)
    elif any(upload.target_is_unknown for job in workflow.jobs.values() for upload in job.uploads):
        yield publishing_check.NO_UPLOAD.found(
            f"the job that uploads to {index.name} cannot be seen, so no job is compared", workflow.path, INFORMATION
        )
    elif project.plan.is_kept:
        yield publishing_check.NO_UPLOAD.found(
            f"no job is seen that uploads to {index.name}, so no job is compared", workflow.path, INFORMATION
        )
    elif publisher == project.plan.tag_publisher:
        yield publishing_check.NO_UPLOAD.found(
            f"no job uploads to {index.name}: restore the job {index.job}", workflow.path
        )
    else:
        yield publishing_check.NO_UPLOAD.found(
            f"no job uploads to {index.name}: restore the job {index.job}, or update with --data push_index=none",
            workflow.path,
            WARNING,
        )


def address_to_write(publisher: Publisher) -> str:
    """Return what to do about an upload's address."""
    address = publisher.index.upload_address
    return f"write repository-url: {address}" if address else "leave repository-url out"


def reusable(job: Job, publisher: Publisher) -> Finding:
    """Return that a job publishes by way of a reusable workflow.

    PyPI compares the file in `job_workflow_ref` (https://docs.pypi.org/trusted-publishers/troubleshooting/).
    """
    return publishing_check.REUSABLE.found(
        f"calls {job.calls}, and {publisher.index.name} knows no reusable workflow: upload in a job with steps here",
        job,
    )


def may_publish(project: Project, job: Job, publisher: Publisher) -> bool:
    """Say whether a job calls a reusable workflow that uploads to a publisher's index, or that seems to."""
    if not job.calls:
        return False
    called = project.workflows.get(job.calls.rpartition("/")[2]) if job.calls.startswith("./") else None
    if called:
        return bool(project.jobs_in(called, publisher))
    return job.may_ask_for_token and "slsa" not in job.calls


def of_job(project: Project, workflow: Workflow, job: Job, publisher: Publisher) -> Iterator[Finding]:
    """Yield what differs in one job that publishes."""
    by_action = [upload for upload in job.uploads if upload.is_publish_action]
    # What logs in with an old token needs no environment yet, and works until the token is revoked.
    has_password = any(upload.has_password for upload in by_action)
    if not project.plan.is_trusted or (not has_password and (by_action or job.may_ask_for_token)):
        yield from environment(job, publisher, is_trusted=project.plan.is_trusted)
    for upload in by_action:
        if publisher.index.site and upload.goes_to(publisher.index) and not is_known(upload, publisher):
            yield publishing_check.ADDRESS.found(
                f"{upload.address} is not where {publisher.index.name} takes uploads: {address_to_write(publisher)}",
                job,
            )
    yield from log_in(project, job, is_action=bool(by_action), has_password=has_password)
    compared = REPOSITORY.findall(workflow.conditions(job))
    ours = {"repository": project.plan.repository.full_name, "repository_owner": publisher.owner}
    if compared and not any(value.lower() == ours[part].lower() for part, value in compared):
        part, value = compared[0]
        yield check.CONDITION.found(
            f"waits for github.{part} to be {value}, and {ours[part]} is registered: write {ours[part]}", job
        )


def is_known(upload: Step, publisher: Publisher) -> bool:
    """Say whether an upload's address is one that its index takes files at; what only a run knows is let through."""
    default = "https://upload.pypi.org/legacy/" if publisher.index.name == "PyPI" else publisher.index.upload_address
    return upload.target_is_unknown or upload.address in (publisher.index.upload_address, default)


def environment(job: Job, publisher: Publisher, *, is_trusted: bool) -> Iterator[Finding]:
    """Yield whether a job's environment is the registered one; indexes and GitHub ignore its case."""
    name, known = job.environment, publisher.environment
    if not known:
        yield from unregistered(job, publisher, is_trusted=is_trusted)
        return
    knows = f"{publisher.index.name} knows {known}" if is_trusted else f"the secrets are stored in {known}"
    if not name:
        yield check.ENVIRONMENT.found(f"has no environment, and {knows}: write environment: {known}", job)
    elif "${{" not in name and name.strip().lower() != known.lower():
        yield check.ENVIRONMENT.found(f"the environment is {name}, and {knows}: write environment: {known}", job)


def unregistered(job: Job, publisher: Publisher, *, is_trusted: bool) -> Iterator[Finding]:
    """Yield what is safer where no environment is registered: then an index takes a run of any, and of none."""
    others = {index for upload in job.uploads for index in upload.indexes} - {publisher.index.name}
    if is_trusted and others:
        yield check.NO_ENVIRONMENT.found(
            f"uploads to {publisher.index.name} and {', '.join(sorted(others))}, so no environment can tell them apart:"
            " give each a job of its own, with an environment that its index knows",
            job,
        )
    elif is_trusted and not job.environment:
        yield check.NO_ENVIRONMENT.found(
            f"has no environment, so every run of this workflow may publish to {publisher.index.name}: give it one, and"
            " register that environment there",
            job,
        )


def log_in(project: Project, job: Job, *, is_action: bool, has_password: bool) -> Iterator[Finding]:
    """Yield whether the uploads of a job can log in to the index on the project's route; commands may have other ways."""
    tools = {tool for upload in job.uploads for command in upload.upload_commands if (tool := tool_of(command))}
    if project.plan.is_trusted and tools:
        yield publishing_check.TOOL.found(
            f"{', '.join(sorted(tools))} logs in by a token; to publish without one, upload by the action"
            f" {PUBLISH_ACTION}",
            job,
        )
    elif project.plan.is_trusted and not job.may_ask_for_token and not has_password:
        text = "Trusted Publishing needs id-token: write, and the job's permissions lack that: add it"
        yield publishing_check.ID_TOKEN.found(text, job, ERROR if is_action else WARNING)
    elif not project.plan.is_trusted and is_action and not has_password:
        yield publishing_check.PASSWORD.found(
            "the publish action gets no password: give it the secret of the environment", job
        )
