"""What an answer is where nobody gives one, and the choices that depend on the folder.

`copier.yml` uses each function here as a filter of the same name: `{{ found | default_workflow_filename }}`. What a rule
would refuse is never a default.
"""

from __future__ import annotations

from .found import Found
from .found.package import EXISTING_BACKENDS, NEW_BACKENDS
from .plan.answers import WORKFLOWS
from .plan.files import DEPENDABOT, RELEASING_FILES, RENOVATE
from .plan.pipeline import OLD_PYTHON_VERSIONS, PYTHON_VERSIONS
from .rules import distribution_for, if_allowed

RENOVATE_FILES = (
    *("renovate.json", "renovate.json5", ".renovaterc", ".renovaterc.json", ".renovaterc.json5"),
    *(RENOVATE, f"{RENOVATE}5"),
)
"""Where Renovate looks for what it has to do (https://docs.renovatebot.com/configuration-options/)."""


def python_choices(package: str) -> tuple[str, ...]:
    """Return the Python releases that may be the oldest one of a `new` or an `existing` package."""
    return (*(OLD_PYTHON_VERSIONS if package == "existing" else ()), *PYTHON_VERSIONS)


def backend_choices(package: str) -> dict[str, str] | tuple[str, ...]:
    """Return the build backends that a `new` or an `existing` package may have, by their labels where they have some."""
    return EXISTING_BACKENDS if package == "existing" else NEW_BACKENDS


def default_project_name(found: Found, package: str) -> str:
    """Return the name of the package that is there, or what the folder's suggests; empty if PyPI would refuse it."""
    name = found.package.name if package == "existing" else distribution_for(found.folder_name)
    return if_allowed(name, "distribution_problem")


def default_project_description(found: Found, package: str, project_name: str) -> str:
    """Return the summary that the package has, or a sentence."""
    summary = if_allowed(found.package.description, "summary_problem") if package == "existing" else ""
    return summary or f"{project_name}, a package for Python"


def default_python_min(found: Found, package: str) -> str:
    """Return the oldest Python that the package says it supports, if it is a choice."""
    oldest = found.package.python_min
    return oldest if package == "existing" and oldest in python_choices(package) else "3.11"


def default_push_index(found: Found, index_url: str, existing_workflow: str) -> str:
    """Return `none` where TestPyPI would show what is private, or gets nothing from a workflow that is kept."""
    leaves_out = existing_workflow == "keep" and not found.workflows.chosen.publishes_to_testpypi
    return "none" if index_url or leaves_out else "testpypi"


def default_pypi_status(found: Found, package: str) -> str:
    """Return `existing` if the package has release tags or a workflow that publishes to PyPI, else `new`."""
    if package == "new":
        return "new"
    has_released = found.git.tag_prefix is not None or found.workflows.chosen.publishes_to_pypi
    return "existing" if has_released else "new"


def default_testpypi_status(found: Found, package: str) -> str:
    """Return `existing` if a workflow of the package publishes to TestPyPI, else `new`."""
    return "existing" if package == "existing" and found.workflows.chosen.publishes_to_testpypi else "new"


def default_pypi_environment(found: Found, index_url: str) -> str:
    """Return the environment of the workflow that publishes already, or a usual name."""
    known = if_allowed(found.workflows.chosen.pypi_environment, "environment_problem")
    return known or ("package-index" if index_url else "pypi")


def default_testpypi_environment(found: Found, pypi_environment: str, existing_workflow: str) -> str:
    """Return the environment of the workflow that publishes already, or a usual name that PyPI's has not."""
    known = if_allowed(found.workflows.chosen.testpypi_environment, "environment_problem")
    if known and (known.lower() != pypi_environment.lower() or existing_workflow == "keep"):
        return known
    return "rehearsal" if pypi_environment.lower() == "testpypi" else "testpypi"


def default_workflow_filename(found: Found) -> str:
    """Return the file name of the workflow that publishes already, or one that no workflow has."""
    known = if_allowed(found.workflows.chosen.filename, "kept_workflow_problem")
    return known or found.first_free(WORKFLOWS, "publish-to-test-pypi.yml", "publish-to-pypi.yml")


def default_releasing_file(found: Found, package: str) -> str:
    """Return a file name that no file of an existing package has."""
    return found.first_free(".", *RELEASING_FILES) if package == "existing" else RELEASING_FILES[0]


def default_kept_files(found: Found, package: str) -> list[str]:
    """Return the template's files that an existing package has of its own, in whichever spelling."""
    has_dependabot = package == "existing" and found.existing(DEPENDABOT, DEPENDABOT.replace(".yml", ".yaml"))
    return [DEPENDABOT] if has_dependabot else []


def default_bot(found: Found, package: str) -> str:
    """Return the bot that is not there yet: no second one beside Renovate, which an existing package may have."""
    return "none" if package == "existing" and found.existing(*RENOVATE_FILES) else "dependabot"
