"""Every command that README.md gives developers and CONTRIBUTING.md gives maintainers works as it is written there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from tests.conftest import ROOT, commit_all, git
from tests.guide.sample import TEXT, sample, text_of
from tests.repository.pages import README, section
from tools import bench, watch_guide
from tools.repository import write_work_tree

pytestmark = pytest.mark.runs

PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")

# What ends a recipe is to be run once its steps were followed, as tests/repository/test_recipes.py does.
CONTRIBUTING = re.sub(r"## Add something\n.*?\n(?=## )", "", PAGE, flags=re.DOTALL)

LIMIT = 900
"""Seconds that a block of commands may take."""

A_TEST = """\
def test_something() -> None:
    assert True
"""
"""What each file of tests holds here: these commands are run by a test, and would run themselves."""


def blocks(text: str) -> list[str]:
    """Return the blocks of commands in a document."""
    return [token.content for token in MarkdownIt().parse(text) if token.type == "fence" and token.info == "sh"]


def code_in_lines(text: str) -> list[str]:
    """Return the code that stands in the lines of a document, tables included."""
    found = [token.children or [] for token in MarkdownIt().enable("table").parse(text)]
    return [part.content for parts in found for part in parts if part.type == "code_inline"]


DEVELOPMENT = blocks(section(README, "Development"))
"""README.md's commands; the first one sets a clone up and runs all tests."""


@dataclass(frozen=True)
class Clone:
    """A clone of this repository, as a developer has it, and what was printed when it was set up."""

    folder: Path
    printed: str

    def run(self, commands: str) -> str:
        """Run some commands as somebody types them, and return what they print; each must end with exit code 0."""
        return typed(self.folder, commands)


def typed(folder: Path, commands: str) -> str:
    """Run commands in a shell that knows nothing of the environment in which the tests run."""
    own = ("PYTEST_", "PYTHON", "VIRTUAL_ENV")
    variables = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    variables["PATH"] = os.pathsep.join([f"{sys.base_prefix}/bin", "/usr/local/bin", "/usr/bin", "/bin"])
    done = subprocess.run(
        ["bash", "-ex", "-c", commands],
        cwd=folder,
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=LIMIT,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.fixture(scope="module")
def set_up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clone]:
    """A clone that README.md's command has set up."""
    folder = tmp_path_factory.mktemp("clone") / "pyrelease-template"
    write_work_tree(folder)
    for file in (folder / "tests").rglob("test_*.py"):
        file.write_text(A_TEST, encoding="utf-8")
    (folder / "sample.yml").write_text(text_of(sample()), encoding="utf-8")
    (folder / "guide.rst").write_text(TEXT, encoding="utf-8")
    sections = folder / watch_guide.SECTIONS.relative_to(ROOT)
    sections.write_text(watch_guide.recorded(TEXT), encoding="utf-8")
    git(folder, "init", "--quiet", "--initial-branch=main")
    commit_all(folder, "The work tree")
    yield Clone(folder, typed(folder, DEVELOPMENT[0]))
    shutil.rmtree(folder)  # its environment is large, and pytest keeps folders


@pytest.fixture
def clone(set_up: Clone, tmp_path: Path) -> Iterator[Clone]:
    """The clone as it was, with an origin that has nothing yet."""
    git(tmp_path, "init", "--quiet", "--bare", "origin.git")
    git(set_up.folder, "remote", "add", "origin", str(tmp_path / "origin.git"))
    yield set_up
    git(set_up.folder, "remote", "remove", "origin")
    git(set_up.folder, "reset", "--quiet", "--hard")
    for tag in git(set_up.folder, "tag").splitlines():
        git(set_up.folder, "tag", "--delete", tag)


def test_the_readmes_command_sets_a_clone_up_and_runs_every_test(clone: Clone) -> None:
    files = list((ROOT / "tests").rglob("test_*.py"))
    assert re.search(rf"\b{len(files)} passed\b", clone.printed)


@pytest.mark.parametrize("block", [*DEVELOPMENT[1:], *blocks(CONTRIBUTING)])
def test_the_other_commands_work(clone: Clone, block: str) -> None:
    clone.run(block)


def test_the_commands_of_a_release_push_its_tag(clone: Clone) -> None:
    [block] = [block for block in blocks(CONTRIBUTING) if "git push" in block]
    clone.run(block)
    [tag] = git(clone.folder, "ls-remote", "--tags", "origin").splitlines()
    assert f"refs/{tag.partition('refs/')[2]}" == f"refs/tags/{block.split()[2]}"


def test_all_commands_stand_in_blocks_of_shell() -> None:
    assert {token.info for token in MarkdownIt().parse(CONTRIBUTING) if token.type == "fence"} == {"sh", "yaml"}
    command = re.compile(r"(\S*/)?(python3?|uvx?|git|pytest|bash|copier|npm)\s|.* -m ")
    assert [code for code in code_in_lines(section(README, "Development") + CONTRIBUTING) if command.match(code)] == []


def test_every_program_of_the_tools_is_documented() -> None:
    programs = {path.stem for path in (ROOT / "tools").glob("*.py") if "__main__" in path.read_text(encoding="utf-8")}
    assert len(programs) > 5
    assert set(re.findall(r"python -m tools\.(\w+)", "\n".join(blocks(CONTRIBUTING)))) == programs


def test_each_option_that_is_named_is_one_of_the_bench() -> None:
    named = [code for code in code_in_lines(CONTRIBUTING) if code.startswith("--")]
    assert len(named) == 2
    for options in named:
        bench.parser().parse_args(options.split())
