"""The one way from the checks to a server behind a URL.

The checks talk to an ASGI application, whatever the target. For a URL it is this one, which sends each request once,
on a connection of its own: no proxy from the environment, no redirect, no second try after a dropped connection. All
that schemathesis sends, probes of its checks included, passes here.
"""

import http.client
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from anyio import to_thread

from thoughtly_contract.errors import NotSentError, TargetError
from thoughtly_contract.guard.proxy import HEADER as GUARD_HEADER
from thoughtly_contract.guard.proxy import NOT_ANSWERED
from thoughtly_contract.loopback import require_loopback

Message = MutableMapping[str, Any]
Headers = list[tuple[bytes, bytes]]
_HOP_BY_HOP = {b"connection", b"keep-alive", b"transfer-encoding", b"host", b"content-length"}
_LONGEST_ANSWER_SECONDS = 30.0
# The guard has a limit of its own for the server, and may hold a request back until it is its turn.
_LONGEST_TURN_SECONDS = 900.0
_MOST_SILENCE = 3
"""So many requests in a row get no answer, and no more is sent. One may be what the server falls over."""


class Gateway:
    """An ASGI application that forwards to one server on this machine."""

    def __init__(self, url: str, mark: str | None = None) -> None:
        """Forward to ``url``.

        Args:
            url: of a server on this machine.
            mark: on answers that are the guard's own, where ``url`` is the guard.

        Raises:
            TargetError: it is not loopback.
        """
        self.url, self._mark = require_loopback(url), mark
        self._silence = 0
        self.lost: str | None = None
        """Why nothing is sent any more; None while the server answers."""
        parts = urlsplit(self.url)
        self._host, self._port, self._prefix = str(parts.hostname), parts.port, parts.path

    async def __call__(
        self,
        scope: Message,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        """Forward one request and pass the answer back; every other ASGI scope is refused as ASGI asks."""
        if scope["type"] != "http":
            raise NotImplementedError(f"no {scope['type']} here")
        body = b""
        more = True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        status, headers, content = await to_thread.run_sync(self._attended, scope, body)
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    def _attended(self, scope: Message, body: bytes) -> tuple[int, Headers, bytes]:
        if self.lost:
            raise TargetError(self.lost)
        try:
            answer = self._exchange(scope, body)
        except TargetError as error:
            self._silence += 1
            if self._silence == _MOST_SILENCE:
                self.lost = f"{error}; {_MOST_SILENCE} requests in a row got no answer, and no more were sent"
            raise
        self._silence = 0
        return answer

    def _exchange(self, scope: Message, body: bytes) -> tuple[int, Headers, bytes]:
        longest = _LONGEST_ANSWER_SECONDS if self._mark is None else _LONGEST_TURN_SECONDS
        connection = http.client.HTTPConnection(self._host, self._port, timeout=longest)
        try:
            self._write(connection, scope, body)
            response = connection.getresponse()
            body = response.read()
            self._require_answer_of_target(response.getheader(GUARD_HEADER, ""), body)
            return response.status, _without_hops(response.getheaders()), body
        except (OSError, http.client.HTTPException) as error:
            what = str(error) or type(error).__name__
            raise TargetError(f"{scope['method']} {scope['path']} at {self.url} got no HTTP answer: {what}") from error
        finally:
            connection.close()

    def _require_answer_of_target(self, said: str, body: bytes) -> None:
        kind, _, mark = said.rpartition(" ")
        if self._mark is None or mark != self._mark:
            return
        reason = body.decode("utf-8", "replace").strip()
        raise TargetError(reason) if kind == NOT_ANSWERED else NotSentError(reason)

    def _write(self, connection: http.client.HTTPConnection, scope: Message, body: bytes) -> None:
        query = scope["query_string"].decode("latin-1")
        url = self._prefix + scope["raw_path"].decode("latin-1") + (f"?{query}" if query else "")
        connection.putrequest(scope["method"], url, skip_accept_encoding=True)
        length = None
        for name, value in scope["headers"]:
            if name == b"content-length":
                length = value
            elif name not in _HOP_BY_HOP:
                connection.putheader(name, value)
        if body or length is not None:
            connection.putheader("content-length", str(len(body)))
        connection.endheaders(body or None)


def _without_hops(headers: list[tuple[str, str]]) -> Headers:
    pairs = ((name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers)
    return [(name, value) for name, value in pairs if name not in _HOP_BY_HOP]
