"""A project hears of a new version of the template."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pyrelease.plan import UPDATE_COMMAND
from pyrelease.plan.source import Source
from tests.conftest import ZIZMOR, Make, commit_all, read_yaml, run
from tests.copier_processes import copier_update
from tests.github.accounts import BOT
from tests.github.issues import Issue
from tests.github.repositories import Repository
from tests.github.stand_in import GitHub
from tests.runs.weekly import run_weekly, tell
from tools.workflows import read_workflow

NOTICES = "update-notices.yml"

CHANGELOG = """\
# Changelog

## Unreleased

- Not yet.

## 1.2.0 - 2026-12-24

- Brings "quotes", $(id) and `code`.

## 1.1.0 - 2026-12-01

- Renames an input.

## 1.0.0 - 2026-11-22

- The first version.
"""


@pytest.fixture
def repository(github: GitHub) -> Repository:
    """The repository of whoever is told; the workflow has a token of its own."""
    github.user = BOT
    return github.create("octo-org/demo", role="write")


@pytest.mark.runs
def test_a_new_version_opens_an_issue_with_the_command_and_the_changelog(
    addressed: Path, published_project: Path, repository: Repository, tmp_path: Path
) -> None:
    quiet = run_weekly(published_project, NOTICES, repository, tmp_path / "quiet")
    assert quiet.results == {"look": "success"}, quiet.log
    (addressed / "CHANGELOG.md").write_text(CHANGELOG, encoding="utf-8")
    commit_all(addressed, "More", tag="v1.1.0")
    commit_all(addressed, "Still more", tag="v1.2.0")
    told = run_weekly(published_project, NOTICES, repository, tmp_path / "told")
    assert told.results == {"look": "success", "tell": "success"}, told.log
    [issue] = repository.issues
    assert issue.title == "pyrelease-template 1.2.0"
    start, command, news = str(issue.body).split("```")
    assert start == "From 1.0.0 to 1.2.0. Commit your work, then run:\n\n"
    assert command == f"sh\n{UPDATE_COMMAND}\n"
    released = CHANGELOG[CHANGELOG.index("## 1.2.0") : CHANGELOG.index("## 1.0.0")]
    assert news.strip() == released.strip()


@pytest.mark.parametrize(
    ("known", "told"),
    [
        ([("open", "1.1.0")], [("open", "1.2.0", "news")]),
        ([("open", "1.2.0")], [("open", "1.2.0", "news")]),
        ([("closed", "1.1.0")], [("closed", "1.1.0", "old"), ("open", "1.2.0", "news")]),
        ([("closed", "1.2.0")], [("closed", "1.2.0", "old")]),
        ([("closed", "1.1.0"), ("open", "1.1.0")], [("closed", "1.1.0", "old"), ("open", "1.2.0", "news")]),
    ],
)
def test_there_is_one_open_issue_and_one_that_was_closed_stays_closed(
    published_project: Path, repository: Repository, known: list[tuple[str, str]], told: list[tuple[str, str, str]]
) -> None:
    for state, version in known:
        repository.issues.append(Issue(f"pyrelease-template {version}", "old", BOT, state))
    repository.issues.append(Issue("pyrelease-template 1.2.0", "a user's", "grace"))
    workflow = published_project / ".github" / "workflows" / NOTICES
    tell(workflow, repository, {"TITLE": "pyrelease-template 1.2.0", "BODY": "news"})
    of_bot = [issue for issue in repository.issues if issue.user == BOT]
    assert [(issue.state, issue.title.split()[1], issue.body) for issue in of_bot] == told
    [users] = [issue for issue in repository.issues if issue.user != BOT]
    assert users.body == "a user's"


def test_it_runs_no_code_of_the_template_and_may_write_nothing_but_issues(published_project: Path) -> None:
    text = (published_project / ".github" / "workflows" / NOTICES).read_text(encoding="utf-8")
    workflow = read_workflow(text)
    assert set(workflow["on"]) == {"schedule", "workflow_dispatch"}
    [when] = workflow["on"]["schedule"]
    assert re.fullmatch(r"\d+ \d+ \* \* [0-6]", when["cron"]), "once a week"
    assert {name: job["permissions"] for name, job in workflow["jobs"].items()} == {
        "look": {"contents": "read"},
        "tell": {"issues": "write"},
    }
    assert not [step for step in workflow["jobs"]["tell"]["steps"] if "uses" in step]
    commands = "\n".join(step.get("run", "") for step in workflow["jobs"]["look"]["steps"])
    assert "check-update" in commands
    assert not re.search(r"--trust|\bcopy\b|jinja2-time", commands)


@pytest.mark.parametrize(
    "command",
    [
        [*ZIZMOR, "."],
        ["actionlint"],
        ["check-jsonschema", "--builtin-schema", "vendor.github-workflows", f".github/workflows/{NOTICES}"],
    ],
    ids=" ".join,
)
def test_a_tool_finds_nothing(published_project: Path, command: list[str]) -> None:
    run(published_project, *command)


@pytest.mark.parametrize(
    ("source", "address"),
    [
        ("gh:octo-org/pyrelease-template", "https://github.com/octo-org/pyrelease-template"),
        ("gl:octo-org/pyrelease-template", "https://gitlab.com/octo-org/pyrelease-template"),
        ("gh:/octo-org/pyrelease-template.git", "https://github.com/octo-org/pyrelease-template.git"),
        ("https://github.com/octo-org/template.git", "https://github.com/octo-org/template.git"),
        ("git+https://example.org/template", "https://example.org/template"),
        ("git@github.com:octo-org/template.git", ""),
        ("/home/me/pyrelease-template", ""),
        ("..", ""),
    ],
)
def test_the_address_is_where_anybody_can_clone_the_template(source: str, address: str) -> None:
    assert Source(source).address == address


def test_a_project_keeps_the_template_as_a_full_address_and_a_tag_for_renovate(published_project: Path) -> None:
    [name] = [
        path.name
        for path in published_project.iterdir()
        if re.search(r"(^|/)\.copier-answers(\..+)?\.ya?ml", path.name)
    ]
    answers = read_yaml(published_project / name)
    assert answers["_src_path"] == "https://github.com/octo-org/pyrelease-template"
    assert answers["_commit"] == "v1.0.0"


def test_a_template_without_an_address_gives_no_notices(make: Make) -> None:
    assert not (make() / ".github" / "workflows" / NOTICES).exists()


def test_one_answer_turns_the_notices_off(published_project: Path) -> None:
    assert (published_project / ".github" / "workflows" / NOTICES).exists()
    copier_update(published_project, "--quiet", "--data", "update_notices=false")
    assert not (published_project / ".github" / "workflows" / NOTICES).exists()
