"""Task: print the section "Set up once" of RELEASING.md for the terminal, so that file and screen say the same.

    python print_steps.py RELEASING.md BRANCH FOLDER

FOLDER is the project's path below the root of its repository, empty at the root. The section is Markdown of our own
making, its blocks separated by empty lines: headings, paragraphs, lists, tables of labels and values, lone addresses
in angle brackets, and commands. Every copy waits for this script to start, so it imports little.
"""

from __future__ import annotations

import os
import re
import sys
import textwrap

WIDTH = 80
"""Columns; a lone address or value may be longer."""

SECTION = "## Set up once\n"

HEADING, VALUE, END = "\x1b[1m", "\x1b[36m", "\x1b[0m"

IN_SUBFOLDER = """\
### First: this folder lies in another repository

GitHub reads `.github` at the root of a repository alone, and this project is its folder `{folder}`: nothing below
would ever start. Do one of these:

- Give the project a repository of its own: move this folder out, and there run `git init --initial-branch={branch}`.
- Move `.github` up to the root. In its workflows give each job `defaults: run: working-directory: {folder}`, and the
  step that stores the files `path: {folder}/dist/`; in dependabot.yml give pip the directory; and add to
  `[tool.hatch.version]` in pyproject.toml: `raw-options.search_parent_directories = true`.

"""

WITHOUT_GIT = """\
### First: git is not installed

Install it, and make this folder a repository:

```sh
git init --initial-branch={branch}
```

"""


def section(document: str, heading: str = SECTION) -> str:
    """Return what stands below a heading of the second level, up to the next one."""
    return document.partition(heading)[2].partition("\n## ")[0]


def printed(markdown: str) -> list[str]:
    """Return the lines of a section for a terminal, coloured."""
    return [line for block in re.split(r"\n{2,}", markdown.strip()) for line in printed_block(block)]


def printed_block(block: str) -> list[str]:
    """Return the lines of one block: values are never wrapped, and each stands alone on its line."""
    lines = block.split("\n")
    if block.startswith("### "):
        return ["", f"{HEADING}{block.removeprefix('### ')}{END}"]
    if block.startswith("<"):
        return [f"    {VALUE}{block.strip('<>')}{END}"]
    if block.startswith("```"):
        return [f"    {VALUE}{line}{END}" for line in lines[1:-1]]
    if block.startswith("| "):
        rows = [re.fullmatch(r"\| (.+?) \| `(.+)` \|", line) for line in lines[2:]]
        return [line for row in rows if row for line in (f"  {row[1]}", f"    {VALUE}{row[2]}{END}")]
    return [line for item in re.split(r"\n(?=- )", block) for line in wrapped(item)]


def wrapped(text: str) -> list[str]:
    """Return a paragraph or an item of a list, wrapped at `WIDTH`, with the marks of code and addresses left out."""
    return textwrap.wrap(
        " ".join(re.sub(r"[`<>]", "", text).split()),
        WIDTH,
        initial_indent="  ",
        subsequent_indent="    " if text.startswith("- ") else "  ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def wants_colours() -> bool:
    """Say whether standard output is a terminal that knows colours, and NO_COLOR is not set (https://no-color.org/)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def main(document: str, branch: str, folder: str) -> None:
    """Print the steps, and where they are written."""
    first = ""
    if folder:
        first = IN_SUBFOLDER.format(folder=folder, branch=branch)
    elif not os.path.exists(".git"):  # noqa: PTH110, pathlib takes long to import
        first = WITHOUT_GIT.format(branch=branch)
    with open(document, encoding="utf-8") as file:  # noqa: PTH123, likewise
        lines = printed(first + section(file.read()))
    text = "\n".join([*lines, "", f"These steps, and how to release, stand in {document}.", ""])
    sys.stdout.buffer.write((text if wants_colours() else re.sub(r"\x1b\[\d+m", "", text)).encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
