"""Who uploads what to which index: the names that PyPI and TestPyPI are told, field by field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

PENDING_DAYS = 30
"""Days until PyPI drops a pending publisher that nothing has used (https://docs.pypi.org/trusted-publishers/)."""

NOT_A_FORK = "github.event.repository.fork == false"
"""GitHub's expression that is true where a project publishes; it survives a renamed repository."""

A_TAG = "startsWith(github.ref, 'refs/tags/')"
"""GitHub's expression that is true for a pushed tag, as the guide has it."""


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
    def install_job(self) -> str:
        """The job that installs from the index what was published there."""
        return self.job.replace("publish-to-", "install-from-", 1)

    @property
    def simple_address(self) -> str:
        """The address that installers take (https://docs.pypi.org/api/index-api/); empty where it is unknown."""
        return self.site and f"{self.site}/simple/"

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


def own_index(address: str) -> Index:
    """Return the index at an upload address of one's own."""
    host = urlsplit(address).hostname or ""
    return Index(host, "publish-to-index", "", address, "", "INDEX_PASSWORD", "INDEX_USERNAME")


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
        if not self.is_new:
            return self.filled_in_address
        owner = f"organization/{self.organization}" if self.organization else "account"
        return f"{self.index.site}/manage/{owner}/publishing/"

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
    def registered(self) -> tuple[tuple[str, str], ...]:
        """Label and value of each name by which the index knows the publisher, in the order of the index's form."""
        return (
            (f"{self.index.name} Project Name", self.project),
            ("Owner", self.owner),
            ("Repository name", self.repository),
            ("Workflow name", self.workflow),
            ("Environment name", self.environment),
        )

    @property
    def fields(self) -> tuple[tuple[str, str], ...]:
        """Label and value of each field of the form; a project's own page does not ask for its name."""
        return self.registered if self.is_new else self.registered[1:]


def registered_table(publishers: tuple[Publisher, ...]) -> tuple[str, ...]:
    """Return the lines of a table (Markdown) of the names by which the indexes know the workflow."""
    rows = zip(*(publisher.registered for publisher in publishers), strict=True)
    names = " | ".join(publisher.index.name for publisher in publishers)
    cells = [" | ".join(f"`{value}`" for _, value in row) for row in rows]
    labels = ["Project Name", *(label for label, _ in publishers[0].registered[1:])]
    return (
        f"| Registered as | {names} |",
        "|---" * (1 + len(publishers)) + "|",
        *(f"| {label} | {values} |" for label, values in zip(labels, cells, strict=True)),
    )


def form_rows(publishers: tuple[Publisher, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each field of the forms: its label, and its value on each index, empty where that form does not ask for it.

    A label that differs from form to form is each form's, with a comma between them.
    """
    for row in zip(*(publisher.registered for publisher in publishers), strict=True):
        asked = [field in publisher.fields for field, publisher in zip(row, publishers, strict=True)]
        if any(asked):
            labels = dict.fromkeys(label for (label, _), is_asked in zip(row, asked, strict=True) if is_asked)
            values = (value if is_asked else "" for (_, value), is_asked in zip(row, asked, strict=True))
            yield ", ".join(labels), tuple(values)


def form_table(publishers: tuple[Publisher, ...]) -> tuple[str, ...]:
    """Return the lines of a table (Markdown) with a column for each publisher: its page, then the fields of its form."""
    names = " | ".join(publisher.index.name for publisher in publishers)
    pages = " | ".join(f"[form]({publisher.form_address})" for publisher in publishers)
    return (
        f"| Field | {names} |",
        "|---" * (1 + len(publishers)) + "|",
        f"| page | {pages} |",
        *(
            f"| {label} | {' | '.join(value and f'`{value}`' for value in row)} |"
            for label, row in form_rows(publishers)
        ),
    )
