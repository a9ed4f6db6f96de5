"""What happens to a project's repository: pushes, and what two indexes hold after them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from packaging.version import Version

from pyrelease.project import read_project
from tests.runs.act import Repository, Run
from tests.runs.loopback_index import Index, kinds_by_version, loopback_index
from tools.repository import git

BOTH = ["sdist", "wheel"]


@dataclass
class Story:
    """A repository's first days: what each push did, and what the indexes hold at the end."""

    repository: Repository
    scratch: Path
    runs: dict[str, Run] = field(default_factory=dict)

    def push(self, name: str, ref: str, *, fork: bool = False, secrets: Mapping[str, str] | None = None) -> Run:
        """Push the checked-out commit as `ref`, and remember the run by a name."""
        repository = replace(self.repository, fork=fork, secrets=secrets or {})
        commit = git(repository.folder, "rev-parse", "HEAD")
        self.runs[name] = repository.push(ref, commit, len(self.runs) + 1, self.scratch / name)
        return self.runs[name]

    def push_tag(self, name: str, tag: str, *, secrets: Mapping[str, str] | None = None) -> Run:
        """Tag the checked-out commit if it is not tagged yet, push the tag, and remember the run by a name."""
        git(self.repository.folder, "tag", "--force", tag)
        return self.push(name, f"refs/tags/{tag}", secrets=secrets)


@contextmanager
def story_of(folder: Path, scratch: Path, variables: Mapping[str, str] | None = None) -> Iterator[Story]:
    """Give a project a repository and two indexes of its own, for as long as the context lasts."""
    plan = read_project(folder).plan
    scratch.mkdir(parents=True, exist_ok=True)
    name = f"{plan.github_owner}/{plan.github_repository}"
    with loopback_index(scratch / "pypi") as pypi, loopback_index(scratch / "testpypi") as testpypi:
        repository = Repository(folder, name, plan.workflow_filename, pypi, testpypi, variables=dict(variables or {}))
        yield Story(repository, scratch)


def build_tag(folder: Path, tag: str, scratch: Path, job: str = "build") -> tuple[Run, dict[Version, list[str]]]:
    """Push a tag of a project, run one job and those that it needs, and return the run and what was stored to be published.

    What was stored is the kinds of file (`sdist`, `wheel`) of each version, sorted.
    """
    plan = read_project(folder).plan
    nowhere = Index("http://127.0.0.1:9", scratch)
    name = f"{plan.github_owner}/{plan.github_repository}"
    repository = Repository(folder, name, plan.workflow_filename, nowhere, nowhere)
    run = repository.push(f"refs/tags/{tag}", git(folder, "rev-parse", f"{tag}^{{commit}}"), 1, scratch, job)
    return run, kinds_by_version({path.name for path in (scratch / "artifacts").rglob("*") if path.is_file()})
