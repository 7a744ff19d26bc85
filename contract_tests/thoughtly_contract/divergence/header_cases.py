"""Requests with headers beside the keys: negotiation, conditions, and what means nothing here."""

from collections.abc import Iterator

from thoughtly_contract.divergence.case import CLOSED, OPEN, Case, Maker, raw

_REFUSED = frozenset({400, CLOSED})
_IGNORED = "A header that means nothing here is ignored (RFC 9110)."
_ACCEPTABLE = ("application/json", "*/*", "application/*;q=0.1", "text/html, application/json;q=0.9")
_ACCEPT = "Open: whoever cannot please may answer 406, or as if nothing was asked (RFC 9110)."
_NOT_ACCEPTABLE = ("text/html", "application/xml", "application/json;q=0", "contract/check;q=x", "nonsense")
# Name, value, and the value in words where it cannot be read.
_MEANINGLESS = (
    ("accept-encoding", b"gzip, br", ""),
    ("accept-encoding", b"identity;q=0", ""),
    ("accept-language", b"xx", ""),
    ("range", b"bytes=5-1", ""),
    ("if-modified-since", b"yesterday", ""),
    ("cookie", b"=;;=\xff", "bytes"),
    ("authorization", b"Bearer contract-check", ""),
    ("origin", b"http://localhost:3000", ""),
    ("forwarded", b"for=unknown;proto=https", ""),
    ("x-forwarded-for", b"not an address", ""),
    ("upgrade", b"h2c", ""),
    ("x-contract-check", b"\xe9\xff", "bytes"),
    ("x-contract-check", b"", "nothing"),
    ("x-contract-check", b"x" * 6000, "6,000 bytes"),
)


def header_cases(make: Maker) -> Iterator[Case]:
    """Yield the cases of one operation."""
    plain = make.sampler.plain()
    for accept in _ACCEPTABLE:
        request = plain.with_header(b"accept", accept.encode())
        yield make(f"Accept: {accept}", "JSON is acceptable.", make.success, request)
    for accept in _NOT_ACCEPTABLE:
        yield make(f"Accept: {accept}", _ACCEPT, OPEN, plain.with_header(b"accept", accept.encode()))
    empty = plain.with_header(b"accept", b"")
    yield make("Accept: nothing", "Open: an empty Accept asks for nothing (RFC 9110).", OPEN, empty)
    for name, value, shown in _MEANINGLESS:
        request = plain.with_header(name.encode(), value)
        yield make(f"{name}: {shown or value.decode()}", _IGNORED, make.success, request)
    many = plain.but(headers=(*plain.headers, *((b"x-check-%d" % n, b"1") for n in range(90))))
    yield make("90 headers more", _IGNORED, make.success, many)
    match = plain.with_header(b"if-match", b"*")
    yield make("if-match: *", "Open: whether what is here now can match (RFC 9110).", OPEN, match)
    yield from _expect(make)
    yield from _hosts(make)


def _expect(make: Maker) -> Iterator[Case]:
    plain = make.sampler.plain()
    if plain.body:
        waiting = plain.with_header(b"expect", b"100-continue")
        served = "Whoever does not wait is answered all the same (RFC 9110)."
        yield make("expect: 100-continue", served, make.success, waiting)
    unknown = "Open: an expectation that is not known may be 417 (RFC 9110)."
    yield make("expect: contract-check", unknown, OPEN, plain.with_header(b"expect", b"contract-check"))


def _hosts(make: Maker) -> Iterator[Case]:
    plain = make.sampler.plain()
    yield make("no Host", "A request without Host is refused (RFC 9112).", _REFUSED, raw(plain, host=None))
    twice = raw(plain, b"host: other")
    yield make("Host twice", "A request with two hosts is refused (RFC 9112).", _REFUSED, twice)
    named = "The spec names servers, and none of these is asked by its name."
    yield make("an unknown Host", named, make.success, raw(plain, host=b"contract-check.invalid"))
