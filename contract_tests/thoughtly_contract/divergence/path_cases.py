"""Requests with parameters in the path."""

from collections.abc import Iterator, Mapping
from typing import Any

from thoughtly_contract.battery.samples import flattened
from thoughtly_contract.divergence.case import OPEN, Case, Maker

_MARKER = "contract-check"
_ENCODED = "What is percent-encoded is part of the value (RFC 3986)."
_ALLOWED = "The parameter's schema allows it."
_FORBIDDEN = "The parameter's schema forbids it."
# Text, claim, and whether it is right, wrong or open.
_TEXTS: Mapping[str, tuple[tuple[str, bytes, str, bool | None], ...]] = {
    "string": (
        ("a word", b"word", _ALLOWED, True),
        ("a blank", b"a%20b", _ENCODED, True),
        ("an emoji", b"%F0%9F%93%9E", _ENCODED, True),
        ("a plus", b"a+b", _ALLOWED, True),
        ("a semicolon", b"a;b=c", "A semicolon is a character like others (RFC 3986).", True),
        ("an encoded slash", b"a%2Fb", _ENCODED, True),
        ("an encoded question mark", b"a%3Fb", _ENCODED, True),
        ("an encoded percent sign", b"a%25b", _ENCODED, True),
        ("an encoded NUL", b"a%00b", "Open: HTTP lets servers refuse control characters.", None),
        ("bytes that are no UTF-8", b"a%FFb", "Open: OpenAPI does not say how bytes become a text.", None),
        ("a broken escape", b"a%zzb", "Open: this is no URI (RFC 3986).", None),
        ("300 characters", b"x" * 300, _ALLOWED, True),
        ("nothing", b"", "Open: an empty path parameter looks like another path.", None),
        ("an encoded dot", b"%2E", "Open: `%2E` is the dot segment `.` to a normaliser (RFC 3986).", None),
        ("two encoded dots", b"%2E%2E", "Open: `%2E%2E` is the dot segment `..` to a normaliser (RFC 3986).", None),
    ),
    "integer": (
        ("digits", b"7", _ALLOWED, True),
        ("an encoded digit", b"%37", "An encoded digit is that digit (RFC 3986).", True),
        ("a word", b"word", _FORBIDDEN, False),
        ("a fraction", b"1.5", _FORBIDDEN, False),
        ("1.0", b"1.0", "Open: OpenAPI does not say how a number is written in a URL.", None),
        ("07", b"07", "Open: OpenAPI does not say how a number is written in a URL.", None),
        ("+7", b"+7", "Open: OpenAPI does not say how a number is written in a URL.", None),
    ),
}
# With any of these, the texts may be wrong.
_NARROWING = frozenset(
    {"enum", "format", "pattern", "minLength", "maxLength", "minimum", "maximum", "multipleOf", "allOf", "oneOf"}
)


def path_cases(make: Maker, parameter: Mapping[str, Any], kind: str) -> Iterator[Case]:
    """Yield the cases of a parameter; none where its schema says more than its type."""
    if flattened(make.sampler.spec, parameter["schema"]).keys() & _NARROWING:
        return
    plain, path = make.sampler.plain(), make.sampler.path({parameter["name"]: _MARKER})
    start = "in the path" if kind == "string" else f"in the path, {kind}"
    rights = {True: make.success, False: make.one_of(400, 404, 422), None: OPEN}
    for what, text, claim, right in _TEXTS.get(kind, ()):
        sent = plain.but(path=path.replace(_MARKER.encode(), text))
        yield make(f"{start}: {what}", claim, rights[right], sent)
