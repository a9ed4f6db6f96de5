"""What goes wrong in a workflow that publishes, whatever its names are."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from ..found.workflows import Job, Workflow
from ..plan.answers import WORKFLOWS
from ..plan.pipeline import BOT_BRANCHES
from ..plan.publishers import A_TAG, NOT_A_FORK
from ..project import Project
from .findings import Finding, error, warning

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


TAGS_IN_A_RUN = re.compile(r"\bgit tag\b[\s\S]*\bgit push\b(?! --delete)|\bgit push\b.*--(?:follow-)?tags\b")
"""Commands that make a tag on GitHub."""

OTHER_TOKEN = re.compile(r"\bsecrets\.(?!GITHUB_TOKEN\b)|ssh-key:|create-github-app-token")
"""What a run can push with, besides its own token."""


def workflow_findings(project: Project, workflow: Workflow) -> Iterator[Finding]:
    """Yield what is wrong with what starts the publishing workflow, and with each job that uploads."""
    yield from triggers(project, workflow)
    yield from tags_of_runs(project)
    publishing = {publisher.index.job: project.jobs_in(workflow, publisher) for publisher in project.plan.publishers}
    for name in dict.fromkeys(name for jobs in publishing.values() for name in jobs):
        yield from of_job(workflow, workflow.jobs[name])
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
        if not project.starts_for_a_release(other.filename):
            continue
        to_do = "; ".join(other.deletions)
        if other.publishes_to_pypi and not plan.index_url:
            text = (
                f"publishes each release a second time, beside {plan.workflow_path}, and the slower one fails: {to_do}"
            )
            yield error(text, where)
        elif other.publishes_to_testpypi and plan.push_publisher:
            yield warning(
                f"uploads to TestPyPI what {plan.workflow_path} does, too, and the slower one fails: {to_do}", where
            )
        elif not other.certain:
            sign = other.likely[0]
            yield warning(
                f"job {sign.job} may publish each release a second time ({sign.what}): if it does, delete that",
                f"{sign.path}:{sign.line}",
            )


def tags_of_runs(project: Project) -> Iterator[Finding]:
    """Yield which workflows make tags that start nothing.

    https://docs.github.com/en/actions/how-tos/write-workflows/choose-when-workflows-run/trigger-a-workflow
    """
    for workflow in project.workflows.values():
        for job in workflow.jobs.values():
            pushes = any(TAGS_IN_A_RUN.search(step.run) for step in job.steps)
            if pushes and not OTHER_TOKEN.search(workflow.text):
                yield warning(
                    "a tag that a run pushes with its own token starts no workflow: push release tags yourself,"
                    " or give the checkout another token",
                    job.place,
                )


def triggers(project: Project, workflow: Workflow) -> Iterator[Finding]:
    """Yield what is wrong with the events that start the workflow."""
    events, tag = set(workflow.triggers), project.plan.tags.example
    if "pull_request_target" in events:
        reason = (
            "pull_request_target gives a stranger's code the rights of this repository, and PyPI refuses it: remove it"
        )
        yield (error if len(events) == 1 else warning)(reason, workflow.path)
    if events == {"workflow_call"}:
        yield error(
            "only another workflow starts it (workflow_call), and the indexes know no reusable workflow: start it by push",
            workflow.path,
        )
    elif not project.plan.is_kept and not events & RELEASE_EVENTS and not workflow.starts_for("tags", tag):
        yield error(
            f"the push of a tag like {tag} does not start it: give on: push: the filter"
            f' tags: ["{project.plan.tags.glob}"]',
            workflow.path,
        )


def of_job(workflow: Workflow, job: Job) -> Iterator[Finding]:
    """Yield what is wrong with a job that uploads, to whichever index."""
    uploads = [upload for upload in job.uploads if upload.is_publish_action]
    conditions = {upload.condition for upload in uploads}
    if len(uploads) > 1:
        # Steps with conditions of their own may exclude each other.
        both_run = "" in conditions or len(conditions) == 1
        yield (error if both_run else warning)(
            "uploads in two steps, and where both run the second one finds the first one's attestations:"
            " give each a job of its own",
            job.place,
        )
    if job.may_ask_for_token and job.has_commands:
        yield warning(
            "runs commands or checks code out beside id-token: write, so what they fetch could publish:"
            " build in another job, and only download and upload here",
            job.place,
        )
    if job.runs_on.startswith(("windows", "macos")):
        yield error(f"runs on {job.runs_on}, and the publish action needs Linux: write ubuntu-latest", job.place)
    if missing := [name for name in job.needs if name not in workflow.jobs]:
        yield error(f"needs {missing[0]}, which is no job here, and GitHub refuses the workflow: correct it", job.place)
    downloads = [step for step in job.steps if step.action == "actions/download-artifact"]
    if any("run-id" not in step.inputs for step in downloads) and not job.needs:
        yield error("downloads what it does not wait for: give it needs: with the jobs that store files", job.place)
    if not FORK_GUARD.search(workflow.conditions(job)) and "push" in workflow.triggers:
        yield warning(
            f"tries to publish in forks, and is red there: add {NOT_A_FORK} to its if",
            job.place,
        )


def testpypi_job(workflow: Workflow, job: Job) -> Iterator[Finding]:
    """Yield what is wrong with a job that uploads to TestPyPI."""
    for upload in job.uploads:
        if upload.is_publish_action and upload.inputs.get("skip-existing", "").lower() in ("", "false"):
            yield warning(
                "a run that is repeated ends in File already exists: give the publish action skip-existing: true",
                job.place,
            )
    if workflow.starts_for("branches", "dependabot/pip/x") and not NARROWS.search(workflow.conditions(job)):
        yield warning(
            "publishes what bots push, who get no token: give on: push: the filter"
            f" branches-ignore: {json.dumps(BOT_BRANCHES)}",
            job.place,
        )


def release_job(project: Project, workflow: Workflow, job: Job) -> Iterator[Finding]:
    """Yield what is wrong with a job that uploads releases."""
    branch = project.plan.default_branch
    if workflow.starts_for("branches", branch) and not NARROWS.search(workflow.conditions(job)):
        yield warning(
            f"publishes each push of {branch}, not releases alone: its if needs {A_TAG}",
            job.place,
        )
