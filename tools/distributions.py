"""Build the sdist and the wheel of many projects, each in a fork of a process that has their build backend loaded.

They are left in each project's folder `dist`. The hooks of the backend are called as pypa/build calls them (PEP 517), which
starts five processes for a project: the wheel is made from what the sdist holds.
"""

from __future__ import annotations

import os
import sys
import tarfile
import tempfile
import tomllib
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path


def build(project: Path) -> None:
    """Build a project's sdist, and its wheel from that."""
    backend = import_module(backend_of(project))
    dist = project / "dist"
    os.chdir(project)
    sdist = backend.build_sdist(str(dist))
    with tempfile.TemporaryDirectory() as scratch:
        with tarfile.open(dist / sdist) as archive:
            archive.extractall(scratch, filter="data")
        [unpacked] = Path(scratch).iterdir()
        os.chdir(unpacked)
        backend.build_wheel(str(dist))


def backend_of(project: Path) -> str:
    """Return the module of a project's build backend."""
    backend: str = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))["build-system"][
        "build-backend"
    ]
    return backend


def build_all(projects: Iterable[str]) -> None:
    """Build the projects in these folders, in a process that has nothing else to do; it exits at the first that fails."""
    for project in map(Path, projects):
        import_module(backend_of(project))
        if (fork := os.fork()) == 0:
            build(project)
            os._exit(0)
        if os.waitpid(fork, 0)[1]:
            sys.exit(f"{project} was not built")
