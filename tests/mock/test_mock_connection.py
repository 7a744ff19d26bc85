"""Several requests on one connection, connections that half end, and requests for another protocol."""

import asyncio
import socket
from collections.abc import Callable, Iterator

import pytest

from thoughtly_mock import MemoryStore, Verdict, body, create_app, magic
from thoughtly_mock.connection import Limits
from thoughtly_mock.corked import CorkedTransport
from thoughtly_mock.server import serving

PATIENCE_SECONDS = 60.0
FIRST = b"POST /contact/call HTTP/1.1\r\n"
HEADERS = b"host: mock\r\nx-api-token: t\r\nteam_id: m\r\ncontent-type: application/json\r\n"
CALL = b'{"contact_id": "c", "interview_id": "i"}'
UPGRADE = b"connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP\r\n"


def call(content: bytes = CALL, more: bytes = b"") -> bytes:
    return FIRST + HEADERS + more + b"content-length: %d\r\n\r\n" % len(content) + content


def to(contact: str) -> bytes:
    return CALL.replace(b'"c"', b'"%s"' % contact.encode())


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def connection(store: MemoryStore) -> Iterator[socket.socket]:
    """One connection to a mock that waits half a second for clients."""
    with (
        serving(create_app(store=store), limits=Limits(answer_seconds=0.5)) as url,
        socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])), timeout=PATIENCE_SECONDS) as opened,
    ):
        yield opened


def until(connection: socket.socket, end: bytes) -> bytes:
    received = b""
    while end not in received:
        chunk = connection.recv(65_536)
        assert chunk, received
        received += chunk
    return received


def rest(connection: socket.socket) -> bytes:
    """Return all that comes until the mock ends the connection."""
    received = b""
    while chunk := connection.recv(65_536):
        received += chunk
    return received


class TestUpgrade:
    """A wish for another protocol is no fault: Java's HTTP client sends one."""

    def test_a_request_with_such_a_wish_is_answered_as_without(self, connection, store) -> None:
        connection.sendall(call(more=UPGRADE))
        assert until(connection, b'"data":{}}').startswith(b"HTTP/1.1 200")
        assert store.entries()[0].body == CALL

    def test_the_connection_goes_on(self, connection, store) -> None:
        connection.sendall(call(more=UPGRADE) + call(b"[]") + call(more=UPGRADE + b"connection: close\r\n"))
        rest(connection)
        assert [entry.status for entry in store.entries()] == [200, 400, 200]

    def test_its_bytes_may_come_one_by_one(self, connection, store) -> None:
        for byte in call(more=UPGRADE):
            connection.sendall(bytes([byte]))
        assert until(connection, b'"data":{}}').startswith(b"HTTP/1.1 200")
        assert store.entries()[0].body == CALL

    def test_the_journal_has_the_head_as_it_came(self, connection, store) -> None:
        connection.sendall(call(more=UPGRADE))
        until(connection, b'"data":{}}')
        assert UPGRADE in store.entries()[0].head


class TestPipelining:
    """Requests that are sent before the first is answered."""

    def test_what_was_whole_is_answered_before_the_connection_ends_within_the_next(self, connection, store) -> None:
        connection.sendall(call(to(magic.DRIP)) + call()[:-5])
        connection.shutdown(socket.SHUT_WR)
        received = rest(connection)
        assert received.count(b"HTTP/1.1 ") == 2
        assert received.startswith(b"HTTP/1.1 200")
        assert b"HTTP/1.1 400" in received
        assert [entry.verdict for entry in store.entries()] == [Verdict.ACCEPTED, Verdict.INCOMPLETE]

    def test_a_head_is_found_behind_a_body_that_looks_like_it(self, connection, store) -> None:
        """The journal shows what was sent, not what a body pretends."""
        connection.sendall(call(FIRST * 3) + call(more=b"connection: close\r\n"))
        rest(connection)
        assert [entry.head.count(FIRST) for entry in store.entries()] == [1, 1]
        assert store.entries()[1].head.startswith(FIRST + b"host: mock\r\n")


class TestBodyThatIsNotSent:
    """A refusal does not wait for the rest of the request."""

    def test_who_asks_before_sending_is_refused_and_not_asked_to_send(self, connection) -> None:
        connection.sendall(FIRST + b"host: mock\r\nexpect: 100-continue\r\ncontent-length: 40\r\n\r\n")
        received = until(connection, b'"data":{}}')
        assert received.startswith(b"HTTP/1.1 401")
        assert b"connection: close" in received

    def test_who_may_send_is_asked_to(self, connection) -> None:
        connection.sendall(call(more=b"expect: 100-continue\r\n")[: -len(CALL)])
        assert until(connection, b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(CALL)
        assert until(connection, b'"data":{}}').startswith(b"HTTP/1.1 200")

    def test_no_later_request_is_taken_for_the_rest_of_it(self, connection, monkeypatch) -> None:
        monkeypatch.setattr(body, "DISCARDED_SECONDS", 0.1)
        connection.sendall(FIRST + b"host: mock\r\ncontent-length: 40\r\n\r\n")
        assert rest(connection).startswith(b"HTTP/1.1 401")


def test_a_stall_ends_some_time_after_the_client_has_ended_its_side(connection) -> None:
    """Whether somebody still listens cannot be told apart from nobody."""
    connection.sendall(call(to(magic.STALL)))
    connection.shutdown(socket.SHUT_WR)
    with pytest.raises(ConnectionResetError):
        connection.recv(1)


def test_a_refusal_of_what_is_no_http_has_a_date(connection) -> None:
    connection.sendall(b"nonsense\r\n\r\n")
    assert b"\r\ndate: " in rest(connection)


def test_a_closed_connection_is_not_kept_for_who_does_not_take_what_is_left() -> None:
    async def close_with_much_left() -> None:
        ours, theirs = socket.socketpair()
        lost = asyncio.Event()
        loop = asyncio.get_running_loop()
        with theirs:
            transport, _ = await loop.create_connection(_protocol(lost.set), sock=ours)
            corked = CorkedTransport(transport, loop, closing_seconds=0.05)
            corked.write(bytes(10_000_000))
            corked.close()
            assert corked.is_closing()
            await asyncio.wait_for(lost.wait(), PATIENCE_SECONDS)

    asyncio.run(close_with_much_left())


def _protocol(on_lost: Callable[[], None]) -> Callable[[], asyncio.Protocol]:
    class Losing(asyncio.Protocol):
        def connection_lost(self, _error: Exception | None) -> None:
            on_lost()

    return Losing
