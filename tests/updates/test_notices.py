"""Whoever has to act hears of it: a project of the template's new version, and the template of a changed guide."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from extensions.pipeline import UPDATE_COMMAND
from extensions.template_source import template_address
from tests.conftest import ROOT, Make, commit_all, read_yaml, release_template, run
from tests.copier_processes import copier_update
from tests.github.rest_api import BOT, GitHub, loopback_github
from tests.guide import watch
from tests.guide.contract import read_workflow
from tests.guide.sample import TEXT, changed, sample, text_of
from tests.runs.act import Run, run_workflow

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
def github() -> Iterator[GitHub]:
    """The repository of whoever is told."""
    with loopback_github("octo-org/demo") as repository:
        yield repository


def run_weekly(folder: Path, workflow: str, github: GitHub, scratch: Path) -> Run:
    """Run a scheduled workflow."""
    from_here = ("GIT_CONFIG_GLOBAL", "COPIER_CACHE_DIR")
    variables = {**github.variables, **{name: os.environ[name] for name in from_here if name in os.environ}}
    return run_workflow(folder, workflow, "schedule", {"schedule": "0 5 * * 1"}, variables, scratch)


def tell(workflow: Path, github: GitHub, given: Mapping[str, str]) -> None:
    """Run the step of a workflow that opens or refreshes the issue, as a runner does."""
    [step] = read_workflow(workflow.read_text(encoding="utf-8"))["jobs"]["tell"]["steps"]
    fixed = {name: value for name, value in step["env"].items() if "${{" not in value}
    run(workflow.parent, "bash", "-e", "-c", step["run"], env={**os.environ, **github.variables, **fixed, **given})


# ─── A project hears of a new version of the template ───


def test_a_new_version_opens_an_issue_with_the_command_and_the_changelog(
    addressed: Path, published_project: Path, github: GitHub, tmp_path: Path
) -> None:
    quiet = run_weekly(published_project, NOTICES, github, tmp_path / "quiet")
    assert quiet.results == {"look": "success"}, quiet.log
    (addressed / "CHANGELOG.md").write_text(CHANGELOG, encoding="utf-8")
    commit_all(addressed, "More", tag="v1.1.0")
    commit_all(addressed, "Still more", tag="v1.2.0")
    told = run_weekly(published_project, NOTICES, github, tmp_path / "told")
    assert told.results == {"look": "success", "tell": "success"}, told.log
    [issue] = github.issues
    assert issue["title"] == "pyrelease-template 1.2.0"
    start, command, news = issue["body"].split("```")
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
    published_project: Path, github: GitHub, known: list[tuple[str, str]], told: list[tuple[str, str, str]]
) -> None:
    for state, version in known:
        github.add(state=state, title=f"pyrelease-template {version}", body="old", user=BOT)
    github.add(state="open", title="pyrelease-template 1.2.0", body="a user's", user={"login": "octocat"})
    workflow = published_project / ".github" / "workflows" / NOTICES
    tell(workflow, github, {"GH_TOKEN": "x", "TITLE": "pyrelease-template 1.2.0", "BODY": "news"})
    of_bot = [issue for issue in github.issues if issue["user"] == BOT]
    assert [(issue["state"], issue["title"].split()[1], issue["body"]) for issue in of_bot] == told
    [users] = [issue for issue in github.issues if issue["user"] != BOT]
    assert users["body"] == "a user's"


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
        ["zizmor", "--persona=auditor", "--no-config", "--no-ignores", "--offline", "--no-progress", "."],
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
    assert template_address(source) == address


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


# ─── The template hears of a change of the guide ───

WATCH = ROOT / ".github" / "workflows" / "guide.yml"

GUIDES = "pypa/packaging.python.org/source/guides"
GUIDE = f"{GUIDES}/publishing-package-distribution-releases-using-github-actions-ci-cd-workflows.rst"


@pytest.mark.parametrize("name", ["publish-to-test-pypi.yml", "publish-to-pypi.yml"])
def test_a_change_of_the_guide_opens_an_issue_with_the_report(
    github: GitHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    template = release_template(tmp_path / "template")
    monkeypatch.setattr(watch, "SECTIONS", template / "tests" / "guide" / "sections.yml")
    (tmp_path / "read.rst").write_text(TEXT, encoding="utf-8")
    watch.main(["--record", str(tmp_path / "read.rst")])
    commit_all(template, "The guide as a test knows it")
    new = name == "publish-to-pypi.yml"
    text = changed(("jobs", "build", "container"), "python:3") if new else text_of(sample())
    github.contents = {f"{GUIDES}/github-actions-ci-cd-sample/{name}": text.encode(), GUIDE: TEXT.encode()}
    ran = run_weekly(template, "guide.yml", github, tmp_path / "run")
    assert ran.results == {"compare": "success"} | ({"tell": "success"} if new else {}), ran.log
    assert [issue["title"] for issue in github.issues] == ["The guide has changed"] * new
    for issue in github.issues:
        assert issue["body"].splitlines()[2:] == [
            "```text",
            "NEW upstream: job build, `container` is new: python:3",
            "```",
        ]


def test_a_report_that_is_open_is_refreshed(github: GitHub) -> None:
    github.add(state="closed", title="The guide has changed", body="old", user=BOT)
    for report in ("first", "second"):
        tell(WATCH, github, {"GH_TOKEN": "x", "REPORT": report})
    assert [(issue["state"], issue["body"].split("```text\n")[-1]) for issue in github.issues] == [
        ("closed", "old"),
        ("open", "second\n```"),
    ]


def test_the_watch_may_write_nothing_but_issues() -> None:
    jobs = read_workflow(WATCH.read_text(encoding="utf-8"))["jobs"]
    assert {name: job["permissions"] for name, job in jobs.items()} == {
        "compare": {"contents": "read"},
        "tell": {"issues": "write"},
    }
    assert not [step for step in jobs["tell"]["steps"] if "uses" in step]
