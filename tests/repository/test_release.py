"""A release of the template is made from its tag and its changelog, after all tests."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.github.repositories import Repository
from tests.github.stand_in import GitHub
from tools.workflows import read_workflow

CHANGELOG = """\
# Changelog

## Unreleased

- Not yet.

## 1.2.0rc1 - 2026-12-24

- Is tried.

## 1.1.0 - 2026-12-01

- Renames `an input`, "quoted".

- And more.

## 1.0.0 - 2026-11-22

## 0.9 - 2026-11-01

- The first version.
"""

JOBS = read_workflow((ROOT / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8"))["jobs"]


@pytest.fixture
def repository(github: GitHub) -> Repository:
    """The template's repository."""
    made = github.create("octo-org/pyrelease-template")
    made.remote.write({"README.md": "The template"})
    return made


def release(repository: Repository, folder: Path, tag: str) -> subprocess.CompletedProcess[str]:
    """Run the step that makes the release, as a runner does for a tag."""
    (folder / "CHANGELOG.md").write_text(CHANGELOG, encoding="utf-8")
    variables = {"GH_REPO": repository.name, "GITHUB_REF_NAME": tag}
    return subprocess.run(
        ["bash", "-e", "-c", JOBS["release"]["steps"][-1]["run"]],
        cwd=folder,
        env={**os.environ, **variables},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.parametrize(
    ("tag", "notes", "prerelease"),
    [
        ("v1.1.0", '- Renames `an input`, "quoted".\n\n- And more.', False),
        ("v1.2.0rc1", "- Is tried.", True),
        ("v0.9", "- The first version.", False),
    ],
)
def test_a_release_has_the_changelogs_section_of_its_version(
    repository: Repository, tmp_path: Path, tag: str, notes: str, *, prerelease: bool
) -> None:
    done = release(repository, tmp_path, tag)
    assert done.returncode == 0, done.stderr
    [made] = repository.releases
    assert (made.tag_name, made.name, (made.body or "").strip()) == (tag, tag, notes)
    assert (made.draft, made.prerelease) == (False, prerelease)


@pytest.mark.parametrize("tag", ["v1.0.0", "v1.3.0", "v1.1", "v1"])
def test_a_version_without_a_word_in_the_changelog_is_not_released(
    repository: Repository, tmp_path: Path, tag: str
) -> None:
    done = release(repository, tmp_path, tag)
    assert done.returncode == 1
    assert f'"## {tag.removeprefix("v")} - DATE"' in done.stdout
    assert repository.releases == []


def test_all_tests_come_before_the_release() -> None:
    assert JOBS["release"]["needs"] == ["test"]
    assert [step["run"] for step in JOBS["test"]["steps"] if "run" in step] == [".ci/run"]
    assert {name: job["permissions"] for name, job in JOBS.items()} == {
        "test": {"contents": "read"},
        "release": {"contents": "write"},
    }


def test_every_heading_of_the_changelog_is_a_version_with_its_day() -> None:
    headings = re.findall(r"^## (.*)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert headings[0] == "Unreleased"
    assert all(re.fullmatch(r"\d+\.\d+\.\d+ - \d{4}-\d\d-\d\d", heading) for heading in headings[1:])
