"""Where answers land in workflows, and what is held that runs before anything is published."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

from tests.answers.combinations import route_answers
from tests.answers.questionnaire import marked, of_package, takes_text, usual
from tests.conftest import Make
from tests.runs.routes import ROUTES, Route
from tools.workflows import read_workflow

MARKER = re.compile(r"zq\d+x")
"""A word in each answer that takes a text, which nothing else says."""

MADE: dict[str, Route] = {
    **ROUTES,
    "existing package": {"package": "existing"},
    "compiled existing package": {"package": "existing", "binary": True},
}
"""The answers of the projects that are looked at: each route of a new package, and the parts that an existing one alone has."""

TESTING = ("build", "test-wheels")
"""The jobs that test an existing package."""

ALLOWED = {
    "name",
    "on.push.tags.0",
    "on.push.branches.0",
    "jobs.build.steps.#.env.TAG_PREFIX",
    "jobs.build.steps.#.env.REGISTERED",
    "jobs.build.steps.#.env.REQUIREMENT",
    "jobs.build.steps.#.env.KNOWN_WORKFLOW",
    "jobs.distribution.steps.#.env.TAG_PREFIX",
    *(f"jobs.install-from-{index}.env.REQUIREMENT" for index in ("pypi", "testpypi")),
    *(f"jobs.install-from-{index}.steps.#.env.PROJECT" for index in ("pypi", "testpypi")),
    "jobs.publish-to-pypi.environment.name",
    "jobs.publish-to-pypi.environment.url",
    "jobs.publish-to-testpypi.environment.name",
    "jobs.publish-to-testpypi.environment.url",
    "jobs.publish-to-index.environment.name",
    "jobs.try-on-pypiserver.env.REQUIREMENT",
    "jobs.publish-to-index.name",
    "jobs.publish-to-index.steps.#.name",
    "jobs.publish-to-index.steps.#.with.repository-url",
    *(f"jobs.{job}.steps.#.env.{name}" for job in TESTING for name in ("PROJECT", "TEST_GROUP", "TEST_EXTRA")),
    "jobs.test-wheels.env.REQUIREMENT",
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
    return bool(MARKER.search(text))


def markers(route: Route) -> dict[str, str]:
    """Return an answer with a marker for each question that takes a text of one's own beside a route's answers."""
    answers = {**usual(str(route.get("package", "new"))), **route}
    others = route_answers() - route.keys()  # which would make it another route
    texts = (name for name in of_package(answers["package"]) if takes_text(name) and name not in others)
    found = {name: marked(name, f"zq{number}x", answers) for number, name in enumerate(texts)}
    return {name: text for name, text in found.items() if text}


def workflows_in(folder: Path) -> Workflows:
    """Return the workflows of a project."""
    files = (folder / ".github" / "workflows").iterdir()
    return {file.name: read_workflow(file.read_text(encoding="utf-8")) for file in files}


def publishing(workflows: Workflows) -> dict[str, Any]:
    """Return the workflow that publishes, whose name is an answer."""
    [name] = filter(has_answer, workflows)
    return workflows[name]


@pytest.fixture(scope="module")
def by_route(make: Make) -> dict[str, Workflows]:
    """The workflows of a project of each route that was made with the markers, by the route's name."""
    return {name: workflows_in(make(**{**route, **markers(route)})) for name, route in MADE.items()}


@pytest.fixture(params=MADE)
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
    workflow = publishing(workflows)
    assert set(workflow["on"]) == {"push"}
    assert all("uses" not in job for job in workflow["jobs"].values()), "PyPI knows no reusable workflow"
    for other in workflows.values():
        assert not {"pull_request_target", "workflow_run", "issue_comment"} & set(other["on"])
    for name, job in workflow["jobs"].items():
        if job["permissions"].get("id-token"):
            assert name == "provenance" or name.startswith("publish-to-")
            assert not [step for step in job["steps"] if "run" in step]


def test_the_publishing_workflow_has_no_cache(workflows: Workflows) -> None:
    jobs = publishing(workflows)["jobs"].values()
    assert not [key for job in jobs for step in job["steps"] for key in step.get("with", {}) if "cache" in key]


TOOLS = {"packaging", "twine", "uv", "check-wheel-contents", "pypiserver"}
"""What publishing workflows install before or beside a build, besides what the package itself asks for."""

INSTALLED = re.compile(r"\"([A-Za-z][\w.-]*(?:\[\w+\])?(?:[<>~!]|==)[^\"]*)\"")


def test_every_tool_that_the_publishing_workflow_installs_stops_before_its_next_major_version(
    workflows: Workflows,
) -> None:
    commands = [text for place, text, _ in scalars(publishing(workflows)) if place.endswith(".run")]
    installed = [Requirement(found) for command in commands for found in INSTALLED.findall(command)]
    assert {requirement.name for requirement in installed} >= {"packaging", "twine", "uv"}
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
