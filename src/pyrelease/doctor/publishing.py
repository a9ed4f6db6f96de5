"""What goes wrong in a workflow that publishes, whatever its names are."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from ..found.publishing import PublishingWorkflow
from ..found.workflows import Job, Workflow
from ..plan.answers import WORKFLOWS
from ..plan.pipeline import BOT_BRANCHES
from ..plan.publishers import A_TAG, NOT_A_FORK
from ..project import Project
from .checks import machines
from .checks import publishing as check
from .findings import ERROR, WARNING, Finding, Place
from .starts import asks_for_a_release, makes_a_tag, never_on_a_release, runs_on_a_release

# What a condition can ask for so that a fork publishes nothing.
FORK_GUARD = re.compile(
    r"\.fork\b|github\.(?:repository|repository_owner|repository_id|repository_owner_id|actor)\b|\bvars\.|event_name\s*==\s*'release'"
)

# What a condition can ask for so that not every push publishes.
NARROWS = re.compile(
    r"github\.(?:ref|ref_name|ref_type|base_ref|head_ref|actor|triggering_actor|event_name)\b|github\.event\.(?!repository)|\binputs\."
)

RELEASE_EVENTS = {"create", "release", "repository_dispatch", "schedule", "workflow_dispatch", "workflow_run"}
"""Events that can stand for a release, besides the push of a tag."""


PUSHES = re.compile(r"\bgit\s{1,9}push\b")

OTHER_TOKEN = re.compile(r"\bsecrets\.(?!GITHUB_TOKEN\b)|ssh-key:|create-github-app-token")
"""What a run can push with, besides its own token."""


def workflow_findings(project: Project, workflow: Workflow) -> Iterator[Finding]:
    """Yield what is wrong with what starts the publishing workflow, and with each job that uploads."""
    yield from tags_of_runs(project)
    publishing = {publisher.index.job: project.jobs_in(workflow, publisher) for publisher in project.plan.publishers}
    starts = [*triggers(project, workflow)]
    yield from starts
    for name in dict.fromkeys(name for jobs in publishing.values() for name in jobs):
        yield from of_job(workflow, workflow.jobs[name])
        if not any(finding.check is check.NO_START for finding in starts):
            yield from never_starts(workflow, workflow.jobs[name])
    for publisher in project.plan.publishers:
        for name in publishing[publisher.index.job]:
            job = workflow.jobs[name]
            if publisher.index.name == "TestPyPI":
                yield from testpypi_job(workflow, job)
            elif not project.plan.is_kept:
                yield from release_job(project, workflow, job)


def second_publishers(project: Project) -> Iterator[Finding]:
    """Yield which other workflows publish what the publishing workflow does: an index takes a file once."""
    plan = project.plan
    for other in project.other_publishers:
        where = f"{WORKFLOWS}/{other.filename}"
        if not project.starts_for_a_release(other.filename) or is_for_other_runs(project, other):
            continue
        to_do = "; ".join(other.deletions)
        if other.publishes_to_pypi and not plan.index_url:
            text = f"publishes each release a second time, beside {plan.workflow_path}, and the slower upload fails: {to_do}"
            yield check.SECOND_PUBLISHER.found(text, where)
        elif other.publishes_to_testpypi and plan.push_publisher:
            yield check.SECOND_PUBLISHER.found(
                f"uploads the same files to TestPyPI as {plan.workflow_path}, and the slower upload fails: {to_do}",
                where,
                WARNING,
            )
        elif not other.certain:
            sign = other.likely[0]
            yield check.SECOND_PUBLISHER.found(
                f"job {sign.job} may publish each release a second time ({sign.what}): if it does, delete that",
                Place(sign.path, line=sign.line),
                WARNING,
            )


def is_for_other_runs(project: Project, other: PublishingWorkflow) -> bool:
    """Say whether the conditions of all jobs that upload in a workflow keep releases out."""
    workflow = project.workflows[other.filename]
    jobs = [workflow.jobs.get(sign.job) for sign in other.signs]
    return all(job is not None and never_on_a_release(workflow.conditions(job)) for job in jobs)


def tags_of_runs(project: Project) -> Iterator[Finding]:
    """Yield which workflows make tags that start nothing.

    https://docs.github.com/en/actions/how-tos/write-workflows/choose-when-workflows-run/trigger-a-workflow
    """
    if not project.starts_for_a_release(project.plan.workflow_filename):
        return  # a tag starts nothing anyway
    for workflow in project.workflows.values():
        if not PUSHES.search(workflow.text) or OTHER_TOKEN.search(workflow.text):
            continue
        for job in workflow.jobs.values():
            if any(makes_a_tag(step.run) for step in job.steps):
                yield check.TAG_OF_A_RUN.found(
                    "a tag that a run pushes with its own token starts no workflow: push release tags yourself,"
                    " or give the checkout another token",
                    job,
                )


def triggers(project: Project, workflow: Workflow) -> Iterator[Finding]:
    """Yield what is wrong with the events that start the workflow."""
    events, tag = set(workflow.triggers), project.plan.tags.example
    if "pull_request_target" in events:
        reason = "pull_request_target gives a stranger's code the rights of this repository, and PyPI refuses such a run: remove this event"
        yield check.PULL_REQUEST_TARGET.found(reason, workflow.path, ERROR if len(events) == 1 else WARNING)
    if events == {"workflow_call"}:
        yield check.REUSABLE.found(
            "only another workflow starts it (workflow_call), and the indexes know no reusable workflow: start it by push",
            workflow.path,
        )
    elif project.plan.is_kept:
        yield from starts_of_a_kept_one(workflow, events)
    elif not events & RELEASE_EVENTS and not workflow.starts_for("tags", tag):
        yield check.NO_START.found(
            f"the push of a tag like {tag} does not start it: give on: push: the filter"
            f' tags: ["{project.plan.tags.glob}"]',
            workflow.path,
        )


def starts_of_a_kept_one(workflow: Workflow, events: set[str]) -> Iterator[Finding]:
    """Yield whether nothing that stands for a release starts a workflow; one may publish what is merged."""
    if events and not events & {*RELEASE_EVENTS, "push", "pull_request_target"}:
        yield check.NO_START.found(
            f"only {', '.join(sorted(events))} starts this workflow, and no tag or release does: start it by the push of a tag",
            workflow.path,
            WARNING,
        )


def never_starts(workflow: Workflow, job: Job) -> Iterator[Finding]:
    """Yield whether a job's condition asks for a release, which does not start its workflow."""
    asked = asks_for_a_release(workflow.conditions(job))
    if asked and not runs_on_a_release(workflow, asked):
        yield check.NO_START.found(
            f"its if asks for a {asked}, and no {asked} starts this workflow, so the job is always skipped:"
            f" add on: {'release' if asked == 'release' else 'push: with tags:'}",
            job,
        )


def of_job(workflow: Workflow, job: Job) -> Iterator[Finding]:
    """Yield what is wrong with a job that uploads, to whichever index."""
    uploads = [upload for upload in job.uploads if upload.is_publish_action]
    yield from two_uploads(job)
    if job.may_ask_for_token and job.runs_code:
        yield check.COMMANDS.found(
            "runs commands or checks code out beside id-token: write, so what they fetch could publish:"
            " build in another job, and only download and upload here",
            job,
        )
    if uploads and job.runs_on.startswith(("windows", "macos")):
        yield machines.NOT_LINUX.found(
            f"runs on {job.runs_on}, and the publish action needs Linux: write ubuntu-latest", job
        )
    yield from waits(workflow, job)
    if not FORK_GUARD.search(workflow.conditions(job)) and "push" in workflow.triggers:
        yield check.FORKS.found(f"tries to publish in forks, and fails there: add {NOT_A_FORK} to its if", job)


def two_uploads(job: Job) -> Iterator[Finding]:
    """Yield whether two steps of a job upload one folder with attestations, which are made without a password alone."""
    attesting = [
        upload
        for upload in job.uploads
        if upload.is_publish_action
        and not upload.has_password
        and upload.inputs.get("attestations", "").lower() != "false"
    ]
    folders = [upload.inputs.get("packages-dir", "dist").rstrip("/") for upload in attesting]
    twice = [upload for upload, folder in zip(attesting, folders, strict=True) if folders.count(folder) > 1]
    if twice:
        conditions = {upload.condition for upload in twice}
        # Steps with conditions of their own may exclude each other.
        both_run = "" in conditions or len(conditions) == 1
        yield check.TWO_UPLOADS.found(
            "uploads in two steps, and the second one stops at the attestations of the first one:"
            " give each upload a job of its own",
            job,
            ERROR if both_run else WARNING,
        )


def waits(workflow: Workflow, job: Job) -> Iterator[Finding]:
    """Yield what is wrong with what a job waits for."""
    if missing := [name for name in job.needs if name not in workflow.jobs]:
        yield check.NEEDS.found(
            f"needs {missing[0]}, which is no job of this workflow, so GitHub refuses the file: correct needs:", job
        )
    downloads = [step for step in job.steps if step.action == "actions/download-artifact"]
    stores = any(step.action == "actions/upload-artifact" for step in job.steps)
    if any("run-id" not in step.inputs for step in downloads) and not job.needs and not stores:
        yield check.NEEDS.found(
            "downloads files without waiting for the job that stores them: name that job in needs:", job
        )


def testpypi_job(workflow: Workflow, job: Job) -> Iterator[Finding]:
    """Yield what is wrong with a job that uploads to TestPyPI."""
    for upload in job.uploads:
        goes_there = upload.is_publish_action and "TestPyPI" in upload.indexes
        if goes_there and upload.inputs.get("skip-existing", "").lower() in ("", "false"):
            yield check.SKIP_EXISTING.found(
                "a run that is repeated ends in File already exists: give the publish action skip-existing: true",
                Place(job.path, f"job {job.name}", upload.line),
            )
    if workflow.starts_for("branches", "dependabot/pip/x") and not NARROWS.search(workflow.conditions(job)):
        yield check.BOTS.found(
            "publishes what bots push, and their runs get no token: give on: push: the filter"
            f" branches-ignore: {json.dumps(BOT_BRANCHES)}",
            job,
        )


def release_job(project: Project, workflow: Workflow, job: Job) -> Iterator[Finding]:
    """Yield what is wrong with a job that uploads releases."""
    branch = project.plan.default_branch
    if workflow.starts_for("branches", branch) and not NARROWS.search(workflow.conditions(job)):
        yield check.EVERY_PUSH.found(
            f"publishes each push of {branch}, not releases alone: its if needs {A_TAG}",
            job,
        )
