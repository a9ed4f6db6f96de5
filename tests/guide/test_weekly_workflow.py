"""The template hears of a change of the guide."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT, commit_all, release_template
from tests.github.rest_api import BOT, GitHub, loopback_github
from tests.guide import watch
from tests.guide.sample import TEXT, changed, sample, text_of
from tests.runs.weekly import run_weekly, tell
from tests.workflows import read_workflow

WATCH = ROOT / ".github" / "workflows" / "guide.yml"

GUIDES = "pypa/packaging.python.org/source/guides"
GUIDE = f"{GUIDES}/publishing-package-distribution-releases-using-github-actions-ci-cd-workflows.rst"


@pytest.fixture
def github() -> Iterator[GitHub]:
    """The repository of whoever is told."""
    with loopback_github("octo-org/demo") as repository:
        yield repository


@pytest.mark.runs
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
        tell(WATCH, github, {"REPORT": report})
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
