"""The rules that the repository itself keeps."""

from __future__ import annotations

import ast
import re

import pytest

from pyrelease.pins import TABLE, table
from tests.answers.questionnaire import is_asked, usual
from tests.conftest import ROOT, SLOWEST, ZIZMOR, git, read_yaml, run
from tests.repository.pages import README
from tools.questions import raw

WORKFLOWS = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / ".github" / "workflows").iterdir())


def tracked() -> list[str]:
    """Return the paths of this repository's files."""
    return git(ROOT, "ls-files", "--cached", "--others", "--exclude-standard").splitlines()


@pytest.mark.parametrize(
    "command",
    [
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "."],
        ["mypy"],
        [*ZIZMOR, "."],
        ["actionlint"],
        ["check-jsonschema", "--builtin-schema", "vendor.dependabot", ".github/dependabot.yml"],
        ["check-jsonschema", "--builtin-schema", "vendor.github-workflows", *WORKFLOWS],
        ["validate-pyproject", "pyproject.toml"],
    ],
    ids=" ".join,
)
def test_a_tool_finds_nothing(command: list[str]) -> None:
    run(ROOT, *command)


def test_its_own_workflows_use_the_pins_of_the_table() -> None:
    for workflow in WORKFLOWS:
        assert set(re.findall(r"uses: (.*)$", (ROOT / workflow).read_text("utf-8"), re.MULTILINE)) <= {
            *table().values()
        }


def test_a_bot_finds_every_pin_in_the_table() -> None:
    steps = [step for job in read_yaml(TABLE)["jobs"].values() for step in job["steps"]]
    assert [step["uses"] for step in steps] == [pin.partition(" # ")[0] for pin in table().values()]


def test_a_bot_is_sent_to_the_table_and_to_the_hooks_of_the_template() -> None:
    updates = read_yaml(ROOT / ".github" / "dependabot.yml")["updates"]
    folders = {update["package-ecosystem"]: update.get("directories", [update.get("directory")]) for update in updates}
    assert "/src/pyrelease/pins" in folders["github-actions"]
    assert folders["pre-commit"] == ["/template"]
    assert (ROOT / "template" / ".pre-commit-config.yaml").is_file()


def test_an_extension_imports_none_of_its_neighbours() -> None:
    modules = {path.stem for path in (ROOT / "extensions").glob("*.py")}
    for path in (ROOT / "extensions").glob("*.py"):
        nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
        imported = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
        imported |= {node.module or "." for node in nodes if isinstance(node, ast.ImportFrom)}
        assert not {name.split(".")[0] for name in imported} & {*modules, "extensions", ""}, path


def test_as_many_questions_are_shown_as_the_readme_says() -> None:
    [said] = re.findall(r"asks (\w+) questions", README)
    shown = [name for name in raw() if is_asked(name, usual("new"))]
    assert (said, len(shown)) == ("six", 6)


def test_every_answer_is_stored_unless_another_one_makes_it_useless() -> None:
    # What is not stored changes later, with the default, the clock or the folder.
    assert {question["when"] for question in raw().values() if "when" in question} == {"{{ package == 'new' }}"}


def test_every_path_can_be_checked_out_on_windows() -> None:
    assert not [path for path in tracked() if re.search(r'[<>:"|?*\\]|[ .]$', path)]


def test_the_license_is_the_same_text_that_projects_get() -> None:
    template = (ROOT / "includes" / "licenses" / "MIT.txt").read_text(encoding="utf-8")
    own = (ROOT / "LICENSE").read_text(encoding="utf-8")
    holder = re.compile(r"^Copyright \(c\) .*$", re.MULTILINE)
    assert holder.sub("", own) == holder.sub("", template)


MAY_BE_LONG = re.compile(
    r"copier\.yml"  # Copier reads one file of questions
    r"|reference/.*|docs/doctor\.md|.*/standard_library_names\.txt|.*/paths\.json|.*\.svg"  # written by a program
    r"|.*/licenses/.*"  # whole, as they are published
    r"|tests/adoption/real_packages\.yml"  # a record a package
)


def test_no_file_is_long() -> None:
    texts = {path: (ROOT / path).read_text(encoding="utf-8") for path in tracked() if not MAY_BE_LONG.fullmatch(path)}
    assert [path for path, text in texts.items() if len(text.splitlines()) > 400] == []


def test_what_contributing_names_is_there() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    table = "".join(line for line in text.splitlines() if line.startswith("|"))
    named = re.findall(r"`((?:extensions|includes|template|tests|tools|src)/[^`]*|copier\.yml)`", table)
    assert len(set(named)) > 12
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_files_have_the_same_line_ends_on_every_system() -> None:
    paths = [path for path in tracked() if path.startswith(("template/", "includes/", "extensions/", "src/"))]
    shown = git(ROOT, "check-attr", "-z", "eol", "--", *paths).split("\0")
    assert set(shown[2::3]) == {"lf"}
    assert not [path for path in paths if b"\r" in (ROOT / path).read_bytes()]


def test_the_files_that_start_first_are_there() -> None:
    assert [name for name in SLOWEST if not (ROOT / "tests" / name).is_file()] == []
