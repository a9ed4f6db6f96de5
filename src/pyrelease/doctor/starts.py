"""Which refs start a run, and whether a condition lets a release through, as far as its words tell."""

from __future__ import annotations

import re

from ..found.uploads import commands_in
from ..found.workflows import Workflow

IS_A_TAG = re.compile(
    r"(?:startsWith|contains)\(\s{0,9}github\.ref\s{0,9},\s{0,9}'/?refs/tags|github\.ref_type\s{0,9}==\s{0,9}'tag'",
    re.IGNORECASE,
)
IS_A_RELEASE = re.compile(r"github\.event_name\s{0,9}==\s{0,9}'release'")
IS_NEITHER = re.compile(
    r"github\.ref\s{0,9}==\s{0,9}'refs/heads/|github\.ref_type\s{0,9}==\s{0,9}'branch'|github\.ref_name\s{0,9}==\s{0,9}'(?:main|master|develop)'"
    r"|github\.event_name\s{0,9}==\s{0,9}'(?:schedule|pull_request|workflow_dispatch)'|!\s{0,9}(?:startsWith|contains)\(\s{0,9}github\.ref\s{0,9},\s{0,9}'refs/tags",
    re.IGNORECASE,
)

AT_ANY_REF = {"create", "workflow_call", "workflow_dispatch"}
"""Events whose runs may be of a tag, besides a push."""

NO_TAG = ("-l", "--list", "-d", "--delete", "--points-at", "--contains", "--merged", "-v", "--verify", "--sort", "-n")
"""The options with which `git tag` makes none."""


def asks_for_a_release(condition: str) -> str:
    """Return what a condition waits for, `tag` or `release`; empty where it takes something else, too, or cannot be told."""
    if "||" in condition or "!" in condition.replace("!=", ""):
        return ""
    return "release" if IS_A_RELEASE.search(condition) else "tag" if IS_A_TAG.search(condition) else ""


def never_on_a_release(condition: str) -> bool:
    """Say whether a condition keeps every tag and every release out."""
    return "||" not in condition and bool(IS_NEITHER.search(condition))


def runs_on_a_release(workflow: Workflow, asked: str) -> bool:
    """Say whether a workflow has runs of a release on GitHub (`release`), or of any `tag`."""
    events = workflow.triggers
    if asked == "release":
        return bool({"release", "workflow_call"} & events.keys())
    push = events.get("push")
    filters = push.keys() if push is not None else set[str]()
    by_push = push is not None and (
        not any(name.startswith(("branches", "tags")) for name in filters)
        or any(name.startswith("tags") for name in filters)
    )
    return by_push or bool({*AT_ANY_REF, "release"} & events.keys())


def starts_for_releases_alone(workflow: Workflow) -> bool:
    """Say whether a workflow is started by tags and releases, and by no push of a branch.

    A run that somebody starts by hand is theirs to know.
    """
    events = workflow.triggers
    has_releases = bool({"push", "release"} & events.keys())
    return (
        has_releases
        and not events.keys() - {"push", "release", "workflow_dispatch"}
        and not any(workflow.starts_for("branches", branch) for branch in ("main", "master", "develop", "x", "x/y"))
        and not ("push" in events and "branches" in events["push"])
    )


def makes_a_tag(run: str) -> bool:
    """Say whether commands make a tag and push it, or push all tags."""
    made = set[str]()
    for _, command in commands_in(run):
        words = command.replace('"', " ").replace("'", " ").split()
        if words[:2] == ["git", "tag"] and not set(words) & {*NO_TAG}:
            made.update(word for word in words[2:] if not word.startswith("-"))
        elif words[:2] == ["git", "push"] and not set(words) & {"--delete", "-d"}:
            pushed = {part for word in words[2:] for part in (word, word.removeprefix("refs/tags/"))}
            if pushed & made or pushed & {"--tags", "--follow-tags"}:
                return True
    return False
