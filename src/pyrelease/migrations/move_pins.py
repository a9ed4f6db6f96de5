"""Migration: after an update each pin is the newer version of the project's and the template's, without a conflict.

    python -I src migrations.move_pins TEMPLATE

Bots move a project's pins while the template moves its own, and Copier sees two changes of one line. So what had
conflicted is merged anew as if pins were equal, and then each gets the newer release.

One that names no release for certain, like a branch, or a commit that nobody knows without its version beside it, is the
user's choice and stays.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from ..pins import Pin, read_pins
from ..pins.sides import Side, newest, partners, settled
from ..programs import CAREFUL_GIT, MissingProgramError, run
from .rejected import apply_rejected

TEMPLATE_FILES = (
    "src/pyrelease/pins/actions.yml",
    "template/**/.pre-commit-config.yaml",
    "template/**/pyproject.toml.jinja",
    "includes/*.toml.jinja",
)
"""Where the template has pins."""

LABELS = ("before updating", "last update", "after updating")
"""What Copier calls the sides of a conflict."""

CONFLICT = re.compile(
    r"^<<<<<<< before updating\r?\n(?P<ours>.*?)^=======\r?\n(?P<theirs>.*?)^>>>>>>> after updating(?:\r?\n|\Z)",
    re.DOTALL | re.MULTILINE,
)

SLOT = re.compile("\ue000([0-9]+)\ue001")
"""What stands for a pin while its file is merged."""

SECONDS = 60
"""Seconds that git has for one thing."""

AS_IT_IS = "surrogateescape"
"""How text is read and written that may be no UTF-8."""


def run_git(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run git in the current folder; the migration ends with the reason if it cannot be run."""
    try:
        return run("git", *CAREFUL_GIT, *arguments, seconds=SECONDS, errors=AS_IT_IS)
    except (MissingProgramError, OSError, subprocess.TimeoutExpired) as error:
        sys.exit(f"git {arguments[0]}: {error}")


def git(*arguments: str) -> str:
    """Run git in the current folder, and return what it prints; the migration ends with git's own line if it fails."""
    done = run_git(*arguments)
    if done.returncode != 0:
        sys.exit(f"git {arguments[0]}: {done.stderr.strip()}")
    return done.stdout


def paths(command: str, *arguments: str) -> list[str]:
    """Return the paths that git prints, relative to the current folder, with what stands before each."""
    return [path for path in git(command, "-z", *arguments).split("\0") if path]


def read(path: Path) -> str:
    """Return a file's text with its line ends as they are."""
    return path.read_bytes().decode(errors=AS_IT_IS)


def write(path: Path, text: str) -> None:
    """Write a file's text with its line ends as they are."""
    path.write_bytes(text.encode(errors=AS_IT_IS))


def template_pins(template: Path) -> dict[str, Pin]:
    """Return each pin of the template, by its key."""
    files = [file for pattern in TEMPLATE_FILES for file in sorted(template.glob(pattern))]
    pins = [pin for file in files for pin in read_pins(read(file))]
    return {pin.key: pin for pin in reversed(pins)}


def unmerged() -> list[str]:
    """Return the files that git holds for conflicting."""
    return paths("diff", "--relative", "--name-only", "--diff-filter=U")


def changed_files() -> list[Path]:
    """Return the files with pins that the update changed, relative to the current folder."""
    names = [".github/workflows", ":(glob)**/.pre-commit-config.yaml", ":(glob)**/pyproject.toml"]
    changed = dict.fromkeys(paths("diff", "--relative", "--name-only", "HEAD", "--", *names))
    return [path for path in map(Path, changed) if path.is_file()]


def main(template: Path) -> None:
    """Give each pin the newer version, and say what was kept and what was taken."""
    released = template_pins(template)
    had = {path: path.as_posix() for path in changed_files()}
    before = set(paths("ls-tree", "-r", "--name-only", "HEAD"))
    conflicts = unmerged()
    facts = []
    for path, name in had.items():
        mine = Side.of(git("show", f"HEAD:./{name}") if name in before else "")
        if name in conflicts:
            merge_anew(path, released)
        else:
            write(path, moved(Side.of(read(path)), mine, released))
        apply_rejected(path, released)
        facts += compared(name, mine, Side.of(CONFLICT.sub("", read(path))), released)
    report(facts, left_to_merge(before))


def moved(merged: Side, mine: Side, released: dict[str, Pin]) -> str:
    """Return the text of a file that Copier has merged, in which no pin is older than the project's."""
    partner = partners(merged, mine)
    values = []
    for number, pin in enumerate(merged.pins):
        ours = mine.pins[partner[number]] if number in partner else None
        if ours is None:
            values.append(new_pin(pin, mine))
        elif pin.value == ours.value:
            values.append(settled(ours, released.get(ours.key, ours)))
        else:  # the project has not changed it, or git could not have changed it
            values.append(settled(ours, pin, base=ours))
    return merged.with_values(values)


def new_pin(pin: Pin, mine: Side) -> str:
    """Return what a pin says that the template adds: a newer release that the project has elsewhere, if there is one."""
    known = newest(other for other in mine.pins if other.key == pin.key)
    return settled(pin, known) if known else pin.value


def merge_anew(path: Path, released: dict[str, Pin]) -> None:
    """Merge a file anew that had conflicted, with equal pins; each side of what still conflicts has its own."""
    held = [line.split() for line in paths("ls-files", "--unmerged", "--", path.as_posix())]
    stages = {stage: blob for _, blob, stage, *_ in held}
    if stages.keys() != {"1", "2", "3"}:
        return  # a side has no such file
    ours, base, theirs = (git("cat-file", "blob", stages[stage]) for stage in "213")
    if "\r\n" in ours and "\r\n" not in base + theirs:  # other line ends are no other lines
        base, theirs = base.replace("\n", "\r\n"), theirs.replace("\n", "\r\n")
    sides = Sides.of(ours, base, theirs)
    folder = Path(git("rev-parse", "--git-path", ".").strip())
    files = [folder / f"pyrelease-side-{number}" for number in range(3)]
    for file, text in zip(files, sides.masked(), strict=True):
        write(file, text)
    labels = [part for label in LABELS for part in ("-L", label)]
    done = run_git("merge-file", "-p", *labels, *map(str, files))
    for file in files:
        file.unlink()
    if done.returncode not in range(128):
        return  # the file stays as Copier has merged it
    write(path, sides.unmasked(done.stdout, released))
    if done.returncode == 0:
        git("reset", "--quiet", "--", path.as_posix())


@dataclass(frozen=True)
class Sides:
    """The three sides of a merge, and the slot of each pin: those that are the same have the same one."""

    ours: Side
    base: Side
    theirs: Side
    slots: tuple[list[int], list[int], list[int]]

    @classmethod
    def of(cls, ours: str, base: str, theirs: str) -> Sides:
        """Return the sides of a merge."""
        mine, last, new = Side.of(ours), Side.of(base), Side.of(theirs)
        from_base, new_from_base, from_new = partners(mine, last), partners(new, last), partners(new, mine)
        count = len(last.pins)
        my_slots = [from_base.get(number, count + number) for number in range(len(mine.pins))]
        count += len(mine.pins)
        new_slots = [
            new_from_base.get(number, my_slots[from_new[number]] if number in from_new else count + number)
            for number in range(len(new.pins))
        ]
        return cls(mine, last, new, (my_slots, [*range(len(last.pins))], new_slots))

    def masked(self) -> list[str]:
        """Return the three texts with slots for pins."""
        sides = (self.ours, self.base, self.theirs)
        return [
            side.with_values(f"\ue000{slot}\ue001" for slot in slots)
            for side, slots in zip(sides, self.slots, strict=True)
        ]

    def unmasked(self, merged: str, released: dict[str, Pin]) -> str:
        """Return the merged text with pins for slots."""
        ours, base, theirs = (
            {slot: side.pins[number] for number, slot in enumerate(slots)}
            for side, slots in zip((self.ours, self.base, self.theirs), self.slots, strict=True)
        )

        def settle(found: re.Match[str]) -> str:
            slot = int(found[1])
            if slot not in ours:
                return new_pin(theirs[slot], self.ours) if slot in theirs else base[slot].value
            mine = ours[slot]
            template = theirs.get(slot) or released.get(mine.key, mine)
            return settled(mine, template, base.get(slot) if slot in theirs else None)

        def own(found: re.Match[str]) -> str:
            middle = found.end("ours") - found.start()
            mine = SLOT.sub(lambda slot: ours[int(slot[1])].value, found[0][:middle])
            return mine + SLOT.sub(lambda slot: theirs[int(slot[1])].value, found[0][middle:])

        return SLOT.sub(settle, CONFLICT.sub(own, merged))


@dataclass(frozen=True, order=True)
class Fact:
    """What an update did with a pin of a file."""

    word: str
    name: str
    what: str
    file: str


def compared(file: str, before: Side, after: Side, released: dict[str, Pin]) -> list[Fact]:
    """Return what became of each pin that a file had, by its text before and after the update."""
    facts = []
    partner = partners(after, before)
    for number, pin in enumerate(after.pins):
        if number not in partner:
            continue
        old, template = before.pins[partner[number]], released.get(pin.key)
        if old.meaning != pin.meaning:
            facts.append(Fact("taken", pin.name, f"{pin.name} {old.shown} -> {pin.shown}", file))
        elif template and template.meaning != pin.meaning and not pin.named.is_whole:
            shown = f"{pin.name}{'@' if pin.is_action else ' '}{pin.plain}"
            what = f"{shown} (names no release; the template has {template.shown}: compare it yourself)"
            facts.append(Fact("kept", pin.name, what, file))
        elif template and pin.named.is_newer_than(template.named):
            facts.append(Fact("kept", pin.name, f"{pin.name} {pin.shown} (the template has {template.shown})", file))
    return facts


def left_to_merge(before: set[str]) -> list[str]:
    """Return the files that wait for a human, whichever way the update shows a conflict, and whatever git ignores."""
    return unmerged() + [f"{name}.rej" for name in sorted(before) if Path(f"{name}.rej").is_file()]


def report(facts: list[Fact], left: list[str]) -> None:
    """Print what the update did, one fact a line; files only where they differ."""
    lines = [f"Template: {os.environ['VERSION_FROM']} -> {os.environ['VERSION_TO']}"]
    told = defaultdict[str, set[tuple[str, str]]](set)
    for fact in facts:
        told[fact.name].add((fact.word, fact.what))
    for fact in sorted(facts):
        file = f", in {fact.file}" if len(told[fact.name]) > 1 else ""
        lines.append(f"Pin {fact.word}: {fact.what}{file}")
    for line in dict.fromkeys(lines):
        print(line)
    for file in left:
        print(f"Left for you, since you and the template changed the same lines: {file}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
