"""What README.md says is so: its commands work, and its tables are complete."""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from jinja2 import Environment, FileSystemLoader

from pyrelease.cli import DONE, NO_PROJECT, SOMETHING_IS_LEFT, parser
from pyrelease.plan import UPDATE_COMMAND
from pyrelease.plan.github import SKIPPABLE
from tests.answers.combinations import route_answers
from tests.conftest import ROOT, Make, answers_of, change, commit_all, git, last_line, read_yaml, run
from tests.copier_processes import copier_command, copier_update
from tests.repository.readme import README, commands, keys, section

GIVEN = ("-d", "github_owner=octo-org")


def attempt(folder: Path, *command: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a command that may fail, with nobody to answer."""
    if command[0] == "copier":
        return copier_command(folder, *command[1:])
    return subprocess.run(
        command, cwd=folder, capture_output=True, encoding="utf-8", stdin=subprocess.DEVNULL, check=False
    )


@pytest.fixture
def project(make: Make) -> Path:
    """A committed project of the released template."""
    folder = make(project_name="demo")
    commit_all(folder, "Start")
    return folder


def test_the_trust_table_names_every_file_that_runs(history: Path) -> None:
    # Each new environment of Jinja goes through the door, as a copy does.
    extensions = read_yaml(history / "copier.yml")["_jinja_extensions"]
    Environment(loader=FileSystemLoader(history), extensions=extensions)
    loaded = [module.__file__ or "" for name, module in sys.modules.items() if name.startswith("pyrelease_")]
    ours = {f"src/pyrelease/{path.partition('/src/pyrelease/')[2]}" for path in loaded}
    assert len(ours) > 10
    commands = re.findall(r"src\"(?:, |\n *- )([\w.]+)", (history / "copier.yml").read_text(encoding="utf-8"))
    ours |= {f"src/pyrelease/{name.replace('.', '/')}.py" for name in commands}
    ours |= {f"extensions/{path.name}" for path in (history / "extensions").glob("*.py")} | {"src/__main__.py"}
    listed = keys("What `--trust` runs")
    unlisted = {path for path in ours if not any(path == name or path.startswith(name) for name in listed)}
    assert unlisted == {"src/pyrelease/__init__.py"}, "which runs nothing"
    assert [name for name in listed if not any(path == name or path.startswith(name) for path in ours)] == []


def test_every_answer_that_leaves_the_guides_way_has_a_row() -> None:
    listed = {key.partition("=")[0] for key in keys("Other routes of the guide")}
    assert route_answers() - listed - {"package"} == set()  # a package that exists has a section of its own


def test_the_update_command_is_the_one_that_projects_print(project: Path) -> None:
    [command, loop] = commands("Update a project")
    assert command == UPDATE_COMMAND
    assert UPDATE_COMMAND in map(str.strip, loop.splitlines())
    head = (project / ".copier-answers.yml").read_text(encoding="utf-8").splitlines()[:3]
    assert head[-1] == f"#   {UPDATE_COMMAND}"


# ─── The set-up ───


def set_up_parser() -> argparse.ArgumentParser:
    """Return the reader of the options of `pyrelease setup`."""
    [subcommands] = [action for action in parser()._actions if isinstance(action, argparse._SubParsersAction)]
    found = subcommands.choices["setup"]
    assert isinstance(found, argparse.ArgumentParser)
    return found


def test_the_table_has_each_option_of_the_set_up_and_each_name_that_it_skips() -> None:
    rows = re.findall(r"^\| (`--.*?) \| (.*) \|$", section("Set up the releases"), re.MULTILINE)
    listed = [option.split()[0] for cell, _ in rows for option in re.findall(r"`(--[^`]+)`", cell)]
    options = [option for action in set_up_parser()._actions for option in action.option_strings]
    assert sorted(listed) == sorted(option for option in options if option not in ("-h", "--help"))
    [skipped] = [text for cell, text in rows if "--skip" in cell]
    assert tuple(re.findall(r"`([\w-]+)`", skipped)) == SKIPPABLE


def test_the_exit_codes_of_the_set_up_are_said() -> None:
    text = " ".join(section("Set up the releases").split())
    for code, words in (
        (DONE, "done, or nothing is left but"),
        (SOMETHING_IS_LEFT, "something is left"),
        (NO_PROJECT, "this is no project"),
    ):
        assert f"{code}: {words}" in text


def test_the_pages_of_the_readme_are_all_of_docs() -> None:
    assert set(re.findall(r"\(docs/([\w-]+\.md)\)", README)) == {path.name for path in (ROOT / "docs").iterdir()}


@pytest.mark.runs
def test_each_command_of_the_set_up_starts_it(template: Path, project: Path) -> None:
    for command in commands("Set up the releases"):
        here = command.replace("git+https://github.com/org/pyrelease-template", f"git+{template.as_uri()}@v1.0.0")
        assert here != command
        assert "--dry-run" in run(project, "bash", "-ec", f"{here} --help")


GH = """\
#!/bin/sh
case "$1 $2" in
  "repo clone") exec git clone --quiet "$REMOTES/$3" ;;
  "pr create") basename "$PWD" >> "$REMOTES/pull-requests" ;;
esac
"""
"""A stand-in for gh: clones from a folder, and notes pull requests."""


@pytest.mark.runs
def test_the_loop_for_many_projects_proposes_each_update_and_leaves_conflicts_alone(
    project: Path, history: Path, tmp_path: Path
) -> None:
    change_answers(project, "_src_path: .*", f"_src_path: {history}")
    release = history / "template" / "{{ package_folder or '.' }}" / "{{ releasing_file }}.jinja"
    release.write_text(release.read_text(encoding="utf-8").replace("## Cut a", "## Make a"), encoding="utf-8")
    commit_all(history, "The next version", tag="v1.1.0")
    remotes = tmp_path / "octo-org"
    run(tmp_path, "git", "clone", "--quiet", "--bare", project, remotes / "two")
    change(project, "RELEASING.md", "## Cut a", "## Do a")
    commit_all(project, "Other words")
    run(tmp_path, "git", "clone", "--quiet", "--bare", project, remotes / "one")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "gh").write_text(GH, encoding="utf-8")
    (tmp_path / "bin" / "gh").chmod(0o755)
    (tmp_path / "work").mkdir()
    path = f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}"
    loop = commands("Update a project")[1]
    run(tmp_path / "work", "bash", "-c", loop, env={**os.environ, "PATH": path, "REMOTES": str(tmp_path)})
    assert (tmp_path / "pull-requests").read_text(encoding="utf-8").split() == ["two"]
    assert "## Make a release" in git(remotes / "two", "show", "template-update:RELEASING.md")
    assert git(remotes / "one", "branch", "--list", "template-update") == ""
    assert git(tmp_path / "work" / "one", "ls-files", "--unmerged")


@pytest.mark.parametrize(
    ("key", "command"),
    [
        ("If you trust this template, consider adding the", ["copier", "copy", "--defaults", *GIVEN]),
        (
            "See the docs at https://copier.readthedocs.io/en/latest/configuring/#jinja_extensions",
            ["uvx", "copier", "copy", "--trust", "--defaults", *GIVEN],
        ),
        ("This template requires Copier version >= 9.19.1", ["uvx", "copier==9.18.2", "copy", "--trust", *GIVEN]),
        ("Interactive session required: Use", ["copier", "copy", "--trust"]),
        ('Question "github_owner" is required', ["copier", "copy", "--trust", "--defaults"]),
        ("Validation error for question", ["copier", "copy", "--trust", "--defaults", "-d", "github_owner=-"]),
        (
            "invalid literal for int()",
            ["copier", "copy", "--trust", "--defaults", "-d", "copyright_year=abc", *GIVEN],
        ),
        (
            "Invalid choice for",
            ["copier", "copy", "--trust", "--defaults", "-d", "license=mit", *GIVEN],
        ),
        ("Unknown revision", ["copier", "copy", "--trust", "--defaults", "--vcs-ref", "v9", *GIVEN]),
    ],
)
def test_troubleshooting_has_the_last_line_of_a_failed_copy(
    template: Path, tmp_path: Path, key: str, command: list[str]
) -> None:
    line = last_line(attempt(tmp_path, *command, template, tmp_path / "demo"))
    assert key in keys("Troubleshooting")
    assert key in line
    assert not (tmp_path / "demo").exists()


def test_troubleshooting_has_the_last_line_of_a_copy_over_files(template: Path, tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "pyproject.toml").write_text("mine", encoding="utf-8")
    line = last_line(attempt(tmp_path, "copier", "copy", "--trust", "--defaults", *GIVEN, template, tmp_path / "demo"))
    assert "Interactive session required: Consider using" in line
    assert (tmp_path / "demo" / "pyproject.toml").read_text(encoding="utf-8") == "mine"


def refused(project: Path, *options: str) -> str:
    """Update a project in vain, see that none of its files has changed, and return what Copier printed last."""
    before = (git(project, "rev-parse", "HEAD"), git(project, "status", "--short"), git(project, "diff"))
    line = last_line(attempt(project, "copier", "update", "--trust", "--defaults", *options))
    assert (git(project, "rev-parse", "HEAD"), git(project, "status", "--short"), git(project, "diff")) == before
    return line


def test_a_dirty_project_is_left_alone(project: Path) -> None:
    (project / "README.md").write_text("mine", encoding="utf-8")
    (project / "new.txt").write_text("mine", encoding="utf-8")
    assert "Destination repository is dirty" in refused(project)


def test_a_version_that_does_not_exist_changes_nothing(project: Path) -> None:
    assert "Unknown revision" in refused(project, "--vcs-ref", "v9.9.9")


@pytest.mark.usefixtures("addressed")
def test_a_version_that_does_not_exist_at_an_address_changes_nothing(project: Path) -> None:
    change_answers(project, "_src_path: .*", "_src_path: https://github.com/octo-org/pyrelease-template.git")
    assert "fatal: invalid reference" in refused(project, "--vcs-ref", "v9.9.9")


def test_a_downgrade_changes_nothing(project: Path, history: Path) -> None:
    commit_all(history, "The next version", tag="v1.1.0")
    change_answers(project, "_src_path: .*", f"_src_path: {history}")
    copier_update(project, "--quiet")
    commit_all(project, "Update")
    assert "Downgrades are not supported" in refused(project, "--vcs-ref", "v1.0.0")


def test_a_project_without_its_answers_is_left_alone(project: Path) -> None:
    (project / ".copier-answers.yml").unlink()
    commit_all(project, "Without answers")
    assert "Cannot update because cannot obtain old template references" in refused(project)


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("_src_path: .*", "_src_path: src", "Updating is only supported in git-tracked templates"),
        ("_src_path: .*\n", "", "Cannot update because cannot obtain old template references"),
        ("_commit: .*\n", "", "Cannot update because cannot obtain old template references"),
        ("(?s)_commit: .*", "", "object has no attribute 'items'"),
        ("(?m)^", "- ", "object has no attribute 'items'"),
        ("license: MIT", "license: [MIT", '.copier-answers.yml", line'),
        ("license: MIT", "<<<<<<< mine\nlicense: MIT\n=======\n", '.copier-answers.yml", line'),
        ("license: MIT", "license: WTFPL", "Invalid choice for"),
        ("tag_prefix: v", "tag_prefix: [v]", "Could not convert"),
        ("project_name: .*", "project_name: a b", "Validation error for question"),
        ("project_name: .*\n", "", "is another template's, or damaged"),
        ("github_owner: .*\n", "", 'Question "github_owner" is required'),
    ],
)
def test_damaged_answers_are_refused_and_change_nothing(project: Path, before: str, after: str, shown: str) -> None:
    change_answers(project, before, after)
    assert shown in refused(project)
    assert shown in keys("Troubleshooting")


def change_answers(project: Path, before: str, after: str) -> None:
    """Edit the answers file, and commit it."""
    answers = project / ".copier-answers.yml"
    text, count = re.subn(before, after, answers.read_text(encoding="utf-8"))
    assert count
    answers.write_text(text, encoding="utf-8")
    commit_all(project, "Damaged")


def test_every_row_of_troubleshooting_is_tried() -> None:
    tried = Path(__file__).read_text(encoding="utf-8")
    others = (
        "copying/test_faults.py",
        "adoption/test_ways.py",
        "adoption/test_refusals.py",
        "adoption/test_adopted_packages.py",
    )
    tried += "".join((ROOT / "tests" / name).read_text(encoding="utf-8") for name in others)
    assert [row for row in keys("Troubleshooting") if row not in tried] == []


@pytest.mark.runs
def test_one_command_makes_a_project_from_a_clone_without_any_tag(template: Path, tmp_path: Path) -> None:
    clone = tmp_path / "pyrelease-template"
    run(tmp_path, "git", "clone", "--quiet", template, clone)
    git(clone, "tag", "--delete", "v1.0.0")
    [_, command] = commands("Make a project")
    bare = {**os.environ, "PATH": "/usr/local/bin:/usr/bin:/bin", "GIT_AUTHOR_NAME": "", "GIT_AUTHOR_EMAIL": ""}
    python = Path(run(tmp_path, "python3", "-c", "import sys; print(sys.base_prefix)").strip()) / "bin"
    bare["PATH"] = f"{python}{os.pathsep}{bare['PATH']}"
    run(clone, "bash", "-c", f"{command} --defaults --data github_owner=octo-org", env=bare)
    assert (tmp_path / "myproj" / "RELEASING.md").is_file()
    assert not git(clone, "status", "--short"), "what it sets up is ignored by git"


@pytest.mark.runs
def test_a_file_of_answers_makes_a_project_with_copier_installed_for_good(template: Path, tmp_path: Path) -> None:
    [install] = re.findall(r"^- `(uv tool install .*)`$", section("Make a project"), re.MULTILINE)
    tools = {"UV_TOOL_DIR": str(tmp_path / "tools"), "UV_TOOL_BIN_DIR": str(tmp_path / "bin")}
    run(tmp_path, *install.split(), env={**os.environ, **tools})
    [answers] = re.findall(r"```yaml\n(.*?)```", section("Without a person"), re.DOTALL)
    (tmp_path / "answers.yml").write_text(answers, encoding="utf-8")
    [command] = commands("Without a person")
    installed = command.replace("gh:org/pyrelease-template", str(template)).partition(" copier copy ")[2]
    run(tmp_path, tmp_path / "bin" / "copier", "copy", *installed.split())
    assert answers_of(tmp_path / "myproj").items() >= yaml.safe_load(answers).items()


def test_ci_runs_the_command_of_the_readme() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8").replace("exec bash -c", "echo")
    shown = run(ROOT / ".ci", "bash", "-c", script.replace('$(dirname "$0")/..', str(ROOT)))
    command, quick = commands("Development")
    assert shown.splitlines()[-1] == command
    assert command.endswith(quick.removesuffix(' -m "not runs"'))
    assert quick.endswith(' -m "not runs"')
