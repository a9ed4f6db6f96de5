"""The pins of actions in a project's workflows, against the template's, and tokens that are no longer needed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from packaging.version import InvalidVersion, Version

from ..found.publishing import read_workflows
from ..found.uploads import PUBLISH_ACTION
from ..found.workflows import Workflow
from ..pins import pins_in, table, version_named
from ..project import Project
from .findings import Finding, error, warning

COMMIT = re.compile(r"[0-9a-f]{40}\b")

OLDEST_PUBLISH_ACTION = Version("1.14.2")
"""The first release of the publish action whose Twine takes metadata 2.5, which current hatchling writes."""

ONLY_BY_TAG = "slsa-framework/slsa-github-generator/"
"""A reusable workflow that refuses to run from a commit (its README.md, "Referencing SLSA builders and generators")."""


def old_and_moving(project: Project) -> Iterator[Finding]:
    """Yield what is wrong with the pins of each workflow, old and moving ones in a line each."""
    for workflow in project.workflows.values():
        used = actions_in(workflow)
        moving = [f"{name}@{ref}" for name, ref in used if not COMMIT.match(ref)]
        if moving:
            yield warning(
                f"a tag or a branch can move, so pin the full commit (40 digits) of {', '.join(moving)}", workflow.path
            )
        yield from older(project, workflow, used)


def actions_in(workflow: Workflow) -> list[tuple[str, str]]:
    """Return name and ref, with the comment behind it, of each action that is used, each once."""
    found = [(name, value) for name, values in pins_in(workflow.text).items() for value in values]
    return list(
        dict.fromkeys(
            (name, value.removeprefix("@").strip().strip("'\"").rstrip())
            for name, value in found
            if value.startswith("@") and not name.startswith(("docker://", ONLY_BY_TAG))
        )
    )


def version_of(ref: str) -> Version | None:
    """Return the release that a ref names, as a tag or in the comment behind a commit; `None` if it names none."""
    named = version_named(f"@{ref}")
    if named or COMMIT.match(ref):
        return named
    try:
        version = Version(ref.partition(" ")[0])
    except InvalidVersion:
        return None
    return version if len(version.release) > 2 else None  # v7 is whatever release of 7 is the latest


def older(project: Project, workflow: Workflow, used: list[tuple[str, str]]) -> Iterator[Finding]:
    """Yield which pins are of an older release than the template's, or of a commit that is not the release's."""
    known = {name.lower(): pin.partition("@")[2] for name, pin in table().items()}
    outdated = []
    for name, ref in used:
        current, version = known.get(name.lower()), version_of(ref)
        newest = version_named(f"@{current}") if current else None
        if not current or not newest or not version:
            continue
        if version == newest and COMMIT.match(ref) and ref[:40] != current[:40]:
            yield other_commit(workflow, name, version, current[:40])
        elif name.lower() == PUBLISH_ACTION and version < OLDEST_PUBLISH_ACTION:
            yield old_publish_action(project, workflow, version, current)
        elif version < newest:
            outdated.append(f"{name} {version} (now {name}@{current})")
    if outdated:
        yield warning(f"older than the template's: {', '.join(outdated)}; update, or let a bot move it", workflow.path)


def other_commit(workflow: Workflow, name: str, version: Version, commit: str) -> Finding:
    """Return that a pin is not the commit of its release, but perhaps its tag's object.

    The publish action's image is published by commit, so there the run fails.
    """
    text = f"{name} is pinned to something else than the commit of {version}, which is {commit}: write that"
    return (error if name.lower() == PUBLISH_ACTION else warning)(text, workflow.path)


def old_publish_action(project: Project, workflow: Workflow, version: Version, current: str) -> Finding:
    """Return that the publish action is too old; other build backends than hatchling write older metadata."""
    is_sure = project.plan.backend == "hatchling"
    text = f"{PUBLISH_ACTION} {version} refuses metadata 2.5{', which hatchling writes' * is_sure}: use {PUBLISH_ACTION}@{current}"
    return (error if is_sure else warning)(text, workflow.path)


def tokens(project: Project) -> Iterator[Finding]:
    """Yield where workflows use API tokens that Trusted Publishing has no need for."""
    if project.plan.is_trusted:
        for token in read_workflows(project.workflows_folder.parent.parent).tokens:
            place, _, what = token.partition(": ")
            yield warning(
                f"{what} is not needed with Trusted Publishing: in its job see to environment: and id-token: write, remove"
                " it, and once a release has gone through revoke the token",
                place,
            )
