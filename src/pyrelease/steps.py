"""Task and migration: print the section "Set up once" of RELEASING.md for the terminal, so that file and screen say the same.

    python -I src steps RELEASING.md BRANCH FOLDER TOKENS
    python -I src steps RELEASING.md

FOLDER is the project's path below the root of its repository, empty at the root; TOKENS are the places in the
project's old workflows, one a line, that use an API token. Without these an answer has changed that the set-up needs, and
what is done on the indexes' pages is printed again. The section is Markdown of our own
making, its blocks separated by empty lines: headings, paragraphs, lists, tables of labels and values, lone addresses
in angle brackets, and commands. Every copy waits for this script to start, so it imports little.
"""

from __future__ import annotations

import os
import re
import sys
import textwrap
from contextlib import suppress

WIDTH = 80
"""Columns at most; a lone address or value may be longer."""

STEPS, IN_A_FOLDER = "Set up once", "In a folder of another repository"

CHANGE_A_NAME, OLD_TOKENS = "Change a name", "Old tokens"

HEADING, VALUE, END = "\x1b[1m", "\x1b[36m", "\x1b[0m"

LINK = "\x1b]8;;{0}\x1b\\{0}\x1b]8;;\x1b\\"
"""An address that can be clicked; a terminal that knows no such code shows the address alone."""

CODES = re.compile(r"\x1b\[\d+m|\x1b\]8;;.*?\x1b\\")

CHANGED = """\
### What is set up once has changed

Releases fail until this is done anew, and {document}'s step {paste} is pasted again.

"""

IN_ORDER = '{document} says under "Change a name" in which order to go on.\n\n'

WITHOUT_GIT = """\
### First: git is not installed

Install it, and make this folder a repository:

```sh
git init --initial-branch={branch}
```

"""


def section(document: str, heading: str) -> str:
    """Return what stands below a heading of the second level, up to the next one."""
    return document.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def printed(markdown: str) -> list[str]:
    """Return the lines of a section for a terminal, coloured."""
    return [line for block in re.split(r"\n{2,}", markdown.strip()) for line in printed_block(block)]


def printed_block(block: str) -> list[str]:
    """Return the lines of one block: values are never wrapped, and each stands alone on its line."""
    lines = block.split("\n")
    if block.startswith("### "):
        return ["", f"{HEADING}{block.removeprefix('### ')}{END}"]
    if block.startswith("<"):
        return [f"    {VALUE}{LINK.format(block.strip('<>'))}{END}"]
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
        columns(),
        initial_indent="  ",
        subsequent_indent="    " if text.startswith("- ") else "  ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def columns() -> int:
    """Return the width to wrap at: the terminal's, if it is a narrow one."""
    try:
        return min(WIDTH, max(20, os.get_terminal_size(sys.stdout.fileno()).columns or WIDTH))
    except (OSError, ValueError):  # no terminal
        return WIDTH


def wants_colours() -> bool:
    """Say whether standard output is a terminal that knows colours, and NO_COLOR is not set (https://no-color.org/)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def way_here(document: str) -> str:
    """Return the command that leads from the shell's folder to this one, if it is not that one already; empty if it is.

    The end of the line is in it.
    """
    start = os.environ.get("PWD", "")
    if not os.path.isdir(start) or os.path.samefile(start, "."):  # noqa: PTH112, PTH121, pathlib takes long to import
        return ""
    way = os.path.relpath(".", start)
    word = way if re.fullmatch(r"[\w./-]+", way) else "'{}'".format(way.replace("'", "'\\''"))
    return f"[ -f {document} ] || cd {word}\n"


def main(document: str, branch: str = "", folder: str | None = None, tokens: str = "") -> None:
    """Print the steps, and where they are written."""
    with open(document, encoding="utf-8") as file:  # noqa: PTH123, likewise
        markdown = file.read()
    first, steps = "", section(markdown, STEPS)
    if folder is None:
        steps, paste, _ = re.split(r"\n### (\d+)\. Paste", steps)
        first = CHANGED.format(document=document, paste=paste)
        if section(markdown, CHANGE_A_NAME):  # a workflow that is kept has no such section
            first += IN_ORDER.format(document=document)
    elif folder:
        first = f"### First: this project is a folder of another repository\n\n<{folder}>\n{section(markdown, IN_A_FOLDER)}\n"
    elif not os.path.exists(".git"):  # noqa: PTH110, likewise
        first = WITHOUT_GIT.format(branch=branch)
    if tokens and OLD_TOKENS in markdown:
        places = "\n\n".join(f"<{place}>" for place in tokens.splitlines())
        steps += f"\n\n### At the end: remove the old tokens\n\n{places}\n\n{section(markdown, OLD_TOKENS)}"
    steps = steps.replace("```sh\n(\nset -eu\n", f"```sh\n(\nset -eu\n{way_here(document)}", 1)
    lines = printed(first + steps)
    last = textwrap.fill(f"These steps, and how to release, stand in {document}.", columns())
    text = "\n".join([*lines, "", last, ""])
    sys.stdout.buffer.write((text if wants_colours() else CODES.sub("", text)).encode())
    sys.stdout.flush()


def give_up(document: str, reason: Exception) -> None:
    """Say where the steps stand; the copy is good without them on the screen, so this is no failure."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what is still to be written has nowhere to go
    with suppress(OSError, ValueError):
        sys.stderr.write(f"The steps could not be shown ({reason}). They stand in {document}.\n")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except (OSError, ValueError) as error:
        give_up(sys.argv[1], error)
