"""The list of real packages is complete, and only the file that it means is fetched."""

from __future__ import annotations

import hashlib
import io
import os
import re
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest
from packaging.version import Version

from tests.adoption.real_packages import RealPackage, fetch, pip_environment, read_list
from tools.try_real_packages import PAGE, TABLE

FILES = {
    "PKG-INFO": "Metadata-Version: 2.4\nName: demo\nVersion: 1.0\n",
    "src/demo.egg-info/PKG-INFO": "Metadata-Version: 2.4\nName: demo\nVersion: 1.0\n",
    "pyproject.toml": '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n',
    "backend.py": """\
from pathlib import Path


def prepare_metadata_for_build_wheel(folder, settings=None):
    metadata = Path(folder, "demo-1.0.dist-info")
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\\nName: demo\\nVersion: 1.0\\n")
    return metadata.name


def build_wheel(folder, settings=None, metadata=None):
    raise NotImplementedError
""",
}
"""An sdist whose build backend is its own: nothing else is to be fetched."""


def package_of(sdist: Path) -> RealPackage:
    """Return what a list says of an sdist of `demo` 1.0."""
    sha256 = hashlib.sha256(sdist.read_bytes()).hexdigest()
    return RealPackage("demo", "1.0", sha256, "other", "static", "v1.0", "", "o", "demo")


@pytest.fixture
def sdist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The one sdist that pip finds: the machine's own index is out of reach."""
    path = tmp_path / "index" / "demo-1.0.tar.gz"
    path.parent.mkdir()
    with tarfile.open(path, "w:gz") as archive:
        for name, text in FILES.items():
            member = tarfile.TarInfo(f"demo-1.0/{name}")
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(path.parent))
    return path


def test_the_list_has_every_kind_of_package() -> None:
    packages = read_list()
    assert len({package.name for package in packages}) == len(packages) >= 24
    assert len({package.build_backend for package in packages}) >= 8
    assert {package.version_source for package in packages} == {"setuptools-scm", "other-vcs", "static"}
    assert {package.way for package in packages} == {"none", "replace", "move"}
    assert {package.compiled for package in packages} == {True, False}
    assert sum(bool(package.publishes) for package in packages) > len(packages) / 2
    assert sum(bool(package.run) for package in packages) >= 8
    run = [package for package in packages if package.run == "suite"]
    assert {package.version_source for package in run} == {"setuptools-scm", "other-vcs", "static"}
    assert {package.way for package in run} == {"none", "replace", "move"}


def test_the_page_has_a_row_for_each_with_its_version_and_what_came_of_it() -> None:
    page = "".join(PAGE.read_text(encoding="utf-8").partition(TABLE)[1:])
    rows = {
        row[0].partition(" ")[0]: row
        for line in page.splitlines()
        if (row := cells(line)) and row[0] not in ("Package", "---")
    }
    packages = read_list()
    assert list(rows) == [package.name for package in packages]
    for package in packages:
        assert rows[package.name][0] == f"{package.name} {package.version}"
        assert (rows[package.name][3], rows[package.name][-1] != "read") == (package.way, bool(package.run))


def cells(line: str) -> list[str]:
    """Return the cells of a line of a table; none for another line."""
    return [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("|") else []


@pytest.mark.parametrize("package", read_list(), ids=lambda package: package.name)
def test_an_entry_is_complete(package: RealPackage) -> None:
    assert re.fullmatch(r"[0-9a-f]{64}", package.sha256)
    assert str(Version(package.version)) == package.version
    assert re.fullmatch(r"v?" + re.escape(package.version), package.tag)
    assert package.run in ("suite", "tool", "")
    assert re.fullmatch(r"(\d+\.\d+)?", package.python_min)


def test_a_package_is_fetched_as_its_repository_has_it(sdist: Path, tmp_path: Path) -> None:
    root = fetch(package_of(sdist), tmp_path / "packages")
    assert root == tmp_path / "packages" / "demo-1.0"
    files = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}
    assert files == {"pyproject.toml", "backend.py"}


def test_another_file_than_the_one_meant_is_refused(sdist: Path, tmp_path: Path) -> None:
    other = replace(package_of(sdist), sha256=hashlib.sha256(b"another file").hexdigest())
    with pytest.raises(RuntimeError, match="DO NOT MATCH THE HASHES"):
        fetch(other, tmp_path / "packages")
    assert not (tmp_path / "packages").exists()


def test_a_version_that_is_not_there_is_named(sdist: Path, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match=r"demo 2\.0 was not fetched"):
        fetch(replace(package_of(sdist), version="2.0"), tmp_path / "packages")


@pytest.mark.parametrize(
    ("environment", "index"),
    [
        ({}, None),
        ({"UV_INDEX_URL": "https://mirror.example/simple"}, "https://mirror.example/simple"),
        ({"UV_DEFAULT_INDEX": "https://mirror.example/simple?a=b"}, "https://mirror.example/simple?a=b"),
        ({"UV_DEFAULT_INDEX": "own=https://mirror.example/simple"}, "https://mirror.example/simple"),
        (
            {"UV_DEFAULT_INDEX": "https://of-uv.example", "PIP_INDEX_URL": "https://of-pip.example"},
            "https://of-pip.example",
        ),
    ],
)
def test_pip_takes_its_own_index_or_the_one_of_uv(environment: dict[str, str], index: str | None) -> None:
    assert pip_environment(environment).get("PIP_INDEX_URL") == index
