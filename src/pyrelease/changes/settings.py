"""The ruleset for release tags and the settings of the repository: a row for each."""

from __future__ import annotations

from collections.abc import Iterator

from .. import gh
from ..found.github import FoundGitHub
from ..project import Project
from .row import Kind, Lack, Request, Row

OF_THE_PLAN = "upgrade to"
"""How GitHub begins where the owner's plan has no rulesets for a private repository (HTTP 403)."""


def ruleset_rows(project: Project, found: FoundGitHub) -> Iterator[Row]:
    """Yield the row of the ruleset for release tags; a workflow that no tag starts needs none."""
    planned, subject = project.plan.tag_ruleset, "ruleset for tags"
    patterns = project.release_tag_patterns
    if not patterns:
        return
    try:
        rulesets = found.tag_rulesets if found.exists else []
    except gh.RefusedError as refusal:
        if OF_THE_PLAN not in str(refusal).lower():
            raise
        yield Row(Kind.LEFT, subject, f"GitHub has none here: {refusal}", skip="ruleset")
        return
    if any(found.keeps_tag(ruleset, project.plan.tags.example) for ruleset in rulesets):
        yield Row(Kind.RIGHT, subject, f"not everybody can make tags like {project.plan.tags.example}", skip="ruleset")
        return
    if found.exists and planned.name in found.ruleset_names:
        text = f"a ruleset {planned.name} is there, and it is disabled or for other tags"
        yield Row(Kind.LEFT, subject, text, skip="ruleset", lacks=(Lack.PROTECTION,))
        return
    body = {
        "name": planned.name,
        "target": "tag",
        "enforcement": "active",
        "conditions": {"ref_name": {"include": [f"refs/tags/{pattern}" for pattern in patterns], "exclude": []}},
        "rules": [{"type": rule} for rule in planned.rules],
        "bypass_actors": [{"actor_id": planned.bypassed_by, "actor_type": "RepositoryRole", "bypass_mode": "always"}],
    }
    text = f"only administrators can make, move and delete tags {', '.join(patterns)}; GitHub refuses others with GH013"
    post = Request("POST", f"{found.path}/rulesets", body)
    yield Row(Kind.CREATE, subject, text, (post,), skip="ruleset", lacks=(Lack.PROTECTION,))


def setting_rows(project: Project, found: FoundGitHub) -> Iterator[Row]:
    """Yield the rows of the repository's settings."""
    wanted = project.plan.settings
    if wanted.immutable_releases:
        yield immutable_releases_row(found)
    if wanted.pinned_actions:
        yield pinned_actions_row(project, found)
    if wanted.read_only_token:
        yield read_only_token_row(project, found)


def immutable_releases_row(found: FoundGitHub) -> Row:
    """Return the row of immutable releases."""
    subject, text, skip = "immutable releases", "a release on GitHub stays as it is published", "immutable-releases"
    if found.exists and found.has_immutable_releases:
        return Row(Kind.RIGHT, subject, text, skip=skip)
    return Row(Kind.CHANGE, subject, text, (Request("PUT", f"{found.path}/immutable-releases"),), skip=skip)


def pinned_actions_row(project: Project, found: FoundGitHub) -> Row:
    """Return the row of the setting that every action is pinned to a commit.

    GitHub looks at the actions that an action uses, too. Those of the template's workflows are known; others are not.
    """
    subject, text, skip = "pinned actions", "GitHub runs only actions that are pinned to a commit", "pinned-actions"
    actions = found.actions if found.exists else {}
    if actions.get("sha_pinning_required"):
        return Row(Kind.RIGHT, subject, text, skip=skip)
    if others := [
        workflow.path for workflow in project.workflows.values() if workflow.path not in project.template_files
    ]:
        return Row(
            Kind.LEFT, subject, f"{', '.join(others)} might stop: perhaps an action there is not pinned", skip=skip
        )
    known = {name: actions[name] for name in ("enabled", "allowed_actions") if name in actions}
    body = {"enabled": True, **known, "sha_pinning_required": True}
    return Row(Kind.CHANGE, subject, text, (Request("PUT", f"{found.path}/actions/permissions", body),), skip=skip)


def read_only_token_row(project: Project, found: FoundGitHub) -> Row:
    """Return the row of what a run's token may do where a workflow says nothing."""
    subject, text, skip = (
        "read-only token",
        "a run may change only what its workflow asks for",
        "read-only-token",
    )
    token = found.default_token if found.exists else {}
    if token.get("default_workflow_permissions") == "read":
        return Row(Kind.RIGHT, subject, text, skip=skip)
    if silent := [workflow.path for workflow in project.workflows.values() if workflow.has_silent_jobs]:
        return Row(Kind.LEFT, subject, f"{', '.join(silent)} names no permissions, and may need more", skip=skip)
    body = {
        "default_workflow_permissions": "read",
        "can_approve_pull_request_reviews": bool(token.get("can_approve_pull_request_reviews")),
    }
    path = f"{found.path}/actions/permissions/workflow"
    return Row(Kind.CHANGE, subject, text, (Request("PUT", path, body),), skip=skip)
