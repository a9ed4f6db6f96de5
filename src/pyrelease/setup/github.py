"""Bring about on GitHub what the plan says, request by request."""

from __future__ import annotations

import shlex
from dataclasses import replace

from .. import changes, gh
from ..changes import Kind, Row, Wishes
from ..found.github import FoundGitHub
from ..project import Project
from .console import Console, StoppedError

OF_THE_PLAN = "billing plan"
"""What GitHub speaks of where the owner's plan has no such rule for a private repository (HTTP 422)."""


def bring_about(project: Project, console: Console, wishes: Wishes, rows: list[Row]) -> list[str]:
    """Make the requests of each open row, and return what GitHub refuses.

    `StoppedError` where it refuses to protect releases: then nothing must be pushed.
    """
    repository, *others = rows
    if repository.is_open:
        create(project, repository)
        console.say(f"Created: the repository {repository.text}")
        # What a new repository has depends on its owner's settings, so the other rows are made anew.
        _, *others = changes.rows(project, FoundGitHub(project.plan.repository), wishes)
        for row in (row for row in others if row.kind is Kind.LEFT):
            console.say(f"Left as it is: {row.subject}: {row.text}", hanging="  ")
    left = []
    for row in (row for row in others if row.is_open):
        try:
            send(row)
            hand_over(row, console)
        except gh.RefusedError as refusal:
            if row.subject != environment_subject(project):
                way = f"; add --skip {row.skip} to leave it out" if row.skip else ""
                left.append(f"{row.subject}: GitHub refuses it ({refusal}){way}")
                continue
            protect_without_reviewers(project, console, wishes, refusal)
        console.say(f"Done: {row.subject}")
    return left


def create(project: Project, row: Row) -> None:
    """Create the repository; `StoppedError` if GitHub does not."""
    try:
        send(row)
    except gh.RefusedError as refusal:
        name = project.plan.repository.full_name
        raise StoppedError(
            f"GitHub does not create {name} ({refusal}); ask somebody who may create it, or correct the answer"
            " github_owner; then run this again"
        ) from refusal


def send(row: Row) -> None:
    """Make the requests of a row."""
    for request in row.requests:
        gh.request(request.method, request.path, request.body)


def hand_over(row: Row, console: Console) -> None:
    """Have `gh` ask for the secret of a row, if it is one; `StoppedError` if there is nobody, or if it stores nothing."""
    if not row.secret:
        return
    if not console.has_terminal or not gh.hands_over(list(row.secret)):
        raise StoppedError(
            f"{row.subject} is not stored; store it with gh {shlex.join(row.secret)}, then run this again"
        )


def environment_subject(project: Project) -> str:
    """Return what the row of the environment of releases is called."""
    return f"environment {project.plan.release_environment.name}"


def protect_without_reviewers(project: Project, console: Console, wishes: Wishes, refusal: gh.RefusedError) -> None:
    """Ask whether to go on where GitHub's plan has no reviewers; `StoppedError` if not, or for another refusal."""
    subject = environment_subject(project)
    if OF_THE_PLAN not in str(refusal).lower():
        raise StoppedError(f"GitHub refuses {subject} ({refusal}); correct that, then run this again")
    console.say(f"GitHub refuses reviewers here: {refusal}", hanging="  ")
    if not wishes.without_reviewers:
        question = "Without a reviewer each release tag publishes at once. Go on like that?"
        if console.answers_yes or not console.can_ask or not console.ask(question, default=False):
            raise StoppedError("releases are not protected, and nothing was pushed; to go on add --without-reviewers")
    wished = replace(wishes, without_reviewers=True)
    for row in changes.rows(project, FoundGitHub(project.plan.repository), wished):
        if row.subject == subject and row.is_open:
            send_what_the_plan_has(row, console)


def send_what_the_plan_has(row: Row, console: Console) -> None:
    """Make the requests of an environment's row; where the plan has no rules at all, a run makes the environment."""
    try:
        send(row)
    except gh.RefusedError as refusal:
        if OF_THE_PLAN not in str(refusal).lower():
            raise
        console.say(f"GitHub refuses deployment rules here, too: {refusal}", hanging="  ")
