"""Every way in which the client fails.

ThoughtlyError
├── ConfigurationError          a setting is missing or contradicts another; nothing was sent
├── NotSentError                NOT_SENT: no byte of the request left this machine
│   └── InvalidArgumentError    an argument is not what the spec allows
├── RejectedError               REJECTED: the API refused
│   ├── InvalidRequestError     400, 422
│   ├── AuthenticationError     401
│   ├── PermissionDeniedError   403
│   ├── NotFoundError           404
│   └── RateLimitedError        429
├── OutcomeUnknownError         UNKNOWN: it may have taken effect, and was not sent again
└── AcceptedUnparsedError       ACCEPTED, with an answer that is not what the spec promises
"""

from dataclasses import dataclass
from typing import ClassVar

from thoughtly_client.messages import Reply, RequestInfo
from thoughtly_client.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Circumstances:
    """The facts that every error carries."""

    request: RequestInfo | None = None
    response: Reply | None = None
    attempts: int = 0
    """How often the request was handed to the transport."""
    elapsed: float = 0.0
    """Seconds from the call of the method to the error."""
    replayed: bool = False
    """Whether the ledger told of it, and nothing was sent this time."""
    dedupe_key: str | None = None
    """The ledger's key, where there is a ledger."""


class ThoughtlyError(Exception):
    """Base of every error of the client.

    Attributes are those of `Circumstances`, plus ``outcome`` and ``may_have_placed_call``.
    """

    outcome: Outcome = Outcome.NOT_SENT

    def __init__(self, message: str, circumstances: Circumstances | None = None) -> None:
        self.message = message
        self.circumstances = circumstances or Circumstances()
        super().__init__(message, self.circumstances)

    def __str__(self) -> str:
        return self.message

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.message!r}, outcome={self.outcome.value})"

    @property
    def may_have_placed_call(self) -> bool:
        """Whether a phone may have rung."""
        return self.outcome.may_have_placed_call

    @property
    def request(self) -> RequestInfo | None:
        """What was to be sent, without the keys; None when it was never built."""
        return self.circumstances.request

    @property
    def response(self) -> Reply | None:
        """The response, when there is one."""
        return self.circumstances.response

    @property
    def status_code(self) -> int | None:
        """The response's status, when there is one."""
        return self.response.status_code if self.response else None

    @property
    def attempts(self) -> int:
        """How often the request was handed to the transport."""
        return self.circumstances.attempts

    @property
    def elapsed(self) -> float:
        """Seconds from the call of the method to the error."""
        return self.circumstances.elapsed

    @property
    def replayed(self) -> bool:
        """Whether the ledger told of it, and nothing was sent this time."""
        return self.circumstances.replayed

    @property
    def dedupe_key(self) -> str | None:
        """The ledger's key, where there is a ledger."""
        return self.circumstances.dedupe_key


class ConfigurationError(ThoughtlyError):
    """A setting is missing, malformed or contradicts another."""


class NotSentError(ThoughtlyError):
    """No byte of the request left this machine; sending it again is safe."""


class InvalidArgumentError(NotSentError, TypeError, ValueError):
    """An argument is missing, unknown, or not what the spec allows."""

    def __init__(self, message: str, circumstances: Circumstances | None = None, field: str = "") -> None:
        super().__init__(message, circumstances)
        self.field = field
        """The argument, with the path into it: ``metadata.tags[2]``."""

    def __reduce__(self) -> tuple[type["InvalidArgumentError"], tuple[str, Circumstances, str]]:
        return type(self), (self.message, self.circumstances, self.field)


class RejectedError(ThoughtlyError):
    """The API refused the request."""

    outcome = Outcome.REJECTED
    statuses: ClassVar[tuple[int, ...]] = ()

    @classmethod
    def for_status(cls, status: int) -> type["RejectedError"]:
        """Return the class for a status code."""
        return next((kind for kind in cls.__subclasses__() if status in kind.statuses), cls)


class InvalidRequestError(RejectedError):
    """The API found the request invalid."""

    statuses = (400, 422)


class AuthenticationError(RejectedError):
    """A key is missing, or the API does not know it."""

    statuses = (401,)


class PermissionDeniedError(RejectedError):
    """The keys do not allow this."""

    statuses = (403,)


class NotFoundError(RejectedError):
    """Something that the request names does not exist."""

    statuses = (404,)


class RateLimitedError(RejectedError):
    """Too many requests, retries included."""

    statuses = (429,)


class OutcomeUnknownError(ThoughtlyError):
    """The request may have taken effect. It is never sent again by itself."""

    outcome = Outcome.UNKNOWN


class AcceptedUnparsedError(ThoughtlyError):
    """The API accepted the request; its answer, kept in ``response``, is not what the spec promises."""

    outcome = Outcome.ACCEPTED
