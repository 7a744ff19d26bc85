"""Refusals: every answer of the mock that is not a success is one of these, rendered in one place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

# Detail text quotes what was sent; nobody needs a megabyte of it back.
MAX_TEXT = 300
MAX_FAULTS = 50


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a request."""

    place: str
    """``body``, ``path``, ``query`` or ``header``."""
    pointer: str
    """JSON pointer into the body, or the parameter's name."""
    detail: str


@dataclass(slots=True)
class Problem(Exception):
    """A request that the mock refuses.

    Attributes:
        status: HTTP status.
        detail: one sentence for the caller.
        faults: every single fault, where there can be several.
        headers: further response headers.
        mocks_own: the API has nothing like it, only the mock refuses so.
    """

    status: int
    detail: str
    faults: Sequence[Fault] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    mocks_own: bool = False

    def details(self) -> dict[str, Any]:
        """Return the members of RFC 9457 problem details."""
        details: dict[str, Any] = {
            "type": "about:blank",
            "title": _title(self.status),
            "status": self.status,
            "detail": shortened(self.detail),
        }
        if self.faults:
            details["errors"] = [
                {"in": fault.place, "pointer": shortened(fault.pointer), "detail": shortened(fault.detail)}
                for fault in self.faults[:MAX_FAULTS]
            ]
        return details


def _title(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return f"Status {status}"


def shortened(text: str) -> str:
    """Cut ``text`` to a size that is fit for an error, and drop what UTF-8 cannot hold."""
    cut = text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 3] + "..."
    return cut.encode("utf-8", "replace").decode()


def invalid(faults: Sequence[Fault]) -> Problem:
    """Return the refusal of a request that breaks the spec in the given ways."""
    first = faults[0]
    more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    where = f"{first.place} {first.pointer}".strip()
    return Problem(400, f"{where}: {first.detail}{more}", faults)
