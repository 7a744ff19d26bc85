"""Sends the bytes of one request to the server behind the guard, once, and brings the bytes of the answer back."""

import asyncio
from dataclasses import dataclass, field

import h11

from thoughtly_contract.errors import TargetError
from thoughtly_contract.exchange import Answer
from thoughtly_contract.guard.framing import RawRequest
from thoughtly_contract.guard.upstream import Upstream

MOST_ANSWER_BYTES = 16 * 1024 * 1024
# Of the way between two machines, not of the request.
_OF_THE_CONNECTION = {b"host", b"connection", b"keep-alive", b"proxy-connection"}


@dataclass(slots=True)
class RawAnswer:
    """An answer in the bytes that it came in, and what they say."""

    content: bytearray = field(default_factory=bytearray)
    answer: Answer | None = None
    """None while it is no whole HTTP answer."""


def forwarded(raw: RawRequest, upstream: Upstream) -> bytes:
    """Return what is sent: the bytes of the request, but for the path's prefix and the headers of the connection."""
    first, *lines = raw.lines
    method, target, version = first.split(b" ")
    kept = [line for line in lines if line.partition(b":")[0].lower() not in _OF_THE_CONNECTION]
    line = b" ".join((method, upstream.prefix + target, version))
    head = (line, b"Host: " + upstream.authority, *kept, b"Connection: close")
    return b"\r\n".join(head) + b"\r\n\r\n" + raw.content


async def relay(raw: RawRequest, upstream: Upstream, seconds: float) -> RawAnswer:
    """Send a request; return what came back, whole or not.

    Raises:
        TargetError: nothing could be sent, or nothing came back. It is not tried again.
    """
    reader, writer = await upstream.connect()
    came = RawAnswer()
    try:
        writer.write(forwarded(raw, upstream))
        async with asyncio.timeout(seconds):
            await writer.drain()
            await _read(reader, raw.request.method, came)
    except TimeoutError as error:
        raise TargetError(f"{upstream.host} did not answer within {seconds:g} s; it is not asked again") from error
    except OSError as error:
        what = error.strerror or type(error).__name__
        raise TargetError(f"{upstream.host} broke the connection off ({what}); it is not asked again") from error
    finally:
        writer.transport.abort()
    if not came.content:
        raise TargetError(f"{upstream.host} closed the connection without an answer; it is not asked again")
    return came


async def _read(reader: asyncio.StreamReader, method: str, came: RawAnswer) -> None:
    parser: _Parser | None = _Parser(method)
    while data := await reader.read(64 * 1024):
        came.content += data
        if len(came.content) > MOST_ANSWER_BYTES:
            raise TargetError(f"the answer is over {MOST_ANSWER_BYTES} bytes")
        # What is no HTTP is brought back as it is, to its end.
        if parser and not parser.takes(data):
            parser = None
        if parser and (answer := parser.answer):
            came.answer = answer
            return
    if parser and parser.takes(b""):
        came.answer = parser.answer


class _Parser:
    """Tells when an answer is whole, and what it says."""

    def __init__(self, method: str) -> None:
        self._parser = h11.Connection(h11.CLIENT, max_incomplete_event_size=256 * 1024)
        self._parser.send(h11.Request(method=method, target="/", headers=[("host", "upstream")]))
        self._parser.send(h11.EndOfMessage())
        self._response: h11.Response | None = None
        self._body = bytearray()
        self.answer: Answer | None = None
        """The whole answer, once it is there."""

    def takes(self, data: bytes) -> bool:
        """Take more bytes, none for the end; return whether they still are HTTP."""
        try:
            self._parser.receive_data(data)
            while True:
                event = self._parser.next_event()
                if event in (h11.NEED_DATA, h11.PAUSED) or isinstance(event, h11.ConnectionClosed):
                    return True
                self._note(event)
                if self.answer:
                    return True
        except h11.RemoteProtocolError:
            return False

    def _note(self, event: object) -> None:
        if isinstance(event, h11.Response):
            self._response = event
        elif isinstance(event, h11.Data):
            self._body += event.data
        elif isinstance(event, h11.EndOfMessage) and self._response:
            headers = tuple((bytes(name), bytes(value)) for name, value in self._response.headers)
            self.answer = Answer(self._response.status_code, headers, bytes(self._body))
