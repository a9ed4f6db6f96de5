"""Each file of a package is read within its folder, up to a size, in time that grows no faster than it does."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pyrelease.found import Found
from pyrelease.found.files import SIZE, UnreadableError, content, names, text
from pyrelease.found.workflows import Workflow
from tests.adoption.package import write_package

WORKFLOW = ".github/workflows/release.yml"

READ = (
    *("pyproject.toml", "setup.cfg", "setup.py", "hatch.toml", ".gitmodules", ".copier-answers.yml", WORKFLOW),
    *("tox.ini", "noxfile.py", "Makefile", "justfile", "tasks.py", "release.sh", "action/action.yml"),
)
"""What is read of a package, the first ones always, and the others where a workflow starts them."""

STARTS_ALL = """\
on: {push: {tags: ["v*"]}}
jobs:
  release:
    permissions: {id-token: write}
    steps:
      - uses: ./action
      - run: tox -e release && nox -s release && make release && just release && inv release && bash release.sh
"""

SECONDS = 5.0
"""How long it may take to read a package, whatever is in it; a usual one takes a tenth of a second."""


def look(folder: Path) -> None:
    """Read everything of a package that a copy asks for; `AssertionError` if that takes too long."""
    start = time.monotonic()
    found = Found(folder)
    found.look()
    for name in ("problem", "tag_prefix", "has_submodules", "packages_below", "no_package_problem", "folder_name"):
        getattr(found, name)
    workflows = found.workflows
    assert workflows.chosen is not None
    assert isinstance(workflows.deletions("publish.yml"), tuple)
    assert time.monotonic() - start < SECONDS


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A package, whose workflow starts everything that can be behind it."""
    folder = write_package(tmp_path / "package")
    (folder / WORKFLOW).parent.mkdir(parents=True)
    (folder / WORKFLOW).write_text(STARTS_ALL, encoding="utf-8")
    (folder / "action").mkdir()
    return folder


def replace_with(kind: str, file: Path) -> None:
    """Put something in the place of a file that is no file of the package's."""
    file.unlink(missing_ok=True)
    outside = file.parents[len(file.parents) - 2] / "outside"
    makers: dict[str, Callable[[], object]] = {
        "pipe": lambda: os.mkfifo(file),
        "device": lambda: file.symlink_to("/dev/zero"),
        "link outside": lambda: file.symlink_to("/etc/passwd"),
        "circle": lambda: file.symlink_to(file),
        "folder": file.mkdir,
        "nothing there": lambda: file.symlink_to(outside / "missing"),
        "large": lambda: file.write_bytes(b"#" * (SIZE + 1)),
    }
    makers[kind]()


@pytest.mark.parametrize("kind", ["pipe", "device", "link outside", "circle", "folder", "nothing there", "large"])
def test_what_is_no_file_of_the_package_is_not_read(package: Path, kind: str) -> None:
    for name in READ:
        replace_with(kind, package / name)
        assert text(package, name) == ""
    look(package)


@pytest.mark.parametrize("kind", ["link outside", "circle", "large"])
def test_a_file_that_cannot_be_read_is_one_kind_of_failure(package: Path, kind: str) -> None:
    replace_with(kind, package / "pyproject.toml")
    with pytest.raises(UnreadableError):
        content(package, "pyproject.toml")


def test_a_link_within_the_package_is_followed(package: Path) -> None:
    (package / "setup.cfg").symlink_to("pyproject.toml")
    assert content(package, "setup.cfg") == (package / "pyproject.toml").read_bytes()


@pytest.mark.parametrize("target", ["/usr", "/proc", ".."])
def test_a_folder_that_leads_outside_has_no_names(package: Path, target: str) -> None:
    (package / "linked").symlink_to(target)
    assert names(package, "linked", ("", ".yml")) == []
    assert text(package, "linked/self/environ") == ""


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "a/../../secret", "nul\0"])
def test_a_path_that_leads_outside_is_not_read(package: Path, name: str) -> None:
    (package.parent / "secret").write_text("mine", encoding="utf-8")
    assert text(package, name) == ""


# ─── Bombs ───

ALIASES = "\n".join(["a0: &a0 [x, x]", *(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}, *a{n - 1}]" for n in range(1, 30))])

GROUPS = "\n".join(f"g{n} = [{{include-group = 'g{n + 1}'}}]" for n in range(4000))

BOMBS = {
    "chained groups": ("pyproject.toml", f"[project]\nname = 'a'\n[dependency-groups]\n{GROUPS}\ng4000 = ['pytest']"),
    "groups in a circle": ("pyproject.toml", "[dependency-groups]\ntest = [{include-group = 'test'}, 'pytest']"),
    "aliases": (WORKFLOW, f"{ALIASES}\njobs: {{deploy: {{steps: *a29, env: *a29}}}}\n# twine upload"),
    "an alias of itself": (WORKFLOW, "jobs: &a {deploy: *a, other: [*a]}\n# twine upload"),
    "aliases of answers": (".copier-answers.yml", f"{ALIASES}\nproject_name: *a29\n"),
    "deep YAML": (WORKFLOW, "[" * 100_000 + "# twine upload"),
    "deep answers": (".copier-answers.yml", "[" * 100_000),
    "deep TOML": ("pyproject.toml", "a = " + "[" * 100_000),
    "deep TOML tables": ("pyproject.toml", "[" + ".".join("a" * 100_000) + "]"),
    "a number": ("pyproject.toml", "[project]\nname = 'a'\nversion = " + "9" * 100_000),
    "a number in YAML": (".copier-answers.yml", "project_name: " + "9" * 100_000),
    "deep Python": ("setup.py", "(" * 100_000),
    "a sum": ("setup.py", "x = " + "+".join("1" * 100_000)),
    "blanks": (WORKFLOW, "jobs: {deploy: {steps: [{run: '" + "git tag x " * 50_000 + "'}]}}\n# twine upload"),
    "a long command": (WORKFLOW, "jobs: {deploy: {steps: [{run: '" + "twine " * 100_000 + "'}]}}"),
    "long lines": ("tox.ini", "[testenv:release]\ncommands = " + "\\ " * 200_000),
    "many targets": ("Makefile", "".join(f"release: a{n}\na{n}:\n\tmake release\n" for n in range(20_000))),
    "a long script": ("release.sh", "bash release.sh; " * 40_000),
    "brackets": ("tasks.py", "@task\ndef release(c):\n    c.run('" + "[(" * 100_000 + "')\n"),
    "dashes": ("pyproject.toml", f"[project]\nname = '{'-' * 500_000}'\ndependencies = ['{'a' * 200_000}']"),
    "markers": ("pyproject.toml", f"[build-system]\nrequires = ['{'a;' * 200_000}']\n[project]\nname = 'a'"),
    "classifiers": ("setup.cfg", "[metadata]\nname = " + " x" * 200_000 + "\npython_requires = " + ">=3," * 100_000),
}


@pytest.mark.parametrize("name", BOMBS)
def test_what_is_made_to_take_long_does_not(package: Path, name: str) -> None:
    file, written = BOMBS[name]
    (package / file).write_text(written, encoding="utf-8")
    look(package)


def test_an_alias_that_stands_for_little_is_read() -> None:
    workflow = Workflow("release.yml", "x: &steps [{run: a}]\njobs: {one: {steps: *steps}, two: {steps: *steps}}\n")
    assert (workflow.problem, [len(job.steps) for job in workflow.jobs.values()]) == ("", [1, 1])


PIECES = st.sampled_from(
    [
        *(
            "[project]\n",
            "name = ",
            "version",
            "dynamic",
            "'",
            '"',
            "[",
            "]",
            "{",
            "}",
            ":",
            "\n",
            "\t",
            "  ",
            "- ",
            "#",
        ),
        *(
            "jobs",
            "steps",
            "run",
            "uses",
            "on",
            "push",
            "tags",
            "&a",
            "*a",
            "twine upload",
            "pypi-publish",
            "${{",
            "}}",
        ),
        *(
            "@task",
            "def release",
            "[testenv:release]",
            "release:",
            "\\",
            "\0",
            "\x1b[0m",
            "\u2028",
            "9" * 50,
            "<<<<<<< x",
        ),
    ]
)

CONTENTS = st.one_of(st.binary(max_size=200), st.lists(PIECES, max_size=40).map(lambda parts: "".join(parts).encode()))


@settings(max_examples=60, deadline=None)
@given(contents=st.dictionaries(st.sampled_from(READ), CONTENTS, min_size=1, max_size=4))
def test_whatever_stands_in_its_files_a_package_is_read(
    tmp_path_factory: pytest.TempPathFactory, contents: dict[str, bytes]
) -> None:
    folder = tmp_path_factory.getbasetemp() / "any"
    for name in READ:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(contents.get(name, STARTS_ALL.encode() if name == WORKFLOW else b""))
    look(folder)
