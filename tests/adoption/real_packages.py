"""Real packages as their repositories have them, from their releases on PyPI; `real_packages.yml` lists them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.conftest import read_yaml

LIST = Path(__file__).with_suffix(".yml")

PACKAGE_LIMIT = 180
"""Seconds that one package may take."""

RETRIES = 2
TIMEOUT = 30
"""Seconds without an answer after which pip tries again."""


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


def read_list() -> list[RealPackage]:
    """Return the packages of the list, in its order."""
    entries: list[dict[str, Any]] = read_yaml(LIST)
    return [RealPackage(**entry) for entry in entries]


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
