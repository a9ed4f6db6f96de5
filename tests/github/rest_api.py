"""A stand-in for GitHub's REST API, as far as `gh` is used: one repository's issues, releases, files, environments.

It listens on a socket in the file system, through which a setting makes `gh` send all its requests.
"""

from __future__ import annotations

import json
import tempfile
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingMixIn, UnixStreamServer
from typing import Any, TypeVar
from urllib.parse import parse_qs, unquote, urlsplit

BOT = {"login": "github-actions[bot]"}


class Refused(Exception):
    """An answer other than that there is nothing: a status, and what GitHub says."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass
class GitHub:
    """What the repository has, and the settings for `gh` that lead to it."""

    name: str
    settings: Path
    issues: list[dict[str, Any]] = field(default_factory=list)
    releases: list[dict[str, Any]] = field(default_factory=list)
    contents: dict[str, bytes] = field(default_factory=dict)
    """The content of files of any repository, by `owner/name/path`."""
    environments: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What GitHub says of each environment, by its name; its `branch_policies` are the rules that it is asked for."""
    rulesets: list[dict[str, Any]] = field(default_factory=list)
    spelling: str = ""
    """How GitHub spells the repository's name, if not like `name`."""

    @property
    def variables(self) -> dict[str, str]:
        """The variables of a workflow's run here, with a token that stands for any."""
        return {"GITHUB_REPOSITORY": self.name, "GH_CONFIG_DIR": str(self.settings), "GH_TOKEN": "x"}

    def add(self, **issue: Any) -> dict[str, Any]:
        """Add an issue, and return it with its number."""
        self.issues.append({"number": len(self.issues) + 1, **issue})
        return self.issues[-1]

    def answer(self, method: str, path: str, query: dict[str, list[str]], sent: dict[str, Any]) -> bytes | None:
        """Return the answer to a request; `None` if there is nothing at its path."""
        issues = f"/repos/{self.name}/issues"
        if (method, path) == ("GET", issues):
            wanted = [issue for issue in self.issues if query["state"][0] in ("all", issue["state"])]
            by_creator = [issue for issue in wanted if issue["user"]["login"] == query["creator"][0]]
            return json.dumps(by_creator[::-1]).encode()
        if (method, path) == ("POST", issues):
            return json.dumps(self.add(state="open", user=BOT, **sent)).encode()
        if method == "PATCH" and path.startswith(f"{issues}/"):
            issue = self.issues[int(path.rpartition("/")[2]) - 1]
            issue |= sent
            return json.dumps(issue).encode()
        releases = f"/repos/{self.name}/releases"
        if (method, path) == ("POST", releases):
            self.releases.append({"assets": [], **sent})
            number = len(self.releases)
            uploads = f"https://uploads.github.com{releases}/{number}/assets{{?name,label}}"
            known = {"id": number, "url": f"https://api.github.com{releases}/{number}", "upload_url": uploads}
            return json.dumps(sent | known).encode()
        if method in ("POST", "PATCH") and path.startswith(f"{releases}/"):
            release = self.releases[int(path.removeprefix(f"{releases}/").split("/")[0]) - 1]
            if method == "POST":
                release["assets"].append(query["name"][0])
            else:
                release |= sent
            return json.dumps({}).encode()
        return (self.settings_of(path) or self.content(path)) if method == "GET" else None

    def settings_of(self, path: str) -> bytes | None:
        """Return what is asked of the repository itself, of one of its environments, or of that one's rules."""
        if path == f"/repos/{self.name}/rulesets":
            return json.dumps(self.rulesets).encode()
        address, _, rest = path.partition("/environments/")
        if address != f"/repos/{self.name}":
            return None
        name, _, rules = rest.partition("/")
        known: dict[str, Any] | None = {"full_name": self.spelling or self.name}
        if rest:
            known = self.environments.get(unquote(name))
        if known is not None and rules:
            known = {"branch_policies": known["branch_policies"]}
        return None if known is None else json.dumps(known).encode()

    def content(self, path: str) -> bytes | None:
        """Return a file as it is, or the listing of a folder, as GitHub does if it is asked for raw files."""
        where = "/".join(part for number, part in enumerate(path.split("/")[2:]) if number != 2)
        below = [name for name in self.contents if name.startswith(f"{where}/")]
        if below:
            entries = [{"name": Path(name).name, "path": name.split("/", 2)[2], "type": "file"} for name in below]
            return json.dumps(entries).encode()
        return self.contents.get(where)


class Server(ThreadingMixIn, UnixStreamServer):
    """Serves on a socket in the file system, each request in a thread."""

    daemon_threads = True


Kind = TypeVar("Kind", bound=GitHub)


def loopback_github(name: str) -> AbstractContextManager[GitHub]:
    """Serve a repository called `owner/name` for as long as the context lasts."""
    return loopback(GitHub, name)


@contextmanager
def loopback(kind: type[Kind], name: str) -> Iterator[Kind]:
    """Serve a repository of some kind, called `owner/name`, for as long as the context lasts."""
    with tempfile.TemporaryDirectory() as folder:  # a short path: a socket's has 107 characters at most
        github = kind(name, Path(folder))
        socket = github.settings / "socket"
        (github.settings / "config.yml").write_text(f"http_unix_socket: {socket}\n", encoding="utf-8")

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                address = urlsplit(self.path)
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                sent = json.loads(body) if body and "json" in self.headers["Content-Type"] else {}
                try:
                    found = github.answer(self.command, address.path, parse_qs(address.query), sent)
                    status = 200 if found is not None else 404
                    found = b'{"message": "Not Found"}' if found is None else found
                except Refused as refusal:
                    found, status = json.dumps({"message": str(refusal)}).encode(), refusal.status
                self.send_response(status)
                self.send_header("Content-Type", "application/json; charset=utf-8")
                self.send_header("Content-Length", str(len(found)))
                self.end_headers()
                self.wfile.write(found)

            do_HEAD = do_POST = do_PATCH = do_PUT = do_DELETE = do_GET

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        with Server(str(socket), Handler) as server:
            thread = threading.Thread(target=server.serve_forever, args=(0.05,))  # seconds until it notices its end
            thread.start()
            try:
                yield github
            finally:
                server.shutdown()
                thread.join()
