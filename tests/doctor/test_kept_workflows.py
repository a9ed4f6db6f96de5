"""The doctor compares a workflow that its maintainer keeps, as far as it can be seen, and leaves the rest alone."""

from __future__ import annotations

import json

import pytest

from tests.doctor.patients import PUBLISH, Ward

KEPT = ".github/workflows/release.yml"


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("environment: pypi", "environment: release", "error: {}, job release: the environment is release, and PyPI knows pypi"),
        ("    environment: pypi\n", "", "error: {}, job release: has no environment, and PyPI knows pypi"),
        ("id-token: write", "contents: read", "error: {}, job release: Trusted Publishing needs id-token: write"),
        ("    if: github.repository == 'octo-org/demo-package'\n", "", "warning: {}, job release: tries to publish in forks"),
    ],
)  # fmt: skip
def test_a_kept_workflow_is_compared_too(ward: Ward, before: str, after: str, words: str) -> None:
    patient = ward.patient("kept")
    patient.change(before, after, KEPT)
    assert patient.seen().only.startswith(words.format(KEPT))


def test_a_fork_makes_no_releases_so_their_event_needs_no_guard(ward: Ward) -> None:
    patient = ward.patient("kept")
    patient.change("    if: github.repository == 'octo-org/demo-package'\n", "", KEPT)
    patient.change('  push:\n    tags: ["v*"]\n', "  release:\n    types: [published]\n", KEPT)
    assert patient.seen().findings == []


def test_a_kept_workflow_with_an_old_token_goes_on_publishing(ward: Ward) -> None:
    patient = ward.patient("kept")
    patient.change("    environment: pypi\n    permissions:\n      id-token: write\n", "", KEPT)
    patient.change(PUBLISH, f"{PUBLISH}\n        with: {{password: '${{{{ secrets.PYPI_API_TOKEN }}}}'}}", KEPT)
    seen = patient.seen()
    assert seen.code == 0
    assert "secret PYPI_API_TOKEN is not needed" in seen.only


def test_a_kept_workflow_that_uploads_by_a_command_is_compared_as_far_as_it_can_be(ward: Ward) -> None:
    patient = ward.patient("kept")
    patient.change(f"uses: {PUBLISH}", "run: uv publish", KEPT)
    assert patient.seen().findings == []
    patient.change("environment: pypi", "environment: release", KEPT)
    assert patient.seen().only.startswith(f"error: {KEPT}, job release: the environment is release")
    patient.change("id-token: write", "contents: read", KEPT)
    assert patient.seen().only.startswith(f"warning: {KEPT}, job release: Trusted Publishing needs id-token: write")


def test_a_kept_workflow_that_publishes_in_its_own_way_is_left_alone(ward: Ward) -> None:
    patient = ward.patient("kept")
    text = "on:\n  release:\n    types: [published]\njobs:\n  all:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make release\n"
    (patient.folder / KEPT).write_text(text, encoding="utf-8")
    seen = patient.seen()
    assert (seen.code, seen.findings) == (0, [])
    assert f"{KEPT}: no job is seen that uploads to PyPI, so no job is compared" in seen.lines


@pytest.mark.parametrize("uploads", ["twine \\\n            upload dist/*", "true && twine upload dist/*"])
def test_a_command_that_uploads_is_seen_as_the_shell_sees_it(ward: Ward, uploads: str) -> None:
    patient = ward.patient("kept")
    patient.change(f"uses: {PUBLISH}", f"run: |\n          {uploads}", KEPT)
    assert patient.seen().findings == []
    patient.change("environment: pypi", "environment: release", KEPT)
    assert patient.seen().only.startswith(f"error: {KEPT}, job release: the environment is release")


def test_a_command_in_a_comment_uploads_nothing(ward: Ward) -> None:
    patient = ward.patient("kept")
    patient.change(f"uses: {PUBLISH}", "run: echo later; # twine upload dist/*", KEPT)
    assert f"{KEPT}: no job is seen that uploads to PyPI, so no job is compared" in patient.seen().lines


@pytest.mark.parametrize(
    ("run", "is_said"),
    [
        ("ls -lh dist", False),
        ("cd dist && ls; echo done # what is there", False),
        ("mkdir -p dist && mv one/* dist/", False),
        ("python -m build", True),
        ("ls; make dist", True),
        ("echo $(curl https://example.org/install)", True),
        ("find . -exec sh {} +", True),
    ],
)
def test_a_job_that_may_publish_runs_no_other_code(ward: Ward, run: str, is_said: bool) -> None:
    patient = ward.patient("kept")
    patient.change("    steps:\n", f"    steps:\n      - run: {json.dumps(run)}\n", KEPT)
    assert ["runs commands or checks code out" in finding for finding in patient.seen().findings] == [True] * is_said


def test_of_a_kept_workflow_alone_and_what_it_calls_the_pins_are_looked_at(ward: Ward) -> None:
    patient = ward.patient("kept")
    other = patient.folder / ".github" / "workflows" / "labels.yml"
    other.write_text(
        "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: o/r@v1\n", encoding="utf-8"
    )
    assert patient.seen().findings == []
    patient.change("jobs:\n", "jobs:\n  call:\n    uses: ./.github/workflows/labels.yml\n", KEPT)
    assert "labels.yml: a tag or a branch can move" in patient.seen().only
