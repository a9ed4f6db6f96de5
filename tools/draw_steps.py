"""Draw the pictures that README.md and docs/ show, from what the commands really show on a terminal of 80 columns.

python -m tools.draw_steps
"""

from __future__ import annotations

import io
import os
import sys
import tempfile
from pathlib import Path

import pyte
from rich.console import Console
from rich.terminal_theme import DEFAULT_TERMINAL_THEME, MONOKAI, TerminalTheme
from rich.text import Text

from tests.github.stand_in import loopback_github
from tools.questions import raw
from tools.repository import ROOT, commit_all, git, release_template, run, same_everywhere
from tools.terminal import answer_by_hand, shown_on_a_terminal, steps_on_a_terminal

PICTURES = ROOT / ".github" / "pictures"

COLUMNS, LINES = 80, 60

THEMES = {"dark": MONOKAI, "light": DEFAULT_TERMINAL_THEME}
"""The colours of a terminal, by what a reader prefers."""

TITLES = {
    "questions": "The questions that a copy asks, with their answers",
    "steps": "The steps that a copy prints",
    "setup": "What pyrelease setup --dry-run prints",
    "doctor": "What pyrelease doctor prints for a project with two mistakes",
}

COPY = [sys.executable, "-m", "copier", "copy", "--trust", "--quiet"]

ADDRESS = "https://github.com/org/pyrelease-template"

ANSWERS = ["github_owner=octo-org", "project_name=sunny-days", "created_on=2026-09-01"]

TYPED = {"project_description": "Counts sunny days", "github_owner": "octo-org", "author_name": "Ada King"}
"""What is typed for the questions of the picture; the others are answered by Enter alone."""

CLEAR = "\x15"
"""The key (Ctrl-U) that takes a proposed answer away."""

COMMAND = Path(sys.executable).with_name("pyrelease")

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
    found = {**os.environ, "GIT_CONFIG_GLOBAL": str(settings), "COPIER_CACHE_DIR": str(scratch / "mirrors")}
    run(scratch, *COPY, "--defaults", *answers, ADDRESS, project, env=found)
    with loopback_github() as github:
        texts = {
            "questions": Text.from_ansi(questions(template, scratch)),
            "steps": Text.from_ansi(steps_on_a_terminal(project, {}, COLUMNS)),
            "setup": Text.from_ansi(
                shown_on_a_terminal([COMMAND, "setup", "--dry-run"], project, github.variables, COLUMNS)
            ),
        }
    make_two_mistakes(project)
    texts["doctor"] = Text.from_ansi(shown_on_a_terminal([COMMAND, "doctor"], project, {}, COLUMNS))
    return {
        f"{name}-{mode}": picture(name, text, theme) for name, text in texts.items() for mode, theme in THEMES.items()
    }


def questions(template: Path, scratch: Path) -> str:
    """Return what is on the screen once somebody has answered the questions of a copy."""
    keys = {question["help"]: f"{CLEAR + TYPED[name] if name in TYPED else ''}\r" for name, question in raw().items()}
    folder = scratch / "asked"
    folder.mkdir()
    _, shown = answer_by_hand([*COPY, "--vcs-ref", "v1.0.0", str(template), "sunny-days"], folder, keys)
    screen = pyte.Screen(COLUMNS, LINES)
    pyte.Stream(screen).feed(shown)
    lines = [line.rstrip() for line in screen.display]
    first_step = next(number for number, line in enumerate(lines) if line.startswith("1. "))
    return "\n".join(line for line in lines[:first_step] if line)


def make_two_mistakes(project: Path) -> None:
    """Give a project, committed, a remote of another name, and a job that publishes in another environment."""
    git(project, "remote", "add", "origin", "https://github.com/octo-org/sunnydays.git")
    workflow = project / ".github" / "workflows" / "publish-to-test-pypi.yml"
    text = workflow.read_text(encoding="utf-8")
    workflow.write_text(text.replace('name: "pypi"', 'name: "release"'), encoding="utf-8")
    commit_all(project, "Two mistakes")


def picture(name: str, text: Text, theme: TerminalTheme) -> str:
    """Return a picture of a terminal with this text."""
    console = Console(record=True, width=COLUMNS + 8, file=io.StringIO())
    console.print(text, soft_wrap=False)
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
