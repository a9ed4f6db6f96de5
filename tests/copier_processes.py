"""Run Copier's command often: in processes that have Copier loaded, and a project made, before they start.

Most of a copy is Python importing Copier, the slow parser with which Copier reads `copier.yml`, and compiling what the
template has in its files. Tests that are about the start itself (the locale, a signal, a trace) start a new Python instead.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from copy import deepcopy
from functools import cache
from multiprocessing import forkserver
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any

import copier._cli
import copier._template
from plumbum import local

QUESTIONS = Path(__file__).parent.parent / "copier.yml"

COMMAND_LIMIT = 300
"""Seconds that a command may take."""

Load = Callable[..., dict[str, Any]]


def reading_once(load: Load) -> Load:
    """Return a reader of `copier.yml` that reads the same content once."""
    known: dict[bytes, dict[str, Any]] = {}

    def load_once(path: Path, quiet: bool = False) -> dict[str, Any]:
        content = path.read_bytes()
        if content not in known:
            known[content] = load(path, quiet)
        return deepcopy(known[content])

    return load_once


copier._template.load_template_config = reading_once(copier._template.load_template_config)
copier._template.load_template_config(QUESTIONS)

PRELOADED = "tests.first_copy"


@cache
def forks() -> ForkServerContext:
    """Return where the processes come from: a server that has made a project, started where it can import the tests."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__, PRELOADED])
    with contextlib.chdir(QUESTIONS.parent):
        forkserver.ensure_running()
    return context


def work(arguments: list[str], folder: str, variables: dict[str, str], output: str, errors: str) -> None:
    """Be Copier's command, in a process of its own."""
    assert PRELOADED in sys.modules, "the server ignores what it cannot import"
    os.chdir(folder)
    for environment in (os.environ, local.env):  # plumbum, by which Copier calls git, has a copy from its import
        environment.clear()
        environment.update(variables)
    sys.dont_write_bytecode = (
        "PYTHONDONTWRITEBYTECODE" in variables
    )  # as in a new Python: the first copy has changed it
    for number, path in enumerate((output, errors), start=1):
        os.dup2(os.open(path, os.O_WRONLY), number)
    sys.argv = ["copier", *arguments]
    copier._cli.CopierApp.run()


def copier_command(
    folder: Path, *arguments: str | Path, env: Mapping[str, str] = os.environ
) -> subprocess.CompletedProcess[str]:
    """Run Copier's command in a folder, with nobody to answer."""
    given = [str(argument) for argument in arguments]
    with tempfile.NamedTemporaryFile() as output, tempfile.NamedTemporaryFile() as errors:
        process = forks().Process(target=work, args=(given, str(folder), dict(env), output.name, errors.name))
        process.start()
        process.join(COMMAND_LIMIT)
        if process.exitcode is None:
            process.kill()
            process.join()
        shown, said = (Path(file.name).read_text(encoding="utf-8") for file in (output, errors))
    assert process.exitcode is not None
    return subprocess.CompletedProcess(["copier", *given], process.exitcode, shown, said)


def copier_update(project: Path, *options: str) -> str:
    """Update a project as a user does who is not there to answer, and return what is printed."""
    done = copier_command(project, "update", "--trust", "--defaults", *options)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout
