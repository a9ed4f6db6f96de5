"""The border to files that somebody else wrote: regular files inside a folder, of a bounded size, and one kind of failure."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from itertools import islice
from pathlib import Path

SIZE = 2**20
"""Bytes of a file that is read, at most."""

ENTRIES = 10_000
"""Entries of a folder that are looked at, at most."""


class UnreadableError(ValueError):
    """A file is there, and cannot be read; the message says why."""


def inside(folder: Path, name: str) -> Path:
    """Return where a path of a folder leads; `UnreadableError` if a link leads out of the folder, or in a circle."""
    try:
        place, root = (folder / name).resolve(), folder.resolve()
    except (OSError, RuntimeError, ValueError) as problem:
        raise UnreadableError(str(problem)) from problem
    if not place.is_relative_to(root):
        raise UnreadableError(f"{name} lies outside of the folder")
    return place


def content(folder: Path, name: str) -> bytes | None:
    """Return the bytes of a file, whose path has '/' between its parts.

    `None` if no regular file has this name; `UnreadableError` if it cannot be read, is too large, or lies elsewhere.
    """
    place = inside(folder, name)
    try:
        if not place.is_file():  # a device or a pipe might never end
            return None
        with place.open("rb") as file:
            found = file.read(SIZE + 1)
    except OSError as problem:
        raise UnreadableError(str(problem)) from problem
    if len(found) > SIZE:
        raise UnreadableError(f"{name} is larger than {SIZE // 2**20} MiB")
    return found


def text(folder: Path, name: str) -> str:
    """Return the text (UTF-8) of a file; an empty one if it cannot be read."""
    with suppress(ValueError):
        return (content(folder, name) or b"").decode()
    return ""


def names(folder: Path, name: str, suffixes: Iterable[str]) -> list[str]:
    """Return the names in a folder of a folder that end so, sorted; one that cannot be printed is none that anybody knows."""
    found: list[str] = []
    with suppress(OSError, UnreadableError):
        entries = islice(inside(folder, name).iterdir(), ENTRIES)
        found += (path.name for path in entries if path.suffix in suffixes and path.name.isprintable())
    return sorted(found)
