"""A package with compiled parts: an sdist, wheels for every platform, each tested, and nothing that a push does not need."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.version import Version

from pyrelease.pins import pin
from tests.conftest import WORKFLOW, Make, commit_all, copy, git, run
from tests.runs.act import RUNNERS
from tests.runs.routes import COMPILED
from tests.runs.stories import BOTH, Story, build_tag, story_of
from tools.workflows import read_workflow

pytestmark = pytest.mark.runs

CIBUILDWHEEL = pin("pypa/cibuildwheel").partition(" # v")[2]

PLATFORMS = {"linux": ["x86_64", "aarch64"], "macos": ["x86_64", "arm64"], "windows": ["AMD64", "ARM64"]}


@pytest.fixture(scope="module")
def story(make: Make, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """A push of the default branch, and a release."""
    folder = make(**COMPILED)
    with story_of(folder, tmp_path_factory.mktemp("compiled")) as story:
        commit_all(folder, "First")
        story.push("branch", "refs/heads/main")
        story.push_tag("tag", "v1.0.0")
        yield story


def test_a_push_publishes_an_sdist_and_a_wheel_of_its_version_to_testpypi(story: Story) -> None:
    jobs = ["build", "build-wheels", "publish-to-testpypi", "install-from-testpypi"]
    assert story.runs["branch"].results == dict.fromkeys(jobs, "success"), story.runs["branch"].log
    assert story.repository.testpypi.versions == {Version("0.1.dev1"): BOTH, Version("1.0.0"): BOTH}


def test_a_release_publishes_the_same_files_to_both(story: Story) -> None:
    indexes = [f"{job}-{index}" for job in ("publish-to", "install-from") for index in ("pypi", "testpypi")]
    jobs = ["build", "build-wheels", *indexes]
    assert story.runs["tag"].results == dict.fromkeys(jobs, "success"), story.runs["tag"].log
    assert story.repository.pypi.versions == {Version("1.0.0"): BOTH}


def test_each_wheel_is_tested_before_anything_is_published(story: Story) -> None:
    folder = story.repository.folder
    settings = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["cibuildwheel"]
    assert settings["test-groups"] == ["test"]
    assert "pytest" in settings["test-command"]
    assert story.runs["branch"].log.count("2 passed") == 1
    jobs = read_workflow((folder / WORKFLOW).read_text(encoding="utf-8"))["jobs"]
    assert jobs["publish-to-testpypi"]["needs"] == ["build", "build-wheels"]
    assert jobs["publish-to-pypi"]["needs"] == ["build", "build-wheels", "install-from-testpypi"], "it was chosen"


def test_wheels_are_built_as_the_sdist_is(story: Story) -> None:
    folder = story.repository.folder
    job = read_workflow((folder / WORKFLOW).read_text(encoding="utf-8"))["jobs"]["build-wheels"]
    settings = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["cibuildwheel"]
    assert (
        set(settings["linux"]["environment-pass"]) == set(job["env"]) == {"PIP_UPLOADED_PRIOR_TO", "SOURCE_DATE_EPOCH"}
    )
    epoch = git(folder, "log", "-1", "--format=%ct")
    assert f"SOURCE_DATE_EPOCH={epoch}" in story.runs["tag"].log.splitlines()
    assert re.search(r"^PIP_UPLOADED_PRIOR_TO=20\d\d-\d\d-\d\dT[\d:]{8}Z$", story.runs["tag"].log, re.MULTILINE)


def test_a_push_builds_on_one_machine_and_a_release_on_all(story: Story) -> None:
    assert machines(story, "branch") == {"ubuntu-latest"}
    assert machines(story, "tag") == set(RUNNERS)
    built = [line for line in story.runs["branch"].log.splitlines() if line.strip().startswith("CIBW_BUILD=")]
    assert [line.strip() for line in built] == ["CIBW_BUILD=cp3*-manylinux_x86_64"]


def machines(story: Story, push: str) -> set[str]:
    """Return the names of the machines that stored wheels in a run."""
    names = (path.name for path in (story.scratch / push / "artifacts").iterdir())
    return {name.removeprefix("python-package-distributions-") for name in names} - {"sdist"}


def test_a_compiled_package_that_exists_has_its_wheel_imported_and_tested(
    make: Make, template: Path, tmp_path: Path
) -> None:
    package = make(binary=True)
    for ours in (".copier-answers.yml", "RELEASING.md", ".github"):
        path = package / ours
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    pyproject = (package / "pyproject.toml").read_text(encoding="utf-8")
    (package / "pyproject.toml").write_text(pyproject.partition("\n")[2], encoding="utf-8")
    git(package, "tag", "v1.0.0", commit_all(package, "As it was"))
    done = copy(template, package, "-d", "github_owner=octo-org")
    assert done.returncode == 0, done.stderr
    commit_all(package, "Adopt the pipeline")
    git(package, "tag", "--force", "v1.0.0")
    tagged, stored = build_tag(package, "v1.0.0", tmp_path / "run", job="test-wheels")
    assert tagged.results == dict.fromkeys(["build", "build-wheels", "test-wheels"], "success"), tagged.log
    assert "import demo_package" in tagged.log.splitlines()
    assert stored == {Version("1.0.0"): BOTH}
    jobs = read_workflow((package / WORKFLOW).read_text(encoding="utf-8"))["jobs"]
    publishing = [job for name, job in jobs.items() if name.startswith("publish-to-")]
    assert [job["needs"] for job in publishing] == [["build", "build-wheels", "test-wheels"]] * 2


@pytest.mark.parametrize(
    ("platform", "build"),
    [*((platform, "") for platform in PLATFORMS), ("linux", "cp3*-manylinux_x86_64")],
    ids=[*(f"a release on {platform}" for platform in PLATFORMS), "a push"],
)
def test_cibuildwheel_accepts_the_settings_for_every_platform(story: Story, platform: str, build: str) -> None:
    for machine in PLATFORMS[platform][: 1 if build else None]:
        command = ["uvx", f"cibuildwheel=={CIBUILDWHEEL}", "--print-build-identifiers"]
        options = ["--platform", platform, "--archs", machine]
        identifiers = run(story.repository.folder, *command, *options, env={**os.environ, "CIBW_BUILD": build}).split()
        assert identifiers
        assert all(identifier.endswith(f"_{machine.lower()}") for identifier in identifiers)
        assert all("manylinux" in identifier for identifier in identifiers) is bool(build)


def test_the_stubs_give_the_compiled_part_its_types(story: Story, tmp_path: Path) -> None:
    python = tmp_path / "venv" / "bin" / "python"
    [wheel] = story.repository.pypi.folder.glob("*.whl")
    run(tmp_path, "uv", "venv", "--quiet", tmp_path / "venv")
    run(tmp_path, "uv", "pip", "install", "--quiet", "--python", python, "mypy", wheel)
    (tmp_path / "right.py").write_text("from demo_package import add\n\nadd(1, 2)\n", encoding="utf-8")
    (tmp_path / "wrong.py").write_text("from demo_package import add\n\nadd('1', 2)\n", encoding="utf-8")
    run(tmp_path, python, "-m", "mypy", "--strict", "right.py")
    wrong: list[str | Path] = [python, "-m", "mypy", "--strict", "wrong.py"]
    done = subprocess.run(wrong, cwd=tmp_path, capture_output=True, encoding="utf-8", check=False)
    assert "arg-type" in done.stdout
