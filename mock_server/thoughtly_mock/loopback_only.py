"""Keeps the kit's client from leaving this machine while tests run."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from ipaddress import ip_address
from typing import Any
from unittest.mock import patch

import httpx

Escaped = Callable[[str], None]
_by_the_client: ContextVar[bool] = ContextVar("by_the_client", default=False)


def is_loopback(host: str) -> bool:
    """Whether a host is this machine by its name alone; what a name resolves to is not asked."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


@contextmanager
def loopback_only(allowed: Callable[[str], bool], escaped: Escaped) -> Iterator[None]:
    """Keep every `Thoughtly` and `AsyncThoughtly` from sending to a host that is not this machine.

    A transport without a network, such as `httpx.MockTransport`, sends nowhere and is left alone.

    Args:
        allowed: whether a host that is not this machine may be reached all the same.
        escaped: called with the host in place of sending; what it raises reaches the caller of the client.
    """
    from thoughtly_client import transport

    with (
        patch.object(transport.SyncTransport, "send", _marked(transport.SyncTransport.send)),
        patch.object(transport.AsyncTransport, "send", _marked_async(transport.AsyncTransport.send)),
        patch.object(httpx.HTTPTransport, "handle_request", _held(allowed, escaped)),
        patch.object(httpx.AsyncHTTPTransport, "handle_async_request", _held_async(allowed, escaped)),
    ):
        yield


def _marked(send: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(send)
    def marked(*arguments: Any) -> Any:
        token = _by_the_client.set(True)
        try:
            return send(*arguments)
        finally:
            _by_the_client.reset(token)

    return marked


def _marked_async(send: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(send)
    async def marked(*arguments: Any) -> Any:
        token = _by_the_client.set(True)
        try:
            return await send(*arguments)
        finally:
            _by_the_client.reset(token)

    return marked


def _held(allowed: Callable[[str], bool], escaped: Escaped) -> Callable[..., Any]:
    handle = httpx.HTTPTransport.handle_request

    @wraps(handle)
    def held(self: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
        _check(request.url.host, allowed, escaped)
        return handle(self, request)

    return held


def _held_async(allowed: Callable[[str], bool], escaped: Escaped) -> Callable[..., Any]:
    handle = httpx.AsyncHTTPTransport.handle_async_request

    @wraps(handle)
    async def held(self: httpx.AsyncHTTPTransport, request: httpx.Request) -> httpx.Response:
        _check(request.url.host, allowed, escaped)
        return await handle(self, request)

    return held


def _check(host: str, allowed: Callable[[str], bool], escaped: Escaped) -> None:
    if _by_the_client.get() and not is_loopback(host) and not allowed(host):
        escaped(host)
