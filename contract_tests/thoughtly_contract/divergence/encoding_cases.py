"""Requests whose body is encoded, or called, in another way than JSON in UTF-8."""

import gzip
import json
from collections.abc import Iterator
from urllib.parse import urlencode

from thoughtly_contract.divergence.case import OPEN, Case, Maker
from thoughtly_contract.exchange import JSON

_UTF8 = "JSON between systems is UTF-8 (RFC 8259)."
_MARK = "Open: RFC 8259 lets a reader ignore a byte order mark."
_NO_CHARSET = "A charset parameter of JSON has no effect (RFC 8259)."
_CODED = "Open: whoever cannot decode a content coding may refuse it with 415 (RFC 9110)."
_OTHER = "The spec takes application/json alone."


def encoding_cases(make: Maker) -> Iterator[Case]:
    """Yield the cases of one operation; none where it takes no JSON body."""
    if make.sampler.schema is None:
        return
    text = json.dumps(make.sampler.body())
    plain = make.sampler.plain()
    yield make("a byte order mark", _MARK, OPEN, plain.but(body=b"\xef\xbb\xbf" + plain.body))
    for name in ("utf-16", "utf-16-le", "utf-32"):
        yield make(f"{name}, not announced", _UTF8, make.invalid, plain.but(body=text.encode(name)))
    for name, broken in (
        ("a byte of Latin-1", b"\xe9"),
        ("an overlong sequence", b"\xc0\xaf"),
        ("a surrogate", b"\xed\xa0\x80"),
        ("a cut sequence", b"\xe2\x82"),
    ):
        body = plain.body.replace(b'": "', b'": "' + broken, 1).replace(b'": ["', b'": ["' + broken, 1)
        yield make(f"in UTF-8, {name}", _UTF8, make.invalid, plain.but(body=body))
    yield from _charsets(make, text)
    packed = plain.but(body=gzip.compress(plain.body, mtime=0))
    yield make("gzip, announced", _CODED, OPEN, packed.with_header(b"content-encoding", b"gzip"))
    yield make("gzip, not announced", "This is no JSON (RFC 8259).", make.invalid, packed)
    for coding in (b"gzip", b"br", b"contract-check"):
        yield make(
            f"plain, announced as {coding.decode()}", _CODED, OPEN, plain.with_header(b"content-encoding", coding)
        )
    identity = plain.with_header(b"content-encoding", b"identity")
    yield make(
        "plain, announced as identity", "Open: `identity` is reserved for Accept-Encoding (RFC 9110).", OPEN, identity
    )


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


def content_type_cases(make: Maker) -> Iterator[Case]:
    """Yield the cases of one operation; none where it takes no JSON body."""
    if make.sampler.schema is None:
        return
    plain, refused = make.sampler.plain(), make.one_of(415, 400)
    yield make(
        "none",
        "Open: without one, a recipient may look at the bytes (RFC 9110).",
        OPEN,
        plain.with_header(b"content-type"),
    )
    for value in (
        "Application/JSON",
        "application/json;",
        "application/json; version=1",
        "application/json ;charset=utf-8",
    ):
        claim = "Types have no case, and parameters that nobody knows do no harm (RFC 9110)."
        yield make(f"`{value}`", claim, make.success, plain.with_header(b"content-type", value.encode()))
    for value in (
        "text/plain",
        "text/json",
        "application/xml",
        "application/octet-stream",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/jsonp",
        "json",
        "*/*",
        "application/json, text/plain",
    ):
        yield make(f"`{value}`", _OTHER, refused, plain.with_header(b"content-type", value.encode()))
    suffixed = plain.with_header(b"content-type", b"application/vnd.contract.check+json")
    any_json = "Open: any +json can be read as JSON (RFC 6839), and the spec does not take it."
    yield make("`application/...+json`", any_json, OPEN, suffixed)
    yield make(
        "empty", "Open: an empty value is no media type (RFC 9110).", OPEN, plain.with_header(b"content-type", b"")
    )
    yield make(
        "bytes",
        "A value that is no media type is refused, not fallen over.",
        refused,
        plain.with_header(b"content-type", b"\xff\xfe"),
    )
    yield make(
        "twice, JSON first",
        "Open: a recipient of two may take one of them (RFC 9110).",
        OPEN,
        plain.with_header(b"content-type", JSON, b"text/plain"),
    )
    yield make(
        "twice, JSON last",
        "Open: a recipient of two may take one of them (RFC 9110).",
        OPEN,
        plain.with_header(b"content-type", b"text/plain", JSON),
    )
    body = make.sampler.body()
    if isinstance(body, dict):
        form = plain.but(body=urlencode({name: str(value) for name, value in body.items()}).encode())
        yield make(
            "a form, and says so",
            _OTHER,
            refused,
            form.with_header(b"content-type", b"application/x-www-form-urlencoded"),
        )
