"""Pins: what names one version of an action (`uses:`), of a hook (`rev:`) or the lowest one of a requirement."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from packaging.version import InvalidVersion, Version

Pins = dict[str, list[str]]
"""What each pin of a file says, by the pin's name, in the order of the file."""

TABLE = Path(__file__).parent / "actions.yml"

TABLE_TEXT = TABLE.read_text(encoding="utf-8")
"""The actions that every workflow uses, each at the commit of a release."""

PIN = re.compile(
    r"^(?P<action>[-+ \t]*uses:[ \t]*['\"]?(?P<action_name>[^@\s'\"#]+))(?P<action_value>@[^\r\n]+)"
    r"|^(?P<hook>[-+ \t]*repo:[ \t]*(?P<hook_name>\S+)[ \t]*\r?\n[-+ \t]*rev:[ \t]*)(?P<hook_value>[^\r\n]+)"
    r"|(?P<floor>[\"'](?P<floor_name>[A-Za-z0-9._-]+(?:\[[^\]\"']*\])?)[ \t]*)(?P<floor_value>>=[^\"'\r\n]+)",
    re.MULTILINE,
)

# A comment beside a commit is the version.
VERSION = re.compile(
    r"@[0-9a-f]{40} # (?P<action>v?[0-9][^\s]*)"
    r"|[0-9a-f]{40} # frozen: (?P<frozen>v?[0-9][^\s]*)"
    r"|(?P<hook>v?[0-9]+(?:\.[0-9]+)+)"
    r"|>=(?P<floor>[^,\s]+).*"
)


def version_named(value: str) -> Version | None:
    """Return the version that a pin names; `None` if it names none."""
    found = VERSION.fullmatch(value.strip())
    try:
        return Version(next(filter(None, found.groups()))) if found else None
    except InvalidVersion:
        return None


# What stands behind a commit: white space, then a comment that may say more than the release.
COMMENT = re.compile(
    r"(?P<commit>[0-9a-f]{40})['\"]?(?:[ \t]*#[ \t]*(?:(?:tag|frozen|pin|ratchet|version)[=:@][ \t]{0,9})?(?:[\w./-]{1,200}@)?"
    r"(?P<version>v?[0-9][^\s,;)]{0,99})?.*)?"
)


@dataclass(frozen=True)
class Named:
    """What the ref of an action names: a commit (empty for a tag or a branch) and a release, if it can be read.

    A release is `is_whole` if it has three numbers: `v7` is whichever of 7 is the latest.
    """

    commit: str = ""
    version: Version | None = None
    is_whole: bool = False

    def is_below(self, other: Version) -> bool:
        """Say whether it is older for certain: of a release that is not whole its own numbers decide."""
        if self.version is None:
            return False
        if self.is_whole:
            return self.version < other
        return self.version.release < other.release[: len(self.version.release)]


def named(ref: str) -> Named:
    """Return what a ref names, with the comment behind it, in each way to write it; the commit decides, if there is one."""
    found = COMMENT.fullmatch(ref.strip())
    commit, text = (found["commit"], found["version"] or "") if found else ("", ref.split(" ")[0].split("#")[0])
    try:
        version = Version(text)
    except ValueError:  # no version, or a number that is too long
        return Named(commit)
    return Named(commit, version, len(version.release) > 2)


def newer(project: str, template: str) -> str:
    """Return the pin with the newer version; the project's where it names none."""
    ours, theirs = version_named(project), version_named(template)
    return template if ours and theirs and theirs > ours else project


def parts(found: re.Match[str]) -> tuple[str, str, str]:
    """Return what stands before a pin's value, the pin's name, and its value."""
    kind = next(kind for kind in ("action", "hook", "floor") if found[kind])
    return found[kind], found[f"{kind}_name"], found[f"{kind}_value"]


def pins_in(text: str) -> Pins:
    """Return the pins in a text."""
    pins: Pins = defaultdict(list)
    for found in PIN.finditer(text):
        _, name, value = parts(found)
        pins[name].append(value)
    return pins


def with_pins(text: str, choose: Callable[[str, int, str], str]) -> str:
    """Return a text in which each pin is what `choose` returns for its name, its number among them, and its value."""
    seen: dict[str, int] = defaultdict(int)

    def replaced(found: re.Match[str]) -> str:
        before, name, value = parts(found)
        seen[name] += 1
        return before + choose(name, seen[name] - 1, value)

    return PIN.sub(replaced, text)


def pin_at(values: list[str], number: int) -> str:
    """Return a file's pin of one name at a place among them; the last one for a place that is new."""
    return values[min(number, len(values) - 1)]


@cache
def table() -> dict[str, str]:
    """Return each action's pin in the template's table, as `action@commit # version`, by the action's name."""
    return {name: f"{name}{values[0]}" for name, values in pins_in(TABLE_TEXT).items()}


def pin(action: str) -> str:
    """Return the pin of one action; a `KeyError` means that the table has none of that name."""
    return table()[action]
