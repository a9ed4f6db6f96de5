"""A private index on loopback: a real devpi-server, ended by whoever started it."""

from __future__ import annotations

import json
import secrets
import subprocess
import time
import urllib.request
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.version import Version

from tests.runs.loopback_index import free_port, kinds_by_version

# Nothing is looked for elsewhere, and only root makes users and indexes. The costs are those of the key that signs
# logins: a server that lives for a minute need not spend 4 seconds and 1 GiB on it.
OPTIONS = [
    "--host",
    "127.0.0.1",
    "--offline-mode",
    "--restrict-modify",
    "root",
    "--argon2-memory-cost",
    "1024",
    "--argon2-time-cost",
    "1",
]


START_LIMIT = 120
"""Seconds that the server has to be prepared, to answer its first request, and to end."""

ATTEMPTS = 3
"""How often a port is looked for."""


@dataclass(frozen=True)
class Devpi:
    """A private index: its upload address, and the account that may upload to it."""

    address: str
    user: str
    password: str

    @property
    def simple(self) -> str:
        """The address that installers take."""
        return f"{self.address}+simple/"

    @property
    def files(self) -> list[str]:
        """The names of the files on the index, sorted."""
        projects = ask(self.address)["projects"]
        releases = [release for project in projects for release in ask(self.address + project).values()]
        return sorted(Path(link["href"]).name for release in releases for link in release["+links"])

    @property
    def versions(self) -> dict[Version, list[str]]:
        """The kinds of file (`sdist`, `wheel`) of each version on the index, sorted."""
        return kinds_by_version(self.files)


@contextmanager
def loopback_devpi(folder: Path) -> Iterator[Devpi]:
    """Serve the empty index `octo/prod`, with its files below a new folder, for as long as the context lasts."""
    root, user = ("root", secrets.token_hex()), ("octo", secrets.token_hex())
    place = ["--serverdir", str(folder)]
    prepare = ["devpi-init", *place, "--no-root-pypi", "--root-passwd", root[1]]
    subprocess.run(prepare, capture_output=True, timeout=START_LIMIT, check=True)
    with running(["devpi-server", *place, *OPTIONS]) as server:
        ask(f"{server}/octo", "PUT", root, {"password": user[1]})
        # No bases: what is not here is nowhere. Not volatile: nobody may replace a file, as on PyPI.
        ask(f"{server}/octo/prod", "PUT", root, {"type": "stage", "bases": [], "volatile": False})
        yield Devpi(f"{server}/octo/prod/", *user)


@contextmanager
def running(command: Sequence[str]) -> Iterator[str]:
    """Run a devpi for as long as the context lasts, and give its address."""
    server, address = started(command)
    try:
        yield address
    finally:
        server.terminate()
        server.wait(timeout=START_LIMIT)


def started(command: Sequence[str]) -> tuple[subprocess.Popen[bytes], str]:
    """Return a devpi that answers, and its address; it is tried again where another program has taken the port first."""
    for _ in range(ATTEMPTS):
        port = free_port()
        address = f"http://127.0.0.1:{port}"
        tried = [*command, "--port", str(port)]
        server = subprocess.Popen(tried, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if answers(f"{address}/+api", server):
            return server, address
        server.kill()
        server.wait()
    raise TimeoutError("no devpi answers")


def answers(address: str, server: subprocess.Popen[bytes]) -> bool:
    """Wait until the server answers, and say whether it does within `START_LIMIT`, before it ends."""
    end = time.monotonic() + START_LIMIT
    while time.monotonic() < end and server.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=START_LIMIT).close()
        except OSError:
            time.sleep(0.05)
        else:
            return server.poll() is None
    return False


def ask(
    address: str, method: str = "GET", account: tuple[str, str] | None = None, sent: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Ask devpi's JSON interface, as a user if one is given, and return its result."""
    headers = {"Accept": "application/json", "Content-Type": "application/json"}
    if account:
        headers["Authorization"] = f"Basic {b64encode(':'.join(account).encode()).decode()}"
    request = urllib.request.Request(address, json.dumps(sent).encode() if sent else None, headers, method=method)
    with urllib.request.urlopen(request, timeout=30) as answer:
        result: dict[str, Any] = json.load(answer)["result"]
        return result
