"""Reaching the mock in process, without a socket, as if there were one."""

from contextlib import ExitStack
from typing import Any

import httpx
from anyio.from_thread import BlockingPortal, start_blocking_portal

from thoughtly_mock.perform import BrokenExchangeError
from thoughtly_mock.play import FaultKind

_ERRORS: dict[FaultKind, type[httpx.TransportError]] = {
    FaultKind.STALL: httpx.ReadTimeout,
    FaultKind.RESET_BEFORE: httpx.ReadError,
    FaultKind.RESET_AFTER: httpx.ReadError,
    FaultKind.LOST_RESPONSE: httpx.RemoteProtocolError,
    FaultKind.TRUNCATED: httpx.RemoteProtocolError,
}


class AsgiTransport(httpx.AsyncBaseTransport, httpx.BaseTransport):
    """An httpx transport, for clients of both kinds, that calls an ASGI application.

    A played fault raises the error that it raises over a socket; a stall does not wait for the client's time-out.
    """

    def __init__(self, app: Any) -> None:
        self._inner = httpx.ASGITransport(app)
        self._running = ExitStack()
        self._portal: BlockingPortal | None = None

    def stop(self) -> None:
        """End the thread that answers synchronous clients. Clients do not: they may share this transport."""
        self._portal = None
        self._running.close()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request of an asynchronous client."""
        try:
            return await self._inner.handle_async_request(request)
        except BrokenExchangeError as error:
            raise _ERRORS[error.kind](str(error), request=request) from error

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request of a synchronous client."""
        if self._portal is None:
            self._portal = self._running.enter_context(start_blocking_portal("asyncio"))
        return self._portal.call(self._whole, request)

    async def _whole(self, request: httpx.Request) -> httpx.Response:
        sent = httpx.Request(request.method, request.url, headers=request.headers.raw, content=request.read())
        response = await self.handle_async_request(sent)
        return httpx.Response(response.status_code, headers=response.headers.raw, content=await response.aread())
