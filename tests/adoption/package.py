"""A package that exists, and what is done to it when it gets the release pipeline."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.conftest import commit_all, copy, git
from tests.guide.sample import sample, text_of

PIPELINE = {
    ".copier-answers.yml",
    ".github/dependabot.yml",
    ".github/workflows/publish-to-test-pypi.yml",
    "RELEASING.md",
}

PYPROJECT = """\
[build-system]
requires = ["flit_core>=3.12,<4"]
build-backend = "flit_core.buildapi"

[project]
name = "Old.Demo"
version = "1.4.0"
description = "Has been here for years"
requires-python = ">=3.9"

[tool.flit.module]
name = "old_demo"
"""

UPLOAD: dict[str, Any] = {
    "on": {"push": {"tags": ["*"]}},
    "jobs": {
        "deploy": {
            "runs-on": "ubuntu-latest",
            "steps": [
                {"uses": "actions/checkout@v4"},
                {"run": "pipx run build"},
                {
                    "uses": "pypa/gh-action-pypi-publish@release/v1",
                    "with": {"password": "${{ secrets.PYPI_API_TOKEN }}"},
                },
            ],
        }
    },
}


def write_package(folder: Path) -> Path:
    """Write a committed package with a static version, released once, without any workflow."""
    (folder / "old_demo").mkdir(parents=True)
    (folder / "pyproject.toml").write_text(PYPROJECT, encoding="utf-8")
    (folder / "old_demo" / "__init__.py").write_text('"""Old."""\n', encoding="utf-8")
    (folder / "README.md").write_text("mine\n", encoding="utf-8")
    git(folder, "init", "--quiet", "--initial-branch=trunk")
    git(folder, "remote", "add", "origin", "git@github.com:Octo-Org/Old-Demo.git")
    git(folder, "tag", "rel-1.4.0", commit_all(folder, "Release"))
    return folder


def add_workflow(package: Path, name: str, content: dict[str, Any]) -> str:
    """Give the package a workflow, commit it, and return its text."""
    file = package / ".github" / "workflows" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text_of(content), encoding="utf-8")
    commit_all(package, f"Publish from {name}")
    return file.read_text(encoding="utf-8")


def adopt(template: Path, package: Path, *options: str) -> str:
    """Give the package the pipeline as somebody does who is not there to answer, and return what is printed."""
    done = copy(template, package, *options)
    assert done.returncode == 0, done.stderr
    return done.stdout


def new_files(package: Path) -> set[str]:
    """Return the files that the last commit does not have; no file that it has may differ."""
    states = dict(line.split(maxsplit=1)[::-1] for line in git(package, "status", "--short", "-uall").splitlines())
    assert set(states.values()) <= {"??"}, states
    return set(states)


def guided(**environments: str) -> dict[str, Any]:
    """Return the guide's workflow as somebody has it who followed the guide by hand."""
    content = sample()
    for index, name in environments.items():
        content["jobs"][f"publish-to-{index}"]["environment"]["name"] = name
    return content


def write_files(folder: Path, files: Mapping[str, str]) -> None:
    """Write files below a folder, by their paths."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
