"""What the tests of updates share: a project of an older version, and its update."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_copie.plugin import Copie, Result

from tests.conftest import ROOT, Make, change, commit_all, read_yaml

OLD_DAY = {"created_on": "2020-02-03"}

USERS = [path.rpartition("/")[2].strip("*") for path in read_yaml(ROOT / "copier.yml")["_skip_if_exists"]]
"""The files and folders of a project that are the user's from the first day."""


def move(project: Path, template: Path, history: Path) -> None:
    """Have a project come from a copy of the template that it was made from, and commit it."""
    change(project, ".copier-answers.yml", str(template), str(history))
    commit_all(project, "Start")


@pytest.fixture
def old(make: Make, template: Path, history: Path) -> Path:
    """A project of the version v1.0.0, made long ago, with everything committed."""
    project = make(project_name="demo", **OLD_DAY)
    move(project, template, history)
    return project


def update(copie: Copie, project: Path, version: str = "v1.1.0") -> None:
    """Update a project to a version."""
    result = copie.update(Result(project_dir=project), vcs_ref=version)
    assert result.exception is None, result.exception
