"""What GitHub has, beside what GitHub shall have: a row for each part of the plan, with the requests that bring it about.

What exists is merged, never replaced. The set-up shows the rows and makes the requests; the doctor shows what is not right.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from ..found.github import FoundEnvironment, FoundGitHub
from ..plan import Plan
from ..plan.github import AllowedRef, Environment, merged
from ..project import Project
from .row import Kind, Lack, Request, Row, Wishes
from .secrets import old_secret_rows, secret_rows
from .settings import ruleset_rows, setting_rows

__all__ = ["Kind", "Lack", "Request", "Row", "UnknownReviewerError", "Wishes", "rows"]

CUSTOM = {"protected_branches": False, "custom_branch_policies": True}
"""The policy of an environment that takes the refs alone that are named beside it."""


class UnknownReviewerError(ValueError):
    """GitHub knows no reviewer of this name."""


def rows(project: Project, found: FoundGitHub, wishes: Wishes) -> Iterator[Row]:
    """Yield a row for each part of the plan.

    `gh.NoAnswerError` and `gh.RefusedError` where GitHub does not say what it has; `UnknownReviewerError`.
    """
    yield repository_row(project.plan, found, wishes)
    if project.plan.is_kept and not wishes.protect:
        name = project.plan.workflow_filename
        yield Row(
            Kind.LEFT,
            "protection",
            f"{name} is yours, so nothing is changed on GitHub; --protect protects its releases",
        )
        return
    if found.exists and not found.is_administered:
        yield from (for_an_administrator(row) for row in protection_rows(project, found, wishes))
        return
    yield from protection_rows(project, found, wishes)
    for row in (*old_secret_rows(project, found), *setting_rows(project, found)):
        if row.skip not in wishes.skip:
            yield row


def protection_rows(project: Project, found: FoundGitHub, wishes: Wishes) -> Iterator[Row]:
    """Yield the rows of what protects releases."""
    for environment in environments(project):
        there = found.environment(environment) if found.exists else None
        yield environment_row(project, found, environment, there, wishes)
        if not found.exists or found.is_administered:  # GitHub tells nobody else which secrets there are
            yield from secret_rows(found, environment, there)
    if "ruleset" not in wishes.skip:
        yield from ruleset_rows(project, found)


def for_an_administrator(row: Row) -> Row:
    """Return a row as it is for somebody who may not change it."""
    if not row.is_open:
        return row
    text = "this needs a change, and you are no administrator: ask one to run this command"
    return replace(row, kind=Kind.IMPOSSIBLE, text=text, requests=(), secret=())


def repository_row(plan: Plan, found: FoundGitHub, wishes: Wishes) -> Row:
    """Return the row of the repository itself."""
    planned, subject = plan.repository, "repository"
    if not found.exists:
        is_private = planned.is_private if wishes.is_private is None else wishes.is_private
        visibility = "private" if is_private else "public: everybody can read it"
        # A user's repositories are made at one address, an organisation's at another.
        mine = str(found.account.get("login", ""))
        path = "user/repos" if mine.lower() == planned.owner.lower() else f"orgs/{planned.owner}/repos"
        request = Request("POST", path, {"name": planned.name, "private": is_private})
        return Row(Kind.CREATE, subject, f"{planned.full_name}, {visibility}", (request,))
    if found.full_name != planned.full_name:
        owner, _, name = found.full_name.partition("/")
        data = f"--data github_owner={owner} --data github_repository={name}"
        text = f"GitHub calls it {found.full_name}, and the indexes compare this name: run {plan.update_command} {data}"
        return Row(Kind.IMPOSSIBLE, subject, text)
    if wishes.is_private not in (None, found.is_private):
        is_now, option = ("private", "--public") if found.is_private else ("public", "--private")
        text = f"it is {is_now}: change that in its settings, or leave {option} out"
        return Row(Kind.IMPOSSIBLE, subject, text)
    return Row(Kind.RIGHT, subject, f"{planned.full_name}, {'private' if found.is_private else 'public'}")


# ─── Environments ───


def environments(project: Project) -> tuple[Environment, ...]:
    """Return the environments that shall be; for a workflow that is kept, with the refs that start it by its own `on:`."""
    plan, workflow = project.plan, project.workflow
    if not plan.is_kept or workflow is None:
        return plan.environments
    # What calls a workflow decides for which refs it runs.
    own = [] if "workflow_call" in workflow.triggers else workflow.deploying_refs(plan.default_branch)
    refs = tuple(AllowedRef(kind, pattern) for kind, pattern in own)
    return merged(replace(environment, allowed_refs=refs) for environment in plan.environments)


def environment_row(
    project: Project, found: FoundGitHub, planned: Environment, there: FoundEnvironment | None, wishes: Wishes
) -> Row:
    """Return the row of one environment; `there` is what GitHub has of it."""
    subject = f"environment {planned.name}"
    if others := project.other_workflows_in(planned.name):
        return Row(Kind.LEFT, subject, f"{', '.join(others)} deploys to it, too, so its settings are left to you")
    if not planned.allowed_refs:
        return Row(Kind.LEFT, subject, "the workflow's on: names no branch and no tag, so the settings are left to you")
    wants_approval = planned.needs_approval and not wishes.without_reviewers
    body = wanted_body(found, planned, there, wants_approval=wants_approval, skip=wishes.skip)
    refs = wanted_refs(found, planned, there)
    text = described(there, refs, body, planned if wants_approval else None)
    path = f"{found.path}/environments/{planned.in_path}"
    posts = tuple(
        Request("POST", f"{path}/deployment-branch-policies", {"name": ref.pattern, "type": ref.kind}) for ref in refs
    )
    if there is None:
        return Row(Kind.CREATE, subject, text, (Request("PUT", path, body), *posts), lacks=(Lack.ITSELF,))
    if body == body_of(there) and not refs:
        return Row(Kind.RIGHT, subject, text)
    put = () if body == body_of(there) else (Request("PUT", path, body),)
    return Row(Kind.CHANGE, subject, text, (*put, *posts), lacks=tuple(lacks(there, body, refs)), refs=there.refs)


def lacks(there: FoundEnvironment, body: Mapping[str, Any], refs: tuple[AllowedRef, ...]) -> Iterator[Lack]:
    """Yield what an environment lacks that is there; `body` and `refs` are what it will have."""
    if body["reviewers"] and not there.reviewers:
        yield Lack.REVIEWERS
    if there.policy is None and body["deployment_branch_policy"] is not None:
        yield Lack.RULES
    elif any(ref.kind == "tag" for ref in refs):
        yield Lack.RELEASES


def body_of(there: FoundEnvironment) -> dict[str, Any]:
    """Return what `PUT` would be sent to leave an environment as it is."""
    return {
        "wait_timer": there.wait_timer,
        "prevent_self_review": there.prevents_self_review,
        "reviewers": there.reviewers,
        "deployment_branch_policy": there.policy and {name: there.policy.get(name) for name in CUSTOM},
    }


def wanted_body(
    found: FoundGitHub,
    planned: Environment,
    there: FoundEnvironment | None,
    *,
    wants_approval: bool,
    skip: frozenset[str],
) -> dict[str, Any]:
    """Return what `PUT` is sent: it replaces an environment, so everything that is found goes back."""
    body: dict[str, Any] = {
        "wait_timer": 0,
        "prevent_self_review": False,
        "reviewers": [],
        "deployment_branch_policy": CUSTOM,
    }
    if there is not None:
        body = body_of(there)
        # An environment that takes every ref is no protection of releases; another one may stay so.
        if there.takes_protected_branches or (there.policy is None and planned.needs_approval):
            body["deployment_branch_policy"] = CUSTOM
    if wants_approval and not body["reviewers"]:
        body["reviewers"] = [known_reviewer(found, name) for name in planned.reviewers or ("",)]
        body["prevent_self_review"] = planned.prevents_self_review and "self-review" not in skip
    return body


def known_reviewer(found: FoundGitHub, name: str) -> dict[str, Any]:
    """Return a reviewer as `PUT` takes them; `UnknownReviewerError` if GitHub knows nobody of this name."""
    known = found.reviewer(name)
    if known is None:
        raise UnknownReviewerError(f"GitHub knows no {name}: correct the answer reviewers")
    return known.sent


def wanted_refs(found: FoundGitHub, planned: Environment, there: FoundEnvironment | None) -> tuple[AllowedRef, ...]:
    """Return the refs that an environment does not take yet, those of its protected branches among them."""
    if there is None:
        return planned.allowed_refs
    if there.policy is None and not planned.needs_approval:
        return ()
    kept = (
        tuple(AllowedRef("branch", name) for name in found.protected_branches())
        if there.takes_protected_branches
        else ()
    )
    return (*kept, *(ref for ref in planned.allowed_refs if not takes(there.refs, ref)))


def takes(refs: tuple[AllowedRef, ...], wanted: AllowedRef) -> bool:
    """Say whether refs of these names take another one's: the same pattern, or a wider one for versions of any length."""
    tried = [wanted.pattern.replace("[0-9]*", version) for version in ("1.2.0", "10.20.30", "0.1.0rc1")]
    return wanted in refs or all(any(ref.names(wanted.kind, name) for ref in refs) for name in tried)


def described(
    there: FoundEnvironment | None, refs: tuple[AllowedRef, ...], body: Mapping[str, Any], approved: Environment | None
) -> str:
    """Return what an environment is or will be, in words."""
    takes_all = body["deployment_branch_policy"] is None
    known = tuple(there.refs) if there else ()
    takes_only = ", ".join(f"{ref.kind} {ref.pattern}" for ref in (*known, *refs))
    words = ["takes every ref" if takes_all else f"takes {takes_only}"]
    if body["reviewers"]:
        names = there.reviewer_names if there and there.reviewers else list(approved.reviewers if approved else ())
        words.append(f"approved by {', '.join(names) or 'you'}")
    elif approved is None and there is None:
        words.append("without approval")
    return "; ".join(words)
