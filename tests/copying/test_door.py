"""The door gives each version of the template its own package, in one process and without a trace."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from jinja2 import Environment, FileSystemLoader
from pytest_copie.plugin import Copie, Result

from tests.conftest import answers_of, change, commit_all, content_of, copy, read_yaml


def environment_of(template: Path) -> Environment:
    """Return a new environment with the template's extensions, as Copier makes several in a run."""
    settings = read_yaml(template / "copier.yml")
    return Environment(loader=FileSystemLoader(template), extensions=settings["_jinja_extensions"])


def modules_of(environment: Environment) -> dict[str, Any]:
    """Return the modules that the door has loaded for an environment, by their names there."""
    package = vars(environment)["pyrelease"]
    return {name: module for name, module in sys.modules.items() if name.split(".")[0] == package}


def render(environment: Environment, expression: str) -> str:
    """Return what an expression says."""
    return environment.from_string(f"{{{{ {expression} }}}}").render()


def what_is_said(environment: Environment) -> list[object]:
    """Return what a rule, a data file of a rule, the pins and the plan say in an environment."""
    probes = ("'demo' | distribution_for", "'json' | distribution_problem")
    modules = {name.partition(".")[2]: module for name, module in modules_of(environment).items()}
    data = [modules["pins"].pin("pypa/gh-action-pypi-publish"), modules["plan"].Plan.pending_days]
    return [*(render(environment, probe) for probe in probes), *data]


def test_an_update_renames_a_property_of_a_record(copie: Copie, history: Path, tmp_path: Path) -> None:
    made = copie.copy({"project_name": "demo", "github_owner": "octo-org"}, history, vcs_ref="v1.0.0")
    assert made.project_dir, made.exception
    commit_all(made.project_dir, "Start")
    change(history, "src/pyrelease/plan/github.py", "def address(", "def page(")
    users = [path for path in history.rglob("*") if path.suffix in (".py", ".jinja") and ".git" not in path.parts]
    for path in users:
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("repository.address", "repository.page"), encoding="utf-8")
    change(history, "template/{{ package_folder or '.' }}/README.md.jinja", "## Install", "## Get it")
    change(history, "template/{{ package_folder or '.' }}/{{ releasing_file }}.jinja", "## Troubles", "## What happens")
    commit_all(history, "Say page", tag="v1.1.0")
    result = copie.update(Result(project_dir=made.project_dir), vcs_ref="v1.1.0")
    assert result.exception is None, result.exception
    fresh = copie.copy(answers_of(made.project_dir), history, vcs_ref="v1.1.0")
    assert fresh.project_dir, fresh.exception
    names = ("RELEASING.md", "pyproject.toml", ".github/workflows/publish-to-test-pypi.yml")
    assert {name: content_of(made.project_dir)[name] for name in names} == {
        name: content_of(fresh.project_dir)[name] for name in names
    }
    assert b"## What happens\n" in content_of(made.project_dir)["RELEASING.md"]


@pytest.mark.parametrize(
    ("file", "before", "after"),
    [
        ("rules.py", 'return re.sub(r"[^a-z0-9]+"', 'return "other" + re.sub(r"[^a-z0-9]+"'),
        ("plan/publishers.py", "PENDING_DAYS = 30", "PENDING_DAYS = 29"),
        ("pins/actions.yml", "# v1.14.2", "# v1.14.9"),
        ("standard_library_names.txt", "json\n", "jason\n"),
    ],
)
def test_two_versions_in_one_process_share_nothing(
    history: Path, tmp_path: Path, file: str, before: str, after: str
) -> None:
    other = Path(shutil.copytree(history, tmp_path / "other"))
    change(other, f"src/pyrelease/{file}", before, after)
    first, second = environment_of(history), environment_of(other)
    ours, theirs = modules_of(first), modules_of(second)
    assert not ours.keys() & theirs.keys()
    assert not {id(module) for module in ours.values()} & {id(module) for module in theirs.values()}
    assert not list((other / "src").rglob("__pycache__")), "nobody reads the bytecode of a clone"
    said = [what_is_said(environment) for environment in (first, second)]
    assert said[0] != said[1]
    assert said == [what_is_said(environment) for environment in (first, second)]


def test_two_clones_of_one_version_load_it_once_and_look_at_their_own_folders(template: Path, tmp_path: Path) -> None:
    clones = [Path(shutil.copytree(template, tmp_path / name)) for name in ("one", "two")]
    environments = [environment_of(clone) for clone in clones]
    assert modules_of(environments[0]) == modules_of(environments[1])
    shutil.rmtree(clones[0])
    for name, environment in zip(("first", "second"), environments, strict=True):
        (tmp_path / name).mkdir()
        (tmp_path / name / "setup.py").write_text(f"setup(name='{name}')", encoding="utf-8")
        settings = {"dst_path": tmp_path / name, "answers_file": "a.yml", "data": {}}
        context = {"_copier_conf": settings, "_copier_answers": {}}
        assert environment.from_string("{{ found.package.name }}").render(context) == name
        assert "is a module of Python" in render(environment, "'json' | distribution_problem")


def test_every_rule_and_default_is_a_filter_without_being_listed(template: Path, tmp_path: Path) -> None:
    other = Path(shutil.copytree(template, tmp_path / "other"))
    for module in ("rules", "defaults"):
        file = other / "src" / "pyrelease" / f"{module}.py"
        new = f'\n\ndef new_in_{module}(value: str) -> str:\n    """Say hello."""\n    return f"hello {{value}}"\n'
        file.write_text(file.read_text(encoding="utf-8") + new, encoding="utf-8")
    environment = environment_of(other)
    assert render(environment, "'you' | new_in_rules | new_in_defaults") == "hello hello you"
    assert "canonicalize_name" not in environment.filters, "only what the module defines"


def test_a_template_that_is_no_repository_stays_as_it_was(template: Path, tmp_path: Path) -> None:
    plain = Path(shutil.copytree(template, tmp_path / "plain", ignore=shutil.ignore_patterns(".git", "__pycache__")))
    before = content_of(plain)
    done = copy(plain, tmp_path / "demo", "-d", "github_owner=octo-org")
    assert done.returncode == 0, done.stderr
    assert content_of(plain) == before
    assert not list(plain.rglob("__pycache__"))


def test_a_text_without_jinja_is_not_compiled_and_stays_as_it_is(history: Path) -> None:
    environment = environment_of(history)
    with patch.object(environment, "compile", wraps=environment.compile) as compiled:
        assert environment.from_string("{ plain } # % text\n").render(any="thing") == "{ plain } # % text\n"
        assert compiled.call_count == 0
        assert environment.from_string("{{ 1 + 1 }}").render() == "2"
        assert compiled.call_count == 1
