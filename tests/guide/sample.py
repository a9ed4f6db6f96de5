"""The guide as its repository has it, a workflow and a text, and as it would be after a change."""

from __future__ import annotations

import re
from typing import Any

import yaml

from tools.guide.contract import PACKAGE, contract

TEXT = """\
.. _label:

=====
Title
=====

Some words, and :ref:`more`.

First
=====

.. literalinclude:: sample.yml
   :language: yaml

Second
======

The last words.
"""


def sample() -> dict[str, Any]:
    """Return the guide's workflow as the contract has it, each command in its longest spelling."""
    workflow = contract(PACKAGE)
    for key in ("date", "read", "file"):
        del workflow[key]
    for step in workflow["jobs"]["build"]["steps"]:
        if "run" in step:
            step["run"] = step["run"][-1]
    return workflow


def changed(path: tuple[str | int, ...], value: object) -> str:
    """Return the text of the guide's workflow with another value in one place."""
    workflow = sample()
    put(workflow, path, value)
    return text_of(workflow)


def put(workflow: dict[str, Any], path: tuple[str | int, ...], value: object) -> None:
    """Put a value into a workflow; in a list it stands before what was there, and `None` takes away what is there."""
    part: Any = workflow
    for key in path[:-1]:
        part = part[key]
    if isinstance(part, list):
        part.insert(int(path[-1]), value)
    elif value is None:
        del part[path[-1]]
    else:
        part[path[-1]] = value


def text_of(workflow: dict[str, Any]) -> str:
    """Return a workflow as YAML."""
    return re.sub("uses: '(.*)'", r"uses: \1", yaml.safe_dump(workflow, sort_keys=False, allow_unicode=True))
