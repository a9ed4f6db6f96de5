"""A run of the publishing workflow, followed job by job until it ends, waits for an approval, or takes too long."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from typing import Any

from .. import gh
from ..project import Project
from .console import Console, StoppedError

POLL = 4.0
"""Seconds between two looks."""

START_LIMIT = 90.0
"""Seconds until GitHub has started a run for a push."""

RUN_LIMIT = 45 * 60.0
"""Seconds that a run may take; each job of the workflow has a limit of its own, too."""

PATIENCE = 5
"""Looks in a row that GitHub may leave unanswered."""


class Outcome(Enum):
    """How a run stands when nothing more is to be seen."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    WAITS = "waits for an approval"


@dataclass(frozen=True)
class Run:
    """A run of a workflow, as GitHub describes it."""

    answer: Mapping[str, Any]

    @property
    def number(self) -> int:
        """The id by which GitHub's REST API knows it."""
        return int(self.answer["id"])

    @property
    def address(self) -> str:
        """Its page."""
        return str(self.answer["html_url"])

    @property
    def has_failed(self) -> bool:
        """Whether it had ended, and not well, when GitHub described it."""
        return self.answer.get("status") == "completed" and self.answer.get("conclusion") != "success"

    @property
    def count(self) -> int:
        """How many runs of the workflow there were, this one included."""
        return int(self.answer.get("run_number") or 0)


@dataclass(frozen=True)
class JobState:
    """A job of a run: its name there, and how it stands."""

    answer: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Its name, as the run's page has it."""
        return str(self.answer.get("name"))

    @property
    def number(self) -> int:
        """The id by which GitHub's REST API knows it."""
        return int(self.answer["id"])

    @property
    def state(self) -> str:
        """How it stands: its conclusion once it has one."""
        return str(self.answer.get("conclusion") or self.answer.get("status"))

    @property
    def has_ended(self) -> bool:
        """Whether nothing more happens in it."""
        return self.answer.get("status") == "completed"

    @property
    def has_failed(self) -> bool:
        """Whether it ended otherwise than it should."""
        return self.has_ended and self.state not in ("success", "skipped", "neutral")


class Watch:
    """Follows runs of one project."""

    def __init__(self, project: Project, console: Console) -> None:
        self.project = project
        self.console = console
        self.said: dict[int, str] = {}
        """How each job has ended that was said to have, by its number."""
        self.path = f"repos/{project.plan.repository.full_name}/actions"

    def find(self, ref: str, commit: str, seconds: float) -> Run | None:
        """Return the run that a push of a branch or a tag has started; `None` if none starts in time."""
        query = f"head_sha={commit}&event=push&per_page=20"
        path = f"{self.path}/workflows/{self.project.plan.workflow_filename}/runs?{query}"
        for answer in self.looks(path, seconds):
            for run in (answer or {}).get("workflow_runs", []):
                if run.get("head_branch") == ref:
                    return Run(run)
        return None

    def rerun(self, run: Run) -> None:
        """Have GitHub run the failed jobs again; the stored files are the same."""
        gh.request("POST", f"{self.path}/runs/{run.number}/rerun-failed-jobs")

    def follow(self, run: Run, *, through_approval: bool = False) -> Outcome:
        """Say how each job ends, and return how the run does; `StoppedError` if it takes too long.

        An approval is waited for only where that is asked for.
        """
        waits = False
        with self.console.live() as show:
            for now in self.looks(f"{self.path}/runs/{run.number}", RUN_LIMIT):
                jobs = self.jobs(run)
                for job in (job for job in jobs if job.has_ended and self.said.get(job.number) != job.state):
                    self.said[job.number] = job.state
                    self.console.say(f"{job.state}: {job.name}", indent="  ", hanging="    ")
                left = [job for job in jobs if not job.has_ended]
                show(", ".join(f"{job.name}: {job.state}" for job in left))
                if now.get("status") == "completed":
                    return Outcome.SUCCEEDED if now.get("conclusion") == "success" else Outcome.FAILED
                waits = now.get("status") == "waiting" and all(job.state == "waiting" for job in left)
                if waits and not through_approval:
                    return Outcome.WAITS
        if waits:
            return Outcome.WAITS
        raise StoppedError(
            f"the run takes longer than {RUN_LIMIT / 60:.0f} minutes; see {run.address}, then run this again"
        )

    def is_rejected(self, run: Run) -> bool:
        """Say whether somebody has rejected what a run was to publish."""
        said = gh.ask(f"{self.path}/runs/{run.number}/approvals") or []
        return bool(said) and said[-1].get("state") == "rejected"

    def jobs(self, run: Run) -> list[JobState]:
        """Return the jobs of a run, as they stand."""
        return [JobState(job) for job in gh.ask_for_all(f"{self.path}/runs/{run.number}/jobs", "jobs")]

    def words(self, job: JobState) -> str:
        """Return what a job printed, and what GitHub says of it; empty if GitHub does not give either.

        A job that was not let start has no log, but an annotation.
        """
        found = []
        with suppress(gh.NoAnswerError, gh.RefusedError):
            annotations = gh.ask(f"repos/{self.project.plan.repository.full_name}/check-runs/{job.number}/annotations")
            found += [str(part.get("message")) for part in annotations or []]
        with suppress(gh.NoAnswerError, gh.RefusedError):
            found.append(gh.text(f"{self.path}/jobs/{job.number}/logs"))
        return "\n".join(found)

    def looks(self, path: str, limit: float) -> Iterator[Any]:
        """Yield GitHub's answers at a path, at least one, then one every few seconds until the limit (seconds); a look without an answer is repeated."""
        end, unanswered = time.monotonic() + limit, 0
        while True:
            try:
                yield gh.ask(path)
                unanswered = 0
            except gh.NoAnswerError:
                unanswered += 1
                if unanswered >= PATIENCE:
                    raise
            if time.monotonic() >= end:
                return
            time.sleep(POLL)
