"""Pins: what names one version of an action (`uses:`), of a hook (`rev:`) or the lowest one of a requirement."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from packaging.specifiers import SpecifierSet
from packaging.version import Version

FOLDER = Path(__file__).parent

TABLE = FOLDER / "actions.yml"

TABLE_TEXT = TABLE.read_text(encoding="utf-8")
"""The actions that every workflow uses, each at the commit of a release."""

RELEASES = FOLDER / "releases.txt"
"""The commits of releases, today's and earlier ones, a pin in each line; no line ever goes."""

# What a pin names, and a comment behind it; what stands between them on the line is the rest of a `{flow: style}`.
REF = r"[^\s'\"#,}\]]+(?:(?:(?!\buses\b)[^\r\n#])*#[^\r\n]*[^\s]|['\"]?(?=[ \t\r]*$))?"

ACTION = re.compile(
    rf"(?:^[-+ \t]*|[\[{{,][ \t]*)['\"]?\buses['\"]?[ \t]*:[ \t]*(?:&\S+[ \t]+)?['\"]?(?P<name>[^@\s'\"#,{{}}\[\]]+)(?P<value>@{REF})",
    re.MULTILINE,
)

HOOK_KEY = re.compile(
    r"(?:(?P<item>^[-+ \t]*-[ \t]+|\{[ \t]*)|^[+ \t]*|,[ \t]*)['\"]?\b(?P<key>repo|rev|hooks)['\"]?[ \t]*:"
    r"(?:[ \t]+(?:&\S+[ \t]+)?['\"]?|[ \t\r\n]*$)"
)

DASH = re.compile(r"[+ \t]*-[ \t]*(?:#.*)?$")
"""The first line of an item whose first key stands in the next one."""

BLOCK = re.compile(r"(?P<indent>[ \t]*+(?:-[ \t]++)*+)[^\s#][^#]*:[ \t]+[|>][-+0-9]*[ \t]*(?:#.*)?$")
"""A line below which a text stands, like a script, as long as the lines are indented further."""

HOOK_VALUE = re.compile(REF, re.MULTILINE)

LINE_END = re.compile(r"[ \t\r]*$", re.MULTILINE)

FLOOR = re.compile(
    r"[\"'](?P<name>[A-Za-z0-9._-]+(?:[ \t]*\[[^\]\"'\r\n]*\])?)[ \t]*"
    r"(?P<value>(?:[<>!]=?[ \t]*[0-9][\w.*+]*[ \t]*,[ \t]*){0,5}[>~]=[ \t]*[0-9](?:[^\"'\r\n;]*[^\"'\r\n;\s])?)"
)

PARTS = re.compile(r"@?(?P<ref>[^\s'\"#,}\]]+)(?P<between>[^#]*)(?P<comment>#.*)?")

COMMIT = re.compile(r"[0-9a-fA-F]{40}")

VERSION = re.compile(
    r"(?<![\w.+-])v?[0-9]{1,9}(?:\.[0-9]{1,9})*(?:[-.]?(?:a|b|c|rc|alpha|beta|pre|preview|post|dev)[-.]?[0-9]{0,9})?(?![\w+-]|\.\w)",
    re.IGNORECASE,
)

LOWEST = re.compile(r"[>~]=[ \t]*(?P<version>[0-9][^,\s]*)")


@dataclass(frozen=True)
class Named:
    """What a pin names: a commit (empty for a tag, a branch or a floor) and a release, if it can be read.

    A release is `is_whole` if it is one release for certain: `v7` is whichever of 7 is the latest. In the pin it stands
    from the first to the second number of `span`, which are the same where it stands nowhere.
    """

    commit: str = ""
    version: Version | None = None
    is_whole: bool = False
    span: tuple[int, int] = (0, 0)

    def is_below(self, other: Version) -> bool:
        """Say whether it is older for certain: of a release that is not whole its own numbers decide."""
        if self.version is None:
            return False
        if self.is_whole:
            return self.version < other
        return self.version.release < other.release[: len(self.version.release)]

    def is_newer_than(self, other: Named) -> bool:
        """Say whether it is the newer release for certain: both are whole."""
        if not (self.is_whole and other.is_whole and self.version and other.version):
            return False
        return self.version > other.version


@dataclass(frozen=True)
class Pin:
    """A pin in a text: the name of what it pins, what it says, where that starts there, and whether it ends its line."""

    name: str
    value: str
    start: int = 0
    ends_line: bool = True

    @property
    def end(self) -> int:
        """Where it ends in its text."""
        return self.start + len(self.value)

    @property
    def key(self) -> str:
        """The name in the one form to which all ways to write it lead."""
        name = self.name.lower()
        if self.is_floor:
            return re.sub(r"[-_.]+", "-", re.sub(r"\s", "", name))
        return name if self.is_action else name.rstrip("/").removesuffix(".git")

    @property
    def is_action(self) -> bool:
        """Whether it pins an action."""
        return self.value.startswith("@")

    @property
    def is_floor(self) -> bool:
        """Whether it is a requirement's specifier."""
        return self.value.startswith(("<", ">", "~", "!"))

    @property
    def named(self) -> Named:
        """What it names, in each way to write it; a known commit decides, whatever the comment says."""
        return named(self.name, self.value)

    @property
    def plain(self) -> str:
        """What it says, less quotes and what else stands on its line; an action's without the `@`."""
        found = None if self.is_floor else PARTS.match(self.value)
        return f"{found['ref']} {found['comment'] or ''}".rstrip() if found else self.value

    @property
    def meaning(self) -> str:
        """What it says, however it is written."""
        if self.is_floor:
            return str(specifiers(self.value) or self.value)
        found = PARTS.match(self.value)
        release = self.named
        return release.commit or (found["ref"] if found else self.value)

    @property
    def shown(self) -> str:
        """What it says, for a person: a release, else its text."""
        release = self.named
        if self.is_floor:
            return self.value
        known = self.value[slice(*release.span)] or f"v{release.version}"
        if release.version and known.lower().lstrip("v") != str(release.version):
            known = f"v{release.version}"  # the comment is not the truth
        return known if release.is_whole else self.plain

    def at(self, newer: Pin) -> str:
        """Return what it says at the release of a newer pin, in the way that this one is written."""
        mine, theirs = self.named, newer.named
        said, text = self.value[slice(*mine.span)], newer.value[slice(*theirs.span)]
        if self.is_floor:
            moved = self.value[: mine.span[0]] + text + self.value[mine.span[1] :]
            allowed = specifiers(moved)
            return moved if allowed and allowed.contains(text, prereleases=True) else newer.value
        found, other = PARTS.match(self.value), PARTS.match(newer.value)
        if not (found and other):
            return newer.value
        start, between, comment = f"{'@' * self.is_action}{other['ref']}", found["between"], found["comment"] or ""
        if not theirs.commit:  # a tag says it all
            return f"{start}{between.rstrip()}" if mine.commit and said else f"{start}{between}{comment}"
        if not comment:
            return f"{start}{between} # {text}" if self.ends_line and text else f"{start}{between}"
        if not mine.commit:
            return f"{start}{between}# {text} {comment.lstrip('# ')}"
        if not said:
            return f"{start}{between}{comment}"
        # The comment keeps its number of numbers, and its `v` or none.
        parts, count = text.lstrip("vV").split("."), said.count(".") + 1
        shown = "v" * (said[0] in "vV") + ".".join(parts if count > 2 else parts[:count])
        first, last = (place - found.start("comment") for place in mine.span)
        return f"{start}{between}{comment[:first]}{shown}{comment[last:]}"


def specifiers(value: str) -> SpecifierSet | None:
    """Return what a requirement allows; `None` if it is damaged."""
    try:
        return SpecifierSet(value)
    except ValueError:  # no specifier, or a number that is too long
        return None


def version(text: str) -> Version | None:
    """Return the version that a text is; `None` if it is none."""
    try:
        return Version(text)
    except ValueError:  # no version, or a number that is too long
        return None


def named(name: str, value: str) -> Named:
    """Return what the pin of an action, a hook or a requirement names."""
    if value.startswith(("<", ">", "~", "!")):
        lowest = LOWEST.search(value)
        found = version(lowest["version"]) if lowest else None
        return Named("", found, found is not None, lowest.span("version") if lowest else (0, 0))
    parts = PARTS.match(value)
    if not parts:
        return Named()
    is_commit = COMMIT.fullmatch(parts["ref"])
    commit = parts["ref"].lower() if is_commit else ""
    claimed, span = claim(value, *parts.span("comment" if is_commit else "ref"), is_alone=not is_commit)
    if is_commit and (known := releases().get((repository(name), commit))):
        return Named(commit, known, is_whole=True, span=span)
    numbers = 3 if value.startswith("@") else 2  # pre-commit takes a tag as it stands
    return Named(commit, claimed, claimed is not None and len(claimed.release) >= numbers, span)


def claim(value: str, start: int, stop: int, *, is_alone: bool) -> tuple[Version | None, tuple[int, int]]:
    """Return the version that a part of a pin has, and where: a whole one, else the first; `is_alone` if nothing else is."""
    found = [part for part in VERSION.finditer(value, max(start, 0), max(stop, 0)) if version(part.group())]
    if is_alone:
        found = [part for part in found if part.span() == (start, stop)]
    found.sort(key=lambda part: part.group().count(".") < 2)
    return (version(found[0].group()), found[0].span()) if found else (None, (0, 0))


def repository(action: str) -> str:
    """Return the repository that an action lies in, in small letters: GitHub knows it in any."""
    return "/".join(action.lower().split("/")[:2])


@cache
def releases() -> dict[tuple[str, str], Version]:
    """Return the version of each commit that is known, by the action's repository and the commit."""
    pins = [*read_pins(TABLE_TEXT), *map(release_of, RELEASES.read_text(encoding="utf-8").splitlines())]
    found = [(pin.name, PARTS.match(pin.value), claim(pin.value, 0, len(pin.value), is_alone=False)[0]) for pin in pins]
    return {(repository(name), parts["ref"].lower()): known for name, parts, known in found if parts and known}


def release_of(line: str) -> Pin:
    """Return the pin in a line of `RELEASES`."""
    name, _, rest = line.partition("@")
    return Pin(name, f"@{rest}")


def read_pins(text: str) -> list[Pin]:
    """Return the pins in a text, in its order."""
    matches = (*ACTION.finditer(without_blocks(text)), *FLOOR.finditer(text))
    found = [(one["name"], one["value"], one.start("value")) for one in matches]
    pins = [
        Pin(name, value, start, ends_line=bool(LINE_END.match(text, start + len(value))))
        for name, value, start in (*found, *hooks(text))
    ]
    return sorted(pins, key=lambda pin: pin.start)


def without_blocks(text: str) -> str:
    """Return a workflow's text with white space for its scripts: what they say is theirs, and no pin."""
    lines, indent = [], -1
    for line in text.splitlines(keepends=True):
        content = line.strip()
        if content and len(line) - len(line.lstrip()) <= indent:
            indent = -1
        is_inside = indent >= 0
        if not is_inside and (start := BLOCK.match(line.rstrip())):
            indent = len(start["indent"])
        lines.append(re.sub(r"[^\r\n]", " ", line) if is_inside else line)
    return "".join(lines)


def hooks(text: str) -> Iterator[tuple[str, str, int]]:
    """Yield name, value and place of the pins of hooks: the `rev` of each item of a list that has a `repo`, in whichever order."""
    item: dict[str, tuple[str, int]] = {}
    place, is_first = 0, False
    for line in text.splitlines(keepends=True):
        for key in HOOK_KEY.finditer(line):
            if key["item"] or is_first:
                item = {}
            value = HOOK_VALUE.match(line, key.end())
            if value and key["key"] != "hooks":
                item[key["key"]] = (value.group(), place + value.start())
            if key["key"] != "hooks" and item.keys() == {"repo", "rev"}:
                name = re.split(r"[\s'\"#]", item["repo"][0])[0]
                yield (name, *item.pop("rev"))
        place += len(line)
        is_first = bool(DASH.match(line.rstrip())) or (is_first and not line.split("#")[0].strip())


def pins_in(text: str) -> dict[str, list[str]]:
    """Return what each pin of a text says, by the pin's name, in the order of the text."""
    pins: dict[str, list[str]] = defaultdict(list)
    for found in read_pins(text):
        pins[found.name].append(found.value)
    return pins


def with_pins(text: str, choose: Callable[[int, Pin], str]) -> str:
    """Return a text in which each pin says what `choose` returns for its number and for what it is now."""
    done, place = "", 0
    for number, found in enumerate(read_pins(text)):
        done += text[place : found.start] + choose(number, found)
        place = found.end
    return done + text[place:]


@cache
def table() -> dict[str, str]:
    """Return each action's pin in the template's table, as `action@commit # version`, by the action's name."""
    return {name: f"{name}{values[0]}" for name, values in pins_in(TABLE_TEXT).items()}


def pin(action: str) -> str:
    """Return the pin of one action; a `KeyError` means that the table has none of that name."""
    return table()[action]
