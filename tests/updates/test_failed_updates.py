"""Each row of docs/copier-stops.md about updates alone is what Copier prints at the end, and what it says to do is enough."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.conftest import Make, at_its_address, change, commit_all, git, run
from tests.copier_processes import copier_command
from tests.repository.pages import keys, page
from tests.updates.conftest import OLD_DAY

PAGE = page("copier-stops")

KEYS = keys(PAGE)

ANSWERS = ".copier-answers.yml"


@pytest.fixture
def newer(history: Path) -> Path:
    """The template with a second version."""
    change(history, "template/{{ package_folder or '.' }}/.gitignore", ".coverage.*\n", ".coverage.*\n.tox/\n")
    commit_all(history, "The next version", tag="v1.1.0")
    return history


@pytest.fixture
def project(make: Make, template: Path, newer: Path) -> Path:
    """A committed project of the first version, that comes from there."""
    project = make(project_name="demo", **OLD_DAY)
    comes_from(project, template, newer)
    return project


def comes_from(project: Path, before: Path | str, template: Path | str) -> None:
    """Have a project come from another copy of the template, and commit it."""
    change(project, ANSWERS, f"_src_path: {before}", f"_src_path: {template}")
    commit_all(project, "Start")


def fails(project: Path, key: str, env: Mapping[str, str] = os.environ) -> str:
    """Update a project in vain, see that it stays as it was and that the page has the end of what is printed; return that."""
    done = copier_command(project, "update", "--trust", "--defaults", env=env)
    end = "\n".join(done.stderr.splitlines()[-8:])
    assert done.returncode != 0
    assert key in KEYS
    assert key in end
    assert git(project, "-c", "safe.directory=*", "status", "--short") == ""
    return end


def works(project: Path, env: Mapping[str, str] = os.environ) -> None:
    """Update a project."""
    done = copier_command(project, "update", "--trust", "--defaults", env=env)
    assert done.returncode == 0, done.stderr
    assert ".tox/" in (project / ".gitignore").read_text(encoding="utf-8")


def of_another_user(folder: Path, scratch: Path) -> dict[str, str]:
    """Return variables by which git takes a folder for another user's; it has a variable of its own for that."""
    script = f'case "$PWD $*" in *{folder}*) export GIT_TEST_ASSUME_DIFFERENT_OWNER=1;; esac; exec {shutil.which("git")} "$@"'
    (scratch / "bin").mkdir()
    (scratch / "bin" / "git").write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    (scratch / "bin" / "git").chmod(0o755)
    path = f"{scratch / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "GIT_CONFIG_GLOBAL": str(scratch / "gitconfig")}


def test_the_page_helps_with_a_project_of_another_user(project: Path, newer: Path, tmp_path: Path) -> None:
    env = of_another_user(project, tmp_path)
    for own in (newer, newer / ".git"):  # what is started in the project says the same of the template
        run(tmp_path, "git", "config", "--global", "--add", "safe.directory", own, env=env)
    fails(project, "Updating is only supported in git-tracked subprojects", env)
    [command] = set(re.findall(r"`(git config --global [^`]+)`", PAGE))
    run(tmp_path, *command.replace("FOLDER", str(project)).split(), env=env)
    works(project, env)


def test_the_page_helps_with_a_template_of_another_user(project: Path, newer: Path, tmp_path: Path) -> None:
    fails(project, "Updating is only supported in git-tracked templates", of_another_user(newer, tmp_path))


@pytest.mark.parametrize("options", [["--depth", "1"], ["--no-tags"]], ids=" ".join)
def test_the_page_helps_with_a_clone_without_the_projects_version(
    project: Path, newer: Path, tmp_path: Path, options: list[str]
) -> None:
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", *options, f"file://{newer}", str(clone))
    comes_from(project, newer, clone)
    fails(project, "Unknown revision")
    whole, tags = re.findall(r"`(git fetch [^`]+)`", PAGE)
    done = subprocess.run(whole.split(), cwd=clone, capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode == 0) is ("--depth" in options)
    if done.returncode:
        assert "on a complete repository" in done.stderr
        run(clone, *tags.split())
    works(project)


@pytest.fixture
def addressed_project(project: Path, newer: Path, tmp_path: Path) -> tuple[Path, dict[str, str]]:
    """That project, which comes from an address, and the variables by which git and Copier find it."""
    address = "https://github.com/octo-org/pyrelease-template"
    comes_from(project, newer, address)
    return project, {**os.environ, **at_its_address(newer, tmp_path)}


def test_the_page_helps_with_a_damaged_copy_of_the_template(
    addressed_project: tuple[Path, dict[str, str]], tmp_path: Path
) -> None:
    project, env = addressed_project
    assert copier_command(project, "check-update", env=env).returncode in (0, 2)
    works(project, env)
    git(project, "reset", "--quiet", "--hard")
    git(project, "clean", "--quiet", "-fd")
    [mirror] = (tmp_path / "mirrors").iterdir()
    (mirror / "packed-refs").write_text("damaged\n", encoding="utf-8")
    fails(project, "git remote update --prune", env)
    shutil.rmtree(tmp_path / "mirrors")
    works(project, env)


def test_the_page_helps_with_a_home_that_cannot_be_written(addressed_project: tuple[Path, dict[str, str]]) -> None:
    project, env = addressed_project
    nowhere = {name: value for name, value in env.items() if not name.startswith(("XDG_", "COPIER_"))}
    nowhere["HOME"] = "/proc/nowhere"
    assert "'/proc/nowhere" in fails(project, "[Errno", nowhere)
    assert "`COPIER_CACHE_DIR=FOLDER`" in PAGE
    works(project, {**nowhere, "COPIER_CACHE_DIR": env["COPIER_CACHE_DIR"]})


@pytest.mark.parametrize(
    ("before", "after", "key", "said"),
    [
        ("python_min: '3.11'", "python_min: 3.11", "which is no text: put it in quotes", "python_min is 3.11"),
        ("tag_prefix: v", "tag_prefix: true", "which is no text: put it in quotes", "tag_prefix is True"),
        ("binary: false", "binary: 'no'", "which is no switch: write true or false", "binary is no"),
        ("tag_prefix: v", "tag_prefix:", 'Invalid answer "None" of type', '"tag_prefix"'),
        ("kept_files: []", "kept_files: x", "Not a YAML list", "'x'"),
        ("_commit: v1.0.0", "_commit: 1.0", "errors.pydantic.dev", "string_type"),
        ("_commit: v1.0.0", "_commit: main", "which is no version of the template", "_commit is main"),
        ("_commit: v1.0.0", "_commit: HEAD", "which is no version of the template", "_commit is HEAD"),
    ],
)
def test_the_page_helps_with_answers_that_were_edited_by_hand(
    project: Path, before: str, after: str, key: str, said: str
) -> None:
    change(project, ANSWERS, before, after)
    commit_all(project, "Edited")
    assert said in fails(project, key).splitlines()[-1]


TRIED_BY_HAND = {"while your version of Copier is", "cannot import name 'Self'"}
"""They need an older Python, which a machine may not have."""


def test_what_was_tried_by_hand_is_on_the_page() -> None:
    assert set(KEYS) >= TRIED_BY_HAND
