"""What a copy and an update do for one package of several, and what they refuse before anything is written."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from pyrelease.plan.files import DEPENDABOT
from tests.conftest import change, commit_all, content_of, copy, last_line, read_yaml, run
from tests.copier_processes import copier_command, copier_update
from tests.packages.conftest import PACKAGES, add, answers_file, options, plan_in, repository

HOOKS, RUFF = ".pre-commit-config.yaml", "v0.17.6"

EXISTING = """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "there-already"
version = "1.0"
"""


def entries(root: Path) -> list[tuple[str, str]]:
    """Return what Dependabot looks after, each a kind of requirement and a folder."""
    return [(entry["package-ecosystem"], entry["directory"]) for entry in read_yaml(root / DEPENDABOT)["updates"]]


def refusal(template: Path, root: Path, *given: str) -> str:
    """Return the last line of a copy that is refused, and has changed nothing."""
    before = content_of(root)
    said = last_line(copy(template, root, *given))
    assert content_of(root) == before
    return said


# ─── A copy ───


def test_each_package_has_the_files_of_its_plan_and_what_they_share_is_there_once(made: Path) -> None:
    planned = {file for name in PACKAGES for file in plan_in(made, name).files}
    assert set(content_of(made)) == planned | {"README.md"}
    for name in PACKAGES:
        own = {file for file in plan_in(made, name).files if file not in (DEPENDABOT, answers_file(name))}
        workflows = {f".github/workflows/{kind}-{name}.yml" for kind in ("publish", "ci")}
        assert {file for file in own if not file.startswith(f"packages/{name}/")} == workflows


def test_each_form_has_the_values_of_its_package(made: Path) -> None:
    for name in PACKAGES:
        for publisher, environment in zip(plan_in(made, name).publishers, ("pypi", "testpypi"), strict=True):
            assert [value for _, value in publisher.fields] == [
                *(name, "octo-org", "several", f"publish-{name}.yml", environment)
            ]
        releasing = (made / "packages" / name / "RELEASING.md").read_text(encoding="utf-8")
        assert f"| Workflow name | `publish-{name}.yml` | `publish-{name}.yml` |" in releasing
        assert f"git push origin {name}-v1.2.0" in releasing
        assert f"pyrelease setup --answers-file {answers_file(name)}" in releasing


def test_dependabot_looks_after_every_package_and_the_actions_once(made: Path) -> None:
    assert entries(made) == [
        ("github-actions", "/"),
        *((kind, f"/packages/{name}") for name in PACKAGES for kind in ("pre-commit", "pip")),
    ]


@pytest.mark.parametrize("name", PACKAGES)
def test_the_checks_of_a_package_find_nothing_in_it(made: Path, name: str) -> None:
    hooks = {
        hook["id"]: hook for repo in read_yaml(made / "packages" / name / HOOKS)["repos"] for hook in repo["hooks"]
    }
    run(made, "mypy", *hooks["mypy"]["args"])
    run(made, "ruff", "check", f"packages/{name}")
    run(made, "ruff", "format", "--check", f"packages/{name}")


def test_a_package_checks_its_own_files_and_the_workflows(made: Path) -> None:
    for name in PACKAGES:
        files = re.compile(read_yaml(made / "packages" / name / HOOKS)["files"])
        seen = {file for file in content_of(made) if files.search(file)}
        assert seen == {file for file in content_of(made) if file.startswith((f"packages/{name}/", ".github/"))}


def test_what_dependabot_is_told_of_others_stays_byte_for_byte(template: Path, tmp_path: Path) -> None:
    root = repository(tmp_path / "several")
    before = (
        "# mine\r\nversion: 2\r\nupdates:\r\n- package-ecosystem: npm\r\n  directory: /site # of mine\r\n"
        "  schedule: {interval: daily}\r\n# below\r\nregistries: {}\r\n"
    )
    (root / ".github").mkdir()
    (root / DEPENDABOT).write_bytes(before.encode())
    commit_all(root, "Mine")
    add(template, root, "one")
    after = (root / DEPENDABOT).read_bytes().decode()
    head, _, tail = before.partition("# below")
    assert after.startswith(head)
    assert after.endswith(f"# below{tail}")
    assert entries(root) == [
        ("npm", "/site"),
        ("github-actions", "/"),
        ("pre-commit", "/packages/one"),
        ("pip", "/packages/one"),
    ]


@pytest.mark.parametrize("text", ["updates: []\n", "version: 2\n", "{", "- a\n"])
def test_a_file_of_dependabot_that_cannot_be_added_to_stays_and_the_copy_says_so(
    template: Path, tmp_path: Path, text: str
) -> None:
    root = repository(tmp_path / "several")
    (root / ".github").mkdir()
    (root / DEPENDABOT).write_text(text, encoding="utf-8")
    done = copy(template, root, *options("one"))
    assert done.returncode == 0, done.stderr
    assert (root / DEPENDABOT).read_text(encoding="utf-8") == text
    assert f"{DEPENDABOT} stays as it is" in done.stdout


def test_a_package_at_the_root_stands_beside_others_made_before_or_after_it(template: Path, several: Path) -> None:
    (several / "README.md").unlink()
    done = copy(template, several, "-d", "project_name=root")
    assert done.returncode == 0, done.stderr
    commit_all(several, "Add one at the root")
    add(template, several, "four")
    assert entries(several)[-4:] == [
        (kind, folder) for folder in ("/", "/packages/four") for kind in ("pre-commit", "pip")
    ]
    assert (several / "src" / "root" / "__init__.py").is_file()
    assert {"publish-to-test-pypi.yml", "ci.yml"} <= {file.name for file in (several / ".github/workflows").iterdir()}


def test_a_package_that_exists_gets_a_pipeline_in_its_folder_and_keeps_its_files(template: Path, several: Path) -> None:
    folder = several / "packages" / "there"
    folder.mkdir()
    (folder / "pyproject.toml").write_text(EXISTING, encoding="utf-8")
    (folder / "RELEASING.md").write_text("mine\n", encoding="utf-8")
    commit_all(several, "One that is there")
    before = content_of(several)
    add(template, several, "there")
    plan, after = plan_in(several, "there"), content_of(several)
    assert (plan.package, plan.project_name, plan.version_source) == ("existing", "there-already", "static")
    assert plan.tag_prefix == "there-v"
    new = {"packages/there/.github/RELEASING.md", ".github/workflows/publish-there.yml", answers_file("there")}
    assert set(after) - set(before) == new
    assert [name for name, content in before.items() if after[name] != content] == [], "its requirements are its own"


# ─── An update ───


def test_an_update_of_one_package_leaves_the_others_alone(addressed: Path, tmp_path: Path) -> None:
    root = repository(tmp_path / "several")
    for name in ("one", "two"):
        done = copy("gh:octo-org/pyrelease-template", root, *options(name))
        assert done.returncode == 0, done.stderr
        commit_all(root, f"Add {name}")
    change(addressed, "template/.github/workflows/{{ workflow_filename }}.jinja", "of 2026-08.", "of 2027-01.")
    change(addressed, f"template/{HOOKS}", RUFF, "v98.0.0")
    change(addressed, "includes/dependabot-actions.yml", "monthly", "weekly")  # which all packages share
    commit_all(addressed, "The next version", tag="v1.1.0")
    change(root, f"packages/one/{HOOKS}", RUFF, "v99.0.0")  # as a bot does
    commit_all(root, "Move a hook")
    before = content_of(root)
    copier_update(root, "--answers-file", answers_file("one"), "--data", "python_min=3.12")
    after = content_of(root)
    assert after.keys() == before.keys()
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {
        *(".github/workflows/publish-one.yml", ".github/workflows/ci-one.yml"),
        *("packages/one/pyproject.toml", "packages/one/RELEASING.md", answers_file("one")),
    }, "the newer hook stays, without a conflict"


def test_an_update_cannot_move_a_package(template: Path, several: Path) -> None:
    before = content_of(several)
    done = copier_command(
        several, "update", "--trust", "--defaults", *options("one")[:2], "--data", "package_folder=packages/moved"
    )
    assert last_line(done) == in_words("package_folder", "cannot be changed later")
    assert content_of(several) == before


# ─── What is refused ───


def in_words(question: str, words: str) -> str:
    """Return how Copier shows a refusal: in a line that has room for it."""
    line = f"Validation error for question '{question}': {words}"
    assert len(line) <= 80
    return f"ValueError: {line}"


@pytest.mark.parametrize(
    ("question", "given", "words"),
    [
        ("package_folder", ["package_folder=packages/one"], "has the answers of a package"),
        ("package_folder", ["package_folder=../outside"], "like packages/one, or empty"),
        ("package_folder", ["package_folder=/tmp"], "like packages/one, or empty"),
        ("package_folder", ["package_folder=packages/none", "package=existing"], "is not there: package=new"),
        ("package_folder", ["package_folder=link"], "is a link, or behind one"),
        ("package_folder", ["package_folder=link/below"], "is a link, or behind one"),
        ("package_folder", ["package_folder=README.md"], "is a file, or below one"),
        ("package_folder", ["package_folder=README.md/below"], "is a file, or below one"),
        ("project_name", ["package_folder=four", "project_name=One"], "another package here has it"),
        ("workflow_filename", ["package_folder=four", "workflow_filename=Publish-One.yml"], "another package has it"),
        ("workflow_filename", ["package_folder=four", "workflow_filename=one.yaml"], "another package has it"),
        *(
            ("tag_prefix", ["package_folder=four", f"tag_prefix={prefix}"], "mixes with tags of another package")
            for prefix in ("one-v", "one-v2-")
        ),
    ],
)
def test_what_would_mix_two_packages_is_refused_before_anything_is_written(
    template: Path, several: Path, question: str, given: list[str], words: str
) -> None:
    (several / "link").symlink_to(several / "packages", target_is_directory=True)
    answers = [part for answer in given for part in ("--data", answer)]
    said = refusal(template, several, "--answers-file", ".copier-answers.four.yml", *answers)
    assert said == in_words(question, words)


def test_a_prefix_that_takes_another_ones_tags_is_refused_in_either_order(template: Path, several: Path) -> None:
    add(template, several, "four", "tag_prefix=long-v2-")
    given = options("five", "tag_prefix=long-v")
    assert refusal(template, several, *given) == in_words("tag_prefix", "mixes with tags of another package")


def test_two_folders_of_one_name_get_names_of_their_own(template: Path, several: Path) -> None:
    done = copy(
        template,
        several,
        "-a",
        ".copier-answers.plugin.yml",
        "-d",
        "package_folder=plugins/one",
        "-d",
        "project_name=more",
    )
    assert done.returncode == 0, done.stderr
    stored: dict[str, Any] = read_yaml(several / ".copier-answers.plugin.yml")
    assert (stored["workflow_filename"], stored["tag_prefix"]) == ("publish-plugins-one.yml", "plugins-one-v")


# ─── In a package's own folder ───


def test_a_copy_into_a_folder_says_how_a_package_is_released_from_there(template: Path, several: Path) -> None:
    done = copy(template, several / "packages" / "four", "-d", "github_owner=octo-org")
    assert done.returncode == 0, done.stderr
    said = done.stderr + done.stdout
    assert "packages/four is a folder of a repository, where GitHub reads no workflow." in said
    command = next(
        line.strip() for line in said.splitlines() if line.strip().startswith("uvx ") and "copier copy" in line
    )
    assert f"run this in {several}:" in said
    given = command.partition(" . ")[2]
    assert given.split() == ["--answers-file", answers_file("four"), "--data", "package_folder=packages/four"]


@pytest.mark.parametrize(
    ("members", "is_told"),
    [
        (["packages/*"], False),
        (["packages/four"], False),
        (["**"], False),
        (["packages"], True),
        ([], True),
        ("odd", True),
    ],
)
def test_a_package_that_a_workspace_of_uv_does_not_name_is_told(
    template: Path, several: Path, members: object, is_told: bool
) -> None:
    (several / "pyproject.toml").write_text(f"[tool.uv.workspace]\nmembers = {members!r}\n", encoding="utf-8")
    done = copy(template, several, *options("four"))
    assert done.returncode == 0, done.stderr
    told = "add packages/four to members in [tool.uv.workspace] of pyproject.toml"
    assert (told in " ".join((done.stderr + done.stdout).split())) is is_told


def test_the_usual_copy_says_nothing_of_folders(template: Path, tmp_path: Path) -> None:
    done = copy(template, tmp_path / "demo", "-d", "github_owner=octo-org")
    assert not any(word in done.stderr + done.stdout for word in ("folder of a repository", "workspace"))
