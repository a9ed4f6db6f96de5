"""What goes wrong on the way from GitHub, where a test wants it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from tests.github.server import Response, json_response

MESSAGES = {
    401: "Bad credentials",
    403: "Forbidden",
    404: "Not Found",
    422: "Validation Failed",
    429: "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
    502: "Server Error",
}
"""What GitHub says where it fails, by the status."""

Lost = Literal["timeout", "cut", "garbage"]
"""How an answer is lost: it never comes, it ends in its middle, or it is no JSON."""


@dataclass
class Fault:
    """What is wrong with the next answers to a request: another status, or that they are lost."""

    method: str
    path: str
    status: int | Lost
    message: str
    times: int
    retry_after: int

    def meets(self, method: str, path: str) -> bool:
        """Say whether the next answer to a request is wrong; the case of its path does not count."""
        return self.times > 0 and (self.method, self.path.lower()) == (method, path.lower())

    def response(self, answer: Callable[[], Response]) -> Response:
        """Return what is sent; where the answer is lost half-way, what was asked for is done."""
        if self.status == "timeout":
            return Response(0, hangs=True)
        if self.status == "cut":
            found = answer()
            return Response(found.status, found.content, found.headers, whole=False)
        if self.status == "garbage":
            return Response(answer().status, b"<html>Unicorn!</html>", {"Content-Type": "text/html"})
        headers = {"Retry-After": str(self.retry_after)} if self.status == 429 else {}
        return json_response(self.status, {"message": self.message or MESSAGES.get(self.status, "")}, headers)
