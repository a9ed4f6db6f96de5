"""Real packages are read as a person read them, adopt the pipeline, build with it, are tested, and reach the index.

Those whose entry says `suite` are run here, one of each source of the version; all of them are read, and more of them run,
by `tools.try_real_packages`, which writes the table of docs/existing-packages.md.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from packaging.version import Version

from tests.adoption.real_packages import RealPackage, adopted, read_list, repository_of, seen_in
from tests.conftest import git
from tests.runs.stories import BOTH, story_of

pytestmark = pytest.mark.runs

PUBLISHED = [package for package in read_list() if package.run == "suite"]


@pytest.mark.parametrize("package", PUBLISHED, ids=lambda package: package.name)
def test_a_real_package_is_read_adopted_built_tested_and_published(
    template: Path, tmp_path: Path, package: RealPackage
) -> None:
    root = repository_of(package, tmp_path / "fetched")
    assert seen_in(root) == package.record
    before = git(root, "ls-files", "-s")
    adopted(template, package, root)
    kept = [
        line
        for line in before.splitlines()
        if line.partition("\t")[2] not in {f".github/workflows/{name}" for name in package.publishes}
    ]
    assert set(kept) <= set(git(root, "ls-files", "-s").splitlines()), "nothing else that was there has changed"
    with story_of(root, tmp_path / "story") as story:
        tagged = story.push_tag("tag", package.tag)
        jobs = [f"{job}-{index}" for job in ("publish-to", "install-from") for index in ("pypi", "testpypi")]
        assert tagged.results == dict.fromkeys(["build", *jobs], "success"), tagged.log
        assert story.repository.pypi.versions == {Version(package.version): BOTH}
