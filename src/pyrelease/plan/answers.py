"""The answers that a plan follows from, as a project keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any, Self

from ..rules import owner_in
from .source import Source

USUAL_ANSWERS = ".copier-answers.yml"
"""Where Copier keeps a project's answers, unless it is told another file."""

WORKFLOWS = ".github/workflows"
"""Where GitHub looks for workflows, below the root of a repository."""


SUFFIX_LIMIT = 100
"""Characters of what stands behind a workflow's name, which file systems take with what stands before it."""

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


class AnswersError(ValueError):
    """The answers are not those of a project; `missing` and `wrong` are the names of those to blame."""

    def __init__(self, missing: list[str], wrong: list[str]) -> None:
        super().__init__(f"missing: {missing}, of the wrong type: {wrong}")
        self.missing, self.wrong = missing, wrong


@dataclass(frozen=True)
class Answers:
    """The answers of one project; the last two fields say where its template and its answers are.

    `import_name` and `license` are empty for a package that exists, which has its own. `package_folder` is where the package
    is below the folder of the answers, which is the root of the repository then; it is empty at the root. What came into the questionnaire
    later has a default here, so that projects from before can be read.
    """

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
    package: str
    build_backend: str
    binary: bool
    default_branch: str = "main"
    push_trigger: str = "every-push"
    version_source: str = "setuptools-scm"
    existing_workflow: str = "none"
    releasing_file: str = "RELEASING.md"
    testpypi_first: bool = False
    github_release: bool = False
    provenance: bool = False
    bot: str = "dependabot"
    update_notices: bool = True
    kept_files: list[str] = field(default_factory=list)
    import_name: str = ""
    license: str = ""
    package_folder: str = ""
    template: Source = field(default_factory=Source)
    answers_file: str = USUAL_ANSWERS

    @classmethod
    def of(cls, stored: Mapping[str, Any], answers_file: str = USUAL_ANSWERS) -> Self:
        """Return the record of what a project keeps, Copier's own answers among it; `AnswersError` if it keeps too little."""
        missing = [name for name in REQUIRED if name not in stored]
        wrong = [name for name, kind in ANSWERS.items() if name in stored and not isinstance(stored[name], kind)]
        if missing or wrong:
            raise AnswersError(missing, wrong)
        source = Source(str(stored.get("_src_path") or ""), str(stored.get("_commit") or ""))
        given = {name: stored[name] for name in ANSWERS if name in stored}
        given["github_owner"] = owner_in(given["github_owner"])  # while Copier asks, it is what was typed
        return cls(**given, template=source, answers_file=answers_file)

    @property
    def is_kept(self) -> bool:
        """Whether the publishing workflow is the maintainer's own, and stays as it is."""
        return self.existing_workflow == "keep"

    @property
    def is_trusted(self) -> bool:
        """Whether the indexes know the workflow itself, so that nothing secret is stored."""
        return self.index_route == "trusted"

    @cached_property
    def reviewer_logins(self) -> tuple[str, ...]:
        """The logins of those who approve releases; none stands for whoever sets the environment up."""
        return tuple(login.strip() for login in self.reviewers.split(",") if login.strip())

    @property
    def workflow_path(self) -> str:
        """The path of the publishing workflow, below the root of the repository."""
        return f"{WORKFLOWS}/{self.workflow_filename}"

    @property
    def workflow_suffix(self) -> str:
        """What stands behind the names of the other workflows, like `-one` in `ci-one.yml`; empty at the root."""
        return suffix_of(self.workflow_filename) if self.package_folder else ""

    @property
    def ci_path(self) -> str:
        """The path of the workflow that tests a new package, below the root of the repository."""
        return f"{WORKFLOWS}/ci{self.workflow_suffix}.yml"

    def in_package(self, name: str) -> str:
        """Return the path of a file of the package, below the root of the repository."""
        return f"{self.package_folder}/{name}" if self.package_folder else name

    @property
    def releasing_path(self) -> str:
        """The path of the file that says how to release, below the root of the repository."""
        return self.in_package(self.releasing_file)


def suffix_of(workflow_filename: str) -> str:
    """Return what stands behind the names of the workflows that go with a publishing workflow of this file name."""
    return f"-{PurePosixPath(workflow_filename).stem.removeprefix('publish-')}"[:SUFFIX_LIMIT]


GIVEN = {"template", "answers_file"}
"""The fields that are no answers."""

ANSWERS: dict[str, type] = {
    answer.name: {"str": str, "bool": bool, "list[str]": list}[str(answer.type)]
    for answer in fields(Answers)
    if answer.name not in GIVEN
}
"""The type of each answer, by its name."""

REQUIRED = tuple(
    answer.name for answer in fields(Answers) if answer.default is MISSING and answer.default_factory is MISSING
)
"""The answers that every project of this template has kept from the beginning."""
