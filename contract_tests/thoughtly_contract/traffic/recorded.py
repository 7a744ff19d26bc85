"""One exchange of recorded traffic, whatever recorded it."""

from dataclasses import dataclass
from datetime import date
from ipaddress import ip_address
from urllib.parse import urlsplit

from thoughtly_contract.exchange import Answer, Pairs, Request


@dataclass(frozen=True, slots=True)
class Recorded:
    """One request and its answer, as far as they were recorded."""

    place: str
    """Where it stands in its file."""
    host: str | None
    """Whom it was sent to, in lower case and without a port; None where that is not recorded."""
    request: Request
    answer: Answer
    request_is_whole: bool = True
    """Whether all of the request's body is there."""
    answer_is_whole: bool = True
    """Whether all of the answer's body is there."""
    day: date | None = None
    """When it was recorded."""
    played: bool = False
    """Whether the mock was told to answer so."""
    by_mock: bool = False
    """Whether the kit's mock answered: it answers what the spec says."""


@dataclass(frozen=True, slots=True)
class Aside:
    """An entry that is no exchange with an API."""

    place: str
    reason: str


def host_of(authority: str) -> str | None:
    """Return the host of a ``Host`` header or of a URL's authority, None for none."""
    try:
        host = urlsplit(f"//{authority}").hostname
    except ValueError:
        return None
    return host.rstrip(".") if host else None


def is_loopback(host: str) -> bool:
    """Whether a recorded host is the machine that recorded it."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith((".localhost", ".invalid"))


def encoded(pairs: list[tuple[str, str]]) -> Pairs:
    """Return headers as bytes, their names in lower case, without the pseudo headers of HTTP/2."""
    return tuple(
        (name.lower().encode("utf-8", "replace"), _latin(value)) for name, value in pairs if not name.startswith(":")
    )


def _latin(text: str) -> bytes:
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")
