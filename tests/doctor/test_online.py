"""With `--online` the doctor asks the indexes and GitHub, and without an answer the offline result counts."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from pyrelease import gh, index
from tests.doctor.patients import Patient, Seen, Ward
from tests.github.repositories import Repository
from tests.github.rulesets import add_ruleset
from tests.github.stand_in import GitHub
from tests.indexes import Indexes
from tests.runs.loopback_index import free_port


@pytest.fixture
def repository(github: GitHub) -> Repository:
    """The project's repository, set up as the steps say."""
    made = github.create("octo-org/demo-package")
    made.add_environment("pypi", reviewers=["ada"], allowed=[("tag", "v[0-9]*")])
    made.add_environment("testpypi")
    refs = {"ref_name": {"include": ["refs/tags/v[0-9]*"], "exclude": []}}
    rules = [{"type": "creation"}]
    add_ruleset(made, name="Release tags", target="tag", enforcement="active", conditions=refs, rules=rules)
    return made


@pytest.fixture
def logged_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Leave `gh` without an account."""
    monkeypatch.setenv("GH_CONFIG_DIR", str(tmp_path / "gh"))
    for name in ("GH_TOKEN", "GITHUB_TOKEN"):
        monkeypatch.delenv(name, raising=False)


def asked(patient: Patient, indexes: Indexes) -> Seen:
    """Return what the doctor says with `--online`."""
    return patient.seen("--online", sites=indexes.sites)


def test_a_project_that_is_set_up_has_no_findings(patient: Patient, indexes: Indexes, repository: Repository) -> None:
    seen = asked(patient, indexes)
    assert (seen.code, seen.findings) == (0, [])
    assert {"PyPI: the name demo-package is free", "TestPyPI: the name demo-package is free"} <= set(seen.lines)


@pytest.mark.parametrize("index", ["PyPI", "TestPyPI"])
def test_a_new_name_that_is_taken_is_a_warning(
    patient: Patient, indexes: Indexes, logged_out: None, index: str
) -> None:
    indexes.add(index, "demo-package", project_urls={"Home": "https://example.org"})
    seen = asked(patient, indexes)
    assert seen.code == 0
    site = "https://pypi.org" if index == "PyPI" else "https://test.pypi.org"
    assert seen.only == (
        f"warning: {index}: the name demo-package is taken: see on {site}/p/demo-package whether the project is yours"
    )


def test_a_name_with_addresses_of_the_repository_is_the_project_s_own(
    patient: Patient, indexes: Indexes, logged_out: None
) -> None:
    indexes.add("PyPI", "demo-package", project_urls={"Source": "https://github.com/octo-org/demo-package"})
    seen = asked(patient, indexes)
    assert seen.findings == []
    assert "PyPI: knows demo-package" in seen.lines


def test_an_existing_project_that_is_missing_is_an_error(patient: Patient, indexes: Indexes, logged_out: None) -> None:
    patient.answer(pypi_status="existing")
    seen = asked(patient, indexes)
    assert seen.code == 1
    assert seen.only.startswith("error: PyPI: knows no demo-package, and pypi_status says existing")
    indexes.add("PyPI", "demo-package")
    assert asked(patient, indexes).findings == []


@pytest.mark.parametrize(
    ("settings", "code", "words"),
    [
        (None, 0, "warning: GitHub, environment pypi: is missing, and GitHub would make it without reviewers"),
        ({"reviewers": []}, 0, "warning: GitHub, environment pypi: has no required reviewers"),
        ({"policy": None}, 0, "warning: GitHub, environment pypi: every branch may deploy to it"),
        (
            {"policy": {"protected_branches": True, "custom_branch_policies": False}},
            1,
            "error: GitHub, environment pypi: its deployment rules refuse release tags: add one of type TAG, v[0-9]*",
        ),
        ({"allowed": [{"id": 1, "name": "v[0-9]*", "type": "branch"}]}, 1, "its deployment rules refuse release tags"),
        ({"allowed": [{"id": 1, "name": "*/*", "type": "tag"}]}, 1, "its deployment rules refuse release tags"),
        ({"allowed": [{"id": 1, "name": "release-*", "type": "tag"}]}, 1, "its deployment rules refuse release tags"),
        ({"allowed": []}, 1, "its deployment rules refuse release tags"),
        (
            {"allowed": [{"id": 1, "name": "v?.*", "type": "tag"}]},
            0,
            "its deployment rules refuse some release tags, like v10.20.30",
        ),
    ],
)
def test_an_environment_without_its_protection_is_found(
    patient: Patient, indexes: Indexes, repository: Repository, settings: dict[str, Any] | None, code: int, words: str
) -> None:
    if settings is None:
        del repository.environments["pypi"]
    for name, value in (settings or {}).items():
        setattr(repository.environments["pypi"], name, value)
    seen = asked(patient, indexes)
    assert seen.code == code
    assert words in seen.only


@pytest.mark.parametrize("rule", ["v*", "v*.*", "**/v*", "*"])
def test_a_rule_that_allows_more_tags_is_enough(
    patient: Patient, indexes: Indexes, repository: Repository, rule: str
) -> None:
    repository.add_environment("pypi", reviewers=["ada"], allowed=[("branch", "main"), ("tag", rule)])
    assert asked(patient, indexes).findings == []


@pytest.mark.parametrize("change", [{"target": "branch"}, {"enforcement": "disabled"}])
def test_tags_that_anybody_can_make_are_a_warning(
    patient: Patient, indexes: Indexes, repository: Repository, change: dict[str, str]
) -> None:
    repository.rulesets[0] |= change
    seen = asked(patient, indexes)
    assert seen.code == 0
    assert seen.only.startswith(
        "warning: GitHub: no ruleset protects tags, so whoever may push can make a tag like v1.2.0"
    )


@pytest.mark.parametrize("status", [403, 502, 429, "cut", "garbage"])
def test_an_answer_that_is_none_is_not_taken_for_nothing(
    patient: Patient, indexes: Indexes, repository: Repository, status: Any
) -> None:
    repository.github.fail("GET", "/repos/octo-org/demo-package", status=status)
    seen = asked(patient, indexes)
    assert seen.findings == []
    assert [line.partition(",")[0] for line in seen.lines if "not known" in line] == ["GitHub: not known"]


def test_only_github_com_is_asked(
    patient: Patient, indexes: Indexes, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GH_HOST", "github.example.org")
    monkeypatch.setenv("GH_ENTERPRISE_TOKEN", "x")
    seen = asked(patient, indexes)
    assert seen.findings == []
    assert not [line for line in seen.lines if "not known" in line]


def test_offline_nobody_is_asked(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError("somebody is asked")

    monkeypatch.setattr(index, "project_on", never)
    monkeypatch.setattr(gh, "ask", never)
    assert patient.seen().code == 0


def test_the_environment_of_testpypi_may_be_missing_unless_it_holds_a_secret(
    ward: Ward, indexes: Indexes, repository: Repository
) -> None:
    del repository.environments["testpypi"]
    seen = asked(ward.patient(), indexes)
    assert seen.findings == []
    assert "GitHub, environment testpypi: is missing; GitHub makes it with the first run" in seen.lines
    repository.environments["pypi"].secrets.add("PYPI_TOKEN")
    with_secrets = asked(ward.patient("token"), indexes)
    assert with_secrets.only.startswith("error: GitHub, environment testpypi: is missing, with its secrets")


def test_a_repository_that_github_spells_in_another_way_is_found(
    patient: Patient, indexes: Indexes, repository: Repository
) -> None:
    repository.name = "octo-org/Demo-Package"
    seen = asked(patient, indexes)
    assert seen.code == 1
    assert seen.only.startswith("error: GitHub: has octo-org/demo-package as octo-org/Demo-Package:")


def test_a_repository_that_is_not_shown_is_a_warning(
    patient: Patient, indexes: Indexes, repository: Repository
) -> None:
    repository.is_private, repository.role = True, "none"
    assert asked(patient, indexes).only.startswith("warning: GitHub: shows you no repository octo-org/demo-package")


def test_without_network_or_gh_the_offline_result_counts(
    patient: Patient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    git_alone = tmp_path / "bin"
    git_alone.mkdir()
    (git_alone / "git").symlink_to(shutil.which("git") or "")
    monkeypatch.setenv("PATH", str(git_alone))
    closed = Indexes(f"http://127.0.0.1:{free_port()}")
    seen = asked(patient, closed)
    assert (seen.code, seen.findings) == (0, [])
    not_asked = [line for line in seen.lines if "not known, so only the other findings count" in line]
    assert [line.partition(":")[0] for line in not_asked] == ["PyPI", "TestPyPI", "GitHub"]
    assert not_asked[-1].endswith("gh is not installed: get it at https://cli.github.com")
    patient.change('name = "demo-package"', 'name = "other"', "pyproject.toml")
    assert asked(patient, closed).code == 1


@pytest.mark.parametrize("ci", ["", "true"])
def test_without_a_log_in_to_gh_one_line_says_so(
    patient: Patient, indexes: Indexes, logged_out: None, monkeypatch: pytest.MonkeyPatch, ci: str
) -> None:
    monkeypatch.setenv("CI", ci)
    seen = asked(patient, indexes)
    assert (seen.code, seen.findings) == (0, [])
    [line] = [line for line in seen.lines if line.startswith("GitHub: not known")]
    assert line.endswith("gh has no account: run gh auth login")
