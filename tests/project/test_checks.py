"""A generated project is clean in the eyes of every tool that its maintainers, PyPI and GitHub look at it with."""

from __future__ import annotations

import ast
import json
import os
import re
import sys
import tomllib
from pathlib import Path

import pytest

from tests.conftest import (
    NAME,
    ROOT,
    ZIZMOR,
    Make,
    content_of,
    plan_of,
    read_yaml,
    run,
)

LICENSES = list(read_yaml(ROOT / "copier.yml")["license"]["choices"].values())

REPO_REVIEW_MAY_IGNORE = {"PY004", "PC160", "PC170", "PC180"}


@pytest.fixture(scope="module")
def fresh(make: Make) -> Path:
    """A project that the tools may leave their caches in."""
    return make()


def test_a_project_has_the_files_of_its_plan_and_no_other(published_project: Path) -> None:
    plan = plan_of(published_project)
    assert ".github/workflows/update-notices.yml" in plan.files
    assert sorted(content_of(published_project)) == sorted(plan.files)


@pytest.mark.parametrize(
    "command",
    [
        [*ZIZMOR, "."],
        ["actionlint"],
        ["check-jsonschema", "--builtin-schema", "vendor.dependabot", ".github/dependabot.yml"],
        ["validate-pyproject", "pyproject.toml"],
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "."],
        ["mypy"],
    ],
    ids=" ".join,
)
def test_a_tool_finds_nothing(fresh: Path, command: list[str]) -> None:
    run(fresh, *command)


def test_workflows_follow_the_schema(project: Path) -> None:
    workflows = sorted((project / ".github" / "workflows").iterdir())
    run(project, "check-jsonschema", "--builtin-schema", "vendor.github-workflows", *workflows)


def test_repo_review_fails_nothing_and_ignores_only_what_has_a_reason(project: Path) -> None:
    report = json.loads(run(project, "repo-review", "--format", "json", "."))
    failed = {name: check for name, check in report["checks"].items() if check["result"] is False}
    assert not failed
    ignored = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["repo-review"]["ignore"]
    assert set(ignored) <= REPO_REVIEW_MAY_IGNORE
    assert all(ignored.values())


def test_the_hooks_that_mend_files_find_nothing_to_mend(make: Make) -> None:
    folder = make(license="LGPL-3.0-or-later")
    files = [name for name in content_of(folder) if not name.endswith("py.typed")]
    run(folder, "trailing-whitespace-fixer", *files)
    run(folder, "end-of-file-fixer", *files)


def test_every_hook_is_pinned_to_a_release(project: Path) -> None:
    config = read_yaml(project / ".pre-commit-config.yaml")
    hooks = {hook["id"] for repository in config["repos"] for hook in repository["hooks"]}
    needed = {"ruff-check", "ruff-format", "mypy", "zizmor", "actionlint", "check-github-workflows", "check-dependabot"}
    assert needed <= hooks
    [zizmor] = [hook for repository in config["repos"] for hook in repository["hooks"] if hook["id"] == "zizmor"]
    assert zizmor["args"] == ["--persona=auditor"]
    pins = re.findall(r"^ *rev: (.*)$", (project / ".pre-commit-config.yaml").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(pins) == len(config["repos"])
    assert [
        pin for pin in pins if not re.fullmatch(r"v?\d+\.\d+\.\d+|[0-9a-f]{40} # frozen: v\d+\.\d+\.\d+", pin)
    ] == []
    assert sum("# frozen: " in pin for pin in pins) >= 2


def test_a_conflict_that_an_update_leaves_does_not_get_past_the_hooks(make: Make) -> None:
    folder = make()
    hooks = [hook for part in read_yaml(folder / ".pre-commit-config.yaml")["repos"] for hook in part["hooks"]]
    [arguments] = [hook["args"] for hook in hooks if hook["id"] == "check-merge-conflict"]
    run(folder, "check-merge-conflict", *arguments, "README.md")
    (folder / "README.md").write_text("<<<<<<< before updating\nold\n=======\nnew\n>>>>>>> after updating\n", "utf-8")
    with pytest.raises(RuntimeError, match="Merge conflict string"):
        run(folder, "check-merge-conflict", *arguments, "README.md")


def test_ci_tests_every_python_on_linux_and_the_newest_elsewhere(make: Make) -> None:
    folder = make(python_min="3.13")
    job = read_yaml(folder / ".github" / "workflows" / "ci.yml")["jobs"]["test"]
    assert job["defaults"]["run"]["shell"] == "bash"  # PowerShell goes on after a command that fails
    matrix = job["strategy"]["matrix"]
    assert (matrix["os"], matrix["python"]) == (["ubuntu-latest"], ["3.13", "3.14", "3.15"])
    newest = matrix["python"][-1]
    assert matrix["include"] == [{"os": os, "python": newest} for os in ("macos-latest", "windows-latest")]
    metadata = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))
    assert metadata["project"]["requires-python"] == ">=3.13"
    assert metadata["tool"]["mypy"]["python_version"] == "3.13"
    classifiers = [name for name in metadata["project"]["classifiers"] if re.search(r"Python :: 3\.", name)]
    assert classifiers == [f"Programming Language :: Python :: {version}" for version in matrix["python"]]


def test_dependabot_moves_actions_hooks_and_floors_in_groups_after_a_week(project: Path) -> None:
    updates = read_yaml(project / ".github" / "dependabot.yml")["updates"]
    assert [update["package-ecosystem"] for update in updates] == ["github-actions", "pre-commit", "pip"]
    assert all(update["groups"] and update["cooldown"]["default-days"] >= 7 for update in updates)
    assert updates[-1]["versioning-strategy"] == "increase-if-necessary"


def test_renovate_moves_the_same_in_groups_after_a_week(make: Make) -> None:
    folder = make(bot="renovate")
    run(folder, "check-jsonschema", "--builtin-schema", "vendor.renovate", ".github/renovate.json")
    settings = json.loads((folder / ".github" / "renovate.json").read_text(encoding="utf-8"))
    assert settings["minimumReleaseAge"] == "7 days"
    assert ":enablePreCommit" in settings["extends"]
    rules = {rule["matchManagers"][0]: rule for rule in settings["packageRules"]}
    assert set(rules) == {"github-actions", "pre-commit", "pep621"}
    assert all(rule["groupName"] for rule in rules.values())
    assert rules["pre-commit"]["pinDigests"] is True


@pytest.mark.parametrize(
    ("bot", "file"), [("dependabot", {"dependabot.yml"}), ("renovate", {"renovate.json"}), ("none", set())]
)
@pytest.mark.parametrize("package", ["new", "existing"])
def test_there_is_one_bot_at_most(make: Make, package: str, bot: str, file: set[str]) -> None:
    folder = make(package=package, bot=bot)
    assert {path.name for path in (folder / ".github").iterdir() if path.is_file()} == file


@pytest.mark.parametrize("name", ["publish-helper-for-" + "scientists-" * 4 + "x", "test-version"])
def test_a_name_of_any_length_passes_its_own_checks(make: Make, name: str) -> None:
    folder = make(project_name=name)
    run(folder, "ruff", "check", ".")
    run(folder, "ruff", "format", "--check", ".")
    run(folder, "mypy")


@pytest.mark.parametrize(
    ("answers", "tried"),
    [
        ({}, "Each push is"),
        ({"push_trigger": "default-branch"}, "Each push of `main` is"),
        ({"push_index": "none"}, ""),
    ],
)
def test_the_readme_has_an_example_that_runs_and_says_where_code_goes_and_how_to_try_a_push(
    make: Make, answers: dict[str, str], tried: str
) -> None:
    folder = make(**answers)
    readme = (folder / "README.md").read_text(encoding="utf-8")
    [example] = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)
    shown = run(folder, sys.executable, "-c", example, env={**os.environ, "PYTHONPATH": str(folder / "src")})
    assert shown == "Hello, Ada!\n"
    assert all((folder / path).is_dir() for path in re.findall(r"`(src/\w+|tests)`", readme))
    line = f"python -m pip install --index-url https://test.pypi.org/simple/ --no-deps --pre {NAME}"
    assert (line in readme.splitlines()) is bool(tried)
    assert tried in readme


@pytest.mark.parametrize(
    ("bot", "who"), [("dependabot", "Dependabot"), ("renovate", "Renovate"), ("none", "pre-commit autoupdate --freeze")]
)
def test_the_readme_says_how_to_add_a_dependency_and_who_takes_newer_versions(make: Make, bot: str, who: str) -> None:
    readme = " ".join((make(bot=bot) / "README.md").read_text(encoding="utf-8").split())
    for words in (
        "goes into `dependencies` in `pyproject.toml`",
        "`pre-commit install` has git run",
        "On Windows",
        who,
    ):
        assert words in readme
    others = {"Dependabot", "Renovate", "autoupdate"} - {*who.split()}
    assert not [name for name in others if name in readme]


def test_the_example_of_a_docstring_is_a_test(make: Make) -> None:
    folder = make()
    environment = {**os.environ, "PYTHONPATH": str(folder / "src")}
    command = (sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:copie")
    run(folder, *command, env=environment)
    [file] = folder.glob("src/*/__init__.py")
    file.write_text(file.read_text(encoding="utf-8").replace("'Hello, Ada!'", "'Bye, Ada!'"), encoding="utf-8")
    with pytest.raises(RuntimeError, match="examples_in_the_docstrings_are_true"):
        run(folder, *command, env=environment)


@pytest.mark.parametrize("answers", [{}, {"build_backend": "setuptools"}, {"binary": True}])
def test_each_tool_that_is_set_up_has_a_word_why(make: Make, answers: dict[str, object]) -> None:
    text = (make(**answers) / "pyproject.toml").read_text(encoding="utf-8")
    tables = [part for part in re.split(r"\n\n", text) if re.search(r"^\[+tool\.", part, re.MULTILINE)]
    assert len(tables) > 5
    assert [part for part in tables if not re.search(r"^# ", part, re.MULTILINE)] == []


@pytest.mark.parametrize("answers", [{}, {"binary": True}])
def test_another_name_of_the_distribution_breaks_no_code(make: Make, answers: dict[str, object]) -> None:
    folder = make(**answers)
    for file in (*folder.glob("src/*/*.py"), *folder.glob("tests/*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
        assert NAME not in texts, file


def test_no_placeholder_is_left(make: Make) -> None:
    folder = make(pypi_environment="release", testpypi_environment="rehearsal", tag_prefix="demo/v")
    placeholder = re.compile(
        r"(?<!\?P)<[a-z][a-z -]*>|(?<!\$)\{\{|\{%|%\}|\byour[-_]|\bTODO\b|example\.(?:com|org)|\bFIXME\b",
        re.IGNORECASE,
    )
    for name in content_of(folder):
        for line in (folder / name).read_text(encoding="utf-8").splitlines():
            assert name == "LICENSE" or not placeholder.search(line), f"{name}: {line}"
