"""What follows from the answers: the two publishers and every value that more than one file needs.

Templates, printed steps and tests read these records; nobody derives a value again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from inspect import signature
from typing import Any
from urllib.parse import quote

from copier_template_extensions import ContextHook

PYTHON_VERSIONS = ("3.11", "3.12", "3.13", "3.14", "3.15")
"""Python releases, oldest first (https://devguide.python.org/versions/).

None is ever removed: Copier replaces an answer that is no longer a choice, without a word.
"""

PENDING_PUBLISHER_DAYS = 30
"""Days until PyPI drops a pending publisher that nothing has used (https://docs.pypi.org/trusted-publishers/)."""

UPDATE_COMMAND = "uvx --with jinja2-time --with copier-template-extensions copier update --trust --defaults"
"""How a project is updated, everywhere in the same words; without `--defaults` it asks everything again."""


@dataclass(frozen=True)
class Publisher:
    """A Trusted Publisher: what one index knows of the workflow that may upload (https://docs.pypi.org/trusted-publishers/)."""

    index: str
    site: str
    project: str
    owner: str
    repository: str
    workflow: str
    environment: str

    @property
    def form_address(self) -> str:
        """The page on which a publisher of a new project is registered; it ignores query parameters."""
        return f"{self.site}/manage/account/publishing/"

    @property
    def settings_address(self) -> str:
        """The page on which a publisher of a project that exists is registered."""
        return f"{self.site}/manage/project/{self.project}/settings/publishing/"

    @property
    def project_address(self) -> str:
        """The short address of the project's page, which the environment links to."""
        return f"{self.site}/p/{self.project}"

    @property
    def environment_path(self) -> str:
        """The path of the environment in GitHub's REST API."""
        return f"repos/{self.owner}/{self.repository}/environments/{quote(self.environment, safe='')}"

    @property
    def fields(self) -> tuple[tuple[str, str], ...]:
        """Label and value of each field, in the order of the index's form."""
        return (
            ("PyPI Project Name", self.project),
            ("Owner", self.owner),
            ("Repository name", self.repository),
            ("Workflow name", self.workflow),
            ("Environment name", self.environment),
        )


@dataclass(frozen=True)
class Pipeline:
    """The release pipeline of one project."""

    pypi: Publisher
    testpypi: Publisher
    tag_prefix: str
    created_on: str
    python_min: str
    reviewer_logins: str

    @property
    def publishers(self) -> tuple[Publisher, Publisher]:
        """Both publishers, in the order in which they are registered."""
        return (self.pypi, self.testpypi)

    @property
    def repository_address(self) -> str:
        """The repository's page; PyPI shows project URLs below it as verified."""
        return f"https://github.com/{self.pypi.owner}/{self.pypi.repository}"

    @property
    def release_tags(self) -> str:
        """The glob that names release tags, for GitHub's filters and rules and for git alike."""
        return f"{self.tag_prefix}[0-9]*"

    @property
    def release_tag_pattern(self) -> str:
        """The regular expression that takes the version out of a release tag, for setuptools-scm."""
        return f"^{re.escape(self.tag_prefix)}(?P<version>[0-9].*)$"

    @property
    def first_tag(self) -> str:
        """The tag of the pre-release with which PyPI's pending publisher is used."""
        return f"{self.tag_prefix}0.1.0rc1"

    @property
    def pending_until(self) -> str:
        """The day (ISO 8601) on which a pending publisher that was registered with the copy is dropped."""
        return (date.fromisoformat(self.created_on) + timedelta(days=PENDING_PUBLISHER_DAYS)).isoformat()

    @property
    def reviewers(self) -> tuple[str, ...]:
        """The logins of those who approve releases; none stands for whoever sets the environment up."""
        return tuple(login.strip() for login in self.reviewer_logins.split(",") if login.strip())

    @property
    def python_versions(self) -> tuple[str, ...]:
        """The Python releases that the project is tested on, oldest first."""
        return PYTHON_VERSIONS[PYTHON_VERSIONS.index(self.python_min) :]

    @property
    def update_command(self) -> str:
        """How the project is updated."""
        return UPDATE_COMMAND


@lru_cache
def pipeline(
    project_name: str,
    github_owner: str,
    github_repository: str,
    workflow_filename: str,
    pypi_environment: str,
    testpypi_environment: str,
    tag_prefix: str,
    created_on: str,
    python_min: str,
    reviewers: str,
) -> Pipeline:
    """Return the pipeline for these answers; Copier asks for it dozens of times in a run.

    Nothing is derived here: the context holds answers given by `--data` before they are checked.
    """

    def publisher(index: str, site: str, environment: str) -> Publisher:
        return Publisher(index, site, project_name, github_owner, github_repository, workflow_filename, environment)

    return Pipeline(
        pypi=publisher("PyPI", "https://pypi.org", pypi_environment),
        testpypi=publisher("TestPyPI", "https://test.pypi.org", testpypi_environment),
        tag_prefix=tag_prefix,
        created_on=created_on,
        python_min=python_min,
        reviewer_logins=reviewers,
    )


def template_source(given: str) -> str:
    """Return where the template is, as a project keeps it, from the place that Copier was given.

    Copier's short forms of two sites become addresses: Renovate does not know them
    (https://copier.readthedocs.io/en/stable/generating/#templates, https://github.com/renovatebot/renovate/issues/39938).
    """
    for short, site in (("gh:", "https://github.com/"), ("gl:", "https://gitlab.com/")):
        if given.startswith(short):
            return site + given.removeprefix(short).lstrip("/")
    return given


def template_address(given: str) -> str:
    """Return the address at which anybody can clone the template; empty for a folder, and for what needs a key."""
    address = template_source(given).removeprefix("git+")
    return address if address.startswith("https://") else ""


ANSWERS = tuple(signature(pipeline).parameters)


IDENTITY = (
    "project_name",
    "github_owner",
    "github_repository",
    "workflow_filename",
    "pypi_environment",
    "testpypi_environment",
)
"""The answers by which the indexes know a project's publishers."""


class PipelineContext(ContextHook):
    """Give the templates `pipeline`, and the questions `python_versions`."""

    def hook(self, context: dict[str, Any]) -> None:
        """Add the record as soon as every answer that it follows from is there."""
        context["python_versions"] = PYTHON_VERSIONS
        context["identity"] = IDENTITY
        given = context["_copier_answers"].get("_src_path", "")
        context["template_source"] = template_source(given)
        context["template_address"] = template_address(given)
        if all(isinstance(context.get(answer), str) for answer in ANSWERS):
            context["pipeline"] = pipeline(**{answer: context[answer] for answer in ANSWERS})
