"""`copier update` brings what the template changed, and keeps what is the user's."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml
from pytest_copie.plugin import Copie

from tests.answers.questionnaire import values
from tests.conftest import WORKFLOW, answers_of, change, commit_all, content_of, git, read_yaml
from tests.copier_processes import copier_update
from tests.updates.conftest import OLD_DAY, USERS, update
from tools.questions import raw


def release(history: Path, changes: dict[str, tuple[str, str]]) -> None:
    """Release v1.1.0 of the template, in which files have texts replaced."""
    for name, (before, after) in changes.items():
        change(history, name, before, after)
    commit_all(history, "The next version", tag="v1.1.0")


CHANGES = {
    "template/.github/workflows/{{ workflow_filename }}.jinja": ("of 2026-08.", "of 2027-01."),
    "template/{{ package_folder or '.' }}/{{ releasing_file }}.jinja": (
        "## Cut a release\n",
        "## Cut a release\n\nSleep on it.\n",
    ),
    "template/{{ package_folder or '.' }}/pyproject.toml.jinja": ('log_level = "INFO"', 'log_level = "DEBUG"'),
    "template/{{ package_folder or '.' }}/.gitignore": (".coverage.*\n", ".coverage.*\n.tox/\n"),
    "template/{{ package_folder or '.' }}/README.md.jinja": ("## Develop", "## Work on it"),
    "template/.pre-commit-config.yaml": ("args: [--fix, --show-fixes]", "args: [--show-fixes]"),
    "template/{{ package_folder or '.' }}/tests/test_{{ import_name }}.py.jinja": ("What the installed", "What the"),
    "template/{{ package_folder or '.' }}/CHANGELOG.md": ("- The first version.", "- A first version."),
    "includes/licenses/MIT.txt": ("MIT License", "The MIT License"),
}


def test_an_updated_project_equals_a_fresh_one_but_for_the_users_files(copie: Copie, history: Path, old: Path) -> None:
    before = content_of(old)
    release(history, CHANGES)
    update(copie, old)
    fresh = copie.copy({"project_name": "demo", "github_owner": "octo-org", **OLD_DAY}, history, vcs_ref="v1.1.0")
    assert fresh.project_dir
    wanted = {
        name: before[name] if name.split("/")[0] in USERS else content
        for name, content in content_of(fresh.project_dir).items()
    }
    assert content_of(old) == wanted
    assert before != wanted


def test_edits_survive_and_the_templates_changes_arrive(copie: Copie, history: Path, old: Path) -> None:
    change(
        old,
        WORKFLOW,
        '"$RUNNER_TEMP/clean/bin/python" -m pytest -W default\n',
        '"$RUNNER_TEMP/clean/bin/python" -m pytest -W default\n      - name: Mine\n        run: "true"\n',
    )
    change(old, "pyproject.toml", "dependencies = []", 'dependencies = ["attrs"]')
    change(old, "README.md", "## Install", "## Get it")
    commit_all(old, "Mine")
    release(history, CHANGES)
    update(copie, old)
    text = (old / WORKFLOW).read_text(encoding="utf-8")
    assert "of 2027-01." in text
    assert "name: Mine" in text
    pyproject = (old / "pyproject.toml").read_text(encoding="utf-8")
    assert 'dependencies = ["attrs"]' in pyproject
    assert 'log_level = "DEBUG"' in pyproject
    assert "## Get it" in (old / "README.md").read_text(encoding="utf-8")
    assert not git(old, "diff", "--name-only", "--diff-filter=U")


DELETED = ("README.md", "tests/test_demo.py", "LICENSE", "RELEASING.md", ".pre-commit-config.yaml")


def test_deleted_files_stay_deleted(copie: Copie, history: Path, old: Path) -> None:
    git(old, "rm", "--quiet", *DELETED)
    commit_all(old, "Not needed")
    release(history, CHANGES)
    update(copie, old)
    assert [name for name in DELETED if (old / name).exists()] == []
    assert "of 2027-01." in (old / WORKFLOW).read_text(encoding="utf-8")


def test_a_default_that_changes_changes_no_project(copie: Copie, history: Path, old: Path) -> None:
    answers, content = answers_of(old), content_of(old)
    assert answers.keys() == raw().keys()
    questions = read_yaml(history / "copier.yml")
    for name, value in answers.items():
        questions[name]["default"] = next(other for other in values(name, "existing") if other != value)
    (history / "copier.yml").write_text(yaml.safe_dump(questions, sort_keys=False), encoding="utf-8")
    release(history, {})
    update(copie, old)
    assert answers_of(old) == answers
    after = content_of(old)
    differing = {name for name in content if content[name] != after.get(name)}
    assert differing == {".copier-answers.yml"}
    assert set(after) == set(content)


def test_the_registered_identity_survives_a_renamed_workflow_in_the_template(
    copie: Copie, history: Path, old: Path
) -> None:
    release(history, {"src/pyrelease/defaults.py": ('"publish-to-test-pypi.yml", ', "")})
    update(copie, old)
    assert [file.name for file in sorted((old / ".github" / "workflows").iterdir())] == [
        "ci.yml",
        "publish-to-test-pypi.yml",
    ]


@pytest.mark.parametrize(
    "asked", [{}, {"workflow_filename": "release.yml"}, {"workflow_filename": "release.yml", "github_owner": "o"}]
)
def test_a_registered_name_that_changes_on_purpose_names_both_publishers(
    history: Path, old: Path, asked: dict[str, str]
) -> None:
    release(history, CHANGES)
    options = [option for name, value in asked.items() for option in ("--data", f"{name}={value}")]
    shown = copier_update(old, "--vcs-ref", "v1.1.0", *options)
    lines = shown.splitlines()
    assert (lines.count("release.yml") == 1) is bool(asked), "one value, for both forms"
    for index in ("pypi", "test.pypi"):
        assert (f"https://{index}.org/manage/account/publishing/" in lines) is bool(asked)
    assert ("1. Commit the update." in lines) is bool(asked)
    assert not any(line.startswith("4. ") for line in lines)


def test_a_workflow_that_came_later_stops_no_update(copie: Copie, history: Path, old: Path) -> None:
    later = old / ".github" / "workflows" / "later.yml"
    later.write_bytes((old / WORKFLOW).read_bytes())
    commit_all(old, "Publish twice")
    release(history, CHANGES)
    update(copie, old)
    assert "of 2027-01." in (old / WORKFLOW).read_text(encoding="utf-8")


def test_an_update_in_another_year_keeps_the_copyright(copie: Copie, history: Path, old: Path) -> None:
    release(history, {})
    update(copie, old)
    assert answers_of(old)["copyright_year"] == 2020
    assert "Copyright (c) 2020" in (old / "LICENSE").read_text(encoding="utf-8")


def test_tasks_run_in_a_copy_alone(history: Path) -> None:
    tasks = read_yaml(history / "copier.yml")["_tasks"]
    assert len(tasks) == 4
    assert all("_copier_operation == 'copy'" in task["when"] for task in tasks)


def test_an_update_prints_no_steps_and_changes_no_repository(
    copie: Copie, history: Path, old: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    release(history, CHANGES)
    shutil.rmtree(old / ".git")
    git(old, "init", "--quiet", "--initial-branch=elsewhere")
    commit_all(old, "Moved")
    capfd.readouterr()
    update(copie, old)
    assert "Fill in" not in capfd.readouterr().out
    assert git(old, "branch", "--show-current") == "elsewhere"


NEXT_EXTENSIONS = {
    "plan/publishers": ('return f"{self.index.site}/p/{self.project}"', 'return f"{self.index.site}/new"'),
    "pins/__init__": ('f"{name}{values[0]}"', 'f"{name}@{0:040} # v99.0.0"'),
    "rules": ('return re.sub(r"[^a-z0-9]+", "-", folder.lower()).strip("-")', "return folder.upper()"),
    "found/git": ('return self.settings.get("user.name", "").strip()', 'return "Changed"'),
}
"""A text in each module of the package, and what the next version has in its place."""


def test_an_update_runs_the_extensions_of_its_own_version(copie: Copie, history: Path, old: Path) -> None:
    probe = "{{ 'constant' | distribution_for }} {{ found.git.user_name }}"
    plain = history / "template" / "{{ package_folder or '.' }}" / "{{ releasing_file }}.jinja"
    text = plain.read_text(encoding="utf-8")
    plain.write_text(text.replace("## Troubles\n", f"## Troubles\n\n{probe}\n"), encoding="utf-8")
    git(history, "tag", "--force", "v1.0.0", commit_all(history, "With a probe"))
    git(old, "commit", "--quiet", "--allow-empty", "--message", "Nothing")
    release(history, {f"src/pyrelease/{module}.py": changed for module, changed in NEXT_EXTENSIONS.items()})
    update(copie, old)
    content = "".join(text.decode() for text in content_of(old).values())
    assert [shown for shown in ("pypi.org/new", "# v99.0.0", "CONSTANT", "Changed") if shown not in content] == []
