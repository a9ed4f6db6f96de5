"""Add the pins of the template's table to the history of releases, so that none is forgotten when a bot moves it.

python -m tools.write_releases
"""

from __future__ import annotations

from packaging.version import Version

from pyrelease.pins import RELEASES, TABLE, pins_in


def known() -> list[str]:
    """Return the lines of the history."""
    return RELEASES.read_text(encoding="utf-8").splitlines()


def missing(table: str | None = None) -> list[str]:
    """Return the pins of the table, given as its text or read from its file, that the history does not have."""
    text = TABLE.read_text(encoding="utf-8") if table is None else table
    pins = [f"{name}{value}" for name, values in pins_in(text).items() for value in values]
    return [pin for pin in pins if pin not in known()]


def main() -> None:
    """Write the history with what is missing in it, by name and version."""
    lines = sorted({*known(), *missing()}, key=lambda line: (line.split("@")[0], Version(line.split()[-1])))
    RELEASES.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
