"""A server that misbehaves as told, and clients that talk to it."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

HOST = "127.0.0.1"
TOKEN = "canary-token-5c1f"
TEAM = "canary-team-77ab"
ACCEPTED = b'{"data": {"id": "c1"}, "error": null}'


class Peer:
    """One connection, seen from the server."""

    def __init__(self, connection: socket.socket, server: "RawServer") -> None:
        self._socket, self._server = connection, server
        self._pending = b""

    @property
    def posts(self) -> int:
        """How many POSTs the server has seen so far."""
        return self._server.posts

    def read(self) -> bytes | None:
        """Read one request whole and count it; None when the client has closed."""
        while b"\r\n\r\n" not in self._pending:
            if not self._more():
                return None
        head, _, rest = self._pending.partition(b"\r\n\r\n")
        if head.startswith(b"POST "):
            self._server.posts += 1
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0] or 0)
        self._pending = rest
        while len(self._pending) < length and self._more():
            pass
        body, self._pending = self._pending[:length], self._pending[length:]
        self._server.requests.append((head, body))
        return body

    def peek(self) -> None:
        """Wait for the first bytes without reading them: the connection stands, and the client has begun to send."""
        with suppress(OSError):
            self._socket.recv(1, socket.MSG_PEEK)

    def _more(self) -> bool:
        try:
            data = self._socket.recv(65536)
        except OSError:
            return False
        self._pending += data
        return bool(data)

    def send(self, data: bytes) -> None:
        """Send raw bytes; the client may be gone."""
        with suppress(OSError):
            self._socket.sendall(data)

    def reply(self, status: int = 200, body: bytes = ACCEPTED, *headers: str) -> None:
        """Send a whole response."""
        lines = [f"HTTP/1.1 {status} Told", f"content-length: {len(body)}", "content-type: application/json", *headers]
        bodiless = status in {204, 304}
        lines = [line for line in lines if not (bodiless and line.startswith("content-"))]
        self.send("\r\n".join([*lines, "", ""]).encode() + (b"" if bodiless else body))

    def stall(self) -> None:
        """Do nothing until the test is over."""
        self._server.stopping.wait()

    def wait(self, seconds: float) -> None:
        """Wait, but not longer than the test lasts."""
        self._server.stopping.wait(seconds)

    def reset(self) -> None:
        """Close by a reset."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()


Behaviour = Callable[[Peer], None]


class RawServer:
    """A TCP server that gives each connection to a function."""

    def __init__(self, behave: Behaviour) -> None:
        self.posts = 0
        self.requests: list[tuple[bytes, bytes]] = []
        self.stopping = threading.Event()
        self._behave = behave
        self._listener = socket.create_server((HOST, 0))
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def _accept(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            if self.stopping.is_set():
                connection.close()
                return
            thread = threading.Thread(target=self._serve, args=(Peer(connection, self),))
            self._threads.append(thread)
            thread.start()

    def _serve(self, peer: Peer) -> None:
        try:
            self._behave(peer)
        finally:
            peer.close()

    def close(self) -> None:
        if self.stopping.is_set():
            return
        self.stopping.set()
        socket.create_connection((HOST, self.port)).close()
        for thread in self._threads:
            thread.join()
        self._listener.close()


ServerFactory = Callable[[Behaviour], RawServer]


@pytest.fixture
def raw_server() -> Iterator[ServerFactory]:
    """Start servers that behave as told; they end with the test."""
    servers: list[RawServer] = []

    def start(behave: Behaviour) -> RawServer:
        servers.append(RawServer(behave))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def accepting(raw_server: ServerFactory) -> RawServer:
    """A server that accepts every request, over connections that stay open."""

    def behave(peer: Peer) -> None:
        while peer.read() is not None:
            peer.reply()

    return raw_server(behave)


@pytest.fixture(autouse=True)
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of this machine, and no waiting between attempts."""
    for name in ("THOUGHTLY_API_TOKEN", "THOUGHTLY_TEAM_ID", "THOUGHTLY_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("thoughtly_client.retries.FIRST_BACKOFF", 0.0)
