"""A workflow as GitHub reads it: what starts it, its jobs, and what they upload."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import yaml

from extensions.existing_workflows import (
    ACTION,
    WORKFLOWS,
    action,
    entries,
    environment,
    indexes,
    items,
    steps,
    text,
    upload_commands,
)

if TYPE_CHECKING:
    from extensions.existing_workflows import Nodes
    from extensions.pipeline import Index


MERGE_CONFLICT = re.compile("^<<<<<<< ", re.MULTILINE)


def matches(patterns: Iterable[str], name: str) -> bool:
    """Say whether a branch or a tag passes a filter; the last pattern that matches counts, and `!` takes back.

    https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet
    """
    passes = False
    for pattern in patterns:
        if re.fullmatch(regular_expression(pattern.removeprefix("!")), name):
            passes = not pattern.startswith("!")
    return passes


def regular_expression(pattern: str) -> str:
    """Return the regular expression of a filter; one that never matches for a pattern that is none."""
    meaning = {"**": ".*", "*": "[^/]*", "?": "?", "+": "+"}
    parts = re.findall(r"\*\*|\[[^\]]+\]|\\.|.", pattern)
    found = "".join(part if part[0] in "[\\" and part[1:] else meaning.get(part) or re.escape(part) for part in parts)
    try:
        re.compile(found)
    except re.error:
        return "(?!)"
    return found


@dataclass(frozen=True)
class Upload:
    """A step that uploads, by the publish action or by a command."""

    step: Nodes

    @property
    def is_action(self) -> bool:
        """Whether it is the publish action."""
        return action(self.step) == ACTION

    @property
    def inputs(self) -> dict[str, str]:
        """What the action is given; its inputs may be written with underscores."""
        return {name.replace("_", "-"): text(value) for name, value in entries(self.step.get("with")).items()}

    @property
    def address(self) -> str:
        """The address that the action uploads to; empty for its default, PyPI."""
        return self.inputs.get("repository-url", "")

    @property
    def has_password(self) -> bool:
        """Whether the action gets a password, and so asks for no token of Trusted Publishing."""
        return "password" in self.inputs

    @property
    def condition(self) -> str:
        """GitHub's expression for when the step runs; empty for always."""
        return text(self.step.get("if"))

    @property
    def target_is_unknown(self) -> bool:
        """Whether only a run knows where it uploads to."""
        return "${{" in self.address or (not self.is_action and not indexes(self.step))

    def goes_to(self, index: Index) -> bool:
        """Say whether it uploads to this index."""
        if index.site:
            return index.name in indexes(self.step)
        return self.address.rstrip("/") == index.upload_address.rstrip("/") or index.upload_address in self.run

    @property
    def run(self) -> str:
        """The commands of the step; empty for an action."""
        return text(self.step.get("run"))


@dataclass(frozen=True)
class Job:
    """A job; `inherited` are the permissions of its workflow, which count where it has none of its own."""

    name: str
    nodes: Nodes
    inherited: yaml.Node | None
    path: str

    @property
    def place(self) -> str:
        """Where it is, for a finding."""
        return f"{self.path}, job {self.name}"

    @property
    def calls(self) -> str:
        """The reusable workflow that it calls; empty where it has steps."""
        return text(self.nodes.get("uses"))

    @property
    def runs_on(self) -> str:
        """The label of the machine that it runs on; empty where that is no single one."""
        return text(self.nodes.get("runs-on"))

    @property
    def steps(self) -> list[Nodes]:
        """Its steps."""
        return steps(self.nodes)

    @cached_property
    def uploads(self) -> list[Upload]:
        """The steps that upload."""
        return [Upload(step) for step in self.steps if action(step) == ACTION or upload_commands(step)]

    @property
    def environment(self) -> str:
        """The name of its environment; empty where it has none."""
        return environment(self.nodes)

    @property
    def condition(self) -> str:
        """GitHub's expression for when it runs; empty for always."""
        return text(self.nodes.get("if"))

    @property
    def needs(self) -> list[str]:
        """The names of the jobs that it waits for."""
        return [text(name) for name in items(self.nodes.get("needs"))]

    @property
    def may_ask_for_token(self) -> bool:
        """Whether it may ask for the token that Trusted Publishing needs.

        https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#permissions
        """
        granted = self.nodes.get("permissions", self.inherited)
        return text(granted) == "write-all" or text(entries(granted).get("id-token")) == "write"

    @property
    def commands(self) -> list[Nodes]:
        """The steps that run commands, or check the repository out, and do not upload."""
        others = (step for step in self.steps if action(step) != ACTION and not upload_commands(step))
        return [step for step in others if "run" in step or action(step) == "actions/checkout"]


def repeated_key(node: yaml.Node | None) -> str:
    """Return where a mapping has a key twice, which GitHub refuses; empty where none has."""
    if isinstance(node, yaml.SequenceNode):
        return next(filter(None, map(repeated_key, node.value)), "")
    known = set[str]()
    for key, value in node.value if isinstance(node, yaml.MappingNode) else []:
        if text(key) in known:
            return f"line {key.start_mark.line + 1}: {text(key)} is there twice"
        known.add(text(key))
        if below := repeated_key(value):
            return below
    return ""


class Workflow:
    """A workflow in a file called `name`; `problem` says why it cannot be read, and is empty if it can."""

    def __init__(self, name: str, content: str) -> None:
        self.path = f"{WORKFLOWS}/{name}"
        self.text = content
        self.problem = ""
        try:
            document = yaml.compose(content, Loader=yaml.BaseLoader)
            self.nodes, self.problem = entries(document), repeated_key(document)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            self.nodes, self.problem = {}, f"line {mark.line + 1 if mark else '?'}: {error.problem}"
            if MERGE_CONFLICT.search(content):
                self.problem = "a merge has left its conflict markers"
        except (yaml.YAMLError, RecursionError):
            self.nodes, self.problem = {}, "it cannot be read"
        jobs = {name: entries(job) for name, job in entries(self.nodes.get("jobs")).items()}
        self.jobs = {job: Job(job, part, self.nodes.get("permissions"), self.path) for job, part in jobs.items()}

    @property
    def triggers(self) -> dict[str, Nodes]:
        """What starts it, by the event, in any of the three ways to write it."""
        node = self.nodes.get("on")
        listed: dict[str, Nodes] = {text(name): {} for name in items(node) if text(name)}
        return listed or {event: entries(settings) for event, settings in entries(node).items()}

    def starts_for(self, kind: str, name: str) -> bool:
        """Say whether a push of a ref starts it; `kind` is `branches` or `tags`.

        With filters for one kind alone, the other one starts nothing.
        https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#onpushbranchestagsbranches-ignoretags-ignore
        """
        push = self.triggers.get("push")
        if push is None:
            return False
        filters = {key: [text(part) for part in items(value)] for key, value in push.items()}
        if kind in filters:
            return matches(filters[kind], name)
        if f"{kind}-ignore" in filters:
            return not matches(filters[f"{kind}-ignore"], name)
        return not any(key.startswith(("branches", "tags")) for key in filters)

    def before(self, job: Job) -> list[Job]:
        """Return a job, and all that must succeed before it."""
        found = [job]
        for current in found:  # it grows meanwhile
            found += [self.jobs[name] for name in current.needs if name in self.jobs and self.jobs[name] not in found]
        return found

    def conditions(self, job: Job) -> str:
        """Return every expression that a job's uploads wait for."""
        return " ".join([part.condition for part in self.before(job)] + [upload.condition for upload in job.uploads])
