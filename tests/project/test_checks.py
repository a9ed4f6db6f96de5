"""A generated project is clean in the eyes of every tool that its maintainers, PyPI and GitHub look at it with."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import tarfile
import tomllib
import zipfile
from email.message import Message
from email.parser import Parser
from pathlib import Path

import pytest
from packaging.version import Version

from tests.conftest import (
    NAME,
    OWNER,
    ROOT,
    WORKFLOW,
    ZIZMOR,
    Make,
    change,
    commit_all,
    content_of,
    git,
    plan_of,
    read_yaml,
    run,
)

LICENSES = list(read_yaml(ROOT / "copier.yml")["license"]["choices"].values())

REPO_REVIEW_MAY_IGNORE = {"PY004", "PC160", "PC170", "PC180"}


@pytest.fixture(scope="module")
def fresh(make: Make) -> Path:
    """A project that the tools may leave their caches in."""
    return make()


def test_a_project_has_the_files_of_its_plan_and_no_other(published_project: Path) -> None:
    plan = plan_of(published_project)
    assert ".github/workflows/update-notices.yml" in plan.files
    assert sorted(content_of(published_project)) == sorted(plan.files)


@pytest.mark.parametrize(
    "command",
    [
        [*ZIZMOR, "."],
        ["actionlint"],
        ["check-jsonschema", "--builtin-schema", "vendor.dependabot", ".github/dependabot.yml"],
        ["validate-pyproject", "pyproject.toml"],
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "."],
        ["mypy"],
    ],
    ids=" ".join,
)
def test_a_tool_finds_nothing(fresh: Path, command: list[str]) -> None:
    run(fresh, *command)


def test_workflows_follow_the_schema(project: Path) -> None:
    workflows = sorted((project / ".github" / "workflows").iterdir())
    run(project, "check-jsonschema", "--builtin-schema", "vendor.github-workflows", *workflows)


def test_repo_review_fails_nothing_and_ignores_only_what_has_a_reason(project: Path) -> None:
    report = json.loads(run(project, "repo-review", "--format", "json", "."))
    failed = {name: check for name, check in report["checks"].items() if check["result"] is False}
    assert not failed
    ignored = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["repo-review"]["ignore"]
    assert set(ignored) <= REPO_REVIEW_MAY_IGNORE
    assert all(ignored.values())


def test_the_hooks_that_mend_files_find_nothing_to_mend(make: Make) -> None:
    folder = make(license="LGPL-3.0-or-later")
    files = [name for name in content_of(folder) if not name.endswith("py.typed")]
    run(folder, "trailing-whitespace-fixer", *files)
    run(folder, "end-of-file-fixer", *files)


def test_every_hook_is_pinned_to_a_release(project: Path) -> None:
    config = read_yaml(project / ".pre-commit-config.yaml")
    hooks = {hook["id"] for repository in config["repos"] for hook in repository["hooks"]}
    needed = {"ruff-check", "ruff-format", "mypy", "zizmor", "actionlint", "check-github-workflows", "check-dependabot"}
    assert needed <= hooks
    [zizmor] = [hook for repository in config["repos"] for hook in repository["hooks"] if hook["id"] == "zizmor"]
    assert zizmor["args"] == ["--persona=auditor"]
    for repository in config["repos"]:
        assert re.fullmatch(r"v?\d+\.\d+\.\d+", repository["rev"]), repository["repo"]


def test_ci_tests_every_python_on_linux_and_the_newest_elsewhere(make: Make) -> None:
    folder = make(python_min="3.13")
    job = read_yaml(folder / ".github" / "workflows" / "ci.yml")["jobs"]["test"]
    assert job["defaults"]["run"]["shell"] == "bash"  # PowerShell goes on after a command that fails
    matrix = job["strategy"]["matrix"]
    assert (matrix["os"], matrix["python"]) == (["ubuntu-latest"], ["3.13", "3.14", "3.15"])
    newest = matrix["python"][-1]
    assert matrix["include"] == [{"os": os, "python": newest} for os in ("macos-latest", "windows-latest")]
    metadata = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))
    assert metadata["project"]["requires-python"] == ">=3.13"
    assert metadata["tool"]["mypy"]["python_version"] == "3.13"
    classifiers = [name for name in metadata["project"]["classifiers"] if re.search(r"Python :: 3\.", name)]
    assert classifiers == [f"Programming Language :: Python :: {version}" for version in matrix["python"]]


def test_dependabot_moves_actions_hooks_and_floors_in_groups_after_a_week(project: Path) -> None:
    updates = read_yaml(project / ".github" / "dependabot.yml")["updates"]
    assert [update["package-ecosystem"] for update in updates] == ["github-actions", "pre-commit", "pip"]
    assert all(update["groups"] and update["cooldown"]["default-days"] >= 7 for update in updates)
    assert updates[-1]["versioning-strategy"] == "increase-if-necessary"


def build(folder: Path, output: Path) -> tuple[Path, Path]:
    """Build a project's sdist and wheel with the guide's tool, and return them."""
    run(folder, sys.executable, "-m", "build", "--no-isolation", "--outdir", output)
    [sdist], [wheel] = output.glob("*.tar.gz"), output.glob("*.whl")
    return sdist, wheel


def metadata_of(wheel: Path) -> Message:
    """Return the metadata in a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        [name] = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        return Parser().parsestr(archive.read(name).decode())


@pytest.fixture(scope="module")
def licensed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the files of each licence are built; all are checked at once, since a tool takes long to start."""
    return tmp_path_factory.mktemp("licensed")


@pytest.mark.parametrize(
    ("license", "build_backend"),
    [*((license, "hatchling") for license in LICENSES), ("LGPL-3.0-or-later", "setuptools")],
)
def test_a_license_is_in_the_metadata_and_in_both_files(
    make: Make, licensed: Path, license: str, build_backend: str
) -> None:
    folder = make(license=license, build_backend=build_backend, author_name="Ada King", created_on="2031-02-03")
    sdist, wheel = build(folder, licensed / f"{license}-{build_backend}")
    texts = ["LICENSE", "LICENSE.GPL"] if license == "LGPL-3.0-or-later" else ["LICENSE"]
    metadata = metadata_of(wheel)
    assert metadata["License-Expression"] == license
    assert metadata.get_all("License-File") == texts
    with tarfile.open(sdist) as archive:
        root = archive.getnames()[0].split("/")[0]
        for text in texts:
            stored = archive.extractfile(f"{root}/{text}")
            assert stored
            assert stored.read() == (folder / text).read_bytes()
    with zipfile.ZipFile(wheel) as archive:
        inside = {Path(name).name for name in archive.namelist() if "/licenses/" in name}
    assert inside == set(texts)


def test_the_files_of_every_license_pass_the_checks_of_the_index(licensed: Path) -> None:
    wheels, sdists = sorted(licensed.glob("*/*.whl")), sorted(licensed.glob("*/*.tar.gz"))
    assert len(wheels) == len(sdists) == len(LICENSES) + 1
    run(licensed, "twine", "check", "--strict", *sdists, *wheels)
    run(licensed, "check-wheel-contents", *wheels)


@pytest.mark.parametrize("license", ["MIT", "BSD-3-Clause", "ISC", "LicenseRef-Proprietary"])
def test_a_license_that_names_its_holder_names_year_and_author(make: Make, license: str) -> None:
    folder = make(license=license, author_name="Ada King", created_on="2031-02-03")
    assert "Copyright (c) 2031 Ada King" in (folder / "LICENSE").read_text(encoding="utf-8").splitlines()


def test_the_metadata_comes_from_the_answers(make: Make, tmp_path: Path) -> None:
    folder = make(project_description="Reads things", author_name="Ada King", author_email="ada@example.org")
    metadata = metadata_of(build(folder, tmp_path / "dist")[1])
    address = f"https://github.com/{OWNER}/{NAME}"
    assert metadata["Name"] == NAME
    assert metadata["Summary"] == "Reads things"
    assert metadata["Author-email"] == "Ada King <ada@example.org>"
    assert metadata["Requires-Python"] == ">=3.11"
    urls = dict(url.split(", ") for url in metadata.get_all("Project-URL") or [])
    assert urls["Repository"] == address
    assert all(url.startswith(address) for url in urls.values())


def test_answers_with_every_quote_come_back_from_the_files_and_the_wheel(make: Make, tmp_path: Path) -> None:
    answers = {
        "project_description": """Reads "CSV": 100% of C:\\temp\\new # fast {{ x }} {% y %} ${{ z }} `id` 'é' 👩‍🚀""",
        "author_name": """Renée "Ada" O'Brien \\ #1: {x}""",
        "author_email": "renee+x@example.org",
        "pypi_environment": "Ünï: #1 {a} - yes",
        "testpypi_environment": "no",
    }
    folder = make(**answers)
    stored = read_yaml(folder / ".copier-answers.yml")
    assert {name: stored[name] for name in answers} == answers
    project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["description"] == answers["project_description"]
    assert project["authors"] == [{"name": answers["author_name"], "email": answers["author_email"]}]
    workflow = read_yaml(folder / WORKFLOW)
    for index in ("pypi", "testpypi"):
        assert workflow["jobs"][f"publish-to-{index}"]["environment"]["name"] == answers[f"{index}_environment"]
    metadata = metadata_of(build(folder, tmp_path / "dist")[1])
    assert metadata["Summary"] == answers["project_description"]
    run(folder, "actionlint")


@pytest.mark.parametrize("name", ["publish-helper-for-" + "scientists-" * 4 + "x", "test-version"])
def test_a_name_of_any_length_passes_its_own_checks(make: Make, name: str) -> None:
    folder = make(project_name=name)
    run(folder, "ruff", "check", ".")
    run(folder, "ruff", "format", "--check", ".")
    run(folder, "mypy")


@pytest.mark.parametrize("build_backend", ["hatchling", "setuptools"])
def test_a_project_in_a_folder_of_a_repository_takes_its_version_as_releasing_says(
    make: Make, tmp_path: Path, build_backend: str
) -> None:
    made = make(build_backend=build_backend)
    shutil.rmtree(made / ".git")
    folder = tmp_path / "repository" / "packages" / "demo"
    shutil.copytree(made, folder)
    releasing = (folder / "RELEASING.md").read_text(encoding="utf-8")
    [(table, setting)] = re.findall(r"add to `(\[tool\..*\])`:\n *`(.* = true)`", releasing)
    change(folder, "pyproject.toml", f"\n{table}\n", f"\n{table}\n{setting}\n")
    git(tmp_path / "repository", "init", "--quiet")
    commit_all(tmp_path / "repository", "Start", tag="v1.2.3")
    assert metadata_of(build(folder, tmp_path / "dist")[1])["Version"] == "1.2.3"


@pytest.mark.parametrize("state", ["no git", "no commit", "no tag", "tag"])
@pytest.mark.parametrize("build_backend", ["hatchling", "setuptools"])
def test_it_builds_at_every_stage_of_a_repository(make: Make, tmp_path: Path, state: str, build_backend: str) -> None:
    folder = make(build_backend=build_backend)
    if state == "no git":
        shutil.rmtree(folder / ".git")
    if state in {"no tag", "tag"}:
        commit_all(folder, "Start")
    if state == "tag":
        git(folder, "tag", "docs-9.9")
        git(folder, "tag", "v2.0/not-a-release")
        git(folder, "tag", "v1.2.3")
    version = Version(metadata_of(build(folder, tmp_path / "dist")[1])["Version"])
    expected = {"no git": "0.0", "no commit": "0.1.dev0", "no tag": "0.1.dev1", "tag": "1.2.3"}
    assert version.public == expected[state]


@pytest.mark.parametrize("route", [{"build_backend": "hatchling"}, {"build_backend": "setuptools"}, {"binary": True}])
def test_it_builds_with_the_oldest_tools_that_it_allows(make: Make, tmp_path: Path, route: dict[str, object]) -> None:
    folder = make(**route)
    commit_all(folder, "Start")
    requires = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]["requires"]
    floors = [requirement.split(",")[0].replace(">=", "==") for requirement in requires]
    python = tmp_path / "old" / "bin" / "python"
    run(folder, "uv", "venv", "--quiet", tmp_path / "old")
    run(folder, "uv", "pip", "install", "--quiet", "--python", python, "build", "cmake", "ninja", *floors)
    push = {"SETUPTOOLS_SCM_PRETEND_METADATA": '{distance=7,node="",dirty=false}'}
    run(folder, python, "-m", "build", "--no-isolation", "--outdir", tmp_path / "dist", env=os.environ | push)
    [wheel] = (tmp_path / "dist").glob("*.whl")
    assert metadata_of(wheel)["Version"] == "0.1.dev7"


def test_the_projects_own_tests_pass(make: Make, tmp_path: Path) -> None:
    folder = make(project_name="Cool.Name_2", import_name="other_name")
    python = tmp_path / "venv" / "bin" / "python"
    run(folder, "uv", "venv", "--quiet", tmp_path / "venv")
    run(folder, "uv", "pip", "install", "--quiet", "--python", python, "--group", "test", "--editable", ".")
    run(folder, python, "-m", "coverage", "run", "-m", "pytest")
    run(folder, python, "-m", "coverage", "report", "--fail-under=100")


def test_no_placeholder_is_left(make: Make) -> None:
    folder = make(pypi_environment="release", testpypi_environment="rehearsal", tag_prefix="demo/v")
    placeholder = re.compile(
        r"(?<!\?P)<[a-z][a-z -]*>|(?<!\$)\{\{|\{%|%\}|\byour[-_]|\bTODO\b|example\.(?:com|org)|\bFIXME\b",
        re.IGNORECASE,
    )
    for name in content_of(folder):
        for line in (folder / name).read_text(encoding="utf-8").splitlines():
            assert name == "LICENSE" or not placeholder.search(line), f"{name}: {line}"
