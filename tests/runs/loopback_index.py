"""A package index on loopback: a real pypiserver, ended by whoever started it."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from packaging.utils import parse_sdist_filename, parse_wheel_filename
from packaging.version import Version

START_LIMIT = 30
"""Seconds that the server has to answer its first request."""

# Anyone may upload, nobody may replace a file, and what is not here is not looked for elsewhere.
OPTIONS = [
    "--interface",
    "127.0.0.1",
    "--disable-fallback",
    "--passwords",
    ".",
    "--authenticate",
    ".",
    "--server",
    "wsgiref",
]


@dataclass(frozen=True)
class Index:
    """An index: its upload address, and the folder that its files lie in."""

    address: str
    folder: Path

    @property
    def simple(self) -> str:
        """The address that installers take."""
        return f"{self.address}/simple/"

    @property
    def files(self) -> list[str]:
        """The names of the files on the index, sorted."""
        return sorted(file.name for file in self.folder.iterdir())

    @property
    def versions(self) -> dict[Version, list[str]]:
        """The kinds of file (`sdist`, `wheel`) of each version on the index, sorted."""
        return kinds_by_version(self.files)


def kinds_by_version(files: Iterable[str]) -> dict[Version, list[str]]:
    """Return the kinds of file (`sdist`, `wheel`) of each version among files of these names, sorted."""
    found: dict[Version, list[str]] = {}
    for name in files:
        wheel = name.endswith(".whl")
        version = parse_wheel_filename(name)[1] if wheel else parse_sdist_filename(name)[1]
        found.setdefault(version, []).append("wheel" if wheel else "sdist")
    return {version: sorted(kinds) for version, kinds in found.items()}


def free_port() -> int:
    """Return a port of loopback that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def loopback_index(folder: Path) -> Iterator[Index]:
    """Serve a folder as an index, for as long as the context lasts."""
    folder.mkdir()
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "pypiserver", "run", *OPTIONS, "--port", str(port), str(folder)]
    with running(command, address):
        yield Index(address, folder)


@contextmanager
def running(command: Sequence[str | Path], address: str) -> Iterator[None]:
    """Run a server that answers at this address, for as long as the context lasts."""
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(address, server)
        yield
    finally:
        server.terminate()
        server.wait(timeout=10)


def wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    """Wait until the server answers; `TimeoutError` if it does not within `START_LIMIT`, or has ended."""
    end = time.monotonic() + START_LIMIT
    while time.monotonic() < end and server.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=5).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(f"no index answers at {address}")
