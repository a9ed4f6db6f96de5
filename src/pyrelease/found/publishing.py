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
from ..rules import workflow_problem
from .files import names, text
from .signs import Reader, Sign
from .takeover import deletions, dropped, job_beside, kind
from .uploads import INDEX_VARIABLE, PUBLISH_ACTION, SECRET
from .workflows import Job, Workflow, workflow_of

GUIDE = Path(__file__).parent / "guide.yml"

GUIDE_TEXT = GUIDE.read_text(encoding="utf-8")
"""The workflow of the guide, which the tests compare the template with, too."""

# GitHub ignores the case of a secret's name.
OLD_SECRET = re.compile(rf"\b(?:{'|'.join(OLD_SECRETS)})\b", re.IGNORECASE)

# A workflow without these words is not parsed, since every copy waits for it.
MAY_PUBLISH = re.compile(
    r"publish|twine|pypi|id-token|write-all|releas|upload(?!-artifact)|deploy|\b(?:tox|nox|make|just|invoke|inv|poe|doit)\b|\b(?:pixi|hatch|pdm|rye)\s+run\b"
    r"|\bsecrets\.|\./|\.(?:sh|py)\b|scripts?/",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class PublishingWorkflow:
    """A workflow that uploads to PyPI or TestPyPI, or may do so.

    `job_beside` does more than build, check and publish. `dropped` is what goes when the workflow is replaced, `deletions`
    what is to be deleted so that it uploads no more; both are in words, with lines.
    """

    filename: str = ""
    signs: tuple[Sign, ...] = ()
    follows_guide: bool = False
    job_beside: str = ""
    makes_release: bool = False
    dropped: tuple[str, ...] = ()
    deletions: tuple[str, ...] = ()

    @property
    def exists(self) -> bool:
        """Whether there is one."""
        return bool(self.filename)

    @property
    def certain(self) -> tuple[Sign, ...]:
        """What uploads for certain."""
        return tuple(sign for sign in self.signs if sign.is_certain)

    @property
    def likely(self) -> tuple[Sign, ...]:
        """What may upload."""
        return tuple(sign for sign in self.signs if not sign.is_certain)

    @property
    def publishes_to_pypi(self) -> bool:
        """Whether it uploads to PyPI for certain."""
        return any(sign.index == "PyPI" for sign in self.certain)

    @property
    def publishes_to_testpypi(self) -> bool:
        """Whether it uploads to TestPyPI for certain."""
        return any(sign.index == "TestPyPI" for sign in self.certain)

    @property
    def pypi_environment(self) -> str:
        """The environment of the first upload to PyPI; empty where that names none, or an expression."""
        return self._environment("PyPI")

    @property
    def testpypi_environment(self) -> str:
        """The environment of the first upload to TestPyPI; empty where that names none, or an expression."""
        return self._environment("TestPyPI")

    @property
    def can_be_replaced(self) -> bool:
        """Whether this template's workflow does all that it does, or it is made from the guide."""
        does_the_same = self.follows_guide or (not self.job_beside and not self.is_indirect)
        return self.publishes_to_pypi and does_the_same and not workflow_problem(self.filename)

    @property
    def is_indirect(self) -> bool:
        """Whether its uploads stand in other files."""
        return any("which" in sign.what.split() for sign in self.certain)

    @property
    def proposal(self) -> tuple[str, str]:
        """What shall become of it, and the reason; nothing is proposed where it is not certain that it publishes."""
        if not self.publishes_to_pypi:
            return "", f"may publish ({self.signs[0]})" if self.signs else ""
        if self.can_be_replaced:
            how = "follows the guide" if self.follows_guide else "only builds, checks and publishes"
            return "replace", f"{how}, so its name and environments can stay"
        if self.job_beside:
            return "move", f"does more than publish (job {self.job_beside})"
        if self.is_indirect:
            return "keep", "publishes by way of another file"
        return "move", "has a name that this template's workflow cannot have"

    @property
    def reason(self) -> str:
        """What was seen of it, which decides what is proposed."""
        return self.proposal[1]

    def _environment(self, index: str) -> str:
        return next((sign.environment for sign in self.certain if sign.index == index), "")


@dataclass(frozen=True)
class FoundWorkflows:
    """What publishes already, by file name, and the tokens that it uses, each like `FILE:LINE: secret NAME`."""

    publishing: tuple[PublishingWorkflow, ...] = ()
    tokens: tuple[str, ...] = ()

    @property
    def chosen(self) -> PublishingWorkflow:
        """The workflow that PyPI is most likely to know: one that follows the guide, else one that publishes there.

        One that only may publish comes last. An empty record where there is none.
        """
        guided = (workflow for workflow in self.publishing if workflow.follows_guide)
        others = (workflow for workflow in self.publishing if workflow.publishes_to_pypi)
        unsure = (workflow for workflow in self.publishing if workflow.likely)
        return next(chain(guided, others, unsure), PublishingWorkflow())

    def without(self, filename: str) -> FoundWorkflows:
        """Return the record without one workflow."""
        return replace(self, publishing=tuple(part for part in self.publishing if part.filename != filename))

    def other_publishers(self, filename: str) -> tuple[str, ...]:
        """Return the file names of the workflows that publish to PyPI, but for one; GitHub tells capital letters apart."""
        names = (workflow.filename for workflow in self.publishing if workflow.publishes_to_pypi)
        return tuple(name for name in names if name != filename)

    def deletions(self, filename: str) -> tuple[str, ...]:
        """Return what is to be deleted so that one workflow alone uploads, in words; what only may upload is to be looked at."""
        found: list[str] = []
        for workflow in self.publishing:
            if workflow.filename == filename:
                continue
            if workflow.certain:
                found += workflow.deletions
            else:
                found.append(f"see whether it publishes, and delete that: {workflow.likely[0]}")
        return tuple(found)

    def choice_problem(self, choice: str) -> str:
        """Return what is wrong with the answer to what shall become of the chosen workflow; empty if it is allowed."""
        if choice == "none" and self.chosen.publishes_to_pypi:
            return "it publishes: keep or move"
        if not self.chosen.exists and choice != "none":
            return "nothing here publishes"
        if choice == "replace" and not self.chosen.can_be_replaced:
            return "it does more: keep or move"
        return ""

    def second_publisher_problem(self, filename: str, choice: str) -> str:
        """Return why a workflow of this name must not be the one that publishes; empty if it may.

        Two workflows that publish the same tag race, and the slower one fails: an index takes a file once. What is moved
        publishes until its lines are deleted, which the steps and the doctor say.
        """
        known = self.chosen.filename
        if choice == "keep":
            return "is not what publishes here" if known not in ("", filename) else ""
        if choice == "move":
            return "is the one that is moved" if filename == known else ""
        return "another publishes each tag" if self.other_publishers(filename) else ""


def read_workflows(folder: Path) -> FoundWorkflows:
    """Return what publishes in a folder's `.github/workflows`."""
    listed = names(folder, WORKFLOWS, (".yml", ".yaml"))
    texts = {name: found for name in listed if (found := text(folder, f"{WORKFLOWS}/{name}"))}
    parsed = {name: workflow_of(name, found) for name, found in texts.items() if MAY_PUBLISH.search(found)}
    reader = Reader(folder, parsed)
    called = {
        job.calls.rpartition("/")[2]
        for part in parsed.values()
        for job in part.jobs.values()
        if job.calls.startswith("./")
    }
    publishing = (
        publishing_workflow(name, workflow, reader)
        for name, workflow in parsed.items()
        # What only another workflow starts is a part of that one.
        if not (workflow.triggers.keys() == {"workflow_call"} and name in called)
    )
    return FoundWorkflows(
        publishing=tuple(workflow for workflow in publishing if workflow),
        tokens=tuple(
            f"{WORKFLOWS}/{name}:{token}"
            for name, found in texts.items()
            for token in tokens_in(found, parsed.get(name))
        ),
    )


def publishing_workflow(name: str, workflow: Workflow, reader: Reader) -> PublishingWorkflow | None:
    """Return the record of a workflow; `None` if nothing says that it publishes."""
    signs = reader.signs(workflow)
    if not signs:
        return None
    certain = [sign for sign in signs if sign.is_certain]
    is_guided = bool(certain) and follows_guide(workflow)
    return PublishingWorkflow(
        filename=name,
        signs=tuple(signs),
        follows_guide=is_guided,
        job_beside=job_beside(workflow),
        makes_release=any(kind(step) == "release" for job in workflow.jobs.values() for step in job.steps),
        dropped=tuple(dropped(workflow, frozenset(guide().jobs) if is_guided else frozenset())) if certain else (),
        deletions=tuple(deletions(workflow, certain)),
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
    """Yield what a workflow says of tokens, each as `LINE: WHAT`: old secrets, and whatever an upload logs in with."""
    steps = [step for job in workflow.jobs.values() for step in job.steps] if workflow else []
    passwords = {step.line_of_input("password") for step in steps if step.is_publish_action}
    uploading = [(step.line, step.last_line) for step in steps if step.uploads]
    for number, line in enumerate(content.split("\n"), 1):
        if line.lstrip().startswith("#"):
            continue
        is_for_index = INDEX_VARIABLE.search(line) or any(first <= number <= last for first, last in uploading)
        secret = OLD_SECRET.search(line)
        if secret or (number not in passwords and is_for_index and (secret := SECRET.search(line))):
            yield f"{number}: secret {secret[secret.lastindex or 0].upper()}"
        elif number in passwords:
            yield f"{number}: password of {PUBLISH_ACTION}"
