"""Requests whose body is encoded in another way than UTF-8, or says so."""

import gzip
import json
from collections.abc import Iterator

from thoughtly_contract.divergence.case import OPEN, Case, Maker
from thoughtly_contract.exchange import JSON

_UTF8 = "JSON between systems is UTF-8 (RFC 8259)."
_MARK = "Open: RFC 8259 lets a reader ignore a byte order mark."
_NO_CHARSET = "A charset parameter of JSON has no effect (RFC 8259)."
_CODED = "Open: whoever cannot decode a content coding may refuse it with 415 (RFC 9110)."
_BROKEN = {
    "a byte of Latin-1": b"\xe9",
    "an overlong sequence": b"\xc0\xaf",
    "a surrogate": b"\xed\xa0\x80",
    "a cut sequence": b"\xe2\x82",
}


def encoding_cases(make: Maker) -> Iterator[Case]:
    """Yield the cases of one operation; none where it takes no JSON body."""
    if make.sampler.schema is None:
        return
    text = json.dumps(make.sampler.body())
    plain = make.sampler.plain()
    yield make("a byte order mark", _MARK, OPEN, plain.but(body=b"\xef\xbb\xbf" + plain.body))
    for name in ("utf-16", "utf-16-le", "utf-32"):
        yield make(f"{name}, not announced", _UTF8, make.invalid, plain.but(body=text.encode(name)))
    yield from _no_utf8(make)
    yield from _charsets(make, text)
    yield from _codings(make)


def _no_utf8(make: Maker) -> Iterator[Case]:
    """Yield the example with bytes in a text that are none; nothing where it has no text."""
    plain = make.sampler.plain()
    for name, broken in _BROKEN.items():
        body = plain.body.replace(b'": "', b'": "' + broken, 1).replace(b'": ["', b'": ["' + broken, 1)
        if body != plain.body:
            yield make(f"in UTF-8, {name}", _UTF8, make.invalid, plain.but(body=body))


def _codings(make: Maker) -> Iterator[Case]:
    plain = make.sampler.plain()
    packed = plain.but(body=gzip.compress(plain.body, mtime=0))
    yield make("gzip, announced", _CODED, OPEN, packed.with_header(b"content-encoding", b"gzip"))
    yield make("gzip, not announced", "This is no JSON (RFC 8259).", make.invalid, packed)
    for coding in ("gzip", "br", "contract-check"):
        told = plain.with_header(b"content-encoding", coding.encode())
        yield make(f"plain, announced as {coding}", _CODED, OPEN, told)
    identity = plain.with_header(b"content-encoding", b"identity")
    reserved = "Open: `identity` is reserved for Accept-Encoding (RFC 9110)."
    yield make("plain, announced as identity", reserved, OPEN, identity)


def _charsets(make: Maker, text: str) -> Iterator[Case]:
    plain = make.sampler.plain()
    for value in ("utf-8", "UTF-8", '"utf-8"', "us-ascii", "iso-8859-1"):
        told = plain.with_header(b"content-type", f"application/json; charset={value}".encode())
        yield make(f"charset={value}", _NO_CHARSET, make.success, told)
    for name, start in (("a charset that nobody knows", b"; charset="), ("the same, without a blank", b";charset=")):
        strange = plain.with_header(b"content-type", JSON + start + b"contract-check")
        yield make(name, "Open: the parameter has no effect (RFC 8259), or is an error to tell.", OPEN, strange)
    wide = plain.but(body=text.encode("utf-16")).with_header(b"content-type", JSON + b"; charset=utf-16")
    yield make("utf-16, announced", _UTF8, make.one_of(400, 415), wide)
