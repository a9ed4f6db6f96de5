"""A name that is changed on purpose is named where the user's own files still have the old one."""

from __future__ import annotations

from pathlib import Path

import pytest

from pyrelease.found.old_names import SHOWN
from tests.conftest import commit_all
from tests.copier_processes import copier_update

STILL = "Files of yours still have the old name, and no update touches them:"


def places_in(printed: str) -> list[str]:
    """Return the places that an update has named."""
    return [line.strip() for line in printed.partition(STILL)[2].splitlines() if line.startswith("  ")]


def lines_with(name: str, file: Path, same: str) -> list[int]:
    """Return the numbers of a file's lines that have a name, where another one that has it in it stays the same."""
    text = file.read_text(encoding="utf-8")
    lines = (text.replace(same, "") if same else text).splitlines()
    return [number for number, line in enumerate(lines, start=1) if name in line]


@pytest.mark.parametrize(
    ("answer", "old", "same"),
    [("github_owner=other", "octo-org/project", ""), ("project_name=other", "project", "octo-org/project")],
)
def test_an_update_names_each_place_with_its_line(
    addressed: Path, published_project: Path, answer: str, old: str, same: str
) -> None:
    wanted = lines_with(old, published_project / "README.md", same)
    named = places_in(copier_update(published_project, "-d", answer))
    assert wanted
    assert [place for place in named if place.startswith("README")] == [f"README.md:{line}: {old}" for line in wanted]


def test_a_name_that_no_file_has_is_not_mentioned(addressed: Path, published_project: Path) -> None:
    assert STILL not in copier_update(published_project, "-d", "workflow_filename=p.yml")


def test_many_places_are_counted_and_longer_names_are_others(addressed: Path, published_project: Path) -> None:
    (published_project / "docs").mkdir()
    (published_project / "docs" / "index.md").write_text("octo-org/project-2, my-octo-org/project\n" * 3, "utf-8")
    (published_project / "docs" / "page.md").write_text("octo-org/project.\n" * 30, encoding="utf-8")
    commit_all(published_project, "Documents")
    places = places_in(copier_update(published_project, "-d", "github_owner=other"))
    assert len(places) == SHOWN + 1
    assert places[-1].startswith("and ")
    assert not [place for place in places if "index.md" in place]
