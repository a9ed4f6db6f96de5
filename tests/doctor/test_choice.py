"""Which checks count can be chosen, with a reason for each that is ignored; findings are for people, programs and GitHub."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
import tomllib

import pytest
import yaml

from pyrelease.doctor.checks import CHECKS
from tests.conftest import ROOT, WORKFLOW
from tests.doctor.patients import Patient
from tools.terminal import shown_on_a_terminal
from tools.write_doctor_page import INTRODUCTION


@pytest.fixture
def ill(patient: Patient) -> Patient:
    """A project with an error (PR106) and two warnings (PR215, PR803)."""
    patient.change_job("publish-to-testpypi", "skip-existing: true", "skip-existing: false")
    patient.change_job("publish-to-pypi", 'name: "pypi"', "name: other")
    return patient


@pytest.mark.parametrize(
    ("arguments", "found", "code"),
    [
        ([], ["PR106", "PR215", "PR803"], 1),
        (["--select=PR2"], ["PR215"], 0),
        (["--select=PR215,PR803"], ["PR215", "PR803"], 0),
        (["--select", "PR1", "--select", "PR8"], ["PR106", "PR803"], 1),
        (["--ignore=PR1"], ["PR215", "PR803"], 0),
        (["--select=PR1,PR2", "--ignore=PR106"], ["PR215"], 0),
        (["--select=PR3"], [], 0),
    ],
)
def test_the_command_line_chooses(ill: Patient, arguments: list[str], found: list[str], code: int) -> None:
    assert ill.codes(*arguments) == found
    assert ill.run(*arguments)[0] == code


def settings(patient: Patient, text: str) -> None:
    """Add a table [tool.pyrelease] to a project's pyproject.toml."""
    with (patient.folder / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n[tool.pyrelease]\n{text}\n")


def test_a_project_chooses_once_and_says_why(ill: Patient) -> None:
    settings(ill, 'ignore = { PR106 = "renamed on PyPI, too", PR8 = "we look at branches" }')
    assert ill.codes() == ["PR215"]
    code, shown = ill.run()
    assert code == 0
    *_, first, second, _, last = shown.splitlines()
    assert (first, second) == ("ignored: PR106, renamed on PyPI, too", "ignored: PR8, we look at branches")
    assert last == "Found: 1 warning."
    settings_of_the_page = tomllib.loads(INTRODUCTION.partition("```toml\n")[2].partition("```")[0])
    assert settings_of_the_page["tool"]["pyrelease"]["ignore"].keys() <= CHECKS.keys()


def test_what_a_project_selects_gives_way_to_the_command_line(ill: Patient) -> None:
    settings(ill, 'select = ["PR2"]')
    assert ill.codes() == ["PR215"]
    assert ill.codes("--select=PR1") == ["PR106"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('ignore = ["PR215"]', "ignore needs a reason for each code"),
        ('ignore = { PR215 = "" }', "ignore needs a reason for each code"),
        ("ignore = { PR215 = 3 }", "ignore needs a reason for each code"),
        ('ignore = { PR999 = "why" }', "has PR999, which is no code: allowed are PR1"),
        ('select = "PR1"', "select is a list of codes"),
        ('select = ["X"]', "has X, which is no code"),
        ('selct = ["PR1"]', "has selct: allowed are select and ignore"),
    ],
)
def test_a_choice_that_is_none_is_refused(
    patient: Patient, capsys: pytest.CaptureFixture[str], text: str, words: str
) -> None:
    settings(patient, text)
    assert patient.run() == (2, "")
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("[tool.pyrelease] of pyproject.toml")
    assert words in line


@pytest.mark.parametrize("option", ["--select=PR999", "--ignore=", "--select=all"])
def test_an_option_that_is_none_is_refused(patient: Patient, capsys: pytest.CaptureFixture[str], option: str) -> None:
    assert patient.run(option) == (2, "")
    assert "is no code" in capsys.readouterr().err


def test_a_line_ends_in_its_code_and_the_page_of_the_codes_is_named(ill: Patient) -> None:
    lines = ill.run()[1].splitlines()
    assert lines[0].startswith(f"error: {WORKFLOW}, job publish-to-pypi: ")
    assert lines[0].endswith(" [PR106]")
    assert lines[-2].startswith("Each code: ")
    assert "docs/doctor.md" in lines[-2]


def test_a_program_gets_what_people_get(ill: Patient) -> None:
    code, shown = ill.run("--format=json")
    found = json.loads(shown)
    assert (code, found["errors"], found["warnings"]) == (1, 1, 2)
    first = found["findings"][0]
    assert (first["code"], first["severity"], first["file"]) == ("PR106", "error", WORKFLOW)
    lines = (ill.folder / WORKFLOW).read_text(encoding="utf-8").splitlines()
    assert lines[first["line"] - 1].strip() == "publish-to-pypi:"
    texts = [
        line.removeprefix(f"{part['severity']}: ")
        for line, part in zip(ill.run()[1].splitlines(), found["findings"], strict=False)
    ]
    assert all(part["text"] in text for part, text in zip(found["findings"], texts, strict=False))


def test_github_shows_each_finding_beside_its_line(ill: Patient) -> None:
    code, shown = ill.run("--format=github")
    commands = [line for line in shown.splitlines() if line.startswith("::")]
    assert code == 1
    assert [line.partition(" ")[0] for line in commands] == ["::error", "::warning", "::warning"]
    number = (ill.folder / WORKFLOW).read_text(encoding="utf-8").splitlines().index("  publish-to-pypi:") + 1
    assert commands[0].startswith(
        f"::error file={WORKFLOW},line={number},title=PR106::{WORKFLOW}, job publish-to-pypi: "
    )


def test_what_a_file_says_is_no_command_for_github(patient: Patient) -> None:
    patient.change('name = "demo-package"', 'name = "x%0A::error::y, z"', "pyproject.toml")
    [line] = [
        line for line in patient.run("--format=github", "--select=PR101")[1].splitlines() if line.startswith("::")
    ]
    assert line.startswith("::error file=pyproject.toml,title=PR101::")
    assert "x%250A::error::y" in line


def test_the_repository_offers_a_hook_that_runs_the_command() -> None:
    [hook] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
    command, *arguments = hook["entry"].split()
    assert command in scripts
    assert arguments == ["doctor"]
    assert hook["pass_filenames"] is False
    assert f"      - id: {hook['id']}\n" in INTRODUCTION


def test_on_a_terminal_a_long_line_goes_on_between_two_words(ill: Patient) -> None:
    program = "import sys; from pyrelease.cli import main; sys.exit(main(['doctor']))"
    shown = shown_on_a_terminal([sys.executable, "-c", program], ill.folder, {}, columns=76).splitlines()
    _, plain = ill.run()
    assert max(map(len, shown)) <= 76
    words = plain.split()
    assert max(map(len, words)) <= 74, "a word is never broken, so none may be longer"
    assert " ".join(shown).split() == words
    assert sum(line.startswith("  ") for line in shown) > 3


def test_whoever_reads_the_first_line_alone_sees_no_traceback(ill: Patient) -> None:
    program = "import sys; from pyrelease.cli import main; sys.exit(main(['doctor', '--format=github']))"
    command = f"{shlex.join([sys.executable, '-c', program])} | true"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], cwd=ill.folder, capture_output=True, encoding="utf-8", check=False
    )
    assert (done.returncode, done.stderr) == (1, "")
