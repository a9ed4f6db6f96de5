"""The registration steps are printed once and kept in RELEASING.md, both with the values that the workflow uses."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from pyrelease.plan import Plan
from tests.conftest import ROOT, Make, copy, plan_of, run
from tools.draw_steps import PICTURES, draw
from tools.terminal import steps_on_a_terminal
from tools.workflows import read_workflow

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
def record(folder: Path) -> Plan:
    """The record that follows from `ANSWERS`."""
    return plan_of(folder)


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
    printed: str, record: Plan, number: int
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


def test_the_document_has_the_same_registration_values(releasing: str, record: Plan) -> None:
    for publisher in record.publishers:
        section = releasing.partition(f"Register the publisher on {publisher.index.name}\n")[2].partition("\n### ")[0]
        assert re.findall(r"^\| (.+) \| `(.+)` \|$", section, re.MULTILINE) == list(publisher.fields)
        assert f"<{publisher.form_address}>" in section.splitlines()


def test_the_workflow_is_the_one_that_is_registered(folder: Path, record: Plan) -> None:
    [workflow] = [file for file in (folder / ".github" / "workflows").iterdir() if file.name != "ci.yml"]
    jobs = read_workflow(workflow.read_text(encoding="utf-8"))["jobs"]
    for publisher, job in zip(record.publishers, ("publish-to-pypi", "publish-to-testpypi"), strict=True):
        assert workflow.name == publisher.workflow
        assert jobs[job]["environment"] == {"name": publisher.environment, "url": publisher.project_address}


def test_the_steps_say_what_bites(printed: str) -> None:
    text = " ".join(printed.split())
    for said in (
        "A TestPyPI account is not a PyPI account",
        "then asks before the first tag",
        "it can be pasted again",
        "3 pending publishers at most",
        "lasts 30 days",
        "the first tag only: push and approve one before 2027-01-14",
        "The name on PyPI is yours only then",
        "stand in RELEASING.md",
    ):
        assert said in text


def joined(shown: str) -> str:
    """Return what is printed in one line."""
    return " ".join(shown.split())


@pytest.mark.parametrize("index", ["testpypi", "none"])
def test_a_name_that_changed_is_said_for_the_publishers_that_there_are(make: Make, index: str) -> None:
    folder = make(push_index=index)
    shown = run(folder, sys.executable, "-IB", ROOT / "src", "steps", "RELEASING.md")
    assert re.search(
        r"Releases fail until this is done anew, and RELEASING.md's step \d is pasted again\.", joined(shown)
    )
    assert 'RELEASING.md says under "Change a name" in which order to go on.' in joined(shown)
    assert ("Register the publisher on TestPyPI" in shown) is (index == "testpypi")
    document = (folder / "RELEASING.md").read_text(encoding="utf-8").replace("## Change a name", "## Other")
    (folder / "STEPS.md").write_text(document, encoding="utf-8")
    shown = run(folder, sys.executable, "-IB", ROOT / "src", "steps", "STEPS.md")
    assert "Change a name" not in shown
    assert "STEPS.md" in shown


def test_the_steps_show_the_commands_of_the_document_and_the_way_to_the_project(printed: str, releasing: str) -> None:
    [block] = [block for block in shell_blocks(releasing) if block.startswith("(")]
    shown = printed.partition("    (\n    set -eu\n")[2].partition("    )\n")[0].splitlines()
    assert re.fullmatch(r"    \[ -f RELEASING\.md \] \|\| cd (\.\./)*[\w./-]+/demo", shown.pop(0))
    assert ["(", "set -eu", *(line.removeprefix("    ") for line in shown), ")"] == block.splitlines()


def test_no_line_is_wider_than_a_terminal_but_a_lone_value(template: Path, tmp_path: Path) -> None:
    long = "a-very-long-name-" * 5 + "x"
    done = copy(template, tmp_path / "demo", "-d", f"project_name={long}", "-d", "github_owner=octo-org")
    assert done.returncode == 0, done.stderr
    wide = [line for line in done.stdout.splitlines() if len(line) > 80 and "|| cd " not in line]
    assert wide
    owner = "octo-org"
    values = {long, f"project={long}", f"repository={owner}/{long}"}
    assert all(line.strip() in values or line.strip().startswith("https://") for line in wide), wide


def test_no_colours_without_a_terminal(printed: str) -> None:
    assert "\x1b" not in printed


@pytest.mark.parametrize(
    ("environment", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)]
)
def test_colours_on_a_terminal_unless_it_wants_none(folder: Path, environment: dict[str, str], coloured: bool) -> None:
    assert ("\x1b[1m" in steps_on_a_terminal(folder, environment)) is coloured


def test_the_document_says_how_to_do_it_by_hand(releasing: str) -> None:
    text = " ".join(releasing.partition("## By hand")[2].partition("\n## ")[0].split())
    for said in (
        "https://github.com/Octo-Org/Demo-Repository/settings/environments",
        '`Release to PyPI`: tick "Required reviewers", add `ada` and `grace`, and save the rules.',
        "a rule of type TAG: `demo/v[0-9]*`",
        '`rehearsal`: no reviewers. "Selected branches and tags": - type BRANCH: `*` - type BRANCH: `**/*` - type TAG',
        "https://github.com/Octo-Org/Demo-Repository/settings/rules",
        "`git push --set-upstream origin HEAD`",
        "`git tag demo/v0.1.0rc1`",
        "in a private one only GitHub Enterprise has them",
    ):
        assert said in text


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


def test_the_pictures_in_the_readme_are_of_todays_steps(template: Path, tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    today = draw(template, tmp_path / "demo")
    assert {path.stem for path in PICTURES.iterdir()} == today.keys()
    for name, picture in today.items():
        file = PICTURES / f"{name}.svg"
        assert file.relative_to(ROOT).as_posix() in readme
        assert words(file.read_text(encoding="utf-8")) == words(picture)


def words(picture: str) -> str:
    """Return what a picture shows."""
    texts = ElementTree.fromstring(picture).iter("{http://www.w3.org/2000/svg}text")
    return "".join((text.text or "").replace("\u00a0", " ") for text in texts)


@pytest.mark.parametrize("variable", ["", "NO_COLOR"])
def test_an_address_is_a_link_where_the_terminal_can_do_it(folder: Path, record: Plan, variable: str) -> None:
    screen = steps_on_a_terminal(folder, {variable: "1"} if variable else {})
    address = record.tag_publisher.form_address
    assert (f"\x1b]8;;{address}\x1b\\{address}\x1b]8;;\x1b\\" in screen) is (not variable)
    assert ("\x1b" in screen) is (not variable)
