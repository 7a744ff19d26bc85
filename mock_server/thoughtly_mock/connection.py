"""A connection: what it may cost, and how an application ends it."""

import asyncio
import socket
import struct
from dataclasses import dataclass

from thoughtly_mock.problems import Problem

# With no time to linger, closing a socket resets the connection.
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one connection may cost."""

    head_bytes: int = 65_536
    """Size of a request's head, and of its trailers; more is refused with 431."""
    head_seconds: float = 10.0
    """For a whole head to arrive; then 408, or nothing where not a byte had come."""
    body_seconds: float = 30.0
    """For a whole body to arrive; then 408."""
    answer_seconds: float = 30.0
    """For a client to take what is sent to it, and for an answer to one that has ended its side; then the connection
    is reset."""
    idle_seconds: int = 75
    """Between an answer and the next request; then the connection is closed. Clients that pool connections give them
    up sooner, and so meet none that closes under a request."""


@dataclass(slots=True)
class Connection:
    """The connection that brought a request, for an application that breaks it on purpose."""

    transport: asyncio.Transport
    raw_head: bytes
    """The request's head exactly as it came."""
    refusal: Problem | None = None
    """What the client was told in place of the application's answer, for lack of a whole request."""

    def abort(self) -> None:
        """Reset the connection."""
        reset(self.transport)

    def close(self) -> None:
        """Close the connection once what was sent has left."""
        self.transport.close()


def reset(transport: asyncio.Transport) -> None:
    """Reset a connection, if it is still there."""
    # Without this, what was not yet taken keeps the connection for as long as the client likes.
    sock: socket.socket = transport.get_extra_info("socket")
    if sock.fileno() >= 0:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
    transport.abort()
