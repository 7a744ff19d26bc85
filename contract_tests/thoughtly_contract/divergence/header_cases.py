"""Requests with headers beside the keys: negotiation, conditions, preferences, and what is hardly a header."""

from collections.abc import Iterator, Mapping
from typing import Any

from thoughtly_contract.battery.samples import flattened
from thoughtly_contract.divergence.case import CLOSED, OPEN, Case, Maker, raw
from thoughtly_openapi.loader import resolve

_ACCEPT = "Open: whoever cannot please may answer 406, or as if nothing was asked (RFC 9110)."
_IGNORED = "A header that means nothing here is ignored (RFC 9110)."
_PREFERENCE = "A preference that is not known, or cannot be met, is ignored (RFC 7240)."
_WORD = "Open: this is a word of mock servers, which no standard defines."


def header_cases(make: Maker) -> Iterator[Case]:
    """Yield the cases of one operation."""
    plain = make.sampler.plain()
    for text in ("application/json", "*/*", "application/*;q=0.1", "text/html, application/json;q=0.9"):
        yield make(f"Accept: {text}", "JSON is acceptable.", make.success, plain.with_header(b"accept", text.encode()))
    for text in ("text/html", "application/xml", "application/json;q=0", "contract/check;q=x", "nonsense"):
        yield make(f"Accept: {text}", _ACCEPT, OPEN, plain.with_header(b"accept", text.encode()))
    yield make(
        "Accept: nothing", "Open: an empty Accept asks for nothing (RFC 9110).", OPEN, plain.with_header(b"accept", b"")
    )
    for name, value in (
        ("accept-encoding", b"gzip, br"),
        ("accept-encoding", b"identity;q=0"),
        ("accept-language", b"xx"),
        ("range", b"bytes=5-1"),
        ("if-modified-since", b"yesterday"),
        ("cookie", b"=;;=\xff"),
        ("authorization", b"Bearer contract-check"),
        ("origin", b"http://localhost:3000"),
        ("forwarded", b"for=unknown;proto=https"),
        ("x-forwarded-for", b"not an address"),
        ("upgrade", b"h2c"),
        ("x-contract-check", b"\xe9\xff"),
        ("x-contract-check", b""),
        ("x-contract-check", b"x" * 6000),
    ):
        shown = (
            value.decode("latin-1")
            if len(value) < 40 and value.isascii()
            else "bytes"
            if len(value) < 40
            else "6,000 bytes"
        )
        yield make(f"{name}: {shown}", _IGNORED, make.success, plain.with_header(name.encode(), value))
    yield make(
        "if-match: *",
        "Open: whether what is here now can match (RFC 9110).",
        OPEN,
        plain.with_header(b"if-match", b"*"),
    )
    many = plain.but(headers=(*plain.headers, *((b"x-check-%d" % n, b"1") for n in range(90))))
    yield make("90 headers more", _IGNORED, make.success, many)
    yield from _expect(make)
    yield make(
        "no Host", "A request without Host is refused (RFC 9112).", frozenset({400, CLOSED}), raw(plain, host=None)
    )
    yield make(
        "Host twice",
        "A request with two hosts is refused (RFC 9112).",
        frozenset({400, CLOSED}),
        raw(plain, b"host: other"),
    )
    yield make(
        "an unknown Host",
        "The spec names servers, and none of these is asked by its name.",
        make.success,
        raw(plain, host=b"contract-check.invalid"),
    )


def _expect(make: Maker) -> Iterator[Case]:
    plain = make.sampler.plain()
    if plain.body:
        yield make(
            "expect: 100-continue",
            "Whoever does not wait is answered all the same (RFC 9110).",
            make.success,
            plain.with_header(b"expect", b"100-continue"),
        )
    yield make(
        "expect: contract-check",
        "Open: an expectation that is not known may be 417 (RFC 9110).",
        OPEN,
        plain.with_header(b"expect", b"contract-check"),
    )


def preference_cases(make: Maker) -> Iterator[Case]:
    """Yield the cases of one operation."""
    plain = make.sampler.plain()
    for value in ("respond-async, wait=10", "handling=lenient", "return=minimal", "contract-check", ""):
        yield make(
            f"Prefer: {value or 'nothing'}", _PREFERENCE, make.success, plain.with_header(b"prefer", value.encode())
        )
    error = next((status for status in ("429", "403", "404", "500") if status in _documented(make)), None)
    words = [f"code={error}", f"code={error}; dynamic=false"] if error else []
    words += ["code=200", "code=418", "code=soon", "code=99", "example=contract-check", "dynamic=false", "dynamic=soon"]
    words += [f"example={name}" for name in _examples(make)[:1]]
    for word in words:
        name = "a documented error, " + word if error and error in word else word
        name = "example=(a documented one)" if word in (f"example={known}" for known in _examples(make)) else name
        yield make(f"Prefer: {name}", _WORD, OPEN, plain.with_header(b"prefer", word.encode()))
    yield make("Prefer: code=418; example=x", _WORD, OPEN, plain.with_header(b"prefer", b"code=418; example=x"))
    yield make("Prefer: =;,=", "Open: this is no preference (RFC 7240).", OPEN, plain.with_header(b"prefer", b"=;,="))
    yield make("Prefer twice", _WORD, OPEN, plain.with_header(b"prefer", b"wait=10", b"code=418"))
    query = b"&".join(part for part in (plain.query, b"__code=418") if part)
    yield make("__code in the query", _WORD, OPEN, plain.but(query=query))
    invalid = make.sampler.bare()
    if invalid is not None and make.sampler.schema is not None:
        yield make(
            "code=200 for an invalid request",
            "A preference does not make a request valid.",
            make.invalid,
            invalid.with_header(b"prefer", b"code=200"),
        )


def _documented(make: Maker) -> set[str]:
    return set(make.sampler.operation.definition["responses"])


def _examples(make: Maker) -> list[str]:
    """Return the names of the examples of the first success."""
    responses = make.sampler.operation.definition["responses"]
    success: Mapping[str, Any] = next(
        (response for status, response in responses.items() if status.startswith("2")), {}
    )
    media = resolve(make.sampler.spec, success).get("content", {}).get("application/json", {})
    return list(flattened(make.sampler.spec, media).get("examples", {}))
