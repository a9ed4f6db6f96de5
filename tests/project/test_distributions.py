"""What a project builds: its sdist and its wheel, at every stage of a repository, with every licence, and with old tools."""

from __future__ import annotations

import os
import re
import shutil
import sys
import tarfile
import tomllib
import zipfile
from dataclasses import dataclass
from email.message import Message
from email.parser import Parser
from itertools import product
from pathlib import Path

import pytest
from packaging.version import Version

from tests.conftest import NAME, OWNER, ROOT, WORKFLOW, Make, change, commit_all, git, read_yaml, run

LICENSES = list(read_yaml(ROOT / "copier.yml")["license"]["choices"].values())

LGPL = "LGPL-3.0-or-later"
"""The one licence whose text is in two files."""


BUILD = "import sys; from tools.distributions import build_all; build_all(sys.argv[1:])"


def build(*projects: Path) -> list[tuple[Path, Path]]:
    """Build the sdist and the wheel of each of these projects, and return both."""
    run(ROOT, sys.executable, "-c", BUILD, *projects)
    found = [(*(project / "dist").glob("*.tar.gz"), *(project / "dist").glob("*.whl")) for project in projects]
    return [(sdist, wheel) for sdist, wheel in found]


def metadata_of(wheel: Path) -> Message:
    """Return the metadata in a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        [name] = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        return Parser().parsestr(archive.read(name).decode())


@dataclass(frozen=True)
class Licensed:
    """A project of a licence, and what it builds."""

    project: Path
    sdist: Path
    wheel: Path


@pytest.fixture(scope="module")
def licensed(make: Make) -> dict[tuple[str, str], Licensed]:
    """A project of each licence, and of the one with two texts with each build backend; all are built at once."""
    kinds = [*((license, "hatchling") for license in LICENSES), (LGPL, "setuptools")]
    given = {"author_name": "Ada King", "created_on": "2031-02-03"}
    made = [make(license=license, build_backend=backend, **given) for license, backend in kinds]
    built = build(*made)
    return {kind: Licensed(project, *files) for kind, project, files in zip(kinds, made, built, strict=True)}


@pytest.mark.parametrize(
    ("license", "build_backend"), [*((license, "hatchling") for license in LICENSES), (LGPL, "setuptools")]
)
def test_a_license_is_in_the_metadata_and_in_both_files(
    licensed: dict[tuple[str, str], Licensed], license: str, build_backend: str
) -> None:
    of = licensed[license, build_backend]
    texts = ["LICENSE", "LICENSE.GPL"] if license == LGPL else ["LICENSE"]
    metadata = metadata_of(of.wheel)
    assert metadata["License-Expression"] == license
    assert metadata.get_all("License-File") == texts
    with tarfile.open(of.sdist) as archive:
        root = archive.getnames()[0].split("/")[0]
        for text in texts:
            stored = archive.extractfile(f"{root}/{text}")
            assert stored
            assert stored.read() == (of.project / text).read_bytes()
    with zipfile.ZipFile(of.wheel) as archive:
        inside = {Path(name).name for name in archive.namelist() if "/licenses/" in name}
    assert inside == set(texts)


def test_the_files_of_every_license_pass_the_checks_of_the_index(licensed: dict[tuple[str, str], Licensed]) -> None:
    files = [file for of in licensed.values() for file in (of.sdist, of.wheel)]
    run(ROOT, "twine", "check", "--strict", *files)
    run(ROOT, "check-wheel-contents", *(of.wheel for of in licensed.values()))


@pytest.mark.parametrize("license", ["MIT", "BSD-3-Clause", "ISC", "LicenseRef-Proprietary"])
def test_a_license_that_names_its_holder_names_year_and_author(make: Make, license: str) -> None:
    folder = make(license=license, author_name="Ada King", created_on="2031-02-03")
    assert "Copyright (c) 2031 Ada King" in (folder / "LICENSE").read_text(encoding="utf-8").splitlines()


def test_the_metadata_comes_from_the_answers(make: Make) -> None:
    folder = make(project_description="Reads things", author_name="Ada King", author_email="ada@example.org")
    [(_, wheel)] = build(folder)
    metadata = metadata_of(wheel)
    address = f"https://github.com/{OWNER}/{NAME}"
    assert metadata["Name"] == NAME
    assert metadata["Summary"] == "Reads things"
    assert metadata["Author-email"] == "Ada King <ada@example.org>"
    assert metadata["Requires-Python"] == ">=3.11"
    urls = dict(url.split(", ") for url in metadata.get_all("Project-URL") or [])
    assert urls["Repository"] == address
    assert all(url.startswith(address) for url in urls.values())


def test_answers_with_every_quote_come_back_from_the_files_and_the_wheel(make: Make) -> None:
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
    [(_, wheel)] = build(folder)
    metadata = metadata_of(wheel)
    assert metadata["Summary"] == answers["project_description"]
    run(folder, "actionlint")


@pytest.mark.parametrize("build_backend", ["hatchling", "setuptools"])
def test_a_project_in_a_folder_of_a_repository_takes_its_version_as_the_page_says(
    make: Make, tmp_path: Path, build_backend: str
) -> None:
    made = make(build_backend=build_backend)
    shutil.rmtree(made / ".git")
    folder = tmp_path / "repository" / "packages" / "demo"
    shutil.copytree(made, folder)
    page = (ROOT / "docs" / "folder-of-a-repository.md").read_text(encoding="utf-8")
    tables = re.findall(r"```toml\n *(\[.*\])\n *(.* = true)\n", page)
    [(table, setting)] = [
        found for found in tables if f"\n{found[0]}\n" in (folder / "pyproject.toml").read_text("utf-8")
    ]
    change(folder, "pyproject.toml", f"\n{table}\n", f"\n{table}\n{setting}\n")
    git(tmp_path / "repository", "init", "--quiet")
    commit_all(tmp_path / "repository", "Start", tag="v1.2.3")
    [(_, wheel)] = build(folder)
    assert metadata_of(wheel)["Version"] == "1.2.3"


STAGES = {"no commit": "0.1.dev0", "no tag": "0.1.dev1", "tag": "1.2.3"}
"""The stages of a repository, and the version that a project has then."""


@pytest.fixture(scope="module")
def staged(make: Make) -> dict[tuple[str, str], Path]:
    """The wheel of a project of each build backend at each stage; all are built at once."""
    kinds = [*product(["hatchling", "setuptools"], STAGES)]
    projects = [at_stage(make(build_backend=backend), stage) for backend, stage in kinds]
    return {kind: wheel for kind, (_, wheel) in zip(kinds, build(*projects), strict=True)}


def at_stage(project: Path, stage: str) -> Path:
    """Bring a project that has just been made to a stage, and return it."""
    if stage in {"no tag", "tag"}:
        commit_all(project, "Start")
    if stage == "tag":
        for tag in ("docs-9.9", "v2.0/not-a-release", "v1.2.3"):
            git(project, "tag", tag)
    return project


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("build_backend", ["hatchling", "setuptools"])
def test_it_builds_at_every_stage_of_a_repository(
    staged: dict[tuple[str, str], Path], stage: str, build_backend: str
) -> None:
    assert Version(metadata_of(staged[build_backend, stage])["Version"]).public == STAGES[stage]


ROUTES: dict[str, dict[str, object]] = {
    "hatchling": {},
    "setuptools": {"build_backend": "setuptools"},
    "scikit-build-core": {"binary": True},
}
"""The answers that give a new package each of its build backends."""

WITHOUT_TAGS: dict[str, dict[str, object]] = {**ROUTES, "no prefix": {"tag_prefix": ""}}
"""The same, and tags that are a bare version, as which an archive's `0.0` would pass."""


@pytest.fixture(scope="module")
def released(make: Make) -> dict[str, Path]:
    """A project of each build backend, at the commit of a release."""
    projects = {name: make(**route) for name, route in ROUTES.items()}
    for project in projects.values():
        commit_all(project, "Start", tag="v1.2.3")
    return projects


def unpacked(project: Path, folder: Path, commit: str = "v1.2.3") -> Path:
    """Return the tree that `git archive` makes of a project's commit, as GitHub's "Source code" has it."""
    folder.mkdir()
    git(project, "archive", f"--output={folder}.tar", commit)
    with tarfile.open(f"{folder}.tar") as archive:
        archive.extractall(folder, filter="data")
    return folder


def sdist_of(project: Path, folder: Path) -> Path:
    """Build the sdist of a project into a folder, as the workflow does; `RuntimeError` with what is printed if it fails."""
    run(project, "uv", "build", "--sdist", "--out-dir", folder)
    [sdist] = folder.glob("*.tar.gz")
    return sdist


@pytest.mark.parametrize("backend", ROUTES)
def test_an_archive_of_a_tag_builds_the_tags_version(released: dict[str, Path], tmp_path: Path, backend: str) -> None:
    tree = unpacked(released[backend], tmp_path / "tree")
    assert sdist_of(tree, tmp_path / "dist").name == "demo_package-1.2.3.tar.gz"


@pytest.mark.parametrize("route", WITHOUT_TAGS)
@pytest.mark.parametrize("kind", ["archive without tags", "copy without git"])
def test_a_tree_whose_version_nobody_knows_is_not_built(make: Make, tmp_path: Path, route: str, kind: str) -> None:
    project = make(**WITHOUT_TAGS[route])
    commit_all(project, "Start")
    if kind == "copy without git":
        tree = Path(shutil.copytree(project, tmp_path / "tree", ignore=shutil.ignore_patterns(".git")))
    else:
        tree = unpacked(project, tmp_path / "tree", "HEAD")
    with pytest.raises(RuntimeError, match=r"unable to detect version|no version found"):
        sdist_of(tree, tmp_path / "dist")


@pytest.mark.parametrize("backend", ROUTES)
def test_an_sdist_holds_what_a_build_and_a_test_need_and_nothing_else(
    released: dict[str, Path], tmp_path: Path, backend: str
) -> None:
    (released[backend] / "docs").mkdir(exist_ok=True)
    (released[backend] / "docs" / "index.md").write_text("# Demo\n", encoding="utf-8")
    git(released[backend], "add", "docs")
    with tarfile.open(sdist_of(released[backend], tmp_path)) as archive:
        found = {member.name.partition("/")[2] for member in archive if member.isfile()}
    tracked = git(released[backend], "ls-files", "src", "tests").splitlines()
    written = {name for name in found if ".egg-info/" in name} | {"setup.cfg", ".gitignore"}
    needed = {*tracked, "pyproject.toml", "README.md", "LICENSE", "PKG-INFO"}
    assert found - written == needed | ({"CMakeLists.txt"} if backend == "scikit-build-core" else set())


@pytest.mark.parametrize("backend", ["hatchling", "setuptools"])
def test_a_commit_makes_the_same_bytes_again(released: dict[str, Path], tmp_path: Path, backend: str) -> None:
    made = []
    for number in range(2):
        clone = tmp_path / f"clone-{number}"
        git(tmp_path, "clone", "--quiet", str(released[backend]), str(clone))
        for file in clone.rglob("*.py"):
            os.utime(file, (number, number))
        epoch = git(clone, "log", "-1", "--format=%ct")
        run(clone, "uv", "build", env={**os.environ, "SOURCE_DATE_EPOCH": epoch})
        made.append({file.suffix: file.read_bytes() for file in (clone / "dist").iterdir()})
    assert made[0][".whl"] == made[1][".whl"]
    # setuptools writes the time of the build into an sdist, whatever SOURCE_DATE_EPOCH says.
    assert (made[0][".gz"] == made[1][".gz"]) is (backend == "hatchling")


@pytest.mark.runs
@pytest.mark.parametrize("route", [{"build_backend": "hatchling"}, {"build_backend": "setuptools"}, {"binary": True}])
def test_it_builds_with_the_oldest_tools_that_it_allows(make: Make, tmp_path: Path, route: dict[str, object]) -> None:
    folder = make(**route)
    commit_all(folder, "Start")
    requires = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]["requires"]
    floors = [requirement.split(",")[0].replace(">=", "==") for requirement in requires]
    python = tmp_path / "old" / "bin" / "python"
    run(folder, "uv", "venv", "--quiet", tmp_path / "old")
    run(folder, "uv", "pip", "install", "--quiet", "--python", python, "build", "cmake", "ninja", *floors)
    push = {
        "SETUPTOOLS_SCM_PRETEND_METADATA": '{distance=7,node="",dirty=false}',
        # The sources of a library are compiled as one, in half of the time.
        "CMAKE_ARGS": "-DCMAKE_UNITY_BUILD=ON -DCMAKE_UNITY_BUILD_BATCH_SIZE=0",
    }
    run(folder, python, "-m", "build", "--no-isolation", "--outdir", tmp_path / "dist", env=os.environ | push)
    [wheel] = (tmp_path / "dist").glob("*.whl")
    assert metadata_of(wheel)["Version"] == "0.1.dev7"


@pytest.mark.runs
def test_the_projects_own_tests_pass(make: Make, tmp_path: Path) -> None:
    folder = make(project_name="Cool.Name_2", import_name="other_name")
    python = tmp_path / "venv" / "bin" / "python"
    run(folder, "uv", "venv", "--quiet", tmp_path / "venv")
    run(folder, "uv", "pip", "install", "--quiet", "--python", python, "--group", "test", "--editable", ".")
    run(folder, python, "-m", "coverage", "run", "-m", "pytest")
    run(folder, python, "-m", "coverage", "report", "--fail-under=100")
