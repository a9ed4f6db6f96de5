"""The project's own repository: its remote, the commit of what the template wrote, pushes and tags."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Sequence
from itertools import islice
from pathlib import PurePosixPath

from .. import gh, programs
from ..found.git import ENGLISH, name_on_github
from ..plan.troubles import explain
from ..programs import CAREFUL_GIT, MissingProgramError
from ..project import Project
from .console import StoppedError

# A push to GitHub by https logs in with the account of gh, and no token is seen here.
LOG_IN = ("-c", "credential.https://github.com.helper=!gh auth git-credential")

TELLING = re.compile(r"(?:remote: )?(?:fatal|error|ERROR|! )")

USER = re.compile(r"//[^/@]*@")
"""What stands before the host of an address: a user, and perhaps a token."""

AS_IT_IS = ("-c", "remote.origin.mirror=false", "push", "--no-follow-tags")
"""How one ref is pushed and no other one, whatever git is set to."""

SECONDS = 20 * 60
"""Seconds that git has for a step: a push may be long, and hooks of the user's own may run."""

LOOKED_AT = 10_000
"""Files of a folder without a repository that are looked at, at most."""

NO_IDENTITY = re.compile(r"tell me who you are|empty ident name|unable to auto-detect email", re.IGNORECASE)

PROTECTED = re.compile(r"GH006|protected branch|GH013|rule violations", re.IGNORECASE)


def git(project: Project, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run git in the project's folder, and return what it did; `StoppedError` if it is not installed, or never ends."""
    try:
        options = (*CAREFUL_GIT, "--no-optional-locks", *LOG_IN)
        return programs.run("git", *options, *arguments, folder=project.folder, variables=ENGLISH, seconds=SECONDS)
    except MissingProgramError as problem:
        raise StoppedError("git is not installed: get it at https://git-scm.com, then run this again") from problem
    except subprocess.TimeoutExpired as problem:
        what = f"git {arguments[0]} takes longer than {SECONDS // 60} minutes"
        raise StoppedError(f"{what}; see why, then run this again") from problem


def change(project: Project, *arguments: str) -> str:
    """Have git change something and return what it prints; `StoppedError` with git's words if it fails."""
    done = git(project, *arguments)
    if done.returncode == 0:
        return done.stdout
    if NO_IDENTITY.search(done.stderr):
        raise StoppedError(
            'git does not know who you are: run git config --global user.name "Your Name", then'
            " git config --global user.email you@example.org, then run this again"
        )
    raise StoppedError(f"git refuses ({last_words(done)}); correct that, then run this again")


def last_words(done: subprocess.CompletedProcess[str]) -> str:
    """Return what git says that tells most, in a line."""
    lines = [line.strip() for line in (done.stderr or done.stdout).splitlines() if line.strip()]
    lines = [line for line in lines if not line.startswith("hint:") and "failed to push some refs" not in line]
    telling = [line for line in lines if line.startswith("! [")] or [line for line in lines if TELLING.match(line)]
    return " ".join((telling or lines or ["git says nothing"])[-1].split())


def check_repository(project: Project) -> None:
    """See that the project is the root of a repository, or of none yet; `StoppedError` if not."""
    if problem := project.found.git.problem:
        raise StoppedError(problem)
    if inside := project.found.git.folder_in_repository:
        raise StoppedError(
            f"this project lies in the folder {inside} of another repository, where GitHub reads no workflow;"
            f" {project.plan.template.page('folder-of-a-repository')} says what to do"
        )


def check_head(project: Project) -> None:
    """See that a branch is checked out in a repository that GitHub takes; `StoppedError` with what to do if not."""
    if project.found.git.folder_in_repository is None:
        return
    branch_of(project)
    if git(project, "rev-parse", "--show-object-format").stdout.strip() == "sha256":
        raise StoppedError("this repository uses SHA-256, and GitHub takes SHA-1 alone; make a new one with git init")


def check_remote(project: Project) -> None:
    """See that `origin` is the registered repository, or is not there yet; `StoppedError` with the command to run if not.

    Every address counts, those for pushes too: what stands in git's settings, or what git makes of it.
    """
    planned = project.plan.repository
    for kind, option in (("url", ()), ("pushurl", ("--push",))):
        written = git(project, "config", "--get-all", f"remote.origin.{kind}").stdout.splitlines()
        made = git(project, "remote", "get-url", *option, "--all", "origin").stdout.splitlines() if written else []
        for names in zip(written, made, strict=False):
            if planned.full_name.lower() not in [repository_at(name.strip()).lower() for name in names]:
                address = USER.sub("//", names[0].strip())
                push = " --push" if option else ""
                raise StoppedError(
                    f"the remote origin is {address}, and {planned.full_name} is registered;"
                    f" to use the registered one: git remote set-url{push} origin {planned.address}.git"
                )


def repository_at(address: str) -> str:
    """Return owner and repository of an address on GitHub; the address itself if it is elsewhere."""
    return name_on_github(address) or address


def is_committed(project: Project) -> bool:
    """Say whether the last commit has the project's answers."""
    return is_in_commit(project, project.plan.answers_file)


def changed_files(project: Project) -> list[str]:
    """Return which of the template's files differ from the last commit, or are not in it."""
    own = (project.plan.workflow_path,)  # the user may have deleted others
    there = [name for name in project.plan.files if (project.folder / name).exists() or name in own]
    status = ("status", "--porcelain", "-z", "--untracked-files=all", "--", *there)
    listed = git(project, *without_filters(project), *status).stdout
    changed = {entry[3:] for entry in listed.split("\0") if len(entry) > 3}
    committed = git(project, "ls-tree", "-r", "-z", "--name-only", "HEAD", "--", *there).stdout.split("\0")
    ignored = {name for name in there if (project.folder / name).exists() and name not in committed}
    return sorted(changed | ignored)


def without_filters(project: Project) -> list[str]:
    """Return the options by which git runs none of the programs through which files go: nothing is to run before a yes."""
    listed = git(project, "config", "--null", "--name-only", "--get-regexp", r"^filter\..*\.").stdout
    names = sorted({key.removeprefix("filter.").rpartition(".")[0] for key in listed.split("\0") if key})
    values = {"clean": "", "smudge": "", "process": "", "required": "false"}
    return [
        option for name in names for key, value in values.items() for option in ("-c", f"filter.{name}.{key}={value}")
    ]


def other_files(project: Project) -> list[str]:
    """Return what else lies in the folder and is in no commit; a folder that has nothing of the template by its name."""
    done = git(project, "ls-files", "-z", "--others", "--exclude-standard")
    if done.returncode == 0:
        found = [name for name in done.stdout.split("\0") if name]
    else:  # no repository yet
        files = (path for path in project.folder.rglob("*") if path.is_file())
        found = sorted(path.relative_to(project.folder).as_posix() for path in islice(files, LOOKED_AT))
    ours = set(project.plan.files)
    shared = {folder.as_posix() for name in ours for folder in PurePosixPath(name).parents}
    return list(dict.fromkeys(in_folder(name, shared) for name in found if name not in ours))


def in_folder(name: str, shared: set[str]) -> str:
    """Return the topmost folder of a file that is none of those which the template writes to, else the file."""
    folders = [folder.as_posix() for folder in reversed(PurePosixPath(name).parents)]
    own = next((folder for folder in folders if folder not in shared), "")
    return f"{own}/" if own else name


def check_committed(project: Project) -> None:
    """See that the template's files are as in the last commit; `StoppedError` with the commands to run if not."""
    if not is_committed(project):
        return
    if missing := missing_files(project):
        raise StoppedError(
            f"{', '.join(missing)}: not in the last commit, and nothing is released without this file; restore it"
        )
    if changed := changed_files(project):
        raise StoppedError(
            f"{', '.join(changed)}: not as in the last commit, and only the commit would be pushed; commit first:"
            f" git add --force {shlex.join(changed)} && git commit"
        )


def missing_files(project: Project) -> list[str]:
    """Return the publishing workflow if it is neither here nor in the last commit, so that a release has none."""
    path = project.plan.workflow_path
    is_here = (project.folder / path).exists()
    return [] if is_here or project.plan.is_kept or is_in_commit(project, path) else [path]


def is_in_commit(project: Project, name: str) -> bool:
    """Say whether the last commit has a file."""
    return git(project, "cat-file", "-e", f"HEAD:./{name}").returncode == 0


def start(project: Project) -> None:
    """Make the folder a repository that GitHub takes, with the registered remote."""
    if project.found.git.folder_in_repository is None:
        # git 3 makes repositories with SHA-256, which GitHub does not take; an old git knows no such option.
        branch = f"--initial-branch={project.plan.default_branch}"
        if git(project, "init", "--quiet", "--object-format=sha1", branch).returncode != 0:
            change(project, "init", "--quiet", branch)
    if git(project, "config", "--get", "remote.origin.url").returncode != 0:
        change(project, "remote", "add", "origin", remote_address(project))


def remote_address(project: Project) -> str:
    """Return the address to push to, by the protocol that `gh` is set to."""
    name = project.plan.repository.full_name
    protocol = gh.run(["config", "get", "git_protocol", "--host", "github.com"]).stdout.strip()
    return f"git@github.com:{name}.git" if protocol == "ssh" else f"https://github.com/{name}.git"


def commit(project: Project) -> list[str]:
    """Commit what the template wrote and nothing else, and return the files; none if that is done already."""
    if is_committed(project):
        return []
    files = [name for name in project.plan.files if (project.folder / name).is_file()]
    message = "Start the project" if project.plan.package == "new" else "Release as the PyPA guide says"
    change(project, "add", "--force", "--", *files)
    change(project, "commit", "--quiet", "--message", message, "--", *files)
    return files


def branch_of(project: Project) -> str:
    """Return the branch that is checked out; `StoppedError` if none is."""
    branch = change(project, "branch", "--show-current").strip()
    if not branch:
        raise StoppedError("no branch is checked out; check one out with git switch, then run this again")
    return branch


def is_pushed(project: Project) -> bool:
    """Say whether GitHub has the commit that is checked out, on a branch of the same name."""
    return head_there(project, branch_of(project)) == head(project)


def head_there(project: Project, branch: str) -> str:
    """Return the commit that a branch is at on GitHub; empty if there is none, `StoppedError` if GitHub does not say."""
    return change(project, "ls-remote", "origin", f"refs/heads/{branch}").partition("\t")[0]


def push_branch(project: Project) -> bool:
    """Push the branch that is checked out, and say whether that was to be done; `StoppedError` if GitHub refuses it."""
    branch = branch_of(project)
    if head_there(project, branch) == head(project):
        return False
    done = git(project, *AS_IT_IS, "--set-upstream", "origin", f"refs/heads/{branch}:refs/heads/{branch}")
    if done.returncode != 0:
        how = (
            "GitHub protects the branch: push another branch, merge it by a pull request, then run this again"
            if PROTECTED.search(done.stderr)
            else f"git pull --rebase origin {branch}, then run this again"
            if "(fetch first)" in done.stderr or "(non-fast-forward)" in done.stderr
            else "correct that, then run this again"
        )
        raise StoppedError(f"GitHub refuses the push ({last_words(done)}); {how}")
    return True


def commit_of(project: Project, tag: str) -> str:
    """Return the commit of a tag; empty if it is not here."""
    return git(project, "rev-parse", "--quiet", "--verify", f"refs/tags/{tag}^{{commit}}").stdout.strip()


def head(project: Project) -> str:
    """Return the commit that is checked out."""
    return change(project, "rev-parse", "HEAD").strip()


def release_tags_there(project: Project) -> Sequence[str]:
    """Return the release tags that GitHub has; `StoppedError` if it does not say."""
    listed = change(project, "ls-remote", "--tags", "--refs", "origin", f"refs/tags/{project.plan.tags.glob}")
    return [line.rpartition("refs/tags/")[2] for line in listed.splitlines()]


def push_tag(project: Project, tag: str) -> None:
    """Make a tag on the commit that is checked out, if there is none of its name, and push it.

    A tag that is there is never moved. `StoppedError` if one stands on another commit, or if GitHub refuses it.
    """
    known = commit_of(project, tag)
    if not known:
        # With a message it is signed where the user signs tags, and not refused there.
        change(project, "tag", "--message", tag, tag)
    elif known != head(project):
        raise StoppedError(
            f"the tag {tag} is on another commit; delete it with git tag --delete {tag}, then run this again"
        )
    done = git(project, *AS_IT_IS, "origin", f"refs/tags/{tag}:refs/tags/{tag}")
    if done.returncode != 0:
        raise StoppedError(f"GitHub refuses the tag ({last_words(done)}); {why_refused(done.stderr)}")


def why_refused(words: str) -> str:
    """Return what to do about a tag that is refused."""
    trouble = explain(words)
    return f"{trouble.meaning}: {trouble.advice}" if trouble else "correct that, then run this again"
