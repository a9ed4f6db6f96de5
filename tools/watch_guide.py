"""Say what the guide has changed since the contract was written.

    python -m tools.watch_guide [WORKFLOW] [--text TEXT] [--before TEXT]

WORKFLOW is a copy of the guide's sample workflow, or of the folder of samples, whose names count then; `-` or nothing is
standard input. TEXT is a copy of the guide itself (reStructuredText), `--before` the one that was read. The exit code is
0 if nothing is new and 3 if something is; 2 if a file is not what it should be, and whatever else is a fault, too.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from copier import run_copy
from packaging.version import Version

from pyrelease.pins import TABLE_TEXT, Pin, named, read_pins, with_pins
from tools.guide.contract import FOLDER, PACKAGE, Deliberate, Difference, compare, contract, deliberate, names
from tools.guide.text import changes, digest, fingerprints, sentences_of
from tools.repository import ROOT
from tools.workflows import NoWorkflowError, read_workflow
from tools.workshop import WORKFLOW

SECTIONS = FOLDER / "sections.yml"

OUR_FILE = Path(WORKFLOW).name
"""The name that the template gives its workflow."""

SAME, FAULT, CHANGED = 0, 2, 3
"""The exit codes; Python's own for a crash is 1."""

ROOM = 60_000
"""Bytes of a report: an issue takes 65,536 characters (https://docs.github.com/rest/issues/issues)."""

HEAD = """\
# Fingerprints of the sentences of the guide's text, by the section, which `python -m tools.watch_guide --record TEXT` writes
# when somebody has read what changed.
"""


class Verdict(Enum):
    """What a change of the guide means here, in the order of the report."""

    DONE = "We already do this"
    DELIBERATE = "Deliberate, because "
    NEW = "NEW upstream"


@dataclass(frozen=True)
class Finding:
    """One change of the guide, in words."""

    verdict: Verdict
    change: str
    why: str = ""

    def __str__(self) -> str:
        """Return the finding's line of the report."""
        if self.verdict is Verdict.NEW and self.why:
            return f"{self.verdict.value}: {self.change} (we differ here already, because {self.why})"
        return f"{self.verdict.value}{self.why}: {self.change}"


@dataclass(frozen=True)
class Sample:
    """The guide's sample workflow: its text, its name where that counts, and the names of what stands beside it."""

    text: str
    name: str = ""
    others: tuple[str, ...] = ()


def with_versions(workflow: str) -> str:
    """Return a workflow's text in which each action that is pinned to a release's commit stands at its version.

    A commit that the template has is known; of any other the comment behind it says the release.
    """
    pins = [pin.named for pin in read_pins(TABLE_TEXT)]
    releases = {pin.commit: f"@v{pin.version}" for pin in pins if pin.version}
    known = re.sub("@([0-9a-f]{40})", lambda found: releases.get(found[1], found[0]), workflow)
    return with_pins(known, lambda _, pin: at_version(pin))


def at_version(pin: Pin) -> str:
    """Return what a pin says (`@COMMIT # v7.0.1`) as `@v7.0.1`, and any other as it is; a quotation that began before it ends."""
    found = pin.named
    return (
        pin.at(Pin(pin.name, f"@v{found.version}")) if pin.is_action and found.commit and found.version else pin.value
    )


@lru_cache
def our_workflow() -> dict[str, Any]:
    """Return the workflow that the template makes, with the guide's name for the package."""
    with tempfile.TemporaryDirectory() as folder:
        answers = {"project_name": "demo", "github_owner": "octo-org"}
        run_copy(
            str(ROOT), folder, data=answers, vcs_ref="HEAD", defaults=True, unsafe=True, quiet=True, skip_tasks=True
        )
        text = Path(folder, WORKFLOW).read_text(encoding="utf-8")
    return {**read_workflow(with_versions(text).replace("/p/demo", f"/p/{PACKAGE}")), "file": OUR_FILE}


def judged(difference: Difference, ours: Mapping[str, Difference], known: Mapping[str, Deliberate]) -> Finding:
    """Return what a change of the guide means for a template that differs from the contract in `ours`.

    What differs on purpose does so from what the guide had when that was written down: any other value is new.
    """
    own = ours.get(difference.where)
    change = in_words(difference)
    if own is None:
        return Finding(Verdict.NEW, change)
    newer = is_newer(own.workflow, difference.workflow) and not goes_back(difference.guide, difference.workflow)
    if difference.is_as(own.workflow) or newer:
        return Finding(Verdict.DONE, change)
    reasons = [reason for place, reason in known.items() if names(place, difference)]
    written_down = [reason.why for reason in reasons if difference.is_as(reason.guide)]
    if written_down:
        return Finding(Verdict.DELIBERATE, change, written_down[0])
    return Finding(Verdict.NEW, change, reasons[0].why if reasons else "")


def is_newer(ours: Any, theirs: Any) -> bool:
    """Say whether both are releases of one action (`owner/name@v7.0.1` and `owner/name@v7`), and ours is as new."""
    (action, release), (other_action, wanted) = released(ours), released(theirs)
    if action != other_action or release is None or wanted is None:
        return False
    return release.release[: len(wanted.release)] >= wanted.release


def goes_back(guides: Any, theirs: Any) -> bool:
    """Say whether both are refs of one action, and the second is certainly the older release."""
    (action, before), (other_action, _) = released(guides), released(theirs)
    return action == other_action and before is not None and named(action, ref_of(theirs)).is_below(before)


def released(uses: Any) -> tuple[str, Version | None]:
    """Return the name of an action, and the release at which it is used; `None` if it is no release."""
    action = str(uses).partition("@")[0].lower()
    return action, named(action, ref_of(uses)).version


def ref_of(uses: Any) -> str:
    """Return the ref at which an action is used, of a branch for a release (`release/v1`) the release."""
    return f"@{str(uses).partition('@')[2].removeprefix('release/')}"


def in_words(difference: Difference) -> str:
    """Return a difference as one line."""
    where = place(difference.path)
    if difference.workflow is None:
        return f"{where} is gone; it was {shown(difference.guide)}"
    if difference.guide is None:
        return f"{where} is new: {shown(difference.workflow)}"
    if goes_back(difference.guide, difference.workflow):
        return f"{where} goes back to {shown(difference.workflow)}; it was {shown(difference.guide)}"
    return f"{where} is {shown(difference.workflow)}; it was {shown(difference.guide)}"


def place(path: tuple[str, ...]) -> str:
    """Return where something is: `job build, step actions/checkout, input fetch-depth`."""
    if path == ("file",):
        return "the sample's file name"
    words = {"on": "trigger", "jobs": "job", "steps": "step", "with": "input"}
    parts, named_parts = list(path), []
    while parts:
        part = parts.pop(0)
        is_kind = part in words and parts
        named_parts.append(f"{words[part]} {' '.join(parts.pop(0).split())}" if is_kind else f"`{part}`")
    return ", ".join(named_parts)


def shown(value: Any) -> str:
    """Return a value in one line; one that is long, or of several lines, with its digest, so that each change of it shows."""
    if value == {}:
        return "without a word more"
    flow = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, sort_keys=False, width=10**6)
    flow = flow.removesuffix("...\n").strip()
    line = " ".join(flow.split())
    return line if line == flow and len(line) <= 160 else f"{line[:140]} … ({digest(flow)})"


def recorded(text: str) -> str:
    """Return the file that keeps the fingerprints of a text; `ValueError` if the text has no section."""
    found = fingerprints(sentences_of(text))
    return HEAD + yaml.safe_dump(found, sort_keys=False, width=120, default_flow_style=None)


def changed_text(text: str, before: str) -> list[Finding]:
    """Return what a copy of the guide's text changes; `before` is the text that was read, if it is at hand."""
    known = yaml.safe_load(SECTIONS.read_text(encoding="utf-8"))
    found = changes(known, sentences_of(text), sentences_of(before) if before else {})
    return [Finding(Verdict.NEW, change) for change in found]


def changed_parts(sample: Sample) -> list[Finding]:
    """Return what a copy of the guide's workflow changes; `NoWorkflowError` if it is none."""
    guide = contract(PACKAGE)
    theirs = {**read_workflow(with_versions(sample.text)), "file": sample.name or guide["file"]}
    differences = compare(guide, theirs)
    ours = {difference.where: difference for difference in compare(guide, our_workflow())} if differences else {}
    beside = [Finding(Verdict.NEW, f"another file stands beside the sample: {shown(name)}") for name in sample.others]
    return [judged(difference, ours, deliberate()) for difference in differences] + beside


def read_sample(name: str) -> Sample:
    """Return the sample, from a file, from standard input for `-`, or from a folder: of several the one that is known."""
    if not Path(name).is_dir():
        return Sample(read(name))
    files = sorted(path.name for path in Path(name).iterdir())
    if not files:
        raise ValueError(f"the folder {name} holds no sample")
    chosen = next((known for known in (contract(PACKAGE)["file"], OUR_FILE) if known in files), files[0])
    return Sample(read(str(Path(name, chosen))), chosen, tuple(file for file in files if file != chosen))


def read(name: str) -> str:
    """Return the text of a file, or of standard input for `-`."""
    return (sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()).decode()


def report(findings: list[Finding]) -> str:
    """Return the report, each finding on a line of its own, what is new last; what an issue has no room for is cut."""
    lines = [str(finding) for verdict in Verdict for finding in findings if finding.verdict is verdict]
    text = "\n".join(lines or [f"The guide is as it was in {contract(PACKAGE)['date']}."])
    if len(text.encode()) <= ROOM:
        return text
    kept = text.encode()[:ROOM].decode(errors="ignore").rpartition("\n")[0]
    return f"{kept}\n… and more, for which an issue has no room ({digest(text)})."


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command's arguments."""
    found = argparse.ArgumentParser(prog="python -m tools.watch_guide", description="Say what the guide has changed.")
    found.add_argument("workflow", nargs="?", default="-", help="the sample, or its folder; - is standard input")
    found.add_argument("--text", help="the guide's text")
    found.add_argument("--before", metavar="TEXT", help="the text that was read, so that what is gone can be shown")
    found.add_argument("--record", metavar="TEXT", help="keep the fingerprints of a text that somebody has read")
    return found


def main(arguments: list[str] | None = None) -> int:
    """Print the report and return the exit code."""
    options = parser().parse_args(arguments)
    try:
        if options.record:
            SECTIONS.write_text(recorded(read(options.record)), encoding="utf-8")
            return SAME
        findings = changed_parts(read_sample(options.workflow))
        if options.text:
            findings += changed_text(read(options.text), read(options.before) if options.before else "")
    except NoWorkflowError as error:
        name = "standard input" if options.workflow == "-" else options.workflow
        print(f"{name} is no workflow: {error}.", file=sys.stderr)
        return FAULT
    except (OSError, ValueError) as error:
        print(f"Cannot read the guide: {error}.", file=sys.stderr)
        return FAULT
    print(report(findings))
    return CHANGED if any(finding.verdict is Verdict.NEW for finding in findings) else SAME


if __name__ == "__main__":
    sys.exit(main())
