"""For a workflow that is kept nothing on GitHub is changed, unless that is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.conftest import NAME, OWNER, WORKFLOW, copy
from tests.github.repositories import Repository
from tests.set_up.conftest import WHOLE, Command

pytestmark = pytest.mark.runs

KEPT = {"package": "existing", "existing_workflow": "keep", "pypi_status": "existing", "push_index": "none"}

BY_TAGS = """\
on:
  push:
    tags: ["[0-9]+.[0-9]+.[0-9]+"]
permissions: {}
jobs:
  release:
    runs-on: ubuntu-latest
    environment: pypi
    permissions: {id-token: write}
    steps: [{uses: pypa/gh-action-pypi-publish@v1}]
"""

BY_HAND = BY_TAGS.replace('push:\n    tags: ["[0-9]+.[0-9]+.[0-9]+"]', "workflow_dispatch:")

BY_RELEASE = BY_TAGS.replace('push:\n    tags: ["[0-9]+.[0-9]+.[0-9]+"]', "release:\n    types: [published]")


def kept(template: Path, folder: Path, content: str) -> Path:
    """Return a package that has adopted the pipeline, and keeps this workflow of its own."""
    project = folder / NAME
    files = {"pyproject.toml": f'[project]\nname = "{NAME}"\nversion = "1"\n', WORKFLOW: content}
    for name, text in files.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text, encoding="utf-8")
    given = {"github_owner": OWNER, "github_repository": NAME, "tag_prefix": "v", **KEPT}
    done = copy(template, project, *(f"--data={name}={value}" for name, value in given.items()))
    assert done.returncode == 0, done.stderr
    return project


@pytest.mark.parametrize("content", [BY_TAGS, BY_HAND, BY_RELEASE])
def test_for_a_workflow_that_is_kept_nothing_is_changed(
    template: Path, tmp_path: Path, command: Command, repository: Repository, content: str
) -> None:
    command.indexes.add("PyPI", "demo-package")
    ran = command(kept(template, tmp_path, content))
    assert ran.code == 0, ran.shown
    assert command.github.changes == []
    assert list(command.refs) == ["refs/heads/main"]
    assert "so nothing is changed on GitHub; --protect protects its releases" in ran.text


@pytest.mark.parametrize(
    ("content", "refs", "patterns"),
    [
        (BY_TAGS, [("tag", "[0-9]*.[0-9]*.[0-9]*")], ["refs/tags/[0-9]*.[0-9]*.[0-9]*"]),
        (BY_HAND, [("branch", "main")], []),
        (BY_RELEASE, [("tag", "*")], ["refs/tags/v[0-9]*"]),
    ],
)
def test_with_protect_the_rules_come_from_its_own_triggers(
    template: Path,
    tmp_path: Path,
    command: Command,
    repository: Repository,
    content: str,
    refs: list[Any],
    patterns: list[str],
) -> None:
    command.indexes.add("PyPI", "demo-package")
    ran = command(kept(template, tmp_path, content), *WHOLE, "--protect")
    assert ran.code == 0, ran.shown
    assert set(refs) <= set(repository.environments["pypi"].rules)
    kept_tags = [one["conditions"]["ref_name"]["include"] for one in repository.rulesets]
    assert kept_tags == ([patterns] if patterns else [])
