"""The projects that the tests of the doctor break."""

from __future__ import annotations

import pytest

from tests.doctor.patients import Patient, Ward
from tests.github.repositories import Repository
from tests.github.rulesets import add_ruleset
from tests.github.stand_in import GitHub
from tools.workshop import Workshop


@pytest.fixture(scope="session")
def ward(tmp_path_factory: pytest.TempPathFactory) -> Ward:
    """The projects of all kinds."""
    return Ward(Workshop(tmp_path_factory.mktemp("workshop")), tmp_path_factory.mktemp("ward"))


@pytest.fixture
def patient(ward: Ward) -> Patient:
    """A healthy project of the default route."""
    return ward.patient()


@pytest.fixture
def set_up_repository(github: GitHub) -> Repository:
    """The project's repository, with all that the set-up does."""
    made = github.create("octo-org/demo-package")
    pypi = made.add_environment("pypi", reviewers=["ada"], allowed=[("tag", "v[0-9]*")])
    testpypi = made.add_environment("testpypi")
    pypi.secrets.add("PYPI_TOKEN")
    testpypi.secrets.add("TESTPYPI_TOKEN")
    refs = {"ref_name": {"include": ["refs/tags/v[0-9]*"], "exclude": []}}
    rules = [{"type": "creation"}]
    add_ruleset(made, name="Release tags", target="tag", enforcement="active", conditions=refs, rules=rules)
    made.immutable_releases = True
    made.actions["sha_pinning_required"] = True
    return made
