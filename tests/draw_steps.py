"""Draw the picture of the printed steps that README.md shows, from what a copy really prints.

python -m tests.draw_steps
"""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

from tests.conftest import ROOT, copy
from tests.terminal import steps_on_a_terminal

PICTURE = ROOT / ".github" / "steps.svg"

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


def draw(template: Path, destination: Path) -> str:
    """Return the picture (SVG) of the steps that a copy of `template` prints."""
    destination = destination / "sunny-days"
    done = copy(template, destination, *(option for answer in ANSWERS for option in ("--data", answer)))
    assert done.returncode == 0, done.stderr
    console = Console(record=True, width=82, file=io.StringIO())
    console.print(Text.from_ansi(steps_on_a_terminal(destination, {})))
    return console.export_svg(title="sunny-days", theme=MONOKAI, code_format=FRAME, unique_id="steps")


def main() -> None:
    """Draw the picture anew."""
    with tempfile.TemporaryDirectory() as scratch:
        PICTURE.write_text(draw(ROOT, Path(scratch)), encoding="utf-8")


if __name__ == "__main__":
    main()
