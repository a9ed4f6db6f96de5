"""Projects that the doctor looks over: healthy ones, which tests then break."""

from __future__ import annotations

import contextlib
import io
import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from pyrelease.cli import main
from pyrelease.pins import pin
from pyrelease.plan.pipeline import BOT_BRANCHES
from tests.conftest import NAME, OWNER, WORKFLOW, change, commit_all, git, read_yaml
from tests.runs.routes import ROUTES
from tools.workshop import Workshop

TODAY = date(2026, 11, 23)
"""The day on which the doctor looks, and on which the projects are made."""

PUBLISH = pin("pypa/gh-action-pypi-publish")

PUSH = f"""\
  push:
    # What bots and merge queues push is not published: nobody has looked at it yet.
    branches-ignore: {json.dumps(BOT_BRANCHES)}
    tags: ["v[0-9]*"]
"""
"""What starts a workflow that publishes."""

KEPT_FILE = ".github/workflows/release.yml"

KEPT_WORKFLOW = f"""\
on:
  push:
    tags: ["v*"]
jobs:
  release:
    if: github.repository == 'octo-org/demo-package'
    runs-on: ubuntu-latest
    environment: pypi
    permissions:
      id-token: write
    steps:
      - uses: {pin("actions/download-artifact")}
        with: {{run-id: 7}}
      - uses: {PUBLISH}
"""

KEPT: dict[str, Any] = {
    "package": "existing",
    "existing_workflow": "keep",
    "workflow_filename": "release.yml",
    "push_index": "none",
    "version_source": "setuptools-scm",
}

STATIC: dict[str, Any] = {"package": "existing", "version_source": "static", "push_trigger": "tags"}

PATIENTS: dict[str, dict[str, Any]] = {**ROUTES, "kept": KEPT, "static": STATIC}


@dataclass(frozen=True)
class Seen:
    """What the doctor says: its exit code, and its lines on standard output."""

    code: int
    lines: tuple[str, ...]

    @property
    def findings(self) -> list[str]:
        """The lines that are errors or warnings."""
        return [line for line in self.lines if line.startswith(("error: ", "warning: "))]

    @property
    def only(self) -> str:
        """The one finding."""
        assert len(self.findings) == 1, self.findings
        [line] = self.findings
        return line


class Patient:
    """A project in a folder of its own, which a test may break."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def change(self, before: str, after: str, name: str = WORKFLOW) -> None:
        """Replace a text in a file, wherever it stands."""
        change(self.folder, name, before, after)

    def change_job(self, job: str, before: str, after: str, name: str = WORKFLOW) -> None:
        """Replace a text in one job of a workflow."""
        file = self.folder / name
        head, mark, tail = file.read_text(encoding="utf-8").partition(f"\n  {job}:\n")
        found = re.match(r"(?:\n|    .*\n)*", tail)
        assert found
        assert before in found[0]
        file.write_text(f"{head}{mark}{found[0].replace(before, after)}{tail[found.end() :]}", encoding="utf-8")

    def answer(self, **answers: Any) -> None:
        """Change answers."""
        file = self.folder / ".copier-answers.yml"
        stored = read_yaml(file)
        file.write_text(yaml.safe_dump(stored | answers), encoding="utf-8")

    def seen(
        self, *arguments: str, today: date = TODAY, folder: str = ".", sites: Mapping[str, str] | None = None
    ) -> Seen:
        """Return what the doctor says, run in the project's folder or in one below it, without the codes of its lines.

        A test breaks a project and does not commit that, which is no finding here.
        """
        code, shown = self.run("--ignore=PR803", *arguments, today=today, folder=folder, sites=sites)
        return Seen(code, tuple(re.sub(r" \[PR\d{3}\]$", "", line) for line in shown.splitlines()))

    def run(
        self, *arguments: str, today: date = TODAY, folder: str = ".", sites: Mapping[str, str] | None = None
    ) -> tuple[int, str]:
        """Return the doctor's exit code, and all that it prints."""
        shown = io.StringIO()
        with contextlib.chdir(self.folder / folder), contextlib.redirect_stdout(shown):
            code = main(["doctor", *arguments], today=today, sites=sites)
        return code, shown.getvalue()

    def findings(self, *arguments: str, sites: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
        """Return each finding as a program gets it, those of what is only information among them."""
        _, shown = self.run("--format=json", *arguments, sites=sites)
        found: list[dict[str, Any]] = json.loads(shown)["findings"]
        return found

    def codes(self, *arguments: str) -> list[str]:
        """Return the code of each finding, but for those of what is only information."""
        return [part["code"] for part in self.findings(*arguments) if part["severity"] != "information"]


class Ward:
    """Has a healthy, committed project of each kind, and gives out copies."""

    def __init__(self, workshop: Workshop, folder: Path) -> None:
        self.workshop = workshop
        self.folder = folder
        self.known: dict[str, Path] = {}

    def healthy(self, kind: str) -> Path:
        """Return the project of a kind, made when it is first asked for. Read it only."""
        if kind not in self.known:
            given = {"project_name": NAME, "github_owner": OWNER, "created_on": TODAY.isoformat()}
            project = self.workshop.make(given | PATIENTS[kind])
            if PATIENTS[kind].get("package") == "existing":
                version = 'dynamic = ["version"]' if kind == "kept" else 'version = "1.2.0"'
                text = f'[project]\nname = "{NAME}"\n{version}\n'
                (project / "pyproject.toml").write_text(text, encoding="utf-8")
            if kind == "kept":
                (project / ".github" / "workflows" / "release.yml").write_text(KEPT_WORKFLOW, encoding="utf-8")
            git(project, "init", "--quiet", "--initial-branch=main")
            git(project, "remote", "add", "origin", f"https://github.com/{OWNER}/{NAME}.git")
            commit_all(project, "Start")
            self.known[kind] = project
        return self.known[kind]

    def patient(self, kind: str = "default") -> Patient:
        """Return a copy of the project of a kind, which a test may break."""
        shutil.rmtree(self.folder / kind, ignore_errors=True)
        return Patient(Path(shutil.copytree(self.healthy(kind), self.folder / kind)))


def codes(patient: Patient) -> list[str]:
    """Return the codes of the errors and warnings, but for what a test's edit is itself."""
    return patient.codes("--ignore=PR803")


def errors(patient: Patient) -> list[str]:
    """Return the codes of the errors."""
    return [part["code"] for part in patient.findings("--ignore=PR803") if part["severity"] == "error"]


def kept(ward: Ward, before: str = "", after: str = "") -> Patient:
    """Return a project that keeps its workflow, with a text of that replaced."""
    patient = ward.patient("kept")
    if before:
        patient.change(before, after, KEPT_FILE)
    return patient
