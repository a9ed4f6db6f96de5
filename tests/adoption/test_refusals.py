"""Where nothing can be right, a copy stops before it writes, and says in a line what to do."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.adoption.package import UPLOAD, add_workflow, adopt, new_files, write_files
from tests.conftest import commit_all, copy, last_line
from tests.doctor.patients import Patient


def test_a_repository_that_git_refuses_stops_the_copy_with_gits_own_line(
    history: Path, package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    said = last_line(copy(history, package))
    assert said.startswith(
        f"ValueError: git refuses to read {package}: fatal: detected dubious ownership in repository at"
    )
    monkeypatch.delenv("GIT_TEST_ASSUME_DIFFERENT_OWNER")
    assert new_files(package) == set()


def test_the_doctor_takes_no_refusal_for_a_folder_without_git(
    template: Path, package: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    adopt(template, package)
    commit_all(package, "Adopt")
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    seen = Patient(package).seen()
    assert (seen.code, seen.lines) == (2, ())
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("git refuses to read ")
    assert "dubious ownership" in line


def test_a_damaged_repository_stops_the_copy_too(template: Path, package: Path) -> None:
    (package / ".git" / "config").write_text("[core\n", encoding="utf-8")
    assert "fatal: bad config line 1" in last_line(copy(template, package))
    assert not (package / "RELEASING.md").exists()


def several(package: Path, *names: str) -> None:
    """Move the package below its repository, as packages of these names."""
    for name in names:
        write_files(
            package, {f"packages/{name}/pyproject.toml": (package / "pyproject.toml").read_text(encoding="utf-8")}
        )
    (package / "pyproject.toml").unlink()
    shutil.rmtree(package / "old_demo")
    commit_all(package, "Several")


@pytest.mark.parametrize("names", [("one",), ("one", "two")])
@pytest.mark.parametrize("has_workflow", [False, True])
def test_a_root_without_a_package_names_the_packages_below(
    template: Path, package: Path, names: tuple[str, ...], has_workflow: bool
) -> None:
    several(package, *names)
    if has_workflow:
        add_workflow(package, "release.yml", UPLOAD)
    said = last_line(copy(template, package))
    options = "--data package_folder=packages/one --answers-file .copier-answers.one.yml"
    below = ", ".join(f"packages/{name}" for name in names)
    assert f"package: none is here, but in {below}: add {options}, or --data package=new" in said
    assert new_files(package) == set()


def test_a_new_package_can_be_made_there_on_purpose(template: Path, package: Path) -> None:
    several(package, "one")
    adopt(template, package, "-d", "package=new", "-d", "project_name=umbrella")
    assert (package / "src" / "umbrella" / "__init__.py").is_file()


def test_a_new_package_does_not_publish_beside_a_workflow_that_is_there(template: Path, package: Path) -> None:
    several(package, "one")
    add_workflow(package, "release.yml", UPLOAD)
    said = last_line(copy(template, package, "-d", "package=new", "-d", "project_name=umbrella"))
    assert "release.yml would publish each tag beside the new workflow: delete that first" in said
    assert new_files(package) == set()
