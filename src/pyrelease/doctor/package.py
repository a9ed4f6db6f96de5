"""The package that is built: what a build, the workflow or an index refuses."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from itertools import pairwise
from pathlib import Path, PurePosixPath

from packaging.utils import canonicalize_name

from ..found.files import inside, text
from ..found.package import Table, lines, requirements, table
from ..found.workflows import Job, Workflow
from ..project import Project
from .checks import names as names_check
from .checks import package as check
from .findings import WARNING, Finding, Place

# A command that makes what is published.
BUILDS = re.compile(
    r"\bpython[\d.]{0,5}\s{1,9}-m\s{1,9}build\b|\bpyproject-build\b|\b(?:uv|hatch|flit|poetry|pdm|maturin|rye)\s{1,9}(?:-\S{1,80}\s{1,9}(?:\w\S{0,80}\s{1,9})?){0,4}build\b"
    r"|setup\.py\s{1,9}(?:sdist|bdist)|\b(?:pipx|uvx|uv\s{1,9}tool)\s{1,9}(?:run\s{1,9})?(?:-\S{1,80}\s{1,9}(?:\S{1,80}\s{1,9})?){0,4}build\b|\bpip3?\s{1,9}wheel\b"
)

BUILDING_ACTIONS = ("hynek/build-and-inspect-python-package", "pypa/cibuildwheel")
"""Actions that build what a checkout brought."""

LONGEST = 1000
"""Characters of a pattern that a file can fit, at most."""

SUMMARY, LABEL = 512, 32
"""Characters of a description, and of the label of a URL, at most."""

DIRECTORIES = 5000
"""Folders that a pattern with `**` is looked for in, at most."""


def builds(project: Project, job: Job) -> bool:
    """Say whether a job makes what is published."""
    runs = "\n".join(step.run for step in job.steps)
    return (
        (job.name == "build" and not project.plan.is_kept)
        or any(step.action in BUILDING_ACTIONS for step in job.steps)
        or bool(BUILDS.search(runs))
    )


def licence_files(project: Project) -> Iterator[Finding]:
    """Yield which of the licence files that `pyproject.toml` names are missing: a build refuses that (PEP 639)."""
    patterns, licence = project.project_table.get("license-files", []), project.project_table.get("license")
    patterns = patterns if isinstance(patterns, list) else []
    named = [licence["file"]] if isinstance(licence, dict) and isinstance(licence.get("file"), str) else []
    for pattern in [*(part for part in patterns if isinstance(part, str)), *named]:
        if not fits_a_file(project.package, pattern):
            yield check.LICENCE_FILE.found(
                f"no file fits {pattern}, the name of a licence file: add one, or correct the name",
                "pyproject.toml",
            )


def fits_a_file(folder: Path, pattern: str) -> bool:
    """Say whether a file in the folder fits a pattern; each folder is looked at once, and no link to one is followed.

    https://packaging.python.org/en/latest/specifications/glob-patterns/
    """
    written = PurePosixPath(pattern[: LONGEST + 1])
    parts = tuple(part for before, part in pairwise(("", *written.parts)) if not before == part == "**")
    if not parts or ".." in parts or written.is_absolute() or len(pattern) > LONGEST:
        return False
    waiting = [(str(folder), frozenset({0}))]
    for looked_at, (path, reached) in enumerate(waiting):  # it grows meanwhile
        if looked_at >= DIRECTORIES:
            return True  # nobody knows
        try:
            with os.scandir(path) as listed:
                entries = [*listed]
        except OSError:
            continue
        for entry in entries:
            after = next_parts(parts, reached, entry.name)
            if entry.is_dir(follow_symlinks=False):
                if after and entry.name != ".git":
                    waiting.append((entry.path, after))
            elif len(parts) in after:
                return True
    return False


def next_parts(parts: tuple[str, ...], reached: frozenset[int], name: str) -> frozenset[int]:
    """Return which parts of a pattern come next behind a file or folder of a name, if these were to come."""
    found = set[int]()
    for part in opened(parts, reached):
        if part == len(parts):
            continue
        if parts[part] == "**":
            found.add(part)
        elif fnmatchcase(name, parts[part]):
            found.add(part + 1)
    return frozenset(found)


def opened(parts: tuple[str, ...], reached: frozenset[int]) -> set[int]:
    """Return the parts that may come next, where `**` may stand for nothing."""
    found = set[int]()
    for part in reached:
        found.add(part)
        while part < len(parts) and parts[part] == "**":
            part += 1
            found.add(part)
    return found


def metadata(project: Project) -> Iterator[Finding]:
    """Yield what a build, the workflow or PyPI refuses in `pyproject.toml` (warehouse, `forklift/metadata.py`)."""
    if not project.pyproject:
        return  # damaged or not there, which is said elsewhere
    readme, place = project.project_table.get("readme"), "pyproject.toml"
    file = readme.get("file") if isinstance(readme, dict) else readme
    if isinstance(file, str) and not is_file(project.package, file):
        yield check.README.found(f"the readme {file} is not there: add it, or correct its name", place)
    group = project.found.answers.get("test_group")
    groups = {canonicalize_name(name) for name in table(project.pyproject, "dependency-groups")}
    if isinstance(group, str) and group and not project.plan.is_kept and canonicalize_name(group) not in groups:
        yield check.TEST_GROUP.found(
            f"lacks the dependency group {group} that the workflow tests with: add it, or update with --data test_group=NAME",
            place,
        )
    if not project.plan.tag_publisher.index.site:
        return
    for classifier in lines(project.project_table.get("classifiers")):
        if str(classifier).startswith("Private ::"):
            yield check.CLASSIFIER.found(
                f"the index refuses every file with the classifier {classifier}: remove it", place
            )
    yield from too_long(project.project_table)
    extras = table(project.project_table, "optional-dependencies").values()
    for value in (project.project_table.get("dependencies"), *extras):
        for requirement in requirements(value):
            if requirement.url:
                yield check.DEPENDENCY.found(
                    f"the index refuses a dependency by address, {requirement}: name its versions", place
                )


def too_long(metadata: Table) -> Iterator[Finding]:
    """Yield which texts PyPI refuses for their length (warehouse, `forklift/metadata.py`)."""
    description = metadata.get("description")
    if isinstance(description, str) and (len(description) > SUMMARY or "\n" in description.strip()):
        yield check.LENGTH.found(
            f"the description has {len(description)} characters, and the index takes {SUMMARY} in one line: shorten it",
            check.FILE,
        )
    for label in table(metadata, "urls"):
        if len(label) > LABEL:
            yield check.LENGTH.found(
                f"the label {label} of a URL has {len(label)} characters, and the index takes {LABEL}: shorten it",
                check.FILE,
            )


def is_file(folder: Path, name: str) -> bool:
    """Say whether a folder has a file of this name, and not somewhere else."""
    try:
        return inside(folder, name).is_file()
    except (OSError, ValueError):
        return False


def submodules(project: Project, workflow: Workflow) -> Iterator[Finding]:
    """Yield which jobs build without the repository's submodules."""
    if "[submodule" not in text(project.root, ".gitmodules"):
        return
    for job in workflow.jobs.values():
        if not builds(project, job) or any("git submodule" in step.run for step in job.steps):
            continue
        checkouts = [
            step for step in job.steps if step.action == "actions/checkout" and "repository" not in step.inputs
        ]
        if any(step.inputs.get("submodules", "false").lower() in ("", "false") for step in checkouts):
            yield check.SUBMODULES.found(
                "builds without the submodules that .gitmodules names: give actions/checkout submodules: recursive", job
            )


def old_names(project: Project) -> Iterator[Finding]:
    """Yield where the package's `__version__` is asked of a distribution that is neither it nor a dependency of it."""
    ours = {canonicalize_name(project.plan.project_name), canonicalize_name(project.name)}
    known = {canonicalize_name(need.name) for need in requirements(project.project_table.get("dependencies"))}
    for name in modules(project):
        content = text(project.package, name)
        if "version(" not in content or "metadata" not in content:
            continue
        for line, asked, is_guarded in asked_names(content):
            if canonicalize_name(asked) not in ours | known:
                yield names_check.OLD_NAME.found(
                    f"asks for the version of {asked}, and this package is {project.plan.project_name}:"
                    f" {'no version is known then' if is_guarded else 'the import fails'}; write this package's name",
                    Place(name, line=line),
                    WARNING if is_guarded else None,
                )


def modules(project: Project) -> Iterator[str]:
    """Yield the paths of the modules of the package that may be imported first, in `src` or beside pyproject.toml."""
    own = project.plan.import_name or canonicalize_name(project.plan.project_name).replace("-", "_")
    for parent in ("src/", ""):
        yield f"{parent}{own}/__init__.py"
        yield f"{parent}{own}.py"


def asked_names(content: str) -> Iterator[tuple[int, str, bool]]:
    """Yield the line and the name of each distribution whose version a module takes for its own.

    The last value says whether the module stands the failure.
    """
    try:
        tree = ast.parse(content)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in tree.body:
        is_guarded = isinstance(node, ast.Try)
        for part in node.body if isinstance(node, ast.Try) else [node]:
            if isinstance(part, ast.Assign | ast.AnnAssign) and (name := asked_by(part)):
                yield part.lineno, name, is_guarded


def asked_by(node: ast.Assign | ast.AnnAssign) -> str:
    """Return the distribution whose version is given to `__version__`; empty where none is."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    call = node.value
    if not any(isinstance(target, ast.Name) and target.id == "__version__" for target in targets):
        return ""
    if not isinstance(call, ast.Call) or len(call.args) != 1 or not isinstance(call.args[0], ast.Constant):
        return ""
    function = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    value = call.args[0].value
    return value if function == "version" and isinstance(value, str) else ""
