"""What the generated methods and the hand-written client have in common."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from thoughtly_client.messages import RequestInfo
from thoughtly_client.outcome import Outcome

if TYPE_CHECKING:
    from thoughtly_client.operation import Operation
    from thoughtly_client.transport import TimeoutTypes

T = TypeVar("T")


class Body(Protocol):
    """What a generated parser reads of a response."""

    @property
    def status_code(self) -> int:
        """The status."""
        ...

    @property
    def text(self) -> str:
        """The body as text."""
        ...

    @property
    def content(self) -> bytes:
        """The body as it is."""
        ...

    def json(self) -> Any:
        """Return the body as JSON."""
        ...


Parse = Callable[[Body], T]


class UndocumentedStatusError(Exception):
    """A success whose status the spec does not name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a method takes besides the operation's own arguments."""

    timeout: "TimeoutTypes | None"
    deadline: float | None
    extra_headers: Mapping[str, str] | None
    extra_body: Mapping[str, Any] | None = None
    dedupe_key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RawResponse(Generic[T]):
    """An accepted request with all that is known of it."""

    parsed: T
    """The typed answer, which the plain method returns."""
    request: RequestInfo
    status_code: int
    headers: Mapping[str, str] = field(repr=False)
    """Names in lower case."""
    content: bytes = field(repr=False)
    attempts: int
    """How often the request was handed to the transport; 0 when it is replayed."""
    elapsed: float
    """Seconds from the call of the method to the answer."""
    replayed: bool = False
    """Whether the ledger had it, and nothing was sent this time."""
    dedupe_key: str | None = None
    """The ledger's key, where there is a ledger."""
    outcome: Outcome = Outcome.ACCEPTED


class Caller(ABC):
    """Base of the generated methods."""

    @abstractmethod
    def _request(
        self, operation: "Operation", parse: Parse[T], arguments: Mapping[str, Any], options: Options
    ) -> T: ...


class AsyncCaller(ABC):
    """Base of the generated coroutine methods."""

    @abstractmethod
    async def _request(
        self, operation: "Operation", parse: Parse[T], arguments: Mapping[str, Any], options: Options
    ) -> T: ...


class RawCaller(ABC):
    """Base of the generated methods that return raw responses."""

    @abstractmethod
    def _request(
        self, operation: "Operation", parse: Parse[T], arguments: Mapping[str, Any], options: Options
    ) -> RawResponse[T]: ...


class AsyncRawCaller(ABC):
    """Base of the generated coroutine methods that return raw responses."""

    @abstractmethod
    async def _request(
        self, operation: "Operation", parse: Parse[T], arguments: Mapping[str, Any], options: Options
    ) -> RawResponse[T]: ...
