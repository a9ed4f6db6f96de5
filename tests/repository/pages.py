"""What README.md and the pages of docs/ say: their sections, commands and tables."""

from __future__ import annotations

import re
from pathlib import Path

from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def page(name: str) -> str:
    """Return the text of a page of docs/."""
    return Path(ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8")


def section(text: str, heading: str) -> str:
    """Return what stands below a heading."""
    return text.partition(f"## {heading}\n")[2].partition("\n## ")[0]


def commands(text: str) -> list[str]:
    """Return the blocks of commands, each line of a shell's in one line."""
    blocks = re.findall(r"^( *)```sh\n(.*?)\n *```", text, re.DOTALL | re.MULTILINE)
    return [re.sub(r" \\\n +", " ", re.sub(f"(?m)^{indent}", "", block)) for indent, block in blocks]


def keys(text: str) -> list[str]:
    """Return the first cell of each row of a table, if it is code."""
    return re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE)
