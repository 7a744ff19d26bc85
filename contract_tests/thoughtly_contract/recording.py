"""Tells of everything that was sent to a target and came back."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from thoughtly_contract.exchange import Answer, Message, Request
from thoughtly_mock.problems import Problem
from thoughtly_mock.routes import Routes
from thoughtly_openapi.loader import Operation


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer."""

    operation: Operation | None
    """What the request is for by its method and path; None where the spec has no such operation."""
    request: Request
    answer: Answer


Listener = Callable[[Exchange], None]


@dataclass(slots=True)
class Statuses:
    """Listens for the statuses that each operation was answered with."""

    seen: dict[str, set[int]] = field(default_factory=dict)
    """By operation id."""

    def __call__(self, exchange: Exchange) -> None:
        """Take note of one exchange."""
        if exchange.operation:
            self.seen.setdefault(exchange.operation.operation_id, set()).add(exchange.answer.status)


class Recording:
    """An ASGI application that passes everything on to another one, and tells listeners of each exchange.

    It stands between the checks and the target, so that nothing which is sent through the target's application, probes
    of schemathesis' own included, goes unheard.
    """

    def __init__(self, app: Any, spec: Mapping[str, Any], listeners: Iterable[Listener]) -> None:
        self._app, self._routes, self._listeners = app, Routes(spec), tuple(listeners)

    async def __call__(self, scope: Message, receive: Any, send: Any) -> None:
        """Pass one request on, and its answer back."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        heard = _Heard(receive, send)
        await self._app(scope, heard.receive, heard.send)
        if exchange := self._exchange(scope, heard):
            for listener in self._listeners:
                listener(exchange)

    def _exchange(self, scope: Message, heard: "_Heard") -> Exchange | None:
        if heard.start is None:
            return None
        path = (scope.get("raw_path") or scope["path"].encode()).split(b"?")[0]
        headers = tuple((bytes(name).lower(), bytes(value)) for name, value in scope["headers"])
        request = Request(scope["method"], path, scope["query_string"], headers, bytes(heard.sent))
        told = tuple((bytes(name).lower(), bytes(value)) for name, value in heard.start.get("headers", ()))
        return Exchange(self._operation(request), request, Answer(heard.start["status"], told, bytes(heard.got)))

    def _operation(self, request: Request) -> Operation | None:
        with suppress(Problem):
            return self._routes.match(request.method, request.path.decode("latin-1")).operation
        return None


class _Heard:
    """What passed in one exchange."""

    def __init__(self, receive: Any, send: Any) -> None:
        self._receive, self._send = receive, send
        self.sent, self.got = bytearray(), bytearray()
        self.start: Message | None = None

    async def receive(self) -> Message:
        """Pass a part of the request on."""
        message: Message = await self._receive()
        self.sent += message.get("body", b"")
        return message

    async def send(self, message: Message) -> None:
        """Pass a part of the answer back."""
        if message["type"] == "http.response.start":
            self.start = message
        self.got += message.get("body", b"")
        await self._send(message)
