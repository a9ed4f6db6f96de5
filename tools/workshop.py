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
        kept = kept_workflow(folder, answers)
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
        if kept:
            kept.unlink()
        return folder


def kept_workflow(folder: Path, answers: Mapping[str, Any]) -> Path | None:
    """Write the workflow that answers keep, as a package has it before, and return it; `None` if they keep none."""
    if answers.get("existing_workflow", "none") == "none":
        return None
    file = folder / ".github" / "workflows" / str(answers["workflow_filename"])
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("jobs: {release: {steps: [{run: uv publish}]}}\n", encoding="utf-8")
    return file
