"""What follows from the answers: the publishers, and every value that more than one file needs.

Templates, printed steps and tests read these records; nobody derives a value again.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, fields
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, ClassVar
from urllib.parse import quote, urlencode, urlsplit

from copier_template_extensions import ContextHook

PYTHON_VERSIONS = ("3.11", "3.12", "3.13", "3.14", "3.15")
"""Python releases, oldest first (https://devguide.python.org/versions/).

None is ever removed: Copier replaces an answer that is no longer a choice, without a word.
"""

OLD_PYTHON_VERSIONS = ("3.6", "3.7", "3.8", "3.9", "3.10")
"""Python releases that only a package that exists may support."""

PENDING_PUBLISHER_DAYS = 30
"""Days until PyPI drops a pending publisher that nothing has used (https://docs.pypi.org/trusted-publishers/)."""

UPDATE_COMMAND = "uvx --with jinja2-time --with copier-template-extensions copier update --trust --defaults"
"""How a project is updated, everywhere in the same words; without `--defaults` it asks everything again."""

NOT_A_FORK = "github.event.repository.fork == false"
"""GitHub's expression that is true where a project publishes; it survives a renamed repository."""

A_TAG = "startsWith(github.ref, 'refs/tags/')"
"""GitHub's expression that is true for a release, as the guide has it."""


BOT_BRANCHES = ("dependabot/**", "renovate/**", "gh-readonly-queue/**")
"""The branches that bots and merge queues push: nobody has looked at them yet."""


@dataclass(frozen=True)
class Index:
    """A package index.

    `password_secret` and `user_secret` name GitHub's secrets for an upload without Trusted Publishing; a token needs no
    user. `site` is empty where an index's pages are unknown, `upload_address` where it is the publish action's default, and
    `install` (the command that goes before a requirement) where the address for installers is unknown.
    """

    name: str
    job: str
    site: str
    upload_address: str
    install: str
    password_secret: str
    user_secret: str = ""

    @property
    def secrets(self) -> tuple[str, ...]:
        """The names of all secrets that an upload without Trusted Publishing needs."""
        return (self.user_secret, self.password_secret) if self.user_secret else (self.password_secret,)

    @property
    def account_address(self) -> str:
        """The page on which a user's API tokens are made and revoked."""
        return f"{self.site}/manage/account/"


PYPI = Index("PyPI", "publish-to-pypi", "https://pypi.org", "", "pip install", "PYPI_TOKEN")
TESTPYPI = Index(
    "TestPyPI",
    "publish-to-testpypi",
    "https://test.pypi.org",
    "https://test.pypi.org/legacy/",
    "pip install --index-url https://test.pypi.org/simple/ --no-deps",
    "TESTPYPI_TOKEN",
)


@dataclass(frozen=True)
class Publisher:
    """What uploads to one index: a job and an environment, which the index knows or which hold the index's secrets.

    The names are those of a Trusted Publisher (https://docs.pypi.org/trusted-publishers/); `organization` is empty where
    an account owns the project. `condition` is GitHub's expression for when the job runs.
    """

    index: Index
    condition: str
    project: str
    owner: str
    repository: str
    workflow: str
    environment: str
    status: str
    organization: str

    @property
    def is_new(self) -> bool:
        """Whether the index does not have the project yet: then a pending publisher is registered."""
        return self.status == "new"

    @property
    def form_address(self) -> str:
        """The page on which the publisher is registered; only the page of a project that exists fills its form in."""
        if self.organization:
            return f"{self.index.site}/manage/organization/{self.organization}/publishing/"
        return f"{self.index.site}/manage/account/publishing/" if self.is_new else self.filled_in_address

    @property
    def settings_address(self) -> str:
        """The page on which a publisher of a project that exists is registered."""
        return f"{self.index.site}/manage/project/{self.project}/settings/publishing/"

    @property
    def filled_in_address(self) -> str:
        """The same page with the form filled in (warehouse, `manage/views/oidc_publishers.py`)."""
        values = {
            "provider": "github",
            "owner": self.owner,
            "repository": self.repository,
            "workflow_filename": self.workflow,
            "environment": self.environment,
        }
        return f"{self.settings_address}?{urlencode(values)}"

    @property
    def project_address(self) -> str:
        """The short address of the project's page, which the environment links to."""
        return f"{self.index.site}/p/{self.project}"

    @property
    def releases_address(self) -> str:
        """The page on which the project's releases are yanked and deleted."""
        return f"{self.index.site}/manage/project/{self.project}/releases/"

    @property
    def shell_environment(self) -> str:
        """The environment's name as a word of the shell."""
        return shlex.quote(self.environment)

    @property
    def environment_in_path(self) -> str:
        """The environment's name in an address of GitHub's REST API."""
        return quote(self.environment, safe="")

    @property
    def environment_path(self) -> str:
        """The path of the environment in GitHub's REST API."""
        return f"repos/{self.full_repository}/environments/{self.environment_in_path}"

    @property
    def full_repository(self) -> str:
        """Owner and repository, as GitHub writes them together."""
        return f"{self.owner}/{self.repository}"

    @property
    def registered(self) -> tuple[tuple[str, str], ...]:
        """Label and value of each name by which the index knows the publisher, in the order of the index's form."""
        return (
            ("PyPI Project Name", self.project),
            ("Owner", self.owner),
            ("Repository name", self.repository),
            ("Workflow name", self.workflow),
            ("Environment name", self.environment),
        )

    @property
    def fields(self) -> tuple[tuple[str, str], ...]:
        """Label and value of each field of the form; a project's own page does not ask for its name."""
        return self.registered if self.is_new or self.organization else self.registered[1:]


@dataclass(frozen=True)
class Pipeline:
    """The release pipeline of one project; its fields are the answers of the same names."""

    bot_branches: ClassVar = BOT_BRANCHES
    pending_days: ClassVar = PENDING_PUBLISHER_DAYS
    update_command: ClassVar = UPDATE_COMMAND

    project_name: str
    github_owner: str
    github_repository: str
    workflow_filename: str
    pypi_environment: str
    testpypi_environment: str
    pypi_status: str
    testpypi_status: str
    pypi_organization: str
    testpypi_organization: str
    index_route: str
    index_url: str
    push_index: str
    tag_prefix: str
    created_on: str
    python_min: str
    reviewers: str
    scope: str
    build_backend: str
    binary: bool

    @property
    def release(self) -> Publisher:
        """The publisher of releases: to PyPI, or to the index of the answer `index_url`."""
        host = urlsplit(self.index_url).hostname or ""
        own = Index(host, "publish-to-index", "", self.index_url, "", "INDEX_PASSWORD", "INDEX_USERNAME")
        return self._publisher(
            own if self.index_url else PYPI,
            f"{A_TAG} && {NOT_A_FORK}",
            self.pypi_environment,
            self.pypi_status,
            self.pypi_organization,
        )

    @property
    def rehearsal(self) -> Publisher | None:
        """The publisher of every push, to TestPyPI; `None` where pushes go elsewhere."""
        if self.push_index != "testpypi":
            return None
        return self._publisher(
            TESTPYPI, NOT_A_FORK, self.testpypi_environment, self.testpypi_status, self.testpypi_organization
        )

    @property
    def publishers(self) -> tuple[Publisher, ...]:
        """Every publisher, in the order in which they are set up."""
        return (self.release, self.rehearsal) if self.rehearsal else (self.release,)

    @property
    def is_trusted(self) -> bool:
        """Whether the indexes know the workflow itself, so that nothing secret is stored."""
        return self.index_route == "trusted"

    @property
    def registered_table(self) -> tuple[str, ...]:
        """The lines of a table (Markdown) of the names by which the indexes know the workflow; empty if they do not."""
        if not self.is_trusted:
            return ()
        rows = zip(*(publisher.registered for publisher in self.publishers), strict=True)
        names = " | ".join(publisher.index.name for publisher in self.publishers)
        cells = [" | ".join(f"`{value}`" for _, value in row) for row in rows]
        labels = [label for label, _ in self.release.registered]
        return (
            f"| Registered as | {names} |",
            "|---" * (1 + len(self.publishers)) + "|",
            *(f"| {label} | {values} |" for label, values in zip(labels, cells, strict=True)),
        )

    @property
    def install_branch(self) -> str:
        """The command that goes before the requirement of a version that is no release; empty if no index has it."""
        return self.rehearsal.index.install if self.rehearsal else ""

    @property
    def built_by(self) -> tuple[str, ...]:
        """The jobs that build what is published."""
        return ("build", "build-wheels") if self.binary else ("build",)

    @property
    def tested_by(self) -> tuple[str, ...]:
        """The jobs that install what was built in a job of their own; without one, those that build test it."""
        if self.push_index == "pypiserver":
            return ("try-on-pypiserver",)
        # cibuildwheel tests the wheels of a new package, as its pyproject.toml says.
        return ("test-wheels",) if self.binary and self.scope == "pipeline" else ()

    @property
    def needs(self) -> tuple[str, ...]:
        """The jobs that must succeed before anything is published."""
        return (*self.built_by, *self.tested_by)

    @property
    def job_before_approval(self) -> str:
        """The job that shows before an approval whether a release is fit for it."""
        return self.rehearsal.index.job if self.rehearsal else self.needs[-1]

    @property
    def push_goes_to(self) -> str:
        """Where a development version goes, in words."""
        places = {
            "testpypi": "to TestPyPI",
            "pypiserver": "to a pypiserver inside the run",
            "none": "which is published nowhere",
        }
        return places[self.push_index]

    @property
    def has_pending(self) -> bool:
        """Whether releases begin with a pending publisher, which must be used in time."""
        return self.is_trusted and self.release.is_new

    @property
    def built_files(self) -> str:
        """What the build job makes: the wheels of a package with compiled parts are made on each platform."""
        return "a source tarball" if self.binary else "a binary wheel and a source tarball"

    @property
    def build_command(self) -> str:
        """How the build job makes it, with the guide's tool."""
        return f"python3 -m build {'--sdist ' if self.binary else ''}--installer uv"

    @property
    def backend(self) -> str:
        """The build backend of a new package."""
        return "scikit-build-core" if self.binary else self.build_backend

    @property
    def repository_address(self) -> str:
        """The repository's page; PyPI shows project URLs below it as verified."""
        return f"https://github.com/{self.release.full_repository}"

    @property
    def release_tags(self) -> str:
        """The glob that names release tags, for GitHub's filters and rules and for git alike."""
        return f"{self.tag_prefix}[0-9]*"

    @property
    def release_tag_pattern(self) -> str:
        """The regular expression that takes the version out of a release tag, for setuptools-scm."""
        return f"^{re.escape(self.tag_prefix)}(?P<version>[0-9].*)$"

    @property
    def describe_command(self) -> tuple[str, ...]:
        """The command with which setuptools-scm finds the last release tag."""
        only = ("--match", self.release_tags, "--exclude", f"{self.release_tags}/*")
        return ("git", "describe", "--dirty", "--tags", "--long", *only)

    @property
    def example_tag(self) -> str:
        """A release tag, to show what one looks like."""
        return f"{self.tag_prefix}1.2.0"

    @property
    def first_tag(self) -> str:
        """The tag of the pre-release with which a new project is tried."""
        return f"{self.tag_prefix}0.1.0rc1"

    @property
    def pending_until(self) -> str:
        """The day (ISO 8601) on which a pending publisher that was registered with the copy is dropped."""
        return (date.fromisoformat(self.created_on) + timedelta(days=self.pending_days)).isoformat()

    @property
    def python_versions(self) -> tuple[str, ...]:
        """The Python releases that a new package is tested on, oldest first."""
        return PYTHON_VERSIONS[PYTHON_VERSIONS.index(self.python_min) :]

    def _publisher(self, index: Index, condition: str, environment: str, status: str, organization: str) -> Publisher:
        return Publisher(
            index=index,
            condition=condition,
            project=self.project_name,
            owner=self.github_owner,
            repository=self.github_repository,
            workflow=self.workflow_filename,
            environment=environment,
            status=status,
            organization=organization,
        )


ANSWERS = {field.name: {"str": str, "bool": bool}[str(field.type)] for field in fields(Pipeline)}
"""The type of each answer that the record follows from, by its name."""

IDENTITY = (
    "project_name",
    "github_owner",
    "github_repository",
    "workflow_filename",
    "pypi_environment",
    "testpypi_environment",
    "index_route",
    "index_url",
    "push_index",
)
"""The answers by which the indexes know a project's publishers, or which say what uploads where."""

pipeline = lru_cache(Pipeline)
"""Returns the pipeline for these answers; Copier asks for it dozens of times in a run."""


class PipelineContext(ContextHook):
    """Give the templates `pipeline`, and the questions `python_versions`."""

    def hook(self, context: dict[str, Any]) -> None:
        """Add the record as soon as every answer that it follows from is there.

        Nothing is derived here: the context holds answers given by `--data` before they are checked.
        """
        existing = context.get("scope") == "pipeline"
        context["python_versions"] = (*(OLD_PYTHON_VERSIONS if existing else ()), *PYTHON_VERSIONS)
        context["identity"] = IDENTITY
        if all(isinstance(context.get(name), kind) for name, kind in ANSWERS.items()):
            context["pipeline"] = pipeline(**{name: context[name] for name in ANSWERS})
