"""The template hears of a change of the guide, once of each, and of a fault of the watch by a red run."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.conftest import ROOT, change, commit_all, release_template
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
SAMPLES = f"{GUIDES}/github-actions-ci-cd-sample"
GUIDE = f"{GUIDES}/publishing-package-distribution-releases-using-github-actions-ci-cd-workflows.rst"

BEFORE = "1787000000 +0000"
"""A day in 2026-08 before the one of the text that was read."""

WITH_CONTAINER = changed(("jobs", "build", "container"), "python:3")
NEWS = "NEW upstream: job build, `container` is new: python:3"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The template's repository, for which somebody has read the guide that a test knows."""
    folder = release_template(tmp_path_factory.mktemp("template") / "template")
    sections = folder / watch_guide.SECTIONS.relative_to(ROOT)
    sections.write_text(watch_guide.recorded(TEXT), encoding="utf-8")
    commit_all(folder, "The guide as a test knows it")
    return folder


@pytest.fixture
def repository(github: GitHub) -> Repository:
    """The repository of whoever is told; the workflow has a token of its own."""
    github.user = BOT
    return github.create("octo-org/demo", role="write")


@pytest.fixture
def guides(github: GitHub) -> Repository:
    """The repository of the guide as it was read."""
    made = github.create("pypa/packaging.python.org", role="read")
    made.remote.write({f"{SAMPLES}/publish-to-pypi.yml": text_of(sample()), GUIDE: TEXT}, day=BEFORE)
    return made


def told(body: str | None) -> list[str]:
    """Return the report that an issue or a comment shows."""
    head, gap, fence, *report, end = str(body).splitlines()
    assert (head, gap) == ('CONTRIBUTING.md, "When the guide changes", says what to do.', "")
    assert fence == f"{end}text"
    assert set(end) == {"`"}
    assert not [line for line in report if end in line]
    return report


@pytest.mark.runs
def test_the_issue_tells_every_change_and_tells_it_once(
    template: Path, repository: Repository, guides: Repository, tmp_path: Path
) -> None:
    quiet, loud = {"compare": "success"}, {"compare": "success", "tell": "success"}
    weeks: list[tuple[dict[str, str | None], dict[str, str], int]] = [
        ({}, quiet, 0),
        ({f"{SAMPLES}/publish-to-pypi.yml": WITH_CONTAINER}, loud, 0),
        ({}, loud, 0),
        ({f"{SAMPLES}/a second one.yml": "", GUIDE: TEXT.replace("last words", "words\n``` end of report")}, loud, 1),
    ]
    for number, (files, results, comments) in enumerate(weeks):
        if files:
            guides.remote.write(files)
        ran = run_weekly(template, "guide.yml", repository, tmp_path / f"{number}")
        assert ran.results == results, ran.log
        assert [issue.title for issue in repository.issues] == ["The guide has changed"] * (number > 0)
        assert [len(issue.comments) for issue in repository.issues] == [comments] * (number > 0)
        if number == 1:
            assert told(repository.issues[0].body) == [NEWS]
    [issue] = repository.issues
    assert issue.comments == [issue.body]
    assert told(issue.body) == [
        NEWS,
        "NEW upstream: another file stands beside the sample: a second one.yml",
        'NEW upstream: the section "Second" of the text reads otherwise',
        "  - The last words.",
        "  + The words ``` end of report.",
    ]


FAULTS = {
    "a crash": (
        "tools/watch_guide.py",
        "    print(report(findings))",
        "    print(report(findings))\n    raise RuntimeError",
    ),
    "an empty report": ("tools/watch_guide.py", "    print(report(findings))", "    print()"),
    "a dependency that does not resolve": ("pyproject.toml", '"docutils>=0.22"', '"docutils>=9999"'),
}
"""What is wrong with the watch: a file, and the text in it that another one replaces."""


@pytest.mark.runs
@pytest.mark.parametrize("fault", [*FAULTS, "a missing sample"])
def test_a_fault_is_a_red_run_and_no_change_of_the_guide(
    template: Path, repository: Repository, guides: Repository, tmp_path: Path, fault: str
) -> None:
    watch = template
    if fault in FAULTS:
        watch = Path(shutil.copytree(template, tmp_path / "template"))
        change(watch, *FAULTS[fault])
        commit_all(watch, "A fault")
    missing = fault == "a missing sample"
    guides.remote.write({f"{SAMPLES}/publish-to-pypi.yml": None if missing else WITH_CONTAINER})
    ran = run_weekly(watch, "guide.yml", repository, tmp_path / "run")
    assert ran.results == {"compare": "failure"}, ran.log
    # act loses what a step prints last, so that the step alone is certain.
    step = "Fetch the guide's samples" if missing else "Compare them with the contract"
    assert f"Failure - Main {step}" in ran.log, ran.log
    assert repository.issues == []


# ─── The step that tells ───


def test_a_report_that_is_open_is_refreshed_and_what_is_new_is_a_comment(repository: Repository) -> None:
    repository.issues += [
        Issue("The guide has changed", "old", BOT, "closed"),
        Issue("The guide has changed", "a user's", "grace"),
    ]
    for report in ("first", "first", "second", "second", "first"):
        tell(WATCH, repository, {"REPORT": report})
    closed, users, issue = repository.issues
    assert (closed.body, closed.comments, users.body, users.comments) == ("old", [], "a user's", [])
    assert [told(comment) for comment in issue.comments] == [["second"], ["first"]]
    assert told(issue.body) == ["first"]


def test_of_two_that_are_open_the_newest_is_refreshed(repository: Repository) -> None:
    repository.issues += [Issue("The guide has changed", "old", BOT), Issue("The guide has changed", "newer", BOT)]
    tell(WATCH, repository, {"REPORT": "first"})
    old, newer = repository.issues
    assert (old.body, old.comments) == ("old", [])
    assert told(newer.body) == ["first"]


@pytest.mark.parametrize(
    "report", ["```", "a\n````\nb", "$(id) `id` \\ %s 'x' \"y\"", "@file", "🚀" * 14_000 + "\n```", "-f x=y"]
)
def test_whatever_a_report_says_it_stays_in_its_block(repository: Repository, report: str) -> None:
    tell(WATCH, repository, {"REPORT": report})
    [issue] = repository.issues
    assert told(issue.body) == report.splitlines()


def test_a_question_that_github_does_not_answer_opens_no_second_issue(github: GitHub, repository: Repository) -> None:
    repository.issues.append(Issue("The guide has changed", "old", BOT))
    github.fail("GET", "/repos/octo-org/demo/issues", status=502)
    with pytest.raises(RuntimeError):
        tell(WATCH, repository, {"REPORT": "first"})
    assert [issue.body for issue in repository.issues] == ["old"]


def test_the_watch_may_write_nothing_but_issues() -> None:
    jobs = read_workflow(WATCH.read_text(encoding="utf-8"))["jobs"]
    assert {name: job["permissions"] for name, job in jobs.items()} == {
        "compare": {"contents": "read"},
        "tell": {"issues": "write"},
    }
    assert not [step for step in jobs["tell"]["steps"] if "uses" in step]
