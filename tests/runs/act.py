"""Run a project's workflow with act, on this machine, with stand-ins for the actions that it uses."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from pyrelease.plan.publishers import PYPI, TESTPYPI
from tests.runs.loopback_index import Index
from tools.repository import read_yaml

STAND_INS = Path(__file__).parent / "stand_ins"

RUNNERS = [
    "ubuntu-latest",
    "ubuntu-24.04-arm",
    "windows-latest",
    "windows-11-arm",
    "macos-latest",
    "macos-15-intel",
]
"""The labels of GitHub's machines that this machine stands in for, whatever it is."""

RUN_LIMIT = 600
"""Seconds for one run of a workflow, which takes about ten."""


@dataclass
class Run:
    """What a run did: the result of each job that ran (`success`, `failure`), its log, and its summary page.

    A job with a matrix has succeeded if all that the matrix makes of it have.
    """

    results: dict[str, str] = field(default_factory=dict)
    log: str = ""
    summary: str = ""


@dataclass(frozen=True)
class Repository:
    """A project's repository on GitHub, as far as a workflow sees it, and the indexes that it publishes to.

    `secrets` are the repository's. `variables` are for the stand-ins: `INDEX_ADDRESS` is the index that is neither PyPI
    nor TestPyPI, and `EXPECTED_TOKEN` the one that these two accept from a workflow without Trusted Publishing.
    """

    folder: Path
    name: str
    workflow: str
    pypi: Index
    testpypi: Index
    fork: bool = False
    secrets: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)

    def push(self, ref: str, commit: str, run_number: int, scratch: Path, job: str = "") -> Run:
        """Run the workflow as GitHub does when `ref` (like `refs/heads/main`) is pushed; `scratch` is a new folder.

        With a `job`, that one is run alone, after those that it needs.
        """
        owner = self.name.split("/")[0]
        event = {
            "ref": ref,
            "before": "0" * 40,
            "after": commit,
            "repository": {"fork": self.fork, "full_name": self.name, "name": self.name, "owner": {"login": owner}},
        }
        variables = {
            "GITHUB_REPOSITORY": self.name,
            "GITHUB_RUN_NUMBER": run_number,
            "GITHUB_WORKFLOW_REF": f"{'a-fork' if self.fork else owner}/{self.name.partition('/')[2]}/.github/workflows/{self.workflow}@{ref}",
            "PYPI_ADDRESS": self.pypi.address,
            "TESTPYPI_ADDRESS": self.testpypi.address,
            **self.variables,
        }
        led = {PYPI.simple_address: self.pypi.simple, TESTPYPI.simple_address: self.testpypi.simple}
        return run_workflow(self.folder, self.workflow, "push", event, variables, scratch, self.secrets, job, led)


def run_workflow(
    folder: Path,
    name: str,
    trigger: str,
    event: Mapping[str, object],
    variables: Mapping[str, object],
    scratch: Path,
    secrets: Mapping[str, str] = MappingProxyType({}),
    job: str = "",
    led: Mapping[str, str] = MappingProxyType({}),
) -> Run:
    """Run the workflow of this file name in a repository's folder, or one of its jobs; `scratch` is a new folder.

    Where it installs from an address, it is `led` to another.
    """
    scratch.mkdir()
    (scratch / "event.json").write_text(json.dumps(event))
    text = (folder / ".github" / "workflows" / name).read_text(encoding="utf-8")
    for address, other in led.items():
        text = text.replace(f" INDEX: {address}\n", f" INDEX: {other}\n")
    workflow = scratch / name
    workflow.write_text(text, encoding="utf-8")
    given = {
        "PROJECT_ADDRESS": folder,
        "WORKFLOW": workflow,
        "TESTS_PYTHON": sys.executable,
        "PREPARED": os.environ["PREPARED"],
        "ARTIFACTS": scratch / "artifacts",
        **variables,
    }
    command = ["act", trigger, "-W", workflow, "-C", folder, "-e", scratch / "event.json", "--actor", "octocat"]
    command += ["--no-skip-checkout", "--json", "--action-offline-mode"]
    command += ["--action-cache-path", scratch / "actions", "--no-cache-server"]
    if job:
        command += ["--job", job]
    for label in RUNNERS:
        command += ["-P", f"{label}=-self-hosted"]
    for secret, hidden in {"GITHUB_TOKEN": "odd-Zq7", **secrets}.items():
        command += ["-s", f"{secret}={hidden}"]
    for option in ("--env-file", "--secret-file", "--var-file", "--input-file"):
        command += [option, os.devnull]
    for variable, value in given.items():
        command += ["--env", f"{variable}={value}"]
    for action in actions_of(workflow):
        command += ["--local-repository", f"{action}={STAND_INS / action.partition('@')[0].rpartition('/')[2]}"]
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, encoding="utf-8", timeout=RUN_LIMIT, check=False
    )
    return read_run(done.stdout, done.stderr)


def actions_of(workflow: Path) -> set[str]:
    """Return every action that a workflow's steps use, as `owner/name@commit`."""
    jobs = read_yaml(workflow)["jobs"].values()
    return {step["uses"] for job in jobs for step in job.get("steps", []) if "uses" in step}


def read_run(output: str, errors: str) -> Run:
    """Read act's log, one JSON record a line."""
    run = Run()
    lines = []
    for line in output.splitlines():
        record = json.loads(line)
        if "jobResult" in record and run.results.get(record["jobID"]) != "failure":
            run.results[record["jobID"]] = record["jobResult"]
        if record.get("command") == "summary":
            run.summary += record["content"]
        lines.append(record.get("msg", "").rstrip("\n"))
    run.log = "\n".join(lines) + errors
    return run
