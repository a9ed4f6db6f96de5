"""The package that is built: its version now and with the next push and tag, and the licence files that it names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from packaging.version import InvalidVersion, Version

from ..found.package import lines, read, requirements, sections, table
from ..found.workflows import Workflow
from ..project import Project
from .findings import Finding, error, information, warning

# A command that makes what is published.
BUILDS = re.compile(
    r"python3? -m build|pyproject-build|\b(?:uv|hatch|flit|poetry|pdm|maturin) build\b|setup\.py (?:sdist|bdist)"
)

# What gives a push a version without a local part.
WITHOUT_LOCAL_PART = re.compile(r"SETUPTOOLS_SCM_\w*PRETEND|local_scheme|no-local-version", re.IGNORECASE)


def licence_files(project: Project) -> Iterator[Finding]:
    """Yield which of the licence files that `pyproject.toml` names are missing: a build refuses that (PEP 639)."""
    patterns, licence = project.project_table.get("license-files", []), project.project_table.get("license")
    patterns = patterns if isinstance(patterns, list) else []
    named = [licence["file"]] if isinstance(licence, dict) and isinstance(licence.get("file"), str) else []
    for pattern in [*(part for part in patterns if isinstance(part, str)), *named]:
        try:
            found = any(project.folder.glob(pattern))
        except (NotImplementedError, ValueError):  # an absolute path, or an empty one
            found = False
        if not found:
            yield error(
                f"no file is called {pattern}, which is a licence file here: add it, or correct the name",
                "pyproject.toml",
            )


def metadata(project: Project) -> Iterator[Finding]:
    """Yield what a build, the workflow or PyPI refuses in `pyproject.toml` (warehouse, `forklift/metadata.py`)."""
    if not project.pyproject:
        return  # damaged or not there, which is said elsewhere
    readme, place = project.project_table.get("readme"), "pyproject.toml"
    file = readme.get("file") if isinstance(readme, dict) else readme
    if isinstance(file, str) and not (project.folder / file).is_file():
        yield error(f"no file is called {file}, which is the readme here: add it, or correct the name", place)
    group = project.found.answers.get("test_group")
    if group and not project.plan.is_kept and group not in table(project.pyproject, "dependency-groups"):
        yield error(
            f"has no dependency group {group}, with which the workflow tests: add it, or update with --data test_group=NAME",
            place,
        )
    if not project.plan.tag_publisher.index.site:
        return
    for classifier in lines(project.project_table.get("classifiers")):
        if str(classifier).startswith("Private ::"):
            yield error(f"the index refuses what has the classifier {classifier}: remove it", place)
    extras = table(project.project_table, "optional-dependencies").values()
    for value in (project.project_table.get("dependencies"), *extras):
        for requirement in requirements(value):
            if requirement.url:
                yield error(f"the index refuses a dependency by address, {requirement}: name its versions", place)


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
        yield error(
            f"version = {written} stands here, and the version is to come from the tag: a tag that differs publishes"
            ' nothing; remove it, and write dynamic = ["version"]',
            "pyproject.toml",
        )
    tag = last_tag(project)
    last = {tag: version for version, tag in released(project).items()}.get(tag)
    if tag and last is None:
        yield error(f"the tag {tag} is no version, so nothing can be built: delete it, here and on GitHub")
        return
    if not project.plan.is_kept:
        yield information(f"next push: {next_push(project, workflow, last)}")
        tag = project.plan.tags.first if last is None else f"{project.plan.tag_prefix}{next_release(last)}"
        yield information(f"next tag: {tag} builds {Version(tag.removeprefix(project.plan.tag_prefix))}")
    elif last:
        yield information(f"last release tag: {project.plan.tag_prefix}{last}; the version comes from the next one")


def released(project: Project) -> dict[Version, str]:
    """Return the tag of each release."""
    found = {}
    for tag in project.release_tags:
        try:
            found[Version(tag.removeprefix(project.plan.tag_prefix))] = tag
        except InvalidVersion:
            continue
    return found


def last_tag(project: Project) -> str:
    """Return the release tag that the commit is built upon, as setuptools-scm finds it; empty before the first one."""
    described = project.found.git.ask(*project.plan.tags.describe_command[1:]) or ""
    tag = re.match(r"(.+?)-\d+-g[0-9a-f]+(?:-dirty)?$", described.strip())
    return tag[1] if tag else ""


def next_release(last: Version) -> Version:
    """Return the version after a release: the final one after a pre-release, else the last number is one more."""
    return Version(last.base_version) if last.is_prerelease else Version(guessed(last))


def guessed(last: Version) -> str:
    """Return the version that setuptools-scm's `guess-next-dev` takes for the next (`_modify_version._bump_regex`)."""
    if last.dev is not None:
        return str(last).partition(".dev")[0]
    found = re.fullmatch(r"(.*?)(\d+)", last.public)
    return f"{found[1]}{int(found[2]) + 1}" if found else str(last)


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
    """Yield which jobs build from a checkout without tags."""
    for job in workflow.jobs.values():
        runs = "\n".join(step.run for step in job.steps)
        if not (BUILDS.search(runs) or (job.name == "build" and not project.plan.is_kept)) or "git fetch" in runs:
            continue
        if any(step.is_shallow_checkout for step in job.steps):
            yield warning(
                "the version comes from the tags, and the checkout has none: give actions/checkout fetch-depth: 0",
                job.place,
            )


def local_part(project: Project, workflow: Workflow) -> Iterator[Finding]:
    """Yield whether a push would have a local version, like 1.2.1.dev3+g1a2b3c, which the indexes refuse."""
    branch = project.plan.default_branch
    applies = project.plan.version_source == "setuptools-scm" and project.plan.push_publisher
    if not applies or not workflow.starts_for("branches", branch):
        return
    is_set = own_scheme(project, "local_scheme") not in (None, "node-and-date", "node-and-timestamp", "dirty-tag")
    restore = "" if project.plan.is_kept else "restore SETUPTOOLS_SCM_PRETEND_METADATA in the job build, or "
    if not is_set and not WITHOUT_LOCAL_PART.search(workflow.text):
        yield warning(
            f"a push has a local version, which TestPyPI refuses: {restore}"
            'set local_scheme = "no-local-version" in pyproject.toml',
            workflow.path,
        )


def static(project: Project) -> Iterator[Finding]:
    """Yield the version that stands in a file, and whether it has grown since the last release."""
    file, written = version_in_file(project)
    try:
        version = Version(written)
    except InvalidVersion:
        seen = f"{written} is no version" if written else "the version cannot be seen"
        yield (error if written else information)(f"{seen}: it must be new with each tag", file)
        return
    if version.local:
        yield error(f"{version} is a local version, which the indexes refuse: leave out +{version.local}", file)
    tags = released(project)
    highest = max(tags, default=None)
    here = set((project.found.git.ask("tag", "--points-at", "HEAD") or "").split()) & set(tags.values())
    if here and tags.get(version) not in here:
        yield error(
            f"the tag {min(here)} is on this commit, and {version} stands here: a release needs both the same", file
        )
    elif version in tags:
        if not here:
            yield warning(f"{version} is released as {tags[version]}: write a new version before the next tag", file)
    elif highest and version < highest:
        yield warning(f"{version} is lower than the last release, {tags[highest]}: write a new version", file)
    tag = f"{project.plan.tag_prefix}{version}"
    if version in tags:
        yield information(f"next tag: the version in {file} is {version}, which is released; it must grow first")
    else:
        yield information(f"next tag: {tag} builds {version}, the version in {file}; it must grow with each tag")


def version_in_file(project: Project) -> tuple[str, str]:
    """Return a file, and the version that it states; an empty one where that cannot be seen."""
    poetry = table(table(project.pyproject, "tool"), "poetry")
    for value in (project.project_table.get("version"), poetry.get("version")):
        if isinstance(value, str):
            return "pyproject.toml", value
    setup_cfg = table(read(project.folder, "setup.cfg", sections) or {}, "metadata").get("version")
    if isinstance(setup_cfg, str) and not setup_cfg.startswith(("attr:", "file:")):
        return "setup.cfg", setup_cfg
    return "pyproject.toml", ""
