"""A package that exists gets the release pipeline, and keeps everything that it had."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import answers_of, change, commit_all, copy, git, run
from tests.guide.contract import read_workflow
from tests.stories import story_of
from tests.test_guide_watch import sample, text_of
from tests.test_readme import commands

PIPELINE = {
    ".copier-answers.yml",
    ".github/dependabot.yml",
    ".github/workflows/publish-to-test-pypi.yml",
    "RELEASING.md",
}

PYPROJECT = """\
[build-system]
requires = ["flit_core>=3.12,<4"]
build-backend = "flit_core.buildapi"

[project]
name = "Old.Demo"
version = "1.4.0"
description = "Has been here for years"
requires-python = ">=3.9"

[tool.flit.module]
name = "old_demo"
"""

UPLOAD: dict[str, Any] = {
    "on": {"push": {"tags": ["*"]}},
    "jobs": {
        "deploy": {
            "runs-on": "ubuntu-latest",
            "steps": [
                {"uses": "actions/checkout@v4"},
                {"run": "pipx run build"},
                {
                    "uses": "pypa/gh-action-pypi-publish@release/v1",
                    "with": {"password": "${{ secrets.PYPI_API_TOKEN }}"},
                },
            ],
        }
    },
}


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A committed package with a static version, released once, without any workflow."""
    folder = tmp_path / "old-demo"
    (folder / "old_demo").mkdir(parents=True)
    (folder / "pyproject.toml").write_text(PYPROJECT, encoding="utf-8")
    (folder / "old_demo" / "__init__.py").write_text('"""Old."""\n', encoding="utf-8")
    (folder / "README.md").write_text("mine\n", encoding="utf-8")
    git(folder, "init", "--quiet", "--initial-branch=trunk")
    git(folder, "remote", "add", "origin", "git@github.com:Octo-Org/Old-Demo.git")
    git(folder, "tag", "rel-1.4.0", commit_all(folder, "Release"))
    return folder


def add_workflow(package: Path, name: str, content: dict[str, Any]) -> str:
    """Give the package a workflow, commit it, and return its text."""
    file = package / ".github" / "workflows" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text_of(content), encoding="utf-8")
    commit_all(package, f"Publish from {name}")
    return file.read_text(encoding="utf-8")


def adopt(template: Path, package: Path, *options: str) -> str:
    """Give the package the pipeline as somebody does who is not there to answer, and return what is printed."""
    done = copy(template, package, *options)
    assert done.returncode == 0, done.stderr
    return done.stdout


def new_files(package: Path) -> set[str]:
    """Return the files that the last commit does not have; no file that it has may differ."""
    states = dict(line.split(maxsplit=1)[::-1] for line in git(package, "status", "--short", "-uall").splitlines())
    assert set(states.values()) <= {"??"}, states
    return set(states)


def guided(**environments: str) -> dict[str, Any]:
    """Return the guide's workflow as somebody has it who followed the guide by hand."""
    content = sample()
    for index, name in environments.items():
        content["jobs"][f"publish-to-{index}"]["environment"]["name"] = name
    return content


def test_it_brings_the_pipeline_and_touches_nothing_else(template: Path, package: Path) -> None:
    adopt(template, package)
    assert new_files(package) == PIPELINE


def test_the_command_of_the_readme_does_it(template: Path, package: Path) -> None:
    [command] = commands("A package that exists")
    given = command.replace("gh:org/pyrelease-template", str(template)).partition("copier-template-extensions ")[2]
    run(package, *given.split(), "--defaults")
    assert new_files(package) == PIPELINE


def test_the_answers_are_read_from_the_package_its_remote_and_its_tags(template: Path, package: Path) -> None:
    adopt(template, package)
    answers = answers_of(package)
    wanted = {
        "scope": "pipeline",
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
    updates = yaml.safe_load((package / ".github" / "dependabot.yml").read_text(encoding="utf-8"))["updates"]
    assert [update["package-ecosystem"] for update in updates] == ["github-actions"]


def test_files_that_exist_stay_and_the_steps_say_what_to_merge(template: Path, package: Path) -> None:
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
    assert "    - package-ecosystem: github-actions" in shown
    assert "stand in .github/RELEASING.md" in shown


def test_a_static_version_reaches_testpypi_with_a_tag_alone_and_the_steps_say_why(
    template: Path, package: Path
) -> None:
    adopt(template, package)
    workflow = read_workflow((package / ".github" / "workflows" / "publish-to-test-pypi.yml").read_text("utf-8"))
    assert workflow["on"] == {"push": {"tags": ["rel-[0-9]*"]}}
    said = " ".join((package / "RELEASING.md").read_text(encoding="utf-8").split())
    assert "Only tags reach TestPyPI: it takes a version once" in said
    refused = copy(template, package, "-d", "push_trigger=every-push", "--overwrite")
    assert "needs a new version for each push" in refused.stderr.splitlines()[-1]


# ─── Workflows that publish already ───


def test_a_workflow_made_from_the_guide_gives_the_registered_names_and_stays(template: Path, package: Path) -> None:
    before = add_workflow(package, "release.yml", guided(pypi="Release", testpypi="rehearsal"))
    shown = adopt(template, package)
    answers = answers_of(package)
    names = ("existing_workflow", "workflow_filename", "pypi_environment", "testpypi_environment", "testpypi_status")
    assert [answers[name] for name in names] == ["keep", "release.yml", "Release", "rehearsal", "existing"]
    assert new_files(package) == PIPELINE - {".github/workflows/publish-to-test-pypi.yml"}
    assert (package / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8") == before
    assert "workflow_filename=release.yml&environment=Release" in shown


def test_it_is_replaced_only_on_a_yes_and_keeps_its_names(template: Path, package: Path) -> None:
    add_workflow(package, "release.yml", guided(pypi="Release"))
    adopt(template, package, "-d", "existing_workflow=replace", "--overwrite")
    assert {path.name for path in (package / ".github" / "workflows").iterdir()} == {"release.yml"}
    jobs = read_workflow((package / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8"))["jobs"]
    assert jobs["publish-to-pypi"]["environment"]["name"] == "Release"
    assert "persist-credentials" in str(jobs["build"])
    assert git(package, "diff", "--name-only") == ".github/workflows/release.yml"


def test_another_workflow_is_kept_and_never_replaced(template: Path, package: Path) -> None:
    before = add_workflow(package, "release.yml", UPLOAD)
    refused = copy(template, package, "-d", "existing_workflow=replace", "--overwrite")
    assert "release.yml is not made from the guide, and stays" in refused.stderr.splitlines()[-1]
    adopt(template, package)
    assert answers_of(package)["existing_workflow"] == "keep"
    assert (package / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8") == before


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["workflow_filename=publish.yml"], "publishes nothing; release.yml does"),
        (["existing_workflow=none"], "release.yml publishes here already"),
    ],
)
def test_a_second_publisher_of_the_same_tag_is_refused_in_words(
    template: Path, package: Path, options: list[str], said: str
) -> None:
    add_workflow(package, "release.yml", UPLOAD)
    done = copy(template, package, *(part for option in options for part in ("-d", option)))
    assert done.returncode != 0
    assert said in done.stderr.splitlines()[-1]
    assert new_files(package) == set()


def test_a_guided_workflow_is_not_replaced_beside_a_second_publisher(template: Path, package: Path) -> None:
    add_workflow(package, "another.yml", UPLOAD)
    add_workflow(package, "release.yml", guided())
    done = copy(template, package, "-d", "existing_workflow=replace", "--overwrite")
    assert "a second time, beside another.yml" in done.stderr.splitlines()[-1]
    assert new_files(package) == set()


def test_old_tokens_are_named_with_file_and_line_and_how_to_remove_them(template: Path, package: Path) -> None:
    add_workflow(package, "release.yml", UPLOAD)
    text = (package / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8")
    [line] = [number for number, line in enumerate(text.splitlines(), 1) if "PYPI_API_TOKEN" in line]
    lines = [part.strip() for part in adopt(template, package).splitlines()]
    assert f".github/workflows/release.yml:{line}: secret PYPI_API_TOKEN" in lines
    assert "https://github.com/Octo-Org/Old-Demo/settings/secrets/actions" in lines
    assert "https://pypi.org/manage/account/" in lines


def test_the_tokens_of_a_workflow_that_is_replaced_are_named_too(template: Path, package: Path) -> None:
    content = guided()
    content["jobs"]["publish-to-pypi"]["steps"][-1]["with"] = {"password": "${{ secrets.MINE }}"}
    add_workflow(package, "release.yml", content)
    shown = adopt(template, package, "-d", "existing_workflow=replace", "--overwrite")
    assert re.search(r"release\.yml:\d+: password of pypa/gh-action-pypi-publish", shown)


# ─── Later ───


def test_an_update_brings_the_templates_changes_and_touches_nothing_else(history: Path, package: Path) -> None:
    (package / ".github").mkdir()
    (package / ".github" / "dependabot.yml").write_text("version: 2\n", encoding="utf-8")
    commit_all(package, "Mine")
    adopt(history, package)
    commit_all(package, "Adopt")
    answers = answers_of(package)
    change(history, "template/{{ releasing_file }}.jinja", "## Cut a release", "## Make a release")
    change(history, "includes/dependabot-actions.yml", "monthly", "weekly")
    commit_all(history, "Next", tag="v1.1.0")
    run(package, "copier", "update", "--trust", "--defaults")
    assert set(git(package, "diff", "--name-only", "HEAD").splitlines()) == {".copier-answers.yml", "RELEASING.md"}
    assert "## Make a release" in (package / "RELEASING.md").read_text(encoding="utf-8")
    assert new_files_after_update(package) == set()
    assert answers_of(package) == answers


def new_files_after_update(package: Path) -> set[str]:
    """Return the files that git does not know."""
    return set(git(package, "ls-files", "--others", "--exclude-standard").splitlines())


def test_a_kept_workflow_gives_way_later_when_it_was_deleted(template: Path, package: Path) -> None:
    add_workflow(package, "release.yml", UPLOAD)
    adopt(template, package)
    commit_all(package, "Adopt")
    [command] = [
        block.replace("\\\n", " ").strip()
        for block in re.findall(r"```sh\n(.*?)```", (package / "RELEASING.md").read_text("utf-8"), re.DOTALL)
        if "existing_workflow=none" in block
    ]
    git(package, "rm", "--quiet", ".github/workflows/release.yml")
    commit_all(package, "Give way")
    run(package, *command[command.index("copier update") :].split())
    jobs = read_workflow((package / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8"))["jobs"]
    assert set(jobs) == {"build", "publish-to-pypi"} | ({"publish-to-testpypi"} & set(jobs))
    assert not git(package, "ls-files", "--unmerged")


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
