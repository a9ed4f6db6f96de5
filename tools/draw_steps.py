"""Draw the pictures that README.md and docs/ show, from what a copy and the set-up really print on a terminal of 80 columns.

python -m tools.draw_steps
"""

from __future__ import annotations

import io
import os
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import DEFAULT_TERMINAL_THEME, MONOKAI, TerminalTheme
from rich.text import Text

from tests.github.stand_in import loopback_github
from tools.repository import ROOT, git, release_template, run, same_everywhere
from tools.terminal import shown_on_a_terminal, steps_on_a_terminal

PICTURES = ROOT / ".github" / "pictures"

COLUMNS = 80

THEMES = {"dark": MONOKAI, "light": DEFAULT_TERMINAL_THEME}
"""The colours of a terminal, by what a reader prefers."""

TITLES = {"steps": "The steps that a copy prints", "setup": "What pyrelease setup --dry-run prints"}

COPY = [sys.executable, "-m", "copier", "copy", "--trust", "--defaults", "--quiet"]

ADDRESS = "https://github.com/org/pyrelease-template"

ANSWERS = ["github_owner=octo-org", "project_name=sunny-days", "created_on=2026-09-01"]

SET_UP: list[str | Path] = [Path(sys.executable).with_name("pyrelease"), "setup", "--dry-run"]

# Like rich's own frame, but with the reader's monospace font: GitHub shows no picture that fetches one.
FRAME = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">
<title>{title}</title>
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


def draw(template: Path, scratch: Path) -> dict[str, str]:
    """Return the pictures (SVG), by name, of a project that a copy of `template`, a released one, makes in a folder."""
    project, settings = scratch / "sunny-days", scratch / "gitconfig"
    for suffix in ("", ".git"):
        git(scratch, "config", "--file", str(settings), "--add", f"url.{template}.insteadOf", f"{ADDRESS}{suffix}")
    answers = [option for answer in ANSWERS for option in ("--data", answer)]
    found = {"GIT_CONFIG_GLOBAL": str(settings), "COPIER_CACHE_DIR": str(scratch / "mirrors")}
    run(scratch, *COPY, *answers, ADDRESS, project, env={**os.environ, **found})
    with loopback_github() as github:
        texts = {
            "steps": steps_on_a_terminal(project, {}, COLUMNS),
            "setup": shown_on_a_terminal(SET_UP, project, github.variables, COLUMNS),
        }
    return {
        f"{name}-{mode}": picture(name, text, theme) for name, text in texts.items() for mode, theme in THEMES.items()
    }


def picture(name: str, text: str, theme: TerminalTheme) -> str:
    """Return a picture of a terminal with this text, codes included."""
    console = Console(record=True, width=COLUMNS + 8, file=io.StringIO())
    console.print(Text.from_ansi(text), soft_wrap=False)
    frame = FRAME.replace("{title}", TITLES[name])
    return console.export_svg(title="sunny-days", theme=theme, code_format=frame, unique_id=name)


def main() -> None:
    """Draw the pictures anew."""
    os.environ.update(same_everywhere())
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        template = release_template(Path(scratch) / "pyrelease-template", left_out=("tests/", "tools/", ".github/"))
        for name, drawn in draw(template, Path(scratch)).items():
            (PICTURES / f"{name}.svg").write_text(drawn, encoding="utf-8")


if __name__ == "__main__":
    main()
