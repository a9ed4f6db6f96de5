"""Draw the pictures of the printed steps that README.md shows, from what a copy really prints on a terminal.

python -m tools.draw_steps
"""

from __future__ import annotations

import io
import os
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import DEFAULT_TERMINAL_THEME, MONOKAI, TerminalTheme
from rich.text import Text

from tools.repository import ROOT, run, same_everywhere
from tools.terminal import steps_on_a_terminal

PICTURES = ROOT / ".github" / "steps"


@dataclass(frozen=True)
class Terminal:
    """A terminal: its width, its colours, and what its variables say of them."""

    columns: int
    theme: TerminalTheme
    variables: Mapping[str, str] = field(default_factory=dict)


TERMINALS = {
    "80-columns-dark": Terminal(80, MONOKAI),
    "80-columns-light": Terminal(80, DEFAULT_TERMINAL_THEME),
    "120-columns-dark": Terminal(120, MONOKAI),
    "120-columns-light": Terminal(120, DEFAULT_TERMINAL_THEME),
    "80-columns-no-colour": Terminal(80, DEFAULT_TERMINAL_THEME, {"NO_COLOR": "1"}),
}
"""The terminals, by the name of the picture."""

COPY = [sys.executable, "-m", "copier", "copy", "--trust", "--defaults", "--quiet", "--vcs-ref=HEAD"]

ANSWERS = ["github_owner=octo-org", "project_name=sunny-days", "created_on=2026-09-01"]

# Like rich's own frame, but with the reader's monospace font: GitHub shows no picture that fetches one.
FRAME = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">
<title>The steps that a copy prints</title>
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, Menlo, Consolas, monospace; font-size: {char_height}px; line-height: {line_height}px; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal"><rect width="{terminal_width}" height="{terminal_height}"/></clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def draw(template: Path, destination: Path) -> dict[str, str]:
    """Return the pictures (SVG), by name, of the steps that a copy of `template` prints."""
    project = destination / "sunny-days"
    answers = [option for answer in ANSWERS for option in ("--data", answer)]
    run(template, *COPY, *answers, template, project)
    return {name: picture(project, terminal) for name, terminal in TERMINALS.items()}


def picture(project: Path, terminal: Terminal) -> str:
    """Return what a terminal shows of a project's steps."""
    console = Console(record=True, width=terminal.columns + 2, file=io.StringIO())
    console.print(Text.from_ansi(steps_on_a_terminal(project, terminal.variables, terminal.columns)))
    return console.export_svg(title="sunny-days", theme=terminal.theme, code_format=FRAME, unique_id="steps")


def main() -> None:
    """Draw the pictures anew."""
    os.environ.update(same_everywhere())
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        for name, drawn in draw(ROOT, Path(scratch)).items():
            (PICTURES / f"{name}.svg").write_text(drawn, encoding="utf-8")


if __name__ == "__main__":
    main()
