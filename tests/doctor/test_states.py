"""Each state of the tags, of the package and of its git is seen, and what only looks wrong is left alone."""

from __future__ import annotations

import pytest

from pyrelease.pins import pin
from tests.conftest import WORKFLOW, commit_all, git
from tests.doctor.patients import KEPT_FILE as KEPT
from tests.doctor.patients import KEPT_WORKFLOW, PUSH, Patient, Ward, codes, errors

CHECKOUT, DOWNLOAD = pin("actions/checkout"), pin("actions/download-artifact")


# ─── Versions ───


@pytest.mark.parametrize(
    ("tag", "found"),
    [
        ("v1.2.0.dev4", ["PR309"]),
        ("v1.0+local", ["PR309"]),
        ("v1.foo", ["PR302"]),
        ("v1.2.0.post1.dev2", ["PR309"]),
        ("v1.2.0.dev0", []),
        ("v1.2.0.post1", []),
        ("v1.0-alpha1", []),
        ("v1!2.0", []),
    ],
)
def test_a_last_tag_behind_which_no_push_can_be_built_is_found(patient: Patient, tag: str, found: list[str]) -> None:
    commit_all(patient.folder, "Work", tag=tag)
    commit_all(patient.folder, "More")
    assert errors(patient) == found


def test_two_tags_of_one_version_are_both_versions(patient: Patient) -> None:
    commit_all(patient.folder, "Work", tag="v1.0")
    commit_all(patient.folder, "More", tag="v1.0.0")
    git(patient.folder, "tag", "--delete", "v1.0.0")
    git(patient.folder, "tag", "v1.0.0", "HEAD~1")
    assert codes(patient) == []


@pytest.mark.parametrize(
    ("file", "text", "place"),
    [
        ("setup.py", "from setuptools import setup\nsetup(name='demo-package', version='1.1')\n", "setup.py"),
        ("setup.py", "VERSION = '1.1'\nsetup(name='demo-package', version=VERSION)\n", "setup.py"),
        ("setup.cfg", "[metadata]\nname = demo-package\nversion = attr: demo.__version__\n", "demo/__init__.py"),
        ("setup.cfg", "[metadata]\nname = demo-package\nversion = file: VERSION\n", "VERSION"),
        ("pyproject.toml", '[project]\nname = "demo-package"\ndynamic = ["version"]\n[tool.hatch.version]\npath = "demo/__init__.py"\n', "demo/__init__.py"),
        ("pyproject.toml", '[project]\nname = "demo-package"\n[tool.setuptools.dynamic]\nversion = {attr = "demo.about.VERSION"}\n', "src/demo/about.py"),
        ("pyproject.toml", '[project]\nname = "demo-package"\n[tool.setuptools.dynamic]\nversion = {file = ["VERSION"]}\n', "VERSION"),
        ("pyproject.toml", '[build-system]\nrequires = ["flit_core"]\nbuild-backend = "flit_core.buildapi"\n[project]\nname = "demo"\n', "demo/__init__.py"),
        ("pyproject.toml", '[tool.poetry]\nname = "demo-package"\nversion = "1.1"\n', "pyproject.toml"),
    ],
)  # fmt: skip
def test_a_version_below_the_last_tag_is_seen_wherever_it_stands(ward: Ward, file: str, text: str, place: str) -> None:
    patient = ward.patient("static")
    if 'name = "demo"' in text:
        patient.answer(project_name="demo")
    if file != "pyproject.toml":
        (patient.folder / "pyproject.toml").write_text("", encoding="utf-8")
    for name in ("demo/__init__.py", "src/demo/about.py", "VERSION"):
        path = patient.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        content = {"__init__.py": "__version__ = '1.1'\n", "about.py": "VERSION: Final = '1.1'\n", "VERSION": "1.1\n"}
        path.write_text(content[path.name], encoding="utf-8")
    (patient.folder / file).write_text(text, encoding="utf-8")
    git(patient.folder, "tag", "v1.2")
    git(patient.folder, "commit", "--quiet", "--allow-empty", "-m", "Work")
    [line] = [line for line in patient.seen().findings if "lower than the last release" in line]
    assert line == f"warning: {place}: 1.1 is lower than the last release, v1.2: write a new version"


def test_a_version_that_code_makes_is_looked_for_in_no_file_that_is_not_there(ward: Ward) -> None:
    patient = ward.patient("static")
    (patient.folder / "pyproject.toml").unlink()
    (patient.folder / "setup.py").write_text("setup(name='demo-package', version=made())\n", encoding="utf-8")
    seen = patient.seen()
    assert seen.findings == []
    assert "setup.py: the version cannot be seen: it must be new with each tag" in seen.lines


# ─── The package, merges and git ───


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("from importlib.metadata import version\n__version__ = version('old')\n", ["error"]),
        ("import importlib.metadata\n__version__: str = importlib.metadata.version('old')\n", ["error"]),
        ("from importlib.metadata import version\ntry:\n    __version__ = version('old')\nexcept Exception:\n    pass\n", ["warning"]),
        ("from importlib.metadata import version\n__version__ = version('Demo_Package')\n", []),
        ("from importlib.metadata import version\n__version__ = version(__name__)\n", []),
        ("from importlib.metadata import version\nNUMPY = version('numpy')\n", []),
        ("def version(x): return x\n__version__ = version('1.0')\n", []),
    ],
)  # fmt: skip
def test_a_package_that_asks_for_an_old_name_is_found(patient: Patient, text: str, found: list[str]) -> None:
    (patient.folder / "src/demo_package/__init__.py").write_text(text, encoding="utf-8")
    listed = [part["severity"] for part in patient.findings("--ignore=PR803") if part["code"] == "PR111"]
    assert listed == found


CONFLICT = "<<<<<<< before updating\nmine\n=======\ntheirs\n>>>>>>> after updating\n"


@pytest.mark.parametrize(
    "name", ["README.md", "RELEASING.md", "pyproject.toml", WORKFLOW, ".gitignore", ".github/dependabot.yml"]
)
def test_conflict_markers_are_found_once_in_any_file_of_the_templates(patient: Patient, name: str) -> None:
    path = patient.folder / name
    path.write_text(path.read_text(encoding="utf-8") + CONFLICT, encoding="utf-8")
    assert errors(patient) == ["PR802"]


@pytest.mark.parametrize(
    "text",
    ["Title\n=======\n", "<<<<<<<\n", "    <<<<<<< in a quoted block\n    >>>>>>> of code\n", ">>>>>>> a\n<<<<<<< b\n"],
)
def test_what_only_looks_like_a_conflict_is_none(patient: Patient, text: str) -> None:
    with (patient.folder / "README.md").open("a", encoding="utf-8") as file:
        file.write(text)
    assert codes(patient) == []


GITMODULES = '[submodule "lib"]\n\tpath = lib\n\turl = https://github.com/octo-org/lib.git\n'


@pytest.mark.parametrize(
    ("after", "found"),
    [("", ["PR607"]), ("          submodules: recursive\n", []), ("          submodules: true\n", [])],
)
def test_submodules_that_a_build_does_not_see_are_found(ward: Ward, after: str, found: list[str]) -> None:
    patient = ward.patient("static")
    (patient.folder / ".gitmodules").write_text(GITMODULES, encoding="utf-8")
    patient.change_job(
        "build", "          persist-credentials: false\n", f"          persist-credentials: false\n{after}"
    )
    assert codes(patient) == found


def test_what_is_not_committed_or_not_pushed_is_a_warning_that_names_the_files(patient: Patient) -> None:
    assert patient.codes() == []
    patient.change("timeout-minutes: 20", "timeout-minutes: 30")
    found = [part for part in patient.findings() if part["severity"] != "information"]
    assert [(part["code"], part["severity"]) for part in found] == [("PR803", "warning")]
    assert found[0]["text"].startswith(f"{WORKFLOW}: not as in the last commit")
    git(patient.folder, "update-ref", "refs/remotes/origin/main", "HEAD")
    commit_all(patient.folder, "Longer")
    found = [part for part in patient.findings() if part["severity"] != "information"]
    assert [(part["code"], part["text"]) for part in found] == [
        ("PR804", f"{WORKFLOW}: committed, and not pushed yet: git push")
    ]
    git(patient.folder, "update-ref", "refs/remotes/origin/main", "HEAD")
    (patient.folder / "notes.txt").write_text("mine", encoding="utf-8")
    assert patient.codes() == []


def test_other_ends_of_lines_are_no_change(patient: Patient) -> None:
    readme = patient.folder / "README.md"
    readme.write_bytes(readme.read_bytes().replace(b"\n", b"\r\n"))
    assert patient.codes() == []


def test_no_filter_of_a_repository_runs(patient: Patient) -> None:
    git(patient.folder, "config", "filter.own.clean", f"touch {patient.folder / 'ran'}; cat")
    (patient.folder / ".gitattributes").write_text("* filter=own\n", encoding="utf-8")
    patient.change("timeout-minutes: 20", "timeout-minutes: 30")
    patient.seen()
    assert not (patient.folder / "ran").exists()


def test_a_branch_of_ones_own_is_not_compared(patient: Patient) -> None:
    git(patient.folder, "update-ref", "refs/remotes/origin/main", "HEAD")
    git(patient.folder, "switch", "--quiet", "--create", "topic")
    patient.change("timeout-minutes: 20", "timeout-minutes: 30")
    commit_all(patient.folder, "Longer")
    assert patient.codes() == []


def test_the_kept_workflow_of_these_tests_is_healthy(ward: Ward) -> None:
    assert KEPT_WORKFLOW in (ward.patient("kept").folder / KEPT).read_text(encoding="utf-8")
    assert PUSH in (ward.patient().folder / WORKFLOW).read_text(encoding="utf-8")
    assert codes(ward.patient("kept")) == []
