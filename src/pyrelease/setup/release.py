"""The first pushes: the branch and its run, then the first tag, its run, and the approval that it waits for."""

from __future__ import annotations

import time
from dataclasses import dataclass

from .. import gh, index
from ..found.github import FoundGitHub
from ..plan.publishers import Publisher
from ..project import Project
from . import local
from .console import Console, StoppedError
from .explain import explained
from .options import Options
from .watch import START_LIMIT, Outcome, Run, Watch

LOOKS_AT_INDEX = 15
"""Looks at an index, which needs some time to show what it has taken."""

INDEX_POLL = 4.0
"""Seconds between two looks at an index."""


@dataclass(frozen=True)
class Releases:
    """What is pushed for one project, and followed if that is wanted."""

    project: Project
    console: Console
    options: Options

    def run(self) -> list[str]:
        """Push and follow, and return what is left to do; `StoppedError` where somebody must act first."""
        plan, branch = self.project.plan, local.branch_of(self.project)
        is_new = local.push_branch(self.project)
        self.console.say(f"Pushed: {branch}" if is_new else f"GitHub has this commit of {branch} already.")
        workflow = self.project.workflow
        if plan.is_kept or workflow is None:
            return []
        if workflow.starts_for("branches", branch) and (left := self.follow(branch, is_new=is_new)):
            return left
        if problems := self.project.problems_before_a_tag():
            return problems
        if branch != plan.default_branch and plan.set_up.ends_with_a_tag:
            if local.release_tags_there(self.project):
                return []
            return [
                f"the first tag belongs on {plan.default_branch}: merge {branch}, switch to it, then run this again"
            ]
        return self.first_tag() if plan.set_up.ends_with_a_tag else []

    def first_tag(self) -> list[str]:
        """Ask before the first tag, push it, follow its run, and return what is left to do."""
        tag, there = self.project.plan.tags.first, local.release_tags_there(self.project)
        if there and tag not in there:
            return []
        if not there:
            if left := self.reason_not_to_tag(tag):
                return [left]
            local.push_tag(self.project, tag)
            self.console.say(f"Pushed: {tag}")
        return self.follow(tag, commit=local.commit_of(self.project, tag), is_new=not there)

    def reason_not_to_tag(self, tag: str) -> str:
        """Ask whether to push the first tag, and return what is left to do if not; empty if it is to be pushed."""
        environment = self.project.plan.release_environment
        found = FoundGitHub(self.project.plan.repository).environment(environment)
        if found and found.policy is not None and not any(ref.names("tag", tag) for ref in found.refs):
            page = f"{self.project.plan.repository.address}/settings/environments"
            return f"let the environment {environment.name} take tags like {tag}, at {page}; then run this again"
        waits = bool(found and found.reviewers)
        if not waits and self.console.answers_yes and not self.options.wishes.without_reviewers:
            how = f"give the environment {environment.name} reviewers, or add --without-reviewers"
            return f"push the first tag, {tag}: nobody approves its release, so {how}"
        happens = (
            "Its release waits for an approval." if waits else "Nobody approves the release: it is published at once."
        )
        if self.console.ask(f"Push the first tag, {tag}? {happens}", default=waits):
            return ""
        until = f" before {self.project.plan.pending_until}" if self.project.plan.has_pending else ""
        return f"push the first tag{until}: run this again"

    def follow(self, ref: str, commit: str = "", *, is_new: bool) -> list[str]:
        """Follow the run that a ref has started, and return what is left to do; `StoppedError` if it fails.

        A ref that was there before may have started none, or one that GitHub has forgotten.
        """
        actions = f"{self.project.plan.repository.address}/actions"
        if not self.options.watches:
            self.console.show(actions)
            return []
        watch = Watch(self.project, self.console)
        run = watch.find(ref, commit or local.head(self.project), START_LIMIT if is_new else 0)
        if run is None:
            if is_new and not (self.project.plan.package_folder and ref == local.branch_of(self.project)):
                return [f"no run has started for {ref}: see {actions}"]
            self.console.say(f"GitHub shows no run of {ref}.")
            return []
        self.console.say(f"The run of {ref}:")
        self.console.show(run.address)
        if run.has_failed and (rejected := self.rejected(watch, run, ref)):
            return rejected
        question = "This run has failed before. Run its failed jobs again?"
        if run.has_failed and self.console.can_ask and self.console.ask(question, default=True):
            watch.rerun(run)
        outcome = watch.follow(run)
        if outcome is Outcome.WAITS:
            outcome = self.wait_for_approval(watch, run)
        if outcome is Outcome.FAILED:
            if rejected := self.rejected(watch, run, ref):
                return rejected
            self.explain(watch, run)
            raise StoppedError(f"the run of {ref} has failed; correct that, then run this again")
        if outcome is Outcome.SUCCEEDED:
            self.show_versions(run, ref)
        return []

    @staticmethod
    def rejected(watch: Watch, run: Run, ref: str) -> list[str]:
        """Return what is left to do where somebody has rejected a release; nothing where nobody has."""
        if not watch.is_rejected(run):
            return []
        return [f"{ref} was rejected, and nothing of it is on {watch.project.plan.set_up.index}: see {run.address}"]

    def wait_for_approval(self, watch: Watch, run: Run) -> Outcome:
        """Say where a run is approved, and follow it through that if somebody is there, who may leave at any time."""
        self.console.say(
            'The run waits for an approval: open the address above, then "Review deployments", "Approve and deploy".'
        )
        if not self.console.is_a_person:
            return Outcome.WAITS
        try:
            self.console.say("You can leave with Ctrl-C, and approve the run later.")
            return watch.follow(run, through_approval=True)
        except KeyboardInterrupt:
            return Outcome.WAITS

    def explain(self, watch: Watch, run: Run) -> None:
        """Say why each job failed, as far as its log tells."""
        jobs = self.project.workflow.jobs if self.project.workflow else {}
        publishers = {
            jobs[part.index.job].title: part for part in self.project.plan.publishers if part.index.job in jobs
        }
        for job in (job for job in watch.jobs(run) if job.has_failed):
            for line in explained(self.project, publishers.get(job.name), watch.words(job)):
                self.console.say(line, indent="  ", hanging="    ")

    def show_versions(self, run: Run, ref: str) -> None:
        """Print each version that a run has published: its page, and the command that installs it."""
        plan, is_tag = self.project.plan, ref == self.project.plan.tags.first
        for publisher in plan.publishers:
            if publisher is plan.tag_publisher and not is_tag:
                continue
            wanted = plan.tags.version_in(ref) if is_tag else f".dev{run.count}"
            if version := self.version_on(publisher, wanted):
                self.console.say(f"{publisher.index.name} has {version}:")
                self.console.show(f"{publisher.index.site}/project/{publisher.project}/{version}/")
                self.console.show(f"{publisher.index.install} {publisher.project}=={version}")

    def version_on(self, publisher: Publisher, wanted: str) -> str:
        """Return the version on an index that is or ends like the one that is wanted; empty if the index does not show it."""
        site = self.options.site(publisher)
        for _ in range(LOOKS_AT_INDEX if site else 0):
            try:
                known = index.project_on(site, publisher.project) or {}
            except gh.NoAnswerError:
                return ""
            versions = [str(version) for version in known.get("releases") or {}]
            if found := [version for version in versions if version == wanted or version.endswith(wanted)]:
                return found[-1]
            time.sleep(INDEX_POLL)
        return ""
