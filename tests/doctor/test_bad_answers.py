"""An index that answers badly tells nothing, in bounded time, and the other findings decide."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from pyrelease import index
from tests.doctor.patients import Patient

OK = b"HTTP/1.1 200 OK\r\n"


def body(content: bytes, length: int | None = None) -> list[bytes]:
    """Return an answer whose header says how long its body is."""
    return [OK + f"Content-Length: {len(content) if length is None else length}\r\n\r\n".encode() + content]


ANSWERS: dict[str, list[bytes]] = {
    "nothing": [],
    "garbage": [b"\x00\xff\x1b[31m nonsense\r\n\r\n"],
    "no JSON": body(b"<html>"),
    "no UTF-8": body(b'"\xff"'),
    "a list": body(b"[]"),
    "a number": body(b"3"),
    "deep JSON": body(b"[" * 100_000),
    "a cut body": body(b'{"info": {}}', 4000),
    "a cut chunk": [OK + b"Transfer-Encoding: chunked\r\n\r\n10\r\n{}"],
    "a length that is none": [OK + b"Content-Length: -5\r\n\r\n{"],
    "101 headers": [OK + b"".join(b"X-%d: 1\r\n" % number for number in range(101)) + b"\r\n{}"],
    "a long header": [OK + b"X: " + b"x" * 100_000 + b"\r\n\r\n{}"],
    "a circle": [b"HTTP/1.1 302 Found\r\nLocation: /pypi/demo-package/json\r\nContent-Length: 0\r\n\r\n"],
    "another scheme": [b"HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n"],
    "503": [b"HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n"],
    "a status that is none": [b"HTTP/1.1 abc\r\n\r\n"],
}


@contextmanager
def serving(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """Serve one answer to everybody on the loopback, and give its address."""
    ended = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)

        def serve() -> None:
            while not ended.is_set():
                with suppress(OSError):
                    connection, _ = server.accept()
                    with connection:
                        connection.settimeout(2)
                        connection.recv(4096)
                        answer(connection)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}"
        finally:
            ended.set()
            thread.join()


def only_not_asked(patient: Patient, address: str) -> None:
    """See that both indexes are said not to have been asked, and that nothing else is found."""
    found = patient.findings(
        "--online", "--select=PR701,PR702,PR703", sites=dict.fromkeys(("PyPI", "TestPyPI"), address)
    )
    listed = [part for part in found if part["place"] != "GitHub"]
    assert [part["code"] for part in listed] == ["PR701", "PR701"], found
    assert all(part["text"].startswith("not known, so only the other findings count: ") for part in listed)


@pytest.mark.parametrize("kind", ANSWERS)
def test_an_answer_that_is_none_decides_nothing(patient: Patient, kind: str) -> None:
    def answer(connection: socket.socket) -> None:
        for part in ANSWERS[kind]:
            connection.sendall(part)

    with serving(answer) as address:
        only_not_asked(patient, address)


def test_what_is_found_besides_decides(patient: Patient) -> None:
    patient.change('name = "demo-package"', 'name = "other"', "pyproject.toml")
    with serving(lambda connection: connection.sendall(ANSWERS["garbage"][0])) as address:
        assert patient.seen("--online", sites=dict.fromkeys(("PyPI", "TestPyPI"), address)).code == 1


@pytest.mark.parametrize("head", [b"", OK, OK + b"Content-Length: 1000\r\n\r\n"])
def test_the_limit_is_for_the_whole_answer(patient: Patient, monkeypatch: pytest.MonkeyPatch, head: bytes) -> None:
    monkeypatch.setattr(index, "SECONDS", 0.5)
    stop = time.monotonic() + 6

    def answer(connection: socket.socket) -> None:
        connection.sendall(head)
        while time.monotonic() < stop:
            connection.sendall(b" ")
            time.sleep(0.1)

    with serving(answer) as address:
        started = time.monotonic()
        only_not_asked(patient, address)
        assert time.monotonic() - started < 5
        stop = 0


def test_an_answer_has_a_size(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "BYTES", 1000)
    large = body(json.dumps({"info": {}, "x": "y" * 2000}).encode())
    with serving(lambda connection: connection.sendall(large[0])) as address:
        only_not_asked(patient, address)


@pytest.mark.parametrize("urls", [["https://example.org"], "https://example.org", 3, None, {"Home": None}])
def test_addresses_of_any_shape_are_read(patient: Patient, urls: object) -> None:
    known = body(json.dumps({"info": {"project_urls": urls}}).encode())
    with serving(lambda connection: connection.sendall(known[0])) as address:
        seen = patient.seen("--online", sites=dict.fromkeys(("PyPI", "TestPyPI"), address))
    assert sum("is taken" in line for line in seen.findings) == 2
