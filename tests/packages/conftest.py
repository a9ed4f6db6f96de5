"""A repository with three packages in folders, of three build backends, and one at its root where a test wants it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pyrelease.plan import Plan
from tests.conftest import commit_all, copy, git, read_yaml

PACKAGES = {"one": (), "two": ("build_backend=setuptools",), "three": ("binary=true",)}
"""The packages of the repository, by the name of their folder, and the answers that are not usual."""


def answers_file(name: str) -> str:
    """Return the name of a package's answers file."""
    return f".copier-answers.{name}.yml"


def options(name: str, *answers: str) -> list[str]:
    """Return the options with which a package is made or updated at the root of its repository."""
    given = (f"package_folder=packages/{name}", *answers)
    return ["--answers-file", answers_file(name), *(part for answer in given for part in ("--data", answer))]


def add(template: Path, root: Path, name: str, *answers: str) -> None:
    """Make a package in a folder of a repository, and commit it."""
    done = copy(template, root, *options(name, *answers))
    assert done.returncode == 0, done.stderr
    commit_all(root, f"Add {name}")


def plan_in(root: Path, name: str) -> Plan:
    """Return what follows from the answers of one package."""
    return Plan.of(read_yaml(root / answers_file(name)), answers_file(name))


def repository(folder: Path) -> Path:
    """Return a new repository whose remote is on GitHub, with one commit."""
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "remote", "add", "origin", "https://github.com/octo-org/several.git")
    (folder / "README.md").write_text("# Several\n", encoding="utf-8")
    commit_all(folder, "Start")
    return folder


@pytest.fixture(scope="session")
def made(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository; tests have copies of it."""
    root = repository(tmp_path_factory.mktemp("several") / "several")
    for name, answers in PACKAGES.items():
        add(template, root, name, *answers)
    return root


@pytest.fixture
def several(made: Path, tmp_path: Path) -> Path:
    """A copy of the repository."""
    return Path(shutil.copytree(made, tmp_path / "several", symlinks=True))
