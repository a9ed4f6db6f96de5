"""The workflows in the destination that publish, for the defaults of the questions and for what is left to do.

Nothing here fails: what cannot be read is unknown, and publishes nothing.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import chain
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

import yaml
from copier_template_extensions import ContextHook

if TYPE_CHECKING:
    from collections.abc import Iterator

    Nodes = dict[str, yaml.Node]

WORKFLOWS = ".github/workflows"

# Written down once: the tests compare the template with it, too.
GUIDE = Path(__file__).parent / "guide.yml"

ACTION = "pypa/gh-action-pypi-publish"

# The secrets of older versions of the guide; GitHub ignores the case of their names.
SECRET = re.compile(r"\b(?:TEST_)?PYPI_API_TOKEN\b", re.IGNORECASE)

# A workflow without these words is not parsed, since every copy waits for it.
MAY_PUBLISH = re.compile("publish|twine", re.IGNORECASE)

COMMAND = re.compile(
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
class ExistingWorkflows:
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

    def without(self, filename: str) -> ExistingWorkflows:
        """Return the record without one workflow."""
        return replace(self, publishing=tuple(part for part in self.publishing if part.filename != filename))

    def other_publishers(self, filename: str) -> tuple[str, ...]:
        """Return the file names of the workflows that publish to PyPI, but for one; GitHub tells capital letters apart."""
        names = (workflow.filename for workflow in self.publishing if workflow.publishes_to_pypi)
        return tuple(name for name in names if name != filename)

    def problem(self, choice: str) -> str:
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


def read_workflows(folder: Path) -> ExistingWorkflows:
    """Return what publishes in a folder's `.github/workflows`."""
    texts = {path.name: text for path in files(folder / WORKFLOWS) if (text := content(path))}
    jobs = {name: jobs_in(text) if MAY_PUBLISH.search(text) else {} for name, text in texts.items()}
    found = (publishing_workflow(name, jobs[name]) for name in texts)
    return ExistingWorkflows(
        publishing=tuple(workflow for workflow in found if workflow),
        tokens=tuple(
            f"{WORKFLOWS}/{name}:{token}" for name, text in texts.items() for token in tokens_in(text, jobs[name])
        ),
    )


def files(folder: Path) -> list[Path]:
    """Return what is called like a workflow, by name; a name that cannot be printed is none that PyPI knows."""
    found: list[Path] = []
    with suppress(OSError):
        found += (path for path in folder.iterdir() if path.suffix in (".yml", ".yaml") and path.name.isprintable())
    return sorted(found, key=lambda path: path.name)


def content(path: Path) -> str:
    """Return the text of a file; an empty one if it cannot be read."""
    with suppress(OSError, ValueError):
        return path.read_text(encoding="utf-8")
    return ""


def jobs_in(workflow: str) -> dict[str, Nodes]:
    """Return the jobs of a workflow, by id.

    Nodes say in which line they are, and building nothing from them is safe. PyYAML's parser in C is not: it crashes
    where lists are nested deeply.
    """
    with suppress(yaml.YAMLError, RecursionError):
        jobs = entries(yaml.compose(workflow, Loader=yaml.BaseLoader)).get("jobs")
        return {name: entries(job) for name, job in entries(jobs).items()}
    return {}


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


def steps(job: Nodes) -> list[Nodes]:
    """Return the steps of a job."""
    return [entries(step) for step in items(job.get("steps"))]


def action(step: Nodes) -> str:
    """Return the name of the action that a step uses, without its version; GitHub ignores its case."""
    return text(step.get("uses")).partition("@")[0].strip().lower()


def environment(job: Nodes) -> str:
    """Return the name of a job's environment, in either way to write it."""
    return text(job.get("environment")) or text(entries(job.get("environment")).get("name"))


def publishing_workflow(filename: str, jobs: dict[str, Nodes]) -> PublishingWorkflow | None:
    """Return the record of a workflow; `None` if it publishes nothing."""
    environments: dict[str, str] = {}
    for job in jobs.values():
        name = environment(job)
        for index in {index for step in steps(job) for index in indexes(step)}:
            environments.setdefault(index, "" if "${{" in name else name)
    if not environments:
        return None
    return PublishingWorkflow(
        filename=filename,
        publishes_to_pypi="PyPI" in environments,
        publishes_to_testpypi="TestPyPI" in environments,
        pypi_environment=environments.get("PyPI", ""),
        testpypi_environment=environments.get("TestPyPI", ""),
        follows_guide=follows_guide(jobs),
    )


def indexes(step: Nodes) -> set[str]:
    """Return the indexes that a step uploads to; an index of somebody else is none of them."""
    if action(step) == ACTION:
        inputs = entries(step.get("with"))
        return indexes_at(text(inputs.get("repository-url")) or text(inputs.get("repository_url")))
    settings = " ".join(f"{name}={text(value)}" for name, value in entries(step.get("env")).items())
    return {index for line in upload_commands(step) for index in indexes_of_command(f"{line} {settings}")}


def upload_commands(step: Nodes) -> list[str]:
    """Return the commands of a step that upload, each in one line."""
    commands = re.split(r"[;&|\n]+", text(step.get("run")).replace("\\\n", " "))
    return [line for line in commands if COMMAND.search(line) and not line.lstrip().startswith("#")]


def indexes_of_command(line: str) -> set[str]:
    """Return the index that a command uploads to, by what it and its environment say."""
    if TESTPYPI.search(line):
        return {"TestPyPI"}
    named = TARGET.findall(line)
    return {"PyPI"} if all(target in ("pypi", "main") or "PyPI" in indexes_at(target) for target in named) else set()


def indexes_at(address: str) -> set[str]:
    """Return the indexes at an address, or in an expression with addresses; PyPI is where there is none."""
    return {index for index, host in HOSTS.items() if host.search(address)} if address else {"PyPI"}


@cache
def guide() -> dict[str, Nodes]:
    """Return the jobs of the guide's workflow."""
    return jobs_in(content(GUIDE))


def follows_guide(jobs: dict[str, Nodes]) -> bool:
    """Say whether a workflow has the guide's jobs, and in each its actions in its order; it may do more."""
    return bool(guide()) and all(name in jobs and does_what(part, jobs[name]) for name, part in guide().items())


def does_what(guided: Nodes, job: Nodes) -> bool:
    """Say whether a job does what one of the guide's does, after the same jobs, and in an environment if that is."""
    needs, others = ({text(name) for name in items(part.get("needs"))} for part in (guided, job))
    actions = (action(step) for step in steps(job))  # each search goes on where the one before it ended
    return (
        needs == others
        and bool(environment(guided)) <= bool(environment(job))
        and all(action(step) in actions for step in steps(guided) if action(step))
    )


def tokens_in(workflow: str, jobs: dict[str, Nodes]) -> Iterator[str]:
    """Yield what a workflow says of tokens, each as `LINE: WHAT`."""
    inputs = (entries(step.get("with")) for job in jobs.values() for step in steps(job) if action(step) == ACTION)
    passwords = {given["password"].start_mark.line + 1 for given in inputs if "password" in given}
    for number, line in enumerate(workflow.split("\n"), 1):
        secret = None if line.lstrip().startswith("#") else SECRET.search(line)
        if secret:
            yield f"{number}: secret {secret[0].upper()}"
        elif number in passwords:
            yield f"{number}: password of {ACTION}"


@lru_cache
def workflows(folder: PurePath) -> ExistingWorkflows:
    """Return the one record of a folder, as it was before the copy."""
    return read_workflows(Path(folder).absolute())


class WorkflowsContext(ContextHook):
    """Give the questions `workflows`."""

    def hook(self, context: dict[str, Any]) -> None:
        """Add the record, without the workflow that this template has written here."""
        found, project = workflows(context["_copier_conf"]["dst_path"]), context["destination"].answers
        if project and project.get("existing_workflow") != "keep":
            found = found.without(str(project["workflow_filename"]))
        context["workflows"] = found
