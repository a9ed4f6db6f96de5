"""Where a workflow uploads, and where it may: each with its file, its job and its line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

import yaml

from .files import text
from .nodes import entries, items
from .nodes import text as text_of
from .tasks import Task, tasks_behind
from .uploads import (
    INDEX_VARIABLE,
    PUBLISHING_WORD,
    PYPI_SECRET,
    RELEASING_ACTIONS,
    RELEASING_COMMAND,
    RELEASING_INPUTS,
    SECRET,
    TOKEN_ACTIONS,
    TOKEN_COMMANDS,
    commands_in,
    indexes_of_command,
    says_pypi,
)
from .workflows import Job, Step, Workflow


@dataclass(frozen=True)
class Sign:
    """What says that a job uploads: a place, what is there, and the index that it goes to.

    The index is empty where only a run knows it. What is not certain is likely.
    """

    path: str
    job: str
    line: int
    what: str
    index: str = ""
    is_certain: bool = False
    environment: str = ""

    def __str__(self) -> str:
        """Return the place and what is there, for people."""
        return f"{self.path}:{self.line}, job {self.job}: {self.what}"


class Reader:
    """Reads the workflows of one folder, and what they start there."""

    def __init__(self, folder: Path, workflows: dict[str, Workflow]) -> None:
        self.folder = folder
        self.workflows = workflows
        self.known_tasks = dict[str, list[Task]]()

    def signs(self, workflow: Workflow) -> list[Sign]:
        """Return every sign of a workflow: the certain ones if there are some in a job, else what is likely there."""
        found: list[Sign] = []
        for job in workflow.jobs.values():
            certain = list(self.certain(job))
            found += certain or list(dict.fromkeys(self.likely(workflow, job)))
        return found

    # ─── What is certain ───

    def certain(self, job: Job) -> Iterator[Sign]:
        """Yield the uploads of a job: by its own steps, by tasks and actions of the repository, by a workflow that it calls."""
        if called := self.called(job):
            for sign in (sign for part in called.jobs.values() for sign in self.certain_in_steps(part)):
                yield replace(
                    self.sign(job, "calls", f"calls {called.path}, which {sign.what} (line {sign.line})"),
                    index=sign.index,
                    is_certain=True,
                    environment=sign.environment,
                )
        yield from self.certain_in_steps(job)

    def certain_in_steps(self, job: Job) -> Iterator[Sign]:
        """Yield the uploads of a job's steps."""
        for step in job.steps:
            yield from self.certain_in_step(job, step, step.line)

    def certain_in_step(self, job: Job, step: Step, line: int) -> Iterator[Sign]:
        """Yield the uploads of a step; `line` is where the workflow has it."""
        environment = "" if "${{" in job.environment else job.environment
        base = Sign(job.path, job.name, line, "", "", is_certain=True, environment=environment)
        if step.is_publish_action or step.is_other_upload_action:
            indexes = step.indexes or ({""} if step.target_is_unknown and "${{" in step.address else set())
            # An address that only a run knows is likely to be an index's.
            yield from (
                replace(base, what=f"uses {step.action}", index=index, is_certain=bool(index))
                for index in sorted(indexes)
            )
            return
        for number, command in step.upload_commands_with_lines:
            place = step.line_of_command(number) if line == step.line else line
            for index in sorted(indexes_of_command(f"{command} {step.variables}")):
                yield replace(base, line=place, what=f"runs {shortened(command)}", index=index)
        for number, command in commands_in(step.run):
            for task in self.tasks_of(command):
                place = step.line_of_command(number) if line == step.line else line
                for there, upload in task.uploads:
                    for index in sorted(indexes_of_command(f"{upload} {step.variables}")):
                        what = f"runs {task.command}, which runs {shortened(upload)} ({task.path}:{there})"
                        yield replace(base, line=place, what=what, index=index)
        for inner in self.steps_of_action(step):
            for sign in self.certain_in_step(job, inner, line):
                yield replace(sign, what=f"uses {text_of(step.nodes.get('uses'))}, which {sign.what}")

    def tasks_of(self, command: str) -> list[Task]:
        """Return the tasks behind a command, which many jobs of many workflows have in common."""
        if command not in self.known_tasks:
            self.known_tasks[command] = tasks_behind(self.folder, command)
        return self.known_tasks[command]

    def called(self, job: Job) -> Workflow | None:
        """Return the workflow of this repository that a job calls."""
        return self.workflows.get(job.calls.rpartition("/")[2]) if job.calls.startswith("./") else None

    def steps_of_action(self, step: Step) -> list[Step]:
        """Return the steps of an action that this repository has, but for those that are such actions themselves."""
        if not step.action.startswith("./"):
            return []
        place = PurePosixPath(text_of(step.nodes.get("uses")))
        for name in ("action.yml", "action.yaml"):
            if content := text(self.folder, f"{place}/{name}"):
                runs = entries(Workflow(name, content).nodes.get("runs"))
                steps = [Step(entries(part), step.outer) for part in items(runs.get("steps"))]
                return [inner for inner in steps if not inner.action.startswith("./")]
        return []

    # ─── What is likely ───

    def likely(self, workflow: Workflow, job: Job) -> Iterator[Sign]:
        """Yield what says that a job in which no upload is seen may have one."""
        own = self.called(job)
        if own is None or not self.is_read(job):
            yield from self.names(workflow, job)
        for step in job.steps:
            yield from self.tasks(job, step)
            yield from self.releasing(job, step)
        yield from self.secrets(workflow, job)
        # Who is given everything has not asked for a token.
        granted = entries(job.nodes.get("permissions", job.inherited)).get("id-token")
        if granted and text_of(granted) == "write" and not self.has_known_use(workflow, job):
            yield Sign(job.path, job.name, line_of(granted), "id-token: write, for nothing else that is known")

    def is_read(self, job: Job) -> bool:
        """Say whether everything that a job does can be read, so that its name alone says nothing."""
        called = self.called(job)
        return called is not None and called.jobs.keys() != set()

    def names(self, workflow: Workflow, job: Job) -> Iterator[Sign]:
        """Yield the names that say so: of the job, its environment, an action, a workflow that it calls."""
        if says_pypi(job.name) or says_pypi(job.title):
            yield self.sign(job, "", f"the name {job.title}")
        elif "pypi" in job.environment.lower():
            yield self.sign(job, "environment", f"the environment {job.environment}")
        for step in job.steps:
            if step.action and says_pypi(step.action.replace("/", " ").rpartition("/")[2]):
                yield self.sign_of(job, step, f"uses {step.action}")
        if job.calls and not self.called(job):
            passes = text_of(job.nodes.get("secrets")) == "inherit" or "secrets" in job.nodes or job.may_ask_for_token
            if says_pypi(job.calls) or (
                passes and PUBLISHING_WORD.search(PurePosixPath(job.calls.partition("@")[0]).name)
            ):
                yield self.sign(job, "uses", f"calls {job.calls}")
        if (
            not job.calls
            and says_pypi(f"{workflow.title} {PurePosixPath(workflow.path).stem}")
            and len(workflow.jobs) == 1
        ):
            yield self.sign(job, "", f"the workflow's name {workflow.title or PurePosixPath(workflow.path).name}")

    def tasks(self, job: Job, step: Step) -> Iterator[Sign]:
        """Yield the tasks whose names say so, and which cannot be read."""
        for number, command in commands_in(step.run):
            for task in self.tasks_of(command):
                if not task.text and PUBLISHING_WORD.search(task.command):
                    yield Sign(job.path, job.name, step.line_of_command(number), f"runs {task.command}")

    def releasing(self, job: Job, step: Step) -> Iterator[Sign]:
        """Yield the tools that make a release, and upload it if the package's settings say so."""
        if RELEASING_ACTIONS.fullmatch(step.action):
            given = [name for name in RELEASING_INPUTS if name in step.inputs]
            if given or "semantic-release-pypi" in " ".join(step.inputs.values()):
                yield self.sign_of(job, step, f"uses {step.action}{f' with {given[0]}' if given else ''}")
        for number, command in commands_in(step.run):
            if RELEASING_COMMAND.search(command):
                yield Sign(job.path, job.name, step.line_of_command(number), f"runs {shortened(command)}")

    def secrets(self, workflow: Workflow, job: Job) -> Iterator[Sign]:
        """Yield the variables and the secrets that only what uploads to an index reads."""
        nodes = [workflow.nodes.get("env"), job.nodes.get("env"), job.nodes.get("secrets")]
        nodes += [step.nodes.get(key) for step in job.steps for key in ("env", "with", "run")]
        for node in filter(None, nodes):
            for key, value in entries(node).items() or [("", node)]:
                # A pypiserver in the run, an index of somebody else's: what is no secret opens nothing.
                content = text_of(value)
                if INDEX_VARIABLE.fullmatch(key) and "${{" in content and not key.endswith(("USERNAME", "USER")):
                    yield Sign(job.path, job.name, line_of(value), f"the variable {key}")
                elif named := PYPI_SECRET.search(content):
                    yield Sign(job.path, job.name, line_of(value), f"the secret {named[1]}")
                elif INDEX_VARIABLE.search(content) and SECRET.search(content):
                    yield Sign(job.path, job.name, line_of(value), "a variable that index tools read")

    @staticmethod
    def has_known_use(workflow: Workflow, job: Job) -> bool:
        """Say whether a job, or another one that has the same permissions, asks for a token for something else."""
        jobs = (
            [job]
            if "permissions" in job.nodes
            else [part for part in workflow.jobs.values() if "permissions" not in part.nodes]
        )
        steps = [step for part in jobs for step in part.steps]
        return (
            any(TOKEN_ACTIONS.match(step.action) or TOKEN_COMMANDS.search(step.run) for step in steps)
            or any(TOKEN_ACTIONS.match(part.calls.lower()) for part in jobs)
            or any(step.uploads for step in steps)
        )

    @staticmethod
    def sign(job: Job, key: str, what: str) -> Sign:
        """Return a likely sign in the line of one of a job's keys, or of the job itself."""
        node = job.nodes.get(key if key != "calls" else "uses")
        return Sign(job.path, job.name, line_of(node) if node else job.lines[0], what)

    @staticmethod
    def sign_of(job: Job, step: Step, what: str) -> Sign:
        """Return a likely sign in the line of a step."""
        node = step.nodes.get("uses")
        return Sign(job.path, job.name, line_of(node) if node else step.line, what)


def line_of(node: yaml.Node) -> int:
    """Return the line of a node, from 1."""
    return node.start_mark.line + 1


def shortened(command: str) -> str:
    """Return the words of a command up to its verb: secrets may stand behind it."""
    words = command.split()
    verbs = [number for number, word in enumerate(words) if re.match(r"upload|publish|\w+release", word)]
    first = next(
        (number for number, word in enumerate(words) if re.match(r"twine|uv|hatch|flit|poetry|pdm|rye|maturin", word)),
        0,
    )
    return " ".join(words[min(first, verbs[0]) if verbs else 0 : (verbs[0] if verbs else 1) + 1])
