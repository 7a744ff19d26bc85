"""One attempt over HTTP. The only module of the face that knows httpx."""

import time
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx
from httpx import AsyncBaseTransport, AsyncClient, BaseTransport, Client, Timeout

from thoughtly_client.evidence import Evidence
from thoughtly_client.kinds import is_number
from thoughtly_client.messages import Reply
from thoughtly_client.secret import REDACTED, Secret

__all__ = [
    "HTTP_VERSION_TOKEN", "AsyncBaseTransport", "AsyncClient", "AsyncTransport", "Attempt", "BaseTransport", "Client",
    "EventHooks", "Send", "SyncTransport", "Timeout", "TimeoutTypes", "timeouts",
]  # fmt: skip

TimeoutTypes = float | Timeout
EventHooks = Mapping[str, Sequence[Callable[..., Any]]]

DEFAULT_TIMEOUT = Timeout(60.0, connect=5.0)
HTTP_VERSION_TOKEN = f"httpx/{httpx.__version__}"
CODINGS = {"gzip": 16 + zlib.MAX_WBITS, "x-gzip": 16 + zlib.MAX_WBITS}
PLAIN = {"", "identity"}
DEADLINE_IN_BODY = "the deadline passed while the body was read"


@dataclass(frozen=True, slots=True)
class Send:
    """One attempt to be made."""

    method: str
    url: str
    headers: Mapping[str, str]
    keys: Mapping[str, Secret]
    content: bytes
    timeout: TimeoutTypes | None
    """None is the client's own."""
    seconds: float | None
    """What is left until the deadline."""
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of one attempt: a reply, or an error with the evidence on it."""

    evidence: Evidence
    reply: Reply | None = None
    error: Exception | None = None

    @property
    def nothing_sent(self) -> bool:
        """Whether it is proved that no byte of the request head was sent."""
        connecting = isinstance(self.error, httpx.ConnectError | httpx.ConnectTimeout)
        # A transport of the caller's may go on by other ways after a failed connection, and tell nothing of them.
        return self.evidence.nothing_sent and (self.evidence.talkative or connecting)

    @property
    def transport_failed(self) -> bool:
        """Whether the network failed, and no code of the user's."""
        return isinstance(self.error, httpx.TransportError)


def timeouts(value: Any) -> Timeout:
    """Return the time-outs of each phase; one number stands for all of them.

    Raises:
        ValueError: a number that is no time.
    """
    if value is None:
        return DEFAULT_TIMEOUT
    if isinstance(value, Timeout):
        return value
    if not is_number(value) or not 0 < value < float("inf"):
        raise ValueError(f"timeout must be a positive number of seconds or a Timeout, not {value!r}")
    return Timeout(value)


class _Wire:
    """What both transports share."""

    def __init__(self, client: Client | AsyncClient, timeout: Timeout, body_limit: int, *, own: bool) -> None:
        self._timeout, self._limit, self._own = timeout, body_limit, own
        # Those of the caller's client may change, and are read anew for each request.
        self._headers = _headers_of(client) if own else None

    def _request(self, client: Client | AsyncClient, send: Send, trace: Callable[..., Any]) -> httpx.Request:
        limits = self._timeout if send.timeout is None else timeouts(send.timeout)
        if send.seconds is not None:
            limits = _shortened(limits, send.seconds)
        extensions = {"trace": trace, "timeout": limits.as_dict()}
        content = send.content or None
        # The headers with the keys are never a local variable: a traceback may show those.
        return httpx.Request(
            send.method,
            send.url,
            headers=_with_keys(self._headers or _headers_of(client), send),
            content=content,
            extensions=extensions,
        )


def _headers_of(client: Client | AsyncClient) -> dict[str, str]:
    headers = {name.decode("ascii").lower(): value.decode("latin-1") for name, value in client.headers.raw}
    return headers | {"accept-encoding": "gzip"}


def _with_keys(headers: Mapping[str, str], send: Send) -> dict[str, str]:
    return {**headers, **send.headers, **{name: secret.reveal() for name, secret in send.keys.items()}}


def _shortened(limits: Timeout, seconds: float) -> Timeout:
    phases = {name: seconds if value is None else min(value, seconds) for name, value in limits.as_dict().items()}
    return Timeout(**phases)


def _mask(request: httpx.Request, send: Send) -> None:
    # Exceptions of the transport keep the request, and a report of them must not tell the keys.
    for name in send.keys:
        request.headers[name] = REDACTED


class _Reader:
    """Collects a body up to a limit, before and after undoing its content coding."""

    def __init__(self, response: httpx.Response, limit: int) -> None:
        coding = response.headers.get("content-encoding", "").strip().lower()
        self._decoder = zlib.decompressobj(CODINGS[coding]) if coding in CODINGS else None
        self.broken = None if coding in CODINGS or coding in PLAIN else f"content coding {coding!r}"
        self._room = limit
        self._limit = limit
        self.chunks: list[bytes] = []

    def take(self, chunk: bytes) -> bool:
        """Add a chunk as received; return whether there is room for more."""
        try:
            data = self._decoder.decompress(chunk, self._room + 1) if self._decoder else chunk
        except zlib.error:
            self.broken = "the content coding is damaged"
            return False
        self.chunks.append(data[: self._room])
        self._room -= len(data)
        if self._room < 0:
            self.broken = f"the body is larger than {self._limit} bytes"
        return self._room >= 0

    def reply(self, response: httpx.Response, broken: str | None = None) -> Reply:
        """Return what was read."""
        headers = dict(response.headers.items())
        return Reply(response.status_code, headers, b"".join(self.chunks), self.broken or broken)


def _already_read(response: httpx.Response) -> Reply | None:
    """Return the reply where a hook or a transport without a network has read it."""
    if not response.is_stream_consumed:
        return None
    headers = dict(response.headers.items())
    return Reply(response.status_code, headers, response.content)


class SyncTransport(_Wire):
    """Makes attempts by an `httpx.Client`."""

    def __init__(self, client: Client, timeout: Timeout, body_limit: int, *, own: bool, talkative: bool) -> None:
        super().__init__(client, timeout, body_limit, own=own)
        self._client, self.talkative = client, talkative

    @classmethod
    def build(
        cls,
        client: Client | None,
        transport: BaseTransport | None,
        hooks: EventHooks | None,
        timeout: Timeout,
        body_limit: int,
    ) -> "SyncTransport":
        """Return a transport over the user's client or transport, or over one of its own."""
        own = client is None
        made = client or Client(
            transport=transport, event_hooks=_hooks(hooks), timeout=timeout, headers={}, follow_redirects=False
        )
        return cls(made, timeout, body_limit, own=own, talkative=own and transport is None)

    def send(self, send: Send) -> Attempt:
        """Make one attempt; never raises but for interruptions."""
        request = self._request(self._client, send, send.evidence.listen)
        deadline = None if send.seconds is None else time.monotonic() + send.seconds
        try:
            response = self._client.send(request, stream=True, auth=None, follow_redirects=False)
            return Attempt(send.evidence, self._read(response, deadline))
        except BaseException as error:
            _mask(request, send)
            if isinstance(error, Exception):
                return Attempt(send.evidence, error=error)
            raise

    def _read(self, response: httpx.Response, deadline: float | None) -> Reply:
        if reply := _already_read(response):
            return reply
        reader = _Reader(response, self._limit)
        try:
            for chunk in response.iter_raw():
                if not reader.take(chunk):
                    break
                if deadline is not None and time.monotonic() > deadline:
                    return reader.reply(response, DEADLINE_IN_BODY)
        except (httpx.HTTPError, httpx.StreamError) as error:
            return reader.reply(response, f"the body broke off: {type(error).__name__}")
        finally:
            response.close()
        return reader.reply(response)

    def close(self) -> None:
        """Close the connections, unless they are the user's."""
        if self._own:
            self._client.close()


class AsyncTransport(_Wire):
    """Makes attempts by an `httpx.AsyncClient`."""

    def __init__(self, client: AsyncClient, timeout: Timeout, body_limit: int, *, own: bool, talkative: bool) -> None:
        super().__init__(client, timeout, body_limit, own=own)
        self._client, self.talkative = client, talkative

    @classmethod
    def build(
        cls,
        client: AsyncClient | None,
        transport: AsyncBaseTransport | None,
        hooks: EventHooks | None,
        timeout: Timeout,
        body_limit: int,
    ) -> "AsyncTransport":
        """Return a transport over the user's client or transport, or over one of its own."""
        own = client is None
        made = client or AsyncClient(
            transport=transport, event_hooks=_hooks(hooks), timeout=timeout, headers={}, follow_redirects=False
        )
        return cls(made, timeout, body_limit, own=own, talkative=own and transport is None)

    async def send(self, send: Send) -> Attempt:
        """Make one attempt; never raises but for cancellation."""
        # Imported late here and elsewhere: those who use no tasks need not wait for it.
        import asyncio

        request = self._request(self._client, send, send.evidence.alisten)
        try:
            when = None if send.seconds is None else asyncio.get_running_loop().time() + send.seconds
            async with asyncio.timeout_at(when):
                response = await self._client.send(request, stream=True, auth=None, follow_redirects=False)
            return Attempt(send.evidence, await self._read(response, when))
        except BaseException as error:
            _mask(request, send)
            if isinstance(error, Exception):
                return Attempt(send.evidence, error=error)
            raise

    async def _read(self, response: httpx.Response, when: float | None) -> Reply:
        import asyncio

        if reply := _already_read(response):
            return reply
        reader = _Reader(response, self._limit)
        try:
            async with asyncio.timeout_at(when):
                async for chunk in response.aiter_raw():
                    if not reader.take(chunk):
                        break
        except TimeoutError:
            return reader.reply(response, DEADLINE_IN_BODY)
        except (httpx.HTTPError, httpx.StreamError) as error:
            return reader.reply(response, f"the body broke off: {type(error).__name__}")
        finally:
            await response.aclose()
        return reader.reply(response)

    async def close(self) -> None:
        """Close the connections, unless they are the user's."""
        if self._own:
            await self._client.aclose()


def _hooks(hooks: EventHooks | None) -> dict[str, list[Callable[..., Any]]]:
    return {name: list(functions) for name, functions in (hooks or {}).items()}
