"""What the generated workflows may do is no more than what they must, and what they run cannot be moved under them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from pyrelease.pins import table
from tests.conftest import WORKFLOW
from tools.workflows import read_workflow

PUBLISHING = Path(WORKFLOW).name

TWINE_OF_PUBLISH_ACTION = {"v1.14.2": 7}
"""The major version of twine in a release of pypa/gh-action-pypi-publish (its `requirements/runtime.txt`)."""


@pytest.fixture(scope="module")
def texts(project: Path) -> dict[str, str]:
    """The text of each workflow of the default project, by file name."""
    return {file.name: file.read_text(encoding="utf-8") for file in (project / ".github" / "workflows").iterdir()}


@pytest.fixture(scope="module")
def workflows(texts: dict[str, str]) -> dict[str, dict[str, Any]]:
    """Each workflow of the default project, by file name."""
    return {name: read_workflow(text) for name, text in texts.items()}


@pytest.fixture(scope="module")
def publishing(workflows: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The jobs of the publishing workflow."""
    jobs: dict[str, Any] = workflows[PUBLISHING]["jobs"]
    return jobs


def steps_of(workflows: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Return every step of every job."""
    return [step for workflow in workflows.values() for job in workflow["jobs"].values() for step in job["steps"]]


def uses(job: dict[str, Any], action: str) -> dict[str, Any]:
    """Return the one step of a job that uses an action."""
    [step] = [step for step in job["steps"] if step.get("uses", "").startswith(f"{action}@")]
    return dict(step)


def position(job: dict[str, Any], name: str) -> int:
    """Return the place of the step of this name."""
    return [step.get("name") for step in job["steps"]].index(name)


def test_every_action_is_pinned_to_the_commit_in_the_table_with_its_version(texts: dict[str, str]) -> None:
    used = {line.split("uses: ")[1] for text in texts.values() for line in text.splitlines() if "uses: " in line}
    assert all(re.fullmatch(r"[\w/.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", pin) for pin in used)
    assert used <= {*table().values()}


def test_nothing_is_allowed_that_no_job_asks_for(workflows: dict[str, dict[str, Any]]) -> None:
    for workflow in workflows.values():
        assert workflow["permissions"] == {}
        for name, job in workflow["jobs"].items():
            wanted = {"publish-to-": {"id-token": "write"}, "install-from-": {}}
            rights = next((rights for begin, rights in wanted.items() if name.startswith(begin)), {"contents": "read"})
            assert job["permissions"] == rights


def test_every_permission_to_write_says_why(texts: dict[str, str]) -> None:
    lines = [
        line for text in texts.values() for line in text.splitlines() if line.endswith("write") or "write #" in line
    ]
    assert lines
    assert all(re.search(r": write # \w+", line) for line in lines)


def test_every_job_ends_in_time(workflows: dict[str, dict[str, Any]]) -> None:
    limits = [job["timeout-minutes"] for workflow in workflows.values() for job in workflow["jobs"].values()]
    assert all(1 <= limit <= 30 for limit in limits)


def test_a_checkout_leaves_no_credentials_and_the_build_sees_every_tag(
    workflows: dict[str, dict[str, Any]], publishing: dict[str, Any]
) -> None:
    checkouts = [step for step in steps_of(workflows) if step.get("uses", "").startswith("actions/checkout@")]
    assert checkouts
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)
    assert uses(publishing["build"], "actions/checkout")["with"]["fetch-depth"] == 0


def test_no_expression_stands_in_a_command(workflows: dict[str, dict[str, Any]]) -> None:
    assert all("${{" not in step.get("run", "") for step in steps_of(workflows))


@pytest.mark.parametrize("index", ["pypi", "testpypi"])
def test_a_publishing_job_only_downloads_and_uploads(publishing: dict[str, Any], index: str) -> None:
    steps = publishing[f"publish-to-{index}"]["steps"]
    assert [step["uses"].split("@")[0] for step in steps] == [
        "actions/download-artifact",
        "pypa/gh-action-pypi-publish",
    ]


def test_only_testpypi_skips_files_that_it_has(publishing: dict[str, Any]) -> None:
    upload = "pypa/gh-action-pypi-publish"
    assert uses(publishing["publish-to-testpypi"], upload)["with"] == {
        "repository-url": "https://test.pypi.org/legacy/",
        "skip-existing": True,
    }
    assert "with" not in uses(publishing["publish-to-pypi"], upload)


def test_a_build_without_files_is_an_error(publishing: dict[str, Any]) -> None:
    assert uses(publishing["build"], "actions/upload-artifact")["with"]["if-no-files-found"] == "error"


def test_files_are_stored_then_checked_then_tested(publishing: dict[str, Any]) -> None:
    build = publishing["build"]
    names = [
        "Build a binary wheel and a source tarball",
        "Store the distribution packages",
        "Check what was built",
        "Show what was built",
        "Test the wheel in a clean environment",
    ]
    places = [position(build, name) for name in names]
    assert places == sorted(places)
    assert places[-1] == len(build["steps"]) - 1


def test_metadata_is_checked_by_the_twine_that_uploads_it(publishing: dict[str, Any], texts: dict[str, str]) -> None:
    [version] = set(re.findall(r"pypa/gh-action-pypi-publish@[0-9a-f]{40} # (\S+)", texts[PUBLISHING]))
    twine = TWINE_OF_PUBLISH_ACTION[version]
    check = publishing["build"]["steps"][position(publishing["build"], "Check what was built")]
    assert f'uvx --from "twine>={twine},<{twine + 1}" twine check --strict dist/*' in check["run"].splitlines()


def test_a_waiting_run_neither_blocks_nor_is_dropped(workflows: dict[str, dict[str, Any]]) -> None:
    assert workflows[PUBLISHING]["concurrency"] == {
        "group": "${{ github.workflow }}-${{ github.ref }}-${{ github.sha }}",
        "cancel-in-progress": False,
    }


def test_a_pull_request_builds_and_checks_with_the_steps_of_a_release(
    workflows: dict[str, dict[str, Any]], publishing: dict[str, Any]
) -> None:
    steps = workflows["ci.yml"]["jobs"]["distribution"]["steps"]
    release = publishing["build"]["steps"]
    until = position(publishing["build"], "Build a binary wheel and a source tarball") + 1
    assert steps == [*release[:until], release[position(publishing["build"], "Check what was built")]]
    assert "pull_request" in workflows["ci.yml"]["on"]


def test_every_tool_of_the_build_and_its_backend_is_seven_days_old(publishing: dict[str, Any]) -> None:
    steps = publishing["build"]["steps"]
    before = steps[: position(publishing["build"], "Test the wheel in a clean environment")]
    installing = [step for step in before if re.search(r"\b(pip install|uvx|uv build)\b", step.get("run", ""))]
    assert len(installing) == 3
    for step in installing:
        by_pip = "PIP_UPLOADED_PRIOR_TO=" in step["run"] and "7 days ago" in step["run"]
        assert by_pip or step["env"]["UV_EXCLUDE_NEWER"] == "7 days", step


LAST_LINE = "\n\n  # Jobs of your own go below this line, where no update meets them.\n"


def test_each_workflow_ends_with_the_same_line(texts: dict[str, str]) -> None:
    assert all(text.endswith(LAST_LINE) for text in texts.values())
