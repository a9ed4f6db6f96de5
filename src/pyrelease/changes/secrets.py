"""The secrets that uploads need, and those that they need no more: a row for each."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..found.github import FoundEnvironment, FoundGitHub
from ..plan.github import Environment
from ..project import Project
from .row import Kind, Request, Row

ANY_SECRET = re.compile(r"secrets:\s*inherit|tojson\(\s*secrets|secrets\[\s*[^'\"\s]", re.IGNORECASE)
"""How a workflow takes secrets that it does not name."""


def secret_rows(found: FoundGitHub, planned: Environment, there: FoundEnvironment | None) -> Iterator[Row]:
    """Yield the rows of the secrets of an environment."""
    for name in planned.secrets:
        if there and found.has_environment_secret(planned, name):
            yield Row(Kind.RIGHT, f"secret {name}", f"in environment {planned.name}")
        else:
            command = ("secret", "set", name, "--env", planned.name, "--repo", f"github.com/{found.planned.full_name}")
            yield Row(
                Kind.CREATE, f"secret {name}", f"in environment {planned.name}; gh asks you for it", secret=command
            )


def old_secret_rows(project: Project, found: FoundGitHub) -> Iterator[Row]:
    """Yield the rows of the secrets that Trusted Publishing does not need."""
    if not project.plan.is_trusted or not found.exists:
        return
    for name in project.plan.old_secrets:
        if name not in found.secrets:
            continue
        word = re.compile(rf"\b{name}\b", re.IGNORECASE)
        users = [
            workflow.path
            for workflow in project.workflows.values()
            if word.search(workflow.text) or ANY_SECRET.search(workflow.text)
        ]
        if users:
            yield Row(Kind.LEFT, f"secret {name}", f"{', '.join(users)} uses it, or may use it")
        elif project.found.git.branch not in ("", project.plan.default_branch):
            yield Row(Kind.LEFT, f"secret {name}", f"stays until this is run on {project.plan.default_branch}")
        elif not has_released(project, found):  # GitHub gives no secret back
            yield Row(
                Kind.LEFT, f"secret {name}", "stays until a release has gone through without it; then run this again"
            )
        else:
            request = Request("DELETE", f"{found.path}/actions/secrets/{name}")
            yield Row(Kind.CHANGE, f"secret {name}", "deleted: no workflow uses it", (request,))


def has_released(project: Project, found: FoundGitHub) -> bool:
    """Say whether a release tag has published since the answers were given; a run of that day may be the old workflow's."""
    plan = project.plan
    later = (run for run in found.successful_runs(plan.workflow_filename) if run.day > plan.created_on)
    return any(re.match(plan.tags.expression, run.tag) for run in later)
