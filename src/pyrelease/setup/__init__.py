"""From the copy to the first release: bring about what the plan says, on GitHub and in the project's own repository.

It can run again at any time: what is right stays.
"""

from __future__ import annotations

import webbrowser
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

from .. import changes, gh, index
from ..changes import Kind, Row
from ..found.github import FoundGitHub
from ..plan.publishers import Publisher
from ..project import Project
from . import local
from .console import Console, StoppedError
from .github import bring_about
from .options import Options
from .release import Releases

SHOWN_FILES = 6
"""Names of files in a line, at most."""


@dataclass(frozen=True)
class SetUp:
    """One run of the command, for one project."""

    project: Project
    console: Console
    options: Options

    def run(self) -> list[str]:
        """Do everything, and return what is left to do; `StoppedError` where somebody must act first."""
        project, wishes = self.project, self.options.wishes
        local.check_repository(project)
        local.check_remote(project)
        local.check_head(project)
        local.check_committed(project)
        try:
            rows = [*changes.rows(project, FoundGitHub(project.plan.repository), wishes)]
        except gh.NoAnswerError:
            if self.options.dry_run:  # what is known without GitHub
                self.show_folder()
                self.show_forms()
            raise
        self.show_plan(rows)
        self.show_folder()
        self.show_taken_names()
        if impossible := [f"{row.subject}: {row.text}" for row in rows if row.kind is Kind.IMPOSSIBLE]:
            return impossible
        if self.options.dry_run:
            self.show_forms()
            return []
        self.ask_to_start(rows)
        local.start(project)
        if files := local.commit(project):
            self.console.say(f"Committed: {len(files)} files of the template.")
        left = bring_about(project, self.console, wishes, rows)
        self.register()
        return [*left, *Releases(project, self.console, self.options).run()]

    def show_plan(self, rows: list[Row]) -> None:
        """Print the one table, with a row for each part of the plan."""
        self.console.say(f"On GitHub, for {self.project.plan.repository.full_name}:")
        for row in rows:
            self.show_row(row.kind, f"{row.subject}: {row.text}")
        if self.options.wishes.skip:
            self.show_row(Kind.LEFT, f"skipped: {', '.join(sorted(self.options.wishes.skip))}")

    def show_folder(self) -> None:
        """Print what is committed, and what is left out of it."""
        plan = self.project.plan
        self.console.say("In this folder:")
        if local.is_committed(self.project):
            self.show_row(Kind.RIGHT, "commit: the last one has the template's files")
        else:
            ours = [name for name in plan.files if (self.project.folder / name).is_file()]
            self.show_row(Kind.CREATE, f"commit: {len(ours)} files of the template, and nothing else")
        if others := local.other_files(self.project):
            more = f" and {len(others) - SHOWN_FILES} more" if len(others) > SHOWN_FILES else ""
            text = f"not committed, not pushed: {', '.join(others[:SHOWN_FILES])}{more}; to release it, commit it first"
            self.show_row(Kind.LEFT, text)
        if plan.template.is_a_folder:
            text = (
                f"the answers name the template by the folder {plan.template.given}, and nobody else has it:"
                f" write the template's public address into _src_path in {plan.answers_file}"
            )
            self.show_row(Kind.LEFT, text)

    def show_taken_names(self) -> None:
        """Say which index has a project of this name before anything is made for it; who does not answer is asked again."""
        if local.is_committed(self.project):
            return
        for publisher in (part for part in self.asked_publishers if part.is_new):
            with suppress(gh.NoAnswerError):
                if self.is_on_index(publisher):
                    self.console.say(
                        f"{publisher.index.name} has a project {publisher.project}. If it is not yours, choose another name."
                    )

    def is_on_index(self, publisher: Publisher) -> bool:
        """Say whether a publisher's index has a project of this name; `gh.NoAnswerError` if it does not say."""
        return index.project_on(self.options.site(publisher), publisher.project) is not None

    def show_row(self, kind: Kind, text: str) -> None:
        """Print a row of the table."""
        self.console.say(f"{kind.value:<7} {text}", indent="  ", hanging=" " * 10)

    @property
    def asked_publishers(self) -> tuple[Publisher, ...]:
        """The publishers that an index is told of."""
        return self.project.plan.publishers if self.project.plan.is_trusted else ()

    def show_forms(self) -> None:
        """Print the values of each form."""
        for publisher in self.asked_publishers:
            self.show_form(publisher)

    def show_form(self, publisher: Publisher) -> None:
        """Print the values of a form, each at the start of its line, so that a triple click copies it alone."""
        self.console.show(f"\n{publisher.index.name}, tab GitHub:\n{publisher.form_address}")
        for label, value in publisher.fields:
            self.console.show(f"  {label}:\n{value}")

    def ask_to_start(self, rows: list[Row]) -> None:
        """Ask the one question before anything is changed, if anything is; `StoppedError` if the answer is no."""
        counts = Counter(row.kind for row in rows)
        to_do = counts[Kind.CREATE] + counts[Kind.CHANGE]
        if not to_do and local.is_committed(self.project) and local.is_pushed(self.project):
            self.console.say("There is nothing to change.")
            return
        if not self.console.can_ask:
            raise StoppedError(
                "nothing was changed, since nobody can answer here; add --yes to go on without questions"
            )
        question = f"Go on ({counts[Kind.CREATE]} to create, {counts[Kind.CHANGE]} to change on GitHub)?"
        if rows[0].is_open:
            question = f"Go on, and create {rows[0].text}?"
        if not self.console.ask(question, default=True):
            raise StoppedError("nothing was changed; run this again when you are ready")

    def register(self) -> None:
        """Show each form that is still to be filled in, and wait until it is: nothing is pushed before."""
        for publisher in self.unknown_publishers():
            self.show_form(publisher)
            if self.options.opens_browser:
                webbrowser.open(publisher.form_address)
            self.console.show("")
            if not self.console.can_ask:
                raise StoppedError("nothing was pushed; fill in the form, then run this again with --yes")
            if not self.console.ask(f"Have you filled in the form of {publisher.index.name}?", default=True):
                raise StoppedError("nothing was pushed; fill in the form, then run this again")

    def unknown_publishers(self) -> Iterator[Publisher]:
        """Yield the publishers that may not be registered yet, each with the page that its form is on now.

        An index that has the project knew its publisher once; it may not know the one of a workflow that is not pushed yet.
        Where a release tag is pushed, its run tells.
        """
        is_pushed = local.is_pushed(self.project)
        if is_pushed and local.release_tags_there(self.project):
            return
        for publisher in self.asked_publishers:
            name = publisher.index.name
            try:
                is_there = self.is_on_index(publisher)
            except gh.NoAnswerError as problem:
                self.console.say(f"{name} does not say whether it has {publisher.project}: {problem}")
                is_there = not publisher.is_new
            if not is_there:
                yield publisher
            elif not is_pushed:
                yield replace(publisher, status="existing")


def reported(run: SetUp) -> bool:
    """Run the set-up, say what is left to do in a line each, and return whether everything is done."""
    command, page = run.project.plan.command("setup"), run.project.plan.template.page("set-up-by-hand")
    try:
        left = run.run()
    except StoppedError as stopped:
        left = [str(stopped)]
    except changes.UnknownReviewerError as unknown:
        left = [str(unknown)]
    except gh.RefusedError as refusal:
        left = [f"GitHub refuses ({refusal}); correct that, then run this again"]
    except gh.NoAnswerError as problem:
        left = [f"{problem}; then run this again, or set up by hand: {page}"]
    except KeyboardInterrupt:
        left = [f"you stopped this, and nothing is lost; to go on run {command}"]
    for line in left:
        run.console.say(f"Left to do: {line}", hanging="  ")
    return not left
