"""What shall be, as data: all that follows from the answers.

The template shows it, the steps print it, the doctor compares it with what is there; nobody derives a value again.
"""

from __future__ import annotations

import shlex
from datetime import date, timedelta
from functools import cached_property
from typing import ClassVar

from .answers import ANSWERS, USUAL_ANSWERS, Answers, AnswersError
from .files import files, files_that_stay
from .github import OLD_SECRETS, AllowedRef, Environment, Repository, Settings, TagRuleset, merged
from .pipeline import BOT_BRANCHES, PYTHON_VERSIONS, Pipeline
from .publishers import (
    A_TAG,
    NOT_A_FORK,
    PENDING_DAYS,
    PYPI,
    TESTPYPI,
    Index,
    Publisher,
    form_table,
    own_index,
    registered_table,
)
from .set_up import SetUp
from .source import Source
from .tags import Tags
from .troubles import Trouble, troubles_of

__all__ = ["ANSWERS", "COPIER_COMMAND", "COPY_COMMAND", "UPDATE_COMMAND", "AnswersError", "Plan", "Source"]

TEMPLATE = "git+https://TEMPLATE-ADDRESS"
"""What stands for the template's address where that is not known to others: no name of a distribution, which uvx would take."""

COPIER_COMMAND = "uvx --with jinja2-time --with copier-template-extensions copier"
"""How Copier is started with what this template needs."""

COPY_COMMAND = f"{COPIER_COMMAND} copy --trust"
"""How a project is made, everywhere in the same words."""

UPDATE_COMMAND = f"{COPIER_COMMAND} update --trust --defaults"
"""How a project is updated, everywhere in the same words; without `--defaults` it asks everything again."""


class Plan(Answers):
    """What follows from the answers of one project."""

    bot_branches: ClassVar[tuple[str, ...]] = BOT_BRANCHES
    pending_days: ClassVar[int] = PENDING_DAYS
    old_secrets: ClassVar[tuple[str, ...]] = OLD_SECRETS

    @cached_property
    def tags(self) -> Tags:
        """The tags that start a release."""
        return Tags(self.tag_prefix)

    @cached_property
    def pipeline(self) -> Pipeline:
        """The jobs of the publishing workflow."""
        return Pipeline(self.package, self.binary, self.push_index, self.package_folder)

    @cached_property
    def set_up(self) -> SetUp:
        """The words that differ from route to route."""
        return SetUp(self, self.tags, self.publishers)

    # ─── The indexes ───

    @cached_property
    def tag_publisher(self) -> Publisher:
        """The publisher that only a release tag starts: to PyPI, or to the index of the answer `index_url`."""
        index = own_index(self.index_url) if self.index_url else PYPI
        environment, status, organization = self.pypi_environment, self.pypi_status, self.pypi_organization
        return self._publisher(index, f"{A_TAG} && {NOT_A_FORK}", environment, status, organization)

    @cached_property
    def push_publisher(self) -> Publisher | None:
        """The publisher that every push starts, to TestPyPI; `None` where pushes go elsewhere."""
        if self.push_index != "testpypi":
            return None
        environment, status, organization = self.testpypi_environment, self.testpypi_status, self.testpypi_organization
        return self._publisher(TESTPYPI, NOT_A_FORK, environment, status, organization)

    @cached_property
    def publishers(self) -> tuple[Publisher, ...]:
        """Every publisher, in the order in which they are set up."""
        return (self.tag_publisher, self.push_publisher) if self.push_publisher else (self.tag_publisher,)

    @cached_property
    def registered_table(self) -> tuple[str, ...]:
        """The lines of a table (Markdown) of the names by which the indexes know the workflow; empty if they do not."""
        return registered_table(self.publishers) if self.is_trusted else ()

    @cached_property
    def form_table(self) -> tuple[str, ...]:
        """The lines of a table (Markdown) of each form's page and fields."""
        return form_table(self.publishers)

    @cached_property
    def troubles(self) -> tuple[Trouble, ...]:
        """What can go wrong when this project is published."""
        return tuple(troubles_of(is_trusted=self.is_trusted, is_own_index=bool(self.index_url)))

    @property
    def secrets(self) -> tuple[str, ...]:
        """The names of the secrets that uploads without Trusted Publishing need."""
        return () if self.is_trusted else tuple(name for part in self.publishers for name in part.index.secrets)

    @property
    def has_pending(self) -> bool:
        """Whether releases begin with a pending publisher, which must be used in time."""
        return self.is_trusted and self.tag_publisher.is_new

    @cached_property
    def pending_until(self) -> str:
        """The day (ISO 8601) on which a pending publisher that was registered with the copy is dropped."""
        return (date.fromisoformat(self.created_on) + timedelta(days=PENDING_DAYS)).isoformat()

    @property
    def install_branch(self) -> str:
        """The command that goes before the requirement of a version that no tag made; empty if no index has it."""
        return self.push_publisher.index.install if self.push_publisher else ""

    @property
    def job_before_approval(self) -> str:
        """The job that shows before an approval whether a release is fit for it."""
        return self.push_publisher.index.install_job if self.push_publisher else self.pipeline.needs[-1]

    def needs_of(self, publisher: Publisher) -> tuple[str, ...]:
        """Return the jobs that must succeed before a publisher uploads; PyPI waits for TestPyPI only if that was chosen."""
        if self.testpypi_first and self.push_publisher and publisher is self.tag_publisher:
            return (*self.pipeline.needs, self.push_publisher.index.install_job)
        return self.pipeline.needs

    # ─── GitHub ───

    @cached_property
    def repository(self) -> Repository:
        """The repository; what goes to an index of one's own is nobody else's to read."""
        return Repository(self.github_owner, self.github_repository, is_private=bool(self.index_url))

    @property
    def release_ref(self) -> AllowedRef:
        """The refs that may deploy to the environment of releases."""
        return AllowedRef("tag", self.tags.glob)

    @cached_property
    def environments(self) -> tuple[Environment, ...]:
        """The environments of the publishers, in their order; each takes the refs that start its publisher's job."""
        patterns = {"every-push": ("*", "**/*"), "default-branch": (self.default_branch,), "tags": ()}
        branches = tuple(AllowedRef("branch", pattern) for pattern in patterns[self.push_trigger])
        return merged(
            Environment(
                name=publisher.environment,
                allowed_refs=(*(branches if publisher is self.push_publisher else ()), self.release_ref),
                needs_approval=publisher is self.tag_publisher,
                reviewers=self.reviewer_logins if publisher is self.tag_publisher else (),
                secrets=() if self.is_trusted else publisher.index.secrets,
            )
            for publisher in self.publishers
            if publisher.environment
        )

    @property
    def release_environment(self) -> Environment:
        """The environment of releases; one without a name where a workflow that is kept has none."""
        return next(iter(self.environments), Environment(name="", allowed_refs=(), needs_approval=False))

    @property
    def settings(self) -> Settings:
        """The settings of the repository."""
        return Settings()

    @cached_property
    def tag_ruleset(self) -> TagRuleset:
        """The ruleset for release tags."""
        pattern = f"refs/tags/{self.tags.glob}"
        return TagRuleset(pattern, f"Release tags {self.tags.prefix}") if self.package_folder else TagRuleset(pattern)

    # ─── The project's files and commands ───

    @cached_property
    def files(self) -> tuple[str, ...]:
        """The paths of the files that the template writes."""
        return tuple(files(self))

    @cached_property
    def files_that_stay(self) -> tuple[str, ...]:
        """The paths of the maintainer's files that were there where the template would have written its own."""
        return files_that_stay(self)

    @property
    def backend(self) -> str:
        """The build backend of a new package."""
        return "scikit-build-core" if self.binary else self.build_backend

    @cached_property
    def python_versions(self) -> tuple[str, ...]:
        """The Python releases that a new package is tested on, oldest first."""
        return PYTHON_VERSIONS[PYTHON_VERSIONS.index(self.python_min) :]

    @cached_property
    def answers_option(self) -> str:
        """What Copier and the doctor are given where the answers are not in the usual file, with a space before it."""
        return "" if self.answers_file == USUAL_ANSWERS else f" --answers-file {shlex.quote(self.answers_file)}"

    @cached_property
    def update_command(self) -> str:
        """The command that updates the project."""
        return f"{UPDATE_COMMAND}{self.answers_option}"

    def command(self, name: str) -> str:
        """Return the command line of a subcommand, for any shell on this machine."""
        return f"uvx --from {self.template.requirement} pyrelease {name}{self.answers_option}"

    def documented_command(self, name: str) -> str:
        """Return the same for a file that others read, too: a folder of this machine is none of theirs."""
        place = TEMPLATE if self.template.is_a_folder else self.template.requirement
        return f"uvx --from {place} pyrelease {name}{self.answers_option}"

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
