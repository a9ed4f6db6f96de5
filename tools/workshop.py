"""Where many projects are made fast, from the template as it stands in the work tree or in another folder."""

from __future__ import annotations

import compileall
import itertools
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from unittest.mock import patch

from copier import run_copy
from copier._main import Worker

from pyrelease.add_to_dependabot import ADDITION, FILE
from pyrelease.found.publishing import GUIDE_TEXT
from pyrelease.plan.answers import WORKFLOWS
from pyrelease.take_over import NEW
from tools.repository import ROOT

PARTS = ("copier.yml", "extensions", "includes", "src", "template")
"""What of this repository makes a project."""

OWNER = "octo-org"
NAME = "demo-package"
WORKFLOW = ".github/workflows/publish-to-test-pypi.yml"
"""The owner, name and publishing workflow of projects whose answers say nothing else."""


class Workshop:
    """Makes projects in this process, each in a new folder."""

    def __init__(self, folder: Path, source: Path = ROOT) -> None:
        self.template = folder / "template"
        self.projects = folder / "projects"
        self.numbers = itertools.count()
        for part in [source / part for part in PARTS if (source / part).exists()]:  # an old version lacks some
            copy = shutil.copytree if part.is_dir() else shutil.copy
            (self.template / part.name).parent.mkdir(parents=True, exist_ok=True)
            copy(part, self.template / part.name)
        compileall.compile_dir(self.template / "extensions", quiet=1)  # the template has Python write no bytecode

    def make(self, answers: Mapping[str, Any], folder: Path | None = None) -> Path:
        """Return the folder of a project with these answers, each of them checked as `--data` is.

        What nothing can know has a value here.
        """
        folder = folder or self.projects / f"project-{next(self.numbers)}"
        if answers.get("package") == "existing":
            (folder / answers.get("package_folder", "")).mkdir(parents=True, exist_ok=True)
        write_workflow(folder, answers)
        # These projects are in no repository, about which Copier asks git for each file: a quarter of a copy.
        with patch.object(Worker, "_sync_git_index_executable_bit"):
            run_copy(
                str(self.template),
                folder,
                {"project_name": "demo", "github_owner": "octo-org", **answers},
                defaults=True,
                unsafe=True,
                quiet=True,
                skip_tasks=True,
                overwrite=True,
            )
        if answers.get("existing_workflow") in ("keep", "move"):
            old_workflow(folder, answers).unlink()
        if (replacement := folder / WORKFLOWS / NEW).exists():  # the task that does it is skipped
            replacement.replace(old_workflow(folder, answers))
        if (addition := folder / ADDITION).exists():
            addition.replace(folder / FILE)
        return folder


def old_workflow(folder: Path, answers: Mapping[str, Any]) -> Path:
    """Return where a package with these answers has the workflow that published before."""
    is_moved = answers.get("existing_workflow") == "move"
    return folder / WORKFLOWS / ("old.yml" if is_moved else str(answers["workflow_filename"]))


def write_workflow(folder: Path, answers: Mapping[str, Any]) -> None:
    """Write the workflow that the answers keep, move or replace, as a package has it before."""
    kept = "jobs: {release: {environment: pypi, steps: [{run: uv publish}]}}\n"
    texts = {"keep": kept, "move": kept, "replace": GUIDE_TEXT}
    if text := texts.get(str(answers.get("existing_workflow"))):
        file = old_workflow(folder, answers)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
