"""Workflow runs: pushes start them, each question after them takes them a step further, and scripts say how jobs end."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from packaging.version import Version

from pyrelease.found.workflows import Job as Definition
from pyrelease.found.workflows import Workflow
from tests.github.environments import Environment

if TYPE_CHECKING:
    from tests.github.repositories import Repository

WORKFLOWS = ".github/workflows"

ON_TAGS = "startsWith(github.ref, 'refs/tags/')"
"""The condition of a job that runs for tags alone."""


@dataclass(frozen=True)
class Failure:
    """The script of a job that fails: what it logs; GitHub shows each line that begins with `##[error]` beside it."""

    log: str = "##[error]Process completed with exit code 1."


@dataclass
class Job:
    """A job of a run; `log` is empty as long as it has none, and `problem` is why GitHub did not start it."""

    run: Run
    definition: Definition
    id: int
    attempt: int
    status: str = "queued"
    conclusion: str | None = None
    log: str = ""
    problem: str = ""
    started_at: str = ""
    completed_at: str | None = None

    @property
    def key(self) -> str:
        """What the workflow calls it."""
        return self.definition.name

    @property
    def name(self) -> str:
        """What GitHub calls it."""
        node = self.definition.nodes.get("name")
        return str(node.value) if node else self.key

    @property
    def environment(self) -> Environment | None:
        """Its environment, which GitHub makes without rules if there is none; `None` where it names none."""
        name, repository = self.definition.environment, self.run.repository
        if not name:
            return None
        return repository.environments.get(name.lower()) or repository.add_environment(name)

    @property
    def annotations(self) -> list[str]:
        """What GitHub shows beside it."""
        return [self.problem] if self.problem else re.findall(r"^##\[error\](.*)", self.log, re.MULTILINE)

    def start(self) -> None:
        """Queue it, let it wait for an approval, or end it at once if it must not run."""
        self.started_at = self.run.repository.github.now()
        needed = [self.run.latest[name].conclusion for name in self.definition.needs if name in self.run.latest]
        if any(conclusion != "success" for conclusion in needed) or not self.run.meets(self.definition.condition):
            self.end("skipped")
            return
        environment, kind = self.environment, self.run.kind
        if environment is None:
            return
        if not environment.takes(kind, self.run.ref_name, self.run.repository.protected_branches):
            who = "Tag" if kind == "tag" else "Branch"
            rules = "due to environment protection rules"
            self.problem = f'{who} "{self.run.ref_name}" is not allowed to deploy to {environment.name} {rules}.'
            self.end("failure")
        elif environment.reviewers:
            self.status = "waiting"

    def advance(self) -> None:
        """Take it a step further."""
        if self.status == "queued":
            self.status = "in_progress"
        elif self.status == "in_progress":
            script = self.run.repository.github.script
            outcome = script.get(self.key) or script.get(self.name)
            self.log = outcome.log if outcome else "The job is done."
            self.end("failure" if outcome else "success")

    def end(self, conclusion: str) -> None:
        """End it; what a job has uploaded is on the index from now on."""
        self.status, self.conclusion = "completed", conclusion
        self.completed_at = self.run.repository.github.now()
        if conclusion == "success":
            for upload in self.definition.uploads:
                for index in upload.indexes or {upload.address}:
                    self.run.repository.github.on_publish(index, self.run.version)


@dataclass
class Run:
    """A run of a workflow for a ref like `refs/tags/v1` at a commit; `approvals` are what people said to its deployments."""

    repository: Repository = field(repr=False)
    workflow: Workflow = field(repr=False)
    ref: str
    commit: str
    id: int
    number: int
    """The number among the runs of its workflow."""
    actor: str
    created_at: str
    attempt: int = 1
    jobs: list[Job] = field(default_factory=list)
    approvals: list[dict[str, Any]] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """What was pushed: `branch` or `tag`."""
        return "tag" if self.ref.startswith("refs/tags/") else "branch"

    @property
    def ref_name(self) -> str:
        """The name of the branch or the tag."""
        return self.ref.split("/", 2)[2]

    @property
    def latest(self) -> dict[str, Job]:
        """The last attempt of each job, by what the workflow calls it."""
        return {job.key: job for job in self.jobs}

    @property
    def status(self) -> str:
        """Its status, as GitHub has it."""
        statuses = {job.status for job in self.latest.values()}
        for status in ("in_progress", "queued", "waiting"):
            if status in statuses:
                begun = statuses & {"completed"} and status == "queued"
                return "in_progress" if begun else status
        return "completed"

    @property
    def conclusion(self) -> str | None:
        """How it ended; `None` before."""
        if self.status != "completed":
            return None
        conclusions = {job.conclusion for job in self.latest.values()}
        return next((found for found in ("failure", "success") if found in conclusions), "skipped")

    @property
    def waiting(self) -> list[Job]:
        """The jobs that wait for an approval."""
        return [job for job in self.latest.values() if job.status == "waiting"]

    @property
    def version(self) -> str:
        """The version that it builds: the one in `pyproject.toml`, the tag's, or the next one's `.devN`."""
        remote = self.repository.remote
        if "pyproject.toml" in remote.files(self.commit):
            project = tomllib.loads(remote.content(self.commit, "pyproject.toml").decode()).get("project", {})
            if "version" in project:
                return str(project["version"])
        if self.kind == "tag":
            return version_in(self.ref_name)
        tags = remote.git("tag", "--merged", self.commit, "--list", "*[0-9].[0-9]*").decode().splitlines()
        newest = str(max((Version(version_in(tag)) for tag in tags), default=Version("0.0")))
        return re.sub(r"\d+$", lambda last: f"{int(last[0]) + 1}", newest) + f".dev{self.number}"

    def meets(self, condition: str) -> bool:
        """Say whether a job with this condition runs; one that is not about tags does."""
        if f"!{ON_TAGS}" in condition:
            return self.kind != "tag"
        return ON_TAGS not in condition or self.kind == "tag"

    def start_ready(self) -> None:
        """Start each job that waits for no other one any longer."""
        for definition in self.workflow.jobs.values():
            known = self.latest
            needed = [known[name].status if name in known else "" for name in definition.needs]
            if definition.name not in known and all(status == "completed" for status in needed):
                self.jobs.append(Job(self, definition, self.repository.github.next_id(), self.attempt))
                self.jobs[-1].start()
                self.start_ready()  # one that is skipped lets the next one start

    def advance(self) -> None:
        """Take each of its jobs a step further; whoever approves hears that it waits."""
        if self.waiting:
            self.repository.github.on_waiting(self)
        for job in self.latest.values():
            job.advance()
        self.start_ready()

    def review(self, login: str, environments: set[int], state: str, comment: str) -> None:
        """Let the deployments to these environments go on, or end them; the state is `approved` or `rejected`."""
        for job in self.waiting:
            environment = job.environment
            if environment and environment.id in environments:
                said = {"environments": [{"id": environment.id, "name": environment.name}], "state": state}
                self.approvals.append({**said, "user": login, "comment": comment})
                if state == "approved":
                    job.status = "queued"
                else:
                    job.end("failure")
        self.start_ready()

    def repeat_failed(self) -> None:
        """Start each job anew that did not succeed."""
        self.attempt += 1
        self.jobs = [job for job in self.jobs if job.conclusion == "success"]
        self.start_ready()


def version_in(tag: str) -> str:
    """Return the version that a tag names, as an index writes it."""
    found = re.search(r"\d.*", tag)
    assert found, f"the tag {tag} names no version"
    return str(Version(found[0]))


def look_for_pushes(repository: Repository) -> None:
    """Start the workflows of each ref and commit that was pushed since the last look."""
    for ref, commit in repository.remote.commits.items():
        if (ref, commit) not in repository.seen:
            repository.seen.add((ref, commit))
            if repository.actions["enabled"]:
                repository.runs += started(repository, ref, commit)


def started(repository: Repository, ref: str, commit: str) -> Iterator[Run]:
    """Yield a run for each workflow that a push starts."""
    github, name = repository.github, ref.split("/", 2)[2]
    for path in repository.remote.files(commit, WORKFLOWS):
        workflow = Workflow(PurePosixPath(path).name, repository.remote.content(commit, path).decode())
        if workflow.starts_for("tags" if ref.startswith("refs/tags/") else "branches", name):
            number = 1 + sum(run.workflow.path == workflow.path for run in repository.runs)
            run = Run(repository, workflow, ref, commit, github.next_id(), number, github.user, github.now())
            run.start_ready()
            yield run
