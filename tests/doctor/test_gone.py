"""Machines and actions that are gone, and old pins, are found in each way to write them, and nothing that only looks so."""

from __future__ import annotations

import re
from datetime import date

import pytest

from pyrelease.doctor.machines import retired, retired_machines
from pyrelease.pins import RELEASES, pin
from tests.conftest import run
from tests.doctor.patients import Patient, codes, errors

PYPI, TESTPYPI = "publish-to-pypi", "publish-to-testpypi"

CHECKOUT, DOWNLOAD = pin("actions/checkout"), pin("actions/download-artifact")

COMMIT = CHECKOUT.partition("@")[2][:40]


# ─── Machines and actions that are gone ───


@pytest.mark.parametrize(
    "machine",
    [
        "    runs-on: ubuntu-20.04\n",
        "    runs-on: [windows-2019]\n",
        "    runs-on: MacOS-13\n",
        "    runs-on: ${{ matrix.os }}\n    strategy:\n      matrix:\n        os: [ubuntu-latest, macos-13]\n",
        "    runs-on: ${{matrix.os}}\n    strategy: {matrix: {include: [{os: ubuntu-18.04}]}}\n",
    ],
)
def test_a_machine_that_is_gone_is_an_error_where_an_upload_waits_for_it(patient: Patient, machine: str) -> None:
    patient.change_job("build", "    runs-on: ubuntu-latest\n", machine)
    assert set(errors(patient)) == {"PR501"}


@pytest.mark.parametrize(
    "machine",
    [
        "    runs-on: [self-hosted, ubuntu-20.04]\n",
        "    runs-on: {group: ours, labels: ubuntu-20.04}\n",
        "    runs-on: ${{ matrix.os }}\n    strategy: {matrix: {os: [ubuntu-latest, macos-13], exclude: [{os: macos-13}]}}\n",
        "    runs-on: ${{ inputs.ubuntu-20.04 }}\n",
        "    runs-on: ubuntu-22.04 # not ubuntu-20.04\n",
    ],
)
def test_a_machine_that_only_looks_gone_is_no_finding(patient: Patient, machine: str) -> None:
    patient.change_job("build", "    runs-on: ubuntu-latest\n", machine)
    assert codes(patient) == []


def test_another_workflows_machine_makes_no_release_fail(patient: Patient) -> None:
    text = "on: push\njobs:\n  a:\n    runs-on: ubuntu-20.04\n    steps: [{run: 'true'}]\n"
    (patient.folder / ".github/workflows/other.yml").write_text(text, encoding="utf-8")
    assert (codes(patient), errors(patient)) == (["PR501"], [])


def test_a_machine_goes_on_its_day_and_one_that_was_only_announced_is_a_warning(patient: Patient) -> None:
    patient.change_job("build", "runs-on: ubuntu-latest", "runs-on: macos-14")
    assert (codes(patient), errors(patient)) == (["PR501"], [])
    assert patient.seen(today=date(2026, 11, 1)).findings == []


@pytest.mark.parametrize(
    "ref", ["v3", "v2.1.0", "3", f"{'b' * 40} # v3.0.2", f"{'b' * 40}  #v1", f"{'b' * 40} # tag=v2"]
)
def test_an_artifact_action_that_is_switched_off_is_an_error(patient: Patient, ref: str) -> None:
    patient.change_job(PYPI, DOWNLOAD, f"actions/download-artifact@{ref}")
    assert errors(patient) == ["PR405"]


@pytest.mark.parametrize("label", retired_machines())
def test_actionlint_knows_no_machine_that_is_gone(patient: Patient, label: str) -> None:
    if retired_machines()[label].announced:
        assert f"actionlint: {linted(patient, label) or 'ok'}" == "actionlint: ok"
    else:
        assert f'label "{label}" is unknown' in linted(patient, label)


def linted(patient: Patient, label: str) -> str:
    """Return what actionlint says of a job on a machine."""
    file = patient.folder / ".github/workflows/lint.yml"
    file.write_text(f"on: push\njobs:\n  a:\n    runs-on: {label}\n    steps:\n      - run: ls\n", encoding="utf-8")
    return run(patient.folder, "bash", "-c", "actionlint -no-color .github/workflows/lint.yml || true").strip()


@pytest.mark.parametrize("action", retired()["actions"])
def test_actionlint_knows_the_actions_that_are_switched_off(patient: Patient, action: str) -> None:
    below = retired()["actions"][action]["below"]
    # It takes the third cache for gone, too, whose newest releases work.
    for major, is_gone in ((below - 1, True), *([] if action == "actions/cache" else [(below, False)])):
        file = patient.folder / ".github/workflows/lint.yml"
        steps = f"      - uses: {action}@v{major}\n        with: {{path: x, key: y}}\n"
        file.write_text(f"on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n{steps}", encoding="utf-8")
        said = run(patient.folder, "bash", "-c", "actionlint -no-color .github/workflows/lint.yml || true")
        assert ("is retired" in said or "is too old" in said) is is_gone, said


# ─── Pins ───


@pytest.mark.parametrize(
    "comment", ["# v7", "#v7", "  # tag=v7", "# ratchet:actions/checkout@v7", "# v1.2.3 (odd)", "# pin", ""]
)
def test_the_commit_of_today_is_never_old_whatever_its_comment(patient: Patient, comment: str) -> None:
    patient.change(CHECKOUT, f"actions/checkout@{COMMIT} {comment}")
    assert codes(patient) == []


@pytest.mark.parametrize(
    "comment",
    [
        "# v4.2.2",
        "  # v4.2.2",
        "#v4.2.2",
        "# v4",
        "# tag=v4.2.2",
        "# ratchet:actions/checkout@v4",
        "# v4.2.2 (note)",
        "# frozen: v4.2.2",
    ],
)
def test_an_old_release_is_seen_in_each_way_to_write_it(patient: Patient, comment: str) -> None:
    patient.change(CHECKOUT, f"actions/checkout@{'b' * 40} {comment}")
    assert codes(patient) == ["PR402"]


@pytest.mark.parametrize("comment", ["", " # v7.0.1, a lie", " # pin"])
def test_a_known_commit_is_old_whatever_its_comment(patient: Patient, comment: str) -> None:
    [known] = [line for line in RELEASES.read_text("utf-8").splitlines() if re.match("actions/checkout@.* # v5", line)]
    patient.change(CHECKOUT, f"{known.partition(' ')[0]}{comment}")
    assert codes(patient) == ["PR402"]


def test_a_partial_release_of_todays_number_decides_nothing(patient: Patient) -> None:
    patient.change(CHECKOUT, f"actions/checkout@{'b' * 40} # v7")
    assert codes(patient) == []
