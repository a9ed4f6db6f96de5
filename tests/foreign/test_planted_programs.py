"""A repository with a program planted in every setting of git that can hold one: none of them runs."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pyrelease.cli import main
from pyrelease.found import Found
from tests.adoption.package import write_package
from tests.conftest import Make, commit_all, copy, git, run
from tests.github.stand_in import GitHub

SETTINGS = (
    *("core.fsmonitor", "core.sshCommand", "core.editor", "core.pager", "core.askPass", "core.gitProxy"),
    *("core.alternateRefsCommand", "diff.external", "credential.helper", "gpg.program", "gpg.ssh.defaultKeyCommand"),
    *("sequence.editor", "interactive.diffFilter", "pager.log", "pager.tag", "pager.status", "pager.branch"),
    *("filter.planted.clean", "filter.planted.smudge", "filter.planted.process", "diff.planted.textconv"),
    *("diff.planted.command", "merge.planted.driver", "remote.origin.uploadpack", "remote.origin.receivepack"),
    *("remote.origin.vcs", "submodule.planted.update", "trailer.planted.command", "uploadpack.packObjectsHook"),
    *("alias.config", "alias.tag", "alias.status", "alias.rev-parse", "alias.ls-files", "ssh.variant"),
)

HOOKS = ("post-index-change", "reference-transaction", "post-checkout", "fsmonitor-watchman", "pre-auto-gc")


def plant(folder: Path) -> Path:
    """Plant a program in a repository, and return the file that it writes when it runs."""
    ran = folder.parent / "RAN"
    program = folder.parent / "program"
    program.write_text(f'#!/bin/sh\necho "$0 $*" >> {ran}\n', encoding="utf-8")
    program.chmod(0o755)
    for setting in SETTINGS:
        git(folder, "config", setting, f"!{program}" if setting.startswith(("alias", "submodule")) else str(program))
    for hook in HOOKS:
        shutil.copy(program, folder / ".git" / "hooks" / hook)
    (folder / ".git" / "info" / "attributes").write_text(
        "* filter=planted diff=planted merge=planted\n", encoding="utf-8"
    )
    for file in (file for file in folder.iterdir() if file.is_file()):  # so that git looks at what is in them
        file.touch()
    ran.unlink(missing_ok=True)
    return ran


def test_a_look_at_a_package_runs_none(tmp_path: Path) -> None:
    package = write_package(tmp_path / "package")
    ran = plant(package)
    found = Found(package)
    found.look()
    for name in ("problem", "tag_prefix", "has_submodules", "packages_below"):
        getattr(found, name)
    assert found.git.remotes
    assert found.git.default_branch == "trunk"
    assert not ran.exists(), ran.read_text()


def test_a_copy_into_a_package_runs_none(template: Path, tmp_path: Path) -> None:
    package = write_package(tmp_path / "package")
    ran = plant(package)
    done = copy(template, package)
    assert done.returncode == 0, done.stderr
    assert not ran.exists(), ran.read_text()


@pytest.mark.parametrize("arguments", [["doctor"], ["doctor", "--online"], ["setup", "--dry-run"]])
def test_a_command_runs_none(make: Make, github: GitHub, arguments: list[str]) -> None:
    project = make()
    commit_all(project, "Start")
    git(project, "remote", "add", "origin", "https://github.com/octo-org/demo-package.git")
    ran = plant(project)
    with contextlib.redirect_stdout(io.StringIO()) as shown:
        main([*arguments, str(project)], sites={"PyPI": "http://127.0.0.1:9", "TestPyPI": "http://127.0.0.1:9"})
    assert shown.getvalue()
    assert not ran.exists(), ran.read_text()


def test_the_migration_of_an_update_takes_no_git_from_the_project(make: Make, template: Path) -> None:
    project = make()
    ran = project.parent / "RAN"
    planted = project / "git"
    planted.write_text(f"#!/bin/sh\ntouch {ran}\n", encoding="utf-8")
    planted.chmod(0o755)
    commit_all(project, "Start")
    versions = {"VERSION_FROM": "v1.0.0", "VERSION_TO": "v1.1.0", "PATH": f"{os.pathsep}{os.environ['PATH']}"}
    command: list[str | Path] = [sys.executable, "-IB", template / "src", "migrations.move_pins", template]
    assert run(project, *command, env={**os.environ, **versions}) == "Template: v1.0.0 -> v1.1.0\n"
    assert not ran.exists()


def test_a_bare_repository_that_merely_lies_there_is_not_used(tmp_path: Path) -> None:
    cloned = write_package(tmp_path / "cloned")
    bare = cloned / "bare"
    git(cloned, "init", "--quiet", "--bare", str(bare))
    ran = tmp_path / "RAN"
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\necho ran >> {ran}\n", encoding="utf-8")
    program.chmod(0o755)
    for setting, value in {"core.fsmonitor": str(program), "core.bare": "false", "core.worktree": str(bare)}.items():
        git(cloned, "config", "--file", str(bare / "config"), setting, value)
    (bare / "pyproject.toml").write_text('[project]\nname = "planted"\n', encoding="utf-8")
    found = Found(bare)
    found.look()
    assert "cannot use bare repository" in found.problem
    assert not ran.exists()


def test_the_planted_programs_would_run(tmp_path: Path) -> None:
    package = write_package(tmp_path / "package")
    ran = plant(package)
    subprocess.run(["git", "status"], cwd=package, check=False, capture_output=True)
    assert ran.exists()
