"""A change of the guide is noticed, said in plain words, and sorted by what it means for the template."""

from __future__ import annotations

import io
import re
import sys
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pyrelease.pins import table
from tests.guide.sample import changed, sample, text_of
from tools import watch_guide
from tools.guide.contract import Deliberate

BUILD = ("jobs", "build")
PYPI = ("jobs", "publish-to-pypi")
TESTPYPI = ("jobs", "publish-to-testpypi")


def test_the_guide_as_it_is_brings_nothing_new(reported: Any) -> None:
    assert reported(text_of(sample())) == (0, ["The guide is as it was in 2026-08."])


def test_it_reads_standard_input(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    text = changed((*BUILD, "container"), "python:3")
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(text.encode())))
    assert watch_guide.main([]) == 3
    assert capsys.readouterr().out == "NEW upstream: job build, `container` is new: python:3\n"


def test_a_shorter_spelling_is_no_change(reported: Any) -> None:
    workflow = sample()
    workflow["on"] = "push"
    for job in ("publish-to-pypi", "publish-to-testpypi"):
        workflow["jobs"][job]["needs"] = "build"
    workflow["name"] = "Another name"
    assert reported(text_of(workflow))[0] == 0


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ((*PYPI, "if"), "${{ startsWith(github.ref, 'refs/tags/') }}"),
        ((*PYPI, "if"), "startsWith( GitHub.ref,'refs/tags/' )\n"),
        ((*BUILD, "runs-on"), ["ubuntu-latest"]),
        ((*BUILD, "steps", 0, "with", "persist-credentials"), "false"),
        ((*BUILD, "steps", 1, "name"), "Set up Python"),
        ((*BUILD, "steps", 0, "uses"), "Actions/Checkout@v6"),
        ((*BUILD, "steps", 2, "run"), "python3 -m \\\n  pip install build  --user\n"),
        ((*BUILD, "steps", 3, "run"), "\npython3   -m build\n"),
        ((*BUILD, "env"), {}),
        (("on",), ["push"]),
        (("on",), {"push": None}),
    ],
)
def test_what_means_the_same_to_github_is_no_change(reported: Any, path: tuple[str | int, ...], value: object) -> None:
    assert reported(changed(path, value)) == (0, ["The guide is as it was in 2026-08."])


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ((*PYPI, "if"), "startsWith(github.ref, 'refs/tags')"),
        ((*PYPI, "if"), "${{ startsWith(github.ref, 'refs/tags/') }} && ${{ true }}"),
        ((*BUILD, "steps", 0, "with", "persist-credentials"), "true"),
        ((*BUILD, "steps", 1, "with", "python-version"), "3. x"),
        ((*BUILD, "steps", 3, "run"), "python3 -m\nbuild"),
        ((*BUILD, "permissions"), {}),
    ],
)
def test_what_means_something_else_is_a_change(reported: Any, path: tuple[str | int, ...], value: object) -> None:
    assert reported(changed(path, value))[0] == 3


@pytest.mark.parametrize(
    "pin",
    [
        "actions/checkout@SHA  # v7.0.1",
        "actions/checkout@SHA #v7.0.1",
        "actions/checkout@SHA # tag=v7.0.1",
        "actions/checkout@SHA # v7.0.1 (August)",
        "'actions/checkout@SHA' # v7.0.1",
        '"actions/checkout@SHA"',
        "actions/checkout@SHA",
        "actions/checkout@SHA # v9.9.9",
    ],
)
def test_every_form_of_a_pin_is_read(reported: Any, pin: str) -> None:
    [known] = [value for name, value in table().items() if name == "actions/checkout"]
    commit = re.findall("[0-9a-f]{40}", known)[0]
    text = text_of(sample())
    assert "uses: actions/checkout@v6\n" in text
    code, [line] = reported(text.replace("actions/checkout@v6", pin.replace("SHA", commit)))
    assert code == 0
    version = known.rpartition("v")[2]
    assert line.endswith(f"`uses` is actions/checkout@v{version}; it was actions/checkout@v6")


@pytest.mark.parametrize(
    ("path", "value", "line"),
    [
        ((*BUILD, "steps", 0, "uses"), "actions/checkout@v7", "job build, step actions/checkout, `uses` is"),
        (
            (*BUILD, "steps", 0, "uses"),
            f"actions/checkout@{'0' * 40} # v7.0.1",
            "job build, step actions/checkout, `uses` is actions/checkout@v7.0.1; it was actions/checkout@v6",
        ),
        (
            (*TESTPYPI, "steps", 1, "with", "skip-existing"),
            True,
            "job publish-to-testpypi, step pypa/gh-action-pypi-publish, input skip-existing is new: true",
        ),
        (("permissions",), {}, "`permissions` is new: without a word more"),
    ],
)
def test_what_the_template_does_already_is_not_new(
    reported: Any, path: tuple[str | int, ...], value: object, line: str
) -> None:
    code, [found] = reported(changed(path, value))
    assert code == 0
    assert found.startswith(f"We already do this: {line}")


def test_a_long_value_is_cut_and_a_change_of_its_end_is_one_of_the_report(reported: Any) -> None:
    steps = ({"name": "Odd", "run": f"{'a' * 99}\n" * 9 + end} for end in ("b", "c", "b  c", "b c"))
    found = [reported(changed((*BUILD, "steps", 3), step))[1] for step in steps]
    assert len({line for [line] in found}) == 4
    assert len({line[:150] for [line] in found}) == 1
    short = [reported(changed((*BUILD, "steps", 3), {"name": "Odd", "run": run}))[1] for run in ("a\nb", "a\n\nb")]
    assert short[0] != short[1]


@pytest.mark.parametrize(("minutes", "code"), [(5, 0), (6, 3)])
def test_what_differs_on_purpose_does_so_from_the_value_that_was_written_down(
    reported: Any, monkeypatch: pytest.MonkeyPatch, minutes: int, code: int
) -> None:
    known = {"jobs.*.timeout-minutes": Deliberate("a job that hangs ends", 5)}
    monkeypatch.setattr(watch_guide, "deliberate", lambda: known)
    ends = {
        0: "Deliberate, because a job that hangs ends: job build, `timeout-minutes` is new: 5",
        3: "NEW upstream: job build, `timeout-minutes` is new: 6 (we differ here already, because a job that hangs ends)",
    }
    assert reported(changed((*BUILD, "timeout-minutes"), minutes)) == (code, [ends[code]])


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ((*TESTPYPI, "if"), "github.ref == 'refs/heads/main'"),
        ((*TESTPYPI, "steps", 1, "with", "skip-existing"), False),
        (("permissions",), {"attestations": "write"}),
        (("concurrency",), {"group": "${{ github.ref }}", "cancel-in-progress": True}),
        (("concurrency",), "one"),
        ((*BUILD, "timeout-minutes"), 5),
        ((*BUILD, "permissions"), {"contents": "write"}),
        (("on", "push"), {"branches": ["main"]}),
    ],
)
def test_another_value_where_we_differ_is_new(reported: Any, path: tuple[str | int, ...], value: object) -> None:
    code, [line] = reported(changed(path, value))
    assert code == 3
    assert line.startswith("NEW upstream: ")
    assert "(we differ here already, because " in line


@pytest.mark.parametrize(
    ("before", "after", "is_back"),
    [
        ("actions/checkout@v6", "actions/checkout@v5", True),
        ("actions/checkout@v6", "actions/checkout@v5.9.9", True),
        ("actions/checkout@v6", "actions/checkout@v6.0.0", False),
        ("actions/checkout@v6", f"actions/checkout@{'0' * 40} # v5.1.0", True),
        ("actions/upload-artifact@v5", "actions/upload-artifact@v4", True),
    ],
)
def test_an_action_that_goes_back_is_new(reported: Any, before: str, after: str, is_back: bool) -> None:
    text = text_of(sample())
    assert f"{before}\n" in text
    code, [line] = reported(text.replace(before, after))
    assert code == (3 if is_back else 0)
    assert ("`uses` goes back to" in line) is is_back


def test_a_commit_that_nobody_knows_is_as_old_as_the_comment_says(reported: Any) -> None:
    text = text_of(sample())
    for pin, code in (("# v6.5.0", 0), ("# frozen: v6.5.0", 0), ("# ratchet:actions/checkout@v6.5.0", 0), ("", 3)):
        assert reported(text.replace("checkout@v6", f"checkout@{'0' * 40} {pin}"))[0] == code, pin
        assert reported(text.replace("actions/checkout@v6", f"'actions/checkout@{'0' * 40}' {pin}"))[0] == code, pin


@pytest.mark.parametrize("inputs", [{"x": 1}, None])
def test_a_job_that_calls_a_workflow_is_compared_part_by_part(reported: Any, inputs: object) -> None:
    called = "o/r/.github/workflows/x.yml@v1"
    code, lines = reported(changed(BUILD, {"uses": called, "with": inputs} if inputs else {"uses": called}))
    assert code == 3
    news = [line.removeprefix("NEW upstream: ") for line in lines if line.startswith("NEW upstream: ")]
    assert f"job build, `uses` is new: {called}" in news
    assert ("job build, `with` is new: {x: 1}" in news) is bool(inputs)
    assert any(line.startswith("job build, step actions/checkout is gone") for line in news)


# ─── The folder of samples ───


@pytest.mark.parametrize(
    ("files", "code", "lines"),
    [
        (["publish-to-pypi.yml"], 0, ["The guide is as it was in 2026-08."]),
        (
            ["publish-to-test-pypi.yml"],
            0,
            ["We already do this: the sample's file name is publish-to-test-pypi.yml; it was publish-to-pypi.yml"],
        ),
        (
            ["release.yaml"],
            3,
            [
                "NEW upstream: the sample's file name is release.yaml; it was publish-to-pypi.yml (we differ here already, because PyPI knows projects by the name that the guide's file had before 2025-11)"
            ],
        ),
        (
            ["another.yml", "publish-to-pypi.yml"],
            3,
            ["NEW upstream: another file stands beside the sample: another.yml"],
        ),
    ],
)
def test_the_samples_names_are_compared(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], files: list[str], code: int, lines: list[str]
) -> None:
    (tmp_path / "samples").mkdir()
    for name in files:
        (tmp_path / "samples" / name).write_text(text_of(sample()), encoding="utf-8")
    assert watch_guide.main([str(tmp_path / "samples")]) == code
    assert capsys.readouterr().out.splitlines() == lines


def test_a_folder_without_a_sample_is_a_clear_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert watch_guide.main([str(tmp_path)]) == 2
    assert "holds no sample" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("path", "value", "line"),
    [
        ((*BUILD, "steps", 0, "uses"), "actions/checkout@v99", "`uses` is actions/checkout@v99; it was"),
        ((*PYPI, "steps", 1, "uses"), "pypa/gh-action-pypi-publish@release/v2", "gh-action-pypi-publish@release/v2"),
        ((*PYPI, "steps", 1, "uses"), "pypa/gh-action-pypi-publish@main", "gh-action-pypi-publish@main"),
        ((*PYPI, "steps", 1, "uses"), "pypa/gh-action-pypi-publish@unstable/v1", "publish@unstable/v1"),
        ((*PYPI, "environment", "name"), "release", "job publish-to-pypi, `environment` is {name: release"),
        ((*PYPI, "if"), None, "job publish-to-pypi, `if` is gone; it was startsWith(github.ref, 'refs/tags/')"),
        ((*PYPI, "if"), "github.ref_type == 'tag'", "(we differ here already, because a fork can never publish"),
        ((*PYPI, "permissions"), {"id-token": "write", "contents": "write"}, "`permissions` is {id-token: write, con"),
        ((*PYPI, "needs"), ["build", "check"], "job publish-to-pypi, `needs` is [build, check]; it was [build]"),
        (("on", "push"), {"tags": ["*"]}, "trigger push is {tags: ['*']}; it was without a word more"),
        (("on", "workflow_dispatch"), {}, "trigger workflow_dispatch is new"),
        (("jobs", "github-release"), {"needs": "publish-to-pypi"}, "job github-release is new: {needs: [publish"),
        (TESTPYPI, None, "job publish-to-testpypi is gone"),
        ((*BUILD, "steps", 2, "run"), "pip install build==1.3", "`run` is pip install build==1.3; it was [pip install"),
        ((*BUILD, "steps", 3, "env"), {"A": "b"}, "job build, step python3 -m build, `env` is new: {A: b}"),
        ((*BUILD, "steps", 3), {"name": "Odd", "run": "a\nb\n" * 99}, "job build, step Odd is new"),
        ((*BUILD, "steps", 4, "with", "path"), "out/", "step actions/upload-artifact, input path is out/; it was dist"),
    ],
)  # fmt: skip
def test_what_is_new_is_said_in_a_line(reported: Any, path: tuple[str | int, ...], value: object, line: str) -> None:
    code, lines = reported(changed(path, value))
    assert code == 3
    assert all(found.startswith("NEW upstream: ") and len(found) < 400 for found in lines)
    assert line in lines[0]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("frobnicate",), {7: [None, {"a": 2.5}], True: date(2026, 1, 1)}),
        ((*BUILD, "strategy"), "${{ fromJSON(needs.x) }}"),
        (("jobs", "reusable"), {"uses": "./.github/workflows/x.yml", "secrets": "inherit"}),
        (("jobs", "empty"), {}),
        (("jobs", "text"), "text"),
        ((*BUILD, "steps"), "text"),
        ((*BUILD, "steps", 1), "text"),
        ((*BUILD, "steps", 1), ["list"]),
        ((*BUILD, "steps", 1), {"parallel": [{"run": "a"}, {"run": "b"}]}),
        ((*BUILD, "steps", 1), {"uses": 5, "with": "text"}),
        ((*BUILD, "steps", 1), {"run": ["a", "b"]}),
        ((*BUILD, "steps", 0, "with"), "text"),
        (("on",), ["push", "schedule"]),
        (("on", "schedule"), [{"cron": "0 0 * * *"}]),
        ((*PYPI, "environment"), ["a"]),
    ],
)
def test_what_it_has_never_seen_is_new(reported: Any, path: tuple[str | int, ...], value: object) -> None:
    code, lines = reported(changed(path, value))
    assert code == 3
    assert any(line.startswith("NEW upstream: ") for line in lines)


@pytest.mark.parametrize(("word", "is_ours"), [("true", True), ("True", True), ("yes", False), ("on", False)])
def test_a_word_is_a_truth_value_where_it_is_one_to_github(reported: Any, word: str, is_ours: bool) -> None:
    text = changed((*TESTPYPI, "steps", 1, "with", "skip-existing"), True)
    assert "skip-existing: true" in text
    code, [line] = reported(text.replace("skip-existing: true", f"skip-existing: {word}"))
    assert (code, line.partition(":")[0]) == ((0, "We already do this") if is_ours else (3, "NEW upstream"))


def test_anchors_and_folded_text_are_read(reported: Any) -> None:
    text = text_of(sample()).replace("permissions:\n      id-token: write", "permissions: &token {id-token: write}", 1)
    text = text.replace("permissions:\n      id-token: write", "permissions: *token")
    text = text.replace("run: python3 -m build\n", "run: >-\n        python3\n        -m build\n")
    assert "*token" in text
    assert ">-" in text
    assert reported(text)[0] == 0


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("", "it holds no mapping"),
        ("404 Not Found", "it holds no mapping"),
        ("<html>404: Not Found</html>", "it has no `on`"),
        ("a: [", "it is no YAML"),
        ("name: a\njobs: {}", "it has no `on`"),
        ("on: push", "it has no `jobs`"),
        ("on: push\njobs: [a]", "its `jobs` is no mapping"),
        ("on: push\njobs: !what {}", "it is no YAML"),
    ],
)
def test_what_is_no_workflow_is_a_clear_error(reported: Any, content: str, why: str) -> None:
    code, [line] = reported(content)
    assert code == 2
    assert "workflow.yml is no workflow: " in line
    assert why in line


def test_a_file_that_is_not_there_is_a_clear_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert watch_guide.main([str(tmp_path / "missing.yml")]) == 2
    assert "Cannot read the guide: " in capsys.readouterr().err
