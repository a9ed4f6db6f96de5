"""Machines: what the jobs run on."""

from __future__ import annotations

from ..findings import ERROR, Check, Example
from .names import WORKFLOW

GONE_MACHINE = Check(
    "PR501",
    ERROR,
    "A job runs on a machine that is gone",
    meaning="GitHub has retired the machine of this label, and the upload waits for the job.",
    why="The job waits for a machine that never comes, and is cancelled.",
    mend="Write the label that is named.",
    source="https://github.com/actions/runner-images",
    example=Example(WORKFLOW, "runs-on: ubuntu-latest", "runs-on: ubuntu-20.04"),
)
NOT_LINUX = Check(
    "PR502",
    ERROR,
    "The publish action runs on another machine than Linux",
    meaning="The job that uploads by the publish action runs on Windows or macOS.",
    why="The action is a container, which GitHub starts on Linux alone.",
    mend="Write `runs-on: ubuntu-latest`.",
    source="https://github.com/pypa/gh-action-pypi-publish",
    example=Example(".github/workflows/release.yml", "ubuntu-latest", "windows-latest", project="kept"),
)
