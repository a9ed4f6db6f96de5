"""Three ways to take over a workflow that publishes: it stays, it is replaced, or its uploads are moved."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from pyrelease.defaults import default_existing_workflow, workflow_choices
from pyrelease.found import Found
from pyrelease.project import read_project
from tests.adoption.package import UPLOAD, add_workflow, adopt, guided, new_files
from tests.conftest import ZIZMOR, answers_of, commit_all, copy, git, last_line, run
from tests.copier_processes import copier_update
from tests.doctor.patients import Patient
from tests.runs.stories import story_of
from tools.workflows import read_workflow

WORKFLOWS = ".github/workflows"
OURS = f"{WORKFLOWS}/publish-to-test-pypi.yml"

TEST_JOB: dict[str, Any] = {"runs-on": "ubuntu-latest", "steps": [{"uses": "actions/checkout@v6"}, {"run": "pytest"}]}
CHECKS: dict[str, Any] = {"on": ["push", "pull_request"], "jobs": {"test": TEST_JOB, **UPLOAD["jobs"]}}
"""A workflow that tests each push, and publishes in a job of its own."""

ALL_IN_ONE: dict[str, Any] = {
    "on": ["push", "pull_request"],
    "jobs": {"all": {"runs-on": "ubuntu-latest", "steps": [*TEST_JOB["steps"], {"run": "twine upload dist/*"}]}},
}
"""A workflow whose one job tests and publishes."""

RELEASE: dict[str, Any] = {
    "needs": ["publish-to-pypi"],
    "runs-on": "ubuntu-latest",
    "steps": [{"run": "gh release create x"}],
}
DOCS: dict[str, Any] = {"runs-on": "ubuntu-latest", "steps": [{"run": "mkdocs gh-deploy"}]}


def with_jobs(**jobs: dict[str, Any]) -> dict[str, Any]:
    """Return the guide's workflow with other jobs beside."""
    content = guided()
    content["jobs"] |= jobs
    return content


def lines_of(package: Path, name: str, job: str) -> str:
    """Return the first and the last line of a job, with `-` between."""
    node: Any = yaml.compose((package / WORKFLOWS / name).read_text(encoding="utf-8"))
    [jobs] = [value for key, value in node.value if key.value == "jobs"]
    [(first, last)] = [(key.start_mark.line + 1, value.end_mark.line) for key, value in jobs.value if key.value == job]
    return f"{first}-{last}"


def seen(done: subprocess.CompletedProcess[str]) -> list[str]:
    """Return what a copy said before it wrote anything, each fact in one line however wide the terminal is."""
    return [" ".join(part.split()) for part in re.split(r"\n(?! {2,4}(?!If|Another))", done.stderr)]


# ─── Which one is proposed ───


@pytest.mark.parametrize(
    ("content", "choice", "reason"),
    [
        (guided(), "replace", "follows the guide, so its name and environments can stay"),
        (UPLOAD, "replace", "only builds, checks and publishes, so its name and environments can stay"),
        (CHECKS, "move", "does more than publish (job test)"),
        (ALL_IN_ONE, "move", "does more than publish (job all)"),
        (with_jobs(docs=DOCS), "replace", "follows the guide, so its name and environments can stay"),
    ],
)
def test_the_proposal_follows_from_what_was_seen_and_nobody_gets_what_stays(
    template: Path, package: Path, content: dict[str, Any], choice: str, reason: str
) -> None:
    before = add_workflow(package, "release.yml", content)
    done = copy(template, package)
    line = f"release.yml {reason}: existing_workflow={choice} is proposed, and it is kept, since nobody answers."
    assert line in seen(done)
    assert answers_of(package)["existing_workflow"] == "keep"
    assert (package / WORKFLOWS / "release.yml").read_text(encoding="utf-8") == before


@pytest.mark.parametrize(
    ("content", "choice"),
    [(guided(), "replace"), (CHECKS, "move"), ({**UPLOAD, "jobs": {"go": {"steps": [{"run": "make release"}]}}}, "")],
)
def test_who_answers_is_shown_the_proposal_first_and_none_where_nothing_is_certain(
    package: Path, content: dict[str, Any], choice: str
) -> None:
    add_workflow(package, "release.yml", content)
    assert default_existing_workflow(Found(package), "existing", False) == choice


@pytest.mark.parametrize(
    ("content", "offered"),
    [
        (UPLOAD, ["keep", "replace", "move"]),
        (CHECKS, ["keep", "move"]),
        ({**UPLOAD, "jobs": {"go": {"steps": [{"run": "make release"}]}}}, ["keep", "move", "none"]),
    ],
)
def test_who_answers_is_offered_what_can_be_done_and_what_is_given_is_refused_with_its_reason(
    package: Path, content: dict[str, Any], offered: list[str]
) -> None:
    add_workflow(package, "release.yml", content)
    assert [*workflow_choices("existing", Found(package)).values()] == offered
    assert [*workflow_choices("existing", Found(package), {"existing_workflow"}).values()] == [
        *("keep", "replace", "move", "none")
    ]


# ─── What is only likely ───


@pytest.mark.parametrize(
    ("step", "what"),
    [
        ({"run": "tox -e release"}, "runs tox -e release"),
        ({"run": "./go", "env": {"TWINE_PASSWORD": "${{ secrets.X }}"}}, "the variable TWINE_PASSWORD"),
        ({"uses": "octo/publish-pypi@v1"}, "uses octo/publish-pypi"),
    ],
)
def test_without_a_person_a_likely_publisher_ends_the_copy_with_the_questions_name(
    template: Path, package: Path, step: dict[str, Any], what: str
) -> None:
    add_workflow(package, "ci.yml", {"on": "push", "jobs": {"go": {"runs-on": "ubuntu-latest", "steps": [step]}}})
    said = last_line(copy(template, package))
    assert said.startswith("ValueError: existing_workflow: .github/workflows/ci.yml:")
    assert f"job go: {what}, so it may publish" in said
    assert new_files(package) == set()


@pytest.mark.parametrize(
    ("choice", "workflow", "has_ours"),
    [("none", OURS, True), ("move", OURS, True), ("keep", f"{WORKFLOWS}/ci.yml", False)],
)
def test_a_likely_publisher_becomes_what_is_said(
    template: Path, package: Path, choice: str, workflow: str, has_ours: bool
) -> None:
    content = {"on": "push", "jobs": {"go": {"runs-on": "ubuntu-latest", "steps": [{"run": "tox -e release"}]}}}
    before = add_workflow(package, "ci.yml", content)
    shown = adopt(template, package, "-d", f"existing_workflow={choice}")
    assert f"{WORKFLOWS}/{answers_of(package)['workflow_filename']}" == workflow
    assert (package / OURS).is_file() is has_ours
    assert (package / WORKFLOWS / "ci.yml").read_text(encoding="utf-8") == before
    assert (
        "see whether it publishes, and delete that: .github/workflows/ci.yml" in " ".join(shown.split())
    ) is has_ours


# ─── keep ───


def test_a_kept_workflow_without_an_environment_has_none_registered_and_a_warning_at_most(
    template: Path, package: Path
) -> None:
    content = {
        "on": {"push": {"tags": ["*"]}},
        "permissions": {"id-token": "write"},
        "jobs": {
            "both": {
                "if": "github.repository == 'Octo-Org/Old-Demo'",
                "runs-on": "ubuntu-latest",
                "steps": [
                    {"uses": "pypa/gh-action-pypi-publish@release/v1", "with": {"repository-url": "https://test.pypi.org/legacy/"}, "if": "a"},
                    {"uses": "pypa/gh-action-pypi-publish@release/v1", "if": "b"},
                ],
            }
        },
    }  # fmt: skip
    add_workflow(package, "release.yml", content)
    shown = adopt(template, package)
    answers = answers_of(package)
    assert (answers["pypi_environment"], answers["testpypi_environment"]) == ("", "")
    assert "Environment name" not in shown
    assert "environment:" not in (package / "RELEASING.md").read_text(encoding="utf-8")
    commit_all(package, "Adopt")
    seen = Patient(package).seen()
    assert seen.code == 0, seen.lines
    [advice] = [
        line for line in seen.findings if "job of its own, with an environment" in line and "PyPI and TestPyPI" in line
    ]
    assert "job both: uploads to PyPI and TestPyPI, so no environment can tell them apart" in advice
    assert not any("write environment:" in line for line in seen.lines)


@pytest.mark.parametrize("command", ["flit publish", "twine upload dist/*", "poetry publish", "hatch publish"])
def test_a_tool_that_only_knows_tokens_is_not_told_to_do_without(template: Path, package: Path, command: str) -> None:
    step = {"run": command, "env": {"FLIT_PASSWORD": "${{ secrets.MINE }}"}}
    add_workflow(
        package, "release.yml", {"on": {"release": {}}, "jobs": {"go": {"runs-on": "ubuntu-latest", "steps": [step]}}}
    )
    shown = adopt(template, package)
    assert ".github/workflows/release.yml:" in shown
    assert "secret MINE" in shown
    commit_all(package, "Adopt")
    seen = Patient(package).seen()
    assert seen.code == 0
    assert not any("needs id-token: write" in line for line in seen.lines)
    [line] = [line for line in seen.lines if "logs in by a token" in line]
    assert "upload by the action pypa/gh-action-pypi-publish" in line


@pytest.mark.parametrize("name", ["release[pypi].yml", "ünï.yml", "re*.yml", "a?b.yml", "!a.yml", "#a.yml"])
def test_a_workflow_of_any_name_is_kept_byte_for_byte(template: Path, package: Path, name: str) -> None:
    before = add_workflow(package, name, UPLOAD)
    adopt(template, package, "--overwrite")
    assert answers_of(package)["workflow_filename"] == name
    assert (package / WORKFLOWS / name).read_text(encoding="utf-8") == before
    assert not (package / OURS).exists()


# ─── replace ───


def test_it_is_replaced_without_overwrite_and_keeps_the_names_that_pypi_knows(template: Path, package: Path) -> None:
    content = {**UPLOAD, "jobs": {"deploy": {**UPLOAD["jobs"]["deploy"], "environment": "production"}}}
    add_workflow(package, "deploy.yml", content)
    adopt(template, package, "-d", "existing_workflow=replace")
    answers = answers_of(package)
    assert (answers["workflow_filename"], answers["pypi_environment"]) == ("deploy.yml", "production")
    assert [path.name for path in (package / WORKFLOWS).iterdir()] == ["deploy.yml"]
    assert git(package, "diff", "--name-only") == f"{WORKFLOWS}/deploy.yml"
    jobs = read_workflow((package / WORKFLOWS / "deploy.yml").read_text(encoding="utf-8"))["jobs"]
    assert jobs["publish-to-pypi"]["environment"]["name"] == "production"


def test_what_is_dropped_is_named_with_its_lines_and_what_takes_its_place(template: Path, package: Path) -> None:
    content = with_jobs(docs=DOCS, **{"github-release": RELEASE})
    content["jobs"]["build"]["steps"].insert(2, {"name": "Make the notes", "run": "make notes"})
    content["jobs"]["docs"]["env"] = {"KEY": "${{ secrets.DOCS_KEY }}"}
    content["on"] = {"push": {"tags": ["v*"]}, "release": {"types": ["published"]}}
    add_workflow(package, "release.yml", content)
    done = copy(template, package, "-d", "existing_workflow=replace")
    said = [line.removeprefix("If it is replaced, this goes: ") for line in seen(done)]
    before = git(package, "show", f"HEAD:{WORKFLOWS}/release.yml").splitlines()
    step = before.index("    - name: Make the notes") + 1
    docs = f"{before.index('  docs:') + 1}"
    release = f"{before.index('  github-release:') + 1}"
    assert (
        f"step 'Make the notes' of job build (line {step}): nothing takes its place, so move it to another workflow first."
        in said
    )
    assert any(line.startswith(f"job docs (lines {docs}-") and "nothing takes its place" in line for line in said)
    assert any(
        line.startswith(f"job github-release (lines {release}-") and "github_release=true" in line for line in said
    )
    assert "secret DOCS_KEY, which it reads no more." in said
    assert "start by release: the push of a release tag takes its place." in said
    assert not any(line.startswith("start by push") for line in said)
    assert answers_of(package)["github_release"] is True
    assert "github-release" in read_workflow((package / WORKFLOWS / "release.yml").read_text(encoding="utf-8"))["jobs"]


def test_tests_that_only_a_release_starts_are_a_check_that_the_pipeline_has_too(template: Path, package: Path) -> None:
    content = {"on": {"push": {"tags": ["*"]}}, "jobs": CHECKS["jobs"]}
    add_workflow(package, "release.yml", content)
    done = copy(template, package, "-d", "existing_workflow=replace")
    assert done.returncode == 0, done.stderr
    assert ": test_group or test_extra names what the pipeline tests with." in " ".join(seen(done))


@pytest.mark.parametrize("content", [CHECKS, ALL_IN_ONE])
def test_a_workflow_that_does_more_is_not_replaced(template: Path, package: Path, content: dict[str, Any]) -> None:
    before = add_workflow(package, "tests.yml", content)
    assert "it does more: keep or move" in last_line(copy(template, package, "-d", "existing_workflow=replace"))
    assert (package / WORKFLOWS / "tests.yml").read_text(encoding="utf-8") == before
    assert new_files(package) == set()


def test_an_interrupted_replacement_is_finished_by_the_same_command(template: Path, package: Path) -> None:
    before = add_workflow(package, "release.yml", guided())
    adopt(template, package, "-d", "existing_workflow=replace")
    after = (package / WORKFLOWS / "release.yml").read_text(encoding="utf-8")
    (package / WORKFLOWS / "replacement").write_text(after[:100], encoding="utf-8")
    (package / WORKFLOWS / "release.yml").write_text(before, encoding="utf-8")
    adopt(template, package, "-d", "existing_workflow=replace", "--overwrite")
    assert (package / WORKFLOWS / "release.yml").read_text(encoding="utf-8") == after
    assert not (package / WORKFLOWS / "replacement").exists()


def test_a_replaced_workflow_is_updated_like_any_other(template: Path, package: Path) -> None:
    add_workflow(package, "release.yml", guided())
    adopt(template, package, "-d", "existing_workflow=replace")
    commit_all(package, "Adopt")
    answers, text = answers_of(package), (package / WORKFLOWS / "release.yml").read_text(encoding="utf-8")
    copier_update(package)
    assert answers_of(package) == answers
    assert (package / WORKFLOWS / "release.yml").read_text(encoding="utf-8") == text


# ─── move ───


def test_a_move_names_the_lines_of_the_job_and_the_filled_in_page(template: Path, package: Path) -> None:
    before = add_workflow(package, "tests.yml", CHECKS)
    shown = adopt(template, package, "-d", "existing_workflow=move")
    words = " ".join(shown.split())
    assert (
        f"delete lines {lines_of(package, 'tests.yml', 'deploy')} of .github/workflows/tests.yml (job deploy)" in words
    )
    page = "https://pypi.org/manage/project/Old.Demo/settings/publishing/?provider=github&owner=Octo-Org&repository=Old-Demo"
    assert f"{page}&workflow_filename=publish-to-test-pypi.yml&environment=pypi" in shown
    assert (package / WORKFLOWS / "tests.yml").read_text(encoding="utf-8") == before
    assert set(new_files(package)) >= {OURS, "RELEASING.md"}
    assert "no other workflow publishes" in (package / "RELEASING.md").read_text(encoding="utf-8")


def test_of_a_job_that_does_more_the_step_alone_is_to_be_deleted(template: Path, package: Path) -> None:
    text = add_workflow(package, "tests.yml", ALL_IN_ONE)
    line = next(number for number, line in enumerate(text.splitlines(), 1) if "twine upload" in line)
    words = " ".join(adopt(template, package, "-d", "existing_workflow=move").split())
    assert f"delete lines {line}-{line} of .github/workflows/tests.yml (the step that uploads in job all;" in words


def test_until_one_workflow_alone_publishes_the_doctor_fails_and_no_tag_is_made(template: Path, package: Path) -> None:
    add_workflow(package, "tests.yml", CHECKS)
    adopt(template, package, "-d", "existing_workflow=move")
    commit_all(package, "Adopt")
    seen = Patient(package).seen()
    lines = f"delete lines {lines_of(package, 'tests.yml', 'deploy')} of .github/workflows/tests.yml (job deploy)"
    assert seen.code == 1
    assert any(
        line.startswith("error: .github/workflows/tests.yml: publishes each release") and lines in line
        for line in seen.findings
    )
    [problem] = read_project(package).problems_before_a_tag()
    assert problem.startswith("no tag yet: tests.yml would publish it a second time")
    assert lines in problem
    add_workflow(package, "tests.yml", {"on": CHECKS["on"], "jobs": {"test": TEST_JOB}})
    assert Patient(package).seen().code == 0
    assert read_project(package).problems_before_a_tag() == []


def test_a_workflow_for_testpypi_alone_is_named_with_what_to_delete(template: Path, package: Path) -> None:
    content = {
        "on": {"push": {"tags": ["*"]}},
        "jobs": {"try": {"runs-on": "ubuntu-latest", "steps": [{"run": "twine upload -r testpypi x"}]}},
    }
    add_workflow(package, "try.yml", content)
    shown = adopt(template, package)
    assert "delete .github/workflows/try.yml" in shown
    commit_all(package, "Adopt")
    seen = Patient(package).seen()
    assert seen.code == 0
    assert any(
        "try.yml: uploads the same files to TestPyPI as" in line and "delete .github/workflows/try.yml" in line
        for line in seen.findings
    )


# ─── To the end ───


def adopted_by(template: Path, package: Path, way: str) -> Path:
    """Adopt the pipeline in a way, do what the steps say, commit, and return the workflow that publishes."""
    add_workflow(package, "release.yml", {"keep": guided(), "replace": guided(), "move": CHECKS}[way])
    adopt(template, package, "-d", f"existing_workflow={way}")
    if way == "move":
        add_workflow(package, "release.yml", {"on": CHECKS["on"], "jobs": {"test": TEST_JOB}})
    commit_all(package, "Adopt")
    return package / WORKFLOWS / str(answers_of(package)["workflow_filename"])


@pytest.mark.parametrize("way", ["replace", "move"])
def test_the_workflow_of_each_way_is_linted(template: Path, package: Path, way: str) -> None:
    workflow = adopted_by(template, package, way)
    run(package, "actionlint", str(workflow))
    done = subprocess.run([*ZIZMOR, str(workflow)], capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.runs
@pytest.mark.parametrize("way", ["replace", "move"])
def test_the_workflow_of_each_way_publishes_a_tag(template: Path, package: Path, tmp_path: Path, way: str) -> None:
    adopted_by(template, package, way)
    with story_of(package, tmp_path / "story") as story:
        tagged = story.push_tag("tag", "rel-1.4.0")
        assert {"build", "publish-to-pypi", "publish-to-testpypi"} <= tagged.results.keys(), tagged.log
        assert set(tagged.results.values()) == {"success"}, tagged.log
        assert len(story.repository.pypi.files) == 2
