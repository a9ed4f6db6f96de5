"""What GitHub has is compared as the set-up compares it, for any account, any workflow and any tag that is to come."""

from __future__ import annotations

import pytest

from tests.conftest import commit_all
from tests.doctor.patients import KEPT_FILE, Patient, Seen, Ward
from tests.github.repositories import Repository
from tests.indexes import Indexes


def asked(patient: Patient, indexes: Indexes) -> Seen:
    """Return what the doctor says with `--online`."""
    return patient.seen("--online", sites=indexes.sites)


def test_what_the_set_up_does_is_all_that_is_asked_for(
    ward: Ward, indexes: Indexes, set_up_repository: Repository
) -> None:
    for kind in ("default", "token"):
        seen = asked(ward.patient(kind), indexes)
        assert (seen.code, seen.findings) == (0, [])
        assert not [line for line in seen.lines if "is not set" in line]


@pytest.mark.parametrize(("tag", "kind"), [("v0.9.9", "error"), ("v0.1.0", "warning")])
def test_a_rule_is_tried_with_the_next_tag_and_with_longer_ones(
    patient: Patient, indexes: Indexes, set_up_repository: Repository, tag: str, kind: str
) -> None:
    commit_all(patient.folder, "Release", tag=tag)
    set_up_repository.add_environment("pypi", reviewers=["ada"], allowed=[("tag", "v[0-9].[0-9].[0-9]")])
    assert asked(patient, indexes).only.startswith(f"{kind}: GitHub, environment pypi: its deployment rules refuse ")


def test_who_is_no_administrator_sees_the_same(
    patient: Patient, indexes: Indexes, set_up_repository: Repository
) -> None:
    set_up_repository.role = "read"
    assert asked(patient, indexes).findings == []
    set_up_repository.environments["pypi"].reviewers = []
    assert "has no required reviewers" in asked(patient, indexes).only


@pytest.mark.parametrize(
    ("allowed", "is_fine"),
    [([("tag", "v*")], True), ([("tag", "[0-9]*")], False), ([("tag", "v*"), ("branch", "main")], True)],
)
def test_a_workflow_that_is_kept_is_compared_by_its_own_filters(
    ward: Ward, indexes: Indexes, set_up_repository: Repository, allowed: list[tuple[str, str]], is_fine: bool
) -> None:
    patient = ward.patient("kept")
    indexes.add("PyPI", "demo-package")
    set_up_repository.add_environment("pypi", reviewers=["ada"], allowed=allowed)
    assert (asked(patient, indexes).findings == []) is is_fine


def test_a_kept_workflow_that_the_default_branch_publishes_needs_no_rule_for_tags(
    ward: Ward, indexes: Indexes, set_up_repository: Repository
) -> None:
    patient = ward.patient("kept")
    indexes.add("PyPI", "demo-package")
    patient.change('    tags: ["v*"]\n', "    branches: [main]\n", KEPT_FILE)
    set_up_repository.add_environment("pypi", reviewers=["ada"], allowed=[("branch", "main")])
    set_up_repository.rulesets.clear()
    assert asked(patient, indexes).findings == []


@pytest.mark.parametrize("status", [403, 502, 429, "cut", "garbage"])
@pytest.mark.parametrize("path", ["", "/environments/pypi", "/rulesets", "/actions/permissions"])
def test_where_github_gives_no_answer_the_rest_is_compared_and_decides(
    patient: Patient, indexes: Indexes, set_up_repository: Repository, status: int, path: str
) -> None:
    set_up_repository.github.fail("GET", f"/repos/octo-org/demo-package{path}", status=status)
    seen = asked(patient, indexes)
    assert (seen.code, seen.findings) == (0, [])
    assert len([line for line in seen.lines if line.startswith("GitHub: not known")]) == 1
