"""Whatever the questions accept comes back unchanged from a project that works; what they refuse changes nothing."""

from __future__ import annotations

import os
import re
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from email.parser import Parser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, seed
from hypothesis import strategies as st

from pyrelease.plan import Plan
from pyrelease.rules import owner_in
from tests.answers.questionnaire import of_package, problem, takes_text, usual
from tests.answers.strategies import BUILT, REFUSED, RENDERED, SEED, TEXT, answers, examples
from tests.conftest import ZIZMOR, plan_of, read_yaml, run
from tools.workflows import read_workflow
from tools.workshop import Workshop


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """A workshop for this module."""
    return Workshop(tmp_path_factory.mktemp("workshop"))


def parsed_files(folder: Path) -> Iterator[tuple[str, Any]]:
    """Parse every file that has a format, and yield its path and what it says."""
    for file in (path for path in folder.rglob("*") if path.is_file()):
        if file.suffix in (".yml", ".yaml"):
            yield file.relative_to(folder).as_posix(), read_yaml(file)
        if file.suffix == ".toml":
            yield file.relative_to(folder).as_posix(), tomllib.loads(file.read_text(encoding="utf-8"))
        if file.suffix in (".py", ".pyi"):
            compile(file.read_bytes(), file, "exec")


def check_project(folder: Path, typed: dict[str, Any]) -> None:
    """See that what was typed comes back from the files, and of an owner's address the owner."""
    typed = typed | {"github_owner": owner_in(typed["github_owner"])}
    files = dict(parsed_files(folder))
    stored = files[".copier-answers.yml"]
    assert {name: stored.get(name) for name in typed} == typed
    workflow = folder / ".github" / "workflows" / typed["workflow_filename"]
    if workflow.exists():
        plan = plan_of(folder)
        check_workflow(workflow, plan, typed)
        if plan.is_trusted:
            check_steps(folder / plan.releasing_path, plan)
    if typed["package"] == "new":
        project = files[f"{stored['package_folder']}/pyproject.toml".lstrip("/")]["project"]
        assert (project["name"], project["description"]) == (typed["project_name"], typed["project_description"])
        email = {"email": typed["author_email"]} if typed["author_email"] else {}
        assert project["authors"] == [{"name": typed["author_name"]} | email]
        assert project["license"] == typed["license"]
        repository = f"https://github.com/{typed['github_owner']}/{typed['github_repository']}"
        assert project["urls"]["Repository"] == repository


def check_workflow(workflow: Path, plan: Plan, typed: dict[str, Any]) -> None:
    """See that the workflow has the names that were typed, as GitHub reads them."""
    content = read_workflow(workflow.read_text(encoding="utf-8"))
    assert content["on"]["push"]["tags"] == [f"{typed['tag_prefix']}[0-9]*"]
    wanted = [typed["pypi_environment"]] + [typed["testpypi_environment"]] * bool(plan.push_publisher)
    jobs = [content["jobs"][publisher.index.job] for publisher in plan.publishers]
    assert [job["environment"]["name"] for job in jobs] == wanted


def check_steps(releasing: Path, plan: Plan) -> None:
    """See that each field of the forms is there as it must be typed."""
    form = releasing.read_text(encoding="utf-8").partition("\n| Field |")[2].partition("\n\n")[0]
    rows = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in form.split("\n")]
    for column, publisher in enumerate(plan.publishers, 1):
        shown = {label: cells[column] for cells in rows[2:] for label in cells[0].split(", ")}
        for label, value in publisher.fields:
            assert shown[label] == f"`{value}`"


@seed(SEED)
@examples(RENDERED["new"])
@given(typed=answers("new"))
def test_any_answers_make_a_project_that_says_what_was_typed(workshop: Workshop, typed: dict[str, Any]) -> None:
    check_project(workshop.make(typed), typed)


@seed(SEED)
@examples(RENDERED["existing"])
@given(typed=answers("existing"))
def test_any_answers_give_a_package_its_pipeline(workshop: Workshop, typed: dict[str, Any]) -> None:
    check_project(workshop.make(typed), typed)


def test_zizmor_finds_nothing_but_where_a_token_goes_to_pypi(workshop: Workshop) -> None:
    # A token that goes to PyPI is a finding, as it should be: Trusted Publishing needs none.
    folders = list(workshop.projects.iterdir())
    assert len(folders) >= sum(RENDERED.values())
    trusted = [folder for folder in folders if (made := plan_of(folder)).is_trusted or made.index_url]
    assert len(trusted) > len(folders) // 4
    run(workshop.projects, *ZIZMOR, "--format=plain", *trusted)


@seed(SEED)
@examples(REFUSED)
@given(question=st.sampled_from([name for name in of_package("new") if takes_text(name)]), typed=TEXT)
def test_a_text_that_is_refused_is_refused_in_words_and_changes_nothing(
    workshop: Workshop, question: str, typed: str
) -> None:
    words = problem(question, {**usual("new"), "index_route": "token", question: typed})
    assume(words)
    folder = workshop.template.parent / "mine"
    folder.mkdir(exist_ok=True)
    (folder / "mine.txt").write_bytes(b"mine\r\n")
    with pytest.raises(ValueError, match=question) as refusal:
        workshop.make({"index_route": "token", question: typed}, folder)
    assert words in str(refusal.value)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {"mine.txt": b"mine\r\n"}


def mailbox(field: str) -> tuple[str, str]:
    """Return the name and the address in a field of metadata, blank for blank; `parseaddr` would fold blanks (RFC 5322)."""
    name, address = field.removesuffix(">").rsplit(" <", 1)
    return re.sub(r"\\(.)", r"\1", name[1:-1]) if name.startswith('"') else name, address


@seed(SEED)
@examples(BUILT, shrinks=False)
@given(typed=answers("new"))
def test_what_was_typed_comes_back_from_the_built_wheel(workshop: Workshop, typed: dict[str, Any]) -> None:
    folder = workshop.make(typed | {"binary": False})
    dist = workshop.template.parent / "dist" / folder.name
    without_git = {**os.environ, "SETUPTOOLS_SCM_PRETEND_VERSION": "1.0"}
    run(
        folder / str(typed["package_folder"]),
        sys.executable,
        "-m",
        "build",
        "--no-isolation",
        "--outdir",
        dist,
        env=without_git,
    )
    [wheel] = dist.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        [path] = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        metadata = Parser().parsestr(archive.read(path).decode())
    assert (metadata["Name"], metadata["Summary"] or "") == (typed["project_name"], typed["project_description"])
    assert metadata["License-Expression"] == typed["license"]
    if typed["author_email"]:
        assert mailbox(metadata["Author-email"]) == (typed["author_name"], typed["author_email"])
    else:
        assert metadata["Author"] == typed["author_name"]
    assert f"Repository, {plan_of(folder).repository.address}" in metadata.get_all("Project-URL", [])


def test_every_built_file_passes_the_check_of_the_index(workshop: Workshop) -> None:
    files = sorted((workshop.template.parent / "dist").glob("*/*"))
    assert len(files) >= 2 * BUILT
    report = run(workshop.projects, "twine", "check", "--strict", *files)
    assert report.count("PASSED") == len(files)
