"""What README.md says is so: it is short, its commands work, and what it lists is complete."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
import yaml

from pyrelease.plan import COPIER_COMMAND, UPDATE_COMMAND
from tests.conftest import ROOT, Make, answers_of, content_of, git, plan_of, read_yaml, run
from tests.repository.pages import README, commands, page, section

MAKE, SET_UP, NEW, FROM_A_CLONE, DOCTOR, UPDATE, TESTS, QUICK_TESTS = commands(README)
"""The commands, in the order of the page."""

WORDS, WIDTH = 1200, 96
"""Words of the page at most, and columns that GitHub shows of a command in a window of 1280 pixels."""


def test_the_page_is_short_and_its_commands_fit() -> None:
    assert len(README.split()) <= WORDS
    blocks = re.findall(r"^ *```(?:sh|text)\n(.*?)\n *```", README, re.DOTALL | re.MULTILINE)
    assert [line for block in blocks for line in block.splitlines() if len(line) > WIDTH] == []


def test_copiers_own_command_comes_first_and_what_it_prints_and_the_next_one_follow() -> None:
    assert f"{COPIER_COMMAND} copy --trust gh:org/pyrelease-template myproj" == MAKE
    order = ["copier copy --trust gh:", "steps-light.svg", "pyrelease setup", "git push origin v1.2.0", "pyrelease new"]
    places = [README.index(words) for words in order]
    assert places == sorted(places)


def test_the_tree_has_each_file_that_a_copy_writes_and_no_other(make: Make) -> None:
    tree = section(README, "What comes").partition("```text\nmyproj/\n")[2].partition("```")[0]
    folders: list[str] = []
    listed = set()
    for line in tree.splitlines():
        indent, name = re.fullmatch(r"((?:│   |    )*)[├└]── (\S+)(?:  .*)?", line).groups()  # type: ignore[union-attr]
        folders = [*folders[: len(indent) // 4], name]
        if not name.endswith("/"):
            listed.add("".join(folders))
    assert listed == {*content_of(make(project_name="myproj")), ".github/workflows/update-notices.yml"}


def test_a_project_from_an_address_has_the_notices_that_the_tree_shows(published_project: Path) -> None:
    assert (published_project / ".github" / "workflows" / "update-notices.yml").is_file()
    assert ".github/workflows/update-notices.yml" in plan_of(published_project).files


def test_the_update_command_is_the_one_that_projects_print(project: Path) -> None:
    assert UPDATE == UPDATE_COMMAND
    assert UPDATE_COMMAND in commands(page("updating"))
    head = (project / ".copier-answers.yml").read_text(encoding="utf-8").splitlines()[:3]
    assert head[-1] == f"#   {UPDATE_COMMAND}"


def test_it_leads_to_every_page_of_docs() -> None:
    linked = set(re.findall(r"\(docs/([\w-]+\.md)\)", section(README, "Look something up")))
    assert linked == {path.name for path in (ROOT / "docs").iterdir()}


@pytest.mark.runs
def test_one_command_makes_a_project_from_a_clone_without_any_tag(template: Path, tmp_path: Path) -> None:
    clone = tmp_path / "pyrelease-template"
    run(tmp_path, "git", "clone", "--quiet", template, clone)
    git(clone, "tag", "--delete", "v1.0.0")
    bare = {**os.environ, "PATH": "/usr/local/bin:/usr/bin:/bin", "GIT_AUTHOR_NAME": "", "GIT_AUTHOR_EMAIL": ""}
    python = Path(run(tmp_path, "python3", "-c", "import sys; print(sys.base_prefix)").strip()) / "bin"
    bare["PATH"] = f"{python}{os.pathsep}{bare['PATH']}"
    run(clone, "bash", "-ec", f"{FROM_A_CLONE} --defaults --data github_owner=octo-org", env=bare)
    assert (tmp_path / "myproj" / "RELEASING.md").is_file()
    assert not git(clone, "status", "--short"), "what it sets up is ignored by git"


@pytest.mark.runs
def test_the_short_command_makes_the_same_project(template: Path, tmp_path: Path) -> None:
    here = NEW.replace("git+https://github.com/org/pyrelease-template", f"git+{template.as_uri()}@v1.0.0")
    assert here != NEW
    run(tmp_path, "bash", "-ec", f"{here} --defaults --data github_owner=octo-org")
    assert read_yaml(tmp_path / "myproj" / ".copier-answers.yml")["_commit"] == "v1.0.0"
    assert (tmp_path / "myproj" / "RELEASING.md").is_file()


@pytest.mark.runs
def test_a_file_of_answers_makes_a_project_with_copier_installed_for_good(template: Path, tmp_path: Path) -> None:
    [install] = re.findall(r"^- `(uv tool install .*)`$", page("unattended"), re.MULTILINE)
    tools = {"UV_TOOL_DIR": str(tmp_path / "tools"), "UV_TOOL_BIN_DIR": str(tmp_path / "bin")}
    run(tmp_path, *install.split(), env={**os.environ, **tools})
    [answers] = re.findall(r"```yaml\n(.*?)```", page("unattended"), re.DOTALL)
    (tmp_path / "answers.yml").write_text(answers, encoding="utf-8")
    [command] = commands(page("unattended"))
    installed = command.replace("gh:org/pyrelease-template", str(template)).partition(" copier copy ")[2]
    run(tmp_path, tmp_path / "bin" / "copier", "copy", *installed.split())
    assert answers_of(tmp_path / "myproj").items() >= yaml.safe_load(answers).items()


def test_ci_runs_the_command_of_the_readme() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8").replace("exec bash -c", "echo")
    shown = run(ROOT / ".ci", "bash", "-c", script.replace('$(dirname "$0")/..', str(ROOT)))
    assert shown.splitlines()[-1] == TESTS
    assert TESTS.endswith(QUICK_TESTS.removesuffix(' -m "not runs"'))
    assert QUICK_TESTS.endswith(' -m "not runs"')
