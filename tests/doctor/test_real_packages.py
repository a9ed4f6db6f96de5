"""In real packages that keep their workflow, and in those that take the template's, the doctor gives no false error."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.adoption.real_packages import RealPackage, adopted, read_list, repository_of
from tests.conftest import commit_all, copy
from tests.doctor.patients import Patient

pytestmark = pytest.mark.runs

STANDARD_LIBRARY = {"importlib-metadata"}
"""A name that PyPI gives to nobody today, so that no project of it is made."""

PACKAGES = [package for package in read_list() if package.publishes and package.name not in STANDARD_LIBRARY]


def errors(folder: Path) -> list[str]:
    """Return the codes of the doctor's errors."""
    return [part["code"] for part in Patient(folder).findings() if part["severity"] == "error"]


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_a_workflow_that_is_kept_has_the_errors_that_a_person_saw(
    template: Path, tmp_path: Path, package: RealPackage
) -> None:
    root = repository_of(package, tmp_path)
    done = copy(template, root, "--data", "existing_workflow=keep")
    assert done.returncode == 0, done.stderr
    commit_all(root, "Adopt")
    assert errors(root) == package.doctor


@pytest.mark.parametrize("package", [part for part in PACKAGES if part.way != "keep"], ids=lambda package: package.name)
def test_a_package_with_the_templates_workflow_has_no_error(
    template: Path, tmp_path: Path, package: RealPackage
) -> None:
    root = repository_of(package, tmp_path)
    adopted(template, package, root)
    assert errors(root) == []
