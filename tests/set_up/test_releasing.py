"""RELEASING.md stands in the order of use, is short, and says what the plan says."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from pyrelease.plan.source import Source
from pyrelease.plan.troubles import TROUBLES
from tests.conftest import Make, commit_all, copy, git, plan_of, run
from tests.runs.routes import OWN_INDEX, ROUTES
from tests.set_up.test_steps import ANSWERS
from tools.workflows import read_workflow

LINES = 120
"""Lines of the default project's, at most."""

ERRORS = {
    "invalid-publisher",
    "invalid-pending-publisher",
    "invalid-token",
    "invalid-payload",
    "invalid-reuse-token",
    "not-enabled",
}
"""What PyPI answers to a workflow that asks for a token (https://docs.pypi.org/trusted-publishers/troubleshooting/)."""

UPLOAD = "on: {push: {tags: ['v*']}}\njobs: {release: {environment: release, steps: [{run: uv publish}]}}\n"
"""A workflow of somebody's own that publishes."""


@pytest.fixture(scope="module")
def folder(make: Make) -> Path:
    """A project in which every name is another than usual."""
    return make(**ANSWERS)


@pytest.fixture(scope="module")
def releasing(folder: Path) -> str:
    """Its RELEASING.md."""
    return document(folder)


def document(project: Path) -> str:
    """Return what a project's file says of releases."""
    return (project / plan_of(project).releasing_file).read_text(encoding="utf-8")


def section(text: str, heading: str) -> str:
    """Return what stands below a heading, in one line."""
    return " ".join(text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0].split())


def shell_blocks(text: str) -> list[str]:
    """Return the commands of a document, block by block."""
    return re.findall(r"```sh\n(.*?)```", text, re.DOTALL)


def adopted(template: Path, folder: Path, *options: str, **files: str) -> Path:
    """Return a package that kept its workflow, with other files of its own if they are given."""
    package = {"pyproject.toml": '[project]\nname = "demo"\nversion = "1"\n', ".github/workflows/release.yml": UPLOAD}
    for name, text in {**package, **files}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    git(folder, "init", "--quiet", "--initial-branch=main")
    commit_all(folder, "As it was")
    done = copy(template, folder, "-d", "github_owner=octo-org", *options)
    assert done.returncode == 0, done.stderr
    return folder


def test_it_is_short_and_in_the_order_of_use(project: Path) -> None:
    text = document(project)
    assert len(text.splitlines()) <= LINES
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == [
        "Cut a release",
        "When it goes wrong half-way",
        "Troubles",
        "Set up",
        "Check the project",
        "More",
    ]
    assert max(len(line) for line in text.splitlines() if not line.startswith(("|", "uvx ", "- "))) <= 92


def test_it_begins_with_what_a_push_a_tag_and_an_approval_do(make: Make) -> None:
    def events(**answers: Any) -> list[str]:
        return re.findall(r"^\| (push.*|approve.*) \|$", document(make(**answers)), re.MULTILINE)

    assert events() == [
        "push a branch | a development version goes to TestPyPI",
        "push a tag like `v1.2.0` | that version goes to TestPyPI, and waits for an approval",
        "approve it | the same files go to PyPI",
    ]
    assert events(push_trigger="tags") == events()[1:]
    [push, tag, approval] = events(**OWN_INDEX)
    assert push == "push a branch | a development version is built and tested, and goes nowhere"
    assert "TestPyPI" not in tag
    assert approval.endswith("go to devpi.example.org")


def test_the_commands_of_a_release_make_a_tag_that_starts_the_workflow(
    folder: Path, make: Make, tmp_path: Path
) -> None:
    project = make(**ANSWERS)
    commit_all(project, "Start")
    git(tmp_path, "init", "--quiet", "--bare", "remote.git")
    git(project, "remote", "add", "origin", str(tmp_path / "remote.git"))
    [block] = [block for block in shell_blocks(document(project)) if "git tag" in block]
    run(project, "bash", "-ec", block, env={**os.environ, "GIT_EDITOR": "false"})
    assert git(tmp_path / "remote.git", "tag") == "demo/v1.2.0"
    # A tag with a message is signed where the user signs tags; without one git refuses it there.
    assert git(tmp_path / "remote.git", "cat-file", "-t", "demo/v1.2.0") == "tag"
    assert block.split()[:3] == ["git", "tag", "--message"]


@pytest.mark.parametrize("route", ROUTES.values(), ids=ROUTES)
def test_every_command_is_valid_shell(make: Make, route: dict[str, Any]) -> None:
    blocks = shell_blocks(document(make(**route)))
    assert len(blocks) == 3
    for block in blocks:
        subprocess.run(["bash", "-n", "-c", block], check=True)


def test_one_table_has_both_forms(releasing: str, folder: Path) -> None:
    rows = re.findall(r"^\| (.+) \| (.+) \| (.+) \|$", releasing.partition("\n## Set up\n")[2], re.MULTILINE)
    plan = plan_of(folder)
    assert rows[0] == ("Field", *(publisher.index.name for publisher in plan.publishers))
    assert rows[1] == ("page", *(f"[form]({publisher.form_address})" for publisher in plan.publishers))
    for publisher, values in zip(plan.publishers, list(zip(*rows[2:], strict=True))[1:], strict=True):
        assert values == tuple(f"`{value}`" for _, value in publisher.fields)
    assert rows[2][0] == "PyPI Project Name, TestPyPI Project Name"


def test_the_workflow_is_the_one_that_is_registered(folder: Path) -> None:
    [workflow] = [file for file in (folder / ".github" / "workflows").iterdir() if file.name != "ci.yml"]
    jobs = read_workflow(workflow.read_text(encoding="utf-8"))["jobs"]
    for publisher in plan_of(folder).publishers:
        assert workflow.name == publisher.workflow
        assert jobs[publisher.index.job]["environment"] == {
            "name": publisher.environment,
            "url": publisher.project_address,
        }


def test_it_says_what_bites(releasing: str) -> None:
    said = section(releasing, "Set up")
    for words in (
        "Each index needs an account of its own",
        "two-factor authentication",
        "does not reserve the name",
        "approve it before 2027-01-14",
        "asks before it changes anything",
        "Run it again at any time",
    ):
        assert words in said
    half_way = section(releasing, "When it goes wrong half-way")
    for words in ("Re-run failed jobs", "Yank", "Never delete", "does not reach the tag", "more than three tags"):
        assert words in half_way
    cut = section(releasing, "Cut a release")
    assert "Only administrators of the repository can push such tags." in cut
    assert "One of these approves it: `ada`, `grace`." in cut


def test_the_set_up_is_a_list_to_tick(make: Make) -> None:
    def ticks(**answers: Any) -> list[str]:
        return re.findall(r"^- \[ \] (.*)$", document(make(**answers)), re.MULTILINE)

    last = ["`pyrelease setup` has nothing left to do", "the first release is approved"]
    assert ticks() == ["PyPI knows the workflow", "TestPyPI knows the workflow", *last]
    assert ticks(push_index="none") == ["PyPI knows the workflow", *last]
    assert ticks(**OWN_INDEX) == ["GitHub has the secrets for devpi.example.org", *last]


def test_troubles_are_those_that_the_set_up_explains(make: Make) -> None:
    def codes(**answers: Any) -> list[str]:
        return re.findall(r"^\| `(.+?)` \|", document(make(**answers)).partition("\n## Troubles\n")[2], re.MULTILINE)

    known = {trouble.code: trouble for trouble in TROUBLES}
    trusted, own = codes(), codes(**OWN_INDEX)
    assert {code for cell in trusted for code in cell.split(", ")} >= ERRORS
    assert trusted == [code for code, one in known.items() if one.route != "token" and one.index != "own"]
    assert own == [code for code, one in known.items() if one.route != "trusted" and one.index != "pypi"]


def test_secrets_are_named_and_where_a_token_is_made(make: Make) -> None:
    own, token = (section(document(make(**route)), "Set up") for route in (OWN_INDEX, {"index_route": "token"}))
    assert "`INDEX_USERNAME`, `INDEX_PASSWORD`" in own
    assert "<https://devpi.example.org/octo/prod/>" in own
    assert "`PYPI_TOKEN`, `TESTPYPI_TOKEN`" in token
    assert "<https://pypi.org/manage/account/>" in token
    assert "invalid-publisher" not in own


# ─── Pages of the template ───


def test_pages_are_linked_at_the_projects_own_version(published_project: Path) -> None:
    links = re.findall(r"\((https://github.com/\S+/docs/[\w-]+\.md)\)", document(published_project))
    start = "https://github.com/octo-org/pyrelease-template/blob/v1.0.0/docs/"
    assert [link.removeprefix(start) for link in links] == [
        "change-a-name.md",
        "set-up-by-hand.md",
        "folder-of-a-repository.md",
        "testpypi-is-full.md",
    ]
    assert "TEMPLATE" not in document(published_project)


def test_a_project_from_a_clone_has_no_path_of_this_machine(project: Path, template: Path) -> None:
    text = document(project)
    assert str(template) not in text
    assert text.count("uvx --from git+https://TEMPLATE-ADDRESS pyrelease ") == 2
    assert "First put the template's public address in place of TEMPLATE-ADDRESS" in text
    assert "- Set up by hand: `docs/set-up-by-hand.md` in the template" in text
    assert "](docs/" not in text


# ─── A package that exists ───


def test_a_kept_workflow_has_what_it_needs_and_no_release_of_ours(template: Path, tmp_path: Path) -> None:
    text = document(adopted(template, tmp_path / "demo", "-d", "pypi_status=existing"))
    assert "The workflow `release.yml` publishes this project." in text
    assert "## Cut a release" not in text
    [lines] = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    assert yaml.safe_load(lines) == {"environment": "release", "permissions": {"contents": "read", "id-token": "write"}}
    assert "/manage/project/demo/settings/publishing/?provider=github" in text
    assert any(block.endswith(" pyrelease setup\n") for block in shell_blocks(text))
    assert "--protect" in section(text, "Set up")
    assert any("--data existing_workflow=none" in block for block in shell_blocks(text))


def test_files_that_stay_are_named_with_what_to_add(template: Path, tmp_path: Path) -> None:
    files = {"RELEASING.md": "Mine\n", ".github/dependabot.yml": "version: 2\n"}
    text = document(adopted(template, tmp_path / "demo", **files))
    said = section(text, "Set up")
    for name in files:
        assert f"`{name}` was here before, and stays as it is." in said
    assert "let it point to `.github/RELEASING.md`" in said
    [entry] = [block for block in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL) if "ecosystem" in block]
    assert [update["package-ecosystem"] for update in yaml.safe_load(entry)] == ["github-actions"]
    assert "was here before, and stays" not in section(document(adopted(template, tmp_path / "other")), "Set up")


@pytest.mark.parametrize(
    ("place", "version", "line"),
    [
        ("gh:o/it", "v1.2.0", "[By hand](https://github.com/o/it/blob/v1.2.0/docs/by-hand.md)"),
        (
            "https://github.com/o/it.git",
            "v1.2.0-3-gabc1234",
            "[By hand](https://github.com/o/it/blob/HEAD/docs/by-hand.md)",
        ),
        ("https://gitlab.com/o/it.git", "v1.2.0", "By hand: `docs/by-hand.md` in <https://gitlab.com/o/it.git>"),
        ("git@github.com:o/it.git", "v1.2.0", "By hand: `docs/by-hand.md` in the template"),
        ("/home/ada/it", "v1.2.0", "By hand: `docs/by-hand.md` in the template"),
    ],
)
def test_a_page_is_linked_where_it_can_be_read(place: str, version: str, line: str) -> None:
    assert Source(place, version).link("By hand", "by-hand") == line
