"""In real packages that keep their workflow, and in those that take the template's, the doctor gives no false alarm."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.adoption.real_packages import RealPackage, adopted, read_list, repository_of
from tests.conftest import commit_all, copy
from tests.doctor.patients import Patient

pytestmark = pytest.mark.runs

STANDARD_LIBRARY = {"importlib-metadata"}
"""A name that PyPI gives to nobody today, so that no project of it is made."""

PACKAGES = [package for package in read_list() if package.publishes and package.name not in STANDARD_LIBRARY]


@pytest.fixture(scope="module")
def fetched(tmp_path_factory: pytest.TempPathFactory) -> Callable[[RealPackage, Path], Path]:
    """Give a test its own copy of a package's repository; pip, which is slow, fetches each package once."""
    repositories: dict[str, Path] = {}

    def fetch_once(package: RealPackage, folder: Path) -> Path:
        if package.name not in repositories:
            repositories[package.name] = repository_of(package, tmp_path_factory.mktemp(package.name))
        return Path(shutil.copytree(repositories[package.name], folder / package.name, symlinks=True))

    return fetch_once


def codes(folder: Path, *severities: str) -> list[str]:
    """Return the codes of what the doctor finds that is so severe."""
    return [part["code"] for part in Patient(folder).findings() if part["severity"] in severities]


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_a_workflow_that_is_kept_has_the_findings_that_a_person_saw(
    template: Path, fetched: Callable[[RealPackage, Path], Path], tmp_path: Path, package: RealPackage
) -> None:
    root = fetched(package, tmp_path)
    done = copy(template, root, "--data", "existing_workflow=keep")
    assert done.returncode == 0, done.stderr
    commit_all(root, "Adopt")
    assert codes(root, "error", "warning") == package.doctor


@pytest.mark.parametrize("package", [part for part in PACKAGES if part.run], ids=lambda package: package.name)
def test_a_package_with_the_templates_workflow_has_no_error(
    template: Path, fetched: Callable[[RealPackage, Path], Path], tmp_path: Path, package: RealPackage
) -> None:
    root = fetched(package, tmp_path)
    adopted(template, package, root)
    assert codes(root, "error") == []
