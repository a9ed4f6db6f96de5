"""What `--conflict rej` leaves beside a file is applied again, where pins alone had stood in its way."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from ..pins import Pin
from ..pins.sides import Side, settled

HUNK = re.compile(r"^@@ -(?P<line>[0-9]+)[^\n]*@@.*\n(?:[ +\\-].*(?:\n|\Z))*", re.MULTILINE)


@dataclass(frozen=True)
class Hunk:
    """A part of a patch: its text, the line that it is for, and the lines that it finds and leaves there."""

    text: str
    line: int
    old: Side
    new: Side

    @classmethod
    def of(cls, found: re.Match[str]) -> Hunk:
        """Return a part of a patch."""
        lines = found.group().splitlines(keepends=True)[1:]
        old, new = ("".join(line[1:] for line in lines if line[0] in kept) for kept in (" -", " +"))
        return cls(found.group(), int(found["line"]), Side.of(old), Side.of(new))

    def applied(self, text: str, released: dict[str, Pin]) -> str | None:
        """Return a text with this change; `None` if its lines are not there, whatever their pins say."""
        current = text.splitlines(keepends=True)
        lines, wanted = Side.of(text).lines()[0], self.old.lines()[0]
        starts = [start for start in range(len(lines)) if lines[start : start + len(wanted)] == wanted]
        if not wanted or not starts or "\n\\" in self.text:
            return None
        start = min(starts, key=lambda place: abs(place - self.line))
        found = "".join(current[start : start + len(wanted)])
        new = self.with_pins_of(Side.of(found), released)
        if "\r\n" in found:
            new = re.sub("\r?\n", "\r\n", new)
        return "".join([*current[:start], new, *current[start + len(wanted) :]])

    def with_pins_of(self, found: Side, released: dict[str, Pin]) -> str:
        """Return its new lines, with the newer of its pins and those of the lines that are there."""
        pairs: dict[str, list[tuple[Pin, Pin]]] = {}
        for old, there in zip(self.old.pins, found.pins, strict=True):
            pairs.setdefault(old.key, []).append((old, there))
        values = []
        for pin in self.new.pins:
            base, template = pairs[pin.key].pop(0) if pairs.get(pin.key) else (None, released.get(pin.key, pin))
            values.append(settled(pin, template, base))
        return self.new.with_values(values)


def apply_rejected(file: Path, released: dict[str, Pin]) -> None:
    """Apply what was rejected beside a file, and leave there what still cannot be applied."""
    rejected = file.with_name(f"{file.name}.rej")
    if not rejected.is_file():
        return
    patch, text = (path.read_bytes().decode(errors="surrogateescape") for path in (rejected, file))
    left = ""
    for found in HUNK.finditer(patch):
        hunk = Hunk.of(found)
        changed = hunk.applied(text, released)
        text, left = (text, left + hunk.text) if changed is None else (changed, left)
    file.write_bytes(text.encode(errors="surrogateescape"))
    if left:
        rejected.write_bytes((patch.split("\n", 1)[0] + "\n" + left).encode(errors="surrogateescape"))
    else:
        rejected.unlink()
