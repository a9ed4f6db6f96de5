"""Run a project's workflow with act, on this machine, with stand-ins for the actions that it uses."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from tests.loopback_index import Index

STAND_INS = Path(__file__).parent / "stand_ins"

RUN_LIMIT = 240
"""Seconds for one run of a workflow, which takes about ten."""


@dataclass
class Run:
    """What a run did: the result of each job that ran (`success`, `failure`), its log, and its summary page."""

    results: dict[str, str] = field(default_factory=dict)
    log: str = ""
    summary: str = ""


@dataclass(frozen=True)
class Repository:
    """A project's repository on GitHub, as far as a workflow sees it, and the indexes that it publishes to."""

    folder: Path
    name: str
    workflow: str
    pypi: Index
    testpypi: Index
    fork: bool = False

    def push(self, ref: str, commit: str, run_number: int, scratch: Path) -> Run:
        """Run the workflow as GitHub does when `ref` (like `refs/heads/main`) is pushed; `scratch` is a new folder."""
        scratch.mkdir()
        owner = self.name.split("/")[0]
        event = {
            "ref": ref,
            "before": "0" * 40,
            "after": commit,
            "repository": {"fork": self.fork, "full_name": self.name, "name": self.name, "owner": {"login": owner}},
        }
        (scratch / "event.json").write_text(json.dumps(event))
        workflow = self.folder / ".github" / "workflows" / self.workflow
        variables = {
            "GITHUB_REPOSITORY": self.name,
            "GITHUB_RUN_NUMBER": run_number,
            "PROJECT_ADDRESS": self.folder,
            "WORKFLOW": workflow,
            "TESTS_PYTHON": sys.executable,
            "ARTIFACTS": scratch / "artifacts",
            "PYPI_ADDRESS": self.pypi.address,
            "TESTPYPI_ADDRESS": self.testpypi.address,
        }
        command = ["act", "push", "-W", workflow, "-C", self.folder, "-e", scratch / "event.json", "--actor", "octocat"]
        command += ["-P", "ubuntu-latest=-self-hosted", "--no-skip-checkout", "--json", "--action-offline-mode"]
        command += ["--action-cache-path", scratch / "actions", "--no-cache-server", "-s", "GITHUB_TOKEN=odd-Zq7"]
        for option in ("--env-file", "--secret-file", "--var-file", "--input-file"):
            command += [option, os.devnull]
        for name, value in variables.items():
            command += ["--env", f"{name}={value}"]
        for action in actions_of(workflow):
            command += ["--local-repository", f"{action}={STAND_INS / action.partition('@')[0].rpartition('/')[2]}"]
        done = subprocess.run(
            [str(part) for part in command], capture_output=True, encoding="utf-8", timeout=RUN_LIMIT, check=False
        )
        return read_run(done.stdout, done.stderr)


def actions_of(workflow: Path) -> set[str]:
    """Return every action that a workflow uses, as `owner/name@commit`."""
    jobs = yaml.safe_load(workflow.read_text(encoding="utf-8"))["jobs"].values()
    return {step["uses"] for job in jobs for step in job["steps"] if "uses" in step}


def read_run(output: str, errors: str) -> Run:
    """Read act's log, one JSON record a line."""
    run = Run()
    lines = []
    for line in output.splitlines():
        record = json.loads(line)
        if "jobResult" in record:
            run.results[record["jobID"]] = record["jobResult"]
        if record.get("command") == "summary":
            run.summary += record["content"]
        lines.append(record.get("msg", "").rstrip("\n"))
    run.log = "\n".join(lines) + errors
    return run
