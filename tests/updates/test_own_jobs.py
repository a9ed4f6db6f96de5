"""A job that a user has put below the template's last line stays, whatever the template's last job becomes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import WORKFLOW, change, commit_all, git
from tests.copier_processes import copier_update
from tools.workflows import read_workflow

OWN_JOB = """\

  own:
    name: My own
    runs-on: ubuntu-latest
    timeout-minutes: 5
    permissions: {}
    steps:
      - run: "true"
"""

NOTICES = "template/.github/workflows/{% if update_notices and plan.template.address %}update-notices{{ plan.workflow_suffix }}.yml{% endif %}.jinja"

LAST_JOBS = {
    WORKFLOW: ("includes/install-from-index.yml.jinja", ".__name__)\n          end\n", "install-from-testpypi"),
    ".github/workflows/ci.yml": ("includes/check.yml.jinja", "          end\n", "distribution"),
    ".github/workflows/update-notices.yml": (NOTICES, "          esac\n", "tell"),
}
"""Each workflow: the source of its last job, how that ends, and the job's name."""


@pytest.mark.parametrize("workflow", LAST_JOBS)
def test_a_job_of_ones_own_never_conflicts_with_the_last_one(
    addressed: Path, published_project: Path, workflow: str
) -> None:
    source, end, last = LAST_JOBS[workflow]
    change(addressed, source, end, f"{end}      - run: echo added\n")
    commit_all(addressed, "The last job changes", tag="v1.1.0")
    file = published_project / workflow
    file.write_text(file.read_text(encoding="utf-8") + OWN_JOB, encoding="utf-8")
    commit_all(published_project, "My own job")
    copier_update(published_project)
    assert git(published_project, "ls-files", "--unmerged") == ""
    jobs = read_workflow(file.read_text(encoding="utf-8"))["jobs"]
    assert list(jobs)[-2:] == [last, "own"]
    assert jobs[last]["steps"][-1] == {"run": "echo added"}
    assert file.read_text(encoding="utf-8").endswith(OWN_JOB)
