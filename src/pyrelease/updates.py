"""`pyrelease update`: Copier's update of one project, or of many with a line for each."""

from __future__ import annotations

import re
import subprocess
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from . import copier, programs
from .found import Found
from .found.git import ENGLISH, Git, name_on_github

ADDRESS = re.compile(r"[a-z+]+://.+|(?:[\w.-]+@)?[\w.-]+:(?!\\).+", re.IGNORECASE)
"""What git clones, and no folder: an address, or a host and a path."""


RELEASE = re.compile(r"v?\d+(?:\.\d+)+(?:(?:a|b|rc|\.?post|\.?dev)\d+)?", re.ASCII)
"""A tag that its maintainers alone can give; what `git describe` says of any other commit is no tag."""


class Result(Enum):
    """How the update of a project has ended, those that need somebody last."""

    SAME = "up to date"
    UPDATED = "updated"
    CONFLICTS = "conflicts"
    FAILED = "failed"

    @property
    def is_done(self) -> bool:
        """Whether nobody has to look after it."""
        return self in {Result.SAME, Result.UPDATED}


@dataclass(frozen=True)
class Outcome:
    """What became of one project: a folder or an address, as it was given, and what else there is to say."""

    project: str
    result: Result
    detail: str = ""

    def __str__(self) -> str:
        """Return the project's line."""
        link = {Result.CONFLICTS: " in ", Result.FAILED: " because "}.get(self.result, ", ")
        return f"{self.project}: {self.result.value}{link if self.detail else ''}{self.detail}"


class NotUpdatedError(Exception):
    """A project cannot be updated; the message says why."""


def update_here(template: copier.Template, folder: Path, answers_file: str, data: Sequence[str]) -> int:
    """Update the project in a folder, with Copier's own words, and return Copier's exit code, or 1 for conflicts."""
    check(template, folder, answers_file)
    return copier.run("update", *arguments(template, answers_file, data), str(folder.absolute())) or bool(
        left_to_merge(folder)
    )


def update_many(
    template: copier.Template, projects: Sequence[str], answers_file: str, data: Sequence[str]
) -> Iterator[Outcome]:
    """Update projects, each a folder or an address that is cloned into the current folder, and yield how each has ended."""
    for project in projects:
        try:
            yield updated(template, project, answers_file, data)
        except NotUpdatedError as problem:
            yield Outcome(project, Result.FAILED, str(problem))
        except OSError as problem:  # a folder that may not be entered, a name that is too long
            yield Outcome(project, Result.FAILED, problem.strerror or str(problem))
        except subprocess.TimeoutExpired as slow:
            yield Outcome(project, Result.FAILED, f"the update took longer than {slow.timeout:.0f} seconds")


def updated(template: copier.Template, project: str, answers_file: str, data: Sequence[str]) -> Outcome:
    """Update one project of many, and return how that has ended; `NotUpdatedError` if it has changed nothing."""
    folder = folder_of(project)
    before = check(template, folder, answers_file)
    done = copier.said(["update", "--quiet", *arguments(template, answers_file, data)], folder)
    if done.returncode:
        raise NotUpdatedError(reason(done.stderr) or reason(done.stdout) or f"Copier ends with {done.returncode}")
    if conflicts := left_to_merge(folder):
        return Outcome(project, Result.CONFLICTS, ", ".join(conflicts))
    after = Found(folder, answers_file).answers
    old, new = (str(answers.get("_commit", "")) for answers in (before, after))
    return (
        Outcome(project, Result.SAME, new) if before == after else Outcome(project, Result.UPDATED, f"{old} -> {new}")
    )


def arguments(template: copier.Template, answers_file: str, data: Sequence[str]) -> list[str]:
    """Return what Copier's update is told."""
    return [*template.options, "--defaults", "--answers-file", answers_file, *(f"--data={pair}" for pair in data)]


def check(template: copier.Template, folder: Path, answers_file: str) -> dict[str, object]:
    """Return the answers of a project of this template; `NotUpdatedError` if the folder has none, or another template's.

    Copier runs the code of the template that the answers name, and of the version, and they may come from anybody. Of a
    repository that others can send commits to, as a pull request, only releases are its maintainers'.
    """
    answers = Found(folder, answers_file).answers
    if not answers:
        raise NotUpdatedError(f"{answers_file} is not there, or no file of this template")
    place = str(answers.get("_src_path", ""))
    if not template.is_at(place):
        raise NotUpdatedError(
            f"its template is {place}, and this command is of {template.place}: "
            "if you trust the first one, run copier update --trust there"
        )
    commit = str(answers.get("_commit", ""))
    if not template.is_a_folder and not RELEASE.fullmatch(commit):
        raise NotUpdatedError(
            f"its version {commit} is no release, and anybody can have sent that commit to the template's repository: "
            "if you trust it, run copier update --trust there"
        )
    return answers


def folder_of(project: str) -> Path:
    """Return a project's folder, which is cloned for an address if it is not there; `NotUpdatedError` if there is none."""
    folder = Path(project)
    if folder.is_dir():
        return folder
    if not ADDRESS.fullmatch(project):
        raise NotUpdatedError("there is no such folder")
    name = re.split(r"[/:]", project.rstrip("/"))[-1].removesuffix(".git")
    if name in {"", ".", ".."}:
        raise NotUpdatedError("its address names no folder to clone it into")
    folder = Path(name)
    if folder.exists():
        if not is_clone(folder, project):
            raise NotUpdatedError(
                f"{folder} is there already, and is no clone of it: move that, or name its own folder"
            )
        return folder
    try:
        done = programs.run("git", "clone", "--quiet", "--", project, name, seconds=copier.SECONDS, variables=ENGLISH)
    except programs.MissingProgramError as missing:
        raise NotUpdatedError(f"{missing} is not installed") from missing
    if done.returncode:
        raise NotUpdatedError(reason(done.stderr) or "git cannot clone it")
    return folder


def is_clone(folder: Path, address: str) -> bool:
    """Say whether a folder is the root of a clone from an address, however that is written."""
    git = Git(folder)
    return git.folder_in_repository == "" and repository(git.written_address("origin")) == repository(address)


def repository(address: str) -> str:
    """Return what is the same for each way to write an address: owner and name on GitHub, else the address."""
    return name_on_github(address).lower() or address.rstrip("/").removesuffix(".git")


def left_to_merge(folder: Path) -> list[str]:
    """Return the files with conflicts that an update has left."""
    listed = Git(folder).ask("ls-files", "-z", "--unmerged") or ""
    return sorted({line.partition("\t")[2] for line in listed.split("\0") if line})


def reason(text: str) -> str:
    """Return the line of what a program has printed that has the reason: git's own, which advice may follow, or the last one."""
    lines = [line.strip(" \t|") for line in text.splitlines()]
    of_git = (line for line in lines if line.startswith("fatal: "))
    return next(of_git, next((line for line in reversed(lines) if line), ""))


def listed(projects: Sequence[str]) -> list[str]:
    """Return the projects with those that a file names for each `@FILE`, one a line; a line that begins with `#` says nothing.

    `OSError` or `UnicodeDecodeError` if a file cannot be read.
    """
    found: list[str] = []
    for project in projects:
        is_file = project.startswith("@") and not Path(project).is_dir()
        lines = Path(project[1:]).read_text(encoding="utf-8-sig").splitlines() if is_file else [project]
        found += [line.strip() for line in lines if not line.lstrip().startswith("#")] if is_file else lines
    return [project for project in found if project.strip()]


def table(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Yield a row for each result: how many projects have it, and which ones need somebody."""
    projects = defaultdict(list)
    for outcome in outcomes:
        projects[outcome.result].append(outcome.project)
    for result in Result:
        if names := projects[result]:
            which = "" if result.is_done else f"  {', '.join(names)}"
            yield f"{result.value:<10} {len(names):>4}{which}"
