"""Real packages of every build backend adopt the pipeline, build with it, and reach the index."""

from __future__ import annotations

from pathlib import Path

import pytest
from packaging.version import Version

from pyrelease.found.package import EXISTING_BACKENDS
from tests.adoption.real_packages import RealPackage, fetch, read_list
from tests.conftest import answers_of, commit_all, copy, git
from tests.runs.stories import BOTH, build_tag, story_of

pytestmark = pytest.mark.runs

PACKAGES = {package.name: package for package in read_list()}

PUBLISHED = list({package.version_source: package.name for package in PACKAGES.values()}.values())
"""A package of each source of the version, which is also published: uploads depend on nothing else."""


@pytest.mark.parametrize("name", [name for name in PACKAGES if name not in PUBLISHED])
def test_a_real_package_is_adopted_and_built(template: Path, tmp_path: Path, name: str) -> None:
    package = PACKAGES[name]
    folder = adopted(template, package, tmp_path)
    tagged, stored = build_tag(folder, package.tag, tmp_path / "run")
    assert tagged.results == {"build": "success"}, tagged.log
    assert stored == {Version(package.version): BOTH}


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_real_package_is_adopted_built_and_published(template: Path, tmp_path: Path, name: str) -> None:
    package = PACKAGES[name]
    folder = adopted(template, package, tmp_path)
    with story_of(folder, tmp_path / "story") as story:
        tagged = story.push_tag("tag", package.tag)
        jobs = [f"{job}-{index}" for job in ("publish-to", "install-from") for index in ("pypi", "testpypi")]
        assert tagged.results == dict.fromkeys(["build", *jobs], "success"), tagged.log
        assert story.repository.pypi.versions == {Version(package.version): BOTH}


def adopted(template: Path, package: RealPackage, scratch: Path) -> Path:
    """Fetch a package, have it adopt the pipeline and move its tag there, and return its folder."""
    folder = fetch(package, scratch / "fetched")
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "remote", "add", "origin", f"https://github.com/octo-org/{package.name}")
    git(folder, "tag", package.tag, commit_all(folder, "As it is on PyPI"))
    publishing = [path for path in (folder / ".github" / "workflows").glob("*") if "pypi-publish" in path.read_text()]
    done = copy(template, folder)
    assert done.returncode == 0, done.stderr
    check_answers(folder, package)
    changed = git(folder, "status", "--short").splitlines()
    assert all(line.startswith("??") for line in changed), "nothing that was there has changed"
    for workflow in publishing:
        git(folder, "rm", "--quiet", str(workflow))
    if publishing:
        give_way(template, folder)
    commit_all(folder, "Adopt the pipeline")
    git(folder, "tag", "--force", package.tag)
    return folder


def check_answers(folder: Path, package: RealPackage) -> None:
    """See that what the package says of itself was read."""
    answers = answers_of(folder)
    assert answers["project_name"] == package.name
    assert answers["build_backend"] == (
        package.build_backend if package.build_backend in EXISTING_BACKENDS else "other"
    )
    assert answers["version_source"] == package.version_source
    assert answers["python_min"] == (package.python_min or "3.11")
    assert package.tag == f"{answers['tag_prefix']}{package.version}"
    assert answers["push_trigger"] == ("every-push" if package.version_source == "setuptools-scm" else "tags")


def give_way(template: Path, folder: Path) -> None:
    """Adopt the pipeline anew, after the package's own publishing workflow was deleted."""
    (folder / ".copier-answers.yml").unlink()
    for path in git(folder, "ls-files", "--others", "--exclude-standard").splitlines():
        (folder / path).unlink()
    done = copy(template, folder)
    assert done.returncode == 0, done.stderr
