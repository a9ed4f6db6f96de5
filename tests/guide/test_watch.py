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
import yaml

from tests.guide.sample import TEXT, changed, sample, text_of
from tools import watch_guide

BUILD = ("jobs", "build")
PYPI = ("jobs", "publish-to-pypi")
TESTPYPI = ("jobs", "publish-to-testpypi")


@pytest.fixture
def reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """The command: give it the text of a workflow, and get its exit code and the lines that it printed."""

    def run(workflow: str, *options: str) -> tuple[int, list[str]]:
        (tmp_path / "workflow.yml").write_text(workflow, encoding="utf-8")
        code = watch_guide.main([str(tmp_path / "workflow.yml"), *options])
        printed = capsys.readouterr()
        return code, (printed.out + printed.err).splitlines()

    return run


def test_the_guide_as_it_is_brings_nothing_new(reported: Any) -> None:
    assert reported(text_of(sample())) == (0, ["The guide is as it was in 2026-08."])


def test_it_reads_standard_input(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    text = changed((*BUILD, "container"), "python:3")
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(text.encode())))
    assert watch_guide.main([]) == 1
    assert capsys.readouterr().out == "NEW upstream: job build, `container` is new: python:3\n"


def test_a_shorter_spelling_is_no_change(reported: Any) -> None:
    workflow = sample()
    workflow["on"] = "push"
    for job in ("publish-to-pypi", "publish-to-testpypi"):
        workflow["jobs"][job]["needs"] = "build"
    workflow["name"] = "Another name"
    assert reported(text_of(workflow))[0] == 0


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


@pytest.mark.parametrize(
    ("path", "value", "line"),
    [
        (
            (*BUILD, "timeout-minutes"),
            5,
            "Deliberate, because a job that hangs ends: job build, `timeout-minutes` is new: 5",
        ),
        (
            ("permissions",),
            {"contents": "read"},
            "Deliberate, because nothing is allowed that no job asks for: `permissions` is new: {contents: read}",
        ),
    ],
)
def test_what_the_template_does_otherwise_comes_with_the_reason(
    reported: Any, path: tuple[str | int, ...], value: object, line: str
) -> None:
    assert reported(changed(path, value)) == (0, [line])


@pytest.mark.parametrize(
    ("path", "value", "line"),
    [
        ((*BUILD, "steps", 0, "uses"), "actions/checkout@v99", "`uses` is actions/checkout@v99; it was"),
        ((*PYPI, "steps", 1, "uses"), "pypa/gh-action-pypi-publish@release/v2", "gh-action-pypi-publish@release/v2"),
        ((*PYPI, "steps", 1, "uses"), "pypa/gh-action-pypi-publish@main", "gh-action-pypi-publish@main"),
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
    assert code == 1
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
    assert code == 1
    assert any(line.startswith("NEW upstream: ") for line in lines)


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


# ─── The text ───


@pytest.fixture
def known_text(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Fingerprints of the sample of a text, as the command records them."""
    monkeypatch.setattr(watch_guide, "SECTIONS", tmp_path / "sections.yml")
    (tmp_path / "read.rst").write_text(TEXT, encoding="utf-8")
    assert watch_guide.main(["--record", str(tmp_path / "read.rst")]) == 0


@pytest.mark.usefixtures("known_text")
@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ("Some words, and", "Some\nwords, and", []),
        ("Some words", "Other words", ['the section "Title" of the text reads otherwise']),
        ("sample.yml", "other.yml", ['the section "First" of the text reads otherwise']),
        ("Second\n======", "Third\n=====", ['"Third" of the text is new', '"Second" of the text is gone']),
        ("The last words.", "The last words.\n\nMore\n----\n\nWords.", ['the section "More" of the text is new']),
    ],
)
def test_a_section_of_the_text_that_changed_is_named(
    reported: Any, tmp_path: Path, before: str, after: str, found: list[str]
) -> None:
    assert TEXT.count(before) == 1
    (tmp_path / "guide.rst").write_text(TEXT.replace(before, after), encoding="utf-8")
    code, lines = reported(text_of(sample()), "--text", str(tmp_path / "guide.rst"))
    assert code == bool(found)
    assert [line for line in lines if line.startswith("NEW upstream: ")] == [
        line for line, words in zip(lines, found, strict=False) if words in line
    ]
    assert len(lines) == max(1, len(found))


def test_a_text_without_sections_is_a_clear_error(reported: Any, tmp_path: Path) -> None:
    (tmp_path / "guide.rst").write_text("404: Not Found", encoding="utf-8")
    code, [line] = reported(text_of(sample()), "--text", str(tmp_path / "guide.rst"))
    assert code == 2
    assert "the text has no sections" in line


def test_each_recorded_section_has_a_fingerprint() -> None:
    recorded = yaml.safe_load(watch_guide.SECTIONS.read_text(encoding="utf-8"))
    assert recorded
    assert all(re.fullmatch(r"[0-9a-f]{64}", fingerprint) for fingerprint in recorded.values())
