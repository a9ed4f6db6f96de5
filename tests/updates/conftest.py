"""What the tests of updates share: a project of an older version, and its update."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_copie.plugin import Copie, Result

from tests.conftest import ROOT, commit_all, read_yaml

OLD_DAY = {"created_on": "2020-02-03"}

USERS = [path.strip("/*") for path in read_yaml(ROOT / "copier.yml")["_skip_if_exists"]]
"""The files and folders of a project that are the user's from the first day."""


@pytest.fixture
def old(copie: Copie, history: Path) -> Path:
    """A project of the version v1.0.0, made long ago, with everything committed."""
    made = copie.copy({"project_name": "demo", "github_owner": "octo-org", **OLD_DAY}, history, vcs_ref="v1.0.0")
    assert made.project_dir, made.exception
    commit_all(made.project_dir, "Start")
    return made.project_dir


def update(copie: Copie, project: Path, version: str = "v1.1.0") -> None:
    """Update a project to a version."""
    result = copie.update(Result(project_dir=project), vcs_ref=version)
    assert result.exception is None, result.exception
