"""A workflow as GitHub reads it: what starts it, its jobs, and what they upload."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import yaml

from ..plan.answers import WORKFLOWS
from ..plan.publishers import Index

Nodes = dict[str, yaml.Node]
"""What a mapping holds, by its keys. Nodes say in which line they are, and building nothing from them is safe."""

PUBLISH_ACTION = "pypa/gh-action-pypi-publish"

UPLOAD_COMMAND = re.compile(
    r"(?<![\w.-])(?:twine(?:\s+-\S+)*\s+upload|(?:uv|hatch|flit|poetry|pdm)(?:\s+-\S+)*\s+publish)(?![\w-])"
)

# Where a command uploads to: its option, or what its tool reads from the environment.
TARGET = re.compile(
    r"(?:\s-r|\s--(?:repo|repository|repository-url|publish-url|index)|(?:TWINE_REPOSITORY|TWINE_REPOSITORY_URL"
    r"|UV_PUBLISH_URL|UV_PUBLISH_INDEX|HATCH_INDEX_REPO|FLIT_INDEX_URL|PDM_PUBLISH_REPO))[ =]+[\"']?([^\s\"']+)"
)

# Hatch calls it `test`, and PyPI `main`.
TESTPYPI = re.compile(r"test[._-]?pypi|(?:\s-r|\s--repo|HATCH_INDEX_REPO)[ =]test(?!\S)", re.IGNORECASE)

HOSTS = {
    "PyPI": re.compile(r"//(?:upload\.)?pypi\.org(?![\w.-])"),
    "TestPyPI": re.compile(r"//test\.pypi\.org(?![\w.-])"),
}

ANY_REF = ("*", "**/*")
"""The patterns of an environment that name every ref: its `*` stops at a slash."""

MERGE_CONFLICT = re.compile("^<<<<<<< ", re.MULTILINE)


def entries(node: yaml.Node | None) -> Nodes:
    """Return what a mapping holds, by its keys; nothing for anything else."""
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    return {text(key): value for key, value in pairs}


def items(node: yaml.Node | None) -> list[yaml.Node]:
    """Return what a list holds; GitHub takes a text for a list of one."""
    return list(node.value) if isinstance(node, yaml.SequenceNode) else [node] if text(node) else []  # type: ignore[list-item]


def text(node: yaml.Node | None) -> str:
    """Return a text; an empty one for anything else."""
    return str(node.value) if isinstance(node, yaml.ScalarNode) else ""


def indexes_at(address: str) -> set[str]:
    """Return the indexes at an address, or in an expression with addresses; PyPI is where there is none."""
    return {index for index, host in HOSTS.items() if host.search(address)} if address else {"PyPI"}


def indexes_of_command(line: str) -> set[str]:
    """Return the index that a command uploads to, by what it and its variables say."""
    if TESTPYPI.search(line):
        return {"TestPyPI"}
    named = TARGET.findall(line)
    return {"PyPI"} if all(target in ("pypi", "main") or "PyPI" in indexes_at(target) for target in named) else set()


def passes_filter(patterns: Iterable[str], name: str) -> bool:
    """Say whether a branch or a tag passes a filter; the last pattern that fits counts, and `!` takes back.

    https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet
    """
    passes = False
    for pattern in patterns:
        if re.fullmatch(regular_expression(pattern.removeprefix("!")), name):
            passes = not pattern.startswith("!")
    return passes


def regular_expression(pattern: str) -> str:
    """Return the regular expression of a filter; one that fits nothing for a pattern that is none."""
    meaning = {"**": ".*", "*": "[^/]*", "?": "?", "+": "+"}
    parts = re.findall(r"\*\*|\[[^\]]+\]|\\.|.", pattern)
    found = "".join(part if part[0] in "[\\" and part[1:] else meaning.get(part) or re.escape(part) for part in parts)
    try:
        re.compile(found)
    except re.error:
        return "(?!)"
    return found


def pushed_refs(filters: Mapping[str, list[str]]) -> Iterator[tuple[str, str]]:
    """Yield the refs that pass the filters of `on: push`, each a kind and a pattern of an environment."""
    kinds = {"branch": ("branches", "branches-ignore"), "tag": ("tags", "tags-ignore")}
    for kind, (taken, ignored) in kinds.items():
        if taken in filters:
            wanted = [pattern for pattern in filters[taken] if not pattern.startswith("!")]
            yield from ((kind, widened) for pattern in wanted for widened in environment_patterns(pattern))
        elif ignored in filters or not any(key.startswith(("branches", "tags")) for key in filters):
            yield from ((kind, pattern) for pattern in ANY_REF)


def environment_patterns(pattern: str) -> tuple[str, ...]:
    """Return the patterns of an environment that name every ref that passes a filter, and perhaps more.

    A filter has `+` and `?` for repetitions of what stands before, and `**` for anything; an environment has neither.
    """
    wide = re.sub(r"(\[[^\]]+\]|[^*\[\]])[+]", r"\1*", pattern)
    wide = re.sub(r"(\[[^\]]+\]|[^*\[\]])[?]", "*", wide)
    if "**" not in wide:
        return (wide,)
    flat = re.sub(r"\*{2,}", "*", wide)
    return (flat, re.sub(r"\*{2,}.*", "**/*", wide) if "/**" in wide or wide.startswith("**") else f"{flat}/**/*")


@dataclass(frozen=True)
class Step:
    """A step of a job."""

    nodes: Nodes

    @cached_property
    def action(self) -> str:
        """The name of the action that it uses, without its ref and in small letters: GitHub ignores its case."""
        return text(self.nodes.get("uses")).partition("@")[0].strip().lower()

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
    def upload_commands(self) -> list[str]:
        """Its commands that upload, each in one line."""
        commands = re.split(r"[;&|\n]+", self.run.replace("\\\n", " "))
        return [line for line in commands if UPLOAD_COMMAND.search(line) and not line.lstrip().startswith("#")]

    @property
    def uploads(self) -> bool:
        """Whether it uploads, by the action or by a command."""
        return self.is_publish_action or bool(self.upload_commands)

    @cached_property
    def indexes(self) -> set[str]:
        """The indexes that it uploads to; an index of somebody else is none of them."""
        if self.is_publish_action:
            return indexes_at(self.address)
        variables = " ".join(f"{name}={text(value)}" for name, value in entries(self.nodes.get("env")).items())
        return {index for line in self.upload_commands for index in indexes_of_command(f"{line} {variables}")}

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
        return [Step(entries(step)) for step in items(self.nodes.get("steps"))]

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
    def has_commands(self) -> bool:
        """Whether a step that does not upload runs commands, or checks the repository out."""
        others = (step for step in self.steps if not step.uploads)
        return any("run" in step.nodes or step.action == "actions/checkout" for step in others)


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
            # PyYAML's parser in C would be faster, and crashes where lists are nested deeply.
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
