"""The template hears of a change of the guide."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import ROOT, commit_all, release_template
from tests.github.accounts import BOT
from tests.github.issues import Issue
from tests.github.repositories import Repository
from tests.github.stand_in import GitHub
from tests.guide.sample import TEXT, changed, sample, text_of
from tests.runs.weekly import run_weekly, tell
from tools import watch_guide
from tools.workflows import read_workflow

WATCH = ROOT / ".github" / "workflows" / "guide.yml"

GUIDES = "source/guides"
GUIDE = f"{GUIDES}/publishing-package-distribution-releases-using-github-actions-ci-cd-workflows.rst"


@pytest.fixture
def repository(github: GitHub) -> Repository:
    """The repository of whoever is told; the workflow has a token of its own."""
    github.user = BOT
    return github.create("octo-org/demo", role="write")


@pytest.mark.runs
@pytest.mark.parametrize("name", ["publish-to-test-pypi.yml", "publish-to-pypi.yml"])
def test_a_change_of_the_guide_opens_an_issue_with_the_report(
    github: GitHub, repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    template = release_template(tmp_path / "template")
    monkeypatch.setattr(watch_guide, "SECTIONS", template / "tools" / "guide" / "sections.yml")
    (tmp_path / "read.rst").write_text(TEXT, encoding="utf-8")
    watch_guide.main(["--record", str(tmp_path / "read.rst")])
    commit_all(template, "The guide as a test knows it")
    new = name == "publish-to-pypi.yml"
    text = changed(("jobs", "build", "container"), "python:3") if new else text_of(sample())
    guides = github.create("pypa/packaging.python.org", role="read")
    guides.remote.write({f"{GUIDES}/github-actions-ci-cd-sample/{name}": text, GUIDE: TEXT})
    ran = run_weekly(template, "guide.yml", repository, tmp_path / "run")
    assert ran.results == {"compare": "success"} | ({"tell": "success"} if new else {}), ran.log
    assert [issue.title for issue in repository.issues] == ["The guide has changed"] * new
    for issue in repository.issues:
        assert str(issue.body).splitlines()[2:] == [
            "```text",
            "NEW upstream: job build, `container` is new: python:3",
            "```",
        ]


def test_a_report_that_is_open_is_refreshed(repository: Repository) -> None:
    repository.issues.append(Issue("The guide has changed", "old", BOT, "closed"))
    for report in ("first", "second"):
        tell(WATCH, repository, {"REPORT": report})
    assert [(issue.state, str(issue.body).split("```text\n")[-1]) for issue in repository.issues] == [
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
