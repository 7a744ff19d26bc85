"""The `Prefer` header as Prism understands it: which of the documented answers is wanted."""

import re
from dataclasses import dataclass

from thoughtly_mock.problems import Problem, shortened

_BOOLEANS = {"true": True, "false": False}
# RFC 7240: preferences and their parameters, as tokens or quoted.
_PAIR = re.compile(r'\s*([A-Za-z0-9!#$%&\'*+.^_`|~-]+)\s*(?:=\s*("(?:[^"\\]|\\.)*"|[^,;"\s]*))?\s*(?:[,;]|$)')


@dataclass(frozen=True, slots=True)
class Preference:
    """What a client prefers."""

    code: int | None = None
    """Status of the answer."""
    example: str | None = None
    """Name of the example that is the body."""
    dynamic: bool | None = None
    """Whether the body is made from the schema; None where that is the mock's choice."""


NONE = Preference()


def preference_of(header: str) -> Preference:
    """Return what a `Prefer` header prefers; preferences that the mock does not know are ignored, as RFC 7240 says.

    Raises:
        Problem: 400, for a value that the preference cannot have.
    """
    found = _pairs(header)
    return Preference(_code(found.get("code")), found.get("example") or None, _dynamic(found.get("dynamic")))


def _pairs(header: str) -> dict[str, str]:
    found: dict[str, str] = {}
    at = 0
    while at < len(header):
        pair = _PAIR.match(header, at)
        if pair is None:
            raise _refusal(f"cannot be read at {header[at:]!r}")
        value = pair[2] or ""
        # The first of several wins.
        found.setdefault(pair[1].lower(), re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value)
        at = pair.end()
    return found


def _code(text: str | None) -> int | None:
    if text is None:
        return None
    if not re.fullmatch(r"[2-5][0-9]{2}", text, re.ASCII):
        raise _refusal(f"code={text}: a status is a number from 200 to 599")
    return int(text)


def _dynamic(text: str | None) -> bool | None:
    if text is None:
        return None
    if text not in _BOOLEANS:
        raise _refusal(f"dynamic={text}: it is true or false")
    return _BOOLEANS[text]


def _refusal(detail: str) -> Problem:
    return Problem(400, shortened(f"header prefer: {detail}"), mocks_own=True)
