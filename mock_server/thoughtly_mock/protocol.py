"""HTTP/1.1 as the mock speaks it: uvicorn's, with bounds of size and time, and a typed answer to what is not HTTP."""

import asyncio
import socket
from collections.abc import Callable, Collection
from typing import Any, Literal

import httptools
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from thoughtly_mock.connection import Connection, Limits, reset
from thoughtly_mock.corked import CorkedTransport
from thoughtly_mock.evidence import HEADER
from thoughtly_mock.heads import HeadRecorder
from thoughtly_mock.problems import Problem
from thoughtly_mock.refusals import generic_refusal
from thoughtly_mock.scope import CONNECTION, UNPARSEABLE

_LINE_END = b"\r\n"
_LAST_SECONDS = 0.5
_Timer = Literal["head", "body", "taking", "answer"]


class _Flow(FlowControl):
    """Reads nothing while requests wait for their turn: who sends faster than it reads must wait too."""

    def __init__(self, transport: asyncio.Transport, waiting: Collection[Any]) -> None:
        super().__init__(transport)
        self._waiting = waiting

    def resume_reading(self) -> None:
        """Go on reading, unless requests wait."""
        if not self._waiting:
            super().resume_reading()


class MockProtocol(HttpToolsProtocol):
    """One connection."""

    limits = Limits()

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._connection: Connection
        """Of the newest request."""
        self._answering: RequestResponseCycle | None = None
        """Exchange of the oldest request that is not answered."""
        self._heads = HeadRecorder()
        self._in_head = False
        self._trailer_bytes = 0
        self._declined: bytes | None = None
        """Head of a request for another protocol, which is read again without that wish."""
        self._refusal: Problem | None = None
        """What a parser callback refuses: it can only tell by raising."""
        self._deferred: Problem | None = None
        """What is refused once the answers before it are complete."""
        self._timers: dict[_Timer, asyncio.TimerHandle] = {}

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn's is
        """Wait for a head."""
        super().connection_made(CorkedTransport(transport, self.loop, self.limits.answer_seconds))
        self.flow = _Flow(self.transport, self.pipeline)
        # asyncio does so by itself only for sockets that name their protocol, and those of a given listener do not.
        # Without it an answer waits 40 ms for the client to acknowledge its head.
        sock: socket.socket = transport.get_extra_info("socket")
        if sock.family in {socket.AF_INET, socket.AF_INET6}:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        for timer in self._timers.values():
            timer.cancel()
        if self._answering is not None:
            # The base class tells only the newest.
            self._answering.disconnected = True
            self._answering.message_event.set()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Feed the parser; answer what it cannot read."""
        if self._deferred or self.transport.is_closing():
            return
        self._unset_keepalive_if_required()
        self._heads.add(data)
        if self._is_idle:
            self._await_head()
        try:
            self._feed(data)
        except httptools.HttpParserCallbackError:
            self._refuse(self._refusal or Problem(400, "the request's target cannot be read"))
        except httptools.HttpParserError as error:
            self._refuse(Problem(400, f"the request cannot be read as HTTP: {error}"))
        else:
            self._bound_what_is_unread()

    def _feed(self, data: bytes) -> None:
        while True:
            try:
                self.parser.feed_data(data)
            except httptools.HttpParserUpgrade:
                data = self._without_upgrade()
            else:
                return

    def _without_upgrade(self) -> bytes:
        """Return what to read in place of a wish to change the protocol, which RFC 9110 lets a server ignore."""
        lines = (self._declined or b"").split(_LINE_END)
        kept = _LINE_END.join(line for line in lines if not line.lower().startswith(b"upgrade:"))
        data = kept + self._heads.rest
        self._heads.forget()
        self._heads.add(data)
        self.parser = httptools.HttpRequestParser(self)
        # As uvicorn has it: what follows a request that ends the connection is no fault of that request.
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
        return data

    @property
    def _is_idle(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _bound_what_is_unread(self) -> None:
        if not self._in_head:
            self._heads.forget()
        elif len(self._heads.rest) > self.limits.head_bytes:
            self._refuse(_too_large(self.limits))
        if not self._is_idle and self.cycle.more_body:
            self._await_body()

    def eof_received(self) -> bool:  # type: ignore[override] # asyncio's allows it, uvicorn's narrows it
        """Answer a client that has said all and still listens."""
        if self._in_head:
            self._refuse(Problem(400, "the request ends within its head"))
        elif self._is_idle:
            # Not left to the event loop, which knows nothing of what is not sent yet.
            self.transport.close()
        elif self.cycle.more_body:
            self._refuse(Problem(400, "the request ends within its body"))
        else:
            self.cycle.keep_alive = False
            # Whether anybody still listens shows only when something is sent.
            self._start("answer", self.limits.answer_seconds, reset, self.transport)
        return True

    def on_message_begin(self) -> None:
        """Begin a head."""
        self._in_head, self._trailer_bytes = True, 0
        self._await_head()
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; a trailer says nothing that is listened to."""
        if self._in_head:
            # The parser takes off the blanks before a value alone.
            super().on_header(name, value.rstrip(b" \t"))
            return
        self._trailer_bytes += len(name) + len(value) + 4
        if self._trailer_bytes > self.limits.head_bytes:
            raise self._refused(_too_large(self.limits))

    def on_headers_complete(self) -> None:
        """Hand the request over."""
        self._stop("head")
        self._in_head = False
        method, version = self.parser.get_method(), self.parser.get_http_version()
        head = self._heads.take(method + b" " + self.url + b" ")
        if (problem := self._head_problem(head, method, version)) is not None:
            raise self._refused(problem)
        if self.parser.should_upgrade():
            self._declined = head
            return
        self._connection = Connection(self.transport, self._declined or head)
        self._declined = None
        self.scope["extensions"] = {CONNECTION: {"connection": self._connection}}
        super().on_headers_complete()
        if not self.pipeline:
            self._answering = self.cycle

    def _head_problem(self, head: bytes, method: bytes, version: str) -> Problem | None:
        if len(head) > self.limits.head_bytes:
            return _too_large(self.limits)
        if version not in {"1.0", "1.1"}:
            return Problem(400, "only HTTP/1.0 and HTTP/1.1 are spoken here")
        if method == b"CONNECT":
            return Problem(400, "this is no proxy: nothing is connected to")
        fault = _host_fault(self.headers, version)
        return None if fault is None else Problem(400, fault)

    def _refused(self, problem: Problem) -> Problem:
        self._refusal = problem
        return problem

    def on_body(self, body: bytes) -> None:
        """Take a piece of a body."""
        self._heads.skip(len(body))
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Hand the end of the body over."""
        if self._declined is None:
            self._stop("body")
            super().on_message_complete()

    def on_response_complete(self) -> None:
        """Go on with the next request, or with what is wrong with it."""
        if self._is_idle and self.cycle.more_body:
            # What came next would be taken for the rest of its body.
            self.transport.close()
        self._answering = self.pipeline[-1][0] if self.pipeline else None
        super().on_response_complete()
        if self._deferred and not self.pipeline and (self._is_idle or self.cycle.disconnected):
            self._answer(self._deferred)

    def _refuse(self, problem: Problem) -> None:
        """Answer what is no request, after the answers before it."""
        self._stop("head")
        raw, self._in_head = self._heads.rest, False
        self._heads.forget()
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
        if self.pipeline:
            self._deferred = problem
        elif self.cycle.response_started:
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
        lines = [name + b": " + value + _LINE_END for name, value in self.server_state.default_headers]
        lines += [f"{name}: {value}\r\n".encode("latin-1") for name, value in headers.items()]
        self.transport.write(b"".join([STATUS_LINE[answer.status], *lines, _LINE_END, answer.body]))
        self.transport.close()

    def _tell(self, raw: bytes, problem: Problem) -> None:
        """Tell the application of bytes that are no request."""
        scope: Any = {"type": UNPARSEABLE, "raw": raw, "status": problem.status, "detail": problem.detail}
        task = self.loop.create_task(_told(self.app, scope))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def _await_head(self) -> None:
        self._start("head", self.limits.head_seconds, self._head_is_late)

    def _head_is_late(self) -> None:
        self._stop("head")
        if self.pipeline:
            # Nothing is read until those before it are answered.
            self._await_head()
        elif self._in_head:
            self._refuse(Problem(408, f"the head was not complete after {self.limits.head_seconds:g} seconds"))
        elif self._is_idle:
            self.transport.close()

    def _await_body(self) -> None:
        self._start("body", self.limits.body_seconds, self._body_is_late)

    def _body_is_late(self) -> None:
        self._stop("body")
        if self.pipeline:
            self._await_body()
        elif not self._is_idle and self.cycle.more_body:
            self._refuse(Problem(408, f"the body was not complete after {self.limits.body_seconds:g} seconds"))

    def shutdown(self) -> None:
        """End soon, whatever is played: a stall lasts longer than anybody waits for a server to stop."""
        super().shutdown()
        self.loop.call_later(_LAST_SECONDS, reset, self.transport)

    def pause_writing(self) -> None:
        """Wait for a client that does not take what is sent to it, but not for ever."""
        super().pause_writing()
        self._start("taking", self.limits.answer_seconds, reset, self.transport)

    def resume_writing(self) -> None:
        """Go on sending."""
        self._stop("taking")
        super().resume_writing()

    def _start(self, name: _Timer, seconds: float, late: Callable[..., None], *arguments: Any) -> None:
        """Start a timer, unless it runs."""
        if name not in self._timers:
            self._timers[name] = self.loop.call_later(seconds, late, *arguments)

    def _stop(self, name: _Timer) -> None:
        if (timer := self._timers.pop(name, None)) is not None:
            timer.cancel()


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
