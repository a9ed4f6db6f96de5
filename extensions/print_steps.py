"""Task: print the section "Set up once" of RELEASING.md for the terminal, so that file and screen say the same.

    python print_steps.py RELEASING.md BRANCH

The section is Markdown of our own making, its blocks separated by empty lines: headings, paragraphs, lists, tables of
labels and values, lone addresses in angle brackets, and commands.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

WIDTH = 80
"""Columns; a lone address or value may be longer."""

SECTION = "## Set up once\n"

IN_SUBFOLDER = """\
### First: this folder lies in another repository

GitHub reads `.github` at the root of a repository alone, and this project is its folder `{folder}`: nothing below
would ever start. Do one of these:

- Give the project a repository of its own: move this folder out, and there run `git init --initial-branch={branch}`.
- Move `.github` up to the root. In its workflows give each job `defaults: run: working-directory: {folder}`, and the
  step that stores the files `path: {folder}/dist/`.

"""


@dataclass(frozen=True)
class Style:
    """Terminal codes for headings and values, and the one that ends both; empty where there are no colours."""

    heading: str = ""
    value: str = ""
    end: str = ""


COLOURS = Style(heading="\x1b[1m", value="\x1b[36m", end="\x1b[0m")


def section(document: str, heading: str = SECTION) -> str:
    """Return what stands below a heading of the second level, up to the next one."""
    return document.partition(heading)[2].partition("\n## ")[0]


def printed(markdown: str, style: Style) -> list[str]:
    """Return the lines of a section for a terminal."""
    return [line for block in re.split(r"\n{2,}", markdown.strip()) for line in printed_block(block, style)]


def printed_block(block: str, style: Style) -> list[str]:
    """Return the lines of one block: values are never wrapped, and each stands alone on its line."""
    lines = block.split("\n")
    if block.startswith("### "):
        return ["", f"{style.heading}{block.removeprefix('### ')}{style.end}"]
    if block.startswith("<"):
        return [f"    {style.value}{block.strip('<>')}{style.end}"]
    if block.startswith("```"):
        return [f"    {style.value}{line}{style.end}" for line in lines[1:-1]]
    if block.startswith("| "):
        cells = [re.fullmatch(r"\| (.+?) \| `(.+)` \|", row) for row in lines[2:]]
        return [line for row in cells if row for line in (f"  {row[1]}", f"    {style.value}{row[2]}{style.end}")]
    items = re.split(r"\n(?=- )", block)
    return [line for item in items for line in wrapped(item)]


def wrapped(text: str) -> list[str]:
    """Return a paragraph or an item of a list, wrapped at `WIDTH`, with its code marks left out."""
    return textwrap.wrap(
        " ".join(text.replace("`", "").split()),
        WIDTH,
        initial_indent="  ",
        subsequent_indent="    " if text.startswith("- ") else "  ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def folder_in_repository() -> str:
    """Return the current folder's path below the root of its git repository; empty at the root and outside of git."""
    try:
        answer = subprocess.run(
            ["git", "rev-parse", "--show-prefix"], capture_output=True, encoding="utf-8", check=False
        )
    except OSError:
        return ""
    return answer.stdout.strip().rstrip("/")


def style_for(stream: TextIO) -> Style:
    """Return colours for a terminal that knows them, unless NO_COLOR is set (https://no-color.org/)."""
    coloured = stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return COLOURS if coloured else Style()


def main(document: str, branch: str) -> None:
    """Print the steps, and where they are written."""
    folder = folder_in_repository()
    steps = IN_SUBFOLDER.format(folder=folder, branch=branch) if folder else ""
    steps += section(Path(document).read_text(encoding="utf-8"))
    lines = [*printed(steps, style_for(sys.stdout)), "", f"All of this, and how to release, stands in {document}."]
    sys.stdout.buffer.write("".join(f"{line}\n" for line in lines).encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
