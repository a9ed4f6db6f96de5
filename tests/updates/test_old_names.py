"""A name that is changed on purpose is named where files still have the old one, whoever wrote the file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pyrelease.found.old_names import SHOWN
from tests.conftest import commit_all, git
from tests.copier_processes import copier_update

STILL = "Files still have the old name, and no update changes what you wrote:"


def places_in(printed: str) -> list[str]:
    """Return the places that an update has named."""
    return [line.strip() for line in printed.partition(STILL)[2].splitlines() if line.startswith("  ")]


def lines_with(name: str, file: Path, *same: str) -> list[int]:
    """Return the numbers of a file's lines that have a name, where others that have it in them stay the same."""
    text = file.read_text(encoding="utf-8")
    for other in same:
        text = text.replace(other, "")
    lines = text.splitlines()
    return [number for number, line in enumerate(lines, start=1) if re.search(rf"(?<![\w-]){name}(?![\w-])", line)]


@pytest.mark.parametrize(
    ("answer", "old", "same"),
    [
        ("github_owner=other", "octo-org/project", ()),
        ("github_owner=https://github.com/other/", "octo-org/project", ()),
        ("github_repository=other", "octo-org/project", ()),
        ("project_name=other", "project", ("octo-org/project", "src/project", "from project")),
    ],
)
def test_an_update_names_each_place_with_its_line(
    addressed: Path, published_project: Path, answer: str, old: str, same: tuple[str, ...]
) -> None:
    wanted = lines_with(old, published_project / "README.md", *same)
    named = places_in(copier_update(published_project, "-d", answer))
    assert wanted
    assert [place for place in named if place.startswith("README")] == [f"README.md:{line}: {old}" for line in wanted]


def test_the_same_owner_typed_as_an_address_changes_nothing(addressed: Path, published_project: Path) -> None:
    shown = copier_update(published_project, "-d", "github_owner=https://github.com/octo-org/")
    assert "The indexes or GitHub know other names" not in shown
    assert git(published_project, "status", "--porcelain") == ""


def test_what_you_added_to_files_of_the_template_is_named_too(addressed: Path, published_project: Path) -> None:
    added = "# octo-org/project project octo-org.github.io/project\n"
    for name in (".github/workflows/ci.yml", "pyproject.toml"):
        with (published_project / name).open("a", encoding="utf-8") as file:
            file.write(added)
    (published_project / "mkdocs.yml").write_text("site_url: https://octo-org.github.io/project/\n", encoding="utf-8")
    commit_all(published_project, "Of my own")
    named = places_in(copier_update(published_project, "-d", "github_owner=other"))
    files = [place.partition(":")[0] for place in named]
    assert files.count("mkdocs.yml") == files.count("pyproject.toml") == files.count(".github/workflows/ci.yml") == 1
    assert "RELEASING.md" not in files


def test_a_new_name_of_the_import_package_says_how_its_folder_is_moved(
    addressed: Path, published_project: Path
) -> None:
    shown = copier_update(published_project, "-d", "import_name=other")
    assert "The indexes or GitHub know other names" not in shown
    move, *places = places_in(shown)
    assert move == "src/project: git mv src/project src/other"
    assert (
        f"tests/test_project.py:{lines_with('import', published_project / 'tests/test_project.py')[1]}: import project"
        in places
    )
    git(published_project, *move.partition(": git ")[2].split())
    assert (published_project / "src" / "other" / "__init__.py").is_file()


def test_the_import_package_may_be_called_like_the_project_was(addressed: Path, published_project: Path) -> None:
    places = places_in(copier_update(published_project, "-d", "project_name=other"))
    code = lines_with("import project", published_project / "tests" / "test_project.py")
    assert code
    assert not [place for place in places if place.startswith(f"tests/test_project.py:{code[0]}:")]


def test_a_name_that_no_file_has_is_not_mentioned(addressed: Path, published_project: Path) -> None:
    assert STILL not in copier_update(published_project, "-d", "workflow_filename=p.yml")


def test_many_places_are_counted_and_longer_names_are_others(addressed: Path, published_project: Path) -> None:
    (published_project / "docs").mkdir()
    (published_project / "docs" / "index.md").write_text("octo-org/project-2, my-octo-org/project\n" * 3, "utf-8")
    (published_project / "docs" / "page.md").write_text("octo-org/project.\n" * 30, encoding="utf-8")
    commit_all(published_project, "Documents")
    places = places_in(copier_update(published_project, "-d", "github_owner=other"))
    assert len(places) == SHOWN + 1
    [count, command] = places[-1].removeprefix("and ").split(" more: ")
    shown = git(published_project, *command.split()[1:]).splitlines()
    assert len(shown) >= SHOWN + int(count)
    assert not [place for place in places if "index.md" in place]
