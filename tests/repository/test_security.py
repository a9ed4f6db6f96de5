"""What SECURITY.md says stops an attacker is in a project, and a test proves it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.conftest import ROOT

SECURITY = (ROOT / "SECURITY.md").read_text(encoding="utf-8")

THREATS = {title: text for title, _, text in (part.partition("\n") for part in SECURITY.split("\n### ")[1:])}
"""What is said of each threat, by its heading."""

ROW = re.compile(r"^\| (`+)(?P<line>.+?)\1 \| `(?P<file>[^`]+)` \| `(?P<test>\w+)` \|$", re.MULTILINE)


def test_every_threat_has_an_answer_and_says_what_is_not_stopped() -> None:
    assert list(THREATS) == [
        "A malicious pull request",
        "A malicious dependency of the build",
        "A stolen maintainer account",
        "A moved tag of an action",
        "A poisoned cache",
        "This template, compromised",
    ]
    for text in THREATS.values():
        assert ROW.search(text)
        assert text.count("\n| `") == len(ROW.findall(text))
        assert "**Not stopped:**" in text


def test_every_line_that_stops_somebody_is_in_a_project(published_project: Path) -> None:
    for row in ROW.finditer(SECURITY):
        name = row["file"]
        files = [ROOT / name] if name.startswith("src/") else published_project.rglob("*")
        [file] = [path for path in files if path.as_posix().endswith(f"/{name}")]
        lines = [line.strip().removesuffix(" \\") for line in file.read_text(encoding="utf-8").splitlines()]
        stopping = row["line"].replace("\\|", "|")
        assert stopping in [line.removeprefix("- ") for line in lines] + lines, stopping


def test_every_test_that_proves_it_exists() -> None:
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / "tests").rglob("test_*.py")]
    tests = {node.name for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    assert {row["test"] for row in ROW.finditer(SECURITY)} <= tests
