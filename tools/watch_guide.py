"""Say what the guide has changed since the contract was written.

    python -m tools.watch_guide [WORKFLOW] [--text TEXT]

WORKFLOW is a copy of the guide's sample workflow, `-` or nothing for standard input; TEXT is a copy of the guide
itself (reStructuredText). The exit code is 0 if nothing is new, 1 if something is, and 2 if a file is not what it
should be.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import sys
import tempfile
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import Any

import docutils.core
import docutils.nodes
import yaml
from copier import run_copy
from packaging.version import InvalidVersion, Version

from tools.guide.contract import (
    FOLDER,
    PACKAGE,
    Difference,
    compare,
    contract,
    deliberate,
    reason,
)
from tools.repository import ROOT
from tools.workflows import NoWorkflowError, read_workflow

SECTIONS = FOLDER / "sections.yml"

HEAD = """\
# A fingerprint of each section of the guide's text, which `python -m tools.watch_guide --record TEXT` writes when somebody
# has read what changed.
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


def with_versions(workflow: str) -> str:
    """Return a workflow's text in which each action that is pinned to a commit stands at the version beside it."""
    return re.sub(r"@[0-9a-f]{40} # v", "@v", workflow)


@lru_cache
def our_workflow() -> dict[str, Any]:
    """Return the workflow that the template makes, with the guide's name for the package."""
    with tempfile.TemporaryDirectory() as folder:
        answers = {"project_name": "demo", "github_owner": "octo-org"}
        run_copy(
            str(ROOT), folder, data=answers, vcs_ref="HEAD", defaults=True, unsafe=True, quiet=True, skip_tasks=True
        )
        text = (Path(folder) / ".github" / "workflows" / "publish-to-test-pypi.yml").read_text(encoding="utf-8")
    return read_workflow(with_versions(text).replace("/p/demo", f"/p/{PACKAGE}"))


def judged(difference: Difference, ours: Mapping[str, Difference], reasons: Mapping[str, str]) -> Finding:
    """Return what a change of the guide means for a template that differs from the contract in `ours`."""
    own = ours.get(difference.where)
    where = reason(difference, reasons)
    change = in_words(difference)
    if own and (own.workflow == difference.workflow or is_newer(own.workflow, difference.workflow)):
        return Finding(Verdict.DONE, change)
    if own and where and difference.guide is None:
        return Finding(Verdict.DELIBERATE, change, reasons[where])
    return Finding(Verdict.NEW, change, reasons[where] if where else "")


def is_newer(ours: Any, theirs: Any) -> bool:
    """Say whether both are releases of one action (`owner/name@v7.0.1` and `owner/name@v7`), and ours is as new."""
    action, _, release = str(ours).partition("@")
    other_action, _, other = str(theirs).partition("@")
    try:
        wanted = Version(other.rpartition("/")[2])
        return action == other_action and Version(release).release[: len(wanted.release)] >= wanted.release
    except InvalidVersion:
        return False


def in_words(difference: Difference) -> str:
    """Return a difference as one line."""
    where = place(difference.path)
    if difference.workflow is None:
        return f"{where} is gone; it was {shown(difference.guide)}"
    if difference.guide is None:
        return f"{where} is new: {shown(difference.workflow)}"
    return f"{where} is {shown(difference.workflow)}; it was {shown(difference.guide)}"


def place(path: tuple[str, ...]) -> str:
    """Return where something is: `job build, step actions/checkout, input fetch-depth`."""
    words = {"on": "trigger", "jobs": "job", "steps": "step", "with": "input"}
    parts = iter(path)
    named = [f"{words[part]} {' '.join(next(parts).split())}" if part in words else f"`{part}`" for part in parts]
    return ", ".join(named)


def shown(value: Any) -> str:
    """Return a value in one line, shortened if it is long."""
    if value == {}:
        return "without a word more"
    flow = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, sort_keys=False, width=10**6)
    return textwrap.shorten(flow.removesuffix("...\n"), 160, placeholder=" …")


def sections_of(text: str) -> dict[str, str]:
    """Return the fingerprint of each section of a text by its heading; how its lines are wrapped does not count.

    `ValueError` if the text has no section.
    """
    settings = {"report_level": 5, "halt_level": 5, "file_insertion_enabled": False, "doctitle_xform": False}
    document = docutils.core.publish_doctree(text, settings_overrides=settings)
    lines = text.splitlines()
    # A section's line is the one below its title, which may stand on the first line of the text.
    headings = [
        (section.line - 2, section[0].astext()) for section in document.findall(docutils.nodes.section) if section.line
    ]
    if not headings:
        raise ValueError("the text has no sections; it must be the guide's reStructuredText")
    ends = [*(line for line, _ in headings[1:]), len(lines)]
    return {
        heading: hashlib.sha256(" ".join(" ".join(lines[line:end]).split()).encode()).hexdigest()
        for (line, heading), end in zip(headings, ends, strict=True)
    }


def changed_sections(known: Mapping[str, str], found: Mapping[str, str]) -> list[Finding]:
    """Return which sections of the text are new, changed or gone."""
    changes = {heading: "reads otherwise" if heading in known else "is new" for heading in found}
    changes |= {heading: "is gone" for heading in known if heading not in found}
    return [
        Finding(Verdict.NEW, f'the section "{heading}" of the text {change}')
        for heading, change in changes.items()
        if known.get(heading) != found.get(heading)
    ]


def changed_parts(workflow: str) -> list[Finding]:
    """Return what a copy of the guide's workflow changes; `NoWorkflowError` if it is none."""
    guide = contract(PACKAGE)
    differences = compare(guide, read_workflow(with_versions(workflow)))
    ours = {difference.where: difference for difference in compare(guide, our_workflow())} if differences else {}
    return [judged(difference, ours, deliberate()) for difference in differences]


def read(name: str) -> str:
    """Return the text of a file, or of standard input for `-`."""
    return (sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()).decode()


def report(findings: list[Finding]) -> str:
    """Return the report, one finding a line, what is new last."""
    lines = [str(finding) for verdict in Verdict for finding in findings if finding.verdict is verdict]
    return "\n".join(lines or [f"The guide is as it was in {contract(PACKAGE)['date']}."])


def main(arguments: list[str] | None = None) -> int:
    """Print the report and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.watch_guide", description="Say what the guide has changed.")
    parser.add_argument("workflow", nargs="?", default="-", help="the sample workflow; - is standard input")
    parser.add_argument("--text", help="the guide's text")
    parser.add_argument("--record", metavar="TEXT", help="keep the fingerprints of a text that somebody has read")
    options = parser.parse_args(arguments)
    try:
        if options.record:
            found = sections_of(read(options.record))
            SECTIONS.write_text(HEAD + yaml.safe_dump(found, sort_keys=False, width=10**6), encoding="utf-8")
            return 0
        findings = changed_parts(read(options.workflow))
        if options.text:
            known = yaml.safe_load(SECTIONS.read_text(encoding="utf-8"))
            findings += changed_sections(known, sections_of(read(options.text)))
    except NoWorkflowError as error:
        name = "standard input" if options.workflow == "-" else options.workflow
        print(f"{name} is no workflow: {error}.", file=sys.stderr)
        return 2
    except (OSError, ValueError) as error:
        print(f"Cannot read the guide: {error}.", file=sys.stderr)
        return 2
    print(report(findings))
    return int(any(finding.verdict is Verdict.NEW for finding in findings))


if __name__ == "__main__":
    sys.exit(main())
