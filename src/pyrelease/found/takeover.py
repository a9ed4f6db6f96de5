"""What a workflow does besides publishing, and so what becomes of it when this template's workflow takes over."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .signs import Sign
from .uploads import SECRET, commands_in
from .workflows import Job, Step, Workflow

PLAIN_ACTIONS = re.compile(
    r"actions/(?:checkout|setup-python|cache|upload-artifact|download-artifact|attest-build-provenance|attest)"
    r"|astral-sh/setup-uv|pdm-project/setup-pdm|snok/install-poetry|abatilo/actions-poetry|hynek/setup-cached-uv"
    r"|step-security/harden-runner|pypa/(?:cibuildwheel|hatch|gh-action-pypi-publish)|docker/setup-qemu-action"
    r"|hynek/build-and-inspect-python-package|(?:pyo3|messense)/maturin-action|dtolnay/rust-toolchain"
)
"""Actions that fetch, set up, build, store and upload: what the pipeline does in its own way."""

PLAIN_COMMANDS = re.compile(
    r"(?:(?:python3?|py|uv|uvx|pipx|poetry|pdm|hatch|flit|maturin|sudo|env)\s+)*(?:-\S+\s+)*(?:run\s+|tool\s+)?(?:"
    r"(?:pip3?|pipx|uv|apt-get|apt|poetry|pdm|hatch|flit|curl|self|brew)\b.*\b(?:install|update|upgrade|sync|lock|add|config|export)\b"
    r"|(?:ensurepip|venv|sync|install|config|python install)\b"
    r"|(?:build|pyproject-build|cibuildwheel)\b|.*\bsetup\.py\s+(?:sdist|bdist|build|egg_info|check|-q)"
    r"|(?:uv|hatch|flit|poetry|pdm|maturin)\s+build\b|twine\S*\s+check\b|check-wheel-contents\b|check-manifest\b|pyroma\b"
    r"|auditwheel\b|delocate\S*|abi3audit\b"
    r"|(?:ls|cat|tree|find|mkdir|rm|mv|cp|cd|pwd|set|echo|export|env|which|file|unzip|tar|sha256sum|source|test|true)\b"
    r"|git\s+(?:fetch|describe|config|status|log|rev-parse|tag\s+--points-at)\b|\[|\w+=|(?:if|then|fi|else|for|do|done)\b|version\b"
    r")"
)
"""Commands that install, build, check and show."""

RELEASE_ACTIONS = re.compile(
    r"softprops/action-gh-release|actions/(?:create-release|upload-release-asset)|ncipollo/release-action|svenstaro/upload-release-action"
    r"|sigstore/gh-action-sigstore-python|marvinpinto/action-automatic-releases|release-drafter/release-drafter"
)
RELEASE_COMMANDS = re.compile(r"gh\s+release\b")

TESTS = re.compile(
    r"(?:.*\s)?(?:pytest|tox|nox|unittest|coverage|make\s+(?:test|check)|hatch\s+(?:test|run\s+test)\S*)\b"
)

LOOKS_AT_CHANGES = {"pull_request", "pull_request_target", "schedule", "merge_group"}
"""Events for which a workflow is no release pipeline alone."""


STARTS = ("release", "workflow_dispatch", "repository_dispatch", "workflow_run", "create", "schedule")
"""Events by which people start a release, and that the new workflow does not know."""


def kind(step: Step) -> str:
    """Return what a step is for: `plain`, `publish`, `release` (on GitHub), `test` or `other`."""
    if step.uploads:
        return "publish"
    if step.action:
        if RELEASE_ACTIONS.fullmatch(step.action):
            return "release"
        return "plain" if PLAIN_ACTIONS.fullmatch(step.action) else "other"
    kinds = {kind_of_command(command.strip()) for _, command in commands_in(step.run)}
    return next((name for name in ("other", "release", "test") if name in kinds), "plain")


def kind_of_command(command: str) -> str:
    """Return what a command is for; one that installs a test tool installs."""
    if RELEASE_COMMANDS.match(command):
        return "release"
    if PLAIN_COMMANDS.match(command) or command.startswith("#"):
        return "plain"
    return "test" if TESTS.match(command) else "other"


def kind_of_job(job: Job) -> str:
    """Return what a job is for, by the least usual of its steps; one that calls a workflow is `other`."""
    kinds = {kind(step) for step in job.steps}
    return next((name for name in ("other", "test", "release") if name in kinds or job.calls), "plain")


def job_beside(workflow: Workflow) -> str:
    """Return the name of a job that does more than build, check and publish; empty if none does.

    Tests are a check where only a release starts them; where pushes or pull requests do, they are more than that.
    """
    is_pipeline = not workflow.triggers.keys() & LOOKS_AT_CHANGES and not workflow.starts_for("branches", "some-branch")
    allowed = {"plain", "release", *(["test"] if is_pipeline else [])}
    return next((job.name for job in workflow.jobs.values() if kind_of_job(job) not in allowed), "")


def dropped(workflow: Workflow, guided: frozenset[str]) -> Iterator[str]:
    """Yield what goes when a workflow is replaced, in words: jobs, steps, secrets and starts, and what takes their place.

    `guided` are the names of the guide's jobs, where the workflow is made from it.
    """
    for job in workflow.jobs.values():
        what = kind_of_job(job)
        if what != "plain" and job.name not in guided and not job.uploads:
            yield f"job {job.name} (lines {job.lines[0]}-{job.lines[1]}){instead(what)}"
            continue
        for step in job.steps:
            if (of_step := kind(step)) not in ("plain", "publish"):
                title = step.name or step.action or shortened(step.run)
                yield f"step {title!r} of job {job.name} (line {step.line}){instead(of_step)}"
    for name in dict.fromkeys(found.upper() for found in SECRET.findall(workflow.text)):
        yield f"secret {name}, which it reads no more"
    for event in (event for event in STARTS if event in workflow.triggers):
        yield f"start by {event}: the push of a release tag takes its place"


def instead(what: str) -> str:
    """Return what takes the place of a part that is dropped."""
    return {
        "release": ": github_release=true makes the release on GitHub",
        "test": ": test_group or test_extra names what the pipeline tests with",
    }.get(what, ": nothing takes its place, so move it to another workflow first")


def deletions(workflow: Workflow, signs: list[Sign]) -> Iterator[str]:
    """Yield what is to be deleted so that a workflow uploads no more, in words, with lines."""
    jobs = [workflow.jobs[name] for name in dict.fromkeys(sign.job for sign in signs)]
    rest = [job for job in workflow.jobs.values() if job not in jobs]
    if not job_beside(workflow) and all(kind_of_job(job) in ("plain", "release") for job in rest):
        yield f"delete {workflow.path}"
        return
    for job in jobs:
        lines = [sign.line for sign in signs if sign.job == job.name]
        if kind_of_job(job) in ("plain", "release") or job.calls:
            yield f"delete lines {job.lines[0]}-{job.lines[1]} of {workflow.path} (job {job.name})"
        else:
            for step in job.steps:
                if any(step.line <= line <= step.last_line for line in lines):
                    yield (
                        f"delete lines {step.line}-{step.last_line} of {workflow.path}"
                        f" (the step that uploads in job {job.name}; the rest of the job stays)"
                    )
        if waiting := [other.name for other in workflow.jobs.values() if job.name in other.needs and other not in jobs]:
            yield f"in {workflow.path}, take {job.name} out of needs: of {', '.join(waiting)}"


def shortened(run: str) -> str:
    """Return the beginning of a step's first command."""
    return " ".join(run.split())[:40]
