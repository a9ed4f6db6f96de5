"""What the next push and the next tag build, in every state of the tags, and what is in the way of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from packaging.version import Version

from ..found.package import table
from ..found.workflows import Job, Workflow
from ..project import Project
from .checks import versions as check
from .findings import ERROR, INFORMATION, WARNING, Finding
from .literal import version_in_file, version_of
from .package import builds
from .starts import asks_for_a_release, starts_for_releases_alone

# What gives a push a version without a local part.
WITHOUT_LOCAL_PART = re.compile(r"SETUPTOOLS_SCM_\w{0,80}PRETEND|local_scheme|no-local-version", re.IGNORECASE)


GIVEN = re.compile(
    r"\b(?:SETUPTOOLS_SCM_PRETEND_VERSION|PBR_VERSION|PDM_BUILD_SCM_VERSION|VERSIONEER_OVERRIDE"
    r"|(?:POETRY|UV)_DYNAMIC_VERSIONING_BYPASS)"
)
"""Variables that give a build its version, whatever the tags are (the documentation of each tool says so)."""


def versions(project: Project, workflow: Workflow | None) -> Iterator[Finding]:
    """Yield what the next push and the next tag will build, and what is in the way of it."""
    if project.plan.version_source == "static":
        yield from static(project)
        return
    if workflow is None or workflow.problem:
        return
    yield from shallow(project, workflow)
    yield from local_part(project, workflow)
    written = project.project_table.get("version")
    if written:
        yield check.TWO_VERSIONS.found(
            f"version = {written} stands here, and the version is to come from the tag: a tag that differs publishes"
            ' nothing; remove this line, and write dynamic = ["version"]',
            "pyproject.toml",
        )
    yield from of_tags(project, workflow)


def of_tags(project: Project, workflow: Workflow) -> Iterator[Finding]:
    """Yield what the last tag means for the next push and the next tag."""
    tag = last_tag(project)
    last = version_of(project.plan.tags.version_in(tag))
    is_scm = project.plan.version_source == "setuptools-scm"
    if tag and last is None:
        yield check.NO_VERSION.found(
            f"the tag {tag} is no version, so nothing can be built: delete it, here and on GitHub",
            severity=ERROR if is_scm else WARNING,
        )
        return
    if is_scm and last and (why := why_no_push_can_be_built(last)):
        # A workflow that is kept may build nothing but tags.
        is_built = not project.plan.is_kept and workflow.starts_for("branches", project.plan.default_branch)
        yield check.NO_PUSH.found(
            f"each push fails while {tag} is the last tag: {why}; delete it, here and on GitHub, or tag a release",
            severity=ERROR if is_built else WARNING,
        )
        yield check.NEXT.found(f"next tag: {project.plan.tags.of(next_release(last))} builds {next_release(last)}")
    elif not project.plan.is_kept:
        yield check.NEXT.found(f"next push: {next_push(project, workflow, last)}")
        tag = next_tag(project)
        yield check.NEXT.found(f"next tag: {tag} builds {Version(project.plan.tags.version_in(tag))}")
    elif last:
        yield check.NEXT.found(
            f"last release tag: {project.plan.tag_prefix}{last}; the version comes from the next one"
        )


def why_no_push_can_be_built(last: Version) -> str:
    """Return why setuptools-scm makes no version of a push behind a release tag that an index takes; empty if it does.

    https://setuptools-scm.readthedocs.io/en/latest/usage/
    """
    if last.dev:
        return f"setuptools-scm counts commits as .devN, and refuses one of a tag that says .dev{last.dev} itself"
    if last.local:
        return f"its +{last.local} goes into every version, and no index takes that"
    return ""


def released(project: Project) -> dict[Version, str]:
    """Return the tag of each release."""
    found = {}
    for tag in project.release_tags:
        if (version := version_of(project.plan.tags.version_in(tag))) is not None:
            found[version] = tag
    return found


def last_tag(project: Project) -> str:
    """Return the release tag that the commit is built upon, as setuptools-scm finds it; empty before the first one.

    Whether a file differs is not asked for: git would run a repository's own filters.
    """
    command = [part for part in project.plan.tags.describe_command[1:] if part != "--dirty"]
    described = project.found.git.ask(*command) or ""
    tag = re.match(r"(.+?)-\d+-g[0-9a-f]+$", described.strip())
    return tag[1] if tag else ""


def next_release(last: Version) -> Version:
    """Return the version after a release: the final one after a pre-release, else the last number is one more."""
    if last.is_prerelease:
        return Version(last.base_version)
    return Version(guessed(last))


def guessed(last: Version) -> str:
    """Return the version that setuptools-scm's `guess-next-dev` takes for the next (`_modify_version._bump_regex`)."""
    if last.dev is not None:
        return str(last).partition(".dev")[0]
    found = re.fullmatch(r"(.*?)(\d+)", last.public)
    return f"{found[1]}{int(found[2]) + 1}" if found else str(last)


def next_tag(project: Project) -> str:
    """Return the tag of the next release; that of the first one where there is none yet, or where it cannot be told."""
    if project.plan.version_source == "static":
        written = version_of(version_in_file(project)[1])
        return project.plan.tags.of(written) if written else project.plan.tags.example
    last = version_of(project.plan.tags.version_in(last_tag(project)))
    return project.plan.tags.of(next_release(last)) if last else project.plan.tags.first


def next_push(project: Project, workflow: Workflow, last: Version | None) -> str:
    """Return what the next push of the default branch builds, in words."""
    branch = project.plan.default_branch
    if not workflow.starts_for("branches", branch):
        return f"{branch} starts nothing that publishes"
    scheme = str(own_scheme(project, "version_scheme") or "")
    if project.plan.version_source != "setuptools-scm" or scheme not in ("", "guess-next-dev"):
        return "the version that the package's own tool makes of the tags"
    return f"{guessed(last) if last else '0.1'}.devN, N is the run's number"


def own_scheme(project: Project, name: str) -> object:
    """Return a setting of setuptools-scm in `pyproject.toml`, in either place; `None` where there is none."""
    tool = table(project.pyproject, "tool")
    hatch = table(table(table(tool, "hatch"), "version"), "raw-options")
    return table(tool, "setuptools_scm").get(name, hatch.get(name))


def shallow(project: Project, workflow: Workflow) -> Iterator[Finding]:
    """Yield which jobs build a branch from a checkout without tags; a tag that is pushed is fetched."""
    if starts_for_releases_alone(workflow) or GIVEN.search(workflow.text):
        return
    for job in workflow.jobs.values():
        if builds(project, job) and not fetches_tags(job) and not asks_for_a_release(workflow.conditions(job)):
            yield check.SHALLOW.found(
                "the version comes from the tags, and the checkout has none: give actions/checkout fetch-depth: 0",
                job,
            )


def fetches_tags(job: Job) -> bool:
    """Say whether a job has the tags: by its checkout, or by a command."""
    return any("git fetch" in step.run for step in job.steps) or not any(step.is_shallow_checkout for step in job.steps)


def local_part(project: Project, workflow: Workflow) -> Iterator[Finding]:
    """Yield whether a push would have a local version, like 1.2.1.dev3+g1a2b3c, which the indexes refuse."""
    branch = project.plan.default_branch
    applies = project.plan.version_source == "setuptools-scm" and project.plan.push_publisher
    if not applies or not workflow.starts_for("branches", branch):
        return
    is_set = own_scheme(project, "local_scheme") not in (None, "node-and-date", "node-and-timestamp", "dirty-tag")
    restore = "" if project.plan.is_kept else "restore SETUPTOOLS_SCM_PRETEND_METADATA in the job build, or "
    if not is_set and not WITHOUT_LOCAL_PART.search(workflow.text):
        yield check.LOCAL.found(
            f"a push has a local version, which TestPyPI refuses: {restore}"
            'set local_scheme = "no-local-version" in pyproject.toml',
            workflow.path,
        )


def static(project: Project) -> Iterator[Finding]:
    """Yield the version that stands in a file, and whether it has grown since the last release."""
    file, written = version_in_file(project)
    version = version_of(written)
    if version is None:
        seen = f"{written[:100]} is no version" if written else "the version cannot be seen"
        yield check.NO_VERSION.found(f"{seen}: it must be new with each tag", file, ERROR if written else INFORMATION)
        return
    if version.local:
        yield check.LOCAL_IN_FILE.found(
            f"{version} is a local version, which the indexes refuse: leave out +{version.local}", file
        )
    tags = released(project)
    yield from grown(project, version, file, tags)
    if version in tags:
        yield check.NEXT.found(f"next tag: the version in {file} is {version}, which is released; it must grow first")
    else:
        tag = f"{project.plan.tag_prefix}{version}"
        yield check.NEXT.found(f"next tag: {tag} builds {version}, the version in {file}; it must grow with each tag")


def grown(project: Project, version: Version, file: str, tags: dict[Version, str]) -> Iterator[Finding]:
    """Yield whether the version in a file is another one than the tag's on this commit, or not higher than the releases."""
    highest = max(tags, default=None)
    here = set((project.found.git.ask("tag", "--points-at", "HEAD") or "").split())
    tagged = {tag: found for found, tag in tags.items() if tag in here}
    if tagged and version not in tagged.values():
        yield check.OTHER_TAG.found(
            f"the tag {min(tagged)} is on this commit, and the version here is {version}: a release needs both the same",
            file,
        )
    elif version in tags:
        if not tagged:
            yield check.RELEASED.found(
                f"{version} is released as {tags[version]}: write a new version before the next tag", file
            )
    elif highest and version < highest:
        yield check.RELEASED.found(
            f"{version} is lower than the last release, {tags[highest]}: write a new version", file
        )
