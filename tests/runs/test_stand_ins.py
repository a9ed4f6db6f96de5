"""What stands in for GitHub's actions and for a private index refuses what the real ones refuse."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from packaging.version import Version

from tests.conftest import WORKFLOW, commit_all, git, read_yaml, run
from tests.runs.act import STAND_INS, run_workflow
from tests.runs.loopback_devpi import loopback_devpi
from tests.runs.loopback_index import loopback_index

pytestmark = pytest.mark.runs

PRIVATE = "https://packages.example.org/octo/prod/"
NOWHERE = "http://127.0.0.1:9"
TESTPYPI = "https://test.pypi.org/legacy/"

PYPROJECT = """\
[build-system]
requires = ["setuptools>=77"]
build-backend = "setuptools.build_meta"

[project]
name = "demo-package"
version = "1.0"

[tool.setuptools]
py-modules = ["demo_package"]
"""

# A wheel for one platform, without a compiler.
PLATFORM = """
[tool.distutils.bdist_wheel]
plat-name = "linux-x86_64"
"""

TESTED = """
[dependency-groups]
test = ["packaging"]

[tool.cibuildwheel]
test-groups = ["test"]
test-command = "python -c 'import demo_package, packaging; print(demo_package.__file__)' && cat {project}/pyproject.toml"
"""

MATRIX = """\
on: push
jobs:
  wheels:
    strategy:
      fail-fast: false
      matrix:
        os: ${{ fromJSON(github.ref_type == 'tag' && '["macos-latest", "windows-11-arm"]' || '["ubuntu-latest"]') }}
    runs-on: ${{ matrix.os }}
    steps:
      - run: 'echo "$OS" >> "$SEEN"; [ "$TOKEN" = odd-Xy3 ] && [ "$OS" = "$GOOD" ]'
        env:
          OS: ${{ matrix.os }}
          TOKEN: ${{ secrets.TOKEN }}
"""


INSTALLING = """\
on: push
jobs:
  first:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/setup-python@v6
      - run: |
          if python3 -c "import build"; then exit 1; fi
          python3 -m pip install "build>=1,<2"
          python3 -m build --version
  second:
    needs: first
    runs-on: ubuntu-latest
    steps:
      - uses: actions/setup-python@v6
      - run: |
          if python3 -c "import build"; then exit 1; fi
          python3 -m pip install "build>=1,<2"
          pyproject-build --version
          if python3 -m pip install "no such requirement"; then exit 1; fi
          python3 -c "import packaging, sys; assert sys.prefix not in packaging.__file__"
          python3 -m pip install --upgrade --reinstall packaging
          python3 -c "import packaging, sys; assert sys.prefix in packaging.__file__"
"""


def use(
    action: str, folder: Path, inputs: dict[str, str], variables: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    """Use a stand-in in a folder as a job's step does, and return what it did."""
    described = read_yaml(STAND_INS / action / "action.yml")
    assert inputs.keys() <= described["inputs"].keys()
    given = {name: setting["default"] for name, setting in described["inputs"].items()} | inputs
    [step] = described["runs"]["steps"]
    own = {name: given[value.split("inputs.")[1].split()[0]] for name, value in step["env"].items()}
    known = {"TESTS_PYTHON": sys.executable, "GITHUB_ACTION_PATH": str(STAND_INS / action)}
    return subprocess.run(
        ["bash", "-e", "-c", step["run"]],
        cwd=folder,
        env=os.environ | known | own | variables,
        capture_output=True,
        encoding="utf-8",
        timeout=240,
        check=False,
    )


def write_project(folder: Path, settings: str = "") -> Path:
    """Write a project with one module into a folder, and return the folder."""
    (folder / "pyproject.toml").write_text(PYPROJECT + settings, encoding="utf-8")
    (folder / "demo_package.py").touch()
    return folder


def build(folder: Path, kind: str) -> Path:
    """Build the `sdist` or `wheel` of the project in a folder, and return its file."""
    run(folder, "uv", "build", "--quiet", "--no-create-gitignore", f"--{kind}")
    [built] = (folder / "dist").iterdir()
    return built


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel, alone in its folder."""
    return build(write_project(tmp_path_factory.mktemp("wheel")), "wheel")


@pytest.mark.parametrize(
    ("inputs", "reason"),
    [
        ({"password": "pypi-other"}, "403 Invalid or non-existent authentication information"),
        ({"password": "pypi-right", "user": "octo"}, "403 Invalid or non-existent authentication information"),
        ({"password": "pypi-right", "attestations": "true"}, "attestations need Trusted Publishing"),
        ({"password": "any", "repository-url": PRIVATE, "skip-existing": "true"}, "skip-existing is not for this"),
    ],
)
def test_publishing_with_a_password_is_refused_as_the_index_or_twine_would(
    tmp_path: Path, inputs: dict[str, str], reason: str
) -> None:
    (tmp_path / "dist").mkdir()
    settings = {"repository-url": TESTPYPI, "attestations": "false"} | inputs
    variables = {"EXPECTED_TOKEN": "pypi-right", "TESTPYPI_ADDRESS": NOWHERE, "INDEX_ADDRESS": NOWHERE}
    done = use("gh-action-pypi-publish", tmp_path, settings, variables)
    assert done.returncode
    assert reason in done.stderr


def test_testpypi_takes_its_token_and_skips_what_it_has(wheel: Path, tmp_path: Path) -> None:
    settings = {"password": "pypi-right", "repository-url": TESTPYPI, "attestations": "false", "skip-existing": "true"}
    with loopback_index(tmp_path / "testpypi") as testpypi:
        variables = {"EXPECTED_TOKEN": "pypi-right", "TESTPYPI_ADDRESS": testpypi.address}
        for _ in range(2):
            done = use("gh-action-pypi-publish", wheel.parent.parent, settings, variables)
            assert done.returncode == 0, done.stdout + done.stderr
        assert testpypi.files == [wheel.name]


def test_a_private_index_takes_files_for_its_password_alone_and_gives_them_to_pip(wheel: Path, tmp_path: Path) -> None:
    with loopback_devpi(tmp_path / "devpi") as devpi:
        settings = {"user": devpi.user, "repository-url": PRIVATE, "attestations": "false"}
        address = {"INDEX_ADDRESS": devpi.address}
        wrong = use("gh-action-pypi-publish", wheel.parent.parent, settings | {"password": "wrong"}, address)
        assert wrong.returncode
        assert "Unauthorized" in wrong.stdout
        assert devpi.files == []
        right = use("gh-action-pypi-publish", wheel.parent.parent, settings | {"password": devpi.password}, address)
        assert right.returncode == 0, right.stdout + right.stderr
        assert devpi.versions == {Version("1.0"): ["wheel"]}
        alone = os.environ | {"PIP_CONFIG_FILE": os.devnull, "PIP_FIND_LINKS": ""}
        options = ["--index-url", devpi.simple, "--target", str(tmp_path / "installed")]
        run(tmp_path, sys.executable, "-m", "pip", "install", *options, "demo-package==1.0", env=alone)
    assert (tmp_path / "installed" / "demo_package.py").is_file()


@pytest.mark.parametrize(
    ("inputs", "files"),
    [
        ({"name": "wheels-one"}, ["a.whl"]),
        ({"pattern": "wheels-*", "merge-multiple": "true"}, ["a.whl", "b.whl"]),
        ({"pattern": "wheels-*"}, ["wheels-one/a.whl", "wheels-two/b.whl"]),
        ({}, ["source/c.tar.gz", "wheels-one/a.whl", "wheels-two/b.whl"]),
        ({"pattern": "none-*", "merge-multiple": "true"}, []),
    ],
)
def test_artifacts_are_downloaded_by_name_or_by_pattern(
    tmp_path: Path, inputs: dict[str, str], files: list[str]
) -> None:
    stored = tmp_path / "stored"
    for name in ("wheels-one/a.whl", "wheels-two/b.whl", "source/c.tar.gz"):
        (stored / name).parent.mkdir(parents=True)
        (stored / name).touch()
    done = use("download-artifact", tmp_path, inputs | {"path": "a folder"}, {"ARTIFACTS": str(stored)})
    assert done.returncode == 0, done.stdout + done.stderr
    folder = tmp_path / "a folder"
    assert sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()) == files


def test_an_artifact_that_is_missing_is_an_error(tmp_path: Path) -> None:
    done = use("download-artifact", tmp_path, {"name": "dist"}, {"ARTIFACTS": str(tmp_path / "stored")})
    assert done.returncode
    assert "Artifact not found for name: dist" in done.stdout


def test_a_wheel_is_built_from_a_source_distribution_and_tested_installed(tmp_path: Path) -> None:
    source = build(write_project(tmp_path, PLATFORM + TESTED), "sdist")
    done = use(
        "cibuildwheel",
        tmp_path,
        {"package-dir": f"dist/{source.name}"},
        {"CIBW_BUILD": "cp311-*", "ARTIFACTS": str(tmp_path / "artifacts")},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    [wheel] = (tmp_path / "wheelhouse").iterdir()
    assert wheel.name == "demo_package-1.0-py3-none-manylinux_2_28_x86_64.whl"
    assert "CIBW_BUILD=cp311-*" in done.stdout
    assert 'name = "demo-package"' in done.stdout
    assert "/environment/lib/" in done.stdout


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        (TESTED, "a pure Python wheel was generated"),
        (PLATFORM + TESTED.replace("cat", "! cat"), 'name = "demo-package"'),
    ],
)
def test_a_pure_wheel_or_a_failing_test_leaves_no_wheel(tmp_path: Path, settings: str, reason: str) -> None:
    done = use("cibuildwheel", write_project(tmp_path, settings), {}, {"ARTIFACTS": str(tmp_path / "artifacts")})
    assert done.returncode
    assert reason in done.stdout + done.stderr
    assert not (tmp_path / "wheelhouse").exists()


@pytest.mark.parametrize(
    ("ref", "good", "result"),
    [
        ("refs/heads/main", "ubuntu-latest", "success"),
        ("refs/tags/v1.0", "windows-11-arm", "failure"),
    ],
)
def test_a_job_runs_on_each_machine_of_its_matrix_and_fails_if_one_fails(
    tmp_path: Path, ref: str, good: str, result: str
) -> None:
    (tmp_path / "project" / ".github" / "workflows").mkdir(parents=True)
    (tmp_path / "project" / ".github" / "workflows" / "matrix.yml").write_text(MATRIX, encoding="utf-8")
    git(tmp_path / "project", "init", "--quiet")
    commit_all(tmp_path / "project", "First")
    event, variables = {"ref": ref}, {"GOOD": good, "SEEN": tmp_path / "seen"}
    secrets = {"TOKEN": "odd-Xy3"}
    done = run_workflow(tmp_path / "project", "matrix.yml", "push", event, variables, tmp_path / "run", secrets)
    assert done.results == {"wheels": result}
    machines = set((tmp_path / "seen").read_text(encoding="utf-8").split())
    assert machines == ({"ubuntu-latest"} if "heads" in ref else {"macos-latest", "windows-11-arm"})
    assert "odd-Xy3" not in done.log


def test_a_job_has_what_it_installs_and_nothing_that_another_has(tmp_path: Path) -> None:
    (tmp_path / "project" / ".github" / "workflows").mkdir(parents=True)
    (tmp_path / "project" / ".github" / "workflows" / "installing.yml").write_text(INSTALLING, encoding="utf-8")
    git(tmp_path / "project", "init", "--quiet")
    commit_all(tmp_path / "project", "First")
    event = {"ref": "refs/heads/main"}
    done = run_workflow(tmp_path / "project", "installing.yml", "push", event, {}, tmp_path / "run")
    assert done.results == {"first": "success", "second": "success"}, done.log


@pytest.mark.parametrize(
    ("missing", "reason"), [("permissions", "no id-token: write"), ("environment", "invalid-publisher")]
)
def test_the_publish_action_refuses_a_job_that_the_index_would_refuse(
    project: Path, tmp_path: Path, missing: str, reason: str
) -> None:
    workflow = read_yaml(project / WORKFLOW)
    del workflow["jobs"]["publish-to-pypi"][missing]
    (tmp_path / "release.yml").write_text(yaml.safe_dump(workflow), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, STAND_INS / "gh-action-pypi-publish" / "publish.py"],
        env=os.environ | {"WORKFLOW": str(tmp_path / "release.yml"), "GITHUB_JOB": "publish-to-pypi"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode
    assert reason in done.stderr
