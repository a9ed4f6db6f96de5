"""The pins of actions in a project's workflows, against the template's, and tokens that are no longer needed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from packaging.version import Version

from ..found.uploads import PUBLISH_ACTION
from ..found.workflows import Workflow
from ..pins import Named, named, read_pins, table
from ..project import Project
from .checks import actions as check
from .checks import publishing
from .findings import ERROR, WARNING, Finding, Place
from .machines import publishing_jobs, retired

COMMIT = re.compile(r"[0-9a-f]{40}\b")

OLDEST_PUBLISH_ACTION = Version("1.14.2")
"""The first release of the publish action whose Twine takes metadata 2.5, which current hatchling writes."""

ONLY_BY_TAG = "slsa-framework/slsa-github-generator/"
"""A reusable workflow that refuses to run from a commit (its README.md, "Referencing SLSA builders and generators")."""


@cache
def known() -> dict[str, tuple[str, Named]]:
    """Return each action's pin in the template's table, and what it names, by its name in small letters."""
    pins = {name.lower(): pin.partition("@")[2] for name, pin in table().items()}
    return {name: (pin, named(name, f"@{pin}")) for name, pin in pins.items()}


def old_and_moving(project: Project) -> Iterator[Finding]:
    """Yield what is wrong with the pins of each workflow, old and moving ones in a line each."""
    for workflow in project.own_workflows:
        used = actions_in(workflow)
        moving = [f"{name}@{ref}" for name, ref in used if not COMMIT.match(ref)]
        if moving:
            yield check.MOVING.found(
                f"a tag or a branch can move, so pin the full commit (40 digits) of {', '.join(moving)}", workflow.path
            )
        gone = [(name, ref) for name, ref in used if is_gone(name, named(name, f"@{ref}"))]
        yield from switched_off(project, workflow, gone)
        yield from older(project, workflow, [pin for pin in used if pin not in gone])


def actions_in(workflow: Workflow) -> list[tuple[str, str]]:
    """Return the name of each action that is used, and its ref with the comment behind the ref; each once."""
    used = [(pin.name, pin.plain) for pin in read_pins(workflow.text) if pin.is_action]
    return [pin for pin in dict.fromkeys(used) if not pin[0].startswith(("docker://", ONLY_BY_TAG))]


def older(project: Project, workflow: Workflow, used: list[tuple[str, str]]) -> Iterator[Finding]:
    """Yield which pins are of an older release than the template's, or of a commit that is not the release's."""
    outdated = []
    for name, ref in used:
        if name.lower() not in known():
            continue
        current, newest = known()[name.lower()]
        release = named(name, f"@{ref}")
        if newest.version is None or release.version is None or release.commit == newest.commit:
            continue  # the commit decides, whatever the comment says
        if release.is_whole and release.version == newest.version and release.commit:
            yield other_commit(workflow, name, release.version, newest.commit)
        elif name.lower() == PUBLISH_ACTION and release.is_below(OLDEST_PUBLISH_ACTION):
            yield old_publish_action(project, workflow, release.version, current)
        elif release.is_below(newest.version):
            outdated.append(f"{name} {release.version} (now {name}@{current})")
    if outdated:
        yield check.OLDER.found(
            f"older than the template's: {', '.join(outdated)}; update, or let a bot move it", workflow.path
        )


def is_gone(name: str, release: Named) -> bool:
    """Say whether GitHub has switched a release of an action off; the commit decides, whatever the comment says."""
    entry = retired()["actions"].get(name.lower())
    newest = known().get(name.lower(), ("", Named()))[1]
    is_newest = bool(release.commit) and release.commit == newest.commit
    return bool(entry and not is_newest and release.version and release.version.major < entry["below"])


def switched_off(project: Project, workflow: Workflow, gone: list[tuple[str, str]]) -> Iterator[Finding]:
    """Yield which jobs use an action that is gone; an error where an upload waits for the job."""
    if not gone:
        return
    awaited = {before.name for job in publishing_jobs(project, workflow) for before in workflow.before(job)}
    names = {name.lower(): named(name, f"@{ref}").version for name, ref in gone}
    for job in workflow.jobs.values():
        for step in job.steps:
            ref = step.ref
            if step.action in names and any(
                name.lower() == step.action and part.startswith(ref) for name, part in gone
            ):
                current = known().get(step.action, ("", None))[0]
                use = f"use {step.action}@{current}" if current else "use its latest release"
                yield check.GONE.found(
                    f"{step.action} {names[step.action]} is switched off, so the job fails: {use}",
                    Place(job.path, f"job {job.name}", step.line),
                    ERROR if job.name in awaited else WARNING,
                )


def other_commit(workflow: Workflow, name: str, version: Version, commit: str) -> Finding:
    """Return that a pin is not the commit of its release, but perhaps its tag's object.

    The publish action's image is published by commit, so there the run fails.
    """
    text = f"{name} is not pinned to the commit of {version}: write {commit}"
    return check.OTHER_COMMIT.found(text, workflow.path, ERROR if name.lower() == PUBLISH_ACTION else WARNING)


def old_publish_action(project: Project, workflow: Workflow, version: Version, current: str) -> Finding:
    """Return that the publish action is too old; other build backends than hatchling write older metadata."""
    is_sure = project.plan.backend == "hatchling"
    text = f"{PUBLISH_ACTION} {version} refuses metadata 2.5{', which hatchling writes' * is_sure}: use {PUBLISH_ACTION}@{current}"
    return check.OLD_PUBLISH_ACTION.found(text, workflow.path, ERROR if is_sure else WARNING)


def tokens(project: Project) -> Iterator[Finding]:
    """Yield where workflows use API tokens that Trusted Publishing has no need for."""
    if project.plan.is_trusted:
        for token in project.publishing.tokens:
            place, _, what = token.partition(": ")
            file, _, line = place.rpartition(":")
            yield publishing.OLD_TOKEN.found(
                f"{what} is not needed with Trusted Publishing: give its job environment: and id-token: write, and remove"
                " this line; after the next release revoke the token",
                Place(file, line=int(line)),
            )
