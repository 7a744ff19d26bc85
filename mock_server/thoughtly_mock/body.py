"""Request bodies: read within a limit, and parsed as strict JSON."""

import asyncio
import json
import math
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from starlette.types import Receive, Scope

from thoughtly_mock.problems import Fault, Problem, invalid, shortened

MAX_DEPTH = 100
DISCARDED_BYTES = 64 * 1_048_576
DISCARDED_SECONDS = 5.0


class ClientDisconnectError(Exception):
    """The client went away before its request was whole; nobody is there to answer."""


class RequestBody:
    """The body of one request, as it comes in."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self.announced = _announced_length(scope)
        self.complete = False
        """Whether all of it has come in."""
        self._scope, self._receive = scope, receive
        self._asked_for = False

    @property
    def is_held_back(self) -> bool:
        """Whether the client waits to be asked for it, and may never send it."""
        return not self._asked_for and any(name == b"expect" for name, _ in self._scope["headers"])

    async def read(self, limit: int) -> bytes:
        """Return the whole body.

        Args:
            limit: bytes; a larger body is refused as soon as that is known.

        Raises:
            Problem: 413.
            ClientDisconnectError: the client went away.
        """
        if self.announced > limit:
            raise too_large(limit)
        content = bytearray()
        while not self.complete:
            content += await self._chunk()
            if len(content) > limit:
                raise too_large(limit)
        return bytes(content)

    async def discard(self) -> None:
        """Read what is left and forget it, within bounds of size and time."""
        with suppress(TimeoutError, ClientDisconnectError):
            await asyncio.wait_for(self._discard(), DISCARDED_SECONDS)

    async def _discard(self) -> None:
        size = 0
        while not self.complete and size < DISCARDED_BYTES:
            size += len(await self._chunk())

    async def _chunk(self) -> bytes:
        self._asked_for = True
        message = await self._receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnectError
        self.complete = not message.get("more_body", False)
        chunk: bytes = message.get("body", b"")
        return chunk


def too_large(limit: int) -> Problem:
    """Return the refusal of a body over ``limit`` bytes; the connection is not used again."""
    return Problem(413, f"the body holds more than {limit} bytes", headers={"connection": "close"})


def headers(scope: Scope) -> dict[str, str]:
    """Return request headers by lower-case name, repeated ones joined as RFC 9110 says."""
    found: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found


def _announced_length(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() else 0
    return 0


# JSON is UTF-8, whatever is said beside it (RFC 8259). Who says one of the last three nearly always means UTF-8; who
# does not is told at which byte.
_CHARSETS = {"utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1"}


def check_content_type(of: Mapping[str, str]) -> None:
    """Refuse a body that does not say it is UTF-8 JSON.

    Raises:
        Problem: 415.
    """
    if (encoding := of.get("content-encoding", "identity").strip().lower()) != "identity":
        raise Problem(415, f"content-encoding {encoding!r} is not accepted: send the body as it is")
    essence, *parameters = (part.strip() for part in of.get("content-type", "").split(";"))
    if not is_json(essence):
        raise Problem(415, f"content-type {essence!r} is not accepted: send application/json")
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset" and value.strip().strip('"').lower() not in _CHARSETS:
            raise Problem(415, f"charset {value.strip()!r} is not accepted: JSON is UTF-8")


def is_json(media_type: str) -> bool:
    """Whether a media type is JSON: ``application/json`` or any ``+json``."""
    essence = media_type.lower()
    return essence == "application/json" or (essence.startswith("application/") and essence.endswith("+json"))


def parse_json(body: bytes) -> Any:
    """Parse ``body`` as JSON that every reader understands alike.

    Raises:
        Problem: 400, for anything that RFC 8259 does not allow, and for what readers disagree on: duplicate keys,
            numbers out of range, halves of surrogate pairs, nesting over 100 deep.
    """
    try:
        value = _DECODER.decode(body.decode("utf-8"))
        _check(value, 0)
    except UnicodeDecodeError as error:
        raise _malformed(f"is not UTF-8 at byte {error.start}") from error
    except json.JSONDecodeError as error:
        raise _malformed(f"is not JSON: {error.msg} at line {error.lineno}, column {error.colno}") from error
    except RecursionError as error:
        raise _malformed(f"is nested more than {MAX_DEPTH} deep") from error
    except ValueError as error:
        raise _malformed(str(error)) from error
    return value


def _malformed(detail: str) -> Problem:
    return invalid([Fault("body", "", detail)])


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        counts = Counter(name for name, _ in pairs)
        twice = next(name for name, count in counts.items() if count > 1)
        raise ValueError(f"has the key {shortened(twice)!r} twice in one object")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"holds {name}, which is no JSON number")


def _float(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"holds the number {shortened(text)}, which is out of range")
    return value


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_no_constant, parse_float=_float)


def _check(value: Any, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise ValueError(f"is nested more than {MAX_DEPTH} deep")
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, dict):
        for key, member in value.items():
            _check_text(key)
            _check(member, depth + 1)
    elif isinstance(value, list):
        for member in value:
            _check(member, depth + 1)


def _check_text(text: str) -> None:
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("holds half of a surrogate pair")
