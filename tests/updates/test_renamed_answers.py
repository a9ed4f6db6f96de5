"""An answer keeps its value when its question is renamed, and when it is no longer asked."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.adoption.package import write_package
from tests.conftest import ROOT, WORKFLOW, Make, answers_of, change, commit_all, content_of, copy, git
from tests.copier_processes import copier_update
from tests.updates.conftest import move

REVIEWERS = "octocat, hubot"


@pytest.fixture
def project(make: Make, template: Path, history: Path) -> Path:
    """A committed project of the version v1.0.0, with reviewers of its own and a prefix of its own."""
    project = make(project_name="demo", reviewers=REVIEWERS, tag_prefix="release-")
    move(project, template, history)
    return project


def migration() -> str:
    """Return the migration that CONTRIBUTING.md shows, as it stands there."""
    [shown] = re.findall(
        r"```yaml\n(  - version:.*?)```", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"), re.DOTALL
    )
    return str(shown)


@pytest.fixture
def renamed(history: Path) -> Path:
    """A template whose version v2.0.0 calls the question `reviewers` by another name, and whose v2.1.0 has a new file."""
    change(history, "copier.yml", "\nreviewers:", "\napprovers:")
    change(history, "copier.yml", "{{ reviewers | ", "{{ approvers | ")
    change(history, "copier.yml", "_migrations:\n", f"_migrations:\n{migration()}")
    change(history, "src/pyrelease/plan/answers.py", "    reviewers: str\n", "    approvers: str\n")
    change(history, "src/pyrelease/plan/answers.py", "self.reviewers.split", "self.approvers.split")
    commit_all(history, "Say approvers", tag="v2.0.0")
    change(
        history,
        "template/{{ package_folder or '.' }}/{{ releasing_file }}.jinja",
        "## Cut a release",
        "## Make a release",
    )
    commit_all(history, "More", tag="v2.1.0")
    return history


def update(project: Path, version: str, *options: str) -> None:
    """Update a project to a version, see that nothing conflicts, and commit."""
    copier_update(project, "--vcs-ref", version, *options)
    assert not git(project, "ls-files", "--unmerged")
    commit_all(project, f"Update to {version}")


@pytest.mark.usefixtures("renamed")
@pytest.mark.parametrize("versions", [["v2.1.0"], ["v2.0.0", "v2.1.0"]], ids=["one jump", "one by one"])
@pytest.mark.parametrize("options", [[], ["--skip-answered"]], ids=["by hand", "as Renovate does"])
def test_a_renamed_answer_keeps_its_value(project: Path, versions: list[str], options: list[str]) -> None:
    before = answers_of(project)
    steps = (project / "RELEASING.md").read_text(encoding="utf-8")
    for version in versions:
        update(project, version, *options)
    del before["reviewers"]
    assert answers_of(project) == {**before, "approvers": REVIEWERS}
    after = (project / "RELEASING.md").read_text(encoding="utf-8")
    assert after == steps.replace("## Cut a release", "## Make a release")
    assert "approves it: `octocat`, `hubot`." in after


@pytest.mark.usefixtures("renamed")
def test_the_migration_runs_for_its_version_alone(project: Path) -> None:
    update(project, "v2.0.0")
    answers = project / ".copier-answers.yml"
    answers.write_text(answers.read_text(encoding="utf-8") + "reviewers: somebody else\n", encoding="utf-8")
    commit_all(project, "A line of mine")
    update(project, "v2.1.0")
    assert answers_of(project)["approvers"] == REVIEWERS


def test_without_the_migration_the_value_would_be_lost(renamed: Path, project: Path) -> None:
    change(renamed, "copier.yml", migration(), "")
    commit_all(renamed, "Forget the migration", tag="v2.2.0")
    update(project, "v2.2.0")
    assert answers_of(project)["approvers"] == ""


@pytest.fixture
def before_the_first_release(history: Path) -> Path:
    """A template whose version v1.0.0 calls the question `package` by its old name, and v1.1.0 as now."""
    now = (history / "copier.yml").read_text(encoding="utf-8")
    question, rest = now.split("\n\npackage_folder:", 1)
    old = question.replace("\npackage:", "\nscope:").replace(": existing", ": pipeline").replace(": new", ": package")
    default = "{{ 'existing' if found.has_foreign_package else 'new' }}"
    assert default in old
    old = old.replace(default, "{{ 'pipeline' if found.has_foreign_package else 'package' }}")
    derived = "package: {type: str, default: \"{{ 'existing' if scope == 'pipeline' else 'new' }}\", when: false}"
    (history / "copier.yml").write_text(f"{old}\n\n{derived}\n\npackage_folder:{rest}", encoding="utf-8")
    git(history, "tag", "--force", "v1.0.0", commit_all(history, "Say scope"))
    (history / "copier.yml").write_text(now, encoding="utf-8")
    change(
        history,
        "template/{{ package_folder or '.' }}/{{ releasing_file }}.jinja",
        "## Cut a release",
        "## Make a release",
    )
    commit_all(history, "Say package", tag="v1.1.0")
    return history


@pytest.mark.parametrize(("scope", "package"), [("package", "new"), ("pipeline", "existing")])
def test_a_project_from_before_the_first_release_keeps_what_it_is(
    before_the_first_release: Path, tmp_path: Path, scope: str, package: str
) -> None:
    folder = tmp_path / "demo"
    if package == "existing":
        write_package(folder)
    done = copy(before_the_first_release, folder, "--data", "github_owner=octo-org", "--vcs-ref", "v1.0.0")
    assert done.returncode == 0, done.stderr
    commit_all(folder, "Start")
    before, files = answers_of(folder), content_of(folder)
    assert before["scope"] == scope
    assert "package" not in before
    update(folder, "v1.1.0")
    del before["scope"]
    assert answers_of(folder) == {**before, "package": package}
    changed = {name for name, content in content_of(folder).items() if content != files.get(name)}
    assert changed == {".copier-answers.yml", "RELEASING.md"}
    assert files.keys() == content_of(folder).keys()


def test_an_answer_that_is_asked_no_longer_keeps_its_value(history: Path, project: Path) -> None:
    text = (history / "copier.yml").read_text(encoding="utf-8")
    text, count = re.subn(r'(?s)(\ntag_prefix:.*?default: )[^\n]*\n(.*?ask: )"[^\n]*"', r'\1""\n\2false', text, count=1)
    assert count
    (history / "copier.yml").write_text(text, encoding="utf-8")
    commit_all(history, "Ask less", tag="v1.1.0")
    update(project, "v1.1.0")
    assert answers_of(project)["tag_prefix"] == "release-"
    assert "release-[0-9]*" in (project / WORKFLOW).read_text("utf-8")
