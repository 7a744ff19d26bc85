"""HTTP/1.1 as the mock speaks it: uvicorn's, with bounds of size and time, and a typed answer to what is not HTTP."""

import asyncio
import socket
import struct
from dataclasses import dataclass
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from thoughtly_mock.corked import CorkedTransport
from thoughtly_mock.evidence import HEADER
from thoughtly_mock.problems import Problem
from thoughtly_mock.refusals import generic_refusal
from thoughtly_mock.scope import CONNECTION, UNPARSEABLE

_HEAD_END = b"\r\n\r\n"
_LAST_SECONDS = 0.5
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
    """For a client to take what is sent to it; then the connection is reset."""


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
        _reset(self.transport)

    def close(self) -> None:
        """Close the connection once what was sent has left."""
        self.transport.close()


class MockProtocol(HttpToolsProtocol):
    """One connection."""

    limits = Limits()

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._connection: Connection
        """Of the newest request."""
        self._raw = b""
        """What came of the head that is being read; within a chunk, the whole chunk."""
        self._searched = 0
        """Where in ``_raw`` the head can begin."""
        self._in_head = False
        self._trailer_bytes = 0
        self._refusal: Problem | None = None
        """What a parser callback refuses: it can only tell by raising."""
        self._deferred: Problem | None = None
        """What is refused once the answer before it is complete."""
        self._head_timer: asyncio.TimerHandle | None = None
        self._body_timer: asyncio.TimerHandle | None = None
        self._write_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn's is
        """Wait for a head."""
        super().connection_made(CorkedTransport(transport, self.loop))
        # asyncio does so by itself only for sockets that name their protocol, and those of a given listener do not.
        # Without it an answer waits 40 ms for the client to acknowledge its head.
        sock: socket.socket = transport.get_extra_info("socket")
        if sock.family in {socket.AF_INET, socket.AF_INET6}:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        for timer in (self._head_timer, self._body_timer, self._write_timer):
            if timer is not None:
                timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Feed the parser; answer what it cannot read."""
        if self._deferred or self.transport.is_closing():
            return
        self._unset_keepalive_if_required()
        self._raw = self._raw + data if self._in_head else data
        if self._head_timer is None and self._is_idle:
            self._await_head()
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserCallbackError:
            self._refuse(self._refusal or Problem(400, "the request's target cannot be read"))
        except httptools.HttpParserError as error:
            self._refuse(Problem(400, f"the request cannot be read as HTTP: {error}"))
        except httptools.HttpParserUpgrade:
            # What follows is of the other protocol, and is not read.
            self._stop_after_this_answer()
        else:
            self._forget_what_is_read()
            if self._body_timer is None and not self._is_idle and self.cycle.more_body:
                self._body_timer = self.loop.call_later(self.limits.body_seconds, self._body_is_late, self.cycle)

    @property
    def _is_idle(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _forget_what_is_read(self) -> None:
        self._raw = self._raw[self._searched :] if self._in_head else b""
        self._searched = 0
        if len(self._raw) > self.limits.head_bytes:
            self._refuse(_too_large(self.limits))

    def eof_received(self) -> bool:  # type: ignore[override] # asyncio's allows it, uvicorn's narrows it
        """Answer a client that has said all and still listens."""
        if self._in_head:
            self._refuse(Problem(400, "the request ends within its head"))
        elif not self._is_idle and self.cycle.more_body:
            self._refuse(Problem(400, "the request ends within its body"))
        elif not self._is_idle:
            self.cycle.keep_alive = False
        else:
            # Not left to the event loop, which knows nothing of what is not sent yet.
            self.transport.close()
        return True

    def on_message_begin(self) -> None:
        """Begin a head."""
        self._in_head, self._trailer_bytes = True, 0
        if self._head_timer is None:
            self._await_head()
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; a trailer says nothing that is listened to."""
        if self._in_head:
            super().on_header(name, value)
            return
        self._trailer_bytes += len(name) + len(value) + 4
        if self._trailer_bytes > self.limits.head_bytes:
            raise self._refused(_too_large(self.limits))

    def on_headers_complete(self) -> None:
        """Hand the request over."""
        self._stop_timer()
        self._in_head = False
        head = self._take_head()
        if len(head) > self.limits.head_bytes:
            raise self._refused(_too_large(self.limits))
        if self.parser.get_http_version() not in {"1.0", "1.1"}:
            raise self._refused(Problem(400, "only HTTP/1.0 and HTTP/1.1 are spoken here"))
        if (fault := _host_fault(self.headers, self.parser.get_http_version())) is not None:
            raise self._refused(Problem(400, fault))
        self._connection = Connection(self.transport, head)
        self.scope["extensions"] = {CONNECTION: {"connection": self._connection}}
        super().on_headers_complete()

    def _take_head(self) -> bytes:
        line = self.parser.get_method() + b" " + self.url + b" "
        start = max(self._raw.find(line, self._searched), self._searched)
        end = self._raw.find(_HEAD_END, start)
        self._searched = len(self._raw) if end < 0 else end + len(_HEAD_END)
        return self._raw[start : self._searched]

    def _refused(self, problem: Problem) -> Problem:
        self._refusal = problem
        return problem

    def on_response_complete(self) -> None:
        """Go on with the next request, or with what is wrong with it."""
        super().on_response_complete()
        if self._deferred and self._is_idle:
            self._answer(self._deferred)

    def _refuse(self, problem: Problem) -> None:
        """Answer what is no request, after the answers before it."""
        self._stop_timer()
        raw, self._raw, self._in_head = self._raw[self._searched :], b"", False
        if not self._is_idle and self.cycle.more_body:
            self._break_cycle(problem)
            return
        self._tell(raw, problem)
        if self._is_idle:
            self._answer(problem)
        else:
            self._deferred = problem

    def _break_cycle(self, problem: Problem) -> None:
        """Answer in place of the application, which waits for a body that cannot come."""
        self._connection.refusal = problem
        self.cycle.disconnected = True
        self.cycle.message_event.set()
        if self.pipeline or self.cycle.response_started:
            self.transport.close()
        else:
            self._answer(problem)

    def _answer(self, problem: Problem) -> None:
        answer = generic_refusal(problem)
        headers = {
            **answer.headers,
            HEADER: answer.evidence,
            "content-length": str(len(answer.body)),
            "connection": "close",
        }
        lines = [f"{name}: {value}\r\n".encode("latin-1") for name, value in headers.items()]
        self.transport.write(b"".join([STATUS_LINE[answer.status], *lines, b"\r\n", answer.body]))
        self.transport.close()

    def _tell(self, raw: bytes, problem: Problem) -> None:
        """Tell the application of bytes that are no request."""
        scope: Any = {"type": UNPARSEABLE, "raw": raw, "status": problem.status, "detail": problem.detail}
        task = self.loop.create_task(_told(self.app, scope))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def _await_head(self) -> None:
        self._head_timer = self.loop.call_later(self.limits.head_seconds, self._head_is_late)

    def _stop_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _head_is_late(self) -> None:
        self._head_timer = None
        if self._in_head:
            self._refuse(Problem(408, f"the head was not complete after {self.limits.head_seconds:g} seconds"))
        elif self._is_idle:
            self.transport.close()

    def on_message_complete(self) -> None:
        """Hand the end of the body over."""
        if self._body_timer is not None:
            self._body_timer.cancel()
            self._body_timer = None
        super().on_message_complete()

    def _body_is_late(self, cycle: RequestResponseCycle) -> None:
        self._body_timer = None
        if cycle is self.cycle and cycle.more_body and not cycle.response_complete:
            self._refuse(Problem(408, f"the body was not complete after {self.limits.body_seconds:g} seconds"))

    def _stop_after_this_answer(self) -> None:
        if self._is_idle:
            self.transport.close()
        else:
            self.cycle.keep_alive = False
            self.cycle.more_body = False
            self.cycle.message_event.set()

    def shutdown(self) -> None:
        """End soon, whatever is played: a stall lasts longer than anybody waits for a server to stop."""
        super().shutdown()
        self.loop.call_later(_LAST_SECONDS, _reset, self.transport)

    def pause_writing(self) -> None:
        """Wait for a client that does not take what is sent to it, but not for ever."""
        super().pause_writing()
        self._write_timer = self.loop.call_later(self.limits.answer_seconds, _reset, self.transport)

    def resume_writing(self) -> None:
        """Go on sending."""
        if self._write_timer is not None:
            self._write_timer.cancel()
            self._write_timer = None
        super().resume_writing()


def _reset(transport: asyncio.Transport) -> None:
    # Without this, what was not yet taken keeps the connection for as long as the client likes.
    sock: socket.socket = transport.get_extra_info("socket")
    if sock.fileno() >= 0:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
    transport.abort()


async def _told(app: Any, scope: Any) -> None:
    await app(scope, _nothing, _nothing)


async def _nothing(*_arguments: Any) -> Any:
    return {}


def _too_large(limits: Limits) -> Problem:
    return Problem(431, f"the head holds more than {limits.head_bytes} bytes")


def _host_fault(headers: list[tuple[bytes, bytes]], version: str) -> str | None:
    hosts = [value for name, value in headers if name == b"host"]
    if len(hosts) > 1:
        return f"the header host is there {len(hosts)} times"
    return "the header host is missing" if not hosts and version == "1.1" else None
