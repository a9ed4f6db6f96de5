"""Real packages as their repositories have them, from their releases on PyPI; `real_packages.yml` lists them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pyrelease.found import Found
from pyrelease.found.package import EXISTING_BACKENDS
from tests.copier_processes import copier_command
from tools.repository import commit_all, git, read_yaml

LIST = Path(__file__).with_suffix(".yml")

PACKAGE_LIMIT = 180
"""Seconds that one package may take."""

RETRIES = 2
TIMEOUT = 30
"""Seconds without an answer after which pip tries again."""


@dataclass(frozen=True)
class Record:
    """What a package says of itself: the values are those of the list, `prefix` stands before the version in its tags."""

    owner: str
    repository: str
    prefix: str | None
    publishes: dict[str, list[str]]
    way: str
    backend: str
    version_source: str
    python_min: str
    compiled: bool
    tests: str


@dataclass(frozen=True)
class RealPackage:
    """A release of a package; the head of the list says what each value means."""

    name: str
    version: str
    sha256: str
    build_backend: str
    version_source: str
    tag: str
    python_min: str
    owner: str
    repository: str
    publishes: dict[str, list[str]] = field(default_factory=dict)
    way: str = "none"
    doctor: list[str] = field(default_factory=list)
    compiled: bool = False
    tests: str = ""
    run: str = ""

    @property
    def record(self) -> Record:
        """What a person read in it."""
        known = self.build_backend if self.build_backend in EXISTING_BACKENDS else "other"
        return Record(
            owner=self.owner,
            repository=self.repository,
            prefix=self.tag.removesuffix(self.version),
            publishes={name: sorted(indexes) for name, indexes in self.publishes.items()},
            way=self.way,
            backend=known,
            version_source=self.version_source,
            python_min=self.python_min,
            compiled=self.compiled,
            tests=self.tests,
        )


def read_list() -> list[RealPackage]:
    """Return the packages of the list, in its order."""
    entries: list[dict[str, Any]] = read_yaml(LIST)
    return [RealPackage(**entry) for entry in entries]


def seen_in(folder: Path) -> Record:
    """Return what this project reads in a package's folder, before anything is written there."""
    found = Found(folder)
    package, workflows = found.package, found.workflows
    return Record(
        owner=found.git.owner,
        repository=found.git.repository,
        prefix=found.tag_prefix,
        publishes={
            part.filename: sorted({sign.index for sign in part.certain})
            for part in workflows.publishing
            if part.certain
        },
        way=workflows.chosen.proposal[0] if workflows.chosen.exists else "none",
        backend=package.build_backend,
        version_source=package.version_source,
        python_min=package.python_min,
        compiled=package.is_compiled,
        tests=package.test_group or package.test_extra,
    )


def repository_of(package: RealPackage, folder: Path) -> Path:
    """Fetch a package, and give it the remote and the tag that its own repository has."""
    root = fetch(package, folder)
    git(root, "init", "--quiet", "--initial-branch=main")
    git(root, "remote", "add", "origin", f"https://github.com/{package.owner}/{package.repository}")
    git(root, "tag", package.tag, commit_all(root, "As it is on PyPI"))
    return root


def adopted(template: Path, package: RealPackage, root: Path) -> str:
    """Have a package adopt the pipeline in the way that is proposed, do what the steps say, and return what was printed.

    The upload that a move takes out of a workflow is deleted with its whole file: what is run here is the pipeline.
    """
    options = ("--trust", "--defaults", "--data", f"existing_workflow={package.way}")
    done = copier_command(root, "copy", *options, template, root)
    if done.returncode != 0:
        raise RuntimeError(f"{package.name} was not adopted:\n{done.stderr}")
    if package.way == "move":
        for name in package.publishes:
            git(root, "rm", "--quiet", f".github/workflows/{name}")
    commit_all(root, "Adopt the pipeline")
    git(root, "tag", "--force", package.tag)
    return done.stdout + done.stderr


def fetch(package: RealPackage, folder: Path) -> Path:
    """Download a package's sdist, unpack it in a folder, and return the root of what is now like its repository.

    `RuntimeError` with pip's words if there is no such file, or not with this sha256.
    """
    with tempfile.TemporaryDirectory() as scratch:
        return unpack(download(package, Path(scratch)), folder)


def download(package: RealPackage, folder: Path) -> Path:
    """Download a package's sdist into an empty folder.

    pip does it, since it knows this machine's index, its certificates and the forms that an index may answer in. It also
    asks the package's build backend for the metadata, but not before the sha256 was found right.
    """
    wanted = folder / "wanted.txt"
    wanted.write_text(f"{package.name}=={package.version} --hash=sha256:{package.sha256}\n", encoding="utf-8")
    options = [f"--no-binary={package.name}", "--no-deps", "--no-input", "--quiet", f"--dest={folder / 'sdist'}"]
    bounds = [f"--retries={RETRIES}", f"--timeout={TIMEOUT}"]
    done = subprocess.run(
        [sys.executable, "-m", "pip", "download", *options, *bounds, f"--requirement={wanted}"],
        capture_output=True,
        encoding="utf-8",
        env=pip_environment(os.environ),
        stdin=subprocess.DEVNULL,
        timeout=PACKAGE_LIMIT,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"{package.name} {package.version} was not fetched:\n{done.stdout}\n{done.stderr}")
    [sdist] = (folder / "sdist").iterdir()
    return sdist


def pip_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment in which pip takes the index that uv is set to, unless it is set to one itself."""
    # uv allows a name before the address: https://docs.astral.sh/uv/reference/environment/#uv_default_index
    of_uv = environment.get("UV_DEFAULT_INDEX") or environment.get("UV_INDEX_URL") or ""
    name, equals, address = of_uv.partition("=")
    index = address if equals and ":" not in name else of_uv
    return {**({"PIP_INDEX_URL": index} if index else {}), **environment}


def unpack(sdist: Path, folder: Path) -> Path:
    """Unpack an sdist in a folder, without what no repository has, and return its root."""
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
        root = folder / archive.getnames()[0].partition("/")[0]
    # hatchling and pbr take the version from there, and look at no tag.
    (root / "PKG-INFO").unlink()
    for metadata in list(root.rglob("*.egg-info")):
        shutil.rmtree(metadata)
    return root
