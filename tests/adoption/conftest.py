"""What the tests of adoption share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.adoption.package import write_package


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A package that exists."""
    return write_package(tmp_path / "old-demo")
