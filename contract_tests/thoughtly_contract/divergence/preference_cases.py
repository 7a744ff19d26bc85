"""Requests that prefer an answer."""

from collections.abc import Iterator, Mapping
from typing import Any

from thoughtly_contract.divergence.case import OPEN, Case, Maker
from thoughtly_openapi.loader import resolve

_IGNORED = "A preference that is not known, or cannot be met, is ignored (RFC 7240)."
_STANDARD = ("respond-async, wait=10", "handling=lenient", "return=minimal", "contract-check", "")
_WORD = "Open: this is a word of mock servers, which no standard defines."
_WORDS = (
    *("code=200", "code=418", "code=soon", "code=99", "example=contract-check"),
    *("dynamic=false", "dynamic=soon", "code=418; example=x"),
)


def preference_cases(make: Maker) -> Iterator[Case]:
    """Yield the cases of one operation."""
    for value in _STANDARD:
        yield _preferring(make, f"Prefer: {value or 'nothing'}", _IGNORED, make.success, value)
    for word in _WORDS:
        yield _preferring(make, f"Prefer: {word}", _WORD, OPEN, word)
    for status in _errors(make)[:1]:
        yield _preferring(make, "Prefer: code=(a documented error)", _WORD, OPEN, f"code={status}")
        yield _preferring(make, "Prefer: code=(the same); dynamic=false", _WORD, OPEN, f"code={status}; dynamic=false")
    for name in _examples(make)[:1]:
        yield _preferring(make, "Prefer: example=(a documented one)", _WORD, OPEN, f"example={name}")
    yield _preferring(make, "Prefer: =;,=", "Open: this is no preference (RFC 7240).", OPEN, "=;,=")
    yield _preferring(make, "Prefer twice", _WORD, OPEN, "wait=10", "code=418")
    plain = make.sampler.plain()
    query = b"&".join(part for part in (plain.query, b"__code=418") if part)
    yield make("__code in the query", _WORD, OPEN, plain.but(query=query))
    invalid = make.sampler.bare()
    if invalid is not None and make.sampler.schema is not None:
        wished = invalid.with_header(b"prefer", b"code=200")
        claim = "A preference does not make a request valid."
        yield make("code=200 for an invalid request", claim, make.invalid, wished)


def _preferring(make: Maker, name: str, claim: str, right: frozenset[int], *values: str) -> Case:
    headers = (value.encode() for value in values)
    return make(name, claim, right, make.sampler.plain().with_header(b"prefer", *headers))


def _errors(make: Maker) -> list[str]:
    """Return documented errors which a valid request is not answered with anyway."""
    documented = make.sampler.operation.definition["responses"]
    return [status for status in ("429", "403", "404", "500") if status in documented]


def _examples(make: Maker) -> list[str]:
    """Return the names of the examples of the first success."""
    responses: Mapping[str, Any] = make.sampler.operation.definition["responses"]
    success: Mapping[str, Any] = next(
        (response for status, response in responses.items() if status.startswith("2")), {}
    )
    return list(resolve(make.sampler.spec, success).get("content", {}).get("application/json", {}).get("examples", {}))
