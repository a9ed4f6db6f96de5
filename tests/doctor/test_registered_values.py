"""The doctor finds nothing in a healthy project, and names what differs from the registered values."""

from __future__ import annotations

import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest

from pyrelease.plan import UPDATE_COMMAND
from pyrelease.plan.source import Source
from tests.conftest import WORKFLOW, commit_all, content_of, git, plan_of
from tests.doctor.patients import PATIENTS, TODAY, Patient, Ward
from tests.repository.pages import commands, page


@pytest.mark.parametrize("kind", PATIENTS)
def test_a_healthy_project_has_no_findings(ward: Ward, kind: str) -> None:
    seen = ward.patient(kind).seen()
    assert (seen.code, seen.findings) == (0, []), seen
    assert seen.lines[-1] == "Found: nothing that needs you."


def test_a_project_without_remote_or_repository_is_told_so_and_is_healthy(patient: Patient) -> None:
    git(patient.folder, "remote", "remove", "origin")
    seen = patient.seen()
    assert (seen.code, seen.findings) == (0, [])
    assert "no git remote is on GitHub yet: it is to be octo-org/demo-package" in seen.lines
    shutil.rmtree(patient.folder / ".git")
    seen = patient.seen()
    assert (seen.code, seen.findings) == (0, [])
    assert "the folder is in no git repository yet: git init makes it one" in seen.lines


def test_nothing_is_changed(patient: Patient) -> None:
    patient.change("pypa/gh-action", "Pypa/gh-action")
    before = content_of(patient.folder)
    patient.seen()
    assert content_of(patient.folder) == before


@pytest.mark.parametrize(
    ("remote", "code", "words"),
    [
        ("git@github.com:octo-org/other.git", 1, "is octo-org/other, and octo-org/demo-package is registered"),
        ("https://github.com/ada/demo-package", 1, "is ada/demo-package, and octo-org/demo-package is registered"),
        ("https://github.com/octo-org/Demo-Package", 1, "they differ in capital letters"),
        ("https://github.com/Octo-Org/demo-package", 0, "they differ in capital letters"),
    ],
)
def test_a_remote_that_is_not_the_registered_repository_is_found(
    patient: Patient, remote: str, code: int, words: str
) -> None:
    git(patient.folder, "remote", "set-url", "origin", remote)
    seen = patient.seen()
    assert seen.code == code
    assert seen.only.split(": ")[:2] == ["error" if code else "warning", "git remote origin"]
    assert words in seen.only


def test_a_fork_as_origin_is_fine_where_another_remote_is_the_repository(patient: Patient) -> None:
    git(patient.folder, "remote", "rename", "origin", "upstream")
    git(patient.folder, "remote", "add", "origin", "https://github.com/ada/demo-package")
    assert patient.seen().findings == []


def test_the_package_name_is_compared_as_pypi_does(patient: Patient) -> None:
    patient.change('name = "demo-package"', 'name = "Demo.Package"', "pyproject.toml")
    assert patient.seen().findings == []
    patient.change('name = "Demo.Package"', 'name = "demo"', "pyproject.toml")
    seen = patient.seen()
    assert seen.code == 1
    assert seen.only == ("error: pyproject.toml: the name is demo, and demo-package is registered: write demo-package")


def test_a_damaged_or_missing_pyproject_is_found(patient: Patient) -> None:
    patient.change("[project]", "[project", "pyproject.toml")
    seen = patient.seen()
    assert seen.code == 1
    assert seen.only.startswith("error: pyproject.toml: cannot be read (")
    (patient.folder / "pyproject.toml").unlink()
    assert patient.seen().only.startswith("error: pyproject.toml: is missing")


def test_a_damaged_workflow_is_found_with_its_line(patient: Patient) -> None:
    patient.change("permissions: {}", "permissions: {")
    seen = patient.seen()
    assert seen.code == 1
    assert seen.only.startswith(f"error: {WORKFLOW}: is no YAML (line ")
    assert not [line for line in seen.lines if line.startswith("next ")]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (
            "release.yml",
            "is missing, and release.yml publishes: rename it back, or update with --data workflow_filename=",
        ),
        ("Publish-to-test-pypi.yml", "is called Publish-to-test-pypi.yml, which differs in capital letters, and PyPI"),
        ("old/publish-to-test-pypi.yml", "lies in old, and GitHub reads no folder there: move it up"),
        ("../publish-to-test-pypi.yml", "is missing, and the index knows this name"),
    ],
)
def test_a_workflow_of_another_name_or_place_is_found(patient: Patient, name: str, words: str) -> None:
    workflow = patient.folder / WORKFLOW
    (workflow.parent / name).parent.mkdir(exist_ok=True)
    workflow.rename(workflow.parent / name)
    seen = patient.seen()
    assert seen.code == 1
    assert seen.only.startswith(f"error: {WORKFLOW}: ")
    assert words in seen.only


def test_another_workflow_in_a_subfolder_is_found(patient: Patient) -> None:
    folder = patient.folder / ".github" / "workflows" / "nightly"
    folder.mkdir()
    (folder / "run.yml").write_text("on: push\n", encoding="utf-8")
    seen = patient.seen()
    assert seen.code == 0
    assert seen.only.startswith("warning: .github/workflows/nightly/run.yml: GitHub reads no folder below")


def test_a_project_in_a_folder_of_its_repository_is_found_until_its_workflows_move_up(patient: Patient) -> None:
    inner = patient.folder / "packages" / "demo"
    inner.mkdir(parents=True)
    for path in patient.folder.iterdir():
        if path.name not in (".git", "packages"):
            path.rename(inner / path.name)
    seen = patient.seen(folder="packages/demo")
    assert seen.code == 1
    assert seen.only.startswith(f"error: {WORKFLOW}: GitHub reads .github/workflows at the root of a repository alone")
    assert "packages/demo" in seen.only
    shutil.copytree(inner / ".github", patient.folder / ".github")
    assert patient.seen(folder="packages/demo").findings == []


def test_a_pending_publisher_is_information_until_its_day_and_a_finding_from_then_on(patient: Patient) -> None:
    until = date.fromisoformat(plan_of(patient.folder).pending_until)
    before = patient.seen(today=until.replace(day=until.day - 1))
    assert before.findings == []
    assert f"pending publisher: PyPI drops it on {until} if no release has used it" in before.lines
    after = patient.seen(today=until)
    assert f"has dropped a pending publisher of {TODAY} on {until}" in after.only
    commit_all(patient.folder, "Release", tag="v0.1.0")
    assert patient.seen(today=until).findings == []


@pytest.mark.parametrize(
    ("patterns", "missing"),
    [
        ('"LICENSE*"', ""),
        ('"LICENSE*", "COPYING"', "COPYING"),
        ('"docs/*.txt"', "docs/*.txt"),
        ('"/etc/passwd"', "/etc/passwd"),
    ],
)
def test_a_licence_file_that_matches_nothing_is_found(patient: Patient, patterns: str, missing: str) -> None:
    patient.change('["LICENSE*"]', f"[{patterns}]", "pyproject.toml")
    seen = patient.seen()
    assert seen.code == bool(missing)
    assert [line.split(",")[0] for line in seen.findings] == [
        f"error: pyproject.toml: no file fits {name}" for name in [missing] if name
    ]


# ─── Where there is nothing to look over ───


def refused(patient: Patient, capsys: pytest.CaptureFixture[str], *arguments: str, folder: str = ".") -> str:
    """Return the one line on standard error with which the doctor refuses."""
    seen = patient.seen(*arguments, folder=folder)
    assert (seen.code, seen.lines) == (2, ())
    [line] = capsys.readouterr().err.splitlines()
    return line


def test_a_folder_without_answers_is_refused_with_what_to_do(
    patient: Patient, capsys: pytest.CaptureFixture[str]
) -> None:
    assert refused(patient, capsys, folder="src") == (
        ".copier-answers.yml is not here: run this in the folder of a project of this template"
    )


def test_another_name_of_the_answers_file_is_named_and_taken(
    patient: Patient, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = patient.folder / ".copier-answers.yml"
    answers.rename(answers.with_name(".copier-answers.release.yml"))
    assert refused(patient, capsys).endswith("add --answers-file .copier-answers.release.yml")
    assert patient.seen("--answers-file", ".copier-answers.release.yml").code == 0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("_src_path: gh:somebody/else\nname: x\n", "is another template's, or damaged"),
        ("{", "is another template's, or damaged"),
    ],
)
def test_answers_that_are_not_this_template_s_are_refused(
    patient: Patient, capsys: pytest.CaptureFixture[str], text: str, words: str
) -> None:
    (patient.folder / ".copier-answers.yml").write_text(text, encoding="utf-8")
    assert words in refused(patient, capsys)


def test_answers_of_an_old_version_or_of_a_wrong_type_are_refused(
    patient: Patient, capsys: pytest.CaptureFixture[str]
) -> None:
    patient.change("push_index: testpypi\n", "", ".copier-answers.yml")
    assert refused(patient, capsys) == (
        f".copier-answers.yml lacks push_index: update the project with {UPDATE_COMMAND}"
    )
    patient.answer(push_index=3)
    assert "wrong type for push_index" in refused(patient, capsys)


@pytest.mark.runs
def test_the_command_of_the_readme_runs_the_doctor_of_a_version(template: Path, patient: Patient) -> None:
    patient.change_job("publish-to-pypi", 'name: "pypi"', 'name: "release"')
    [command] = commands(page("doctor"))
    address = "https://github.com/org/pyrelease-template"
    assert address in command
    here = command.replace(address, f"{template.as_uri()}@v1.0.0").split()
    done = subprocess.run(here, cwd=patient.folder, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 1, done.stderr
    first, *_, last = done.stdout.splitlines()
    assert first.startswith(f"error: {WORKFLOW}, job publish-to-pypi: the environment is release")
    assert last == "Found: 1 error, 1 warning."  # the change is in no commit


def test_a_project_has_the_command_with_the_templates_address_and_its_own_version(published_project: Path) -> None:
    [command] = commands(page("doctor"))
    document = (published_project / "RELEASING.md").read_text(encoding="utf-8")
    own = command.replace("/org/pyrelease-template", "/octo-org/pyrelease-template@v1.0.0")
    assert f"```sh\n{own}\n```" in document


@pytest.mark.parametrize(
    ("source", "version", "word"),
    [
        ("gh:octo-org/it", "v1.2.0", "git+https://github.com/octo-org/it@v1.2.0"),
        ("git+https://example.org/it.git", "1.2.0rc1", "git+https://example.org/it.git@1.2.0rc1"),
        ("https://example.org/it", "v1.2.0-3-gabc1234", "git+https://example.org/it"),
        ("git@github.com:octo-org/it.git", "v1.2.0", "git+ssh://git@github.com/octo-org/it.git@v1.2.0"),
        ("/home/ada/my templates/it", "v1.2.0", "'/home/ada/my templates/it'"),
        ("/home/ada/it", "", "/home/ada/it"),
    ],
)
def test_the_doctor_comes_from_where_the_template_came_from(source: str, version: str, word: str) -> None:
    assert Source(source, version).requirement == word
