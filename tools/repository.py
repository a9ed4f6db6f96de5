"""How the repository is run and copied, by the tests and by the tools alike: without pytest, which no tool needs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parent.parent

ROOM = 4 * 2**30
"""Bytes that have to be free where projects are written in memory."""


def same_everywhere() -> dict[str, str]:
    """Return variables by which commands are the same on every machine.

    git has an identity, and nothing of the machine's settings, from which the template takes defaults; the programs of
    this Python environment come first.
    """
    return {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "A Tester",
        "GIT_AUTHOR_EMAIL": "tester@example.org",
        "GIT_COMMITTER_NAME": "A Tester",
        "GIT_COMMITTER_EMAIL": "tester@example.org",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }


def memory() -> Path | None:
    """Return the machine's file system in memory; `None` if it has none, or little room there."""
    folder = Path("/dev/shm")
    return folder if folder.is_dir() and shutil.disk_usage(folder).free > ROOM else None


def run(folder: Path, *command: str | Path, env: Mapping[str, str] = os.environ) -> str:
    """Run a command in a folder and return what it prints; `RuntimeError` with all that it printed if it fails."""
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, encoding="utf-8", check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{command} ended with exit code {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done.stdout


def read_yaml(file: Path) -> Any:
    """Return what a YAML file says; libyaml reads it ten times as fast as Python."""
    return yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def git(folder: Path, *arguments: str) -> str:
    """Run git in a folder and return what it prints."""
    return run(folder, "git", *arguments).strip()


def commit_all(folder: Path, message: str, tag: str = "") -> str:
    """Commit everything in a folder, tag it if asked to, and return the commit."""
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", message)
    if tag:
        git(folder, "tag", tag)
    return git(folder, "rev-parse", "HEAD")


def write_work_tree(folder: Path, left_out: tuple[str, ...] = ()) -> None:
    """Write the files of the work tree into a folder, without those whose path begins with what is left out."""
    for name in git(ROOT, "ls-files", "--cached", "--others", "--exclude-standard", "-z").split("\0"):
        if name and (ROOT / name).is_file() and not name.startswith(left_out):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)


def release_template(folder: Path, left_out: tuple[str, ...] = ()) -> Path:
    """Make a repository of the template as it stands in the work tree, released as v1.0.0."""
    write_work_tree(folder, left_out)
    git(folder, "init", "--quiet", "--initial-branch=main")
    commit_all(folder, "The template", tag="v1.0.0")
    return folder
