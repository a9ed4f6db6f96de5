"""Sides: which pin of one version of a file is which of another, and which of two releases wins."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

from . import Pin, read_pins


@dataclass(frozen=True)
class Side:
    """One version of a file, and the pins in it."""

    text: str
    pins: list[Pin]

    @classmethod
    def of(cls, text: str) -> Side:
        """Return a version of a file."""
        return cls(text, read_pins(text))

    def with_values(self, values: Iterable[str]) -> str:
        """Return its text with another value for each pin, in order."""
        done, place = "", 0
        for pin, value in zip(self.pins, values, strict=True):
            done += self.text[place : pin.start] + value
            place = pin.end
        return done + self.text[place:]

    def lines(self) -> tuple[list[str], list[list[int]]]:
        """Return its lines as they are compared, without what the pins say, and the numbers of the pins in each.

        A line with one pin is compared by the pin's name: however it is written, it is the same line.
        """
        masked = self.with_values(f"\0{number}\0" for number in range(len(self.pins))).splitlines()
        numbers = [[int(number) for number in re.findall("\0([0-9]+)\0", line)] for line in masked]
        return [
            f"\0{self.pins[found[0]].key}" if len(found) == 1 else re.sub("\0[0-9]+\0", "\0", line).strip()
            for line, found in zip(masked, numbers, strict=True)
        ], numbers


Region = tuple[int, int, int, int]
"""Where some lines of two texts start and stop: in the one, in the other."""


def matched(one: list[str], other: list[str], region: Region) -> tuple[list[tuple[int, int]], list[Region]]:
    """Return which lines of a region are the same on both sides, and the regions between them."""
    start, stop, other_start, other_stop = region
    same, between = [], []
    matcher = SequenceMatcher(None, one[start:stop], other[other_start:other_stop], autojunk=False)
    for tag, first, last, other_first, other_last in matcher.get_opcodes():
        if tag == "equal":
            same += list(
                zip(
                    range(first + start, last + start),
                    range(other_first + other_start, other_last + other_start),
                    strict=True,
                )
            )
        else:
            between.append((first + start, last + start, other_first + other_start, other_last + other_start))
    return same, between


def partners(one: Side, other: Side) -> dict[int, int]:
    """Return the number of the same pin on the other side, by the number on one side; a new pin has no partner.

    Lines that are the same have the same pins, then those that differ in their pins alone; of what stands between them,
    pins of one name are the same in their order.
    """
    (lines, numbers), (other_lines, other_numbers) = one.lines(), other.lines()
    exact, other_exact = ([line.strip() for line in side.text.splitlines()] for side in (one, other))
    same, between = matched(exact, other_exact, (0, len(lines), 0, len(other_lines)))
    regions = []
    for region in between:
        more, rest = matched(lines, other_lines, region)
        same += more
        regions += rest
    found: dict[int, int] = {}
    for line, other_line in same:
        found |= dict(zip(numbers[line], other_numbers[other_line], strict=True))
    for start, stop, other_start, other_stop in regions:
        left = [number for line in other_numbers[other_start:other_stop] for number in line]
        for mine in (number for line in numbers[start:stop] for number in line):
            place = next((place for place in left if other.pins[place].key == one.pins[mine].key), None)
            if place is not None:
                found[mine] = place
                left.remove(place)
    return found


def settled(project: Pin, template: Pin, base: Pin | None = None) -> str:
    """Return what a pin says after an update: the newer release wins, written as the project writes it.

    What the project has not changed since the last update, the `base`, is the template's, as long as it does not go back.
    What names no release is the project's choice.
    """
    ours, theirs = project.named, template.named
    if base and project.meaning == base.meaning and not ours.is_newer_than(theirs):
        moved = project.at(template)
        return moved if Pin(project.name, moved).meaning == template.meaning else template.value
    return project.at(template) if theirs.is_newer_than(ours) else project.value


def newest(pins: Iterable[Pin]) -> Pin | None:
    """Return the pin of the newest release; `None` if none names one."""
    found: Pin | None = None
    for pin in pins:
        if pin.named.is_whole and (found is None or pin.named.is_newer_than(found.named)):
            found = pin
    return found
