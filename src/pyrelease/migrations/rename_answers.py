"""Migration: an answer whose question has a new name keeps its value.

    python -I src migrations.rename_answers ANSWERS OLD=NEW[:OLD_VALUE=NEW_VALUE,...] [...]

It runs before an update, which reads the file ANSWERS afterwards and writes it anew. CONTRIBUTING.md says when a version
of the template has such a migration.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import yaml


@dataclass(frozen=True)
class Renaming:
    """The old and the new name of an answer, and the new word for each value that has another one now."""

    old: str
    new: str
    values: dict[str, str]

    @classmethod
    def read(cls, text: str) -> Renaming:
        """Return what an argument of the command says; `ValueError` if it has another form."""
        names, _, values = text.partition(":")
        old, new = names.split("=")
        return cls(old, new, dict(pair.split("=") for pair in values.split(",") if pair))

    def value(self, before: object) -> object:
        """Return what a value is called now."""
        return self.values.get(before, before) if isinstance(before, str) else before


def renamed(answers: dict[str, object], renamings: list[Renaming]) -> dict[str, object]:
    """Return the answers by their new names; an answer that is there by its new name already stays."""
    old_names = {renaming.old for renaming in renamings}
    kept = {name: value for name, value in answers.items() if name not in old_names}
    return {part.new: part.value(answers[part.old]) for part in renamings if part.old in answers} | kept


def main(file: Path, arguments: list[str]) -> None:
    """Rename answers in a project's answers file; `OSError`, `ValueError` or `yaml.YAMLError` if it is damaged."""
    answers = renamed(yaml.safe_load(file.read_text(encoding="utf-8")), [*map(Renaming.read, arguments)])
    file.write_text(yaml.safe_dump(answers, allow_unicode=True), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
