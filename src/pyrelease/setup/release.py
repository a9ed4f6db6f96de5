"""The first pushes: the branch and its run, then the first tag, its run, and the approval that it waits for."""

from __future__ import annotations

import time
from dataclasses import dataclass

from .. import gh, index
from ..plan.publishers import Publisher
from ..project import Project
from . import local
from .console import Console, StoppedError
from .explain import explained
from .watch import POLL, Outcome, Run, Watch

LOOKS_AT_INDEX = 15
"""Looks at an index, which needs some time to show what it has taken."""


@dataclass(frozen=True)
class Releases:
    """What is pushed for one project, and followed if `watches`."""

    project: Project
    console: Console
    watches: bool

    def run(self) -> list[str]:
        """Push and follow, and return what is left to do; `StoppedError` where somebody must act first."""
        plan, branch = self.project.plan, local.push_branch(self.project)
        self.console.say(f"Pushed: {branch}")
        workflow = self.project.workflow
        if plan.is_kept or workflow is None:
            return []
        if workflow.starts_for("branches", branch) and (left := self.follow(branch)):
            return left
        if problems := self.project.problems_before_a_tag():
            return problems
        return self.first_tag() if plan.set_up.ends_with_a_tag else []

    def first_tag(self) -> list[str]:
        """Ask before the first tag, push it, follow its run, and return what is left to do."""
        tag, there = self.project.plan.tags.first, local.release_tags_there(self.project)
        if there and tag not in there:
            return []
        if not there:
            question = f"Push the first tag, {tag}? Its release waits for an approval."
            if not self.console.ask(question, default=True):
                return [f"push the first tag before {self.project.plan.pending_until}: run this again"]
            local.push_tag(self.project, tag)
        self.console.say(f"Pushed: {tag}")
        return self.follow(tag, commit=local.commit_of(self.project, tag))

    def follow(self, ref: str, commit: str = "") -> list[str]:
        """Follow the run that a ref has started, and return what is left to do; `StoppedError` if it fails."""
        watch = Watch(self.project, self.console)
        if not self.watches:
            self.console.show(f"{self.project.plan.repository.address}/actions")
            return []
        run = watch.find(ref, commit or local.head(self.project))
        if run is None:
            return [f"no run has started for {ref}: see {self.project.plan.repository.address}/actions"]
        self.console.say(f"The run of {ref}:")
        self.console.show(run.address)
        if run.has_failed and self.console.ask("It has failed before. Run its failed jobs again?", default=True):
            watch.rerun(run)
        outcome = watch.follow(run)
        if outcome is Outcome.WAITS:
            self.console.say(
                'It waits for an approval: open the address above, "Review deployments", "Approve and deploy".'
            )
            outcome = watch.follow(run, through_approval=True) if self.console.is_a_person else outcome
        if outcome is Outcome.FAILED:
            self.explain(watch, run)
            raise StoppedError(f"the run of {ref} has failed; mend that, then run this again")
        if outcome is Outcome.SUCCEEDED:
            self.show_versions(run, ref)
        return []

    def explain(self, watch: Watch, run: Run) -> None:
        """Say why each job failed, as far as its log tells."""
        jobs = self.project.workflow.jobs if self.project.workflow else {}
        publishers = {
            jobs[part.index.job].title: part for part in self.project.plan.publishers if part.index.job in jobs
        }
        for job in (job for job in watch.jobs(run) if job.has_failed):
            for line in explained(self.project, publishers.get(job.name), watch.log(job)):
                self.console.say(line, indent="  ", hanging="    ")

    def show_versions(self, run: Run, ref: str) -> None:
        """Print each version that a run has published: its page, and the command that installs it."""
        tag = (
            ref
            if ref.startswith(self.project.plan.tags.prefix) and ref[len(self.project.plan.tags.prefix) :][:1].isdigit()
            else ""
        )
        for publisher in self.project.plan.publishers:
            if publisher is self.project.plan.tag_publisher and not tag:
                continue
            wanted = self.project.plan.tags.version_in(tag) if tag else f".dev{run.count}"
            if version := self.version_on(publisher, wanted):
                self.console.say(f"{publisher.index.name} has {version}:")
                self.console.show(f"{publisher.index.site}/project/{publisher.project}/{version}/")
                self.console.show(f"{publisher.index.install} {publisher.project}=={version}")

    def version_on(self, publisher: Publisher, wanted: str) -> str:
        """Return the version on an index that is or ends like the one that is wanted; empty if the index does not show it."""
        for _ in range(LOOKS_AT_INDEX if publisher.index.site else 0):
            try:
                known = index.project_on(publisher.index.site, publisher.project) or {}
            except gh.NoAnswerError:
                return ""
            versions = [str(version) for version in known.get("releases") or {}]
            if found := [version for version in versions if version == wanted or version.endswith(wanted)]:
                return found[-1]
            time.sleep(POLL)
        return ""
