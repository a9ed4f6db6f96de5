"""The registration steps are printed once and kept in RELEASING.md, both with the values that the workflow uses."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from extensions.pipeline import Pipeline
from tests.conftest import Make, copy, pipeline_of, run
from tests.draw_steps import PICTURE, draw
from tests.guide.contract import read_workflow
from tests.terminal import steps_on_a_terminal

ANSWERS = {
    "project_name": "Demo.Package",
    "github_owner": "Octo-Org",
    "github_repository": "Demo-Repository",
    "workflow_filename": "release.yml",
    "pypi_environment": "Release to PyPI",
    "testpypi_environment": "rehearsal",
    "tag_prefix": "demo/v",
    "created_on": "2026-12-15",
    "python_min": "3.12",
    "reviewers": "ada, grace",
}

LABELS = ["PyPI Project Name", "Owner", "Repository name", "Workflow name", "Environment name"]
"""The fields of the form, in its order (https://docs.pypi.org/trusted-publishers/creating-a-project-through-oidc/)."""

ERRORS = {
    "invalid-publisher",
    "invalid-pending-publisher",
    "invalid-token",
    "invalid-payload",
    "invalid-reuse-token",
    "not-enabled",
}
"""What PyPI answers to a workflow that asks for a token (https://docs.pypi.org/trusted-publishers/troubleshooting/)."""


@pytest.fixture(scope="module")
def record(folder: Path) -> Pipeline:
    """The record that follows from `ANSWERS`."""
    return pipeline_of(folder)


@pytest.fixture(scope="module")
def printed(template: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """What a copy with `ANSWERS` prints where there is no terminal."""
    destination = tmp_path_factory.mktemp("printed") / "demo"
    options = [option for name, value in ANSWERS.items() for option in ("--data", f"{name}={value}")]
    done = copy(template, destination, *options)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def folder(make: Make) -> Path:
    """The project with `ANSWERS`."""
    return make(**ANSWERS)


@pytest.fixture(scope="module")
def releasing(folder: Path) -> str:
    """RELEASING.md of that project."""
    return (folder / "RELEASING.md").read_text(encoding="utf-8")


def step(text: str, number: int) -> list[str]:
    """Return the lines of one printed step, without their indentation."""
    return [line.strip() for line in text.partition(f"\n{number}. ")[2].partition("\n\n")[0].splitlines()]


def shell_blocks(markdown: str) -> list[str]:
    """Return the commands in a document, block by block."""
    return re.findall(r"```sh\n(.*?)```", markdown, re.DOTALL)


@pytest.mark.parametrize("number", [1, 2])
def test_a_registration_step_has_the_address_and_each_field_in_the_forms_order(
    printed: str, record: Pipeline, number: int
) -> None:
    publisher = record.publishers[number - 1]
    lines = step(printed, number)
    assert lines[0] == f"Register the publisher on {publisher.index.name}"
    assert publisher.form_address in lines
    first = lines.index(LABELS[0])
    assert [lines[first + 2 * place] for place in range(5)] == LABELS
    values = [lines[first + 2 * place + 1] for place in range(5)]
    environment = ("Release to PyPI", "rehearsal")[number - 1]
    assert values == ["Demo.Package", "Octo-Org", "Demo-Repository", "release.yml", environment]


def test_the_document_has_the_same_registration_values(releasing: str, record: Pipeline) -> None:
    for publisher in record.publishers:
        section = releasing.partition(f"Register the publisher on {publisher.index.name}\n")[2].partition("\n### ")[0]
        assert re.findall(r"^\| (.+) \| `(.+)` \|$", section, re.MULTILINE) == list(publisher.fields)
        assert f"<{publisher.form_address}>" in section.splitlines()


def test_the_workflow_is_the_one_that_is_registered(folder: Path, record: Pipeline) -> None:
    [workflow] = [file for file in (folder / ".github" / "workflows").iterdir() if file.name != "ci.yml"]
    jobs = read_workflow(workflow.read_text(encoding="utf-8"))["jobs"]
    for publisher, job in zip(record.publishers, ("publish-to-pypi", "publish-to-testpypi"), strict=True):
        assert workflow.name == publisher.workflow
        assert jobs[job]["environment"] == {"name": publisher.environment, "url": publisher.project_address}


def test_the_steps_say_what_bites(printed: str) -> None:
    text = " ".join(printed.split())
    for said in (
        "A TestPyPI account is not a PyPI account",
        "Environment Release to PyPI: it must have required reviewers",
        "rule of type TAG: demo/v[0-9]*",
        "Tick it, add ada and grace, and save the rules",
        "In a private repository only GitHub Enterprise has reviewers",
        "Environment rehearsal: it needs no reviewers",
        "3 pending publishers at most",
        "lasts 30 days",
        "the first tag only: push and approve one before 2027-01-14",
        "The name on PyPI is yours only then",
        "stand in RELEASING.md",
    ):
        assert said in text


def test_the_steps_give_the_commands_from_commit_to_tag(printed: str) -> None:
    commands = [line.strip() for line in printed.splitlines() if re.match(r"    +(cd|git|gh) ", line)]
    assert re.fullmatch(r"cd (\.\./)*[\w./-]+/demo", commands.pop(0))
    assert commands == [
        "git add --all",
        'git commit --message "Start the project"',
        "git remote get-url origin || gh repo create --public \\",
        "git push --set-upstream origin HEAD",
        "git tag demo/v0.1.0rc1",
        "git push origin demo/v0.1.0rc1",
    ]


def test_no_line_is_wider_than_a_terminal_but_a_lone_value(template: Path, tmp_path: Path) -> None:
    long = "a-very-long-name-" * 5 + "x"
    done = copy(template, tmp_path / "demo", "-d", f"project_name={long}", "-d", "github_owner=octo-org")
    assert done.returncode == 0, done.stderr
    wide = [line for line in done.stdout.splitlines() if len(line) > 80 and not line.strip().startswith("cd ")]
    assert wide
    owner = "octo-org"
    values = {long, f"{owner}/{long}"}
    assert all(line.strip() in values or line.strip().startswith("https://") for line in wide), wide


def test_no_colours_without_a_terminal(printed: str) -> None:
    assert "\x1b" not in printed


@pytest.mark.parametrize(
    ("environment", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)]
)
def test_colours_on_a_terminal_unless_it_wants_none(folder: Path, environment: dict[str, str], coloured: bool) -> None:
    assert ("\x1b[1m" in steps_on_a_terminal(folder, environment)) is coloured


def test_the_environments_by_command_are_protected_as_the_steps_say(
    folder: Path, releasing: str, tmp_path: Path
) -> None:
    [block] = [block for block in shell_blocks(releasing) if "gh api" in block]
    assert requests_of(block, tmp_path) == [
        ["users/ada", "--jq", ".id"],
        ["users/grace", "--jq", ".id"],
        [
            *["--method", "PUT", "repos/Octo-Org/Demo-Repository/environments/Release%20to%20PyPI"],
            *["-F", "reviewers[][type]=User", "-F", "reviewers[][id]=17"],
            *["-F", "reviewers[][type]=User", "-F", "reviewers[][id]=17"],
            *["-F", "deployment_branch_policy[protected_branches]=false"],
            *["-F", "deployment_branch_policy[custom_branch_policies]=true"],
        ],
        [
            *["--method", "POST"],
            "repos/Octo-Org/Demo-Repository/environments/Release%20to%20PyPI/deployment-branch-policies",
            *["-f", "name=demo/v[0-9]*", "-f", "type=tag"],
        ],
        ["--method", "PUT", "repos/Octo-Org/Demo-Repository/environments/rehearsal"],
    ]


def test_without_reviewers_whoever_runs_the_commands_approves(project: Path, tmp_path: Path) -> None:
    document = (project / "RELEASING.md").read_text(encoding="utf-8")
    [block] = [block for block in shell_blocks(document) if "gh api" in block]
    asked, protected, *_ = requests_of(block, tmp_path)
    assert asked == ["user", "--jq", ".id"]
    assert "reviewers[][id]=17" in protected


def requests_of(block: str, scratch: Path) -> list[list[str]]:
    """Run commands with a `gh` that notes its arguments and answers 17, and return those of each `gh api`."""
    stub = scratch / "gh"
    note = "import json, sys; open({!r}, 'a').write(json.dumps(sys.argv[1:]) + '\\n'); print(17)"
    script = note.format(str(scratch / "requests"))
    stub.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -c {shlex.quote(script)} "$@"\n', encoding="utf-8")
    stub.chmod(0o755)
    run(scratch, "bash", "-eu", "-c", block, env=os.environ | {"PATH": f"{scratch}{os.pathsep}{os.environ['PATH']}"})
    requests = [json.loads(line) for line in (scratch / "requests").read_text(encoding="utf-8").splitlines()]
    assert all(request[0] == "api" for request in requests)
    return [request[1:] for request in requests]


def test_troubleshooting_names_every_error_of_the_index(releasing: str) -> None:
    table = releasing.partition("## Troubleshooting")[2]
    keys = {
        code
        for row in table.splitlines()
        if row.startswith("| `")
        for code in re.findall(r"`([^`]+)`", row.split("|")[1])
    }
    assert keys >= ERRORS


def test_the_document_says_what_to_do_when_a_release_goes_wrong(releasing: str) -> None:
    section = " ".join(releasing.partition("## When it goes wrong")[2].partition("\n## ")[0].split())
    for said in ("Re-run failed jobs", "Yank", "Never delete", "does not reach it", "more than three tags"):
        assert said in section


def test_every_command_in_the_document_is_valid_shell(releasing: str) -> None:
    for block in shell_blocks(releasing):
        subprocess.run(["bash", "-n", "-c", block], check=True)


def test_the_picture_in_the_readme_is_of_todays_steps(template: Path, tmp_path: Path) -> None:
    drawn = ElementTree.parse(PICTURE).getroot()
    lines = [text.text or "" for text in drawn.iter("{http://www.w3.org/2000/svg}text")]
    shown = "".join(line.replace("\u00a0", " ") for line in lines)
    today = ElementTree.fromstring(draw(template, tmp_path / "demo"))
    assert shown == "".join(
        (text.text or "").replace("\u00a0", " ") for text in today.iter("{http://www.w3.org/2000/svg}text")
    )
