"""Try real packages from PyPI: read each, have some adopt the pipeline, build, test and publish it, and write what came of it.

    python -m tools.try_real_packages [NAME ...]

With names only these are tried, and nothing is written. It fails if one is read otherwise than a person read it.
"""

from __future__ import annotations

import os
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from packaging.version import Version

from tests.adoption.real_packages import RealPackage, Record, adopted, read_list, repository_of, seen_in
from tests.runs.stories import BOTH, story_of
from tools.repository import ROOT, release_template, same_everywhere

PAGE = ROOT / "docs" / "existing-packages.md"

TABLE = "| Package |"
"""How the table on that page begins; it is the end of the page."""


def tried(package: RealPackage, template: Path, scratch: Path) -> tuple[list[str], str]:
    """Return what was seen otherwise than a person read it, and what came of the adoption in words."""
    root = repository_of(package, scratch / "fetched")
    seen, known = asdict(seen_in(root)), asdict(package.record)
    wrong = [
        f"{package.name}: {name} is {seen[name]!r}, and {known[name]!r} was read"
        for name in known
        if seen[name] != known[name]
    ]
    if not package.run:
        return wrong, "read"
    adopted(template, package, root)
    with story_of(root, scratch / "story") as story:
        run = story.push_tag("tag", package.tag)
        versions = story.repository.pypi.versions
    if set(run.results.values()) != {"success"} or versions != {Version(package.version): BOTH}:
        failed = ", ".join(job for job, result in run.results.items() if result != "success") or "nothing published"
        print(run.log[-3000:])
        return wrong, f"adopted; stopped: {failed}"
    return wrong, f"adopted, built, tested, published ({package.run})"


def row(package: RealPackage, record: Record, outcome: str) -> str:
    """Return a package's row of the table."""
    publishes = (
        "; ".join(f"`{name}`: {', '.join(indexes)}" for name, indexes in record.publishes.items())
        or "not seen in its sdist"
    )
    compiled = ", compiled" if record.compiled else ""
    values = (
        f"{package.name} {package.version}",
        f"{record.backend}{compiled}, {record.version_source}",
        publishes,
        record.way,
        f"`{record.tests}`" if record.tests else "imported",
        outcome,
    )
    return f"| {' | '.join(values)} |"


def main(*names: str) -> int:
    """Try the packages of these names, or all; write the page if all were tried, and return the exit code."""
    rows, wrong = [], list[str]()
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(same_everywhere())
        os.environ.setdefault("PREPARED", str(Path(folder, "prepared")))
        Path(os.environ["PREPARED"]).mkdir(exist_ok=True)
        template = release_template(Path(folder, "template"))
        for package in read_list():
            if names and package.name not in names:
                continue
            found, outcome = tried(package, template, Path(folder, package.name))
            wrong += found
            rows.append(row(package, package.record, outcome))
            print(rows[-1], *found, sep="\n", flush=True)
    if not names and not wrong:
        before, table, rest = PAGE.read_text(encoding="utf-8").partition(TABLE)
        head = (table + rest).splitlines()[:2]
        PAGE.write_text(before + "\n".join([*head, *rows]) + "\n", encoding="utf-8")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
