"""The pages in `docs/`: each is linked, its links lead somewhere, its commands run, and its facts are the plan's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pyrelease.doctor.checks import CHECKS
from pyrelease.plan import COPY_COMMAND, UPDATE_COMMAND, Plan
from pyrelease.plan.publishers import PYPI, TESTPYPI, own_index
from tests.answers.questionnaire import usual
from tests.conftest import ROOT, Make, answers_of, commit_all, copy, git, run
from tests.copier_processes import copier_update
from tests.runs.routes import OWN_INDEX

PAGES = {path.stem: path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs").glob("*.md"))}

ELSEWHERE = ("https://github.com/", "https://pypi.org/", "https://test.pypi.org/")

SOURCES = tuple(check.source for check in CHECKS.values())
"""Where the rules of the doctor are written, of which one test sees that each is an address."""

COMMANDS = [(name, block) for name, text in PAGES.items() for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL)]


@pytest.fixture(scope="module")
def plan() -> Plan:
    """The plan of the project that the pages speak of."""
    return Plan.of({**usual("new"), "project_name": "demo", "github_owner": "octo-org", "github_repository": "demo"})


@pytest.fixture
def project(make: Make, tmp_path: Path) -> Path:
    """That project, committed, with a remote that is empty."""
    project = make(project_name="demo")
    commit_all(project, "Start")
    git(tmp_path, "init", "--quiet", "--bare", "remote.git")
    git(project, "config", f"url.{tmp_path / 'remote.git'}.insteadOf", "https://github.com/octo-org/demo.git")
    return project


def table(name: str, first: str) -> list[list[str]]:
    """Return the rows of a page's table, by the first cell of its heading."""
    rows = PAGES[name].partition(f"| {first} |")[2].partition("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in row.strip("|").split(" | ")] for row in rows]


def test_each_page_is_linked_and_each_link_has_its_page() -> None:
    sources = [
        *(ROOT / "src").rglob("*.py"),
        *(ROOT / "template").rglob("*.jinja"),
        *(ROOT / "includes").rglob("*.jinja"),
    ]
    text = "".join(path.read_text(encoding="utf-8") for path in sources)
    linked = re.findall(r'(?:\.page\(|Page\("[^"]+", )["\']([\w-]+)["\']\)', text)
    linked += re.findall(r"\]\(docs/([\w-]+)\.md", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert set(linked) == set(PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_each_link_of_a_page_leads_somewhere(name: str) -> None:
    links = re.findall(r"\]\(([^)]+)\)|<(https:[^>]+)>", PAGES[name])
    for link in (near or far for near, far in links):
        if link.startswith("#"):
            assert f"\n### {link[1:].upper()}\n" in PAGES[name], link
        else:
            assert link.startswith((*ELSEWHERE, *SOURCES)) or (ROOT / "docs" / link).is_file(), link


@pytest.mark.parametrize(
    ("name", "block"), COMMANDS, ids=[f"{name}-{number}" for number, (name, _) in enumerate(COMMANDS)]
)
def test_each_command_of_a_page_runs_as_it_is_written(template: Path, project: Path, name: str, block: str) -> None:
    for command in (line.strip() for line in block.strip().splitlines()):
        if command.startswith(COPY_COMMAND):
            address, _, rest = command.removeprefix(COPY_COMMAND).strip().partition(" . ")
            assert address == "gh:org/pyrelease-template"
            done = copy(template, project, *rest.split())
            assert done.returncode == 0, done.stderr
            commit_all(project, "Another package")
        elif command.startswith("uvx "):
            assert command.startswith(UPDATE_COMMAND)
            options = command.removeprefix(UPDATE_COMMAND).split()
            copier_update(project, *options)
            answer, _, wanted = options[1].partition("=")
            assert answers_of(project)[answer] == wanted
        else:
            if "push" in command and not git(project, "remote"):
                git(project, "remote", "add", "origin", "https://github.com/octo-org/demo.git")
            run(project, "bash", "-ec", command)


def test_a_renamed_workflow_shows_the_edits_as_the_page_says(project: Path) -> None:
    with (project / ".github/workflows/publish-to-test-pypi.yml").open("a", encoding="utf-8") as file:
        file.write("# an edit of mine\n")
    commit_all(project, "Edit")
    update, show = (block for name, block in COMMANDS if name == "change-a-name")
    copier_update(project, *update.strip().removeprefix(UPDATE_COMMAND).split())
    shown = run(project, "bash", "-ec", show)
    assert "rename from .github/workflows/publish-to-test-pypi.yml" in shown
    assert "-# an edit of mine" in shown


# ─── Set up by hand ───


def test_the_environments_are_the_plans(plan: Plan) -> None:
    release, pushes = plan.environments
    rows = {cells[0].strip("`"): cells for cells in table("set-up-by-hand", "Environment")}
    assert list(rows) == [release.name, pushes.name]
    assert "none" in rows[pushes.name][1]
    assert "approves" in rows[release.name][1]
    for environment in plan.environments:
        said = re.findall(r"`([^`]+)`", rows[environment.name][2])
        assert said == [ref.pattern for ref in environment.allowed_refs]
        for kind in {ref.kind for ref in environment.allowed_refs}:
            assert f"of type {kind.upper()}: " in rows[environment.name][2]


def test_the_ruleset_and_the_settings_are_the_plans(plan: Plan) -> None:
    ruleset, fields = plan.tag_ruleset, dict(table("set-up-by-hand", "Field"))
    assert fields["name"] == f"`{ruleset.name}`"
    assert f"refs/tags/{fields['target tags, by pattern'].strip('`')}" == ruleset.pattern
    assert fields["rules"].split(", ") == [f"Restrict {rule}s" for rule in ruleset.rules]
    assert len(table("set-up-by-hand", "Where")) == len(vars(plan.settings))


def test_the_secrets_the_tags_and_the_remote_are_the_plans(plan: Plan) -> None:
    text = PAGES["set-up-by-hand"]
    for index in (PYPI, TESTPYPI, own_index(str(OWN_INDEX["index_url"]))):
        assert all(f"`{secret}`" in text for secret in index.secrets)
    assert f"git tag --message {plan.tags.first} {plan.tags.first}\ngit push origin {plan.tags.first}\n" in text
    assert f"git remote add origin {plan.repository.address}.git\n" in text


def test_the_old_secrets_and_the_pages_of_the_accounts_are_the_plans(plan: Plan) -> None:
    text = PAGES["old-tokens"]
    assert all(f"`{name}`" in text for name in plan.old_secrets)
    assert all(f"<{publisher.index.account_address}>" in text for publisher in plan.publishers)
