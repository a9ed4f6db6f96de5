"""The doctor says what the next push and the next tag build, and what version no index takes."""

from __future__ import annotations

import os

import pytest
from packaging.version import Version

from tests.conftest import commit_all, git, run
from tests.doctor.patients import PUSH, Patient, Ward


@pytest.mark.parametrize(
    ("tags", "push", "tag"),
    [
        ([], "0.1.devN", "v0.1.0rc1 builds 0.1.0rc1"),
        (["v0.1.0rc1"], "0.1.0rc2.devN", "v0.1.0 builds 0.1.0"),
        (["v1.1.9", "v1.2", "docs-9"], "1.3.devN", "v1.3 builds 1.3"),
    ],
)
def test_the_next_push_and_tag_are_what_the_build_makes(patient: Patient, tags: list[str], push: str, tag: str) -> None:
    for name in tags:
        commit_all(patient.folder, "Work", tag=name)
    commit_all(patient.folder, "More")
    lines = patient.seen().lines
    assert f"next push: {push}, N is the run's number" in lines
    assert f"next tag: {tag}" in lines
    pretended = {"SETUPTOOLS_SCM_PRETEND_METADATA": '{distance=7,node="",dirty=false}'}
    built = run(patient.folder, "hatchling", "metadata", "version", env={**os.environ, **pretended})
    assert Version(built.strip()) == Version(push.replace("N", "7"))


def test_a_version_scheme_of_the_project_s_own_is_not_guessed(patient: Patient) -> None:
    patient.change("raw-options.git", 'raw-options.version_scheme = "no-guess-dev"\nraw-options.git', "pyproject.toml")
    assert "next push: the version that the package's own tool makes of the tags" in patient.seen().lines


def test_pushes_that_start_nothing_build_nothing(patient: Patient) -> None:
    patient.change(PUSH, "  push:\n    tags: ['v*']\n")
    assert "next push: main starts nothing that publishes" in patient.seen().lines


def test_a_version_in_a_file_must_grow_once_it_is_released(ward: Ward) -> None:
    patient = ward.patient("static")
    assert (
        "next tag: v1.2.0 builds 1.2.0, the version in pyproject.toml; it must grow with each tag"
        in patient.seen().lines
    )
    git(patient.folder, "tag", "v1.2.0")
    just_released = patient.seen()
    assert just_released.findings == []
    assert (
        "next tag: the version in pyproject.toml is 1.2.0, which is released; it must grow first" in just_released.lines
    )
    commit_all(patient.folder, "Work")
    later = patient.seen()
    assert later.code == 0
    assert later.only == (
        "warning: pyproject.toml: 1.2.0 is released as v1.2.0: write a new version before the next tag"
    )
    patient.change("1.2.0", "1.1.0", "pyproject.toml")
    assert "1.1.0 is lower than the last release, v1.2.0" in patient.seen().only


@pytest.mark.parametrize(
    ("version", "words"), [("1.3.0+local", "1.3.0+local is a local version"), ("next", "next is no version")]
)
def test_a_version_that_no_index_takes_is_found(ward: Ward, version: str, words: str) -> None:
    patient = ward.patient("static")
    patient.change('"1.2.0"', f'"{version}"', "pyproject.toml")
    seen = patient.seen()
    assert seen.code == 1
    assert words in seen.only


def test_a_version_tool_of_the_project_s_own_has_no_local_part_that_is_known(patient: Patient) -> None:
    patient.change("SETUPTOOLS_SCM_PRETEND_METADATA", "NOTHING")
    patient.answer(version_source="other-vcs")
    assert patient.seen().findings == []


def test_a_local_scheme_of_the_project_s_own_is_enough(patient: Patient) -> None:
    patient.change("SETUPTOOLS_SCM_PRETEND_METADATA", "NOTHING")
    patient.change(
        "raw-options.git", 'raw-options.local_scheme = "no-local-version"\nraw-options.git', "pyproject.toml"
    )
    assert patient.seen().findings == []


def test_a_tag_that_differs_from_the_version_in_the_file_is_found(ward: Ward) -> None:
    patient = ward.patient("static")
    git(patient.folder, "tag", "v1.3.0")
    assert patient.seen().only == (
        "error: pyproject.toml: the tag v1.3.0 is on this commit, and the version here is 1.2.0: a release needs both the same"
    )
