"""Bytes that are hardly HTTP: a server that falls over, takes them, or hangs on to them is found."""

import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from thoughtly_contract.battery import wire
from thoughtly_contract.exchange import Request
from thoughtly_contract.mutants import reference
from thoughtly_contract.target import served
from thoughtly_openapi.loader import load_spec

BARE = Request("POST", b"/contact/call", headers=((b"content-type", b"application/json"),), body=b"{}")


@contextmanager
def answering(answer: bytes | None) -> Iterator[str]:
    """Serve the same answer to whatever comes; None keeps every connection open."""
    over = threading.Event()

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.settimeout(5)
            while self.request.recv(65_536):
                pass
            if answer is None:
                over.wait(20)
            else:
                self.request.sendall(answer)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            over.set()
            server.shutdown()
            thread.join()


def kinds(url: str) -> set[str]:
    return {finding.kind for _, _, finding in wire.wire_findings(url, BARE)}


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", set()),
        (b"", set()),
        (b"HTTP/1.1 505 HTTP Version Not Supported\r\n\r\n", set()),
        (b"HTTP/1.1 500 Internal Server Error\r\n\r\n", {"ServerError"}),
        (b"HTTP/1.1 200 OK\r\n\r\n", {"InvalidAccepted"}),
    ],
    ids=["refuses", "hangs up", "knows no such version", "crashes", "takes it"],
)
def test_a_server_refuses_or_hangs_up(answer: bytes, found: set[str]) -> None:
    with answering(answer) as url:
        assert kinds(url) == found


def test_a_server_that_never_answers_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "SECONDS", 0.05)
    monkeypatch.setattr(wire, "wire_probes", lambda bare: iter([("zero bytes", b"\0")]))
    with answering(None) as url:
        assert kinds(url) == {"NoAnswer"}


def test_a_server_that_is_gone_is_found() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert kinds(f"http://127.0.0.1:{port}") == {"Gone"}


def test_a_healthy_server_is_not_failed() -> None:
    with served(reference(load_spec(), ()).app) as url:
        assert kinds(url) == set()
