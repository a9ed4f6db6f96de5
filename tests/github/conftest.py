"""What the tests of the stand-in ask about."""

from __future__ import annotations

import pytest

from tests.conftest import NAME, OWNER
from tests.github.repositories import Repository
from tests.github.stand_in import GitHub


@pytest.fixture
def repository(github: GitHub) -> Repository:
    """A repository without anything in it."""
    return github.create(f"{OWNER}/{NAME}")
