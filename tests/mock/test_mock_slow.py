"""Clients that send or read too slowly, and connections that end early: nothing waits for ever."""

import errno
import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from thoughtly_mock import Entry, MemoryStore, Verdict, create_app, magic
from thoughtly_mock.connection import Limits
from thoughtly_mock.server import serving

SHORT = Limits(head_seconds=0.3, body_seconds=0.3, answer_seconds=0.5)
HEAD = (
    b"POST /contact/call HTTP/1.1\r\nhost: mock\r\nx-api-token: t\r\nteam_id: m\r\ncontent-type: application/json\r\n"
)
PATIENCE_SECONDS = 60.0


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def connect(store: MemoryStore) -> Iterator[Callable[[], socket.socket]]:
    """Opens a connection to a mock that has little patience."""
    with serving(create_app(store=store), limits=SHORT) as url:
        port = int(url.rpartition(":")[2])
        yield lambda: socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS)


def rest(connection: socket.socket) -> bytes:
    """Return all that comes until the mock ends the connection."""
    received = b""
    while chunk := connection.recv(65_536):
        received += chunk
    return received


@pytest.mark.parametrize(
    ("sent", "status", "detail"),
    [
        (b"POST /cont", b"408", b"the head was not complete after 0.3 seconds"),
        (HEAD, b"408", b"the head was not complete after 0.3 seconds"),
        (HEAD + b"content-length: 10\r\n\r\n{", b"408", b"the body was not complete after 0.3 seconds"),
        (HEAD + b"transfer-encoding: chunked\r\n\r\n1\r\n{\r\n", b"408", b"the body was not complete"),
    ],
    ids=["request line", "head", "body", "chunks"],
)
def test_who_stops_in_the_middle_is_told_so(connect, store, sent: bytes, status: bytes, detail: bytes) -> None:
    with connect() as connection:
        connection.sendall(sent)
        answer = rest(connection)
    assert answer.startswith(b"HTTP/1.1 " + status)
    assert detail in answer
    assert store.entries()[-1].status == int(status)


def test_who_says_nothing_is_left_without_an_answer(connect, store) -> None:
    with connect() as connection:
        assert rest(connection) == b""
    assert not store.entries()


def test_a_head_that_comes_byte_by_byte_has_the_same_time(connect) -> None:
    """Not the same time again for each byte."""
    with connect() as connection:
        received = b""
        for byte in b"GET /" + b"x" * 10_000:
            connection.sendall(bytes([byte]))
            connection.settimeout(0.05)
            try:
                received = connection.recv(65_536)
                break
            except TimeoutError:
                continue
        assert received.startswith(b"HTTP/1.1 408")


def test_who_idles_after_line_ends_is_sent_away(connect) -> None:
    with connect() as connection:
        connection.sendall(b"\r\n\r\n")
        assert rest(connection) == b""


def test_who_does_not_take_the_answer_is_dropped(connect, store) -> None:
    """The journal is larger than all buffers on the way, and is never read."""
    large = Entry(0.0, "POST", "/", b"", b"x" * 60_000, Verdict.REFUSED)
    for _ in range(300):
        store.append(large)
    with connect() as connection:
        connection.sendall(b"GET /_mock/requests HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n")
        assert eventually(lambda: connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == errno.ECONNRESET)


def test_who_leaves_before_the_request_is_whole_is_in_the_journal(connect, store) -> None:
    with connect() as connection:
        connection.sendall(HEAD + b"content-length: 10\r\n\r\n{")
    assert eventually(lambda: [entry.verdict for entry in store.entries()] == [Verdict.INCOMPLETE])


def test_a_stall_lasts_as_long_as_the_client_and_no_longer(connect, store) -> None:
    body = b'{"contact_id": "%s", "interview_id": "i"}' % magic.STALL.encode()
    with connect() as connection:
        connection.sendall(HEAD + b"content-length: %d\r\n\r\n" % len(body) + body)
        assert eventually(lambda: [entry.played for entry in store.entries()] == ["magic stall"])
        connection.settimeout(0.2)
        with pytest.raises(TimeoutError):
            connection.recv(1)


def eventually(claim: Callable[[], bool]) -> bool:
    """Whether a claim comes true; a server of its own thread needs its time."""
    for _ in range(int(PATIENCE_SECONDS / 0.02)):
        if claim():
            return True
        threading.Event().wait(0.02)
    return False
