"""Three packages of one repository are released one by one: what each push starts, builds and publishes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from pyrelease.found.filters import passes_filter
from pyrelease.found.workflows import Workflow
from tests.conftest import commit_all, git, read_yaml
from tests.packages.conftest import PACKAGES, plan_in
from tests.runs.act import Repository, Run
from tests.runs.loopback_index import Index, loopback_index
from tools.workflows import read_workflow

pytestmark = pytest.mark.runs

PUBLISHED = ["publish-to-pypi", "publish-to-testpypi"]


def started(root: Path, kind: str, name: str, changed: list[str]) -> list[str]:
    """Return the file names of the workflows that GitHub starts for a push of a ref which changes these files.

    It looks at no paths where a tag is pushed.
    https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#onpushpull_requestpull_request_targetpathspaths-ignore
    """
    found = []
    for file in sorted((root / ".github" / "workflows").iterdir()):
        text = file.read_text(encoding="utf-8")
        paths = (read_workflow(text)["on"].get("push") or {}).get("paths")
        is_touched = kind == "tags" or paths is None or any(passes_filter(paths, path) for path in changed)
        if is_touched and Workflow(file.name, text).starts_for(kind, name):
            found.append(file.name)
    return found


def changed_files(root: Path) -> list[str]:
    """Return the files that the last commit has changed."""
    return git(root, "diff", "--name-only", "HEAD^", "HEAD").splitlines()


@dataclass
class Story:
    """What happened in the repository: the runs by the push and the workflow, and what the indexes hold."""

    root: Path
    scratch: Path
    pypi: Index
    testpypi: Index
    runs: dict[tuple[str, str], Run] = field(default_factory=dict)

    def push(self, title: str, ref: str, *, fork: bool = False) -> None:
        """Push the last commit as a ref, and run what that starts of the workflows that publish."""
        kind, name = ref.removeprefix("refs/").split("/", 1)
        kind = {"heads": "branches", "tags": "tags"}[kind]
        for workflow in started(self.root, kind, name, changed_files(self.root)):
            if not workflow.startswith("publish-"):
                continue
            repository = Repository(self.root, "octo-org/several", workflow, self.pypi, self.testpypi)
            number, commit = len(self.runs) + 1, git(self.root, "rev-parse", "HEAD")
            scratch = self.scratch / f"run-{number}"
            self.runs[title, workflow] = replace(repository, fork=fork).push(ref, commit, number, scratch)

    def results(self, title: str) -> dict[str, dict[str, str]]:
        """Return what became of each job, by the workflow, of all that a push has started."""
        return {workflow: run.results for (name, workflow), run in self.runs.items() if name == title}


@pytest.fixture(scope="module")
def story(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """In a workspace of uv: a push that changes one package, two tags on its commit, a third package's, a fork's push."""
    scratch = tmp_path_factory.mktemp("runs")
    root = Path(shutil.copytree(made, scratch / "several", symlinks=True))
    with loopback_index(scratch / "pypi") as pypi, loopback_index(scratch / "testpypi") as testpypi:
        story = Story(root, scratch, pypi, testpypi)
        (root / "pyproject.toml").write_text('[tool.uv.workspace]\nmembers = ["packages/*"]\n', encoding="utf-8")
        (root / "packages/one/src/one/more.py").touch()
        commit_all(root, "More of one")
        story.push("one is changed", "refs/heads/main")
        for tag in ("one-v1.2.0", "two-v3.0.0"):
            git(root, "tag", tag)
        story.push("one is tagged", "refs/tags/one-v1.2.0")
        story.push("two is tagged", "refs/tags/two-v3.0.0")
        git(root, "tag", "three-v0.1.0")
        story.push("three is tagged", "refs/tags/three-v0.1.0")
        (root / "packages/two/src/two/more.py").touch()
        commit_all(root, "More of two")
        story.push("a fork changes two", "refs/heads/main", fork=True)
        yield story


def succeeded(*jobs: str) -> dict[str, str]:
    """Return the results of jobs that have all succeeded."""
    return dict.fromkeys(jobs, "success")


def test_a_push_that_changes_one_package_publishes_that_one_alone(story: Story) -> None:
    wanted = succeeded("build", "publish-to-testpypi", "install-from-testpypi")
    assert story.results("one is changed") == {"publish-one.yml": wanted}, story.runs[
        "one is changed", "publish-one.yml"
    ].log


def test_two_tags_on_one_commit_are_two_releases(story: Story) -> None:
    indexes = [f"{job}-{index}" for job in ("publish-to", "install-from") for index in ("testpypi", "pypi")]
    for name in ("one", "two"):
        workflow = f"publish-{name}.yml"
        log = story.runs[f"{name} is tagged", workflow].log
        assert story.results(f"{name} is tagged") == {workflow: succeeded("build", *indexes)}, log


def test_a_compiled_package_is_released_in_its_folder(story: Story) -> None:
    [(workflow, results)] = story.results("three is tagged").items()
    assert workflow == "publish-three.yml"
    assert set(results.values()) == {"success"}, story.runs["three is tagged", workflow].log
    assert {"build-wheels", *PUBLISHED} <= results.keys()


def test_versions_never_mix(story: Story) -> None:
    releases = ["one-1.2.0", "three-0.1.0", "two-3.0.0"]
    assert sorted({named(file) for file in story.pypi.files}) == releases
    assert sorted({named(file) for file in story.testpypi.files}) == sorted(["one-0.1.dev1", *releases])


def named(file: str) -> str:
    """Return the name and the version that a distribution file's name begins with."""
    return "-".join(file.removesuffix(".tar.gz").split("-")[:2])


def test_a_fork_publishes_nothing(story: Story) -> None:
    assert story.results("a fork changes two") == {"publish-two.yml": {"build": "success"}}


@pytest.mark.parametrize("name", PACKAGES)
def test_a_push_of_a_branch_starts_what_its_files_belong_to(made: Path, name: str) -> None:
    own = [f"ci-{name}.yml", f"publish-{name}.yml"]
    assert started(made, "branches", "main", [f"packages/{name}/src/x.py"]) == own
    assert started(made, "branches", "main", [f".github/workflows/publish-{name}.yml"]) == [f"publish-{name}.yml"]
    assert started(made, "branches", "main", [f"packages/{name}-more/x.py", "README.md", f"x/packages/{name}/y"]) == []


@pytest.mark.parametrize("name", PACKAGES)
def test_a_tag_starts_its_own_package_whatever_it_changes(made: Path, name: str) -> None:
    assert started(made, "tags", plan_in(made, name).tags.example, ["README.md"]) == [f"publish-{name}.yml"]
    assert started(made, "tags", "v1.2.0", [f"packages/{name}/x.py"]) == []


def test_runs_of_two_packages_do_not_hold_each_other_up(made: Path) -> None:
    workflows = [read_yaml(file) for file in (made / ".github/workflows").iterdir()]
    assert len({workflow["name"] for workflow in workflows}) == len(workflows) == 2 * len(PACKAGES)
    assert all(workflow["concurrency"]["group"].startswith("${{ github.workflow }}-") for workflow in workflows)
