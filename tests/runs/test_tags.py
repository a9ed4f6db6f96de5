"""Every kind of release tag, built with the oldest and the newest setuptools-scm that a project allows: the version, or a word."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from tests.conftest import Make, commit_all, git, run
from tests.runs.test_build_job import BUILD, CHECK, Job, Pushed, output_of

pytestmark = pytest.mark.runs

FULL, PRE = "false", "true"
"""What GitHub is told of a release: whether it is a pre-release."""

TAGS: dict[str, tuple[str, str]] = {
    "v1.2.3": ("1.2.3", FULL),
    "v1": ("1", FULL),
    "v01.2": ("1.2", FULL),
    "v1.02.003": ("1.2.3", FULL),
    "v2026.10": ("2026.10", FULL),
    f"v{'9' * 19}": ("9" * 19, FULL),
    "v1!2.0": ("1!2.0", FULL),
    "v1.0.post2": ("1.0.post2", FULL),
    "v1.0-1": ("1.0.post1", FULL),
    "v1.0-r4": ("1.0.post4", FULL),
    "v1.0.dev3": ("1.0.dev3", PRE),
    "v1.0-dev": ("1.0.dev0", PRE),
    "v1.0-alpha1": ("1.0a1", PRE),
    "v1.0.alpha1": ("1.0a1", PRE),
    "v1.0A1": ("1.0a1", PRE),
    "v1.0-beta.2": ("1.0b2", PRE),
    "v1.0c1": ("1.0rc1", PRE),
    "v1.0-pre1": ("1.0rc1", PRE),
    "v1.0preview1": ("1.0rc1", PRE),
    "v1.0.RC1": ("1.0rc1", PRE),
    "v1.0rc": ("1.0rc0", PRE),
    "v1.0rc1.post2.dev3": ("1.0rc1.post2.dev3", PRE),
}
"""Tags that are a release: the version that is built, and what it is on GitHub."""

STOPPED: dict[str, str] = {
    "v1.0+local": "No index takes a local version, which has a + in it: 1.0+local",
    "v1.0+g1234abc": "No index takes a local version, which has a + in it: 1.0+g1234abc",
    "v1.foo": "The tag v1.foo names no version. Delete it: git push --delete origin v1.foo",
    "v1.0-ünï": "The tag v1.0-ünï names no version. Delete it: git push --delete origin v1.0-ünï",
    "v1.0--1": "The tag v1.0--1 names no version. Delete it: git push --delete origin v1.0--1",
    "v1_0.x": "The tag v1_0.x names no version. Delete it: git push --delete origin v1_0.x",
}
"""Tags that start a run and are no release, and what the run says."""


@pytest.fixture(scope="module")
def project(make: Make) -> Path:
    """A committed project; each tag is made in a clone of its own."""
    folder = make()
    commit_all(folder, "First")
    return folder


@pytest.fixture(scope="module", params=["oldest", "newest"])
def tools(request: pytest.FixtureRequest, project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python environment with the build backend's oldest or newest releases that the project allows."""
    folder = tmp_path_factory.mktemp(request.param) / "tools"
    requires = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]["requires"]
    wanted = requires if request.param == "newest" else [part.split(",")[0].replace(">=", "==") for part in requires]
    run(project, "uv", "venv", "--quiet", folder)
    run(project, "uv", "pip", "install", "--quiet", "--python", folder, "packaging", *wanted)
    return folder


def job_of(pushed: Pushed, project: Path, tools: Path, tag: str) -> Job:
    """Return the build job of a tag, which builds with these tools."""
    job = pushed(project, f"refs/tags/{tag}")
    git(job.clone, "update-ref", f"refs/tags/{tag}", "HEAD")
    path = f"{tools / 'bin'}:{run(project, 'printenv', 'PATH').strip()}"
    job.variables |= {"PATH": path, "UV_NO_BUILD_ISOLATION": "1"}
    return job


@pytest.fixture
def pushed(tmp_path: Path) -> Pushed:
    """Make the build job of a push."""
    return Pushed(tmp_path)


@pytest.mark.parametrize("tag", TAGS)
def test_a_tag_is_its_version_as_packaging_reads_it(project: Path, pushed: Pushed, tools: Path, tag: str) -> None:
    job = job_of(pushed, project, tools, tag)
    version, prerelease = TAGS[tag]
    is_newest = tools.parent.name.startswith("newest")  # the check knows the files alone, so it is tried once
    assert job.run(BUILD, *([CHECK] if is_newest else [])), job.said
    if is_newest:
        assert output_of(job) == {"version": version, "prerelease": prerelease}
    assert job.files == [f"demo_package-{version}-py3-none-any.whl", f"demo_package-{version}.tar.gz"]


@pytest.mark.parametrize("tag", STOPPED)
def test_a_tag_that_is_no_release_stops_in_words(project: Path, pushed: Pushed, tools: Path, tag: str) -> None:
    job = job_of(pushed, project, tools, tag)
    assert not job.run(BUILD, CHECK)
    assert job.errors == [STOPPED[tag]], job.said


def test_a_number_that_installers_cannot_read_stops(project: Path, pushed: Pushed, tools: Path) -> None:
    job = job_of(pushed, project, tools, f"v{'9' * 100}")
    assert not job.run(BUILD, CHECK)
    assert "Version section is invalid" in job.said
