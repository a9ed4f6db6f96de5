"""A workflow as GitHub reads it: what starts it, its jobs, and what they upload."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import yaml

from ..plan.answers import WORKFLOWS
from ..plan.publishers import Index
from .filters import ANY_REF, passes_filter, pushed_refs
from .nodes import ALIAS, Nodes, composed, entries, is_too_large, items, lines_of_parts, repeated_key, text
from .uploads import (
    PUBLISH_ACTION,
    TESTPYPI,
    UPLOAD_ACTIONS,
    commands_in,
    indexes_at,
    indexes_of_command,
    upload_commands_in,
)

LOOKING = re.compile(
    r"\s*(?:#|(?:ls|dir|find(?!.*-exec)|tree|du|file|cat|head|tail|wc|pwd|cd|echo|printf|test|\[|true|set|mkdir|mv|cp|rm|sha256sum)(?!\S))"
)
"""A command that looks at files or moves them, and runs none."""

SUBSTITUTION = re.compile(r"\$\(|`")

MERGE_CONFLICT = re.compile("^<<<<<<< ", re.MULTILINE)


@dataclass(frozen=True)
class Step:
    """A step of a job; `outer` are the variables of its job and its workflow, less those of its own."""

    nodes: Nodes
    outer: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def action(self) -> str:
        """The name of the action that it uses, without its ref and in small letters: GitHub ignores its case."""
        return text(self.nodes.get("uses")).partition("@")[0].strip().lower()

    @property
    def ref(self) -> str:
        """What stands behind its action's name: a commit, a tag or a branch."""
        return text(self.nodes.get("uses")).partition("@")[2].strip()

    @property
    def line(self) -> int:
        """The line in which its action or its commands begin."""
        return min((node.start_mark.line + 1 for node in self.nodes.values()), default=0)

    @property
    def last_line(self) -> int:
        """The last line that one of its parts is in."""
        ends = (node.end_mark for node in self.nodes.values())
        return max((end.line + 1 * (end.column > 0) for end in ends), default=0)

    @property
    def name(self) -> str:
        """What it is called; empty where it has no name."""
        return text(self.nodes.get("name"))

    def line_of_command(self, number: int) -> int:
        """Return the line of a command, by the number of its line in `run`, from 0."""
        node = self.nodes.get("run")
        begins_below = isinstance(node, yaml.ScalarNode) and node.style in ("|", ">")
        return node.start_mark.line + 1 + (number + 1) * begins_below if node else self.line

    @cached_property
    def variables(self) -> str:
        """The variables that its commands see, each like `NAME=VALUE`."""
        own = {name: text(value) for name, value in entries(self.nodes.get("env")).items()}
        return " ".join(f"{name}={value}" for name, value in {**self.outer, **own}.items())

    @property
    def runs_code(self) -> bool:
        """Whether its commands do more than look at files and move them."""
        if SUBSTITUTION.search(self.run):
            return True
        return any(not LOOKING.match(command) for _, command in commands_in(self.run))

    @property
    def run(self) -> str:
        """Its commands; empty for an action."""
        return text(self.nodes.get("run"))

    @cached_property
    def inputs(self) -> dict[str, str]:
        """What the action is given; inputs may be written with underscores."""
        return {name.replace("_", "-"): text(value) for name, value in entries(self.nodes.get("with")).items()}

    def line_of_input(self, name: str) -> int | None:
        """Return the line in which the action is given an input; `None` if it is given no such one."""
        node = entries(self.nodes.get("with")).get(name)
        return node.start_mark.line + 1 if node else None

    @property
    def condition(self) -> str:
        """GitHub's expression for when it runs; empty for always."""
        return text(self.nodes.get("if"))

    @property
    def is_publish_action(self) -> bool:
        """Whether it uploads by the action that the guide uses."""
        return self.action == PUBLISH_ACTION

    @cached_property
    def upload_commands_with_lines(self) -> list[tuple[int, str]]:
        """Its commands that upload, each with the number of its line in `run`, from 0."""
        return upload_commands_in(self.run)

    @property
    def upload_commands(self) -> list[str]:
        """Its commands that upload, each in one line."""
        return [command for _, command in self.upload_commands_with_lines]

    @property
    def is_other_upload_action(self) -> bool:
        """Whether it uploads by another action than the guide's."""
        told = UPLOAD_ACTIONS.get(self.action)
        return told is not None and (not told or self.inputs.get(told, "") in ("publish", "upload"))

    @property
    def uploads(self) -> bool:
        """Whether it uploads, by an action or by a command."""
        return self.is_publish_action or self.is_other_upload_action or bool(self.upload_commands)

    @cached_property
    def indexes(self) -> set[str]:
        """The indexes that it uploads to; an index of somebody else is none of them."""
        if self.is_publish_action:
            return indexes_at(self.address)
        if self.is_other_upload_action:
            given = " ".join(self.inputs.values())
            return {"TestPyPI"} if TESTPYPI.search(given) else indexes_at(self.address)
        return {index for line in self.upload_commands for index in indexes_of_command(f"{line} {self.variables}")}

    @property
    def address(self) -> str:
        """The address that the publish action uploads to; empty for its default, PyPI."""
        return self.inputs.get("repository-url", "")

    @property
    def has_password(self) -> bool:
        """Whether the publish action gets a password, and so asks for no token of Trusted Publishing."""
        return "password" in self.inputs

    @property
    def target_is_unknown(self) -> bool:
        """Whether only a run knows where it uploads to."""
        return "${{" in self.address or (not self.is_publish_action and not self.indexes)

    def goes_to(self, index: Index) -> bool:
        """Say whether it uploads to this index."""
        if index.site:
            return index.name in self.indexes
        return self.address.rstrip("/") == index.upload_address.rstrip("/") or index.upload_address in self.run

    @property
    def is_shallow_checkout(self) -> bool:
        """Whether it checks out one commit of this repository alone, without tags."""
        depth = self.inputs.get("fetch-depth", "1")
        is_own = self.action == "actions/checkout" and "repository" not in self.inputs
        return is_own and "${{" not in depth and depth != "0"


@dataclass(frozen=True)
class Job:
    """A job, from the first of its `lines` to the last.

    `inherited` are the permissions of its workflow, which count where it has none of its own; `variables` are the
    workflow's, too.
    """

    name: str
    nodes: Nodes
    inherited: yaml.Node | None
    path: str
    variables: yaml.Node | None = None
    lines: tuple[int, int] = (0, 0)

    @property
    def place(self) -> str:
        """Where it is, for a finding."""
        return f"{self.path}, job {self.name}"

    @property
    def title(self) -> str:
        """What GitHub calls it in a run."""
        return text(self.nodes.get("name")) or self.name

    @property
    def calls(self) -> str:
        """The reusable workflow that it calls; empty where it has steps."""
        return text(self.nodes.get("uses"))

    @property
    def runs_on(self) -> str:
        """The label of the machine that it runs on; empty where that is no single one."""
        return text(self.nodes.get("runs-on"))

    @cached_property
    def steps(self) -> list[Step]:
        """Its steps."""
        outer = {
            name: text(value)
            for node in (self.variables, self.nodes.get("env"))
            for name, value in entries(node).items()
        }
        return [Step(entries(step), outer) for step in items(self.nodes.get("steps"))]

    @cached_property
    def uploads(self) -> list[Step]:
        """The steps that upload."""
        return [step for step in self.steps if step.uploads]

    @property
    def environment(self) -> str:
        """The name of its environment, in either way to write it; empty where it has none."""
        node = self.nodes.get("environment")
        return text(node) or text(entries(node).get("name"))

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
    def runs_code(self) -> bool:
        """Whether a step that does not upload runs what may be anybody's, or checks the repository out."""
        others = (step for step in self.steps if not step.uploads)
        return any(step.runs_code or step.action == "actions/checkout" for step in others)


class Workflow:
    """A workflow in a file called `name`, which is parsed when it is asked for more than its text."""

    def __init__(self, name: str, content: str) -> None:
        self.path = f"{WORKFLOWS}/{name}"
        self.text = content

    @cached_property
    def _parsed(self) -> tuple[yaml.Node | None, str]:
        """The document, and why it is none."""
        try:
            document = composed(self.text)
            if ALIAS.search(self.text) and is_too_large(document):
                return None, "its aliases stand for more than GitHub reads"
            return document, ""
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            if MERGE_CONFLICT.search(self.text):
                return None, "a merge has left its conflict markers"
            return None, f"line {mark.line + 1 if mark else '?'}: {error.problem}"
        except (yaml.YAMLError, ValueError, RecursionError):
            return None, "it cannot be read"

    @cached_property
    def problem(self) -> str:
        """Why it cannot be read; empty if it can."""
        document, problem = self._parsed
        return problem or repeated_key(document)

    @cached_property
    def nodes(self) -> Nodes:
        """What the document holds; nothing if it is none."""
        return entries(self._parsed[0])

    @cached_property
    def jobs(self) -> dict[str, Job]:
        """The jobs, by name."""
        inherited, variables, jobs = (self.nodes.get(key) for key in ("permissions", "env", "jobs"))
        lines = lines_of_parts(jobs, self.text)
        return {
            name: Job(name, entries(job), inherited, self.path, variables, lines[name])
            for name, job in entries(jobs).items()
        }

    @property
    def title(self) -> str:
        """What GitHub calls it."""
        return text(self.nodes.get("name"))

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
            return passes_filter(filters[kind], name)
        if f"{kind}-ignore" in filters:
            return not passes_filter(filters[f"{kind}-ignore"], name)
        return not any(key.startswith(("branches", "tags")) for key in filters)

    @property
    def has_silent_jobs(self) -> bool:
        """Whether a job has the permissions that the repository gives where nothing is said."""
        return "permissions" not in self.nodes and any("permissions" not in job.nodes for job in self.jobs.values())

    def deploying_refs(self, default_branch: str) -> list[tuple[str, str]]:
        """Return the refs whose runs it has, each a kind (`branch` or `tag`) and a pattern of an environment.

        What starts a run without a push runs on the default branch; a release on a tag. Patterns are as narrow as an
        environment's can be, and never narrower than the workflow's.
        """
        events, refs = self.triggers, list[tuple[str, str]]()
        if "push" in events:
            refs += pushed_refs({key: [text(part) for part in items(value)] for key, value in events["push"].items()})
        if "release" in events:
            refs += [("tag", pattern) for pattern in ANY_REF]
        if events.keys() - {"push", "release", "pull_request"}:
            refs.append(("branch", default_branch))
        return list(dict.fromkeys(refs))

    def before(self, job: Job) -> list[Job]:
        """Return a job, and all that must succeed before it."""
        found = [job]
        for current in found:  # it grows meanwhile
            found += [self.jobs[name] for name in current.needs if name in self.jobs and self.jobs[name] not in found]
        return found

    def conditions(self, job: Job) -> str:
        """Return every expression that a job's uploads wait for."""
        return " ".join([part.condition for part in self.before(job)] + [upload.condition for upload in job.uploads])


@lru_cache(maxsize=1000)
def workflow_of(name: str, content: str) -> Workflow:
    """Return the workflow of a text, the same one for the same text: parsing takes the most time of all."""
    return Workflow(name, content)
