"""The workflow runs under act where its files go elsewhere: to a pypiserver in CI, to a private index, or by a token."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from packaging.version import Version

from tests.conftest import NAME, OWNER, WORKFLOW, Make, commit_all, run
from tests.github.repositories import Repository
from tests.github.stand_in import GitHub, loopback_github
from tests.runs.loopback_devpi import Devpi, loopback_devpi
from tests.runs.routes import OWN_INDEX, PYPISERVER, TOKEN
from tests.runs.stories import BOTH, Story, story_of
from tools.workflows import read_workflow

# ─── A pypiserver in CI, and a release on GitHub ───


@pytest.fixture(scope="module")
def repository() -> Iterator[Repository]:
    """The repository, for its releases; the tag that a run is for was pushed."""
    with loopback_github() as github:
        made = github.create(f"{OWNER}/{NAME}")
        made.remote.write({"README.md": "A demo"}, tag="v1.0.0")
        yield made


@pytest.fixture(scope="module")
def pypiserver(make: Make, repository: Repository, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """A push of a branch, one whose tests fail, and a release that the changelog names."""
    folder = make(**PYPISERVER)
    test = folder / "tests" / "test_broken.py"
    with story_of(folder, tmp_path_factory.mktemp("pypiserver"), repository.variables) as story:
        commit_all(folder, "First")
        story.push("branch", "refs/heads/topic")
        test.write_text("def test_it() -> None:\n    assert False\n", encoding="utf-8")
        commit_all(folder, "Broken")
        story.push_tag("broken", "v0.9.0")
        test.unlink()
        (folder / "CHANGELOG.md").write_text('# Changelog\n\n## 1.0.0 - 2026-12-24\n\n- It\'s "new".\n', "utf-8")
        commit_all(folder, "Mended")
        story.push_tag("release", "v1.0.0")
        yield story


@pytest.mark.runs
def test_a_push_is_tried_on_a_pypiserver_and_published_nowhere(pypiserver: Story) -> None:
    branch = pypiserver.runs["branch"]
    assert branch.results == {"build": "success", "try-on-pypiserver": "success"}, branch.log
    plain = re.sub(r"\x1b\[\d+m", "", branch.log)
    assert f" + {NAME}==0.1.dev1" in plain.splitlines()


@pytest.mark.runs
def test_a_release_reaches_pypi_after_the_pypiserver_and_testpypi_never(pypiserver: Story) -> None:
    jobs = ["build", "try-on-pypiserver", "publish-to-pypi", "install-from-pypi", "provenance", "github-release"]
    assert pypiserver.runs["release"].results == dict.fromkeys(jobs, "success"), pypiserver.runs["release"].log
    assert pypiserver.repository.pypi.versions == {Version("1.0.0"): BOTH}
    assert pypiserver.repository.testpypi.files == []


@pytest.mark.runs
def test_github_attests_the_files_that_are_published_and_none_of_a_branch(pypiserver: Story) -> None:
    attested = pypiserver.scratch / "release" / "artifacts.attested"
    digests = {line.split()[0] for line in attested.read_text(encoding="utf-8").splitlines()}
    published = pypiserver.repository.pypi.folder.iterdir()
    assert digests == {sha256(file.read_bytes()).hexdigest() for file in published}
    assert not (pypiserver.scratch / "branch" / "artifacts.attested").exists()


@pytest.mark.runs
def test_a_failing_test_on_the_pypiserver_publishes_nothing(pypiserver: Story) -> None:
    broken = pypiserver.runs["broken"]
    assert broken.results == {"build": "success", "try-on-pypiserver": "failure"}, broken.log


@pytest.mark.runs
def test_a_release_on_github_has_the_changelogs_notes_and_the_published_files(
    pypiserver: Story, repository: Repository
) -> None:
    [release] = repository.releases
    assert (release.tag_name, str(release.body).strip()) == ("v1.0.0", '- It\'s "new".')
    assert (release.draft, release.prerelease) == (False, False)
    assert sorted(release.assets) == pypiserver.repository.pypi.files


CALENDAR = "# Changelog\n\n## 2026.10\n\n- Ten.\n\n## 2026.2\n\n- Two.\n\n## 2026.1\n\n- One.\n"


@pytest.mark.parametrize(
    ("changelog", "version", "body"),
    [
        ("## [1.0.0] - 2026-12-24\n\n- Old style.\n", "1.0.0", "- Old style."),
        ("## v1.0.0\n\n- With a v.\n\n## v0.9\n\n- Older.\n", "1.0.0", "- With a v."),
        ("## Unreleased\n\n- Not yet.\n", "1.0.0rc1", ""),
        ("## 1.0.0\n\n## 0.9\n\n- Older.\n", "1.0.0.post1", ""),
        ("## 1.0.0-RC.1 (today)\n\n- 'Quoted', \"twice\", $HOME, `id`.\n### More\n- x\n", "1.0.0rc1", None),
        (CALENDAR, "2026.10", "- Ten."),
        (CALENDAR, "2026.1", "- One."),
        (CALENDAR, "2026.1.0", "- One."),
        ("##\n\n## not a version\n\n- x\n", "1.0", ""),
        (None, "1.0.0", ""),
    ],
)
def test_a_release_has_what_the_changelog_says_of_its_version_or_githubs_own_notes(
    make: Make, github: GitHub, tmp_path: Path, changelog: str | None, version: str, body: str | None
) -> None:
    jobs = read_workflow((make(**PYPISERVER) / WORKFLOW).read_text(encoding="utf-8"))["jobs"]
    [take] = [step for step in jobs["build"]["steps"] if step.get("id") == "notes"]
    if changelog is not None:
        (tmp_path / "CHANGELOG.md").write_text(changelog, encoding="utf-8")
        body = changelog.partition("\n")[2].strip() if body is None else body
    given = {"VERSION": version, "GITHUB_OUTPUT": str(tmp_path / "output")}
    run(tmp_path, sys.executable, "-c", take["run"], env={**os.environ, **given})
    first, *notes, last = (tmp_path / "output").read_text(encoding="utf-8").splitlines()
    assert first == f"notes<<{last}"
    assert "\n".join(notes) == body

    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "demo.whl").write_bytes(b"a wheel")
    repository = github.create("octo-org/demo")
    repository.remote.write({"README.md": "A demo"}, tag="v1.0.0")
    repository.immutable_releases = True
    given = {"GH_REPO": repository.name, "GITHUB_REF_NAME": "v1.0.0", "NOTES": "\n".join(notes), "PRERELEASE": "false"}
    run(tmp_path, "bash", "-e", "-c", jobs["github-release"]["steps"][-1]["run"], env={**os.environ, **given})
    [release] = repository.releases
    assert (release.body or "").strip() == body
    assert release.generate_release_notes is (body == "")
    assert (release.draft, release.immutable, release.prerelease) == (False, True, False)
    assert release.assets == {"demo.whl": b"a wheel"}


def test_a_pre_release_is_one_on_github(make: Make, github: GitHub, tmp_path: Path) -> None:
    jobs = read_workflow((make(**PYPISERVER) / WORKFLOW).read_text(encoding="utf-8"))["jobs"]
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "demo.whl").touch()
    repository = github.create("octo-org/demo")
    repository.remote.write({"README.md": "A demo"}, tag="v1.0rc")
    given = {"GH_REPO": repository.name, "GITHUB_REF_NAME": "v1.0rc", "NOTES": "", "PRERELEASE": "true"}
    run(tmp_path, "bash", "-e", "-c", jobs["github-release"]["steps"][-1]["run"], env={**os.environ, **given})
    assert [release.prerelease for release in repository.releases] == [True]


# ─── A private index ───

DEVPI_SECRETS = ("INDEX_USERNAME", "INDEX_PASSWORD")


@pytest.fixture(scope="module")
def devpi(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Devpi]:
    """A devpi with one private index."""
    with loopback_devpi(tmp_path_factory.mktemp("devpi") / "server") as index:
        yield index


@pytest.fixture(scope="module")
def own_index(make: Make, devpi: Devpi, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """A push of a branch, and a release with a wrong password and then with the right one."""
    folder = make(**OWN_INDEX)
    with story_of(folder, tmp_path_factory.mktemp("own"), {"INDEX_ADDRESS": devpi.address}) as story:
        commit_all(folder, "First")
        story.push("branch", "refs/heads/main")
        story.push_tag("wrong", "v1.0.0", secrets=dict(zip(DEVPI_SECRETS, (devpi.user, "wrong"), strict=True)))
        assert devpi.files == []
        story.push_tag("right", "v1.0.0", secrets=dict(zip(DEVPI_SECRETS, (devpi.user, devpi.password), strict=True)))
        yield story


@pytest.mark.runs
def test_a_push_of_a_private_package_is_published_nowhere(own_index: Story) -> None:
    assert own_index.runs["branch"].results == {"build": "success"}, own_index.runs["branch"].log


@pytest.mark.runs
def test_a_wrong_password_is_said_and_uploads_nothing(own_index: Story) -> None:
    wrong = own_index.runs["wrong"]
    assert wrong.results == {"build": "success", "publish-to-index": "failure"}, wrong.log
    assert "401 Unauthorized" in wrong.log


@pytest.mark.runs
def test_a_release_reaches_the_private_index_alone(own_index: Story, devpi: Devpi) -> None:
    right = own_index.runs["right"]
    assert right.results == {"build": "success", "publish-to-index": "success"}, right.log
    assert devpi.versions == {Version("1.0.0"): BOTH}
    assert own_index.repository.pypi.files == own_index.repository.testpypi.files == []


# ─── PyPI and TestPyPI by token ───

TOKENS = {"PYPI_TOKEN": "pypi-Zq7right", "TESTPYPI_TOKEN": "pypi-Zq7right"}


@pytest.fixture(scope="module")
def token(make: Make, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """A release with a wrong token for PyPI, and one with the right one."""
    folder = make(**TOKEN)
    with story_of(folder, tmp_path_factory.mktemp("token"), {"EXPECTED_TOKEN": "pypi-Zq7right"}) as story:
        commit_all(folder, "First")
        story.push_tag("wrong", "v1.0.0", secrets=TOKENS | {"PYPI_TOKEN": "pypi-Zq7wrong"})
        story.push_tag("right", "v1.1.0", secrets=TOKENS)
        yield story


@pytest.mark.runs
def test_a_wrong_token_is_said_and_uploads_nothing(token: Story) -> None:
    results = dict.fromkeys(["build", "publish-to-testpypi", "install-from-testpypi"], "success")
    assert token.runs["wrong"].results == results | {"publish-to-pypi": "failure"}, token.runs["wrong"].log
    assert "403 Invalid or non-existent authentication information" in token.runs["wrong"].log
    assert token.repository.pypi.versions == {Version("1.1.0"): BOTH}


@pytest.mark.runs
def test_a_token_publishes_to_both_indexes(token: Story) -> None:
    jobs = ["build", *(f"{job}-{index}" for job in ("publish-to", "install-from") for index in ("pypi", "testpypi"))]
    assert token.runs["right"].results == dict.fromkeys(jobs, "success"), token.runs["right"].log
    assert token.repository.testpypi.versions == {Version("1.0.0"): BOTH, Version("1.1.0"): BOTH}


@pytest.mark.parametrize("route", [OWN_INDEX, TOKEN], ids=["own index", "token"])
def test_without_trusted_publishing_no_job_asks_for_an_identity_and_secrets_stand_in_environments(
    make: Make, route: dict[str, str | bool]
) -> None:
    folder = make(**route)
    [workflow] = (folder / ".github" / "workflows").glob("publish*")
    text = workflow.read_text(encoding="utf-8")
    assert "id-token" not in text
    jobs = read_workflow(text)["jobs"]
    for name, job in jobs.items():
        uploads = [step["with"] for step in job["steps"] if "gh-action-pypi-publish" in step.get("uses", "")]
        assert bool(uploads) is name.startswith("publish-to-")
        for given in uploads:
            assert job["environment"]["name"]
            assert given["attestations"] is False
            assert given["password"].startswith("${{ secrets.")
            assert given.get("skip-existing", False) is (name == "publish-to-testpypi")
    assert text.count("secrets.") == 2
