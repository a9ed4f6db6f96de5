"""`pyrelease setup` and `pyrelease doctor` look after all packages at the root, and after one in its own folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pyrelease.cli import main
from pyrelease.found.packages import Place, new_place, place_of
from pyrelease.project import NoProjectError, read_projects
from tests.conftest import change, commit_all, copy, git
from tests.packages.conftest import PACKAGES, answers_file, options, plan_in
from tests.set_up.conftest import WHOLE, Command, command

__all__ = ["command"]

NAMES = sorted(PACKAGES)

TAGS = {name: ("tag", f"{name}-v[0-9]*") for name in PACKAGES}


def looked_over(capsys: pytest.CaptureFixture[str], folder: Path, *given: str) -> tuple[int, str]:
    """Run the doctor, and return its exit code and what it prints."""
    code = main(["doctor", str(folder), *given])
    return code, capsys.readouterr().out


# ─── Which packages ───


def test_all_packages_are_meant_at_the_root_and_one_in_its_folder(several: Path) -> None:
    assert [project.plan.project_name for project in read_projects(several)] == NAMES
    for name in NAMES:
        [project] = read_projects(several / "packages" / name)
        assert (project.plan.project_name, project.folder) == (name, several.resolve())
        [named] = read_projects(several, answers_file(name))
        assert named.plan == project.plan


def test_a_folder_that_is_none_of_the_packages_is_no_project(several: Path) -> None:
    (several / "packages" / "one" / "below").mkdir()
    for folder in (several / "packages", several / "packages" / "one" / "below"):
        with pytest.raises(NoProjectError, match=r"\.copier-answers\.yml is not here"):
            read_projects(folder)


def test_a_package_behind_a_link_is_not_looked_at(several: Path, tmp_path: Path) -> None:
    (several / "packages").rename(tmp_path / "elsewhere")
    (several / "packages").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    with pytest.raises(NoProjectError, match="packages/one is a link, or behind one"):
        read_projects(several, answers_file("one"))


def test_where_a_package_is_follows_from_the_answers_above_it(several: Path) -> None:
    root = several.resolve()
    assert place_of(several / "packages" / "one") == Place(root, "packages/one", answers_file("one"))
    assert place_of(several / "packages" / "new") is None
    assert place_of(several) is None
    assert new_place(several / "packages" / "new", several) == Place(several, "packages/new", answers_file("new"))
    assert new_place(several / "plugins" / "one", several).answers_file == ".copier-answers.plugins-one.yml"


# ─── The set-up ───


def test_the_set_up_brings_every_package_to_its_first_tag_and_shares_what_is_the_same(
    several: Path, command: Command
) -> None:
    ran = command(several, *WHOLE)
    assert ran.code == 0, ran.shown
    made = command.repository
    assert set(made.environments) == {"pypi", "testpypi"}
    assert sorted(made.environments["pypi"].rules) == sorted(TAGS.values())
    assert sorted(made.environments["testpypi"].rules) == sorted([("branch", "*"), ("branch", "**/*"), *TAGS.values()])
    patterns = [ruleset["conditions"]["ref_name"]["include"] for ruleset in made.rulesets]
    assert sorted(patterns) == sorted([f"refs/tags/{pattern}"] for _, pattern in TAGS.values())
    assert made.actions["sha_pinning_required"]
    assert {ref for ref in command.refs if "tags" in ref} == {f"refs/tags/{name}-v0.1.0rc1" for name in PACKAGES}
    assert [ran.shown.index(f"── {name}, in packages/{name} ──") for name in NAMES] == sorted(
        ran.shown.index(f"── {name}, ") for name in NAMES
    )


def test_run_again_the_set_up_changes_nothing(several: Path, command: Command) -> None:
    assert command(several, *WHOLE).code == 0
    changes, refs = list(command.github.changes), command.refs
    ran = command(several, "--no-watch")  # without --yes: nothing is asked
    assert ran.code == 0, ran.shown
    assert (command.github.changes, command.refs) == (changes, refs)
    assert ran.shown.count("There is nothing to change.") == len(PACKAGES)


def test_a_package_that_is_added_later_is_committed_with_what_it_shares(
    template: Path, several: Path, command: Command
) -> None:
    assert command(several, *WHOLE).code == 0
    done = copy(template, several, *options("zero"))
    assert done.returncode == 0, done.stderr
    ran = command(several, *WHOLE)
    assert ran.code == 0, ran.shown
    assert not git(several, "status", "--short")
    assert "refs/tags/zero-v0.1.0rc1" in command.refs
    assert ("tag", "zero-v[0-9]*") in command.repository.environments["pypi"].rules


def test_in_a_packages_folder_the_set_up_is_for_that_one(several: Path, command: Command) -> None:
    ran = command(several / "packages" / "two", *WHOLE)
    assert ran.code == 0, ran.shown
    assert command.repository.environments["pypi"].rules == [TAGS["two"]]
    assert {ref for ref in command.refs if "tags" in ref} == {"refs/tags/two-v0.1.0rc1"}
    assert "──" not in ran.shown


# ─── The doctor ───


def test_the_doctor_names_each_package_and_the_tag_that_comes_next(
    several: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    git(several, "tag", "one-v1.2.0")
    code, shown = looked_over(capsys, several)
    assert code == 0, shown
    heads = [line for line in shown.splitlines() if line.startswith("──")]
    assert heads == [f"── {name}, in packages/{name} ──" for name in NAMES]
    assert "next tag: one-v1.2.1 builds 1.2.1" in shown
    assert "next tag: two-v0.1.0rc1 builds 0.1.0rc1" in shown


def test_what_is_wrong_in_one_package_is_found_at_the_root_and_in_its_folder_alone(
    several: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(several, "packages/two/pyproject.toml", 'name = "two"', 'name = "other"')
    commit_all(several, "Another name")
    found = "packages/two/pyproject.toml: the name is other, and two is registered"
    for folder, wanted in ((several, 1), (several / "packages" / "two", 1), (several / "packages" / "one", 0)):
        code, shown = looked_over(capsys, folder)
        assert (code, found in shown) == (wanted, bool(wanted)), shown


def test_programs_get_one_list_of_all_packages(several: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("one", "two"):
        (several / "packages" / name / "LICENSE").unlink()
    commit_all(several, "No licences")
    code, shown = looked_over(capsys, several, "--format", "json")
    found = json.loads(shown)
    files = {finding["file"] for finding in found["findings"] if finding["severity"] == "error"}
    assert (code, files) == (1, {f"packages/{name}/pyproject.toml" for name in ("one", "two")})


def test_the_doctor_finds_tags_that_two_packages_take(several: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = plan_in(several, "two")
    change(several, own.workflow_path, "two-v[0-9]*", "one-v[0-9]*")
    code, shown = looked_over(capsys, several / "packages" / "one")
    assert code == 1
    assert f"{own.workflow_path}: publishes each release a second time" in shown
