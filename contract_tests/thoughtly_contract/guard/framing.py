"""Reads one HTTP request from a stream, if there is only one way to read it.

Two servers can disagree on where a request ends, or which of two headers counts. What they could disagree on is refused
here, for nobody could say what the server behind would make of it.
"""

import asyncio
import re
from dataclasses import dataclass

from thoughtly_contract.exchange import Request

MOST_HEAD_BYTES = 64 * 1024
MOST_BODY_BYTES = 1024 * 1024
_LINE = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+) (/[\x21-\x7e\x80-\xff]*) HTTP/1\.[01]")
_HEADER = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\x00\r\n]*?)[ \t]*")
_CHUNK = re.compile(rb"([0-9a-fA-F]{1,6})\r\n")
# Of these, the second could be the one that counts.
_ONCE = (b"content-length", b"transfer-encoding", b"host", b"content-type", b"content-encoding")
_NEVER = {
    b"upgrade": "asks for another protocol",
    b"expect": "expects to be asked for its body",
    b"te": "speaks of transfer codings",
    b"trailer": "announces trailers",
}


class FramingError(Exception):
    """The bytes are not one request that every server reads alike. The text says why."""


@dataclass(frozen=True, slots=True)
class RawRequest:
    """A request with the bytes that it came in."""

    head: bytes
    """Up to and with the empty line."""
    content: bytes
    """What follows, chunks and all."""
    request: Request

    @property
    def lines(self) -> list[bytes]:
        """The lines of the head, the request line first."""
        return self.head[:-4].split(b"\r\n")


async def read_raw_request(stream: asyncio.StreamReader) -> RawRequest | None:
    """Read one request; None where the client closed before it sent anything.

    Raises:
        FramingError: it is no request, or one that two servers could read differently.
        OSError: the connection broke.
    """
    try:
        head = await stream.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as error:
        if error.partial:
            raise FramingError("its head is not complete") from error
        return None
    except asyncio.LimitOverrunError as error:
        raise FramingError(f"its head is over {MOST_HEAD_BYTES} bytes") from error
    method, target, headers = parsed_head(head)
    try:
        content, body = await _read_content(stream, dict(headers))
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
        raise FramingError("its body is not complete") from error
    path, _, query = target.partition(b"?")
    return RawRequest(head, content, Request(method.decode(), path, query, headers, body))


def parsed_head(head: bytes) -> tuple[bytes, bytes, tuple[tuple[bytes, bytes], ...]]:
    """Return method, target and headers of a head, names in lower case.

    Raises:
        FramingError: it is no head that every server reads alike.
    """
    if len(head) > MOST_HEAD_BYTES:
        raise FramingError(f"its head is over {MOST_HEAD_BYTES} bytes")
    first, *rest = head[:-4].split(b"\r\n")
    line = _LINE.fullmatch(first)
    if line is None:
        raise FramingError("its first line is not a method, a path and HTTP/1.1")
    pairs = [_HEADER.fullmatch(text) for text in rest]
    headers = tuple((pair[1].lower(), pair[2]) for pair in pairs if pair)
    if len(headers) < len(pairs):
        raise FramingError("a line of its head is no header")
    _require_one_reading(headers)
    return line[1], line[2], headers


def _require_one_reading(headers: tuple[tuple[bytes, bytes], ...]) -> None:
    names = [name for name, _ in headers]
    for name in _ONCE:
        if names.count(name) > 1:
            raise FramingError(f"{name.decode()} comes more than once")
    if b"content-length" in names and b"transfer-encoding" in names:
        raise FramingError("it has a length and a transfer coding")
    for name in names:
        if name in _NEVER:
            raise FramingError(f"it {_NEVER[name]}")


async def _read_content(stream: asyncio.StreamReader, headers: dict[bytes, bytes]) -> tuple[bytes, bytes]:
    if coding := headers.get(b"transfer-encoding"):
        if coding.lower() != b"chunked":
            raise FramingError("its transfer coding is not just chunked")
        return await _read_chunks(stream)
    length = headers.get(b"content-length", b"0")
    if not re.fullmatch(rb"[0-9]{1,9}", length):
        raise FramingError("its content length is no number")
    if int(length) > MOST_BODY_BYTES:
        raise FramingError(f"its body is over {MOST_BODY_BYTES} bytes")
    body = await stream.readexactly(int(length))
    return body, body


async def _read_chunks(stream: asyncio.StreamReader) -> tuple[bytes, bytes]:
    content, body = bytearray(), bytearray()
    while True:
        line = await stream.readuntil(b"\r\n")
        size = _CHUNK.fullmatch(line)
        if size is None:
            raise FramingError("a chunk does not begin with its size alone")
        chunk = await stream.readexactly(int(size[1], 16) + 2)
        content += line + chunk
        if not chunk.endswith(b"\r\n"):
            raise FramingError("a chunk does not end where it says")
        if len(chunk) == 2:
            return bytes(content), bytes(body)
        body += chunk[:-2]
        if len(body) > MOST_BODY_BYTES:
            raise FramingError(f"its body is over {MOST_BODY_BYTES} bytes")
