"""Sets of answers in which every two values of two answers meet, as far as the questions allow them together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from covertable import make

from pyrelease.plan.pipeline import PYTHON_VERSIONS
from tests.runs.routes import OWN_INDEX
from tools.repository import ROOT, read_yaml

VALUES: dict[str, list[Any]] = {
    "author_email": ["", "ada@example.org"],
    "python_min": list(PYTHON_VERSIONS),
    "build_backend": ["hatchling", "setuptools"],
    "existing_workflow": ["none", "keep"],
    "index_url": ["", OWN_INDEX["index_url"]],
    "pypi_organization": ["", "octo"],
    "testpypi_organization": ["", "octo-test"],
    "pypi_environment": ["pypi", "Release to PyPI"],
    "testpypi_environment": ["testpypi", "rehearsal"],
    "tag_prefix": ["v", "", "demo/v"],
    "default_branch": ["main", "trunk"],
    "workflow_filename": ["publish-to-test-pypi.yml", "release.yaml"],
    "reviewers": ["", "ada, grace"],
    "test_group": ["", "tests"],
    "test_extra": ["", "test"],
    "kept_files": [[], [".github/dependabot.yml"]],
}
"""Some values of each question that takes a text or a list, and those that a test can choose of the others."""

ALWAYS = ("package", "customize", "created_on", "copyright_year")
ANY_TEXT = ("project_name", "project_description", "github_owner", "github_repository", "author_name", "import_name")
OF_A_PACKAGE = ("license", "author_email", "python_min", "build_backend")
OF_A_PIPELINE = (
    "version_source",
    "existing_workflow",
    "releasing_file",
    "kept_files",
    "test_group",
    "test_extra",
)
"""Questions that have one answer in every set, no route that hangs on them, or a choice in one package alone."""


@dataclass(frozen=True)
class Constraint:
    """What the questions refuse together: some answers, and whether they are allowed."""

    names: tuple[str, ...]
    allows: Callable[[Mapping[str, Any]], bool]


CONSTRAINTS = (
    Constraint(
        ("index_url", "index_route", "push_index"),
        lambda row: not row["index_url"] or (row["index_route"] == "token" and row["push_index"] != "testpypi"),
    ),
    Constraint(
        ("version_source", "push_index", "push_trigger"),
        lambda row: (
            row["version_source"] == "setuptools-scm"
            or row["push_index"] != "testpypi"
            or row["push_trigger"] == "tags"
        ),
    ),
)


def values_of(package: str) -> dict[str, list[Any]]:
    """Return the values of each answer that is free in a package, by its name."""
    questions = read_yaml(ROOT / "copier.yml")
    other = OF_A_PIPELINE if package == "new" else OF_A_PACKAGE
    found = {}
    for name, question in questions.items():
        if not name.startswith("_") and name not in (*ALWAYS, *ANY_TEXT, *other):
            choices = question.get("choices", [False, True])
            listed = choices.values() if isinstance(choices, dict) else choices
            found[name] = VALUES.get(name) or [
                choice["value"] if isinstance(choice, dict) else choice for choice in listed
            ]
    return found


def combinations(package: str) -> list[dict[str, Any]]:
    """Return the sets of answers for a new package, or for the pipeline of one that exists."""
    values = values_of(package)
    constraints = [
        {"operator": "fn", "requires": list(constraint.names), "evaluate": constraint.allows}
        for constraint in CONSTRAINTS
        if set(constraint.names) <= set(values)
    ]
    return [{"package": package, **row} for row in make(values, strength=2, constraints=constraints)]
