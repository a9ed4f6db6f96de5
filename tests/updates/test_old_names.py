"""A name that is changed on purpose is named where files still have the old one, whoever wrote the file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from pyrelease.found.old_names import LAST_LINE, SHOWN, old_names
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
        ("github_owner=https://github.com/other/", "octo-org/project", ()),
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
    code = lines_with("import project", published_project / "tests" / "test_project.py")
    assert not [place for place in named if place.startswith(f"tests/test_project.py:{code[0]}:")]
    assert not [place for place in named if place.startswith(("RELEASING.md", ".github"))], "which have the new one"


def test_a_new_name_of_the_import_package_says_how_its_folder_is_moved(
    addressed: Path, published_project: Path
) -> None:
    shown = copier_update(published_project, "-d", "import_name=other")
    assert "The indexes or GitHub know other names" not in shown
    move, *places = places_in(shown)
    assert move == "src/project: git mv src/project src/other"
    test = published_project / "tests" / "test_project.py"
    assert f"tests/test_project.py:{lines_with('import project', test)[0]}: import project" in places
    git(published_project, *move.partition(": git ")[2].split())
    assert (published_project / "src" / "other" / "__init__.py").is_file()


def test_the_same_owner_typed_as_an_address_changes_nothing(addressed: Path, published_project: Path) -> None:
    shown = copier_update(published_project, "-d", "github_owner=https://github.com/octo-org/")
    assert "The indexes or GitHub know other names" not in shown
    assert STILL not in shown
    assert git(published_project, "status", "--porcelain") == ""


ANSWERS = {
    "github_owner": "octo-org",
    "github_repository": "project",
    "project_name": "project",
    "import_name": "project",
    "workflow_filename": "publish.yml",
    "releasing_file": "RELEASING.md",
}


def named(folder: Path, files: dict[str, str], **changed: str) -> list[str]:
    """Return the places that are named in a project with these files, once answers have changed."""
    git(folder, "init", "--quiet")
    for name, text in {".copier-answers.yml": yaml.safe_dump(ANSWERS), **files}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    commit_all(folder, "As it was")
    return [*old_names(folder, ".copier-answers.yml", {**ANSWERS, **changed})]


def test_what_you_wrote_in_any_file_is_named(tmp_path: Path) -> None:
    files = {
        ".github/workflows/ci.yml": f"name: project\n  {LAST_LINE}\n  run: echo octo-org/project\n",
        "RELEASING.md": "| Repository name | `project` |\n",
        "mkdocs.yml": "site_url: https://octo-org.github.io/project/\n",
        "pyproject.toml": '[project]\nDocumentation = "https://github.com/octo-org/project/wiki"\n',
    }
    assert named(tmp_path, files, github_owner="other") == [
        ".github/workflows/ci.yml:3: octo-org/project",
        "mkdocs.yml:1: octo-org.github.io/project",
        "pyproject.toml:2: octo-org/project",
    ]


def test_in_lines_of_the_template_a_word_is_no_name(tmp_path: Path) -> None:
    files = {
        ".github/workflows/ci.yml": f"name: project\n  {LAST_LINE}\n  run: pip install project\n",
        "RELEASING.md": "| Repository name | `project` |\n",
        "docs/index.md": "project, in octo-org/project\nfrom project import greeting\n",
    }
    assert named(tmp_path, files, project_name="other") == [
        ".github/workflows/ci.yml:3: project",
        "docs/index.md:1: project",
    ]


def test_a_name_that_no_file_has_is_not_mentioned(tmp_path: Path) -> None:
    assert named(tmp_path, {"README.md": "octo-org/project\n"}, workflow_filename="p.yml") == []


def test_many_places_are_counted_and_longer_names_are_others(tmp_path: Path) -> None:
    files = {
        "docs/index.md": "octo-org/project-2, my-octo-org/project\n" * 3,
        "docs/page.md": "octo-org/project.\n" * 30,
    }
    places = named(tmp_path, files, github_owner="other")
    assert len(places) == SHOWN + 1
    assert not [place for place in places if "index.md" in place]
    assert places[-1].startswith(f"and {30 - SHOWN} more: git grep -n ")
    assert git(tmp_path, *places[-1].partition(": git ")[2].split()).count("docs/page.md:") == 30
