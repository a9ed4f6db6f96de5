"""The doctor finds what goes wrong most in workflows that publish, and leaves reasonable edits alone."""

from __future__ import annotations

import json
import re

import pytest

from pyrelease.found.filters import passes_filter
from pyrelease.pins import pin
from pyrelease.plan.pipeline import BOT_BRANCHES
from pyrelease.plan.publishers import A_TAG, NOT_A_FORK
from tests.conftest import WORKFLOW
from tests.doctor.patients import PUBLISH, PUSH, Patient, Ward

PYPI, TESTPYPI = "publish-to-pypi", "publish-to-testpypi"

CHECKOUT = pin("actions/checkout")

PUBLISH_COMMIT, PUBLISH_VERSION = PUBLISH.partition("@")[2].split(" # v")
CHECKOUT_COMMIT, CHECKOUT_VERSION = CHECKOUT.partition("@")[2].split(" # v")

CALL = "    uses: ./.github/workflows/upload.yml\n"


# ─── What is registered ───


@pytest.mark.parametrize(
    ("job", "before", "after", "line"),
    [
        (PYPI, 'name: "pypi"', 'name: "release"', "the environment is release, and PyPI knows pypi: write environment: pypi"),
        (TESTPYPI, 'name: "testpypi"', "name: pypi", "the environment is pypi, and TestPyPI knows testpypi"),
        (PYPI, "    environment:\n", "    env:\n", "has no environment, and PyPI knows pypi: write environment: pypi"),
        (PYPI, "id-token: write", "contents: read", "needs id-token: write, and the job's permissions lack that"),
        (TESTPYPI, "id-token: write", "id-token: read", "needs id-token: write"),
        (TESTPYPI, "repository-url: https://test.pypi.org/legacy/", "verbose: true", "uploads to PyPI, and not to TestPyPI: write repository-url: https://test.pypi.org/legacy/"),
        (TESTPYPI, "org/legacy/", "org/legacy", "https://test.pypi.org/legacy is not where TestPyPI takes uploads"),
        (TESTPYPI, "org/legacy/", "org/simple/", "https://test.pypi.org/simple/ is not where TestPyPI takes uploads"),
        (PYPI, f"{PUBLISH}", f"{PUBLISH}\n        with: {{repository-url: 'https://test.pypi.org/legacy/'}}", "uploads to https://test.pypi.org/legacy/, and not to PyPI: leave repository-url out"),
        (PYPI, NOT_A_FORK, "github.repository == 'octo-org/demo'", "waits for github.repository to be octo-org/demo, and octo-org/demo-package is registered"),
    ],
)  # fmt: skip
def test_a_job_that_differs_from_what_is_registered_makes_a_release_fail(
    patient: Patient, job: str, before: str, after: str, line: str
) -> None:
    patient.change_job(job, before, after)
    seen = patient.seen()
    assert seen.code == 1
    assert seen.only.startswith(f"error: {WORKFLOW}, job {job}: ")
    assert line in seen.only


@pytest.mark.parametrize(
    ("job", "before", "after"),
    [
        (PYPI, 'name: "pypi"', "name: PyPI"),
        (PYPI, 'name: "pypi"', "name: ${{ vars.ENVIRONMENT }}"),
        (PYPI, "id-token: write", "id-token: write\n      attestations: write"),
        (PYPI, "permissions:\n      id-token: write", "permissions: write-all"),
        (PYPI, NOT_A_FORK, "github.repository == 'Octo-Org/Demo-Package'"),
        (PYPI, NOT_A_FORK, "github.repository_owner == 'octo-org'"),
        (PYPI, f"{PUBLISH}", f"{PUBLISH}\n        with: {{repository-url: 'https://upload.pypi.org/legacy/'}}"),
        (TESTPYPI, "skip-existing: true", "skip_existing: ${{ github.run_attempt > 1 }}"),
        (TESTPYPI, "needs: [build]", "needs: build"),
        (TESTPYPI, f"if: {NOT_A_FORK}", "if: github.ref == 'refs/heads/main' && !github.event.repository.fork"),
        ("build", "uv pip install", "ls dist; uv pip install"),
        ("build", "fetch-depth: 0", "fetch-depth: '0'"),
        ("build", "fetch-depth: 0", "fetch-depth: ${{ vars.DEPTH }}"),
        ("build", "    steps:\n", f"    steps:\n      - uses: docker://alpine@sha256:{'a' * 64}\n"),
        ("build", "          # The version comes from the tags.\n          fetch-depth: 0\n      - name: Set up Python", "      - run: git fetch --tags --unshallow\n      - name: Set up Python"),
    ],
)  # fmt: skip
def test_a_reasonable_edit_is_no_finding(patient: Patient, job: str, before: str, after: str) -> None:
    patient.change_job(job, before, after)
    assert patient.seen().findings == []


OURS = f"branches-ignore: {json.dumps(BOT_BRANCHES)}"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (OURS, "branches: [main]"),
        (OURS, 'branches: ["**", "!dependabot/**"]'),
        (OURS, "branches-ignore: ['dependabot/**']"),
        ('tags: ["v[0-9]*"]', "tags: ['v*.*.*']"),
        ('tags: ["v[0-9]*"]', 'tags: ["v[0-9]+.[0-9]+.[0-9]+*"]'),
        ('tags: ["v[0-9]*"]', 'tags: ["v[0-9]*"]\n  workflow_dispatch:\n  pull_request:'),
        ("\npermissions: {}\n", "\npermissions:\n  contents: read\n"),
        ("\njobs:\n", f"\njobs:\n  extra:\n    uses: some/where/.github/workflows/lint.yml@{'a' * 40}\n"),
        ("\njobs:\n", f"\njobs:\n  docs:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: {CHECKOUT}\n      - run: make docs\n"),
    ],
)  # fmt: skip
def test_a_reasonable_edit_of_the_rest_is_no_finding(patient: Patient, before: str, after: str) -> None:
    patient.change(before, after)
    assert patient.seen().findings == []


def test_what_a_job_inherits_and_waits_for_counts(patient: Patient) -> None:
    patient.change("\npermissions: {}\n", "\npermissions: {id-token: write}\n")
    for job in (PYPI, TESTPYPI):
        file = patient.folder / WORKFLOW
        text = re.sub(r"    permissions:\n      id-token: write.*\n", "", file.read_text(encoding="utf-8"))
        file.write_text(text, encoding="utf-8")
        patient.change_job(job, NOT_A_FORK, "github.ref != 'refs/heads/odd'")
    patient.change("    name: Build dist", f"    if: {NOT_A_FORK}\n    name: Build dist")
    assert patient.seen().findings == []


def test_a_condition_keeps_bots_out_as_a_filter_does(patient: Patient) -> None:
    patient.change(OURS, "branches: ['**']")
    patient.change_job(TESTPYPI, NOT_A_FORK, f"{NOT_A_FORK} && github.actor != 'dependabot[bot]'")
    assert patient.seen().findings == []


def test_a_renamed_job_is_a_warning_and_still_compared(patient: Patient) -> None:
    patient.change(f"  {PYPI}:", "  release:")
    seen = patient.seen()
    assert seen.code == 0
    assert seen.only.startswith(
        f"warning: {WORKFLOW}, job release: uploads to PyPI, and the template calls this job {PYPI}"
    )
    patient.change_job("release", 'name: "pypi"', "name: other")
    assert any("job release: the environment is other" in line for line in patient.seen().findings)


def test_a_job_that_is_gone_is_found(patient: Patient) -> None:
    text = (patient.folder / WORKFLOW).read_text(encoding="utf-8")
    for job, kind, what in ((TESTPYPI, "warning", "TestPyPI"), (PYPI, "error", "PyPI")):
        text = text.partition(f"\n  {job}:\n")[0]
        (patient.folder / WORKFLOW).write_text(text, encoding="utf-8")
        assert any(
            line.startswith(f"{kind}: {WORKFLOW}: no job uploads to {what}: ") for line in patient.seen().findings
        )


@pytest.mark.parametrize("job", [PYPI, "upload"])
def test_publishing_in_a_reusable_workflow_is_found(patient: Patient, job: str) -> None:
    text = (patient.folder / WORKFLOW).read_text(encoding="utf-8")
    head, _, tail = text.partition(f"\n  {PYPI}:\n")
    uploads, _, rest = tail.partition(f"\n  {TESTPYPI}:\n")
    called = f"on: workflow_call\njobs:\n  {PYPI}:\n{uploads}"
    (patient.folder / ".github" / "workflows" / "upload.yml").write_text(called, encoding="utf-8")
    (patient.folder / WORKFLOW).write_text(f"{head}\n  {job}:\n{CALL}\n  {TESTPYPI}:\n{rest}", encoding="utf-8")
    seen = patient.seen()
    assert seen.code == 1
    assert seen.only == (
        f"error: {WORKFLOW}, job {job}: calls ./.github/workflows/upload.yml, and PyPI knows no reusable workflow:"
        " upload in a job with steps here"
    )


# ─── What starts it ───


@pytest.mark.parametrize(
    ("trigger", "code", "words"),
    [
        ("  workflow_call:\n", 1, "only another workflow starts it (workflow_call)"),
        ("  push:\n    branches: [main]\n", 1, 'give on: push: the filter tags: ["v[0-9]*"]'),
        ("  push:\n    branches: [main]\n    tags: ['release-*']\n", 1, "a tag like v1.2.0 does not start it"),
        ("  pull_request:\n", 1, "a tag like v1.2.0 does not start it"),
        (f"{PUSH}  pull_request_target:\n", 0, "PyPI refuses such a run: remove this event"),
        ("  push:\n", 0, OURS),
        ("  push:\n    branches: ['**']\n    tags: ['v*']\n", 0, "publishes what bots push"),
    ],
)
def test_a_wrong_trigger_is_found(patient: Patient, trigger: str, code: int, words: str) -> None:
    patient.change(PUSH, trigger)
    seen = patient.seen()
    assert seen.code == code
    assert words in seen.only


@pytest.mark.parametrize(
    ("patterns", "name", "passes"),
    [
        (["v[0-9]*"], "v1.2.0", True),
        (["v[0-9]*"], "v1/2", False),
        (["v[0-9]*"], "version", False),
        (["demo/v[0-9]*"], "demo/v1.2.0", True),
        (["**"], "a/b", True),
        (["**", "!dependabot/**"], "dependabot/pip/x", False),
        (["!a*", "a?b+"], "bbb", True),
        (["[z-a]"], "b", False),
        (["1.2"], "1x2", False),
    ],
)
def test_a_filter_is_read_as_github_reads_it(patterns: list[str], name: str, passes: bool) -> None:
    assert passes_filter(patterns, name) is passes


# ─── What a job does ───


@pytest.mark.parametrize(
    ("job", "before", "after", "kind", "words"),
    [
        (PYPI, f"uses: {PUBLISH}", f"uses: {PUBLISH}\n      - uses: {PUBLISH}", "error", "uploads in two steps"),
        (PYPI, f"uses: {PUBLISH}", f"uses: {PUBLISH}\n        if: runner.debug\n      - uses: {PUBLISH}\n        if: '!runner.debug'", "warning", "uploads in two steps"),
        (PYPI, "    steps:\n", "    steps:\n      - run: python -m build\n", "warning", "build in another job, and only download and upload here"),
        (PYPI, "    steps:\n", f"    steps:\n      - uses: {CHECKOUT}\n        with: {{fetch-depth: 0}}\n", "warning", "build in another job"),
        (TESTPYPI, "skip-existing: true", "skip-existing: false", "warning", "give the publish action skip-existing: true"),
        (TESTPYPI, "          skip-existing: true\n", "", "warning", "File already exists"),
        (PYPI, f" && {NOT_A_FORK}", "", "warning", f"fails there: add {NOT_A_FORK}"),
        (TESTPYPI, f"    if: {NOT_A_FORK}\n", "", "warning", "tries to publish in forks"),
        (PYPI, f"{A_TAG} && ", "", "warning", "publishes each push of main, not releases alone"),
        (PYPI, "runs-on: ubuntu-latest", "runs-on: windows-latest", "error", "the publish action needs Linux"),
        (PYPI, "needs: [build]", "needs: [biuld]", "error", "needs biuld, which is no job of this workflow"),
        (PYPI, "    needs: [build]\n", "", "error", "downloads files without waiting for the job"),
        (TESTPYPI, "    needs: [build]\n", "", "error", "downloads files without waiting for the job"),
        ("build", "          fetch-depth: 0\n", "", "warning", "give actions/checkout fetch-depth: 0"),
        ("build", "fetch-depth: 0", "fetch-depth: 50", "warning", "the checkout has none"),
        ("build", "SETUPTOOLS_SCM_PRETEND_METADATA", "NOTHING", "warning", "a push has a local version, which TestPyPI refuses"),
    ],
)  # fmt: skip
def test_what_goes_wrong_in_a_job_is_found(
    patient: Patient, job: str, before: str, after: str, kind: str, words: str
) -> None:
    patient.change_job(job, before, after)
    seen = patient.seen()
    assert seen.code == (kind == "error")
    assert seen.only.startswith(f"{kind}: {WORKFLOW}")
    assert words in seen.only


# ─── Pins and tokens ───


@pytest.mark.parametrize(
    ("before", "after", "kind", "words"),
    [
        (PUBLISH, f"pypa/gh-action-pypi-publish@{'a' * 40} # v1.13.0", "error", f"1.13.0 refuses metadata 2.5, which hatchling writes: use {PUBLISH}"),
        (PUBLISH, f"pypa/gh-action-pypi-publish@{'a' * 40} # v{PUBLISH_VERSION}", "error", f"is not pinned to the commit of {PUBLISH_VERSION}: write {PUBLISH_COMMIT}"),
        (PUBLISH, "pypa/gh-action-pypi-publish@release/v1", "warning", "a tag or a branch can move, so pin the full commit (40 digits) of pypa/gh-action-pypi-publish@release/v1"),
        (CHECKOUT, "actions/checkout@v7", "warning", "so pin the full commit (40 digits) of actions/checkout@v7"),
        (CHECKOUT, f"'actions/checkout@{CHECKOUT_COMMIT[:7]}'", "warning", f"of actions/checkout@{CHECKOUT_COMMIT[:7]}"),
        (CHECKOUT, f"actions/checkout@{'a' * 40} # v1.0.0", "warning", f"older than the template's: actions/checkout 1.0.0 (now {CHECKOUT})"),
        (CHECKOUT, f"actions/checkout@{'a' * 40} # v{CHECKOUT_VERSION}", "warning", f"is not pinned to the commit of {CHECKOUT_VERSION}"),
    ],
)  # fmt: skip
def test_a_pin_that_is_old_or_no_commit_is_found(
    patient: Patient, before: str, after: str, kind: str, words: str
) -> None:
    patient.change(before, after)
    seen = patient.seen()
    assert seen.code == (kind == "error")
    assert seen.only.startswith(f"{kind}: {WORKFLOW}: ")
    assert words in seen.only


@pytest.mark.parametrize(
    "after", [f"actions/checkout@{'a' * 40} # v99.0.0", f"actions/checkout@{'a' * 40}", "./.github/actions/checkout"]
)
def test_a_newer_pin_or_a_commit_alone_is_no_finding(patient: Patient, after: str) -> None:
    patient.change(CHECKOUT, after)
    assert patient.seen().findings == []


def test_a_publish_action_at_an_old_tag_is_both(patient: Patient) -> None:
    patient.change(PUBLISH, "pypa/gh-action-pypi-publish@v1.12.4")
    assert [line.partition(":")[0] for line in patient.seen().findings] == ["error", "warning"]


def test_a_token_that_trusted_publishing_needs_no_more_is_found(patient: Patient) -> None:
    patient.change_job(
        PYPI, f"{PUBLISH}", f"{PUBLISH}\n        with:\n          password: ${{{{ secrets.PYPI_API_TOKEN }}}}"
    )
    seen = patient.seen()
    assert seen.code == 0
    assert seen.only.startswith(f"warning: {WORKFLOW}:")
    assert "secret PYPI_API_TOKEN is not needed with Trusted Publishing" in seen.only


def test_errors_come_before_warnings_and_information_comes_last(patient: Patient) -> None:
    patient.change_job(TESTPYPI, "skip-existing: true", "skip-existing: false")
    patient.change_job(PYPI, 'name: "pypi"', "name: other")
    kinds = [line.partition(": ")[0] for line in patient.seen().lines]
    assert kinds[:2] == ["error", "warning"]
    assert not {"error", "warning"} & set(kinds[2:])
    assert patient.seen().lines[-1] == "Found: 1 error, 1 warning."


# ─── Other routes ───


def test_a_token_route_without_password_is_found(ward: Ward) -> None:
    patient = ward.patient("token")
    patient.change_job(PYPI, "          password: ${{ secrets.PYPI_TOKEN }}", "          verbose: true")
    seen = patient.seen()
    assert seen.code == 1
    assert seen.only.startswith(f"error: {WORKFLOW}, job {PYPI}: the publish action gets no password")


def test_an_own_index_of_another_address_is_found(ward: Ward) -> None:
    patient = ward.patient("own index")
    name = next((patient.folder / ".github" / "workflows").glob("publish*")).name
    patient.change("devpi.example.org/octo/prod/", "devpi.example.org/octo/test/", f".github/workflows/{name}")
    seen = patient.seen()
    assert seen.code == 1
    assert "uploads to https://devpi.example.org/octo/test/, and not to devpi.example.org" in seen.only


@pytest.mark.parametrize("event", ["push", "{release: {types: [published]}}"])
def test_a_second_workflow_that_publishes_is_found(patient: Patient, event: str) -> None:
    second = patient.folder / ".github" / "workflows" / "second.yml"
    steps = f"runs-on: ubuntu-latest\n    environment: pypi\n    steps:\n      - uses: {PUBLISH}\n"
    second.write_text(f"on: {event}\njobs:\n  upload:\n    {steps}", encoding="utf-8")
    seen = patient.seen()
    assert seen.code == 1
    assert seen.only.startswith("error: .github/workflows/second.yml: publishes each release a second time, beside ")
    second.write_text(f"on: pull_request\njobs:\n  upload:\n    {steps}", encoding="utf-8")
    assert patient.seen().findings == []


@pytest.mark.parametrize(
    ("after", "why"),
    [
        ("    timeout-minutes: 20\n    timeout-minutes: 30\n", "timeout-minutes is there twice"),
        ("<<<<<<< mine\n    timeout-minutes: 20\n", "a merge has left its conflict markers"),
    ],
)
def test_what_a_merge_leaves_behind_is_found(patient: Patient, after: str, why: str) -> None:
    patient.change_job("build", "    timeout-minutes: 20\n", after)
    seen = patient.seen()
    assert seen.code == 1
    assert why in seen.only


@pytest.mark.parametrize(
    ("kind", "version", "severity"), [("default", "1.14.1", "error"), ("pypiserver", "1.13.0", "warning")]
)
def test_a_publish_action_before_metadata_2_5_is_found(ward: Ward, kind: str, version: str, severity: str) -> None:
    patient = ward.patient(kind)
    patient.change(PUBLISH, f"pypa/gh-action-pypi-publish@{'a' * 40} # v{version}")
    assert patient.seen().only.startswith(f"{severity}: ")
    assert f"{version} refuses metadata 2.5" in patient.seen().only


@pytest.mark.parametrize("job", [PYPI, "upload"])
def test_a_reusable_workflow_of_another_repository_is_found(patient: Patient, job: str) -> None:
    text = (patient.folder / WORKFLOW).read_text(encoding="utf-8")
    head, _, tail = text.partition(f"\n  {PYPI}:\n")
    call = f"    permissions: {{id-token: write}}\n    uses: octo-org/shared/.github/workflows/publish.yml@{'a' * 40}\n"
    rest = tail.partition(f"\n  {TESTPYPI}:\n")[2]
    (patient.folder / WORKFLOW).write_text(f"{head}\n  {job}:\n{call}\n  {TESTPYPI}:\n{rest}", encoding="utf-8")
    assert "knows no reusable workflow" in patient.seen().only


@pytest.mark.parametrize("command", ["git tag v1\n          git push origin v1", "git push --follow-tags"])
def test_a_tag_that_a_run_pushes_is_found_unless_it_has_another_token(patient: Patient, command: str) -> None:
    bot = patient.folder / ".github" / "workflows" / "bump.yml"
    text = f"on: workflow_dispatch\njobs:\n  bump:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          {command}\n"
    bot.write_text(text, encoding="utf-8")
    assert patient.seen().only.startswith(
        "warning: .github/workflows/bump.yml, job bump: a tag that a run pushes with its own token starts no workflow"
    )
    bot.write_text(f"{text}        env: {{TOKEN: '${{{{ secrets.BOT }}}}'}}\n", encoding="utf-8")
    assert patient.seen().findings == []
