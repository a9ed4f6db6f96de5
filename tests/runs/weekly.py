"""Run the workflows that look once a week whether somebody has to be told, and the step that tells it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from tests.conftest import run
from tests.github.repositories import Repository
from tests.runs.act import Run, run_workflow
from tools.workflows import read_workflow


def run_weekly(folder: Path, workflow: str, repository: Repository, scratch: Path) -> Run:
    """Run a scheduled workflow."""
    from_here = ("GIT_CONFIG_GLOBAL", "COPIER_CACHE_DIR")
    variables = {**repository.variables, **{name: os.environ[name] for name in from_here if name in os.environ}}
    return run_workflow(folder, workflow, "schedule", {"schedule": "0 5 * * 1"}, variables, scratch)


def tell(workflow: Path, repository: Repository, given: Mapping[str, str]) -> None:
    """Run the step of a workflow that opens or refreshes the issue, as a runner does."""
    [step] = read_workflow(workflow.read_text(encoding="utf-8"))["jobs"]["tell"]["steps"]
    fixed = {name: value for name, value in step["env"].items() if "${{" not in value}
    run(workflow.parent, "bash", "-e", "-c", step["run"], env={**os.environ, **repository.variables, **fixed, **given})
