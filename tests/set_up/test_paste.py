"""One paste takes a project from nothing to its first tag: the commands of RELEASING.md, run against a stand-in of GitHub."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from pyrelease.doctor import online
from pyrelease.doctor.findings import Severity
from pyrelease.project import read_project
from tests.conftest import NAME, OWNER, WORKFLOW, Make, commit_all, copy, git, lead_git
from tests.github.repository import BRANCHES, REVIEWERS, Repository
from tests.github.rest_api import Refused, loopback
from tests.runs.routes import OWN_INDEX
from tools.terminal import answer_by_hand

YES = "yes\n"

TAGS = "v[0-9]*"


@pytest.fixture
def github() -> Iterator[Repository]:
    """The repository, which does not exist yet; every request to it must be one that GitHub describes."""
    with loopback(Repository, f"{OWNER}/{NAME}") as repository:
        yield repository


@pytest.fixture
def remote(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The repository that git finds at the project's address."""
    folder = tmp_path / "remote.git"
    git(tmp_path, "init", "--quiet", "--bare", str(folder))
    settings = tmp_path / "gitconfig"
    lead_git(settings, f"https://github.com/{OWNER}/{NAME}.git", folder)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    return folder


def commands(project: Path) -> str:
    """Return the commands that are to be pasted."""
    documents = [*project.glob("RELEASING.md"), *project.glob(".github/RELEASING.md")]
    [block] = re.findall(r"```sh\n(\(\n.*?\n\)\n)```", documents[-1].read_text(encoding="utf-8"), re.DOTALL)
    return str(block)


def paste(
    project: Path, github: Repository, said: str = YES, shell: str = "bash", env: Mapping[str, str] | None = None
) -> tuple[int, str]:
    """Run the commands in a shell, and return its exit code and what was printed."""
    variables = {**os.environ, **github.variables, **(env or {})}
    done = subprocess.run(
        [shell, "-c", commands(project)],
        cwd=project,
        env=variables,
        input=said,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout


def refs(remote: Path) -> dict[str, str]:
    """Return the commit's subject of each ref of a repository."""
    lines = git(remote, "for-each-ref", "--format=%(refname) %(subject)").splitlines()
    return dict(line.split(" ", 1) for line in lines)


def rules(github: Repository, environment: str) -> list[tuple[str, str]]:
    """Return which refs may deploy to an environment."""
    return [(rule["type"], rule["name"]) for rule in github.environments[environment]["branch_policies"]]


def reviewers(github: Repository, environment: str) -> list[dict[str, object]]:
    """Return who approves what an environment deploys."""
    found = github.environments[environment]["protection_rules"]
    return [one for rule in found if rule["type"] == REVIEWERS for one in rule["reviewers"]]


@pytest.mark.parametrize("shell", ["bash", "sh"])
def test_one_paste_goes_from_nothing_to_the_first_tag(make: Make, github: Repository, remote: Path, shell: str) -> None:
    project = make(reviewers="grace, ada")
    code, shown = paste(project, github, shell=shell)
    assert code == 0, shown
    assert github.visibility == "PUBLIC"
    assert reviewers(github, "pypi") == [{"type": "User", "id": 18}, {"type": "User", "id": 17}]
    assert rules(github, "pypi") == [("tag", TAGS)]
    assert reviewers(github, "testpypi") == []
    assert rules(github, "testpypi") == [("branch", "*"), ("branch", "**/*"), ("tag", TAGS)]
    [ruleset] = github.rulesets
    assert (ruleset["target"], ruleset["enforcement"]) == ("tag", "active")
    assert ruleset["conditions"]["ref_name"] == {"include": [f"refs/tags/{TAGS}"], "exclude": []}
    assert [rule["type"] for rule in ruleset["rules"]] == ["creation", "update", "deletion"]
    administrators = {"actor_id": 5, "actor_type": "RepositoryRole", "bypass_mode": "always"}
    assert ruleset["bypass_actors"] == [administrators]
    assert refs(remote) == {"refs/heads/main": "Start the project", "refs/tags/v0.1.0rc1": "Start the project"}
    assert not git(project, "status", "--short")
    for said in (
        "Committed: what the template made",
        "Set: environments/pypi",
        "Set: rulesets",
        "steps 1 and 2 filled in?",
    ):
        assert said in shown


def test_what_it_sets_up_is_what_the_doctor_asks_for(
    make: Make, github: Repository, remote: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = make()
    assert paste(project, github)[0] == 0
    for name, value in github.variables.items():
        monkeypatch.setenv(name, value)
    found = [*online.github(read_project(project, ".copier-answers.yml"))]
    assert [line for line in found if line.severity < Severity.INFORMATION] == []


def test_pasted_again_it_changes_nothing(make: Make, github: Repository, remote: Path) -> None:
    project = make()
    assert paste(project, github)[0] == 0
    (project / "later.txt").write_text("mine", encoding="utf-8")
    changes, before = list(github.changes), refs(remote)
    code, shown = paste(project, github)
    assert code == 0, shown
    assert (github.changes, refs(remote)) == (changes, before)
    assert git(project, "status", "--short") == "?? later.txt"
    for said in ("As it was: environments/pypi", "As it was: environments/testpypi", "As it was: a release tag"):
        assert said in shown


def test_nothing_is_tagged_before_the_forms_are_filled_in(make: Make, github: Repository, remote: Path) -> None:
    project = make()
    code, shown = paste(project, github, said="not yet\n")
    assert code == 1
    assert shown.splitlines()[-1].endswith("Stopped: no tag was made. Fill in, then paste this again")
    assert list(refs(remote)) == ["refs/heads/main"]
    assert paste(project, github)[0] == 0
    assert "refs/tags/v0.1.0rc1" in refs(remote)


def test_another_remote_stops_it_before_anything_is_done(make: Make, github: Repository, remote: Path) -> None:
    project = make()
    git(project, "remote", "add", "origin", "https://github.com/company/mono.git")
    code, shown = paste(project, github)
    assert code == 1
    assert shown.splitlines()[-1] == f"Stopped: the remote origin is not {OWNER}/{NAME}"
    assert (github.changes, refs(remote)) == ([], {})


@pytest.mark.parametrize("address", ["git@github.com:{}.git", "ssh://git@github.com/{}", "https://github.com/{}/"])
def test_the_remote_may_be_written_in_any_way(make: Make, github: Repository, remote: Path, address: str) -> None:
    project = make()
    git(project, "remote", "add", "origin", address.format(f"{OWNER.title()}/{NAME}"))
    github.has_reviewers = False
    assert "refused by your plan" in paste(project, github)[1].splitlines()[-1]


def test_what_was_added_to_git_already_is_committed(make: Make, github: Repository, remote: Path) -> None:
    project = make()
    git(project, "add", "--all")
    code, shown = paste(project, github)
    assert code == 0, shown
    assert "Committed: what the template made" in shown.splitlines()


def test_a_push_that_is_refused_ends_it_and_can_be_repeated(make: Make, github: Repository, remote: Path) -> None:
    project = make()
    commit_all(project, "Start")
    git(project, "branch", "work-in-progress")
    git(project, "tag", "v0.1.0rc1")
    hook = remote / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    code, shown = paste(project, github)
    assert code != 0
    assert "filled in?" not in shown
    hook.unlink()
    code, shown = paste(project, github)
    assert code == 0, shown
    assert set(refs(remote)) == {"refs/heads/main", "refs/tags/v0.1.0rc1"}


def test_a_failing_read_replaces_nobody(make: Make, github: Repository, remote: Path) -> None:
    github.exists = True
    own = [{"type": REVIEWERS, "reviewers": [{"id": 99}]}, {"type": BRANCHES}]
    github.environments["pypi"] = {"protection_rules": own, "branch_policies": []}
    answer, failed = github.answer, list[str]()

    def fail_once(method: str, path: str, *rest: Any) -> bytes | None:
        if path.endswith("environments/pypi") and not failed:
            failed.append(path)
            raise Refused(502, "Bad Gateway")
        return answer(method, path, *rest)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(github, "answer", fail_once)
        paste(make(), github)
    assert failed
    assert reviewers(github, "pypi") == [{"id": 99}]


def test_in_a_folder_of_another_repository_nothing_of_that_is_published(
    make: Make, github: Repository, remote: Path
) -> None:
    outer = make()
    project = Path(shutil.move(outer, outer.parent / "package"))
    outer.mkdir()
    shutil.move(project, outer / "package")
    (outer / "secret.txt").write_text("mine", encoding="utf-8")
    git(outer, "init", "--quiet", "--initial-branch=main")
    shutil.rmtree(outer / "package" / ".git")
    code, shown = paste(outer / "package", github)
    assert code == 1
    assert shown.splitlines()[-1] == f"Stopped: the remote origin is not {OWNER}/{NAME}"
    assert (github.changes, refs(remote)) == ([], {})


def test_a_rule_that_is_a_part_of_another_is_added(make: Make, github: Repository, remote: Path) -> None:
    github.exists = True
    known = [{"type": "branch", "name": "**/*"}]
    github.environments["testpypi"] = {"protection_rules": [{"type": BRANCHES}], "branch_policies": known}
    assert paste(make(), github)[0] == 0
    assert ("branch", "*") in rules(github, "testpypi")


def test_a_plan_without_reviewers_stops_it_before_anything_is_pushed(
    make: Make, github: Repository, remote: Path
) -> None:
    github.has_reviewers = False
    code, shown = paste(make(), github)
    assert code == 1
    *_, reason, last = shown.splitlines()
    assert "billing plan" in reason
    assert last == 'Stopped: refused by your plan or a setting: see "By hand" in RELEASING.md'
    assert refs(remote) == {}


def test_an_environment_with_rules_of_its_own_stays_as_it_is(make: Make, github: Repository, remote: Path) -> None:
    github.exists = True
    own = [{"type": REVIEWERS, "reviewers": [{"id": 99}]}, {"type": "wait_timer"}, {"type": BRANCHES}]
    github.environments["pypi"] = {"protection_rules": own, "branch_policies": []}
    code, shown = paste(make(), github)
    assert code == 0, shown
    assert github.environments["pypi"]["protection_rules"] == own
    assert rules(github, "pypi") == [("tag", TAGS)]
    assert "create" not in github.changes


def test_an_environment_that_nobody_approves_stops_it(make: Make, github: Repository, remote: Path) -> None:
    github.exists = True
    github.environments["pypi"] = {"protection_rules": [{"type": BRANCHES}], "branch_policies": []}
    code, shown = paste(make(), github)
    assert code == 1
    assert shown.splitlines()[-1].startswith("Stopped: nobody approves")
    assert refs(remote) == {}


def test_an_environment_that_a_workflow_made_gets_its_protection(make: Make, github: Repository, remote: Path) -> None:
    github.exists = True
    github.environments["pypi"] = {"protection_rules": [], "branch_policies": []}
    code, shown = paste(make(), github)
    assert code == 0, shown
    assert reviewers(github, "pypi") == [{"type": "User", "id": 17}]


@pytest.mark.parametrize("use", ["secrets.TEST_PYPI_API_TOKEN", "secrets['TEST_PYPI_API_TOKEN']"])
def test_old_tokens_go_unless_a_workflow_uses_them(make: Make, github: Repository, remote: Path, use: str) -> None:
    github.exists = True
    github.secrets |= {"PYPI_API_TOKEN", "TEST_PYPI_API_TOKEN", "CODECOV_TOKEN"}
    project = make()
    nightly = project / ".github" / "workflows" / "nightly.yml"
    nightly.write_text(f"password: ${{{{ {use} }}}}\n", encoding="utf-8")
    code, shown = paste(project, github)
    assert code == 0, shown
    assert github.secrets == {"TEST_PYPI_API_TOKEN", "CODECOV_TOKEN"}
    assert "In use: the secret TEST_PYPI_API_TOKEN" in shown


def test_only_what_starts_the_workflow_may_deploy(make: Make, github: Repository, remote: Path) -> None:
    project = make(push_trigger="default-branch", default_branch="trunk", tag_prefix="demo/v", pypi_environment="A b")
    code, shown = paste(project, github)
    assert code == 0, shown
    assert rules(github, "testpypi") == [("branch", "trunk"), ("tag", "demo/v[0-9]*")]
    assert rules(github, "A b") == [("tag", "demo/v[0-9]*")]
    assert set(refs(remote)) == {"refs/heads/trunk", "refs/tags/demo/v0.1.0rc1"}


def test_tokens_are_stored_where_only_their_jobs_see_them(make: Make, github: Repository, remote: Path) -> None:
    project = make(index_route="token", push_trigger="tags", pypi_environment="A b")
    code, shown = paste(project, github, said="the token")
    assert code == 0, shown
    assert github.secrets == {"A b/PYPI_TOKEN", "testpypi/TESTPYPI_TOKEN"}
    assert github.changes.index(f"PUT /repos/{OWNER}/{NAME}/environments/A%20b") < github.changes.index(
        f"PUT /repos/{OWNER}/{NAME}/environments/A%20b/secrets/PYPI_TOKEN"
    )


def test_a_private_package_gets_a_private_repository(make: Make, github: Repository, remote: Path) -> None:
    code, shown = paste(make(**OWN_INDEX), github, said="user\n")
    assert code == 0, shown
    assert github.visibility == "PRIVATE"
    assert github.secrets == {"package-index/INDEX_USERNAME", "package-index/INDEX_PASSWORD"}


def test_a_package_that_exists_has_its_pipeline_alone_committed_and_no_tag_made(
    template: Path, tmp_path: Path, github: Repository, remote: Path
) -> None:
    package = tmp_path / "package"
    package.mkdir()
    (package / "pyproject.toml").write_text(f'[project]\nname = "{NAME}"\nversion = "1.0"\n', encoding="utf-8")
    git(package, "init", "--quiet", "--initial-branch=main")
    commit_all(package, "As it was")
    git(package, "remote", "add", "origin", f"https://github.com/{OWNER}/{NAME}.git")
    github.exists = True
    done = copy(template, package, "-d", "pypi_status=existing")
    assert done.returncode == 0, done.stderr
    (package / "mine.txt").write_text("mine", encoding="utf-8")
    git(package, "add", "mine.txt")
    (package / ".github" / "CODEOWNERS").write_text("* @ada\n", encoding="utf-8")
    code, shown = paste(package, github)
    assert code == 0, shown
    assert git(package, "status", "--short").splitlines() == ["A  mine.txt", "?? .github/CODEOWNERS"]
    ours = git(package, "show", "--name-only", "--format=", "HEAD").splitlines()
    assert {".github/dependabot.yml", WORKFLOW, "RELEASING.md"} < set(ours)
    assert refs(remote) == {"refs/heads/main": "Release as the PyPA guide says"}


def test_in_another_folder_it_does_nothing(make: Make, github: Repository, remote: Path) -> None:
    project = make()
    (project / "RELEASING.md").write_text(
        (project / "RELEASING.md")
        .read_text(encoding="utf-8")
        .replace(f"# Releasing {NAME}\n", "# Releasing another\n"),
        encoding="utf-8",
    )
    code, shown = paste(project, github)
    assert (code, shown) == (1, f"Stopped: this is not the folder of {NAME}\n")
    assert github.changes == []
    assert git(project, "status", "--short")


def test_without_gh_it_says_where_gh_is(make: Make, github: Repository, remote: Path, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    for program in ("bash", "git", "grep"):
        (tmp_path / "bin" / program).symlink_to(str(shutil.which(program)))
    code, shown = paste(make(), github, env={"PATH": str(tmp_path / "bin")})
    assert (code, shown.splitlines()[-1]) == (1, "Stopped: install gh: https://cli.github.com")
    assert github.changes == []


def test_it_can_be_pasted_as_the_steps_show_it_and_then_waits(
    make: Make, github: Repository, remote: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = make()
    shown = "".join(f"    {line}\n" for line in commands(project).splitlines())
    for name, value in {**github.variables, "PS1": "READY"}.items():
        monkeypatch.setenv(name, value)
    keys = {"READY": shown, "set up to track 'origin/main'": "yes\nexit\n"}
    code, screen = answer_by_hand(["bash", "--norc", "--noprofile", "-i"], project, keys)
    assert code == 0, screen
    assert set(refs(remote)) == {"refs/heads/main", "refs/tags/v0.1.0rc1"}
