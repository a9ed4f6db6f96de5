"""A package that exists gets the release pipeline, and keeps everything that it had."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from tests.adoption.package import PIPELINE, UPLOAD, add_workflow, adopt, new_files
from tests.conftest import answers_of, change, commit_all, copy, git, last_line, read_yaml, release_template, run
from tests.copier_processes import copier_update
from tests.repository.pages import commands, page
from tests.runs.stories import story_of
from tools.workflows import read_workflow


def test_it_brings_the_pipeline_and_touches_nothing_else(template: Path, package: Path) -> None:
    adopt(template, package)
    assert new_files(package) == PIPELINE


def test_the_command_of_the_readme_does_it(template: Path, package: Path) -> None:
    [command] = commands(page("existing-packages"))
    given = command.replace("gh:org/pyrelease-template", str(template)).partition("copier-template-extensions ")[2]
    run(package, *given.split(), "--defaults")
    assert new_files(package) == PIPELINE


def test_the_answers_are_read_from_the_package_its_remote_and_its_tags(template: Path, package: Path) -> None:
    adopt(template, package)
    answers = answers_of(package)
    wanted = {
        "package": "existing",
        "project_name": "Old.Demo",
        "project_description": "Has been here for years",
        "python_min": "3.9",
        "build_backend": "flit-core",
        "version_source": "static",
        "github_owner": "Octo-Org",
        "github_repository": "Old-Demo",
        "default_branch": "trunk",
        "tag_prefix": "rel-",
        "pypi_status": "existing",
        "push_trigger": "tags",
    }
    assert {name: answers[name] for name in wanted} == wanted
    assert not {"license", "author_name", "author_email", "import_name", "copyright_year"} & set(answers)


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("setup.cfg", "[metadata]\nname = old-demo\ndescription = Old\n[options]\npython_requires = >=3.8\n"),
        (
            "setup.py",
            "import setuptools\nsetuptools.setup(name='old-demo', description='Old', python_requires='>=3.8')\n",
        ),
    ],
)
def test_a_package_without_pyproject_is_read_as_well(template: Path, package: Path, file: str, text: str) -> None:
    (package / "pyproject.toml").unlink()
    (package / file).write_text(text, encoding="utf-8")
    commit_all(package, "As it was long ago")
    adopt(template, package)
    answers = answers_of(package)
    found = [answers[name] for name in ("project_name", "project_description", "python_min", "build_backend")]
    assert found == ["old-demo", "Old", "3.8", "setuptools"]
    assert new_files(package) == PIPELINE


def test_dependabot_moves_only_the_actions(template: Path, package: Path) -> None:
    adopt(template, package)
    updates = read_yaml(package / ".github" / "dependabot.yml")["updates"]
    assert [update["package-ecosystem"] for update in updates] == ["github-actions"]


def test_files_that_exist_stay_and_the_steps_name_the_free_place(template: Path, package: Path) -> None:
    (package / ".github").mkdir()
    for name in ("RELEASING.md", ".github/dependabot.yml"):
        (package / name).write_text("version: 2\n", encoding="utf-8")
    commit_all(package, "Mine")
    shown = adopt(template, package)
    assert new_files(package) == PIPELINE - {"RELEASING.md", ".github/dependabot.yml"} | {".github/RELEASING.md"}
    assert answers_of(package)["kept_files"] == [".github/dependabot.yml"]
    steps = (package / ".github" / "RELEASING.md").read_text(encoding="utf-8")
    [entry] = re.findall(r"```yaml\n(.*?)```", steps, re.DOTALL)
    [update] = yaml.safe_load(entry)
    assert update["package-ecosystem"] == "github-actions"
    assert "`RELEASING.md` was here before" in steps
    assert ".github/RELEASING.md has all of this, also for your own files." in shown


def test_a_static_version_reaches_testpypi_with_a_tag_alone_and_the_steps_say_why(
    template: Path, package: Path
) -> None:
    adopt(template, package)
    workflow = read_workflow((package / ".github" / "workflows" / "publish-to-test-pypi.yml").read_text("utf-8"))
    assert workflow["on"] == {"push": {"tags": ["rel-[0-9]*"]}}
    said = " ".join((package / "RELEASING.md").read_text(encoding="utf-8").split())
    assert "Only tags reach TestPyPI, since TestPyPI takes each version once" in said
    refused = copy(template, package, "-d", "push_trigger=every-push", "--overwrite")
    assert "brings no new version" in last_line(refused)


def test_what_an_interrupted_adoption_left_behind_is_not_taken_for_the_packages_own(
    template: Path, package: Path
) -> None:
    for name in (".github/dependabot.yml", "RELEASING.md"):
        (package / name).parent.mkdir(exist_ok=True)
        (package / name).write_text("version: 2\n", encoding="utf-8")
    adopt(template, package, "--overwrite")
    answers = answers_of(package)
    assert (answers["kept_files"], answers["releasing_file"]) == ([], "RELEASING.md")
    assert new_files(package) == PIPELINE


# ─── Later ───


def test_an_update_brings_the_templates_changes_and_touches_nothing_else(history: Path, package: Path) -> None:
    (package / ".github").mkdir()
    (package / ".github" / "dependabot.yml").write_text("version: 2\n", encoding="utf-8")
    commit_all(package, "Mine")
    adopt(history, package)
    commit_all(package, "Adopt")
    answers = answers_of(package)
    change(
        history,
        "template/{{ package_folder or '.' }}/{{ releasing_file }}.jinja",
        "## Cut a release",
        "## Make a release",
    )
    change(history, "includes/dependabot-actions.yml", "monthly", "weekly")
    commit_all(history, "Next", tag="v1.1.0")
    copier_update(package)
    assert set(git(package, "diff", "--name-only", "HEAD").splitlines()) == {".copier-answers.yml", "RELEASING.md"}
    assert "## Make a release" in (package / "RELEASING.md").read_text(encoding="utf-8")
    assert not git(package, "ls-files", "--others", "--exclude-standard")
    assert answers_of(package) == answers


OLD_QUESTIONS = """\
_subdirectory: template
project_name: {type: str, default: demo}
github_owner: {type: str, default: octo-org}
workflow_filename: {type: str, default: publish-to-test-pypi.yml}
created_on: {type: str, default: "2020-02-03"}
"""


def test_an_update_from_before_packages_could_be_adopted_leaves_a_new_package_whole(tmp_path: Path) -> None:
    old, project = tmp_path / "pyrelease-template", tmp_path / "demo"
    (old / "template").mkdir(parents=True)
    (old / "copier.yml").write_text(OLD_QUESTIONS, encoding="utf-8")
    answers_file = old / "template" / "{{ _copier_conf.answers_file }}.jinja"
    answers_file.write_text("{{ _copier_answers | to_nice_yaml }}", encoding="utf-8")
    (old / "template" / "pyproject.toml").write_text('[project]\nname = "demo"\n', encoding="utf-8")
    git(old, "init", "--quiet")
    commit_all(old, "Long ago", tag="v0.9.0")
    run(tmp_path, "copier", "copy", "--defaults", "--quiet", old, project)
    git(project, "init", "--quiet")
    commit_all(project, "Start")
    (old / "template" / "pyproject.toml").unlink()
    release_template(old)
    copier_update(project)
    assert answers_of(project)["package"] == "new"
    assert {"pyproject.toml", "RELEASING.md", ".github/workflows/ci.yml"} <= set(
        git(project, "ls-files", "--others", "--cached").splitlines()
    )
    assert "[tool.mypy]" in (project / "pyproject.toml").read_text(encoding="utf-8")


def test_the_answers_of_another_template_are_not_taken_for_ours(template: Path, package: Path) -> None:
    add_workflow(package, "release.yml", UPLOAD)
    (package / ".copier-answers.yml").write_text(
        "_src_path: gh:other/template\nproject_name: Other\n", encoding="utf-8"
    )
    commit_all(package, "From another template")
    refused = copy(template, package)
    assert refused.returncode != 0
    assert "add --answers-file .copier-answers.release.yml" in last_line(refused)
    assert new_files(package) == set()
    adopt(template, package, "--answers-file", ".copier-answers.release.yml")
    assert new_files(package) == PIPELINE - {".copier-answers.yml", ".github/workflows/publish-to-test-pypi.yml"} | {
        ".copier-answers.release.yml"
    }
    answers = read_yaml(package / ".copier-answers.release.yml")
    assert (answers["project_name"], answers["existing_workflow"]) == ("Old.Demo", "keep")
    [head] = re.findall(r"^#   (uvx .*)$", (package / ".copier-answers.release.yml").read_text("utf-8"), re.MULTILINE)
    commands = re.findall(r"^ *(uvx .*)$", (package / "RELEASING.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert len([head, *commands]) > 2
    assert {command.partition(" --answers-file ")[2].split()[0] for command in [head, *commands]} == {
        ".copier-answers.release.yml"
    }


def test_a_dependabot_file_of_the_other_spelling_stays_alone(template: Path, package: Path) -> None:
    (package / ".github").mkdir()
    (package / ".github" / "dependabot.yaml").write_text("version: 2\n", encoding="utf-8")
    commit_all(package, "Mine")
    adopt(template, package)
    assert new_files(package) == PIPELINE - {".github/dependabot.yml"}


@pytest.mark.runs
def test_a_package_without_known_tests_that_cannot_be_imported_is_not_published(
    template: Path, package: Path, tmp_path: Path
) -> None:
    adopt(template, package)
    (package / "old_demo" / "__init__.py").write_text('"""Old."""\nimport not_there\n', encoding="utf-8")
    commit_all(package, "Broken")
    with story_of(package, tmp_path / "story") as story:
        broken = story.push_tag("broken", "rel-1.4.0")
        assert broken.results == {"build": "failure"}, broken.log
        assert "No module named 'not_there'" in broken.log, broken.log
        assert story.repository.testpypi.files == []
