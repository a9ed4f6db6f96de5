"""The doctor sees what a build, the workflow or PyPI refuses in the package, and what builds another version than it says."""

from __future__ import annotations

import pytest

from tests.conftest import commit_all
from tests.doctor.patients import Patient, Ward

DEPENDENCIES = "dependencies = []"

BY_ADDRESS = 'dependencies = ["six @ https://example.org/six.zip"]'


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ('readme = "README.md"', 'readme = "README.rst"', "the readme README.rst is not there"),
        (
            'readme = "README.md"',
            'readme = {file = "READ", content-type = "text/plain"}',
            "the readme READ is not there",
        ),
        ("test = [", "tests = [", "lacks the dependency group test that the workflow tests with"),
        ('license = "MIT"', 'license = { file = "COPYING" }', "no file fits COPYING, the name of a licence file"),
        (DEPENDENCIES, BY_ADDRESS, "a dependency by address, six"),
        ("classifiers = [", 'classifiers = [\n    "Private :: Do Not Upload",', "classifier Private :: Do Not Upload"),
        ('description = "', f'description = "{"x" * 513}', "and the index takes 512 in one line"),
        ('description = "', 'description = "One\\nTwo ', "and the index takes 512 in one line"),
        ('Changelog = "', f'{"x" * 33} = "', "has 33 characters, and the index takes 32"),
        ('dynamic = ["version"]', 'version = "0.2.0"', "version = 0.2.0 stands here, and the version is to come from"),
    ],
)
def test_what_would_not_be_built_or_taken_is_found(patient: Patient, before: str, after: str, words: str) -> None:
    patient.change(before, after, "pyproject.toml")
    seen = patient.seen()
    assert seen.code == 1
    assert seen.only.startswith("error: pyproject.toml: ")
    assert words in seen.only


def test_an_index_of_ones_own_may_take_what_pypi_refuses(ward: Ward) -> None:
    patient = ward.patient("own index")
    patient.change("classifiers = [", 'classifiers = [\n    "Private :: Do Not Upload",', "pyproject.toml")
    patient.change(DEPENDENCIES, BY_ADDRESS, "pyproject.toml")
    assert patient.seen().findings == []


def test_a_tag_that_is_no_version_is_found_while_builds_start_from_it(patient: Patient) -> None:
    commit_all(patient.folder, "Work", tag="v1.0-foo")
    assert patient.seen().only.startswith("error: the tag v1.0-foo is no version, so nothing can be built")
    commit_all(patient.folder, "More", tag="v1.1")
    assert patient.seen().findings == []


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("setup.cfg", "[metadata]\nname = demo-package\nversion = 3.1\n"),
        ("pyproject.toml", '[tool.poetry]\nname = "demo-package"\nversion = "3.1"\n'),
    ],
)
def test_a_version_is_seen_wherever_a_file_has_it(ward: Ward, file: str, text: str) -> None:
    patient = ward.patient("static")
    (patient.folder / "pyproject.toml").write_text("", encoding="utf-8")
    (patient.folder / file).write_text(text, encoding="utf-8")
    assert f"next tag: v3.1 builds 3.1, the version in {file}; it must grow with each tag" in patient.seen().lines


def test_a_finding_is_one_line_whatever_a_value_is(patient: Patient) -> None:
    patient.change('name = "demo-package"', 'name = "de\\nmo"', "pyproject.toml")
    assert "the name is de mo, and demo-package is registered" in patient.seen().only
