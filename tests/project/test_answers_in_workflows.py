"""Where answers land in workflows, and what is held that runs before anything is published."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

from tests.conftest import Make
from tests.runs.routes import ROUTES
from tools.workflows import read_workflow

MARKERS = {
    "project_name": "zq1project",
    "project_description": "zq2description",
    "github_owner": "zq3owner",
    "github_repository": "zq4repository",
    "author_name": "zq5author",
    "author_email": "zq6@example.org",
    "import_name": "zq7import",
    "default_branch": "zq8branch",
    "tag_prefix": "zq9prefix-",
    "workflow_filename": "zq10workflow.yml",
    "pypi_environment": "zq11environment",
    "testpypi_environment": "zq12environment",
    "reviewers": "zq13reviewer",
    "pypi_organization": "zq14organization",
    "testpypi_organization": "zq15organization",
}
"""An answer to each question that takes a text: a word that nothing else says."""

ALLOWED = {
    "on.push.tags.0",
    "on.push.branches.0",
    "jobs.build.steps.#.env.TAG_PREFIX",
    "jobs.build.steps.#.env.REGISTERED",
    "jobs.publish-to-pypi.environment.name",
    "jobs.publish-to-pypi.environment.url",
    "jobs.publish-to-testpypi.environment.name",
    "jobs.publish-to-testpypi.environment.url",
    "jobs.publish-to-index.environment.name",
    "jobs.try-on-pypiserver.env.REQUIREMENT",
    "jobs.github-release.steps.#.env.TAG_PREFIX",
}
"""The places in workflows where an answer may stand: each is data to GitHub and to the shell, none is a command."""


Workflows = dict[str, dict[str, Any]]
"""Workflows, by file name."""


def scalars(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, str, bool]]:
    """Yield the place of each text in a workflow, the text, and whether it is a key; steps are `#`."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield ".".join(path), str(key), True
            yield from scalars(part, (*path, str(key)))
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from scalars(part, (*path, "#" if path[-1:] == ("steps",) else str(number)))
    else:
        yield ".".join(path), str(value), False


def has_answer(text: str) -> bool:
    """Say whether a text has an answer in it."""
    return any(marker in text for marker in MARKERS.values())


def workflows_in(folder: Path) -> Workflows:
    """Return the workflows of a project."""
    files = (folder / ".github" / "workflows").iterdir()
    return {file.name: read_workflow(file.read_text(encoding="utf-8")) for file in files}


@pytest.fixture(scope="module")
def by_route(make: Make) -> dict[str, Workflows]:
    """The workflows of a project of each route that was made with the markers, by the route's name."""
    return {name: workflows_in(make(**MARKERS, **route)) for name, route in ROUTES.items()}


@pytest.fixture(params=ROUTES)
def workflows(request: pytest.FixtureRequest, by_route: dict[str, Workflows]) -> Workflows:
    """The workflows of a project of one route."""
    return by_route[request.param]


def test_answers_stand_only_where_they_may(workflows: Workflows) -> None:
    found = {
        (place, is_key)
        for workflow in workflows.values()
        for place, text, is_key in scalars(workflow)
        if has_answer(text)
    }
    assert found
    assert not [place for place, is_key in found if is_key]
    assert {place for place, _ in found} <= ALLOWED


def test_no_answer_stands_in_an_expression(workflows: Workflows) -> None:
    for workflow in workflows.values():
        for place, text, _ in scalars(workflow):
            expressions = re.findall(r"\$\{\{.*?\}\}", text, re.DOTALL) + [text] * place.endswith(".if")
            assert not [part for part in expressions if has_answer(part)]


def test_every_allowed_place_is_used(by_route: dict[str, Workflows]) -> None:
    contents = [content for workflows in by_route.values() for content in workflows.values()]
    assert {place for content in contents for place, text, _ in scalars(content) if has_answer(text)} == ALLOWED


def test_nobody_from_outside_starts_a_publishing_job(workflows: Workflows) -> None:
    workflow = workflows[MARKERS["workflow_filename"]]
    assert set(workflow["on"]) == {"push"}
    assert all("uses" not in job for job in workflow["jobs"].values()), "PyPI knows no reusable workflow"
    for other in workflows.values():
        assert not {"pull_request_target", "workflow_run", "issue_comment"} & set(other["on"])
    for name, job in workflow["jobs"].items():
        if job["permissions"].get("id-token"):
            assert name.startswith("publish-to-")
            assert not [step for step in job["steps"] if "run" in step]


def test_the_publishing_workflow_has_no_cache(workflows: Workflows) -> None:
    jobs = workflows[MARKERS["workflow_filename"]]["jobs"].values()
    assert not [key for job in jobs for step in job["steps"] for key in step.get("with", {}) if "cache" in key]


TOOLS = {"build", "twine", "uv", "check-wheel-contents", "pypiserver"}
"""What publishing workflows install before or beside a build, besides what the package itself asks for."""

INSTALLED = re.compile(r"\"([A-Za-z][\w.-]*(?:\[\w+\])?(?:[<>~!]|==)[^\"]*)\"")


def test_every_tool_that_the_publishing_workflow_installs_stops_before_its_next_major_version(
    workflows: Workflows,
) -> None:
    commands = [text for place, text, _ in scalars(workflows[MARKERS["workflow_filename"]]) if place.endswith(".run")]
    installed = [Requirement(found) for command in commands for found in INSTALLED.findall(command)]
    assert {requirement.name for requirement in installed} >= {"build", "twine", "uv"}
    for requirement in installed:
        assert requirement.name in TOOLS
        assert any(part.operator == "<" for part in requirement.specifier), requirement
    bare = r"(?:uvx(?: --from)?|pip install(?: --upgrade)?) (?!-)\"?([\w.-]+)\"?(?![\w.\[<>=-])"
    assert not [found for command in commands for found in re.findall(bare, command)]


@pytest.mark.parametrize("route", [{}, {"build_backend": "setuptools"}, {"binary": True}])
def test_what_a_build_requires_stops_before_its_next_major_version(make: Make, route: dict[str, object]) -> None:
    folder = make(**route)
    required = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]["requires"]
    assert required
    for requirement in map(Requirement, required):
        assert {part.operator for part in requirement.specifier} == {">=", "<"}, requirement
