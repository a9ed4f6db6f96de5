"""PyPI and TestPyPI on loopback, as far as they say what projects and versions they have."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Indexes:
    """Two indexes; `sites` are their addresses, by name."""

    def __init__(self, address: str) -> None:
        self.sites = {"PyPI": f"{address}/main", "TestPyPI": f"{address}/test"}
        self.known: dict[str, dict[str, Any]] = {}
        self.is_down = False
        """Whether they answer 503 to everything."""

    def add(self, index: str, name: str, **info: Any) -> dict[str, Any]:
        """Give an index a project, unless it has it, and return what it says of it."""
        path = f"/{'test' if index == 'TestPyPI' else 'main'}/pypi/{name}/json"
        return self.known.setdefault(path, {"info": info, "releases": {}})

    def release(self, index: str, name: str, version: str) -> None:
        """Give an index a version of a project."""
        self.add(index, name)["releases"][version] = []


@contextmanager
def loopback_indexes() -> Iterator[Indexes]:
    """Serve two indexes without projects for as long as the context lasts."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps(found.known.get(self.path, {"message": "Not Found"})).encode()
            self.send_response(503 if found.is_down else 200 if self.path in found.known else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        found = Indexes(f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield found
        finally:
            server.shutdown()
            thread.join()
