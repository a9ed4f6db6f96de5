"""What README.md says is so: its commands work, and its tables are complete."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from extensions.pipeline import UPDATE_COMMAND
from tests.conftest import ROOT, commit_all, copy, git, run

README = (ROOT / "README.md").read_text(encoding="utf-8")

GIVEN = ("-d", "github_owner=octo-org")


def section(heading: str) -> str:
    """Return what stands below a heading."""
    return README.partition(f"## {heading}\n")[2].partition("\n## ")[0]


def commands(heading: str) -> list[str]:
    """Return the commands below a heading."""
    return [block.strip() for block in re.findall(r"```sh\n(.*?)```", section(heading), re.DOTALL)]


def keys(heading: str) -> list[str]:
    """Return the first cell of each row of the table below a heading, if it is code."""
    return re.findall(r"^\| `([^`]+)` \|", section(heading), re.MULTILINE)


def last_line(done: subprocess.CompletedProcess[str]) -> str:
    """Return the last line that a failed command printed."""
    assert done.returncode != 0
    return done.stderr.strip().splitlines()[-1]


def attempt(folder: Path, *command: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a command that may fail, with nobody to answer."""
    return subprocess.run(
        command, cwd=folder, capture_output=True, encoding="utf-8", stdin=subprocess.DEVNULL, check=False
    )


@pytest.fixture
def project(template: Path, tmp_path: Path) -> Path:
    """A committed project of the released template."""
    done = copy(template, tmp_path / "demo", *GIVEN, "--vcs-ref", "v1.0.0")
    assert done.returncode == 0, done.stderr
    commit_all(tmp_path / "demo", "Start")
    return tmp_path / "demo"


def test_the_trust_table_names_every_file_that_runs() -> None:
    modules = {path.relative_to(ROOT).as_posix() for path in (ROOT / "extensions").glob("*.py")}
    assert set(keys("What `--trust` runs")) == modules


def test_the_update_command_is_the_one_that_projects_print(project: Path) -> None:
    assert commands("Update a project") == [UPDATE_COMMAND]
    head = (project / ".copier-answers.yml").read_text(encoding="utf-8").splitlines()[:3]
    assert head[-1] == f"#   {UPDATE_COMMAND}"


@pytest.mark.parametrize(
    ("key", "command"),
    [
        ("If you trust this template", ["copier", "copy", "--defaults", *GIVEN]),
        ("See the docs at", ["uvx", "copier", "copy", "--trust", "--defaults", *GIVEN]),
        ("This template requires Copier version >= 9.19.1", ["uvx", "copier==9.18.2", "copy", "--trust", *GIVEN]),
        ("Interactive session required: Use", ["copier", "copy", "--trust"]),
        ('Question "github_owner" is required', ["copier", "copy", "--trust", "--defaults"]),
        ("Validation error for question", ["copier", "copy", "--trust", "--defaults", "-d", "github_owner=-"]),
        ("Unknown revision", ["copier", "copy", "--trust", "--defaults", "--vcs-ref", "v9", *GIVEN]),
    ],
)
def test_troubleshooting_has_the_last_line_of_a_failed_copy(
    template: Path, tmp_path: Path, key: str, command: list[str]
) -> None:
    line = last_line(attempt(tmp_path, *command, template, tmp_path / "demo"))
    [row] = [row for row in keys("Troubleshooting") if row.startswith(key)]
    assert row in line
    assert not (tmp_path / "demo").exists()


def test_troubleshooting_has_the_last_line_of_a_copy_over_files(template: Path, tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "pyproject.toml").write_text("mine", encoding="utf-8")
    line = last_line(attempt(tmp_path, "copier", "copy", "--trust", "--defaults", *GIVEN, template, tmp_path / "demo"))
    [row] = [row for row in keys("Troubleshooting") if row.startswith("Interactive session required: Consider")]
    assert row in line
    assert (tmp_path / "demo" / "pyproject.toml").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("key", "damage"),
    [
        ("Destination repository is dirty", lambda project: (project / "README.md").write_text("mine", "utf-8")),
        ("Cannot update because", lambda project: delete_answers(project)),
        ("Updating is only supported", lambda project: point_elsewhere(project)),
    ],
)
def test_troubleshooting_has_the_last_line_of_a_failed_update(project: Path, key: str, damage: object) -> None:
    assert callable(damage)
    damage(project)
    before = git(project, "status", "--short")
    line = last_line(attempt(project, "copier", "update", "--trust", "--defaults"))
    [row] = [row for row in keys("Troubleshooting") if row.startswith(key)]
    assert row in line
    assert git(project, "status", "--short") == before


def delete_answers(project: Path) -> None:
    """Delete the answers file, and commit."""
    (project / ".copier-answers.yml").unlink()
    commit_all(project, "Without answers")


def point_elsewhere(project: Path) -> None:
    """Make the answers name a folder that is no repository."""
    answers = project / ".copier-answers.yml"
    text = re.sub(r"_src_path: .*", f"_src_path: {project / 'src'}", answers.read_text(encoding="utf-8"))
    answers.write_text(text, encoding="utf-8")
    commit_all(project, "Elsewhere")


def test_every_row_of_troubleshooting_is_tried_here() -> None:
    assert len(keys("Troubleshooting")) == 11


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


def test_ci_runs_the_command_of_the_readme() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8").replace("exec bash -c", "echo")
    shown = run(ROOT / ".ci", "bash", "-c", script.replace('$(dirname "$0")/..', str(ROOT)))
    [command] = commands("Development")
    assert shown.splitlines()[-1] == command
    assert command.endswith("uv run pytest")
