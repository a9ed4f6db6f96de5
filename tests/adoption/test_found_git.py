"""Tags and remotes are read as git itself resolves them; what they do not say is asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from pyrelease.found.git import Git
from tests.adoption.package import adopt, new_files
from tests.conftest import answers_of, copy, git, last_line


def repository(folder: Path) -> Path:
    """Return the folder of a new repository with one commit."""
    folder.mkdir()
    git(folder, "init", "--quiet")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "Start")
    return folder


def tagged(folder: Path, *tags: str) -> Git:
    """Give a repository tags, each on a commit of its own, all in one second."""
    for tag in tags:
        git(folder, "commit", "--quiet", "--allow-empty", "--message", tag)
        git(folder, "tag", "--", tag)
    return Git(folder)


@pytest.mark.parametrize("package", ["b", "B", ""])
@pytest.mark.parametrize(
    ("tags", "prefix"),
    [
        (["1.0", "1.1", "1.2", "v2.0", "v2.1"], "v"),
        (["v1.0", "v1.1", "2.0"], ""),
        (["release-1.0", "release-1.1", "rel/2.0"], "rel/"),
        (["model-v1.0.0", "v1.0"], "v"),
        (["v1.0", "model-v1.0.0", "model-v2.0.0"], "v"),
        (["model-v1.0.0"], "model-v"),
        (["docs-2024", "nightly"], None),
        (["v1.0", f"v{'1' * 12000}.0"[:250]], "v"),
        ([], None),
    ],
)
def test_the_prefix_is_that_of_the_newest_release_and_the_plain_one_in_doubt(
    tmp_path: Path, tags: list[str], prefix: str | None, package: str
) -> None:
    assert tagged(repository(tmp_path / "x"), *tags).tag_prefix(package) == prefix


def test_the_newest_release_is_the_youngest_tag_whatever_its_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = repository(tmp_path / "x")
    for day, tag in enumerate(["2019.1", "2019.2", "v1.0"], 1):
        monkeypatch.setenv("GIT_COMMITTER_DATE", f"2026-01-{day:02d}T00:00:00Z")
        tagged(folder, tag)
    assert Git(folder).tag_prefix() == "v"


@pytest.mark.parametrize(
    ("tags", "package", "prefix"),
    [
        (["a-v1.0", "a-v1.1", "b-v1.0"], "b", "b-v"),
        (["b-v1.0", "a-v1.0", "a-v1.1"], "B", "b-v"),
        (["my.pkg@1.0", "v3.0"], "my-pkg", "my.pkg@"),
        (["my-pkg/1.0", "other/2.0"], "My_Pkg", "my-pkg/"),
    ],
)
def test_a_prefix_with_the_packages_own_name_comes_first(
    tmp_path: Path, tags: list[str], package: str, prefix: str
) -> None:
    assert tagged(repository(tmp_path / "x"), *tags).tag_prefix(package) == prefix


def test_in_a_folder_the_tags_of_another_package_are_nobodys(tmp_path: Path) -> None:
    folder = repository(tmp_path / "x")
    tagged(folder, "a-v1.0", "a-v1.1")
    (folder / "packages" / "b").mkdir(parents=True)
    assert Git(folder / "packages" / "b").tag_prefix("b") is None


def test_a_tag_of_another_branch_is_not_the_newest_release(tmp_path: Path) -> None:
    folder = repository(tmp_path / "x")
    branch = git(folder, "branch", "--show-current")
    tagged(folder, "v1.0")
    git(folder, "switch", "--quiet", "--create", "old")
    tagged(folder, "1.0.1", "1.0.2")
    git(folder, "switch", "--quiet", branch)
    assert Git(folder).tag_prefix() == "v"


ON_GITHUB = [
    "https://github.com/Octo-Org/r",
    "https://github.com/Octo-Org/r.git",
    "https://user:token@github.com/Octo-Org/r.git",
    "https://www.github.com/Octo-Org/r/",
    "https://GitHub.com/Octo-Org/r",
    "git@github.com:Octo-Org/r.git",
    "git@github.com:/Octo-Org/r",
    "github.com:Octo-Org/r",
    "ssh://git@github.com/Octo-Org/r.git",
    "ssh://git@github.com:22/Octo-Org/r.git",
    "ssh://git@ssh.github.com:443/Octo-Org/r.git",
    "git+ssh://git@github.com/Octo-Org/r",
    "git://github.com/Octo-Org/r.git",
    "gh:Octo-Org/r",
    "mine:r",
]


@pytest.mark.parametrize("address", ON_GITHUB)
def test_a_remote_is_what_git_resolves_it_to(tmp_path: Path, address: str) -> None:
    folder = repository(tmp_path / "x")
    git(folder, "config", "url.https://github.com/.insteadOf", "gh:")
    git(folder, "config", "url.git@github.com:Octo-Org/.insteadOf", "mine:")
    git(folder, "remote", "add", "origin", address)
    found = Git(folder)
    assert (found.owner, found.repository) == ("Octo-Org", "r")
    assert found.remotes == {"origin": ("Octo-Org", "r")}


@pytest.mark.parametrize(
    "address",
    [
        "https://gitlab.com/o/r.git",
        "https://github.com.example/o/r",
        "git@example.github.com:o/r.git",
        "https://github.com/o",
        "https://github.com/o/r/tree",
        "/srv/github.com/o/r",
        "../r",
    ],
)
def test_another_host_is_not_github(tmp_path: Path, address: str) -> None:
    folder = repository(tmp_path / "x")
    git(folder, "remote", "add", "origin", address)
    assert (Git(folder).owner, Git(folder).behind_alias, Git(folder).remotes) == ("", ("", ""), {})


@pytest.mark.parametrize("address", ["git@github-work:o/r.git", "work:o/r", "ssh://git@github-work/o/r.git"])
def test_a_host_that_only_ssh_knows_is_asked_and_not_guessed(template: Path, package: Path, address: str) -> None:
    git(package, "remote", "set-url", "origin", address)
    assert last_line(copy(template, package)) == 'ValueError: Question "github_owner" is required'
    assert new_files(package) == set()
    assert Git(package).behind_alias == ("o", "r")
    adopt(template, package, "-d", "github_owner=octo-org")
    assert answers_of(package)["github_repository"] == "r"
