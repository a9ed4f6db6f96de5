"""Why a publishing job failed: the trouble that its log shows, and the registered values beside the run's."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..plan.publishers import Publisher
from ..plan.troubles import explain
from ..project import Project

CLAIM = re.compile(r"\* `(\w+)`: `([^`]*)`")
"""How the publish action prints what GitHub's identity token says of the run (its `oidc-exchange.py`)."""

CLAIM_OF_FIELD = {"Owner": "repository_owner", "Repository name": "repository", "Environment name": "environment"}
"""The claim that the index compares with each field (warehouse, `oidc/models/github.py`)."""

TIME = re.compile(r"^\ufeff?\d{4}-\d\d-\d\dT[\d:.]+Z ")
"""What GitHub writes before each line of a log."""

ERROR, EXIT_CODE, LAST = "##[error]", "Process completed with exit code", 3

WORKFLOW_FIELD, WORKFLOW_CLAIM = "Workflow name", "job_workflow_ref"


def explained(project: Project, publisher: Publisher | None, log: str) -> Iterator[str]:
    """Yield lines about a job that failed with this log; `publisher` is what it uploads for, if it does."""
    trouble = explain(log, project.plan.troubles)
    if trouble is None:
        yield from last_words(log)
        return
    yield f"{trouble.code}: {trouble.meaning}."
    claims = dict(CLAIM.findall(log))
    if publisher and trouble.code == "invalid-publisher" and claims:
        yield from compared(publisher, claims)
    yield f"What to do: {trouble.advice}."


def last_words(log: str) -> list[str]:
    """Return the errors at the end of a log, or else its last lines."""
    lines = [TIME.sub("", line).strip() for line in log.splitlines()]
    errors = [line.removeprefix(ERROR) for line in lines if line.startswith(ERROR) and EXIT_CODE not in line]
    return (errors or [line for line in lines if line and not line.startswith("##[")])[-LAST:]


def compared(publisher: Publisher, claims: dict[str, str]) -> Iterator[str]:
    """Yield a line for each field of the form: what is registered, and what the run says."""
    for label, registered in publisher.registered[1:]:
        said = claim_of(label, claims)
        if said is None:
            continue
        # The index ignores the case of an owner and of an environment.
        same = said == registered or (label in ("Owner", "Environment name") and said.lower() == registered.lower())
        yield (
            f"  {label}: {registered}"
            if same
            else f"  {label}: the form has to say {registered}, and the run says {said}"
        )


def claim_of(label: str, claims: dict[str, str]) -> str | None:
    """Return what the run says of a field; `None` if it says nothing."""
    if label == WORKFLOW_FIELD:
        path = claims.get(WORKFLOW_CLAIM, "").partition("@")[0]
        return path.rpartition("/")[2] or None
    said = claims.get(CLAIM_OF_FIELD[label])
    return said.rpartition("/")[2] if said and label == "Repository name" else said
