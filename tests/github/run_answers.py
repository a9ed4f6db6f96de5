"""What GitHub answers of workflow runs, their jobs, their logs, and the deployments that wait for somebody.

https://docs.github.com/en/rest/actions/workflow-runs
"""

from __future__ import annotations

from typing import Any

from tests.github.accounts import account
from tests.github.calls import Answer, Answers, Call, Listed, Refused, missing
from tests.github.environments import Environment
from tests.github.runs import Job, Run, look_for_pushes

REPOSITORY = "/repos/{owner}/{repo}"
ACTIONS = f"{REPOSITORY}/actions"
RUN = f"{ACTIONS}/runs/{{run_id}}"

LOGS = "logs.actions.githubusercontent.com"
"""Where logs are: another host, to which GitHub leads."""


def record_of_run(run: Run) -> dict[str, Any]:
    """Return what GitHub says of a run."""
    github, repository = run.repository.github, run.repository
    return {
        "id": run.id,
        "name": workflow_name(run),
        "path": run.workflow.path,
        "workflow_id": workflow_id(run),
        "event": "push",
        "head_branch": run.ref_name,
        "head_sha": run.commit,
        "run_number": run.number,
        "run_attempt": run.attempt,
        "status": run.status,
        "conclusion": run.conclusion,
        "html_url": f"{repository.address}/actions/runs/{run.id}",
        "actor": account(github, run.actor),
        "triggering_actor": account(github, run.actor),
        "created_at": run.created_at,
    }


def record_of_job(job: Job) -> dict[str, Any]:
    """Return what GitHub says of a job."""
    run = job.run
    return {
        "id": job.id,
        "run_id": run.id,
        "run_attempt": job.attempt,
        "head_sha": run.commit,
        "head_branch": run.ref_name,
        "workflow_name": workflow_name(run),
        "name": job.name,
        "status": job.status,
        "conclusion": job.conclusion,
        "html_url": f"{run.repository.address}/actions/runs/{run.id}/job/{job.id}",
        "started_at": job.started_at,
        "completed_at": job.completed_at,
    }


def workflow_name(run: Run) -> str:
    """Return what GitHub calls a workflow: its name, or its path."""
    node = run.workflow.nodes.get("name")
    return str(node.value) if node else run.workflow.path


def workflow_id(run: Run) -> int:
    """Return the number that GitHub knows a workflow by: that of its first run, here."""
    return next(other.id for other in run.repository.runs if other.workflow.path == run.workflow.path)


def polled(call: Call) -> list[Run]:
    """Return all runs, each a step further than before, and those of new pushes at their start; the newest first."""
    repository = call.repository()
    for run in repository.runs:
        run.advance()
    look_for_pushes(repository)
    return repository.runs[::-1]


def run_of(call: Call) -> Run:
    """Return the run in the path; refused if there is none."""
    for run in call.repository().runs:
        if run.id == call.number("run_id"):
            return run
    raise missing()


def job_of(call: Call, name: str = "job_id") -> Job:
    """Return the job in the path; refused if there is none."""
    for run in call.repository().runs:
        for job in run.jobs:
            if job.id == call.number(name):
                return job
    raise missing()


def runs(call: Call) -> Any:
    """Answer the runs that fit the query; the branch of a tag's run is the tag."""
    records = [record_of_run(run) for run in polled(call)]
    wanted = {"head_branch": call.query.get("branch"), "head_sha": call.query.get("head_sha")}
    wanted["event"] = call.query.get("event")
    records = [one for one in records if all(value in (None, one[key]) for key, value in wanted.items())]
    status, actor = call.query.get("status"), call.query.get("actor")
    records = [one for one in records if status in (None, one["status"], one["conclusion"])]
    return Listed([one for one in records if actor in (None, one["actor"]["login"])], "workflow_runs")


def runs_of_workflow(call: Call) -> Any:
    """Answer the runs of a workflow, which has a number and a file name, that fit the query."""
    listed = runs(call)
    known = call.values["workflow_id"]
    wanted = [one for one in listed.parts if known in (str(one["workflow_id"]), one["path"].rpartition("/")[2])]
    return Listed(wanted, listed.key)


def run(call: Call) -> Any:
    """Answer a run, a step further than before."""
    known = run_of(call)
    known.advance()
    return record_of_run(known)


def jobs(call: Call) -> Any:
    """Answer the jobs of a run, a step further than before; one that waits for another is not there yet."""
    known = run_of(call)
    known.advance()
    return Listed([record_of_job(job) for job in known.latest.values()], "jobs")


def job(call: Call) -> Any:
    """Answer a job, its run a step further than before."""
    known = job_of(call)
    known.run.advance()
    return record_of_job(known)


def logs(call: Call) -> Any:
    """Lead to the log of a job that has run."""
    known = job_of(call)
    if not known.log:
        raise missing()
    return Answer(location=f"https://{LOGS}/{known.run.repository.name}/{known.id}")


def stored_log(job: Job) -> bytes:
    """Return a log as GitHub stores it: with the time before each line."""
    time = f"{(job.completed_at or job.started_at).removesuffix('Z')}.0000000Z"
    return "\ufeff".encode() + "".join(f"{time} {line}\n" for line in job.log.splitlines()).encode()


def annotations_of_job(call: Call) -> Any:
    """Answer what GitHub shows beside a job."""
    known = job_of(call, "check_run_id")
    place = {"path": ".github", "start_line": 1, "end_line": 1, "annotation_level": "failure"}
    return Listed([{**place, "message": message} for message in known.annotations])


def waiting_environments(run: Run) -> dict[int, Environment]:
    """Return the environments that a run waits for, by their numbers."""
    found = [job.environment for job in run.waiting]
    return {environment.id: environment for environment in found if environment}


def may_approve(run: Run, environment: Environment, login: str) -> bool:
    """Say whether a user may let a run deploy to an environment."""
    own = environment.prevent_self_review and login == run.actor
    return environment.may_approve(run.repository.github, login) and not own


def pending_deployments(call: Call) -> Any:
    """Answer what a run waits for."""
    known, github = run_of(call), call.github
    return [
        {
            "environment": {"id": environment.id, "name": environment.name},
            "wait_timer": environment.wait_timer,
            "current_user_can_approve": may_approve(known, environment, github.user),
            "reviewers": environment.reviewers_of(github),
        }
        for environment in waiting_environments(known).values()
    ]


def review(call: Call) -> Any:
    """Let deployments go on, or end them, in the name of who is logged in."""
    known, sent, login = run_of(call), call.sent, call.github.user
    waiting = waiting_environments(known)
    chosen = [waiting.get(number) for number in sent["environment_ids"]]
    found = [environment for environment in chosen if environment and may_approve(known, environment, login)]
    if not found or len(found) < len(chosen):
        raise Refused(422, "Validation Failed")
    known.review(login, {environment.id for environment in found}, sent["state"], sent["comment"])
    return [{"environment": environment.name, "sha": known.commit, "ref": known.ref_name} for environment in found]


def approvals(call: Call) -> Any:
    """Answer what people said to the deployments of a run."""
    return [{**said, "user": account(call.github, said["user"])} for said in run_of(call).approvals]


def repeat_failed(call: Call) -> Any:
    """Start the jobs anew that did not succeed."""
    call.repository("write")
    known = run_of(call)
    if known.status != "completed":
        raise Refused(403, "This workflow is already running")
    known.repeat_failed()
    return {}


ANSWERS: Answers = {
    ("GET", f"{ACTIONS}/runs"): runs,
    ("GET", f"{ACTIONS}/workflows/{{workflow_id}}/runs"): runs_of_workflow,
    ("GET", RUN): run,
    ("GET", f"{RUN}/jobs"): jobs,
    ("GET", f"{RUN}/pending_deployments"): pending_deployments,
    ("POST", f"{RUN}/pending_deployments"): review,
    ("GET", f"{RUN}/approvals"): approvals,
    ("POST", f"{RUN}/rerun-failed-jobs"): repeat_failed,
    ("GET", f"{ACTIONS}/jobs/{{job_id}}"): job,
    ("GET", f"{ACTIONS}/jobs/{{job_id}}/logs"): logs,
    ("GET", f"{REPOSITORY}/check-runs/{{check_run_id}}/annotations"): annotations_of_job,
}
