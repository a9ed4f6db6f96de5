"""The actions that every workflow uses, each at the commit of a release: `uses: {{ pin("actions/checkout") }}`."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2.ext import Extension

if TYPE_CHECKING:
    from jinja2 import Environment

TABLE = Path(__file__).parent / "pins" / "actions.yml"

# A YAML parser would drop the comment, and the comment is the version.
PIN = re.compile(r"^\s*-?\s*uses: (?P<action>[^@\s]+)@(?P<commit>[0-9a-f]{40}) # (?P<version>\S+)$", re.MULTILINE)


@lru_cache
def pins(table: Path = TABLE) -> dict[str, str]:
    """Return each action's pin, as `action@commit # version`, by the action's name."""
    return {
        found["action"]: f"{found['action']}@{found['commit']} # {found['version']}"
        for found in PIN.finditer(table.read_text(encoding="utf-8"))
    }


def pin(action: str) -> str:
    """Return the pin of one action; a `KeyError` means that the table has none of that name."""
    return pins()[action]


class Pins(Extension):
    """Give the templates `pin`."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        environment.globals["pin"] = pin
