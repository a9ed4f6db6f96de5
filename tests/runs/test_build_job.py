"""The steps of the build job, in their own shell: what stops them, what they say, and what they make again."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.conftest import WORKFLOW, Make, change, commit_all, git
from tools.workflows import read_workflow

pytestmark = pytest.mark.runs

BUILD, CHECK = "Build a binary wheel and a source tarball", "Check what was built"


@dataclass
class Job:
    """A build job in a clone of a project, as it was pushed; `said` is all that its steps printed."""

    clone: Path
    variables: dict[str, str]
    workflow: str = WORKFLOW
    name: str = "build"
    said: str = ""
    files: list[str] = field(default_factory=list)

    def run(self, *names: str) -> bool:
        """Run the steps of these names, and say whether all succeeded; none runs after one that failed."""
        steps = read_workflow((self.clone / self.workflow).read_text(encoding="utf-8"))["jobs"][self.name]["steps"]
        for step in (step for name in names for step in steps if step.get("name") == name):
            done = subprocess.run(
                ["bash", "-e", "-c", step["run"]],
                cwd=self.clone,
                env={**os.environ, **self.variables, **step.get("env", {})},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                check=False,
            )
            self.said += done.stdout
            if done.returncode:
                return False
        self.files = sorted(file.name for file in (self.clone / "dist").glob("[!.]*"))
        return True

    @property
    def errors(self) -> list[str]:
        """What GitHub shows of the run as errors."""
        return [line.removeprefix("::error::") for line in self.said.splitlines() if line.startswith("::error::")]


class Pushed:
    """Makes the build job of a push, each in a new clone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.number = 0

    def __call__(self, project: Path, ref: str, run_number: int = 7) -> Job:
        """Return the job that a push of this ref starts."""
        self.number += 1
        clone = self.folder / f"clone-{self.number}"
        git(self.folder, "clone", "--quiet", str(project), str(clone))
        git(clone, "fetch", "--quiet", "origin", "+refs/tags/*:refs/tags/*")
        kind, name = ref.removeprefix("refs/").split("/", 1)
        return Job(
            clone,
            {
                "GITHUB_REF_TYPE": {"heads": "branch", "tags": "tag"}[kind],
                "GITHUB_REF_NAME": name,
                "GITHUB_RUN_NUMBER": str(run_number),
                "GITHUB_OUTPUT": str(self.folder / f"output-{self.number}"),
            },
        )


@pytest.fixture
def pushed(tmp_path: Path) -> Pushed:
    """Make the build job of a push."""
    return Pushed(tmp_path)


@pytest.fixture
def project(make: Make) -> Path:
    """A committed project."""
    folder = make()
    commit_all(folder, "First")
    return folder


def output_of(job: Job) -> dict[str, str]:
    """Return what a job gives to those after it."""
    lines = Path(job.variables["GITHUB_OUTPUT"]).read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines)


def test_a_local_version_stops_the_job(project: Path, pushed: Pushed) -> None:
    git(project, "tag", "v0.2.0+local")
    job = pushed(project, "refs/tags/v0.2.0+local")
    assert not job.run(BUILD, CHECK)
    assert job.errors == ["No index takes a local version, which has a + in it: 0.2.0+local"]


@pytest.mark.parametrize(
    ("platform", "stops"),
    [("linux_x86_64", True), ("manylinux_2_28_x86_64.linux_x86_64", True), ("manylinux_2_28_x86_64", False)],
)
def test_a_wheel_for_one_machines_linux_stops_the_job(
    project: Path, pushed: Pushed, platform: str, stops: bool
) -> None:
    job = pushed(project, "refs/heads/main")
    assert job.run(BUILD)
    [wheel] = (job.clone / "dist").glob("*.whl")
    subprocess.run(["uvx", "--quiet", "wheel", "tags", "--remove", "--platform-tag", platform, wheel], check=True)
    assert job.run(CHECK) is not stops
    assert bool(job.errors) is stops


@pytest.mark.parametrize("ref", ["refs/heads/main", "refs/tags/v1.0.0"])
def test_files_that_differ_from_the_commit_are_named_before_anything_is_built(
    project: Path, pushed: Pushed, ref: str
) -> None:
    git(project, "tag", "v1.0.0")
    job = pushed(project, ref)
    with (job.clone / "README.md").open("a", encoding="utf-8") as readme:
        readme.write("x\n")
    assert not job.run(BUILD)
    assert job.said.splitlines()[0] == "README.md"
    assert job.errors == ["These files are not as they were committed, so nothing is built of them."]
    assert not (job.clone / "dist").exists()


@pytest.mark.parametrize("ref", ["refs/heads/main", "refs/tags/v1.foo"])
def test_a_tag_that_names_no_version_is_named_with_what_deletes_it(project: Path, pushed: Pushed, ref: str) -> None:
    git(project, "tag", "v1.foo")
    if "heads" in ref:
        commit_all(project, "Second")
    job = pushed(project, ref)
    assert not job.run(BUILD)
    assert job.errors == ["The tag v1.foo names no version. Delete it: git push --delete origin v1.foo"]


def test_a_build_that_fails_for_another_reason_blames_no_tag(project: Path, pushed: Pushed) -> None:
    git(project, "tag", "v1.0.0")
    change(project, "pyproject.toml", 'readme = "README.md"', 'readme = "NONE.md"')
    commit_all(project, "Broken")
    job = pushed(project, "refs/heads/main")
    assert not job.run(BUILD)
    assert "NONE.md" in job.said
    assert job.errors == []


def test_tags_with_odd_names_beside_it_change_nothing(project: Path, pushed: Pushed) -> None:
    for tag in ("v1.0.0", "-x", "-f", "--list", "ünï"):
        git(project, "update-ref", f"refs/tags/{tag}", "HEAD")
    job = pushed(project, "refs/tags/v1.0.0")
    assert job.run(BUILD, CHECK), job.said
    assert output_of(job)["version"] == "1.0.0"


def test_a_repeated_run_makes_the_same_version_after_its_commit_was_tagged(project: Path, pushed: Pushed) -> None:
    first = pushed(project, "refs/heads/main")
    assert first.run(BUILD, CHECK), first.said
    git(project, "tag", "v1.0.0")
    again = pushed(project, "refs/heads/main")
    assert again.run(BUILD, CHECK), again.said
    assert again.files == first.files
    assert output_of(again) == output_of(first) == {"version": "0.1.dev7", "prerelease": "true"}


@pytest.mark.parametrize("name", ["demo_package-9.9-py3-none-any.whl", "other-0.1.dev7.tar.gz"])
def test_a_file_of_another_version_or_name_stops_the_job(project: Path, pushed: Pushed, name: str) -> None:
    job = pushed(project, "refs/heads/main")
    assert job.run(BUILD)
    [same] = (job.clone / "dist").glob("*" + Path(name).suffix)
    shutil.copy(same, job.clone / "dist" / name)
    assert not job.run(CHECK)


BROKEN = {
    "a readme that is not there": ('readme = "README.md"', 'readme = "NONE.md"'),
    "a Python that is no version": ('requires-python = ">=', 'requires-python = "from '),
    "a package that is not there": ('packages = ["src/demo_package"]', 'packages = ["src/none"]'),
    "a classifier that nobody knows": ('"Typing :: Typed"', '"Typing :: Nope"'),
}
"""What a pull request may break in pyproject.toml, and an editable install does not notice."""


@pytest.mark.parametrize("broken", [None, *BROKEN])
def test_a_pull_request_that_breaks_the_distribution_is_seen_in_ci(
    project: Path, pushed: Pushed, broken: str | None
) -> None:
    if broken:
        change(project, "pyproject.toml", *BROKEN[broken])
        commit_all(project, "Broken")
    job = pushed(project, "refs/heads/main")
    job.workflow, job.name = ".github/workflows/ci.yml", "distribution"
    job.variables["GITHUB_REF_NAME"] = "12/merge"
    assert job.run(BUILD, CHECK) is (broken is None), job.said
