"""Bring about on GitHub what the plan says, request by request."""

from __future__ import annotations

from dataclasses import replace

from .. import changes, gh
from ..changes import Row, Wishes
from ..found.github import FoundGitHub
from ..project import Project
from .console import Console, StoppedError

NO_REVIEWERS = "required reviewers"
"""What GitHub says where its plan has none for a repository (HTTP 422)."""


def bring_about(project: Project, console: Console, wishes: Wishes, rows: list[Row]) -> list[str]:
    """Make the requests of each open row, and return what GitHub refuses.

    `StoppedError` where it refuses to protect releases: then nothing must be pushed.
    """
    repository, *others = rows
    if repository.is_open:
        send(repository)
        console.say(f"Created: the repository {repository.text}")
        # What a new repository has depends on its owner's settings, so the other rows are made anew.
        _, *others = changes.rows(project, FoundGitHub(project.plan.repository), wishes)
    left = []
    for row in (row for row in others if row.is_open):
        try:
            if not send(row):
                left.append(f"{row.subject}, {row.text}: run this again")
                continue
        except gh.RefusedError as refusal:
            if row.subject != environment_subject(project):
                left.append(f"{row.subject}: GitHub refuses it ({refusal})")
                continue
            protect_without_reviewers(project, console, wishes, refusal)
        console.say(f"Done: {row.subject}")
    return left


def send(row: Row) -> bool:
    """Make the requests of a row, or have `gh` ask for its secret, and say whether that was done."""
    for request in row.requests:
        gh.request(request.method, request.path, request.body)
    return not row.secret or gh.hands_over(list(row.secret))


def environment_subject(project: Project) -> str:
    """Return what the row of the environment of releases is called."""
    return f"environment {project.plan.release_environment.name}"


def protect_without_reviewers(project: Project, console: Console, wishes: Wishes, refusal: gh.RefusedError) -> None:
    """Ask whether to go on where GitHub's plan has no reviewers; `StoppedError` if not, or for another refusal."""
    subject = environment_subject(project)
    if NO_REVIEWERS not in str(refusal).lower():
        raise StoppedError(f"GitHub refuses {subject} ({refusal}); mend that, then run this again")
    console.say(f"GitHub refuses reviewers here: {refusal}", hanging="  ")
    question = "Without a reviewer each release tag publishes at once. Go on like that?"
    if console.answers_yes or not console.can_ask or not console.ask(question, default=False):
        raise StoppedError("releases are not protected, and nothing was pushed; to go on add --without-reviewers")
    wished = replace(wishes, without_reviewers=True)
    for row in changes.rows(project, FoundGitHub(project.plan.repository), wished):
        if row.subject == subject and row.is_open:
            send(row)
