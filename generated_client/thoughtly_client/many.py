"""Many requests at a time, each with a result of its own."""

import logging
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterable, Iterator, Mapping, Sized
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from thoughtly_client.errors import ConfigurationError, InvalidArgumentError, ThoughtlyError
from thoughtly_client.kinds import is_mapping, is_whole
from thoughtly_client.outcome import Outcome

if TYPE_CHECKING:
    from asyncio import Task
    from concurrent.futures import Future

log = logging.getLogger("thoughtly_client")

Item = Mapping[str, Any]
"""The keyword arguments of one request."""
Tick = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one item."""

    index: int
    """Place of the item in what was iterated over, from 0."""
    item: Any
    value: Any = None
    """The typed answer; None when there is an error."""
    error: Exception | None = None

    @property
    def outcome(self) -> Outcome:
        """What became of the request."""
        if self.error is None:
            return Outcome.ACCEPTED
        return self.error.outcome if isinstance(self.error, ThoughtlyError) else Outcome.UNKNOWN

    def unwrap(self) -> Any:
        """Return the answer, or raise the error."""
        if self.error is not None:
            raise self.error
        return self.value


def check_concurrency(concurrency: Any) -> int:
    """Return a number of requests at a time.

    Raises:
        ConfigurationError: it is no whole number from 1 on.
    """
    if not is_whole(concurrency, 1):
        raise ConfigurationError(f"concurrency must be a whole number from 1 on, not {concurrency!r}")
    return concurrency


def method_of(client: Any, operation: str, operations: Iterable[str]) -> Callable[..., Any]:
    """Return a client's method by the name of its operation.

    Raises:
        ConfigurationError: there is no such operation.
    """
    if operation not in operations:
        raise ConfigurationError(f"there is no operation {operation!r}, only {', '.join(operations)}")
    method: Callable[..., Any] = getattr(client, operation)
    return method


def arguments_of(item: Any) -> dict[str, Any]:
    """Return the keyword arguments of one item.

    Raises:
        InvalidArgumentError: it is no mapping with names as keys.
    """
    if not is_mapping(item) or not all(isinstance(key, str) for key in item):
        raise InvalidArgumentError(f"each item must map argument names to values, not be a {type(item).__name__}")
    return dict(item)


def call_all(
    method: Callable[..., Any], items: Iterable[Item], concurrency: int, *, progress: bool
) -> Iterator[Result]:
    """Yield a result for each item, in order of completion. Items are taken as there is room for them."""
    from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait

    def one(index: int, item: Item) -> Result:
        try:
            return Result(index, item, method(**arguments_of(item)))
        except Exception as error:  # noqa: BLE001  # it becomes the item's result
            return Result(index, item, error=error)

    source = enumerate(items)
    running: set[Future[Result]] = set()
    with progress_bar(items, shown=progress) as tick, ThreadPoolExecutor(concurrency) as pool:
        try:
            while _fill(running, source, concurrency, lambda index, item: pool.submit(one, index, item)):
                done, running = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    tick()
                    yield future.result()
        finally:
            _tell_of_unseen(future.result() for future in running)


def _fill(
    running: set[Any], source: Iterator[tuple[int, Item]], concurrency: int, submit: Callable[[int, Item], Any]
) -> bool:
    while len(running) < concurrency and (following := next(source, None)) is not None:
        running.add(submit(*following))
    return bool(running)


async def acall_all(
    method: Callable[..., Awaitable[Any]], items: Iterable[Item], concurrency: int, *, progress: bool
) -> AsyncIterator[Result]:
    """As `call_all`, in tasks of the running loop."""
    import asyncio

    async def one(index: int, item: Item) -> Result:
        try:
            return Result(index, item, await method(**arguments_of(item)))
        except Exception as error:  # noqa: BLE001  # it becomes the item's result
            return Result(index, item, error=error)

    source = enumerate(items)
    running: set[Task[Result]] = set()
    with progress_bar(items, shown=progress) as tick:
        try:
            while _fill(running, source, concurrency, lambda index, item: asyncio.create_task(one(index, item))):
                done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    tick()
                    yield task.result()
        finally:
            _tell_of_unseen(await asyncio.gather(*running))


def _tell_of_unseen(results: Iterable[Result]) -> None:
    # The caller stopped looking while requests were under way; what became of them must not be lost.
    for result in results:
        log.warning("item %d ended unseen: %s", result.index, result.outcome)


@contextmanager
def progress_bar(items: Iterable[Any], *, shown: bool) -> Generator[Tick, None, None]:
    """Show how many items are done, on a terminal only; yield what counts one more."""
    if not shown or not sys.stderr.isatty():
        yield lambda: None
        return
    try:
        from rich.console import Console
        from rich.progress import MofNCompleteColumn, Progress, TimeElapsedColumn
    except ImportError:
        log.warning("progress=True needs rich: pip install rich; going on without a progress bar")
        yield lambda: None
        return
    total = len(items) if isinstance(items, Sized) else None
    columns = (*Progress.get_default_columns()[:2], MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("requests", total=total)
        yield lambda: bar.advance(task)
