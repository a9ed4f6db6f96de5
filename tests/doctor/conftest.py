"""The projects that the tests of the doctor break."""

from __future__ import annotations

import pytest

from tests.doctor.patients import Patient, Ward
from tools.workshop import Workshop


@pytest.fixture(scope="session")
def ward(tmp_path_factory: pytest.TempPathFactory) -> Ward:
    """The projects of all kinds."""
    return Ward(Workshop(tmp_path_factory.mktemp("workshop")), tmp_path_factory.mktemp("ward"))


@pytest.fixture
def patient(ward: Ward) -> Patient:
    """A healthy project of the default route."""
    return ward.patient()
