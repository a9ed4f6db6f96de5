"""The recipes of CONTRIBUTING.md are complete: whoever follows one, step by step, has added what it is for."""

from __future__ import annotations

import os
import re
import shlex
import sys
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

import pytest

from tests.conftest import ROOT, commit_all, content_of, copy, release_template, run

RECIPES = (
    (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("## Add something\n")[2].partition("\n## ")[0]
)

STEP = re.compile(
    r"^In (?P<new>the new file )?(?P<mark>`+) ?(?P<path>.+?) ?(?P=mark)"
    r"(?:, (?P<side>before|below) (?P<marks>`+) ?(?P<anchor>.+?) ?(?P=marks))?:\n\n```\w+\n(?P<text>.*?)```$",
    re.MULTILINE | re.DOTALL,
)

GIVEN = {
    "A question": ("documentation_url=https://demo.readthedocs.io/",),
    "A file": (),
    "A route": ("show_hashes=true",),
}
"""The answers of a project that has what a recipe adds, by the recipe's heading."""


@dataclass(frozen=True)
class Recipe:
    """The steps, each a match of `STEP`, and the commands that end a recipe."""

    steps: tuple[re.Match[str], ...]
    commands: tuple[str, ...]

    def follow(self, folder: Path) -> None:
        """Do what the steps say in a clone."""
        for step in self.steps:
            file = folder / step["path"]
            if step["new"]:
                assert not file.exists()
                file.write_text(step["text"], encoding="utf-8")
            else:
                file.write_text(with_text(file.read_text(encoding="utf-8"), step), encoding="utf-8")


def recipe(heading: str) -> Recipe:
    """Return the recipe below a heading."""
    text = RECIPES.partition(f"\n### {heading}\n")[2].partition("\n### ")[0]
    steps, [commands] = tuple(STEP.finditer(text)), re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    assert len(steps) + 1 == text.count("```") / 2, "every block is a step"
    return Recipe(steps, tuple(commands.splitlines()))


def with_text(content: str, step: re.Match[str]) -> str:
    """Return a file's content with a step's text beside the line that it names, as far from its neighbours as they are."""
    lines = content.splitlines(keepends=True)
    [place] = [number for number, line in enumerate(lines) if step["anchor"] in line]
    before, after = lines[:place], lines[place:]
    if step["side"] == "before":
        return "".join([*before, step["text"], *takewhile("\n".__eq__, reversed(before)), *after])
    anchor = [after[0], *takewhile("\n".__eq__, after[1:])]
    return "".join([*before, *anchor, step["text"], *after[len(anchor) :]])


def run_as_in(folder: Path, command: str) -> None:
    """Run a command of a recipe in a clone, with the Python of this one."""
    program, *arguments = shlex.split(command.removeprefix(".venv/bin/uv run "))
    python = {"python": [sys.executable], "pytest": [sys.executable, "-m", "pytest", "--numprocesses=0"]}
    run(folder, *python[program], *arguments, env={**os.environ, "PYTHONPATH": str(folder / "src")})


def test_every_recipe_is_followed() -> None:
    assert re.findall(r"^### (.*)$", RECIPES, re.MULTILINE) == list(GIVEN)


@pytest.mark.parametrize("heading", GIVEN)
def test_a_recipe_adds_what_it_is_for_and_ends_with_tests_that_pass(tmp_path: Path, heading: str) -> None:
    clone = release_template(tmp_path / "clone")
    assert copy(clone, tmp_path / "before", "-d", "github_owner=octo-org").returncode == 0
    followed = recipe(heading)
    followed.follow(clone)
    assert "CHANGELOG.md" in [step["path"] for step in followed.steps]
    for command in followed.commands:
        run_as_in(clone, command)
    commit_all(clone, heading, tag="v1.1.0")
    options = [option for answer in ("github_owner=octo-org", *GIVEN[heading]) for option in ("-d", answer)]
    done = copy(clone, tmp_path / "after", *options)
    assert done.returncode == 0, done.stderr
    before, after = content_of(tmp_path / "before"), content_of(tmp_path / "after")
    assert {name for name in after if after[name] != before.get(name)} > {".copier-answers.yml"}
