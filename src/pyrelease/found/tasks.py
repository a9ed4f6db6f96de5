"""What a command of a workflow runs that stands in another file: an environment of tox, a target of make, a script.

Nothing is run. What is found is text, in which uploads are looked for; a task that cannot be found has none.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any

from .files import text
from .uploads import commands_in, upload_commands_in

DEPTH = 4
"""Tasks that start each other, at most."""

TASKS = 40
"""Tasks of one workflow that are looked for, at most."""

COMMANDS = 1000
"""Commands of one text that are looked at, at most."""

LINE = 1000
"""Characters of a line that can begin a task, at most."""

BEFORE = {
    *(
        "uv",
        "uvx",
        "pipx",
        "run",
        "poetry",
        "python",
        "python3",
        "-m",
        "sudo",
        "time",
        "exec",
        "env",
        "xvfb-run",
        "rye",
    ),
    *("bash", "sh", "pwsh", "source", ".", "-e", "-x", "-ex", "-eux", "--", "-u", "-I", "tool", "micromamba"),
}
"""What stands before the name of a tool or of a script."""

FOLDED = re.compile(r"[\"'`,()\[\]{}]+")
"""What stands between the words of a command in a list: `["twine", "upload"]`."""


@dataclass(frozen=True)
class Task:
    """A task: the command that starts it, and where its text begins; `text` is empty where it cannot be found."""

    command: str
    path: str = ""
    line: int = 0
    text: str = ""

    @property
    def uploads(self) -> list[tuple[int, str]]:
        """The commands in it that upload, each with its line in the file."""
        words = "\n".join(FOLDED.sub(" ", line) for line in self.text.split("\n"))
        return [(self.line + number, command) for number, command in upload_commands_in(words)]


def tasks_behind(folder: Path, run: str) -> list[Task]:
    """Return the tasks that commands start, and those that these start; a command that starts none that is known is left out."""
    found: dict[tuple[str, str, int], Task] = {}
    waiting = [(run, 0)]
    while waiting and len(found) < TASKS:
        commands, depth = waiting.pop(0)
        for command in dict.fromkeys(command for _, command in islice(commands_in(commands), COMMANDS)):
            for task in of_command(folder, command):
                key = (task.path or task.command, task.path, task.line)
                if key not in found:
                    found[key] = task
                    if task.text and depth < DEPTH:
                        waiting.append((FOLDED.sub(" ", task.text), depth + 1))
    return list(found.values())


def of_command(folder: Path, command: str) -> Iterator[Task]:
    """Yield the tasks that one command starts."""
    words = command.replace('"', " ").replace("'", " ").split()
    while words and (
        words[0] in BEFORE or re.fullmatch(r"\w+=\S*|session\.run|c\.run|ctx\.run|context\.run|[@-]+", words[0])
    ):
        words.pop(0)
    if not words:
        return
    tool, rest = words[0].lstrip("@-"), words[1:]
    name = PurePosixPath(tool).name.partition("@")[0].partition("=")[0]
    if name in READERS:
        named, read = READERS[name]
        for wanted in named(rest):
            label = " ".join([name, *(["-e"] if name in ("tox", "nox") else []), wanted])
            yield next(read(folder, wanted, label), Task(label))
    elif name in ("hatch", "pdm", "pixi", "poe", "rye") or (tool not in ("pip", "cd") and not rest):
        yield from of_pyproject(folder, name, rest)
    if is_path(tool):
        yield script(folder, tool)


def is_path(word: str) -> bool:
    """Say whether a word is a script in the repository."""
    return bool(re.fullmatch(r"(?:\./)?[\w.-]+(?:/[\w.-]+)*", word)) and ("/" in word or word.endswith((".sh", ".py")))


def script(folder: Path, word: str) -> Task:
    """Return the task that is a script; one without text where the repository has none of this name."""
    path = PurePosixPath(word)
    found = text(folder, path.as_posix())
    return Task(word, path.as_posix() if found else "", 1, found)


# ─── What each tool is asked for ───


def options(*names: str) -> Callable[[list[str]], list[str]]:
    """Return a function that gives the values of options, which may hold more than one between commas."""

    def values(words: list[str]) -> list[str]:
        found = []
        for number, word in enumerate(words):
            flag, equals, value = word.partition("=")
            if flag in names:
                found += (value if equals else "".join(words[number + 1 : number + 2])).split(",")
            elif any(len(name) == 2 and word.startswith(name) and len(word) > 2 for name in names if word[:2] != "--"):
                found += word[2:].split(",")
        return [part for part in found if part]

    return values


def plain(words: list[str]) -> list[str]:
    """Return the words that are neither options nor variables."""
    return [word for word in words if re.fullmatch(r"\w[\w.:-]*", word) and not word.isdigit()]


# ─── Where each tool has its tasks ───


def block(content: str, head: str, below: str) -> Iterator[tuple[int, str]]:
    """Yield the parts of a text that begin with a line that matches `head` and go on with lines that match `below`.

    Each has the number of its first line, from 1.
    """
    lines = content.split("\n")
    for number, line in enumerate(lines):
        if len(line) < LINE and re.match(head, line):
            end = number + 1
            while end < len(lines) and re.match(below, lines[end]):
                end += 1
            yield number + 1, "\n".join(lines[number:end])


def blocks(files: tuple[str, ...], head: str, below: str) -> Callable[[Path, str, str], Iterator[Task]]:
    """Return a reader of files in which a task is a block; NAME in `head` stands for the task's name."""

    def read(folder: Path, wanted: str, label: str) -> Iterator[Task]:
        for file in files:
            for line, found in block(text(folder, file), head.replace("NAME", re.escape(wanted)), below):
                yield Task(label, file, line, found)

    return read


def with_needed(read: Callable[[Path, str, str], Iterator[Task]]) -> Callable[[Path, str, str], Iterator[Task]]:
    """Return a reader that adds the tasks that the first line of a task names behind its colon."""

    def read_all(folder: Path, wanted: str, label: str) -> Iterator[Task]:
        for task in read(folder, wanted, label):
            needed = plain(task.text.partition("\n")[0].partition(":")[2].split())[:TASKS]
            tool = label.split()[0]
            yield Task(
                task.command, task.path, task.line, "\n".join([task.text, *(f"{tool} {name}" for name in needed)])
            )

    return read_all


def functions(file: str, prefix: str = "") -> Callable[[Path, str, str], Iterator[Task]]:
    """Return a reader of a module in which a task is a function, by its name or by the one that its decorator gives."""

    def read(folder: Path, wanted: str, label: str) -> Iterator[Task]:
        content = text(folder, file)
        tree: Any = None
        with suppress(Exception):
            tree = ast.parse(content)
        for node in ast.walk(tree) if tree else ():
            if not isinstance(node, ast.FunctionDef):
                continue
            given = [
                str(keyword.value.value)
                for call in node.decorator_list
                if isinstance(call, ast.Call)
                for keyword in call.keywords
                if keyword.arg == "name" and isinstance(keyword.value, ast.Constant)
            ]
            known = [node.name, node.name.replace("_", "-"), *given]
            if wanted.partition("(")[0].rpartition(".")[2] in [name.removeprefix(prefix) for name in known]:
                end = node.end_lineno or node.lineno
                lines = content.split("\n")[node.lineno : end]
                yield Task(label, file, node.lineno + 1, "\n".join(lines))

    return read


def of_tox(folder: Path, wanted: str, label: str) -> Iterator[Task]:
    """Yield the environment of tox (https://tox.wiki/en/latest/config.html), in any of its files."""
    name = re.escape(wanted)
    heads = {
        "tox.ini": rf"\[testenv:[^\]]*(?<![\w-]){name}(?![\w-])[^\]]*\]",
        "setup.cfg": rf"\[testenv:{name}\]",
        "tox.toml": rf"\[env\.[\"']?{name}[\"']?\]",
        "pyproject.toml": rf"\[(?:tool\.tox\.env\.[\"']?{name}[\"']?|testenv:{name})\]",
    }
    for file, head in heads.items():
        for line, found in block(text(folder, file), head, r"(?!\[[\w.:\"'-]+\]\s*$)"):
            yield Task(label, file, line, found)


def of_pyproject(folder: Path, tool: str, words: list[str]) -> Iterator[Task]:
    """Yield the script of this name in `pyproject.toml`, of whichever tool that keeps some there."""
    from .package import Table, read, table, toml

    names = [word for word in plain(words) if word not in ("run", "publish", "build")]
    settings = table(read(folder, "pyproject.toml", toml) or {}, "tool")
    hatch: Table = table(settings, "hatch") | (read(folder, "hatch.toml", toml) or {})
    for wanted in names[:1]:
        scripts: list[Any] = [
            table(table(settings, "poe"), "tasks").get(wanted),
            table(table(settings, "pdm"), "scripts").get(wanted),
            table(table(settings, "rye"), "scripts").get(wanted),
            table(table(settings, "pixi"), "tasks").get(wanted),
            table(table(settings, "taskipy"), "tasks").get(wanted),
            *(
                table(environment, "scripts").get(wanted.rpartition(":")[2])
                for environment in table(hatch, "envs").values()
                if isinstance(environment, dict)
            ),
        ]
        label = f"{tool} {wanted}" if tool in ("poe",) else f"{tool} run {wanted}"
        found = next((part for part in scripts if part), None)
        if found is not None:
            line = next(
                block(text(folder, "pyproject.toml"), rf"\s*\"?{re.escape(wanted.rpartition(':')[2])}\"?\s*=", "$x"),
                (1, ""),
            )
            yield Task(label, "pyproject.toml", line[0], str(found))
        elif tool in ("poe",) or "run" in words:
            yield Task(label)


MAKEFILES = ("GNUmakefile", "makefile", "Makefile")
JUSTFILES = ("justfile", "Justfile", ".justfile")
TASKFILES = ("Taskfile.yml", "Taskfile.yaml", "taskfile.yml")
INDENTED = r"(?:[ \t]|$)"

READERS: dict[str, tuple[Callable[[list[str]], list[str]], Callable[[Path, str, str], Iterator[Task]]]] = {
    "tox": (options("-e", "--env"), of_tox),
    "nox": (options("-s", "--session", "--sessions", "-e"), functions("noxfile.py")),
    "make": (plain, with_needed(blocks(MAKEFILES, r"(?:[\w.-]+\s+)*NAME(?:\s+[\w.-]+)*\s*::?(?!=)", INDENTED))),
    "just": (plain, with_needed(blocks(JUSTFILES, r"@?NAME(?:\s[^:]*)?:(?!=)", INDENTED))),
    "task": (plain, blocks(TASKFILES, r"  NAME:", r"(?:   |\s*$)")),
    "invoke": (plain, functions("tasks.py")),
    "inv": (plain, functions("tasks.py")),
    "doit": (plain, functions("dodo.py", "task_")),
}
"""The tools that run tasks: what they are asked for, and where that stands."""
