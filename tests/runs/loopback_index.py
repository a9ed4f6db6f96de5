"""A package index on loopback: a real pypiserver in a thread, ended by whoever started it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pypiserver
from packaging.utils import parse_sdist_filename, parse_wheel_filename
from packaging.version import Version

# Anyone may upload, nobody may replace a file, and what is not here is not looked for elsewhere.
OPTIONS = {"disable_fallback": True, "password_file": ".", "authenticate": []}


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


class Server(ThreadingMixIn, WSGIServer):
    """Serves at a port that the system chooses, each request in a thread."""

    daemon_threads = True


class Handler(WSGIRequestHandler):
    """Handles a request, and says nothing."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def loopback_index(folder: Path) -> Iterator[Index]:
    """Serve a folder as an index, for as long as the context lasts."""
    folder.mkdir()
    application = pypiserver.app(roots=[folder], **OPTIONS)
    with make_server("127.0.0.1", 0, application, Server, Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))  # seconds until it notices its end
        thread.start()
        try:
            yield Index(f"http://127.0.0.1:{server.server_port}", folder)
        finally:
            server.shutdown()
            thread.join()
