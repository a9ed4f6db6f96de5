"""From the copy to the first release: bring about what the plan says, on GitHub and in the project's own repository.

Run again at any time it changes nothing that is right.
"""

from __future__ import annotations

import webbrowser
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from .. import changes, gh, index
from ..changes import Kind, Row, Wishes
from ..found.github import FoundGitHub
from ..plan.publishers import Publisher
from ..project import Project
from . import local
from .console import Console, StoppedError
from .github import bring_about
from .release import Releases

SHOWN_FILES = 6
"""Names of files in a line, at most."""


@dataclass(frozen=True)
class Options:
    """What was asked for on the command line."""

    dry_run: bool = False
    watches: bool = True
    opens_browser: bool = False
    wishes: Wishes = field(default_factory=Wishes)


@dataclass(frozen=True)
class SetUp:
    """One run of the command, for one project."""

    project: Project
    console: Console
    options: Options

    def run(self) -> list[str]:
        """Do everything, and return what is left to do; `StoppedError` where somebody must act first."""
        project = self.project
        local.check_repository(project)
        local.check_remote(project)
        local.check_committed(project)
        rows = [*changes.rows(project, FoundGitHub(project.plan.repository), self.options.wishes)]
        self.show_plan(rows)
        if self.options.dry_run:
            self.show_forms(project.plan.publishers)
            return []
        self.ask_to_start(rows)
        local.start(project)
        if files := local.commit(project):
            self.console.say(f"Committed: {len(files)} files of the template.")
        left = bring_about(project, self.console, self.options.wishes, rows)
        self.register()
        return [*left, *Releases(project, self.console, watches=self.options.watches).run()]

    def show_plan(self, rows: list[Row]) -> None:
        """Print the one table: what is made, what is changed, what is right, what is left, what cannot be."""
        say, plan = self.console.say, self.project.plan
        say(f"On GitHub, for {plan.repository.full_name}:")
        for row in rows:
            say(f"{row.kind.value:<7} {row.subject}: {row.text}", indent="  ", hanging=" " * 10)
        if self.options.wishes.skip:
            say(f"skipped {', '.join(sorted(self.options.wishes.skip))}", indent="  ")
        say("In this folder:")
        if local.is_committed(self.project):
            say("right   commit: the template's files are in it", indent="  ")
        else:
            ours = [name for name in plan.files if (self.project.folder / name).is_file()]
            say(f"create  commit: {len(ours)} files of the template, and nothing else", indent="  ")
        if others := local.other_files(self.project):
            more = f" and {len(others) - SHOWN_FILES} more" if len(others) > SHOWN_FILES else ""
            say(
                f"left    not committed, not pushed: {', '.join(others[:SHOWN_FILES])}{more}",
                indent="  ",
                hanging=" " * 10,
            )
        if plan.template.is_a_folder:
            text = f"the answers name {plan.template.given}, where nobody else finds the template"
            say(f"left    {text}", indent="  ", hanging=" " * 10)

    def show_forms(self, publishers: tuple[Publisher, ...]) -> None:
        """Print the values of each form, each at the start of its line, so that a triple click copies it alone."""
        for publisher in publishers if self.project.plan.is_trusted else ():
            self.console.show(f"\n{publisher.index.name}, tab GitHub:\n{publisher.form_address}")
            for label, value in publisher.fields:
                self.console.show(f"  {label}:\n{value}")

    def ask_to_start(self, rows: list[Row]) -> None:
        """Ask the one question before anything is changed; `StoppedError` if the answer is no."""
        if not self.console.can_ask:
            raise StoppedError("nothing was changed, since nobody can answer; to go on without a question add --yes")
        counts = Counter(row.kind for row in rows)
        question = f"Go on ({counts[Kind.CREATE]} to create, {counts[Kind.CHANGE]} to change on GitHub)?"
        if rows[0].is_open:
            question = f"Go on, and create the repository {rows[0].text}?"
        if not self.console.ask(question, default=True):
            raise StoppedError("nothing was changed; run this again when you are ready")

    def register(self) -> None:
        """Show the forms that are still to be filled in, and wait until they are: nothing is pushed before."""
        publishers = tuple(self.unknown_publishers())
        if not publishers:
            return
        self.show_forms(publishers)
        if self.options.opens_browser:
            for publisher in publishers:
                webbrowser.open(publisher.form_address)
        self.console.show("")
        forms = "both forms" if len(publishers) > 1 else "the form"
        if not self.console.ask(f"Have you filled in {forms}?", default=True):
            raise StoppedError("nothing was pushed; fill in the form, then run this again")

    def unknown_publishers(self) -> Iterator[Publisher]:
        """Yield the publishers that may not be registered yet, each with the page that its form is on now.

        An index that has the project knew its publisher once; it may not know the one of a workflow that is not pushed yet.
        """
        if not self.project.plan.is_trusted:
            return
        is_pushed = local.is_pushed(self.project)
        for publisher in self.project.plan.publishers:
            if not self.has_project(publisher):
                yield publisher
            elif not is_pushed:
                yield replace(publisher, status="existing")

    @staticmethod
    def has_project(publisher: Publisher) -> bool:
        """Say whether an index has the project; no if it does not answer."""
        try:
            return index.project_on(publisher.index.site, publisher.project) is not None
        except gh.NoAnswerError:
            return False


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
        left = [f"GitHub refuses ({refusal}); mend that, then run this again"]
    except gh.NoAnswerError as problem:
        left = [f"{problem}; then run this again, or set up by hand: {page}"]
    except KeyboardInterrupt:
        left = [f"stopped by you; nothing is lost, go on with {command}"]
    for line in left:
        run.console.say(f"Left to do: {line}", hanging="  ")
    return not left
