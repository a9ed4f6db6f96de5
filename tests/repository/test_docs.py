"""The pages in `docs/`: each is linked, its links lead somewhere, its commands run, and its facts are the plan's."""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from jinja2 import Environment, FileSystemLoader

from pyrelease.cli import DONE, NO_PROJECT, SOMETHING_IS_LEFT, parser
from pyrelease.doctor.checks import CHECKS
from pyrelease.plan import COPY_COMMAND, UPDATE_COMMAND, Plan
from pyrelease.plan.github import SKIPPABLE
from pyrelease.plan.publishers import PYPI, TESTPYPI, own_index
from tests.answers.combinations import route_answers
from tests.answers.questionnaire import is_asked, usual
from tests.conftest import ROOT, ZIZMOR, Make, answers_of, change, commit_all, copy, git, plan_of, read_yaml, run
from tests.copier_processes import copier_update
from tests.repository.pages import commands, keys
from tests.runs.routes import OWN_INDEX
from tools.questions import raw

PAGES = {path.stem: path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs").glob("*.md"))}

ELSEWHERE = (
    "https://github.com/",
    "https://pypi.org/",
    "https://test.pypi.org/",
    "https://cli.github.com/",
    "https://docs.astral.sh/uv/",
    "https://copier.readthedocs.io/",
    "https://rich.readthedocs.io/",
)

SOURCES = tuple(check.source for check in CHECKS.values())
"""Where the rules of the doctor are written, of which one test sees that each is an address."""

COMMANDS = [(name, block) for name, text in PAGES.items() for block in commands(text)]

ELSEWHERE_TRIED = ("set-up", "doctor", "unattended", "existing-packages", "many-projects", "updating")
"""Pages whose commands have tests of their own."""


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
            assert link.startswith((*ELSEWHERE, *SOURCES)) or (ROOT / "docs" / link.partition("#")[0]).is_file(), link


@pytest.mark.parametrize(("name", "block"), [pair for pair in COMMANDS if pair[0] not in ELSEWHERE_TRIED])
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


# ─── The command ───


def options_of(subcommand: str) -> list[str]:
    """Return the options of a subcommand, without those of help."""
    [subcommands] = [action for action in parser()._actions if isinstance(action, argparse._SubParsersAction)]
    found = subcommands.choices[subcommand]
    assert isinstance(found, argparse.ArgumentParser)
    options = [option for action in found._actions for option in action.option_strings]
    return [option for option in options if option not in ("-h", "--help")]


def test_the_table_has_each_option_of_the_set_up_and_each_name_that_it_skips() -> None:
    rows = re.findall(r"^\| (`--.*?) \| (.*) \|$", PAGES["set-up"], re.MULTILINE)
    listed = [option.split()[0] for cell, _ in rows for option in re.findall(r"`(--[^`]+)`", cell)]
    assert sorted(listed) == sorted(options_of("setup"))
    [skipped] = [text for cell, text in rows if "--skip" in cell]
    assert tuple(re.findall(r"`([\w-]+)`", skipped)) == SKIPPABLE


@pytest.mark.parametrize(("name", "subcommand"), [("doctor", "doctor"), ("unattended", "new")])
def test_a_page_names_each_option_of_its_command(name: str, subcommand: str) -> None:
    assert [option for option in options_of(subcommand) if f"`{option}" not in PAGES[name].split("## ")[0]] == []


@pytest.mark.parametrize("name", ["set-up", "doctor", "many-projects"])
def test_the_exit_codes_are_the_commands(name: str) -> None:
    codes = [int(code) for code, _ in table(name, "Exit code")]
    assert codes == [DONE, SOMETHING_IS_LEFT, NO_PROJECT]


@pytest.mark.runs
def test_each_command_of_the_set_up_starts_it(template: Path, project: Path) -> None:
    for command in commands(PAGES["set-up"]):
        here = command.replace("git+https://github.com/org/pyrelease-template", f"git+{template.as_uri()}@v1.0.0")
        assert here != command
        assert "--dry-run" in run(project, "bash", "-ec", f"{here} --help")


# ─── Routes and trust ───


def test_every_answer_that_leaves_the_guides_way_has_a_row() -> None:
    listed = {key.partition("=")[0] for key in keys(PAGES["routes"])}
    assert route_answers() - listed - {"package"} == set()  # a package that exists has a page of its own


def test_the_trust_table_names_every_file_that_runs(history: Path) -> None:
    # Each new environment of Jinja goes through the door, as a copy does.
    extensions = read_yaml(history / "copier.yml")["_jinja_extensions"]
    Environment(loader=FileSystemLoader(history), extensions=extensions)
    loaded = [module.__file__ or "" for name, module in sys.modules.items() if name.startswith("pyrelease_")]
    ours = {f"src/pyrelease/{path.partition('/src/pyrelease/')[2]}" for path in loaded}
    assert len(ours) > 10
    commands = re.findall(r"src\"(?:, |\n *- )([\w.]+)", (history / "copier.yml").read_text(encoding="utf-8"))
    ours |= {f"src/pyrelease/{name.replace('.', '/')}.py" for name in commands}
    ours |= {f"extensions/{path.name}" for path in (history / "extensions").glob("*.py")} | {"src/__main__.py"}
    listed = keys(PAGES["trust"])
    unlisted = {path for path in ours if not any(path == name or path.startswith(name) for name in listed)}
    assert unlisted == {"src/pyrelease/__init__.py"}, "which runs nothing"
    assert [name for name in listed if not any(path == name or path.startswith(name) for path in ours)] == []


def test_the_page_of_trust_counts_the_tasks_and_the_migrations() -> None:
    questions = read_yaml(ROOT / "copier.yml")
    words = {3: "three", 4: "four", 5: "five", 6: "six"}
    said = f"runs {words[len(questions['_tasks'])]} tasks and {words[len(questions['_migrations'])]} migrations"
    assert said in " ".join(PAGES["trust"].split())
    programs = sum(bool(row_of(key)) for key in keys(PAGES["trust"]))
    assert f"starts the next {words[programs]}" in PAGES["trust"]


def row_of(key: str) -> str:
    """Return the second cell of a file's row on the page of trust."""
    [row] = [line for line in PAGES["trust"].splitlines() if line.startswith(f"| `{key}` |")]
    kind = row.split(" | ")[1]
    return kind if kind.startswith(("task", "migration")) else ""


# ─── Many projects ───

GH = """\
#!/bin/sh
case "$1 $2" in
  "repo clone") exec git clone --quiet "$REMOTES/$3" $4 ;;
  "pr create") git config remote.origin.url | sed 's|.*/||' >> "$REMOTES/pull-requests" ;;
esac
"""
"""A stand-in for gh: clones from a folder, and notes pull requests."""


@pytest.fixture
def remotes(project: Path, history: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two projects that an update awaits, `octo-org/two` and `octo-org/one`, which has a conflict, and a gh that clones them."""
    change(project, ".copier-answers.yml", str(plan_of(project).template.given), str(history))
    change(history, "template/{{ package_folder or '.' }}/{{ releasing_file }}.jinja", "## Cut a", "## Make a")
    commit_all(history, "The next version", tag="v1.1.0")
    commit_all(project, "From the history")
    run(tmp_path, "git", "clone", "--quiet", "--bare", project, tmp_path / "octo-org" / "two")
    change(project, "RELEASING.md", "## Cut a", "## Do a")
    commit_all(project, "Other words")
    run(tmp_path, "git", "clone", "--quiet", "--bare", project, tmp_path / "octo-org" / "one")
    for name, text in (("gh", GH), ("pipx", "#!/bin/sh\n")):
        (tmp_path / "bin").mkdir(exist_ok=True)
        (tmp_path / "bin" / name).write_text(text, encoding="utf-8")
        (tmp_path / "bin" / name).chmod(0o755)
    (tmp_path / "work").mkdir()
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("REMOTES", str(tmp_path))
    return tmp_path / "octo-org"


@pytest.mark.runs
def test_the_loop_for_many_projects_proposes_each_update_and_leaves_conflicts_alone(
    remotes: Path, tmp_path: Path
) -> None:
    [loop] = [block for name, block in COMMANDS if name == "many-projects" and "gh pr create" in block]
    run(tmp_path / "work", "bash", "-c", loop)
    assert (tmp_path / "pull-requests").read_text(encoding="utf-8").split() == ["two"]
    assert "## Make a release" in git(remotes / "two", "show", "template-update:RELEASING.md")
    assert git(remotes / "one", "branch", "--list", "template-update") == ""
    assert git(tmp_path / "work" / "one", "ls-files", "--unmerged")


@pytest.fixture
def workflow(tmp_path: Path) -> Path:
    """The workflow that updates many projects, as a file."""
    [text] = re.findall(r"```yaml\n(name: .*?)```", PAGES["many-projects"], re.DOTALL)
    file = tmp_path / "update-projects.yml"
    file.write_text(text, encoding="utf-8")
    return file


def test_the_workflow_for_many_projects_is_sound(workflow: Path) -> None:
    run(workflow.parent, "actionlint", "-shellcheck=", workflow)
    run(workflow.parent, *ZIZMOR, workflow)


def test_the_workflow_for_many_projects_proposes_what_has_changed_and_fails_where_lines_conflict(
    remotes: Path, workflow: Path, tmp_path: Path
) -> None:
    [step] = yaml.safe_load(workflow.read_text(encoding="utf-8"))["jobs"]["update"]["steps"]
    codes = {}
    for name in ("one", "two"):
        folder = tmp_path / f"job-{name}"
        folder.mkdir()
        variables = {**os.environ, "REPOSITORY": f"octo-org/{name}", "HOME": str(folder)}
        done = subprocess.run(
            ["bash", "-e", "-c", step["run"]], cwd=folder, env=variables, capture_output=True, check=False
        )
        codes[name] = done.returncode
    assert codes == {"one": 1, "two": 0}
    assert (tmp_path / "pull-requests").read_text(encoding="utf-8").split() == ["two"]
    assert "## Make a release" in git(remotes / "two", "show", "template-update:RELEASING.md")


# ─── The first release ───


def test_what_is_done_until_the_first_release_is_counted_right(plan: Plan) -> None:
    rows = {
        row[0].strip("*"): [int(cell.strip("*") or 0) for cell in row[1:]] for row in table("first-release", "Step")
    }
    shown = [name for name in raw() if is_asked(name, usual("new"))]
    assert rows["copy"] == [1, len(shown), 0, 0]
    fields = sum(rows[f"the form of {publisher.index.name}"][2] for publisher in plan.publishers)
    assert fields == len(plan.publishers) * 5
    steps = list(rows.values())
    ends = [number for number, name in enumerate(rows) if "has the first version" in name]
    for end in ends:
        before = [row for number, row in enumerate(steps[:end]) if number not in ends]
        assert steps[end] == [sum(column) for column in zip(*before, strict=True)]
