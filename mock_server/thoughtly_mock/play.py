"""What the mock can do with a valid request instead of answering it well."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class FaultKind(StrEnum):
    """How an exchange breaks."""

    RESET_BEFORE = "reset_before"
    """The connection is reset; the request was not accepted."""
    RESET_AFTER = "reset_after"
    """The connection is reset; the request was accepted."""
    LOST_RESPONSE = "lost_response"
    """The request was accepted, and the connection ends without an answer."""
    STALL = "stall"
    """The request was accepted, and no answer ever comes."""
    TRUNCATED = "truncated"
    """The request was accepted, and the answer ends in the middle of its body."""
    MALFORMED = "malformed"
    """The request was accepted, and the answer's body is no JSON."""
    WRONG_TYPE = "wrong_type"
    """The request was accepted, and the answer is an HTML page."""
    ERROR_ON_SUCCESS = "error_on_success"
    """The request was not accepted: the answer's status says success, and its body has ``error`` set."""
    DRIP = "drip"
    """The request was accepted, and the answer comes byte by byte."""

    @property
    def accepts(self) -> bool:
        """Whether the request was accepted all the same, so that a phone would ring."""
        return self not in {FaultKind.RESET_BEFORE, FaultKind.ERROR_ON_SUCCESS}


@dataclass(frozen=True, slots=True)
class PlayedResponse:
    """An answer that is played instead of the usual one."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    """A JSON value; None for the body that the spec has for the status."""
    text: str | None = None
    """The body as it is, whatever it is."""


@dataclass(frozen=True, slots=True)
class Play:
    """What happens to one valid request."""

    name: str
    """What made it happen: ``scenario NAME``, ``magic NAME`` or ``fault NAME``."""
    delay: float = 0.0
    """Seconds until anything is answered."""
    response: PlayedResponse | None = None
    fault: FaultKind | None = None
    accepted: bool | None = None
    """Whether the request was accepted; None: as the fault says, else as the response's status says."""

    @property
    def accepts(self) -> bool:
        """Whether the request was accepted, so that a phone would ring."""
        if self.accepted is not None:
            return self.accepted
        if self.fault:
            return self.fault.accepts
        return self.response is None or self.response.status < 400
