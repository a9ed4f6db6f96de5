"""After an update each pin is the newer release of the project's and the template's, without a conflict."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from pytest_copie.plugin import Copie

from pyrelease.pins import RELEASES, pin
from tests.conftest import WORKFLOW, Make, change, commit_all, copy, git, read_yaml
from tests.copier_processes import copier_update
from tests.updates.conftest import OLD_DAY, move, update

CI = ".github/workflows/ci.yml"
HOOKS = ".pre-commit-config.yaml"
TABLE = "src/pyrelease/pins/actions.yml"

PUBLISH = "pypa/gh-action-pypi-publish"

CHECKOUT = pin("actions/checkout")
NEWER = f"actions/checkout@{'a' * 40} # v98.0.0"
NEWEST = f"actions/checkout@{'b' * 40} # v99.0.0"


def add_a_setting_to_the_checkout(project: Path, workflow: str) -> None:
    """Edit what stands below the pin of the checkout, as a user may."""
    setting = "          persist-credentials: false\n"
    change(project, workflow, setting, f"{setting}          lfs: true\n")


def release_and_update(copie: Copie, history: Path, project: Path) -> None:
    """Commit both sides, release v1.1.0 of the template, and update the project to it."""
    commit_all(history, "The next version", tag="v1.1.0")
    commit_all(project, "What the project changed")
    update(copie, project)


def pins(project: Path, action: str = "actions/checkout") -> set[str]:
    """Return the pins of an action in every workflow."""
    texts = [path.read_text(encoding="utf-8") for path in (project / ".github" / "workflows").iterdir()]
    return {found for text in texts for found in re.findall(rf"uses: ({action}@.*)$", text, re.MULTILINE)}


def no_conflict(project: Path) -> bool:
    """Say whether the update left nothing for a human."""
    marked = [path for path in project.rglob("*.y*ml") if "<<<<<<<" in path.read_text(encoding="utf-8")]
    return not marked and not git(project, "ls-files", "--unmerged") and not list(project.rglob("*.rej"))


@dataclass(frozen=True)
class Moved:
    """What the bot and the template make of an action's release, by its number, and the one that wins; 0 is the first one."""

    bot: int
    template: int
    wins: int


MOVED = {
    "actions/checkout": Moved(bot=98, template=0, wins=98),
    "actions/setup-python": Moved(bot=1, template=98, wins=98),
    "actions/upload-artifact": Moved(bot=98, template=98, wins=98),
    "actions/download-artifact": Moved(bot=99, template=98, wins=99),
    "pypa/gh-action-pypi-publish": Moved(bot=98, template=99, wins=99),
}


@pytest.fixture(scope="module")
def moved(copie_session: Copie, template: Path, make: Make, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project after an update, in which actions were moved by a bot, by the template, and by both."""
    history = Path(shutil.copytree(template, tmp_path_factory.mktemp("moved") / "history"))
    project = make(project_name="demo", **OLD_DAY)
    move(project, template, history)
    for action, releases in MOVED.items():
        for workflow in (WORKFLOW, CI) if action in (project / CI).read_text(encoding="utf-8") else (WORKFLOW,):
            change(project, workflow, pin(action), release_of(action, releases.bot))
        change(history, TABLE, pin(action), release_of(action, releases.template))
    release_and_update(copie_session, history, project)
    return project


def release_of(action: str, number: int) -> str:
    """Return the pin of a release of an action."""
    return f"{action}@{number:040x} # v{number}.0.0" if number else pin(action)


@pytest.mark.parametrize("action", MOVED)
def test_the_newer_release_wins(moved: Path, action: str) -> None:
    assert pins(moved, action) == {release_of(action, MOVED[action].wins)}
    assert no_conflict(moved)


def test_neighbours_of_a_pin_that_both_changed_merge(copie: Copie, history: Path, old: Path) -> None:
    change(old, WORKFLOW, CHECKOUT, NEWER)
    add_a_setting_to_the_checkout(old, WORKFLOW)
    change(history, TABLE, CHECKOUT, NEWEST)
    release_and_update(copie, history, old)
    assert "lfs: true" in (old / WORKFLOW).read_text(encoding="utf-8")
    assert pins(old) == {NEWEST}
    assert no_conflict(old)


def test_a_line_right_below_a_pin_that_the_user_added_merges(copie: Copie, history: Path, old: Path) -> None:
    checkouts = (old / CI).read_text(encoding="utf-8").count(CHECKOUT)
    change(old, CI, f"      - uses: {CHECKOUT}\n", f"      - uses: {NEWER}\n        id: mine\n")
    change(history, TABLE, CHECKOUT, NEWEST)
    release_and_update(copie, history, old)
    assert (old / CI).read_text(encoding="utf-8").count(f"      - uses: {NEWEST}\n        id: mine\n") == checkouts
    assert no_conflict(old)


def test_hooks_and_floors_keep_the_newer_release(copie: Copie, history: Path, old: Path) -> None:
    repositories = read_yaml(old / HOOKS)["repos"]
    ruff, mypy = (repositories[place]["rev"] for place in (1, 2))
    change(old, HOOKS, ruff, "v99.0.0")
    change(old, HOOKS, mypy, "v98.0.0")
    change(old, "pyproject.toml", '"pytest>=9"', '"pytest>=9.2"')
    change(history, f"template/{HOOKS}", ruff, "v98.0.0")
    change(history, f"template/{HOOKS}", mypy, "v99.0.0")
    change(
        history,
        "template/{{ package_folder or '.' }}/pyproject.toml.jinja",
        '"pytest>=9", "coverage[toml]>=7.10"',
        '"pytest>=9.1", "coverage[toml]>=7.17"',
    )
    release_and_update(copie, history, old)
    assert [hooks["rev"] for hooks in read_yaml(old / HOOKS)["repos"][1:3]] == ["v99.0.0", "v99.0.0"]
    assert 'test = ["pytest>=9.2", "coverage[toml]>=7.17"]' in (old / "pyproject.toml").read_text(encoding="utf-8")
    assert no_conflict(old)


def test_a_pin_whose_name_is_written_otherwise_moves_as_well(copie: Copie, history: Path, old: Path) -> None:
    hooks = "https://github.com/astral-sh/ruff-pre-commit"
    [rev] = [one["rev"] for one in read_yaml(old / HOOKS)["repos"] if one["repo"] == hooks]
    change(old, HOOKS, hooks, "https://github.com/Astral-SH/ruff-pre-commit.git")
    change(old, CI, CHECKOUT, CHECKOUT.replace("actions/checkout", "Actions/Checkout"))
    own = f"  own:\n    runs-on: x\n    steps:\n      - uses: ACTIONS/checkout@{known_release('actions/checkout', 'v5.1.0')}\n"
    change(old, CI, "\njobs:\n", f"\njobs:\n{own}")
    change(old, "pyproject.toml", '"pytest>=9"', '"PyTest >= 9"')
    change(history, f"template/{HOOKS}", rev, "v98.0.0")
    change(history, "template/{{ package_folder or '.' }}/pyproject.toml.jinja", '"pytest>=9"', '"pytest>=9.1"')
    change(history, TABLE, CHECKOUT, NEWEST)
    release_and_update(copie, history, old)
    hook = "- repo: https://github.com/Astral-SH/ruff-pre-commit.git\n    rev: v98.0.0\n"
    assert hook in (old / HOOKS).read_text(encoding="utf-8")
    assert '"PyTest >= 9.1"' in (old / "pyproject.toml").read_text(encoding="utf-8")
    for written in ("Actions/Checkout", "ACTIONS/checkout"):
        assert pins(old, written) == {NEWEST.replace("actions/checkout", written)}
    assert no_conflict(old)


def test_pins_that_name_no_release_are_the_users_choice_and_are_said(
    copie: Copie, history: Path, old: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    chosen = {
        "actions/checkout": "actions/checkout@v7",
        "actions/setup-python": "actions/setup-python@main",
        "actions/upload-artifact": f"actions/upload-artifact@{'c' * 40}",
    }
    for action, choice in chosen.items():
        change(old, WORKFLOW, pin(action), choice)
        change(history, TABLE, pin(action), release_of(action, 98))
    release_and_update(copie, history, old)
    said = [line for line in capfd.readouterr().out.splitlines() if "names no release" in line]
    text = (old / WORKFLOW).read_text(encoding="utf-8")
    for choice in chosen.values():
        assert f"uses: {choice}\n" in text
        assert [line for line in said if choice in line]
    assert pins(old, "actions/checkout") == {chosen["actions/checkout"], release_of("actions/checkout", 98)}
    assert no_conflict(old)


def test_an_action_that_the_user_added_stays(copie: Copie, history: Path, old: Path) -> None:
    added = f"      - uses: octo-org/mine@{'d' * 40} # v1.0.0\n      - name: Test\n"
    change(old, CI, "      - name: Test\n", added)
    change(old, CI, CHECKOUT, NEWER)
    change(history, TABLE, CHECKOUT, NEWEST)
    release_and_update(copie, history, old)
    assert added in (old / CI).read_text(encoding="utf-8")
    assert no_conflict(old)


def test_an_action_that_the_template_removed_goes_and_one_that_it_added_comes(
    copie: Copie, history: Path, old: Path
) -> None:
    python, uv = pin("actions/setup-python"), f"astral-sh/setup-uv@{'f' * 40} # v10.0.1"
    for workflow in (WORKFLOW, CI):
        change(old, workflow, python, f"actions/setup-python@{'e' * 40} # v98.0.0")
    change(history, TABLE, python, uv)
    files = [*(history / "template").rglob("*.jinja"), *(history / "includes").rglob("*.jinja")]
    for file in (file for file in files if 'pin("actions/setup-python")' in file.read_text(encoding="utf-8")):
        change(history, str(file), 'pin("actions/setup-python")', 'pin("astral-sh/setup-uv")')
    release_and_update(copie, history, old)
    assert pins(old, "actions/setup-python") == set()
    assert pins(old, "astral-sh/setup-uv") == {uv}
    assert no_conflict(old)


def test_windows_line_ends_stay(copie: Copie, history: Path, old: Path) -> None:
    change(old, CI, CHECKOUT, NEWER)
    (old / CI).write_bytes((old / CI).read_bytes().replace(b"\n", b"\r\n"))
    release_and_update(copie, history, old)
    content = (old / CI).read_bytes()
    assert content.count(b"\r\n") == content.count(b"\n")
    assert NEWER.encode() in content


def test_what_the_template_changed_arrives_in_a_file_with_windows_line_ends(
    copie: Copie, history: Path, old: Path
) -> None:
    change(old, CI, CHECKOUT, NEWER)
    (old / CI).write_bytes((old / CI).read_bytes().replace(b"\n", b"\r\n"))
    change(
        history,
        "template/.github/workflows/ci{{ plan.workflow_suffix }}.yml.jinja",
        "timeout-minutes: 15",
        "timeout-minutes: 25",
    )
    change(history, TABLE, CHECKOUT, NEWEST)
    release_and_update(copie, history, old)
    content = (old / CI).read_bytes()
    assert content.count(b"\r\n") == content.count(b"\n")
    assert b"timeout-minutes: 25\r\n" in content
    assert b"timeout-minutes: 15\r\n" not in content
    assert pins(old) == {NEWEST}
    assert no_conflict(old)


def test_what_is_no_pin_stays_for_the_human_and_is_named_last(
    copie: Copie, history: Path, old: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    change(old, CI, CHECKOUT, NEWER)
    limit = "timeout-minutes: {}\n    permissions:\n      contents: read\n    defaults"
    change(old, CI, limit.format(15), limit.format(20))
    change(
        history, "template/.github/workflows/ci{{ plan.workflow_suffix }}.yml.jinja", limit.format(15), limit.format(25)
    )
    change(history, TABLE, CHECKOUT, NEWEST)
    release_and_update(copie, history, old)
    text = (old / CI).read_text(encoding="utf-8")
    conflict = re.findall(r"<<<<<<< before updating\n(.*?)=======\n(.*?)>>>>>>> after updating\n", text, re.DOTALL)
    assert [(ours.strip(), theirs.strip()) for ours, theirs in conflict] == [
        ("timeout-minutes: 20", "timeout-minutes: 25")
    ]
    assert pins(old) == {NEWEST}
    assert git(old, "diff", "--name-only", "--diff-filter=U") == CI
    assert capfd.readouterr().out.splitlines()[-1].endswith(f"changed the same lines: {CI}")


def test_the_update_says_what_it_did(copie: Copie, history: Path, old: Path, capfd: pytest.CaptureFixture[str]) -> None:
    upload = f"actions/upload-artifact@{'a' * 40} # v98.0.0"
    change(old, WORKFLOW, CHECKOUT, NEWER)
    change(history, TABLE, pin("actions/upload-artifact"), upload)
    capfd.readouterr()
    release_and_update(copie, history, old)
    assert capfd.readouterr().out.splitlines() == [
        "Template: v1.0.0 -> v1.1.0",
        f"Pin kept: actions/checkout v98.0.0 (the template has {CHECKOUT.split()[-1]})",
        f"Pin taken: actions/upload-artifact {pin('actions/upload-artifact').split()[-1]} -> v98.0.0",
    ]


def test_after_an_update_nothing_is_staged(copie: Copie, history: Path, old: Path) -> None:
    change(old, CI, CHECKOUT, NEWER)
    change(history, TABLE, CHECKOUT, NEWEST)
    release_and_update(copie, history, old)
    assert git(old, "diff", "--cached", "--name-only") == ""
    assert not list((old / ".git").glob("pyrelease-*"))


def test_a_project_in_a_subfolder_of_its_repository(history: Path, tmp_path: Path) -> None:
    repository = tmp_path / "repository"
    project = repository / "packages" / "demo"
    project.mkdir(parents=True)
    git(repository, "init", "--quiet")
    assert copy(history, project, "-d", "github_owner=octo-org", "--vcs-ref", "v1.0.0").returncode == 0
    commit_all(repository, "Start")
    change(project, CI, CHECKOUT, NEWER)
    add_a_setting_to_the_checkout(project, CI)
    change(history, TABLE, CHECKOUT, NEWEST)
    commit_all(history, "The next version", tag="v1.1.0")
    commit_all(repository, "What the project changed")
    copier_update(project)
    assert pins(project) == {NEWEST}
    assert no_conflict(project)
    assert git(repository, "diff", "--cached", "--name-only") == ""


def test_rejected_hunks_that_came_from_pins_are_applied(history: Path, old: Path) -> None:
    change(old, WORKFLOW, CHECKOUT, NEWER)
    add_a_setting_to_the_checkout(old, WORKFLOW)
    change(history, TABLE, CHECKOUT, NEWEST)
    commit_all(history, "The next version", tag="v1.1.0")
    commit_all(old, "What the project changed")
    copier_update(old, "--conflict", "rej")
    assert "lfs: true" in (old / WORKFLOW).read_text(encoding="utf-8")
    assert pins(old) == {NEWEST}
    assert no_conflict(old)


OWN_JOB = """
  own:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@{known}  # v5
      - uses: "actions/checkout@{known}" #v1
      - {{uses: actions/checkout@{unknown}, with: {{fetch-depth: 0}}}} # v6
      - uses: actions/checkout@main
"""

OWN_JOB_AFTER = """
  own:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@{newest}  # v99
      - uses: "actions/checkout@{newest}" #v99
      - {{uses: actions/checkout@{unknown}, with: {{fetch-depth: 0}}}} # v6
      - uses: actions/checkout@main
"""


def known_release(action: str, version: str) -> str:
    """Return the commit of a release in the history."""
    lines = RELEASES.read_text(encoding="utf-8").splitlines()
    [commit] = [line.split("@")[1][:40] for line in lines if line.startswith(f"{action}@") and line.endswith(version)]
    return commit


def test_every_form_moves_by_its_commit_and_each_place_is_said_where_they_differ(
    copie: Copie, history: Path, old: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    commits = {"known": known_release("actions/checkout", "v5.1.0"), "unknown": "e" * 40, "newest": "b" * 40}
    text = (old / CI).read_text(encoding="utf-8")
    first = "\njobs:\n"
    (old / CI).write_text(text.replace(first, f"{first}{OWN_JOB.format(**commits)}"), encoding="utf-8")
    change(history, TABLE, CHECKOUT, NEWEST)
    release_and_update(copie, history, old)
    after = (old / CI).read_text(encoding="utf-8")
    assert after == text.replace(first, f"{first}{OWN_JOB_AFTER.format(**commits)}").replace(CHECKOUT, NEWEST)
    kept = "(names no release; the template has v99.0.0: compare it yourself)"
    assert [line for line in capfd.readouterr().out.splitlines() if line.startswith("Pin ")] == [
        f"Pin kept: actions/checkout@{'e' * 40} # v6 {kept}, in {CI}",
        f"Pin kept: actions/checkout@main {kept}, in {CI}",
        f"Pin taken: actions/checkout v5.1.0 -> v99.0.0, in {CI}",
        f"Pin taken: actions/checkout v7.0.1 -> v99.0.0, in {CI}",
        f"Pin taken: actions/checkout v7.0.1 -> v99.0.0, in {WORKFLOW}",
    ]


def test_no_pin_goes_back_to_what_a_partial_version_claims(copie: Copie, history: Path, old: Path) -> None:
    older, newer = (known_release(PUBLISH, version) for version in ("v1.11.0", "v1.12.4"))
    change(old, WORKFLOW, pin(PUBLISH), f"{PUBLISH}@{newer} # v1")
    change(history, TABLE, pin(PUBLISH), f"{PUBLISH}@{older} # v1.11.0")
    release_and_update(copie, history, old)
    assert pins(old, PUBLISH) == {f"{PUBLISH}@{newer} # v1"}
    assert no_conflict(old)


def test_each_side_of_a_conflict_is_its_own_text(copie: Copie, history: Path, old: Path) -> None:
    commit, version = NEWER.split(" # ")
    mine = f'      - name: Mine\n        uses: "{commit}" # {version}\n'
    theirs = "      - name: Theirs\n        uses: {}\n"
    source, its_pin = (
        "template/.github/workflows/ci{{ plan.workflow_suffix }}.yml.jinja",
        '{{ pin("actions/checkout") }}',
    )
    change(old, CI, f"      - uses: {CHECKOUT}\n", mine)
    change(history, source, f"      - uses: {its_pin}\n", theirs.format(its_pin))
    change(history, TABLE, CHECKOUT, NEWEST)
    release_and_update(copie, history, old)
    conflict = r"<<<<<<< before updating\n(.*?)=======\n(.*?)>>>>>>> after updating\n"
    sides = re.findall(conflict, (old / CI).read_text(encoding="utf-8"), re.DOTALL)
    assert (mine, theirs.format(NEWEST)) in sides


def test_a_rejected_hunk_is_named_although_git_ignores_it(
    history: Path, old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ignored").write_text("*.rej\n", encoding="utf-8")
    git(tmp_path, "config", "--file", str(tmp_path / "gitconfig"), "core.excludesFile", str(tmp_path / "ignored"))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    limit = "timeout-minutes: {}\n    permissions:\n      contents: read\n    defaults"
    change(old, CI, CHECKOUT, NEWER)
    change(old, CI, limit.format(15), limit.format(20))
    change(
        history, "template/.github/workflows/ci{{ plan.workflow_suffix }}.yml.jinja", limit.format(15), limit.format(25)
    )
    change(history, TABLE, CHECKOUT, NEWEST)
    commit_all(history, "The next version", tag="v1.1.0")
    commit_all(old, "What the project changed")
    shown = copier_update(old, "--conflict", "rej").splitlines()
    assert shown[-1].endswith(f"changed the same lines: {CI}.rej")
    rejected = (old / f"{CI}.rej").read_text(encoding="utf-8")
    assert rejected.count("@@ -") == 1, "what only its pin had kept away is applied"
    assert "timeout-minutes: 20" in rejected
    assert pins(old) == {NEWEST}
