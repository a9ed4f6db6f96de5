"""The generated workflow runs under act, and what it publishes lands on two real indexes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from packaging.version import Version

from tests.conftest import NAME, OWNER, WORKFLOW, Make, change, commit_all, git, run
from tests.runs.loopback_index import Index
from tests.runs.stories import BOTH, Story, story_of

pytestmark = pytest.mark.runs

TEST = "import warnings\n\n\ndef test_it() -> None:\n    warnings.warn('only a warning')\n    assert {}\n"


def tell_story_of_branches(story: Story) -> None:
    """Push the default branch twice, with a test that warns, and another branch whose commit is as far from the last tag."""
    folder = story.repository.folder
    first = commit_all(folder, "First")
    story.push("main", "refs/heads/main")
    (folder / "tests" / "test_warning.py").write_text(TEST.format(True), encoding="utf-8")
    commit_all(folder, "Second")
    story.push("main-again", "refs/heads/main")
    git(folder, "switch", "--quiet", "--create", "side", first)
    commit_all(folder, "Second, but on a side branch")
    story.push("side", "refs/heads/side")


@pytest.fixture(scope="module")
def story(make: Make, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """Three pushes of branches, a release whose commit has other tags too, a push after it, and a fork's."""
    folder = make()
    with story_of(folder, tmp_path_factory.mktemp("story")) as story:
        tell_story_of_branches(story)
        others = ["v0.9", "v1.0.0rc1", "docs-2024"]
        for tag in ("v1.0.0", *others):
            git(folder, "tag", tag)
        story.push("tag", "refs/tags/v1.0.0")
        git(folder, "tag", "--delete", *others)
        commit_all(folder, "After the release")
        story.push("after-release", "refs/heads/main")
        story.push("fork", "refs/heads/main", fork=True)
        yield story


def test_every_push_makes_a_new_version_that_testpypi_accepts(story: Story) -> None:
    assert story.repository.testpypi.versions == {
        Version("0.1.dev1"): BOTH,
        Version("0.1.dev2"): BOTH,
        Version("0.1.dev3"): BOTH,
        Version("1.0.0"): BOTH,
        Version("1.0.1.dev5"): BOTH,
    }


def test_only_a_tag_reaches_pypi_and_is_its_own_version_beside_other_tags(story: Story) -> None:
    assert story.repository.pypi.versions == {Version("1.0.0"): BOTH}


@pytest.mark.parametrize("push", ["main", "main-again", "side", "after-release"])
def test_a_push_of_a_branch_publishes_to_testpypi_alone(story: Story, push: str) -> None:
    jobs = ["build", "publish-to-testpypi", "install-from-testpypi"]
    assert story.runs[push].results == dict.fromkeys(jobs, "success"), story.runs[push].log


def test_a_tag_publishes_to_both_indexes_and_is_installed_from_both(story: Story) -> None:
    jobs = ["build", *(f"{job}-{index}" for job in ("publish-to", "install-from") for index in ("pypi", "testpypi"))]
    assert story.runs["tag"].results == dict.fromkeys(jobs, "success"), story.runs["tag"].log


def test_a_fork_builds_and_publishes_nothing(story: Story) -> None:
    assert story.runs["fork"].results == {"build": "success"}, story.runs["fork"].log


def test_both_indexes_got_the_same_bytes(story: Story) -> None:
    repository = story.repository
    assert repository.pypi.files
    for name in repository.pypi.files:
        assert (repository.pypi.folder / name).read_bytes() == (repository.testpypi.folder / name).read_bytes()


@pytest.mark.parametrize(
    ("push", "install"),
    [
        ("tag", f"pip install {NAME}==1.0.0"),
        ("main", f"pip install --index-url https://test.pypi.org/simple/ --no-deps {NAME}==0.1.dev1"),
    ],
)
def test_the_summary_shows_the_version_its_files_and_how_to_install_and_verify_it(
    story: Story, push: str, install: str
) -> None:
    lines = story.runs[push].summary.splitlines()
    assert lines[0] == f"## {install.split()[-1]}"
    stored = story.scratch / push / "artifacts" / "python-package-distributions"
    assert set(lines) >= {f"| `dist/{file.name}` | {file.stat().st_size} |" for file in stored.iterdir()}
    assert lines[lines.index("```sh") + 1] == install
    verify = f"pypi-attestations verify pypi --repository https://github.com/{OWNER}/{NAME} pypi:FILE"
    assert (verify in lines) is (push == "tag")
    assert "Registered as" not in story.runs[push].summary


def test_a_run_that_cannot_publish_shows_what_is_registered(story: Story) -> None:
    table = [line for line in story.runs["fork"].summary.splitlines() if line.startswith("| ")]
    rows = [[cell.strip(" `") for cell in row.strip("|").split("|")] for row in table]
    assert rows[-6:] == [
        ["Registered as", "PyPI", "TestPyPI"],
        ["Project Name", NAME, NAME],
        ["Owner", OWNER, OWNER],
        ["Repository name", NAME, NAME],
        ["Workflow name", Path(WORKFLOW).name, Path(WORKFLOW).name],
        ["Environment name", "pypi", "testpypi"],
    ]


@pytest.mark.parametrize(("index", "version"), [("pypi", "1.0.0"), ("testpypi", "0.1.dev3")])
def test_what_was_published_installs_and_imports(story: Story, tmp_path: Path, index: str, version: str) -> None:
    published: Index = getattr(story.repository, index)
    run(tmp_path, "uv", "venv", "--quiet", "--seed", tmp_path / "fresh")
    python = tmp_path / "fresh" / "bin" / "python"
    alone = os.environ | {"PIP_CONFIG_FILE": os.devnull, "PIP_FIND_LINKS": ""}
    run(tmp_path, python, "-m", "pip", "install", "--index-url", published.simple, f"{NAME}=={version}", env=alone)
    show = "import demo_package, importlib.metadata as m; print(demo_package.greeting(m.version('demo-package')))"
    assert run(tmp_path, python, "-c", show).strip() == f"Hello, {version}!"


def test_without_the_run_number_a_push_is_lost(story: Story, make: Make, tmp_path: Path) -> None:
    folder = make()
    change(folder, WORKFLOW, "distance=$GITHUB_RUN_NUMBER", "distance=1")
    before = story.repository.testpypi.files
    lost = replace(story.repository, folder=folder).push(
        "refs/heads/main", commit_all(folder, "First"), 9, tmp_path / "run"
    )
    assert lost.results["install-from-testpypi"] == "failure", lost.log
    assert "has other files of" in lost.log, lost.log
    assert story.repository.testpypi.files == before


def test_a_tag_that_differs_from_the_built_version_publishes_nothing(make: Make, tmp_path: Path) -> None:
    folder = make()
    pyproject = folder / "pyproject.toml"
    static = pyproject.read_text(encoding="utf-8").replace('dynamic = ["version"]', 'version = "1.2.3"')
    pyproject.write_text(static, encoding="utf-8")
    commit_all(folder, "A static version", tag="v1.3.0")
    with story_of(folder, tmp_path) as story:
        story.push("tag", "refs/tags/v1.3.0")
        tagged = story.runs["tag"]
        assert tagged.results == {"build": "failure"}, tagged.log
        [reason] = [
            line for line in tagged.log.splitlines() if "differ" in line and "v1.3.0" in line and "{" not in line
        ]
        assert "v1.3.0" in reason
        assert "1.2.3" in reason
        assert story.repository.pypi.files == story.repository.testpypi.files == []


def test_a_project_with_names_of_its_own_is_released(make: Make, tmp_path: Path) -> None:
    folder = make(tag_prefix="demo.x/v", pypi_environment="Ünï: #1 {a}", project_name="Demo.Name", import_name="other")
    git(folder, "tag", "v9.9", commit_all(folder, "Start"))
    git(folder, "tag", "demo.x/v1.2.3")
    with story_of(folder, tmp_path) as story:
        story.push("tag", "refs/tags/demo.x/v1.2.3")
        assert story.runs["tag"].results["publish-to-pypi"] == "success", story.runs["tag"].log
        assert story.repository.pypi.versions == {Version("1.2.3"): BOTH}


def test_a_test_that_warns_stops_nothing(story: Story) -> None:
    assert "only a warning" in story.runs["main-again"].log
    assert story.runs["main-again"].results["publish-to-testpypi"] == "success"


def test_a_failing_test_of_the_installed_wheel_publishes_nothing(make: Make, tmp_path: Path) -> None:
    folder = make()
    (folder / "tests" / "test_broken.py").write_text(TEST.format(False), encoding="utf-8")
    commit_all(folder, "A test that fails")
    with story_of(folder, tmp_path) as story:
        failed = story.push("fails", "refs/heads/main")
        assert failed.results == {"build": "failure"}, failed.log
        assert "1 failed" in failed.log
        assert story.repository.testpypi.files == []
