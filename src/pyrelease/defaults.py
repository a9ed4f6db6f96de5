"""What an answer is where nobody gives one, and the choices that depend on the folder.

`copier.yml` uses each function here as a filter of the same name: `{{ found | default_workflow_filename }}`. What a rule
would refuse is never a default.
"""

from __future__ import annotations

import shlex
import textwrap
from collections.abc import Collection, Iterator

from .found import Found
from .found.package import EXISTING_BACKENDS, NEW_BACKENDS
from .plan import COPY_COMMAND
from .plan.answers import WORKFLOWS
from .plan.files import KEPT_FILES, RELEASING_FILES, RENOVATE
from .plan.pipeline import OLD_PYTHON_VERSIONS, PYTHON_VERSIONS
from .rules import distribution_for, if_allowed, repository_in

RENOVATE_FILES = (
    *("renovate.json", "renovate.json5", ".renovaterc", ".renovaterc.json", ".renovaterc.json5"),
    *(RENOVATE, f"{RENOVATE}5"),
)
"""Where Renovate looks for what it has to do (https://docs.renovatebot.com/configuration-options/)."""

WORKFLOW_CHOICES = {
    "It stays, and goes on publishing": "keep",
    "This template's workflow takes its place and its name": "replace",
    "This template's workflow publishes, and you delete the old lines": "move",
    "It does not publish": "none",
}
"""What may become of a workflow that publishes, by what the question shows."""


def python_choices(package: str) -> tuple[str, ...]:
    """Return the Python releases that may be the oldest one of a `new` or an `existing` package."""
    return (*(OLD_PYTHON_VERSIONS if package == "existing" else ()), *PYTHON_VERSIONS)


def backend_choices(package: str) -> dict[str, str] | tuple[str, ...]:
    """Return the build backends that a `new` or an `existing` package may have, by their labels where they have some."""
    return EXISTING_BACKENDS if package == "existing" else NEW_BACKENDS


def default_owner(found: Found, is_unattended: bool) -> str:
    """Return the owner in the address of the remote `origin`, else that of another package here.

    One behind a name of ssh's settings is only proposed.
    """
    known = found.git.owner or found.packages.shared("github_owner")
    return known or ("" if is_unattended else found.git.behind_alias[0])


def default_author_name(found: Found, project_name: str, is_unattended: bool) -> str:
    """Return the name that git knows; without one a person is asked: the owner may be an organisation, and is no author."""
    known = if_allowed(found.git.user_name, "author_problem")
    return known or (f"The {project_name} authors" if is_unattended else "")


def default_repository(found: Found, project_name: str, owner: str) -> str:
    """Return the repository in the address of the remote `origin`, the one typed behind the owner, another package's, or a name."""
    root = found.folder.resolve().name if found.package_folder else ""
    typed = (found.git.repository, found.git.behind_alias[1], repository_in(owner))
    known = (*typed, found.packages.shared("github_repository"), root, project_name)
    return next(filter(None, (if_allowed(name, "repository_problem") for name in known)))


def workflow_choices(package: str, found: Found | None = None, given: Collection[str] = ()) -> dict[str, str]:
    """Return what may become of a workflow that publishes, by its label; the names of what was `given` are `--data`'s.

    What cannot be done with the one that is found is not offered to a person. Where it is given or kept, it is a choice,
    which a rule refuses with its reason.
    """
    offered = set(WORKFLOW_CHOICES.values())
    if found and package == "existing" and not found.is_project and "existing_workflow" not in given:
        offered -= {choice for choice in offered if found.workflows.choice_problem(choice)}
    return {label: choice for label, choice in WORKFLOW_CHOICES.items() if choice in offered}


def default_tag_prefix(found: Found) -> str:
    """Return what stands before the version in the newest release's tag, or what a new package has there."""
    if found.tag_prefix is not None:
        return if_allowed(found.tag_prefix, "tag_prefix_problem")
    return f"{found.short_name}-v" if found.package_folder else "v"


def default_existing_workflow(found: Found, package: str, is_unattended: bool) -> str:
    """Return what shall become of the workflow that publishes; empty where somebody must say whether one does.

    Where nobody answers it stays, since that breaks no release; `ValueError` where it only may publish.
    """
    chosen = found.workflows.chosen
    if package == "new" or not chosen.filename:
        return "none"
    if not is_unattended:
        return chosen.proposal[0]
    if not chosen.publishes_to_pypi:
        raise ValueError(
            f"existing_workflow: {chosen.likely[0]}, so it may publish; add --data existing_workflow=keep or move if it"
            " does, none if it does not"
        )
    return "keep"


def default_binary(found: Found, package: str, existing_workflow: str) -> bool | str:
    """Return whether the package compiles something; empty where only its maintainer knows."""
    is_unknown = package == "existing" and found.package.may_be_compiled and existing_workflow != "keep"
    return "" if is_unknown else package == "existing" and found.package.is_compiled


def default_github_release(found: Found, existing_workflow: str) -> bool:
    """Return whether a workflow that is replaced has made releases on GitHub."""
    return existing_workflow == "replace" and found.workflows.chosen.makes_release


def seen(found: Found, is_unattended: bool, template: str = "") -> str:
    """Return what was seen in a folder, and what comes of it, before anything is asked or written.

    `template` is the template's address, as it was given.
    """
    lines = [wrapped(line) for line in seen_lines(found, is_unattended)] if found.has_foreign_package else []
    if found.is_left_out_of_workspace:
        told = (
            f"uv does not know it yet: add {found.package_folder} to members in [tool.uv.workspace] of pyproject.toml."
        )
        lines.append(wrapped(told))
    return "\n".join([*misplaced_lines(found, template), *lines])


def misplaced_lines(found: Found, template: str) -> Iterator[str]:
    """Yield how a package in a folder of a repository is released from there; nothing where it is its own repository."""
    if (place := found.place_below_a_root) and not found.is_project:
        options = f"--answers-file {place.answers_file} --data package_folder={place.package_folder}"
        yield f"{place.package_folder} is a folder of a repository, where GitHub reads no workflow."
        yield f"To release it from there, leave with Ctrl-C and run this in {place.root}:"
        yield f"  {COPY_COMMAND} {shlex.quote(template)} . {options}"


def wrapped(line: str) -> str:
    """Return a line broken at blanks for a terminal of 80 columns; a name or a path is never broken."""
    indent = " " * (len(line) - len(line.lstrip()) + 2)
    return textwrap.fill(line, 80, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def seen_lines(found: Found, is_unattended: bool) -> Iterator[str]:
    """Yield what was seen, in a line each."""
    chosen = found.workflows.chosen
    if chosen.filename:
        choice, reason = chosen.proposal
        proposed = f": existing_workflow={choice} is proposed" if choice else ""
        yield f"{chosen.filename} {reason}{proposed}{', and it is kept, since nobody answers' * is_unattended}."
        if chosen.can_be_replaced:
            yield from (f"  If it is replaced, this goes: {part}." for part in chosen.dropped)
    for part in found.to_delete(chosen.filename):
        yield f"  Another workflow publishes, too: {part}."
    package = found.package
    if group := package.test_group or package.test_extra:
        kind = "test_group" if package.test_group else "test_extra"
        yield f"Tests run with {group} alone: --data {kind}=NAME for another, empty for none."
    if package.may_be_compiled:
        yield "Whether the build compiles something cannot be seen: binary says it."


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
    has_released = found.tag_prefix is not None or found.workflows.chosen.publishes_to_pypi
    return "existing" if has_released else "new"


def default_testpypi_status(found: Found, package: str) -> str:
    """Return `existing` if a workflow of the package publishes to TestPyPI, else `new`."""
    return "existing" if package == "existing" and found.workflows.chosen.publishes_to_testpypi else "new"


def default_pypi_environment(found: Found, index_url: str, existing_workflow: str) -> str:
    """Return the environment of the workflow that publishes already, or a usual name; one that is kept may have none."""
    known = if_allowed(found.workflows.chosen.pypi_environment, "environment_problem")
    if existing_workflow == "keep" and found.workflows.chosen.filename:
        return known
    if not index_url:
        known = known or if_allowed(found.packages.shared("pypi_environment"), "environment_problem")
    return known or ("package-index" if index_url else "pypi")


def default_testpypi_environment(found: Found, pypi_environment: str, existing_workflow: str) -> str:
    """Return the environment of the workflow that publishes already, or a usual name that PyPI's has not."""
    known = if_allowed(found.workflows.chosen.testpypi_environment, "environment_problem")
    if existing_workflow == "keep" and found.workflows.chosen.filename:
        return known
    known = known or if_allowed(found.packages.shared("testpypi_environment"), "environment_problem")
    if known and known.lower() != pypi_environment.lower():
        return known
    return "rehearsal" if pypi_environment.lower() == "testpypi" else "testpypi"


def default_workflow_filename(found: Found, existing_workflow: str) -> str:
    """Return the file name of the workflow that publishes already, or one that no workflow has.

    `ValueError` where a new one would publish beside another.
    """
    chosen = found.workflows.chosen
    if existing_workflow in ("keep", "replace"):
        if known := if_allowed(chosen.filename, "kept_workflow_problem"):
            return known
    elif existing_workflow == "none" and not found.is_project and (others := found.workflows.other_publishers("")):
        raise ValueError(f"{', '.join(others)} would publish each tag beside the new workflow: delete that first")
    if found.package_folder:
        return found.first_free(WORKFLOWS, f"publish-{found.short_name}.yml", f"publish-{found.short_name}-package.yml")
    return found.first_free(WORKFLOWS, "publish-to-test-pypi.yml", "publish-to-pypi.yml", "publish-releases.yml")


def default_releasing_file(found: Found, package: str) -> str:
    """Return a file name that no file of an existing package has."""
    return (
        found.first_free(found.package_folder or ".", *RELEASING_FILES) if package == "existing" else RELEASING_FILES[0]
    )


def default_kept_files(found: Found, package: str) -> list[str]:
    """Return the template's files that an existing package has of its own, in whichever spelling."""
    if (
        package != "existing" or found.package_folder
    ):  # in a folder it has files of its own, and what it shares is merged
        return []
    return [file for file in KEPT_FILES if found.existing(file, file.replace(".yml", ".yaml"))]


def default_bot(found: Found, package: str) -> str:
    """Return the bot that is not there yet: no second one beside Renovate, which an existing package may have."""
    if not found.existing(*RENOVATE_FILES):
        return "dependabot"
    if package == "existing":
        return "none"
    return "renovate" if found.package_folder else "dependabot"
