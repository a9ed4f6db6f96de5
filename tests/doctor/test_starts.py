"""What uploads, what starts it, and what is built are found in each way to write them, and nothing that only looks so."""

from __future__ import annotations

import pytest

from pyrelease.pins import pin
from tests.doctor.patients import KEPT_FILE as KEPT
from tests.doctor.patients import PUBLISH, Patient, Ward, codes, errors, kept

PYPI, TESTPYPI = "publish-to-pypi", "publish-to-testpypi"

CHECKOUT, DOWNLOAD = pin("actions/checkout"), pin("actions/download-artifact")


# ─── Uploads ───


def test_passwords_make_no_attestations_so_two_uploads_are_fine(ward: Ward) -> None:
    password = "\n        with: {password: '${{ secrets.A }}'}"
    patient = kept(ward, PUBLISH, f"{PUBLISH}{password}\n      - uses: {PUBLISH}{password}")
    assert "PR211" not in codes(patient)
    patient = kept(ward, PUBLISH, f"{PUBLISH}\n      - uses: {PUBLISH}{password}")
    assert "PR211" not in codes(patient)
    patient = kept(ward, PUBLISH, f"{PUBLISH}\n      - uses: {PUBLISH}")
    assert "PR211" in errors(patient)
    folders = "\n        with: {packages-dir: other/}"
    assert "PR211" not in codes(kept(ward, PUBLISH, f"{PUBLISH}\n      - uses: {PUBLISH}{folders}"))


def test_skip_existing_is_for_the_step_that_uploads_to_testpypi(patient: Patient) -> None:
    patient.change_job(TESTPYPI, f"uses: {PUBLISH}", f"uses: {PUBLISH}\n      - uses: {PUBLISH}")
    assert "PR215" not in codes(patient)


@pytest.mark.parametrize(
    "trigger",
    [
        "  push:\n    tags: ['v*']\n",
        "  release:\n    types: [published]\n",
        "  push: {tags: ['v*']}\n  workflow_dispatch:\n",
    ],
)
def test_a_pushed_tag_is_fetched_so_its_run_needs_no_depth(ward: Ward, trigger: str) -> None:
    patient = kept(ward, '  push:\n    tags: ["v*"]\n', trigger)
    build = f"jobs:\n  make:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: {CHECKOUT}\n      - run: pipx run build\n"
    patient.change("jobs:\n", build, KEPT)
    assert "PR304" not in codes(patient)


@pytest.mark.parametrize(
    "command",
    [
        *(
            "pipx run build",
            "uvx --from build pyproject-build",
            "python -m build",
            "python3.12 -m build --wheel",
            "uv build",
        ),
        *(
            "hatch -e x build",
            "uv run python -m build",
            "uv tool run --from build pyproject-build",
            "python setup.py sdist",
        ),
        *("pip wheel .", "uvx hatch build", "pipx run --spec build==1.2 pyproject-build"),
    ],
)
def test_a_build_of_a_branch_is_recognised(ward: Ward, command: str) -> None:
    patient = kept(ward, '    tags: ["v*"]\n', "    branches: [main]\n")
    build = (
        f"jobs:\n  make:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: {CHECKOUT}\n      - run: {command}\n"
    )
    patient.change("jobs:\n", build, KEPT)
    assert "PR304" in codes(patient)


@pytest.mark.parametrize(
    "command", ["pip install build", "make build", "docker build .", "npm run build", "python -m builder"]
)
def test_another_build_is_none(ward: Ward, command: str) -> None:
    patient = kept(ward, '    tags: ["v*"]\n', "    branches: [main]\n")
    build = (
        f"jobs:\n  make:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: {CHECKOUT}\n      - run: {command}\n"
    )
    patient.change("jobs:\n", build, KEPT)
    assert "PR304" not in codes(patient)


# ─── What starts a publisher ───


@pytest.mark.parametrize(
    ("trigger", "condition", "found"),
    [
        ("  pull_request:\n", "", ["PR209"]),
        ("  push:\n    branches: [main]\n", " && startsWith(github.ref, 'refs/tags/')", ["PR209"]),
        ("  push:\n    branches: [main]\n", " && github.ref_type == 'tag'", ["PR209"]),
        ("  push:\n", " && github.event_name == 'release'", ["PR209"]),
        ("  push:\n    branches: [main]\n", "", []),
        ("  push:\n", " && startsWith(github.ref, 'refs/tags/')", []),
        ("  push:\n    branches: [main]\n  release:\n", " && startsWith(github.ref, 'refs/tags/')", []),
        ("  push:\n    branches: [main]\n", " && (github.ref_type == 'tag' || github.actor == 'ada')", []),
        ("  push:\n    branches: [main]\n", " && !startsWith(github.ref, 'refs/tags/')", []),
        ("  push:\n    branches: [main]\n  workflow_dispatch:\n", " && github.ref_type == 'tag'", []),
    ],
)  # fmt: skip
def test_a_job_that_no_release_can_start_is_found(ward: Ward, trigger: str, condition: str, found: list[str]) -> None:
    patient = kept(ward, '  push:\n    tags: ["v*"]\n', trigger)
    patient.change("'octo-org/demo-package'", f"'octo-org/demo-package'{condition}", KEPT)
    assert codes(patient) == found


SECOND = "on:\n  push:\njobs:\n  up:\n    if: {}\n    runs-on: ubuntu-latest\n    steps:\n      - run: uv publish\n"


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("github.repository == 'octo-org/demo-package'", ["PR210"]),
        ("github.ref == 'refs/heads/nightly'", []),
        ("github.event_name == 'schedule'", []),
        ("github.ref == 'refs/heads/main' || github.ref_type == 'tag'", ["PR210"]),
    ],
)
@pytest.mark.parametrize("kind", ["default", "static", "kept"])
def test_two_publishers_of_a_tag_are_found(ward: Ward, kind: str, condition: str, found: list[str]) -> None:
    patient = ward.patient(kind)
    second = patient.folder / ".github/workflows/second.yml"
    second.write_text(SECOND.format(condition), encoding="utf-8")
    assert errors(patient) == found


@pytest.mark.parametrize(
    "commands",
    [
        "git tag --list; git push",
        "git tag -d v1; git push --delete origin v1",
        "git tag v1; git push origin main",
        "git tag | head",
    ],
)
def test_what_makes_no_tag_is_no_finding(patient: Patient, commands: str) -> None:
    text = f"on: workflow_dispatch\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: {commands}\n"
    (patient.folder / ".github/workflows/bump.yml").write_text(text, encoding="utf-8")
    assert codes(patient) == []


def test_a_command_uploads_from_any_machine(ward: Ward) -> None:
    patient = kept(ward, f"uses: {PUBLISH}", "run: uv publish")
    patient.change("ubuntu-latest", "windows-latest", KEPT)
    assert codes(patient) == []


def test_where_no_tag_starts_a_release_a_run_may_push_one(ward: Ward) -> None:
    patient = kept(ward, '  push:\n    tags: ["v*"]\n', "  workflow_dispatch:\n")
    patient.change(
        "jobs:\n",
        "jobs:\n  tag:\n    runs-on: ubuntu-latest\n    steps:\n      - run: git tag v1 && git push origin v1\n",
        KEPT,
    )
    assert codes(patient) == []


def test_a_version_that_a_build_is_given_needs_no_tags(ward: Ward) -> None:
    patient = kept(ward, '  push:\n    tags: ["v*"]\n', "  workflow_dispatch:\n")
    build = f"jobs:\n  make:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: {CHECKOUT}\n      - run: uv build\n"
    patient.change("jobs:\n", build, KEPT)
    assert codes(patient) == ["PR304"]
    patient.change("run: uv build\n", "run: uv build\n        env: {SETUPTOOLS_SCM_PRETEND_VERSION: '1.0'}\n", KEPT)
    assert codes(patient) == []
