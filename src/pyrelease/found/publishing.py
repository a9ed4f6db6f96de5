"""The workflows in a folder that publish, for the defaults of the questions and for what is left to do.

Nothing here fails: what cannot be read is unknown, and publishes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain
from pathlib import Path

from ..plan.answers import WORKFLOWS
from ..plan.github import OLD_SECRETS
from .files import names, text
from .workflows import PUBLISH_ACTION, Job, Workflow

GUIDE = Path(__file__).parent / "guide.yml"

GUIDE_TEXT = GUIDE.read_text(encoding="utf-8")
"""The workflow of the guide, which the tests compare the template with, too."""

# GitHub ignores the case of a secret's name.
OLD_SECRET = re.compile(rf"\b(?:{'|'.join(OLD_SECRETS)})\b", re.IGNORECASE)

# A workflow without these words is not parsed, since every copy waits for it.
MAY_PUBLISH = re.compile("publish|twine", re.IGNORECASE)


@dataclass(frozen=True)
class PublishingWorkflow:
    """A workflow that uploads to PyPI, to TestPyPI, or to both.

    An environment is a name; it is empty where the first job that uploads there names none, or an expression.
    """

    filename: str = ""
    publishes_to_pypi: bool = False
    publishes_to_testpypi: bool = False
    pypi_environment: str = ""
    testpypi_environment: str = ""
    follows_guide: bool = False


@dataclass(frozen=True)
class FoundWorkflows:
    """What publishes already, by file name, and the tokens that it uses, each like `FILE:LINE: secret NAME`."""

    publishing: tuple[PublishingWorkflow, ...] = ()
    tokens: tuple[str, ...] = ()

    @property
    def chosen(self) -> PublishingWorkflow:
        """The workflow that PyPI is most likely to know: one that follows the guide, else one that publishes there.

        An empty record where there is none.
        """
        guided = (workflow for workflow in self.publishing if workflow.follows_guide)
        others = (workflow for workflow in self.publishing if workflow.publishes_to_pypi)
        return next(chain(guided, others), PublishingWorkflow())

    def without(self, filename: str) -> FoundWorkflows:
        """Return the record without one workflow."""
        return replace(self, publishing=tuple(part for part in self.publishing if part.filename != filename))

    def other_publishers(self, filename: str) -> tuple[str, ...]:
        """Return the file names of the workflows that publish to PyPI, but for one; GitHub tells capital letters apart."""
        names = (workflow.filename for workflow in self.publishing if workflow.publishes_to_pypi)
        return tuple(name for name in names if name != filename)

    def choice_problem(self, choice: str) -> str:
        """Return what is wrong with the answer to what shall become of the chosen workflow; empty if it is allowed."""
        name = self.chosen.filename
        if name and choice == "none":
            return f"{name} publishes here: delete it first, or choose keep{' or replace' * self.chosen.follows_guide}"
        if not name and choice != "none":
            return "there is no workflow here that publishes; allowed is none"
        if name and choice == "replace" and not self.chosen.follows_guide:
            return (
                f"{name} is not made from the guide, and stays; delete it first if this workflow shall take its place"
            )
        return ""

    def second_publisher_problem(self, filename: str, choice: str) -> str:
        """Return why a workflow of this name must not be the one that publishes; empty if it may.

        Two workflows that publish the same tag race, and the slower one fails: an index takes a file once.
        """
        if choice == "keep":
            known = self.chosen.filename
            return f"publishes nothing; {known} does" if known not in ("", filename) else ""
        others = ", ".join(self.other_publishers(filename))
        return f"would publish each tag a second time, beside {others}; delete that first, or keep it" if others else ""


def read_workflows(folder: Path) -> FoundWorkflows:
    """Return what publishes in a folder's `.github/workflows`."""
    folder = folder / WORKFLOWS
    texts = {name: found for name in names(folder, (".yml", ".yaml")) if (found := text(folder / name))}
    parsed = {name: Workflow(name, found) if MAY_PUBLISH.search(found) else None for name, found in texts.items()}
    publishing = (publishing_workflow(name, workflow) for name, workflow in parsed.items() if workflow)
    return FoundWorkflows(
        publishing=tuple(workflow for workflow in publishing if workflow),
        tokens=tuple(
            f"{WORKFLOWS}/{name}:{token}" for name, found in texts.items() for token in tokens_in(found, parsed[name])
        ),
    )


def publishing_workflow(name: str, workflow: Workflow) -> PublishingWorkflow | None:
    """Return the record of a workflow; `None` if it publishes nothing."""
    environments: dict[str, str] = {}
    for job in workflow.jobs.values():
        for index in {index for upload in job.uploads for index in upload.indexes}:
            environments.setdefault(index, "" if "${{" in job.environment else job.environment)
    if not environments:
        return None
    return PublishingWorkflow(
        filename=name,
        publishes_to_pypi="PyPI" in environments,
        publishes_to_testpypi="TestPyPI" in environments,
        pypi_environment=environments.get("PyPI", ""),
        testpypi_environment=environments.get("TestPyPI", ""),
        follows_guide=follows_guide(workflow),
    )


@cache
def guide() -> Workflow:
    """Return the guide's workflow."""
    return Workflow(GUIDE.name, GUIDE_TEXT)


def follows_guide(workflow: Workflow) -> bool:
    """Say whether a workflow has the guide's jobs, and in each its actions in its order; it may do more."""
    jobs = workflow.jobs
    return all(name in jobs and does_what(guided, jobs[name]) for name, guided in guide().jobs.items())


def does_what(guided: Job, job: Job) -> bool:
    """Say whether a job does what one of the guide's does, after the same jobs, and in an environment if that is."""
    actions = (step.action for step in job.steps)  # each search goes on where the one before it ended
    return (
        set(guided.needs) == set(job.needs)
        and bool(guided.environment) <= bool(job.environment)
        and all(step.action in actions for step in guided.steps if step.action)
    )


def tokens_in(content: str, workflow: Workflow | None) -> Iterator[str]:
    """Yield what a workflow says of tokens, each as `LINE: WHAT`."""
    steps = [step for job in workflow.jobs.values() for step in job.steps] if workflow else []
    passwords = {step.line_of_input("password") for step in steps if step.is_publish_action}
    for number, line in enumerate(content.split("\n"), 1):
        secret = None if line.lstrip().startswith("#") else OLD_SECRET.search(line)
        if secret:
            yield f"{number}: secret {secret[0].upper()}"
        elif number in passwords:
            yield f"{number}: password of {PUBLISH_ACTION}"
