"""The template works with the oldest Copier that it allows, and with the latest."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from tests.conftest import ROOT, commit_all, git, read_yaml, run

FLOOR = read_yaml(ROOT / "copier.yml")["_min_copier_version"]


def test_pyproject_has_the_floor_of_the_template() -> None:
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert f"copier>={FLOOR}" in pyproject["dependency-groups"]["template"]


@pytest.mark.runs
@pytest.mark.parametrize("copier", [f"copier=={FLOOR}", "copier@latest"])
def test_a_project_is_made_and_updated(template: Path, tmp_path: Path, copier: str) -> None:
    project = tmp_path / "demo"
    command = ["uvx", "--with", "jinja2-time", "--with", "copier-template-extensions", copier]
    given = ["--trust", "--defaults", "-d", "github_owner=octo-org"]
    history = tmp_path / "history"
    run(tmp_path, "git", "clone", "--quiet", template, history)
    shown = run(tmp_path, *command, "copy", *given, history, project)
    assert "pyrelease setup" in shown
    commit_all(project, "Start")
    (history / "template" / "NEW.md").write_text("New.\n", encoding="utf-8")
    commit_all(history, "Next", tag="v1.1.0")
    run(project, *command, "update", "--trust", "--defaults")
    assert git(project, "status", "--short").splitlines() == ["M .copier-answers.yml", "?? NEW.md"]
