"""The border to files that somebody else wrote."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path


class UnreadableError(ValueError):
    """A file is there, and cannot be read; the message says why."""


def content(path: Path) -> bytes | None:
    """Return the bytes of a file; `None` if there is none of this name, `UnreadableError` if it cannot be read."""
    try:
        return path.read_bytes() if path.is_file() else None
    except OSError as problem:
        raise UnreadableError(str(problem)) from problem


def text(path: Path) -> str:
    """Return the text (UTF-8) of a file; an empty one if it cannot be read."""
    with suppress(ValueError):
        return (content(path) or b"").decode()
    return ""


def names(folder: Path, suffixes: Iterable[str]) -> list[str]:
    """Return the names in a folder that end so, sorted; a name that cannot be printed is none that anybody knows."""
    found: list[str] = []
    with suppress(OSError):
        found += (path.name for path in folder.iterdir() if path.suffix in suffixes and path.name.isprintable())
    return sorted(found)
