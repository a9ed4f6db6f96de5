"""Migration: an answer whose question has a new name keeps its value.

    python rename_answers.py ANSWERS OLD=NEW [OLD=NEW ...]

It runs before an update, which reads the file ANSWERS afterwards and writes it anew. CONTRIBUTING.md says when a version
of the template has such a migration.
"""

from __future__ import annotations

import sys
from pathlib import Path

import yaml


def renamed(answers: dict[str, object], names: dict[str, str]) -> dict[str, object]:
    """Return the answers by their new names; an answer that is there by its new name already stays."""
    kept = {name: value for name, value in answers.items() if name not in names}
    return {new: answers[old] for old, new in names.items() if old in answers} | kept


def main(file: Path, pairs: list[str]) -> None:
    """Rename answers in a project's answers file; `OSError`, `ValueError` or `yaml.YAMLError` if it or a pair is damaged."""
    names = dict(pair.split("=") for pair in pairs)
    answers = renamed(yaml.safe_load(file.read_text(encoding="utf-8")), names)
    file.write_text(yaml.safe_dump(answers, allow_unicode=True), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
