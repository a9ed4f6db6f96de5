"""Write `docs/doctor.md`: what each code of `pyrelease doctor` means, from the checks themselves.

python -m tools.write_doctor_page
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from pyrelease.doctor.checks import CHECKS, SUBJECTS
from pyrelease.doctor.findings import Check, Example
from tools.repository import ROOT

PAGE = ROOT / "docs" / "doctor.md"

INTRODUCTION = """\
<!-- python -m tools.write_doctor_page writes this page. -->
# What the doctor finds

Run this in the project, before a release or in doubt:

```sh
uvx --from git+https://github.com/org/pyrelease-template pyrelease doctor
```

The doctor compares the workflow, the git remote and `pyproject.toml` with the names that the indexes know. It looks for
what most often makes a release fail, and says what the next push and the next tag build. It changes nothing, and runs
nothing of the project.

<picture>
<source media="(prefers-color-scheme: dark)" srcset="../.github/pictures/doctor-dark.svg">
<img src="../.github/pictures/doctor-light.svg" alt="What the doctor prints for a project with two mistakes: each with its place, what is wrong, what to do, and a code; then what the next push and the next tag build">
</picture>

Each finding is a line: the file, what is wrong, what to do, and a code. An error makes a release fail. A warning does not. A
finding that is less sure than usual is less severe than its section says.

| Exit code | Meaning |
|---|---|
| 0 | nothing is found that makes a release fail |
| 1 | a release would fail |
| 2 | this is no project of this template, or its answers are damaged |

- `--online` asks PyPI and TestPyPI for the name. It asks GitHub, by `gh`, for the environments, their reviewers and the
  protection of tags. If one of them does not answer, the other findings still decide the exit code.
- `--select PR1,PR215` looks for these codes alone, `--ignore PR215` leaves some out. `PR1` stands for all codes that
  begin so.
- `--format json` is for programs. `--format github` shows each finding beside its line in a pull request.
- `--answers-file NAME` is for a project whose answers file has another name.
- `@v1.2.0` behind the address takes that version of the template.

A project can leave out a code for good. Each such code needs a reason:

```toml
[tool.pyrelease]
ignore = { PR214 = "nobody forks this repository" }
```

## As a step in CI

The doctor needs neither a token nor the network. It needs the tags and the history to name the next versions.

```yaml
jobs:
  doctor:
    runs-on: ubuntu-latest
    permissions:
      contents: read
    steps:
      - uses: actions/checkout@COMMIT # VERSION
        with:
          fetch-depth: 0
          persist-credentials: false
      - run: pipx run --spec git+https://github.com/org/pyrelease-template@VERSION pyrelease doctor --format github
```

As a hook of pre-commit, the doctor runs before each commit that changes a file which it reads:

```yaml
repos:
  - repo: https://github.com/org/pyrelease-template
    rev: VERSION
    hooks:
      - id: pyrelease-doctor
```
"""

LANGUAGES = {".yml": "yaml", ".toml": "toml", ".py": "python", ".md": "markdown"}

KINDS = {
    "kept": "a workflow that the project keeps",
    "static": "a project with its version in a file",
    "token": "a project that uploads by a token",
}


def page() -> str:
    """Return the page."""
    return "\n".join([INTRODUCTION, *lines()])


def lines() -> Iterator[str]:
    """Yield the lines of the table and of the sections."""
    for subject, module in SUBJECTS.items():
        title = (module.__doc__ or "").partition(":")[0].strip()
        checks = [check for code, check in CHECKS.items() if code.startswith(subject)]
        yield from (f"## {title.partition(',')[0]}", "", (module.__doc__ or "").strip(), "")
        yield from ("| Code | Severity | What is found |", "|---|---|---|")
        yield from (
            f"| [{check.code}](#{check.code.lower()}) | {check.severity.word} | {check.title} |" for check in checks
        )
        yield ""
        for check in checks:
            yield from section(check)


def section(check: Check) -> Iterator[str]:
    """Yield the lines of the section of one check."""
    yield from (f"### {check.code}", "", f"**{check.title}** ({check.severity.word})", "")
    yield from (check.meaning, check.why, "", f"What to do: {check.mend}", "")
    yield from examples(check.example)
    yield from (f"Source: <{check.source}>", "")


def examples(example: Example) -> Iterator[str]:
    """Yield the lines of the good and the bad example."""
    kind = f", in {KINDS[example.project]}" if example.project in KINDS else ""
    place = {"git": "after these commands of git"}.get(example.file, f"in `{example.file}`")
    if example.file in ("GitHub", "PyPI"):
        place = f"where {example.file} has this"
    for word, text in (("Good", example.good), ("Bad", example.bad)):
        if not text.strip():
            yield from (f"{word}: it is not there{kind}.", "")
            continue
        language = "json" if example.file in ("GitHub", "PyPI") else LANGUAGES.get(Path(example.file).suffix, "text")
        yield from (f"{word}, {place}{kind}:", "", f"```{language}", *shown(text), "```", "")


def shown(text: str) -> list[str]:
    """Return the lines of an example; commits and versions change, so their names stand there."""
    text = re.sub(r"@a{40}\b(?: # v[\d.]+)?", "@OTHER-COMMIT # v1", text)
    text = re.sub(r"@[0-9a-f]{40} # v[\d.]+", "@COMMIT # VERSION", text)
    return text.strip("\n").split("\n")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
