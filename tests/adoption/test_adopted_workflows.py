"""A workflow that publishes already keeps the names that PyPI knows, and no second one is put beside it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.adoption.package import PIPELINE, UPLOAD, add_workflow, adopt, guided, new_files
from tests.conftest import answers_of, commit_all, copy, git, last_line
from tests.copier_processes import copier_command, copier_update
from tools.workflows import read_workflow


def test_a_workflow_made_from_the_guide_gives_the_registered_names_and_stays(template: Path, package: Path) -> None:
    before = add_workflow(package, "release.yml", guided(pypi="Release", testpypi="rehearsal"))
    shown = adopt(template, package)
    answers = answers_of(package)
    names = ("existing_workflow", "workflow_filename", "pypi_environment", "testpypi_environment", "testpypi_status")
    assert [answers[name] for name in names] == ["keep", "release.yml", "Release", "rehearsal", "existing"]
    assert new_files(package) == PIPELINE - {".github/workflows/publish-to-test-pypi.yml"}
    assert (package / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8") == before
    assert "workflow_filename=release.yml&environment=Release" in shown


def test_it_is_replaced_only_on_a_yes_and_keeps_its_names(template: Path, package: Path) -> None:
    add_workflow(package, "release.yml", guided(pypi="Release"))
    adopt(template, package, "-d", "existing_workflow=replace", "--overwrite")
    assert {path.name for path in (package / ".github" / "workflows").iterdir()} == {"release.yml"}
    jobs = read_workflow((package / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8"))["jobs"]
    assert jobs["publish-to-pypi"]["environment"]["name"] == "Release"
    assert "persist-credentials" in str(jobs["build"])
    assert git(package, "diff", "--name-only") == ".github/workflows/release.yml"


def test_another_workflow_is_kept_where_nobody_answers(template: Path, package: Path) -> None:
    before = add_workflow(package, "release.yml", UPLOAD)
    adopt(template, package)
    assert answers_of(package)["existing_workflow"] == "keep"
    assert (package / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8") == before


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["workflow_filename=publish.yml"], "is not what publishes here"),
        (["existing_workflow=none"], "it publishes: keep or move"),
    ],
)
def test_a_second_publisher_of_the_same_tag_is_refused_in_words(
    template: Path, package: Path, options: list[str], said: str
) -> None:
    add_workflow(package, "release.yml", UPLOAD)
    done = copy(template, package, *(part for option in options for part in ("-d", option)))
    assert said in last_line(done)
    assert new_files(package) == set()


def test_a_guided_workflow_is_not_replaced_beside_a_second_publisher(template: Path, package: Path) -> None:
    add_workflow(package, "another.yml", UPLOAD)
    add_workflow(package, "release.yml", guided())
    done = copy(template, package, "-d", "existing_workflow=replace", "--overwrite")
    assert "another publishes each tag" in last_line(done)
    assert re.search(r"Another workflow publishes, too: [^:]*another\.yml", " ".join(done.stderr.split()))
    assert new_files(package) == set()


def test_old_tokens_are_named_with_file_and_line_and_how_to_remove_them(template: Path, package: Path) -> None:
    add_workflow(package, "release.yml", UPLOAD)
    text = (package / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8")
    [line] = [number for number, line in enumerate(text.splitlines(), 1) if "PYPI_API_TOKEN" in line]
    lines = adopt(template, package).splitlines()
    place = lines.index(f"  .github/workflows/release.yml:{line}: secret PYPI_API_TOKEN")
    assert lines[place - 1] == "Remove the old tokens after a release without them:"
    assert lines[place + 1] == f"docs/old-tokens.md in {template}"


def test_old_tokens_are_named_where_the_new_pipeline_has_tokens_of_its_own(template: Path, package: Path) -> None:
    add_workflow(package, "release.yml", UPLOAD)
    shown = adopt(template, package, "-d", "index_route=token")
    assert re.search(r"release\.yml:\d+: secret PYPI_API_TOKEN", shown)
    assert "docs/old-tokens.md" in shown


def test_the_tokens_of_a_workflow_that_is_replaced_are_named_too(template: Path, package: Path) -> None:
    content = guided()
    content["jobs"]["publish-to-pypi"]["steps"][-1]["with"] = {"password": "${{ secrets.MINE }}"}
    add_workflow(package, "release.yml", content)
    shown = adopt(template, package, "-d", "existing_workflow=replace", "--overwrite")
    assert re.search(r"release\.yml:\d+: password of pypa/gh-action-pypi-publish", shown)


@pytest.mark.parametrize("name", ["ci.yml", "Publish to PyPI.yml"])
def test_a_workflow_of_any_name_that_pypi_knows_is_kept(template: Path, package: Path, name: str) -> None:
    content = guided(pypi="release", testpypi="release")
    add_workflow(package, name, content)
    adopt(template, package)
    answers = answers_of(package)
    names = ("existing_workflow", "workflow_filename", "pypi_environment", "testpypi_environment")
    assert [answers[key] for key in names] == ["keep", name, "release", "release"]
    commit_all(package, "Adopt")
    copier_update(package)
    assert answers_of(package) == answers


def test_two_environments_of_one_name_become_two_when_the_workflow_is_replaced(template: Path, package: Path) -> None:
    add_workflow(package, "release.yml", guided(pypi="release", testpypi="release"))
    adopt(template, package, "-d", "existing_workflow=replace", "--overwrite")
    answers = answers_of(package)
    assert (answers["pypi_environment"], answers["testpypi_environment"]) == ("release", "testpypi")


def test_a_kept_workflow_gives_way_only_when_nothing_else_publishes(template: Path, package: Path) -> None:
    add_workflow(package, "release.yml", UPLOAD)
    adopt(template, package)
    commit_all(package, "Adopt")
    done = copier_command(package, "update", "--trust", "--defaults", "--data", "existing_workflow=none")
    assert "it publishes: keep or move" in last_line(done)
    assert new_files(package) == set()


def test_a_kept_workflow_gives_way_later_when_it_was_deleted(template: Path, package: Path) -> None:
    add_workflow(package, "release.yml", UPLOAD)
    adopt(template, package)
    commit_all(package, "Adopt")
    [command] = [
        block.replace("\\\n", " ").strip()
        for block in re.findall(r"```sh\n(.*?)```", (package / "RELEASING.md").read_text("utf-8"), re.DOTALL)
        if "existing_workflow=none" in block
    ]
    git(package, "rm", "--quiet", ".github/workflows/release.yml")
    commit_all(package, "Give way")
    copier_update(package, *command.partition("copier update --trust --defaults")[2].split())
    content = read_workflow((package / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8"))
    assert set(content["jobs"]) >= {"build", "publish-to-pypi", "publish-to-testpypi"}
    assert content["on"] == {"push": {"tags": ["rel-[0-9]*"]}}
    assert not git(package, "ls-files", "--unmerged")
