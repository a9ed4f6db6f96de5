"""From the copy to the first release: bring about what the plan says, on GitHub and in the project's own repository.

Run again at any time it changes nothing that is right.
"""

from __future__ import annotations

import webbrowser
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date

from .. import changes, gh, index
from ..changes import Kind, Row, Wishes
from ..found.github import FoundGitHub
from ..plan.publishers import Publisher
from ..project import Project
from . import local
from .console import Console, StoppedError
from .explain import explained
from .watch import Outcome, Run, Watch

NO_REVIEWERS = "required reviewers"
"""What GitHub says where its plan has none for a repository (HTTP 422)."""

LOOKS_AT_INDEX = 15
"""Looks at an index, which needs some time to show what it has taken."""


@dataclass(frozen=True)
class Options:
    """What was asked for on the command line."""

    dry_run: bool = False
    watch: bool = True
    opens_browser: bool = False
    wishes: Wishes = field(default_factory=Wishes)


class SetUp:
    """One run of the command."""

    def __init__(self, project: Project, console: Console, options: Options) -> None:
        self.project = project
        self.plan = project.plan
        self.console = console
        self.options = options
        self.wishes = options.wishes
        self.left: list[str] = []
        """What is left to do, which is said at the end."""

    def run(self) -> bool:
        """Do everything, and say whether it is done; `StoppedError` where somebody must act first."""
        local.check_repository(self.project)
        local.check_remote(self.project)
        local.check_committed(self.project)
        rows = [*changes.rows(self.project, FoundGitHub(self.plan.repository), self.wishes)]
        self.show_rows(rows)
        self.show_files()
        if self.options.dry_run:
            self.show_forms()
            return not any(row.is_open for row in rows)
        self.ask_to_start(rows)
        local.start(self.project)
        if files := local.commit(self.project):
            self.console.say(f"Committed: {len(files)} files of the template.")
        self.bring_about(rows)
        self.register()
        self.release()
        for line in self.left:
            self.console.say(f"Left to do: {line}", hanging="  ")
        return not self.left

    # ─── What is shown ───

    def show_rows(self, rows: list[Row]) -> None:
        """Print the one table: what is made, what is changed, what is right, what is left, what cannot be."""
        self.console.say(f"GitHub, {self.plan.repository.full_name}:")
        for row in rows:
            self.console.say(f"{row.kind.value:<7} {row.subject}: {row.text}", indent="  ", hanging=" " * 10)
        skipped = sorted(self.wishes.skip)
        if skipped:
            self.console.say(f"left out as you asked: {', '.join(skipped)}", indent="  ")

    def show_files(self) -> None:
        """Print what is committed, and what lies beside it."""
        if local.is_committed(self.project):
            return
        ours = [name for name in self.plan.files if (self.project.folder / name).is_file()]
        self.console.say(f"Commit: {len(ours)} files of the template, and nothing else.")
        if others := local.other_files(self.project):
            shown = ", ".join(others[:6]) + (f" and {len(others) - 6} more" if len(others) > 6 else "")
            self.console.say(f"Not touched, and not pushed: {shown}", hanging="  ")

    def show_forms(self) -> None:
        """Print the values of each form, each at the start of its line, so that a triple click copies it alone."""
        if not self.plan.is_trusted:
            return
        for publisher in self.plan.publishers:
            self.console.show(f"\n{publisher.index.name}: {publisher.form_address}")
            for label, value in publisher.fields:
                self.console.show(f"  {label}:\n{value}")

    # ─── GitHub ───

    def ask_to_start(self, rows: list[Row]) -> None:
        """Ask the one question before anything is changed; `StoppedError` if the answer is no."""
        if not self.console.can_ask:
            raise StoppedError("nothing was changed, since nobody can answer; to go on without a question add --yes")
        counts = Counter(row.kind for row in rows)
        makes = f"{counts[Kind.CREATE]} to create, {counts[Kind.CHANGE]} to change"
        if not self.console.ask(f"Go on ({makes})?", default=True):
            raise StoppedError("nothing was changed; run this again when you are ready")

    def bring_about(self, rows: list[Row]) -> None:
        """Make the requests of each row; what GitHub refuses is left to do, but for the protection of releases."""
        repository, *others = rows
        if repository.is_open:
            self.send(repository)
            self.console.say(f"Created: {repository.text}")
            # What a new repository has depends on its owner's settings.
            found = FoundGitHub(self.plan.repository)
            _, *others = changes.rows(self.project, found, self.wishes)
        for row in others:
            if not row.is_open:
                continue
            try:
                self.send(row)
            except gh.RefusedError as refusal:
                self.refused(row, refusal)
            else:
                self.console.say(f"Done: {row.subject}")

    def send(self, row: Row) -> None:
        """Make the requests of a row, or have `gh` ask for its secret."""
        for request in row.requests:
            gh.request(request.method, request.path, request.body)
        if row.secret:
            self.store_secret(row)

    def store_secret(self, row: Row) -> None:
        """Have `gh` ask for a secret's value, which is seen by nobody else."""
        name = row.subject.removeprefix("secret ")
        command = f"gh secret set {name} --env '{row.secret}' --repo {self.plan.repository.full_name}"
        if not gh.hands_over(["secret", "set", name, "--env", row.secret, "--repo", self.plan.repository.full_name]):
            self.left.append(f"store the secret {name}: {command}")

    def refused(self, row: Row, refusal: gh.RefusedError) -> None:
        """Say what GitHub refuses; without reviewers it is a question of its own whether to go on."""
        needs_reviewers = row.subject == f"environment {self.plan.release_environment.name}"
        if needs_reviewers and NO_REVIEWERS in str(refusal).lower():
            self.console.say(f"GitHub refuses reviewers: {refusal}", hanging="  ")
            question = "Without a reviewer each tag publishes at once. Go on like that?"
            if self.console.answers_yes or not self.console.can_ask or not self.console.ask(question, default=False):
                raise StoppedError("no releases are protected; to go on without reviewers add --without-reviewers")
            self.wishes = replace(self.wishes, without_reviewers=True)
            found = FoundGitHub(self.plan.repository)
            again = [part for part in changes.rows(self.project, found, self.wishes) if part.subject == row.subject]
            for part in again:
                self.send(part)
            return
        if needs_reviewers:
            raise StoppedError(f"GitHub refuses {row.subject} ({refusal}); mend that, then run this again")
        self.left.append(f"{row.subject}: GitHub refuses it ({refusal})")

    # ─── The indexes ───

    def register(self) -> None:
        """Show the forms, and wait until they are filled in; nothing is pushed before."""
        if not self.plan.is_trusted or not self.waiting_publishers():
            return
        self.show_forms()
        if self.options.opens_browser:
            for publisher in self.plan.publishers:
                webbrowser.open(publisher.form_address)
        self.console.show("")
        if not self.console.ask("Are the forms filled in?", default=True):
            raise StoppedError("nothing was pushed; fill the forms in, then run this again")

    def waiting_publishers(self) -> list[Publisher]:
        """Return the publishers whose index does not have the project yet, or does not say."""
        found = []
        for publisher in self.plan.publishers:
            try:
                is_there = index.project_on(publisher.index.site, publisher.project) is not None
            except gh.NoAnswerError:
                is_there = False
            if not is_there or not publisher.is_new:
                found.append(publisher)
        return found

    # ─── Runs ───

    def release(self) -> None:
        """Push the branch, follow its run, and push the first tag of a new project."""
        pushed = local.push_branch(self.project)
        branch = local.change(self.project, "branch", "--show-current").strip()
        self.console.say(f"{'Pushed' if pushed else 'Was pushed'}: {branch}")
        if self.plan.is_kept or not self.options.watch:
            self.say_where()
            return
        workflow = self.project.workflow
        if workflow and workflow.starts_for("branches", branch):
            self.follow(branch, is_tag=False)
        if self.plan.set_up.ends_with_a_tag:
            self.first_tag()

    def say_where(self) -> None:
        """Print where the runs are seen."""
        self.console.show(f"{self.plan.repository.address}/actions")

    def first_tag(self) -> None:
        """Ask before the first tag, push it, and follow its run until it waits for its approval and beyond."""
        tag = self.plan.tags.first
        if there := local.release_tags_there(self.project):
            if list(there) != [tag]:
                return
        elif not self.console.ask(f"Push the first tag, {tag}?", default=True):
            self.left.append(f"push the first tag before {self.plan.pending_until}: run this again")
            return
        else:
            local.push_tag(self.project, tag)
            self.console.say(f"Pushed: {tag}")
        self.follow(tag, is_tag=True)

    def follow(self, ref: str, *, is_tag: bool) -> None:
        """Follow the run of a ref to its end, and say what came of it."""
        watch = Watch(self.project, self.console)
        run = watch.find(ref, local.head(self.project))
        if run is None:
            self.left.append(f"no run has started for {ref}: see {self.plan.repository.address}/actions")
            return
        self.console.say(f"The run of {ref}: {run.address}")
        outcome = watch.follow(run)
        if outcome is Outcome.WAITS:
            self.console.say(
                f"It waits for an approval: open {run.address}, then Review deployments, Approve and deploy"
            )
            return
        if outcome is Outcome.FAILED:
            self.explain(watch, run)
            raise StoppedError(f"the run of {ref} failed; mend that, then run this again: {run.address}")
        self.show_version(run, ref, is_tag=is_tag)

    def explain(self, watch: Watch, run: Run) -> None:
        """Say why each publishing job failed, as far as its log tells."""
        workflow = self.project.workflow
        titles = {
            workflow.jobs[publisher.index.job].title: publisher
            for publisher in self.plan.publishers
            if workflow and publisher.index.job in workflow.jobs
        }
        for job in watch.failed_jobs(run):
            if job.name in titles:
                for line in explained(self.project, titles[job.name], watch.log(job)):
                    self.console.say(line, hanging="  ")

    def show_version(self, run: Run, ref: str, *, is_tag: bool) -> None:
        """Print the page of the version that a run has published, and the command that installs it."""
        publisher = self.plan.tag_publisher if is_tag else self.plan.push_publisher
        if publisher is None or not publisher.index.site:
            return
        self.console.show(publisher.project_address)


def set_up(project: Project, console: Console, options: Options, today: date) -> bool:
    """Bring about what the plan says, and say whether everything is done; `StoppedError` where somebody must act first."""
    del today
    return SetUp(project, console, options).run()
