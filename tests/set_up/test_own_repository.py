"""What `pyrelease setup` does in the project's own repository: a commit of the template's files, pushes, and a tag that never moves."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from pyrelease.project import read_project
from pyrelease.setup import local
from pyrelease.setup.local import check_remote
from tests.conftest import WORKFLOW, Make, change, commit_all, git
from tests.github.repositories import Repository
from tests.set_up.conftest import FULL_NAME, QUICKLY, TAG, Command

# ─── The commit ───

OWN_CODE = ("src/demo_package/core.py", "tests/test_core.py")
"""Files of somebody who has worked before the first commit, in folders that the template writes to."""


def test_only_the_template_s_files_are_committed_and_the_others_are_named(make: Make, command: Command) -> None:
    project = make()
    for name in (
        ".env.production",
        "patients.csv",
        "analysis.ipynb",
        "data/a.csv",
        "data/b.csv",
        "Größe x.txt",
        *OWN_CODE,
    ):
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_text("mine", encoding="utf-8")
    without_git = Path(
        shutil.copytree(project, project.with_name("without-git"), ignore=shutil.ignore_patterns(".git"))
    )
    named = local.other_files(read_project(project))
    assert local.other_files(read_project(without_git)) == sorted(named)
    ran = command(project)
    assert ran.code == 0, ran.shown
    pushed = git(project, "-c", "core.quotePath=false", "ls-tree", "-r", "--name-only", "origin/main").splitlines()
    assert sorted(pushed) == sorted(read_project(project).plan.files)
    said = ran.text.partition("not committed, not pushed: ")[2]
    for name in (".env.production", "Größe x.txt", "analysis.ipynb", "data/", "patients.csv", *OWN_CODE):
        assert name in named
    assert "patients.csv" in said
    assert "to release it, commit it first" in said


def test_many_other_files_take_one_line(make: Make, command: Command) -> None:
    project = make()
    for number in range(20):
        (project / f"{number}.csv").write_text("mine", encoding="utf-8")
    assert " and 14 more" in command(project, "--dry-run").text


def test_what_was_added_to_git_already_is_committed(make: Make, command: Command) -> None:
    project = make()
    git(project, "add", "--all")
    ran = command(project)
    assert ran.code == 0, ran.shown
    ours = read_project(project).plan.files
    assert f"Committed: {len(ours)} files of the template." in ran.shown.splitlines()


@pytest.mark.parametrize("state", ["changed", "staged", "deleted and staged", "renamed"])
def test_what_is_not_as_in_the_last_commit_stops_it(make: Make, command: Command, state: str) -> None:
    project = make()
    commit_all(project, "Start")
    if state == "renamed":
        (project / WORKFLOW).rename(project / ".github" / "workflows" / "publish.yml")
        change(project, ".copier-answers.yml", "publish-to-test-pypi.yml", "publish.yml")
    elif state == "deleted and staged":
        git(project, "rm", "--quiet", "--cached", WORKFLOW)
    else:
        change(project, WORKFLOW, "ubuntu-latest", "ubuntu-24.04")
    if state == "staged":
        git(project, "add", "--all")
    ran = command(project)
    assert (ran.code, command.github.changes, command.refs) == (1, [], {})
    [left] = ran.left
    assert "not as in the last commit, and only the commit would be pushed; commit first: git add " in left
    if state == "renamed":
        assert ".github/workflows/publish.yml" in left


def test_a_change_of_the_user_s_own_files_does_not_stop_it(make: Make, command: Command) -> None:
    project = make()
    commit_all(project, "Start")
    (project / "notes.txt").write_text("mine", encoding="utf-8")
    assert command(project).code == 0


def test_without_an_identity_it_says_how_to_give_one(
    make: Make, command: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in [name for name in os.environ if name.startswith(("GIT_AUTHOR", "GIT_COMMITTER", "EMAIL"))]:
        monkeypatch.delenv(name)
    settings = tmp_path / "gitconfig"
    settings.write_text("[user]\n\tuseConfigOnly = true\n", encoding="utf-8")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    ran = command(make())
    assert (ran.code, command.github.changes) == (1, [])
    assert ran.left[0].startswith('git does not know who you are: run git config --global user.name "Your Name"')


def test_a_repository_is_made_as_github_takes_it(make: Make, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    project = make()
    shutil.rmtree(project / ".git")
    monkeypatch.setenv("GIT_DEFAULT_HASH", "sha256")
    ran = command(project)
    assert ran.code == 0, ran.shown
    assert git(project, "rev-parse", "--show-object-format").strip() == "sha1"
    assert git(project, "branch", "--show-current").strip() == "main"


# ─── The remote ───


@pytest.mark.parametrize(
    "address",
    [
        "https://github.com/{}.git",
        "https://github.com/{}",
        "https://github.com/{}/",
        "https://ada@github.com/{}.git",
        "git@github.com:{}.git",
        "git@github.com:{}",
        "ssh://git@github.com/{}",
        "ssh://git@github.com:22/{}.git",
        "ssh://git@ssh.github.com:443/{}.git",
    ],
)
@pytest.mark.parametrize("spelled", [FULL_NAME, FULL_NAME.title()])
def test_the_registered_remote_may_be_written_in_any_way(make: Make, address: str, spelled: str) -> None:
    project = make()
    git(project, "remote", "add", "origin", address.format(spelled))
    check_remote(read_project(project))


def test_a_remote_behind_git_s_own_short_name_is_found(make: Make) -> None:
    project = make()
    git(project, "remote", "add", "origin", f"gh:{FULL_NAME}")
    git(project, "config", "url.https://github.com/.insteadOf", "gh:")
    check_remote(read_project(project))


@pytest.mark.parametrize(
    "address",
    [
        f"https://gitlab.com/{FULL_NAME}.git",
        f"git@gitlab.com:{FULL_NAME}.git",
        f"https://github.com.example.org/{FULL_NAME}.git",
        f"https://example.org/github.com/{FULL_NAME}.git",
        f"https://github.com:443@example.org/{FULL_NAME}.git",
        "https://github.com/company/mono.git",
        f"https://github.com/{FULL_NAME}-2.git",
        f"/srv/github.com/{FULL_NAME}.git",
    ],
)
def test_another_remote_stops_it_before_anything_is_done(make: Make, command: Command, address: str) -> None:
    project = make()
    git(project, "remote", "add", "origin", address)
    ran = command(project)
    assert (ran.code, command.github.requests) == (1, [])
    there = f"git remote set-url origin https://github.com/{FULL_NAME}.git"
    shown = address.replace("github.com:443@", "")
    assert ran.left == [
        f"the remote origin is {shown}, and {FULL_NAME} is registered; to use the registered one: {there}"
    ]
    git(project, "remote", "set-url", "origin", f"https://github.com/{FULL_NAME}.git")
    check_remote(read_project(project))


def test_in_a_folder_of_another_repository_nothing_of_that_is_published(make: Make, command: Command) -> None:
    outer = make()
    project = Path(shutil.move(outer, outer.parent / "package"))
    outer.mkdir()
    shutil.move(project, outer / "package")
    (outer / "secret.txt").write_text("mine", encoding="utf-8")
    git(outer, "init", "--quiet", "--initial-branch=main")
    shutil.rmtree(outer / "package" / ".git")
    ran = command(outer / "package")
    assert (ran.code, command.github.requests) == (1, [])
    assert ran.left[0].startswith("this project lies in the folder package of another repository")


def test_a_repository_that_git_refuses_is_no_folder_without_one(
    make: Make, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    ran = command(make())
    assert (ran.code, command.github.requests) == (1, [])
    assert "dubious ownership" in ran.left[0]


# ─── Pushes ───


def test_a_push_that_is_refused_ends_it_and_can_be_repeated(
    make: Make, command: Command, repository: Repository
) -> None:
    project = make()
    hook = repository.remote.folder / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\necho 'no room' >&2\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    ran = command(project)
    assert (ran.code, command.refs) == (1, {})
    assert ran.left[0].startswith("GitHub refuses the push (")
    hook.unlink()
    assert command(project).code == 0
    assert set(command.refs) == {"refs/heads/main", f"refs/tags/{TAG}"}


@pytest.mark.parametrize(
    "words",
    [
        "error: GH006: Protected branch update failed for refs/heads/main.",
        "error: GH013: Repository rule violations found for refs/heads/main.",
    ],
)
def test_a_protected_branch_is_pushed_by_a_pull_request(
    make: Make, command: Command, repository: Repository, words: str
) -> None:
    hook = repository.remote.folder / "hooks" / "pre-receive"
    hook.write_text(f"#!/bin/sh\necho '{words}' >&2\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    ran = command(make())
    assert (ran.code, command.refs) == (1, {})
    assert "by a pull request, then run this again" in ran.left[0]


def test_a_tag_that_github_refuses_is_explained(make: Make, command: Command, repository: Repository) -> None:
    hook = repository.remote.folder / "hooks" / "update"
    words = "remote: error: GH013: Repository rule violations found for refs/tags/v0.1.0rc1."
    hook.write_text(f"#!/bin/sh\ncase $1 in refs/tags/*) echo '{words}' >&2; exit 1;; esac\n", encoding="utf-8")
    hook.chmod(0o755)
    ran = command(make())
    assert (ran.code, list(command.refs)) == (1, ["refs/heads/main"])
    assert "administrator" in ran.left[0]


def test_other_branches_and_tags_stay_here(make: Make, command: Command) -> None:
    project = make()
    commit_all(project, "Start")
    git(project, "branch", "work-in-progress")
    git(project, "tag", "backup")
    assert command(project).code == 0
    assert set(command.refs) == {"refs/heads/main", f"refs/tags/{TAG}"}


def test_the_first_tag_is_signed_where_the_user_signs(make: Make, command: Command, tmp_path: Path) -> None:
    project = make()
    signer = tmp_path / "signer"
    signer.write_text(
        "#!/bin/sh\ncat >/dev/null\necho '[GNUPG:] SIG_CREATED ' >&2\necho 'a signature'\n", encoding="utf-8"
    )
    signer.chmod(0o755)
    for name, value in {"tag.gpgSign": "true", "gpg.program": str(signer), "user.signingKey": "x"}.items():
        git(project, "config", name, value)
    ran = command(project)
    assert ran.code == 0, ran.shown
    assert "a signature" in git(project, "cat-file", "tag", TAG)


def test_a_tag_on_another_commit_is_never_moved(make: Make, command: Command) -> None:
    project = make()
    commit_all(project, "Start")
    git(project, "tag", TAG)
    git(project, "commit", "--quiet", "--allow-empty", "--message", "Later")
    before = git(project, "rev-parse", TAG)
    ran = command(project)
    assert ran.code == 1
    assert list(command.refs) == ["refs/heads/main"]
    assert git(project, "rev-parse", TAG) == before
    assert ran.left == [
        f"the tag {TAG} is on another commit; delete it with git tag --delete {TAG}, then run this again"
    ]


def test_a_project_with_release_tags_gets_no_first_one(make: Make, command: Command, repository: Repository) -> None:
    repository.remote.write({"README.md": "mine"}, branch="old", tag="v0.9.0")
    ran = command(make())
    assert ran.code == 0, ran.shown
    assert f"refs/tags/{TAG}" not in command.refs


# ─── Names are data ───


@pytest.mark.parametrize(
    "name", [".copier-answers.$(touch PWN).yml", ".copier-answers.x'y.yml", ".copier-answers.a b.yml"]
)
def test_a_file_s_name_is_data(make: Make, command: Command, name: str) -> None:
    project = make()
    (project / ".copier-answers.yml").rename(project / name)
    ran = command(project, *QUICKLY, "--answers-file", name)
    assert ran.code == 0, ran.shown
    assert not (project / "PWN").exists()
    assert name in git(project, "ls-tree", "-r", "-z", "--name-only", "HEAD").split("\0")


def test_a_folder_that_is_no_project_ends_with_2(command: Command, tmp_path: Path) -> None:
    ran = command(tmp_path)
    assert ran.code == 2
    assert ran.shown == ".copier-answers.yml is not here: run this in the folder of a project of this template\n"


@pytest.mark.parametrize(
    ("missing", "left"),
    [
        ("gh", "gh is not installed: get it at https://cli.github.com; then run this again, or set up by hand: docs/"),
        ("git", "git is not installed: get it at https://git-scm.com, then run this again"),
    ],
)
def test_a_program_that_is_missing_is_named_with_its_page(
    make: Make, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: str, left: str
) -> None:
    project = make()
    for program in {"git", "gh"} - {missing}:
        (tmp_path / program).symlink_to(str(shutil.which(program)))
    (project / missing).write_text("#!/bin/sh\ntouch PWN\n", encoding="utf-8")  # one in the folder is not taken
    (project / missing).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}.{os.pathsep}")
    monkeypatch.chdir(project)
    ran = command(project)
    assert (ran.code, command.github.changes) == (1, [])
    assert ran.left[0].startswith(left)
    assert not (project / "PWN").exists()


def test_without_an_account_it_says_how_to_log_in(
    make: Make, command: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    project = make()
    monkeypatch.setenv("GH_CONFIG_DIR", str(tmp_path))
    monkeypatch.delenv("GH_TOKEN")
    ran = command(project)
    assert (ran.code, command.github.requests) == (1, [])
    assert ran.left[0].startswith("gh has no account: run gh auth login; then run this again")


def test_a_dry_run_without_an_account_shows_what_is_known_without_github(
    make: Make, command: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    project = make()
    monkeypatch.setenv("GH_CONFIG_DIR", str(tmp_path))
    monkeypatch.delenv("GH_TOKEN")
    ran = command(project, "--dry-run")
    assert ran.code == 1
    assert "create commit: " in ran.text
    assert "https://test.pypi.org/manage/account/publishing/" in ran.shown.splitlines()
    assert ran.left[0].startswith("gh has no account")
