"""Every kind of change that the guide has ever made, as changes of this template, and their release."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import WORKFLOW, commit_all
from tests.updates.conftest import OLD_DAY

CI = ".github/workflows/ci.yml"
WORKFLOW_SOURCE = "template/.github/workflows/{{ workflow_filename }}.jinja"
BUILD_SOURCE = "includes/build.yml.jinja"
CI_SOURCE = "template/.github/workflows/ci{{ plan.workflow_suffix }}.yml.jinja"
PYPROJECT_SOURCE = "template/{{ package_folder or '.' }}/pyproject.toml.jinja"
DEFAULTS = "src/pyrelease/defaults.py"
PIPELINE, PUBLISHERS = "src/pyrelease/plan/pipeline.py", "src/pyrelease/plan/publishers.py"
PINS = "src/pyrelease/pins/actions.yml"

ANSWERS = {
    "project_name": "demo",
    "github_owner": "octo-org",
    **OLD_DAY,
    "workflow_filename": Path(WORKFLOW).name,
    "pypi_environment": "pypi",
    "testpypi_environment": "testpypi",
}


@dataclass(frozen=True)
class Replacement:
    """A text in one of the template's files, which has it `count` times, and what it becomes (a regular expression)."""

    file: str
    before: str
    after: str
    count: int = 1


STORE_STEP = """\
      - name: Store the distribution packages
        uses: {{ pin("actions/upload-artifact") }}
        with:
          name: python-package-distributions{{ "-sdist" if binary else "" }}
          path: {{ plan.pipeline.stored_from }}
          if-no-files-found: error
"""

JOB_AFTER_BUILD = """
  %s:
    name: %s
    needs: [build]
    runs-on: ubuntu-26.04
    timeout-minutes: 10
    permissions:
      contents: read
    steps:
      - uses: {{ pin("actions/checkout") }}
        with:
          persist-credentials: false
      - name: Download all the dists
        uses: {{ pin("actions/download-artifact") }}
        with:
          name: python-package-distributions
          path: dist/
"""

GITHUB_RELEASE_JOB = """
  github-release:
    name: Sign the distributions and release them on GitHub
    needs: [publish-to-pypi]
    runs-on: ubuntu-26.04
    timeout-minutes: 20
    permissions:
      contents: write # the release is made here
    steps:
      - name: Make the release
        env:
          GITHUB_TOKEN: {{ "${{ github.token }}" }}
        run: gh release create "{{ "${{ github.ref_name }}" }}"
"""

CHANGES: dict[str, tuple[Replacement, ...]] = {
    "an input renamed": (
        Replacement(BUILD_SOURCE, "python-version:", "python-release:"),
        Replacement(CI_SOURCE, "python-version:", "python-release:", count=2),
    ),
    "a condition fixed": (
        Replacement(PUBLISHERS, r"startsWith\(github\.ref, 'refs/tags/'\)", "github.ref_type == 'tag'"),
    ),
    "the build tool replaced": (
        Replacement(BUILD_SOURCE, r'pip install "uv>=0\.10,<1" "packaging>=25,<27"', 'pip install "build>=1.3,<2"'),
        Replacement(PIPELINE, "uv build --no-sources --python python3", "python3 -m build"),
    ),
    "a Python added": (Replacement(PIPELINE, '"3.15"', '"3.15", "3.16"'),),
    "the runner's image moved": (
        Replacement(WORKFLOW_SOURCE, "ubuntu-latest", "ubuntu-26.04", count=2),
        Replacement(CI_SOURCE, "ubuntu-latest", "ubuntu-26.04", count=3),
    ),
    "majors moved": (
        Replacement(PINS, r"(checkout|setup-python)@.*", rf"\1@{'8' * 40} # v98.0.0", count=2),
        Replacement(PINS, r"(load-artifact)@.*", rf"\1@{'9' * 40} # v99.0.0", count=2),
        Replacement("template/.pre-commit-config.yaml", r"(ruff-pre-commit\n    rev:) .*", r"\1 v98.0.0"),
        Replacement(PYPROJECT_SOURCE, "pytest>=9", "pytest>=10"),
    ),
    "one job split into three": (
        Replacement(
            WORKFLOW_SOURCE,
            re.escape(STORE_STEP),
            (STORE_STEP + JOB_AFTER_BUILD % ("check", "Check the files")).replace("\\", r"\\"),
        ),
        Replacement(
            WORKFLOW_SOURCE,
            r'(?=\{% if not binary and push_index != "pypiserver" %\}\n)',
            JOB_AFTER_BUILD % ("test", "Test the wheel"),
        ),
        Replacement(
            WORKFLOW_SOURCE,
            r"(name: Build distribution 📦\n    runs-on: .*\n    timeout-minutes:) 20",
            r"\1 10",
        ),
        Replacement(WORKFLOW_SOURCE, re.escape('needs: [{{ plan.needs_of(publisher) | join(", ") }}]'), "needs: [build, check, test]"),
    ),
    "a job added": (Replacement(WORKFLOW_SOURCE, r"\Z", GITHUB_RELEASE_JOB.replace("\\", r"\\")),),
    "steps added": (
        Replacement(WORKFLOW_SOURCE, r"\Z", '      - name: Add the signatures\n        run: gh release upload "$GITHUB_REF_NAME" dist/*\n'),
        Replacement(CI_SOURCE, r"(?=      - name: Test\n)", "      - name: Show what is installed\n        run: python -m pip list\n"),
    ),
    "hardening lines": (
        Replacement(BUILD_SOURCE, "(persist-credentials: false\n)", r"\1          ssh-strict: true\n"),
        Replacement(WORKFLOW_SOURCE, "(persist-credentials: false\n)", r"\1          ssh-strict: true\n", count=2),
        Replacement(CI_SOURCE, "(persist-credentials: false\n)", r"\1          ssh-strict: true\n", count=2),
        Replacement(WORKFLOW_SOURCE, r'\{\{ "\$\{\{ github\.ref_name \}\}" \}\}', "$GITHUB_REF_NAME"),
    ),
    "a job removed": (Replacement(WORKFLOW_SOURCE, r"\n  github-release:\n[\s\S]*\Z", ""),),
    "the workflow's file renamed": (
        Replacement(DEFAULTS, '"publish-to-test-pypi.yml", ', ""),
        Replacement(DEFAULTS, r'else "pypi"\)', 'else "on-pypi")'),
        Replacement(DEFAULTS, r'"testpypi" else "testpypi"$', '"testpypi" else "on-testpypi"'),
    ),
    "the text alone": (
        Replacement(WORKFLOW_SOURCE, r"of 2026-08\.", "of 2027-01."),
        Replacement("template/{{ package_folder or '.' }}/{{ releasing_file }}.jinja", "## Cut a release\n", "## Cut a release\n\nSleep on it.\n"),
        Replacement("template/{{ package_folder or '.' }}/README.md.jinja", "## Develop", "## Work on it"),
    ),
}  # fmt: skip


def release(history: Path, names: tuple[str, ...], tag: str) -> None:
    """Release the template with some more of the changes."""
    for replacement in (replacement for name in names for replacement in CHANGES[name]):
        file = history / replacement.file
        text, count = re.subn(f"(?m){replacement.before}", replacement.after, file.read_text(encoding="utf-8"))
        assert count == replacement.count, (names, replacement, count)
        file.write_text(text, encoding="utf-8")
    commit_all(history, ", ".join(names), tag=tag)
