"""Task: tell Dependabot of a package in a folder, beside what it does for the others.

    python -I src add_to_dependabot

The copy has written `.github/addition` in the current folder. What `.github/dependabot.yml` does already is left out, the
rest goes below its last entry, and nothing else in that file is changed.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

import yaml

from .found.nodes import entries, items, text

FILE, ADDITION = Path(".github/dependabot.yml"), Path(".github/addition")


def updates(document: yaml.Node | None) -> list[yaml.MappingNode]:
    """Return the entries of the list `updates`, if it is written in lines; `ValueError` if it is not."""
    listed = entries(document).get("updates")
    if not isinstance(listed, yaml.SequenceNode) or listed.flow_style or not listed.value:
        raise ValueError("it has no list of updates")
    return [entry for entry in listed.value if isinstance(entry, yaml.MappingNode)]


def values(entry: yaml.MappingNode, *names: str) -> Iterator[str]:
    """Yield the texts that an entry has by these names, and those of its lists."""
    found = entries(entry)
    for name in names:
        yield from map(text, items(found.get(name)))


def does(entry: yaml.MappingNode, ecosystem: str, folder: str) -> bool:
    """Say whether an entry is for an ecosystem in a folder."""
    patterns = (pattern.strip("/") for pattern in values(entry, "directory", "directories"))
    is_there = any(fnmatchcase(folder.strip("/"), pattern) for pattern in patterns)
    return is_there and ecosystem in values(entry, "package-ecosystem")


def with_entries(before: str, addition: str) -> str:
    """Return the text of the file with what it does not have yet; `ValueError` or `yaml.YAMLError` if it cannot be added to."""
    there, lines = updates(yaml.compose(before, yaml.SafeLoader)), before.splitlines()
    last = there[-1]
    number = (
        last.end_mark.line if last.end_mark.column == 0 or not lines[last.end_mark.line :] else last.end_mark.line + 1
    )
    while not lines[number - 1].strip() or lines[number - 1].lstrip().startswith("#"):
        number -= 1  # what stands below the last entry is not its own
    new = updates(yaml.compose(addition, yaml.SafeLoader))
    added = addition.splitlines()
    starts = [entry.start_mark.line for entry in new]
    for entry, start, end in zip(new, starts, [*starts[1:], len(added)], strict=True):
        [ecosystem], [folder] = values(entry, "package-ecosystem"), values(entry, "directory")
        if not any(does(other, ecosystem, folder) for other in there):
            own = textwrap.dedent("\n".join(added[start:end])).rstrip()
            own = textwrap.indent(own, " " * (last.start_mark.column - 2))
            lines[number:number] = ["", *own.splitlines()]
            number += len(own.splitlines()) + 1
    return "\n".join(lines) + "\n"


def main() -> None:
    """Add to the file, or make it; `OSError` if it cannot be written."""
    if not FILE.exists():
        ADDITION.replace(FILE)
        return
    try:
        before = FILE.read_bytes().decode()
        after = with_entries(before, ADDITION.read_text(encoding="utf-8"))
        yaml.compose(after, yaml.SafeLoader)
    except (ValueError, yaml.YAMLError, RecursionError) as problem:
        reason = " ".join(str(problem).split())
        print(f"{FILE} stays as it is ({reason}): add the entries of {ADDITION} to this file, and delete {ADDITION}.")
        return
    if after.splitlines() != before.splitlines():
        FILE.write_bytes((after.replace("\n", "\r\n") if "\r\n" in before else after).encode())
    ADDITION.unlink()


if __name__ == "__main__":
    main()
