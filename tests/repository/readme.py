"""What README.md says below a heading: its words, commands and tables."""

from __future__ import annotations

import re

from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def section(heading: str) -> str:
    """Return what stands below a heading."""
    return README.partition(f"## {heading}\n")[2].partition("\n## ")[0]


def commands(heading: str) -> list[str]:
    """Return the commands below a heading."""
    return [block.strip() for block in re.findall(r"```sh\n(.*?)```", section(heading), re.DOTALL)]


def keys(heading: str) -> list[str]:
    """Return the first cell of each row of the table below a heading, if it is code."""
    return re.findall(r"^\| `([^`]+)` \|", section(heading), re.MULTILINE)
