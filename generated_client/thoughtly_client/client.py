"""The two clients: how each does what a request's course asks for."""

import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar

from thoughtly_client._generated.operations import AsyncOperations, AsyncRawOperations, Operations, RawOperations
from thoughtly_client._generated.tables import OPERATIONS
from thoughtly_client.calling import Options, Parse, RawResponse
from thoughtly_client.core import BODY_LIMIT, Core, NoCopies, client_timeout
from thoughtly_client.engine import Course, Sleep, Work
from thoughtly_client.errors import ConfigurationError
from thoughtly_client.ledger import Ledger
from thoughtly_client.many import Item, Result, acall_all, call_all, check_concurrency, method_of
from thoughtly_client.operation import Operation
from thoughtly_client.replayed import marked
from thoughtly_client.settings import concealed
from thoughtly_client.transport import (
    AsyncBaseTransport,
    AsyncClient,
    AsyncTransport,
    BaseTransport,
    Client,
    EventHooks,
    Send,
    SyncTransport,
    TimeoutTypes,
)

T = TypeVar("T")
Step = Callable[[], Send | Sleep | Work]
"""Takes a course to the next thing that it wants done."""


class SendRaw(Protocol):
    """Sends a request and returns the raw response."""

    def __call__(
        self, operation: Operation, parse: Parse[T], arguments: Mapping[str, Any], options: Options, /
    ) -> RawResponse[T]:
        """Send."""
        ...


class AsyncSendRaw(Protocol):
    """Sends a request and returns the raw response, awaited."""

    async def __call__(
        self, operation: Operation, parse: Parse[T], arguments: Mapping[str, Any], options: Options, /
    ) -> RawResponse[T]:
        """Send."""
        ...


MANY = "call_contact"
"""The operation that `call_many` is about unless another is named."""


class _Shared(NoCopies):
    _core: Core

    @property
    def ledger(self) -> Ledger | None:
        """The ledger, if the client has one."""
        return self._core.ledger

    @property
    def base_url(self) -> str:
        """Where requests go."""
        return self._core.settings.base_url

    def __repr__(self) -> str:
        # Reports of a failing constructor show clients that are not made yet.
        place = self.base_url if hasattr(self, "_core") else None
        return f"{type(self).__name__}(base_url={place!r})"


def _only_one(http_client: object, transport: object, event_hooks: object) -> None:
    if http_client is not None and (transport is not None or event_hooks is not None):
        raise ConfigurationError("http_client has a transport and event hooks of its own: set them there")


class Thoughtly(_Shared, Operations):
    """A client of the Thoughtly API for threads.

    Args:
        api_token: The API token; default: the environment's THOUGHTLY_API_TOKEN.
        team_id: The team's id; default: THOUGHTLY_TEAM_ID.
        base_url: Where the API is; default: THOUGHTLY_BASE_URL, else the spec's server.
        timeout: Seconds for each phase of a request, or a `Timeout`; default: 5 to connect, 60 for the others.
        deadline: Seconds for a whole request, retries and waiting included; default: no limit.
        max_retries: Attempts after the first, where it is proved that nothing took effect: nothing was sent, or 429.
        rate_limit: For example ``100/min``, which upstream documents; default: no limit.
        ledger: A file that remembers requests across restarts, so that none is repeated; default: none.
        event_hooks: Functions for ``request`` and ``response``, as httpx has them.
        transport: An httpx transport to send by.
        http_client: An `httpx.Client` to send by, which stays the caller's to close.
        max_response_bytes: How much of a response body is read.

    Raises:
        ConfigurationError: a setting is missing or malformed; it is named.
    """

    def __init__(
        self,
        *,
        api_token: str | None = None,
        team_id: str | None = None,
        base_url: str | None = None,
        timeout: TimeoutTypes | None = None,
        deadline: float | None = None,
        max_retries: int = 2,
        rate_limit: str | None = None,
        ledger: str | Path | Ledger | None = None,
        event_hooks: EventHooks | None = None,
        transport: BaseTransport | None = None,
        http_client: Client | None = None,
        max_response_bytes: int = BODY_LIMIT,
    ) -> None:
        credentials = {"api_token": concealed(api_token), "team_id": concealed(team_id)}
        # From here on no frame holds the values.
        del api_token, team_id
        _only_one(http_client, transport, event_hooks)
        limits = client_timeout(timeout)
        self._core = Core(
            credentials=credentials,
            base_url=base_url,
            deadline=deadline,
            max_retries=max_retries,
            rate_limit=rate_limit,
            ledger=ledger,
            talkative=http_client is None and transport is None,
        )
        self._transport = SyncTransport.build(http_client, transport, event_hooks, limits, max_response_bytes)

    def _request(self, operation: Operation, parse: Parse[T], arguments: Mapping[str, Any], options: Options) -> T:
        raw = self._raw(operation, parse, arguments, options)
        return marked(raw.parsed) if raw.replayed else raw.parsed

    def _raw(
        self, operation: Operation, parse: Parse[T], arguments: Mapping[str, Any], options: Options
    ) -> RawResponse[T]:
        return self._run(self._core.course(operation, parse, arguments, options))

    def _run(self, course: Course[T]) -> T:
        step: Step = partial(next, course)
        while True:
            try:
                wanted = step()
            except StopIteration as done:
                value: T = done.value
                return value
            step = self._done(course, wanted)

    def _done(self, course: Course[T], wanted: Send | Sleep | Work) -> Step:
        try:
            came = self._do(wanted)
        except BaseException as error:  # noqa: BLE001  # the course decides what it means
            return partial(course.throw, error)
        return partial(course.send, came)

    def _do(self, wanted: Send | Sleep | Work) -> Any:
        if isinstance(wanted, Send):
            return self._transport.send(wanted)
        return time.sleep(wanted.seconds) if isinstance(wanted, Sleep) else wanted.job()

    @property
    def with_raw_response(self) -> "RawThoughtly":
        """The same methods, returning responses with head, body and history."""
        return RawThoughtly(self._raw)

    def call_many(
        self, items: Iterable[Item], *, concurrency: int = 8, progress: bool = False, operation: str = MANY
    ) -> Iterator[Result]:
        """Yield a result for each item, in order of completion, whatever becomes of the others.

        Args:
            items: The keyword arguments of each request; taken one by one, as there is room.
            concurrency: Requests at a time.
            progress: Show a progress bar where standard error is a terminal; needs rich.
            operation: Which method to call.

        Raises:
            ConfigurationError: no such operation, or a concurrency below 1.
        """
        method = method_of(self, operation, OPERATIONS)
        return call_all(method, items, check_concurrency(concurrency), progress=progress)

    def close(self) -> None:
        """Close the connections; those of an ``http_client`` stay open."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class RawThoughtly(NoCopies, RawOperations):
    """The methods of a `Thoughtly`, returning raw responses."""

    def __init__(self, send: SendRaw) -> None:
        self._send = send

    def _request(
        self, operation: Operation, parse: Parse[T], arguments: Mapping[str, Any], options: Options
    ) -> RawResponse[T]:
        return self._send(operation, parse, arguments, options)


class AsyncThoughtly(_Shared, AsyncOperations):
    """A client of the Thoughtly API for asyncio tasks; the same surface as `Thoughtly`.

    Args:
        api_token: The API token; default: the environment's THOUGHTLY_API_TOKEN.
        team_id: The team's id; default: THOUGHTLY_TEAM_ID.
        base_url: Where the API is; default: THOUGHTLY_BASE_URL, else the spec's server.
        timeout: Seconds for each phase of a request, or a `Timeout`; default: 5 to connect, 60 for the others.
        deadline: Seconds for a whole request, retries and waiting included; default: no limit.
        max_retries: Attempts after the first, where it is proved that nothing took effect: nothing was sent, or 429.
        rate_limit: For example ``100/min``, which upstream documents; default: no limit.
        ledger: A file that remembers requests across restarts, so that none is repeated; default: none.
        event_hooks: Coroutine functions for ``request`` and ``response``, as httpx has them.
        transport: An httpx transport to send by.
        http_client: An `httpx.AsyncClient` to send by, which stays the caller's to close.
        max_response_bytes: How much of a response body is read.

    Raises:
        ConfigurationError: a setting is missing or malformed; it is named.
    """

    def __init__(
        self,
        *,
        api_token: str | None = None,
        team_id: str | None = None,
        base_url: str | None = None,
        timeout: TimeoutTypes | None = None,
        deadline: float | None = None,
        max_retries: int = 2,
        rate_limit: str | None = None,
        ledger: str | Path | Ledger | None = None,
        event_hooks: EventHooks | None = None,
        transport: AsyncBaseTransport | None = None,
        http_client: AsyncClient | None = None,
        max_response_bytes: int = BODY_LIMIT,
    ) -> None:
        credentials = {"api_token": concealed(api_token), "team_id": concealed(team_id)}
        # From here on no frame holds the values.
        del api_token, team_id
        _only_one(http_client, transport, event_hooks)
        limits = client_timeout(timeout)
        self._core = Core(
            credentials=credentials,
            base_url=base_url,
            deadline=deadline,
            max_retries=max_retries,
            rate_limit=rate_limit,
            ledger=ledger,
            talkative=http_client is None and transport is None,
        )
        self._transport = AsyncTransport.build(http_client, transport, event_hooks, limits, max_response_bytes)

    async def _request(
        self, operation: Operation, parse: Parse[T], arguments: Mapping[str, Any], options: Options
    ) -> T:
        raw = await self._raw(operation, parse, arguments, options)
        return marked(raw.parsed) if raw.replayed else raw.parsed

    async def _raw(
        self, operation: Operation, parse: Parse[T], arguments: Mapping[str, Any], options: Options
    ) -> RawResponse[T]:
        return await self._run(self._core.course(operation, parse, arguments, options))

    async def _run(self, course: Course[T]) -> T:
        step: Step = partial(next, course)
        while True:
            try:
                wanted = step()
            except StopIteration as done:
                value: T = done.value
                return value
            step = await self._done(course, wanted)

    async def _done(self, course: Course[T], wanted: Send | Sleep | Work) -> Step:
        try:
            came = await self._do(wanted)
        except BaseException as error:  # noqa: BLE001  # the course decides what it means
            return partial(course.throw, error)
        return partial(course.send, came)

    async def _do(self, wanted: Send | Sleep | Work) -> Any:
        if isinstance(wanted, Send):
            return await self._transport.send(wanted)
        if isinstance(wanted, Sleep):
            import asyncio

            return await asyncio.sleep(wanted.seconds)
        return await _in_thread(wanted.job)

    @property
    def with_raw_response(self) -> "AsyncRawThoughtly":
        """The same methods, returning responses with head, body and history."""
        return AsyncRawThoughtly(self._raw)

    def call_many(
        self, items: Iterable[Item], *, concurrency: int = 8, progress: bool = False, operation: str = MANY
    ) -> AsyncIterator[Result]:
        """Yield a result for each item, in order of completion, whatever becomes of the others.

        Args:
            items: The keyword arguments of each request; taken one by one, as there is room.
            concurrency: Requests at a time.
            progress: Show a progress bar where standard error is a terminal; needs rich.
            operation: Which method to call.

        Raises:
            ConfigurationError: no such operation, or a concurrency below 1.
        """
        method = method_of(self, operation, OPERATIONS)
        return acall_all(method, items, check_concurrency(concurrency), progress=progress)

    async def close(self) -> None:
        """Close the connections; those of an ``http_client`` stay open."""
        await self._transport.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


class AsyncRawThoughtly(NoCopies, AsyncRawOperations):
    """The methods of an `AsyncThoughtly`, returning raw responses."""

    def __init__(self, send: AsyncSendRaw) -> None:
        self._send = send

    async def _request(
        self, operation: Operation, parse: Parse[T], arguments: Mapping[str, Any], options: Options
    ) -> RawResponse[T]:
        return await self._send(operation, parse, arguments, options)


async def _in_thread(job: Callable[[], T]) -> T:
    """Do a blocking job to its end, even when cancelled meanwhile."""
    import asyncio

    running = asyncio.ensure_future(asyncio.to_thread(job))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait([running])
        raise
