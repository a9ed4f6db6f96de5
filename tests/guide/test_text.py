"""A change of the guide's text is shown by its sentences, of which nothing but fingerprints is kept."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.guide.sample import TEXT, sample, text_of
from tools import watch_guide


@pytest.fixture
def known_text(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A sample of a text, whose fingerprints are kept as the command keeps them."""
    monkeypatch.setattr(watch_guide, "SECTIONS", tmp_path / "sections.yml")
    (tmp_path / "read.rst").write_text(TEXT, encoding="utf-8")
    assert watch_guide.main(["--record", str(tmp_path / "read.rst")]) == 0
    return tmp_path / "read.rst"


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ("Some words, and", "Some\n  words,  and", []),
        ("The last words.", "The 🚀 last words.", []),
        ("======\n\nThe", "=======\nThe", []),
        ("The last words.", "The last words.\n\nMore\n----", ["More new"]),
        ("Some words", "Other words", ["Title otherwise", "- Some words, and :ref:`more`.", "+ Other words, and :ref:`more`."]),
        ("sample.yml", "other.yml", ["First otherwise", "- .. literalinclude:: sample.yml :language: yaml", "+ .. literalinclude:: other.yml :language: yaml"]),
        ("The last words.", "The last words. A new one. And one.", ["Second otherwise", "+ A new one.", "+ And one."]),
        ("The last words.", "", ["Second otherwise", "- The last words."]),
        ("The last words.", "1. The last words.\n2. One more.", ["Second otherwise", "+ One more."]),
        ("The last words.", "* First\n* Second", ["Second otherwise", "- The last words.", "+ First", "+ Second"]),
        ("The last words.", "The last words. \x1b[2Jgone", ["Second otherwise", "+ [2Jgone"]),
        ("Second\n======", "Third\n=====", ["Third new", "+ The last words.", "Second gone", "- The last words."]),
        ("The last words.", "The last words.\n\nMore\n----\n\nWords.", ["More new", "+ Words."]),
        (".. _label:", ".. _other:", ["Title otherwise", "- .. _label:", "+ .. _other:"]),
    ],
)  # fmt: skip
def test_a_section_that_changed_is_shown_by_its_sentences(
    reported: Any, known_text: Path, tmp_path: Path, before: str, after: str, found: list[str]
) -> None:
    assert TEXT.count(before) == 1
    (tmp_path / "guide.rst").write_text(TEXT.replace(before, after), encoding="utf-8")
    options = ("--text", str(tmp_path / "guide.rst"), "--before", str(known_text))
    code, lines = reported(text_of(sample()), *options)
    assert code == (3 if found else 0)
    kinds = {"otherwise": "reads otherwise", "new": "is new", "gone": "is gone"}
    assert (lines if found else []) == [
        f"  {line}"
        if line[0] in "+-"
        else f'NEW upstream: the section "{line.split()[0]}" of the text {kinds[line.split()[1]]}'
        for line in found
    ]


def test_sections_that_change_places_are_said(reported: Any, known_text: Path, tmp_path: Path) -> None:
    start, first, second = re.split(r"(?m)^(?=First|Second)", known_text.read_text(encoding="utf-8"))
    (tmp_path / "guide.rst").write_text(f"{start}{second}\n{first}", encoding="utf-8")
    code, lines = reported(text_of(sample()), "--text", str(tmp_path / "guide.rst"))
    assert code == 3
    assert lines == ["NEW upstream: the sections of the text stand in another order", "  Title", "  Second", "  First"]


def test_sentences_that_are_gone_are_counted_where_nobody_has_the_text_before(
    reported: Any, known_text: Path, tmp_path: Path
) -> None:
    assert known_text.is_file()
    (tmp_path / "guide.rst").write_text(TEXT.replace("The last words.", "Other words."), encoding="utf-8")
    code, lines = reported(text_of(sample()), "--text", str(tmp_path / "guide.rst"))
    assert code == 3
    assert lines[1:] == ["  - 1 sentence more, whose words the text before this one has", "  + Other words."]


def test_a_text_without_sections_is_a_clear_error(reported: Any, tmp_path: Path) -> None:
    (tmp_path / "guide.rst").write_text("404: Not Found", encoding="utf-8")
    code, [line] = reported(text_of(sample()), "--text", str(tmp_path / "guide.rst"))
    assert code == 2
    assert "the text has no sections" in line


def test_no_sentence_of_the_guides_is_kept() -> None:
    recorded = yaml.safe_load(watch_guide.SECTIONS.read_text(encoding="utf-8"))
    assert len(recorded) == 9
    assert all(re.fullmatch(r"[0-9a-f]{16}", one) for sentences in recorded.values() for one in sentences)


def test_a_report_has_room_in_an_issue(reported: Any, known_text: Path, tmp_path: Path) -> None:
    assert known_text.is_file()
    (tmp_path / "guide.rst").write_text(TEXT + "\n".join(f"Sentence 🚀 {n}." for n in range(9999)), encoding="utf-8")
    code, lines = reported(text_of(sample()), "--text", str(tmp_path / "guide.rst"))
    assert code == 3
    assert 50_000 < len("\n".join(lines).encode()) < 62_000
    assert lines[-1].startswith("… and more, for which an issue has no room (")
    assert re.fullmatch(r"  \+ Sentence 🚀 \d+\.", lines[-2])
    with (tmp_path / "guide.rst").open("a", encoding="utf-8") as file:
        file.write("\nOne more.\n")
    _, others = reported(text_of(sample()), "--text", str(tmp_path / "guide.rst"))
    assert others[:-1] == lines[:-1]
    assert others[-1] != lines[-1], "a change that has no room is one of the report"
