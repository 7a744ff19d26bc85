"""Sends raw bytes to a server and keeps the raw bytes that come back."""

import http.client
import io
import socket
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from thoughtly_contract.divergence.case import CLOSED, DIES, HANGS, Case
from thoughtly_contract.exchange import Answer
from thoughtly_contract.supervise import answers

SECONDS = 20.0
"""How long a server may take for its answer."""
_SHORTEST_HEAD = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back for one case."""

    status: int
    """Of the last answer that is not interim, or `CLOSED`, `HANGS` or `DIES`."""
    answer: Answer | None
    data: bytes
    """Everything that came, as it came."""


def send_until_it_dies(url: str, cases: Iterable[Case]) -> Iterator[Reply]:
    """Send each case on a connection of its own, one after the other; the last reply may be that the server died."""
    parts = urlsplit(url)
    address = str(parts.hostname), parts.port or 80
    for case in cases:
        reply = send(address, case)
        if reply.status == CLOSED and not answers(*address):
            yield Reply(DIES, None, reply.data)
            return
        yield reply


def send(address: tuple[str, int], case: Case) -> Reply:
    """Send one case."""
    hangs, data = False, b""
    with socket.create_connection(address, SECONDS) as connection:
        # A server may answer, and hang up, before it has read everything.
        with suppress(ConnectionError):
            connection.sendall(case.data)
            if case.half:
                connection.shutdown(socket.SHUT_WR)
        try:
            while part := connection.recv(65_536):
                data += part
        except TimeoutError:
            hangs = True
        except ConnectionError:
            pass
    answer = _parsed(data, case.method)
    if answer is None:
        return Reply(HANGS if hangs else CLOSED, None, data)
    return Reply(answer.status, answer, data)


class _Received:
    """Bytes that were received, as `http.client` reads them."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def makefile(self, *_arguments: object) -> io.BytesIO:
        """Return the bytes as a file."""
        return io.BytesIO(self._data)


def _parsed(data: bytes, method: str) -> Answer | None:
    if not data.startswith(b"HTTP/") or _SHORTEST_HEAD not in data:
        return None
    response = http.client.HTTPResponse(_Received(data), method=method)  # type: ignore[arg-type]  # all it needs
    try:
        response.begin()
        body = response.read()
    except (http.client.HTTPException, ValueError):
        return None
    headers = tuple((name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in response.getheaders())
    return Answer(response.status, headers, body)
