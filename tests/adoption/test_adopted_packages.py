"""What an adopted package needs of its build job is there: a Python that it supports, its commands, its submodules."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.adoption.package import add_workflow, adopt, write_files
from tests.conftest import answers_of, change, commit_all, copy, last_line
from tests.runs.stories import build_tag
from tools.workflows import read_workflow

WORKFLOW = ".github/workflows/publish-to-test-pypi.yml"

STARTS_A_COMMAND = """\
import subprocess


def test_the_command_is_found_by_its_name():
    assert subprocess.run(["old-demo"], capture_output=True, check=True).stdout == b"hello\\n"
"""


@pytest.mark.runs
def test_the_check_runs_on_a_python_that_the_package_supports_and_finds_its_commands(
    template: Path, package: Path, tmp_path: Path
) -> None:
    major, minor = sys.version_info[:2]
    change(package, "pyproject.toml", '">=3.9"', f'">={major}.{minor},<{major}.{minor + 1}"')
    change(
        package,
        "pyproject.toml",
        "[tool.flit",
        '[project.scripts]\nold-demo = "old_demo:main"\n\n[dependency-groups]\ntest = ["pytest"]\n\n[tool.flit',
    )
    write_files(
        package,
        {
            ".python-version": "3.8\n",
            "old_demo/__init__.py": '"""Old."""\n\n\ndef main():\n    print("hello")\n',
            "tests/test_old_demo.py": STARTS_A_COMMAND,
        },
    )
    commit_all(package, "Two Pythons")
    adopt(template, package)
    commit_all(package, "Adopt")
    run, _ = build_tag(package, "rel-1.4.0", tmp_path / "run")
    assert run.results == {"build": "success"}, run.log
    assert "import old_demo" in run.log
    assert "1 passed" in run.log


@pytest.mark.parametrize(("text", "wanted"), [('[submodule "x"]\n\tpath = x\n\turl = ../x\n', "recursive"), ("", None)])
def test_submodules_are_checked_out_where_there_are_some(
    template: Path, package: Path, text: str, wanted: str | None
) -> None:
    write_files(package, {".gitmodules": text})
    commit_all(package, "Modules")
    adopt(template, package)
    steps = read_workflow((package / WORKFLOW).read_text(encoding="utf-8"))["jobs"]["build"]["steps"]
    assert steps[0]["with"].get("submodules") == wanted


def test_what_the_tests_have_is_said_before_the_first_push(template: Path, package: Path) -> None:
    change(package, "pyproject.toml", "[tool.flit", '[dependency-groups]\ndev = ["pytest"]\n\n[tool.flit')
    write_files(package, {"tests/test_x.py": ""})
    commit_all(package, "Tests")

    done = copy(template, package)
    assert "Tests run with dev alone: --data test_group=NAME for another, empty for none." in done.stderr
    said = " ".join((package / "RELEASING.md").read_text(encoding="utf-8").split())
    assert (
        "The tests have the packages of `dev`, and nothing else. The answer `test_group` names another, or none" in said
    )


def test_a_build_that_may_compile_something_is_asked(template: Path, package: Path) -> None:

    write_files(
        package,
        {
            "pyproject.toml": '[tool.poetry]\nname = "old-demo"\nversion = "1"\nbuild = "build.py"\n',
            "build.py": "x = 1\n",
        },
    )
    commit_all(package, "Poetry's script")
    assert last_line(copy(template, package)) == 'ValueError: Question "binary" is required'
    adopt(template, package, "-d", "binary=false")
    assert answers_of(package)["binary"] is False


def test_a_folder_that_has_every_file_keeps_each(template: Path, package: Path) -> None:
    mine = dict.fromkeys(
        (
            ".github/dependabot.yml",
            ".github/workflows/update-notices.yml",
            ".github/workflows/ci.yml",
            ".gitignore",
            ".pre-commit-config.yaml",
            "RELEASING.md",
        ),
        "mine\n",
    )
    write_files(package, mine)
    add_workflow(package, "publish-to-test-pypi.yml", {"on": "push", "jobs": {"a": {"steps": [{"run": "true"}]}}})
    before = {name: (package / name).read_bytes() for name in [*mine, WORKFLOW, "pyproject.toml", "README.md"]}
    adopt(template, package, "--overwrite")
    assert {name: (package / name).read_bytes() for name in before} == before
    assert answers_of(package)["workflow_filename"] == "publish-to-pypi.yml"
