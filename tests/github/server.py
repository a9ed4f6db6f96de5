"""HTTP on a socket in the file system, through which a setting makes `gh` send all its requests."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingMixIn, UnixStreamServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

HANGING = 60
"""Seconds after which a request that is never answered is given up, where nobody ends the server before."""


@dataclass(frozen=True)
class Request:
    """A request; the path is as it was sent, and the query has a list of texts for each name."""

    method: str
    host: str
    path: str
    query: Mapping[str, list[str]]
    accept: str
    content: bytes


@dataclass(frozen=True)
class Response:
    """What is sent back: `whole` if nothing of it is lost, and nothing at all if it `hangs`."""

    status: int
    content: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    whole: bool = True
    hangs: bool = False


def json_response(status: int, value: Any, headers: Mapping[str, str] | None = None) -> Response:
    """Return a value as JSON; nothing for `None`."""
    content = b"" if value is None else json.dumps(value).encode()
    return Response(status, content, {"Content-Type": "application/json; charset=utf-8", **(headers or {})})


class Server(ThreadingMixIn, UnixStreamServer):
    """Serves on a socket in the file system, each request in a thread."""

    daemon_threads = True


@contextmanager
def serving(socket: Path, answer: Callable[[Request], Response]) -> Iterator[None]:
    """Answer the requests that come to a socket for as long as the context lasts."""
    ended = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            address = urlsplit(self.path)
            host, accept = (self.headers.get(name) or "" for name in ("Host", "Accept"))
            query = parse_qs(address.query, keep_blank_values=True)
            method = "GET" if self.command == "HEAD" else self.command  # GitHub answers either, by the same headers
            response = answer(Request(method, host, address.path, query, accept, self.content()))
            if response.hangs:
                ended.wait(HANGING)
                return
            with suppress(ConnectionError):  # who asked may be gone
                self.send(response)

        def send(self, response: Response) -> None:
            """Send a response, or half of it."""
            self.send_response(response.status)
            self.send_header("Content-Length", str(len(response.content)))
            for name, value in response.headers.items():
                self.send_header(name, value)
            if response.whole or response.content:
                self.end_headers()
            end = len(response.content) if response.whole else len(response.content) // 2
            if self.command != "HEAD":
                self.wfile.write(response.content[:end])

        def content(self) -> bytes:
            """Return the body; `gh` does not know its length where it comes from standard input."""
            if self.headers.get("Transfer-Encoding") != "chunked":
                return self.rfile.read(int(self.headers.get("Content-Length") or 0))
            found = b""
            while length := int(self.rfile.readline(), 16):
                found += self.rfile.read(length)
                self.rfile.readline()
            return found

        do_HEAD = do_POST = do_PATCH = do_PUT = do_DELETE = do_GET

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with Server(str(socket), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))  # seconds until it notices its end
        thread.start()
        try:
            yield
        finally:
            ended.set()
            server.shutdown()
            thread.join()
