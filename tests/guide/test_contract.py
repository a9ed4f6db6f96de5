"""The generated workflow is the guide's, but for differences that are listed with their reasons."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pyrelease.plan.publishers import NOT_A_FORK
from tests.conftest import NAME, WORKFLOW
from tests.guide.sample import put
from tools.guide.contract import Difference, compare, contract, deliberate, reason
from tools.watch_guide import is_newer, with_versions
from tools.workflows import read_workflow


@pytest.fixture(scope="module")
def workflow(project: Path) -> dict[str, Any]:
    """The default project's publishing workflow."""
    return read_workflow((project / WORKFLOW).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def differences(workflow: dict[str, Any]) -> list[Difference]:
    """Where the workflow differs from the guide."""
    return compare(contract(NAME), workflow)


def test_every_difference_from_the_guide_is_deliberate(differences: list[Difference]) -> None:
    reasons = deliberate()
    assert [difference for difference in differences if not reason(difference, reasons)] == []


def test_every_listed_difference_is_there_and_has_a_reason(differences: list[Difference]) -> None:
    reasons = deliberate()
    assert all(known.why for known in reasons.values())
    assert {reason(difference, reasons) for difference in differences} == set(reasons)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("jobs", "publish-to-testpypi", "if"), "github.ref == 'refs/heads/main'"),
        (("jobs", "publish-to-pypi", "if"), None),
        (("permissions",), {"attestations": "write"}),
        (("on", "push"), {"branches": ["main"]}),
        (("jobs", "build", "steps", 3, "run"), ["python3 -m build --wheel", "python3 -m build"]),
        (("file",), "release.yml"),
    ],
)
def test_a_reason_is_to_be_thought_of_anew_once_the_guide_has_something_else(
    workflow: dict[str, Any], path: tuple[str | int, ...], value: object
) -> None:
    guide = contract(NAME)
    put(guide, path, value)
    assert [difference for difference in compare(guide, workflow) if not reason(difference, deliberate())] != []


def test_the_guides_conditions_still_stand_in_ours(workflow: dict[str, Any]) -> None:
    guide = contract(NAME)["jobs"]["publish-to-pypi"]["if"]
    assert workflow["jobs"]["publish-to-pypi"]["if"] == f"{guide} && {NOT_A_FORK}"
    assert workflow["jobs"]["publish-to-testpypi"]["if"] == NOT_A_FORK
    assert "if" not in workflow["jobs"]["build"]


def test_the_workflow_says_which_date_of_the_guide_it_follows(project: Path) -> None:
    head = (project / WORKFLOW).read_text(encoding="utf-8").splitlines()[0]
    assert head.startswith("# Follows the PyPA guide")
    assert head.endswith(f" of {contract(NAME)['date']}.")


def test_no_action_is_older_than_the_guides(project: Path) -> None:
    text = (project / WORKFLOW).read_text(encoding="utf-8")
    differences = compare(contract(NAME), read_workflow(with_versions(text)))
    actions = [difference for difference in differences if difference.path[-1] == "uses"]
    assert len(actions) == 7
    assert all(is_newer(difference.workflow, difference.guide) for difference in actions)


@pytest.mark.parametrize(
    ("job", "key", "value"),
    [
        ("build", "runs-on", "windows-latest"),
        ("publish-to-pypi", "needs", []),
        ("publish-to-pypi", "environment", {"name": "pypi"}),
        ("publish-to-testpypi", "permissions", {"id-token": "write", "contents": "write"}),
        ("publish-to-testpypi", "if", "always()"),
    ],
)
def test_a_change_of_a_job_is_noticed(workflow: dict[str, Any], job: str, key: str, value: object) -> None:
    changed = workflow | {"jobs": workflow["jobs"] | {job: workflow["jobs"][job] | {key: value}}}
    assert changed_places(workflow, changed) == {f"jobs.{job}.{key}"}


def test_a_change_of_the_steps_is_noticed(workflow: dict[str, Any]) -> None:
    job = workflow["jobs"]["publish-to-testpypi"]
    upload = {"uses": job["steps"][-1]["uses"], "with": {"repository-url": "https://example.org/"}}
    extra = {"name": "Something more", "run": "true"}
    changed = {**workflow, "jobs": workflow["jobs"] | {"publish-to-testpypi": job | {"steps": [extra, upload]}}}
    steps = "jobs.publish-to-testpypi.steps."
    assert changed_places(workflow, changed) == {
        f"{steps}Something more",
        f"{steps}actions/download-artifact",
        f"{steps}pypa/gh-action-pypi-publish.with.repository-url",
    }


def test_an_artifact_of_another_name_is_noticed(workflow: dict[str, Any]) -> None:
    build = workflow["jobs"]["build"]
    steps = [
        step if "upload" not in step.get("uses", "") else {**step, "with": {"name": "mine"}} for step in build["steps"]
    ]
    changed = {**workflow, "jobs": workflow["jobs"] | {"build": build | {"steps": steps}}}
    assert "jobs.build.steps.actions/upload-artifact.with.name" in changed_places(workflow, changed)


def with_command(command: str) -> dict[str, Any]:
    """Return a workflow of one job with one command."""
    return {"on": {"push": {}}, "jobs": {"build": {"steps": [{"run": "true"}, {"run": command}]}}}


@pytest.mark.parametrize(
    "command",
    [
        "pip install 'build==1.3.*'",
        'echo "$HOME" *.whl',
        "tar --list --file dist/*.tar.gz | grep -v 'a  b'",
        "first\nsecond --option=$X",
        "cat <<'END'\nit's\nEND",
        "python3 -c 'import this\nprint()'",
    ],
)
@pytest.mark.parametrize("listed", [True, False])
def test_a_command_is_first_of_all_its_text(command: str, listed: bool) -> None:
    guide = with_command(command)
    guide["jobs"]["build"]["steps"][1]["run"] = [command] if listed else command
    assert compare(guide, with_command(command)) == []
    assert compare(guide, with_command(f"{command}\n")) == []
    assert compare(guide, with_command(f"{command} --more")) != []


def test_of_two_commands_with_the_same_words_the_one_that_is_written_so_is_the_guides() -> None:
    guide, workflow = with_command("pip install build"), with_command("pip install build")
    workflow["jobs"]["build"]["steps"].insert(1, {"run": "pip install build twine"})
    assert [difference.where for difference in compare(guide, workflow)] == ["jobs.build.steps.pip install build twine"]


def changed_places(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    """Return where a changed workflow differs from the guide in a way that the unchanged one does not."""
    return {
        difference.where
        for difference in compare(contract(NAME), after)
        if difference not in compare(contract(NAME), before)
    }
