"""Requests that are hardly HTTP."""

from collections.abc import Iterator

from thoughtly_contract.divergence.case import CLOSED, OPEN, Case, Maker, raw
from thoughtly_contract.divergence.chunk_cases import chunk_cases
from thoughtly_contract.exchange import Request

_REFUSED = frozenset({400, CLOSED})
_NO_VERSION = _REFUSED | {505}
_NO_HTTP = "This is no HTTP/1.1."
_DIGITS = "A length is digits (RFC 9110)."
_EARLY = "What ends early is no request (RFC 9112)."
# Name, version, claim; served where it is one of HTTP/1.
_VERSIONS = (
    ("HTTP/1.0", b" HTTP/1.0", "A server of HTTP/1.1 serves clients of 1.0 (RFC 9112)."),
    ("HTTP/9.9", b" HTTP/9.9", "A version that is not known is 505, or no HTTP at all (RFC 9110)."),
    ("http/1.1 in lower case", b" http/1.1", "The name of the protocol has case (RFC 9112)."),
    ("no version", b"", "A request line has a version (RFC 9112)."),
)
_GREETINGS = (
    ("a TLS greeting", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 64, _REFUSED),
    ("the greeting of HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", _REFUSED | {405, 505}),
    ("zero bytes", b"\0" * 64, _REFUSED),
)
_LINES = (
    ("no colon", b"contract check", "A header line has a colon (RFC 9112)."),
    ("no name", b": value", "A header has a name (RFC 9110)."),
    ("a blank before the colon", b"x-check : 1", "A blank before the colon is refused (RFC 9112)."),
    ("a blank in the name", b"x check: 1", "A name is a token (RFC 9110)."),
)
_LENGTHS = (
    ("negative", b"-1", _DIGITS),
    ("a word", b"contract", _DIGITS),
    ("hexadecimal", b"0x10", _DIGITS),
    ("with a sign", b"+1", _DIGITS),
    ("empty", b"", _DIGITS),
    ("of 40 digits", b"9" * 40, "A length that cannot be is refused (RFC 9110)."),
)


def protocol_cases(make: Maker) -> Iterator[Case]:
    """Yield the cases of one operation."""
    plain = make.sampler.plain()
    yield from _versions(make, plain)
    for name, data, right in _GREETINGS:
        yield make(name, _NO_HTTP, right, data, half=True)
    before = "A server ignores an empty line before a request (RFC 9112)."
    yield make("empty lines before it", before, make.success, b"\r\n\r\n" + raw(plain))
    yield make("half a head", _EARLY, _REFUSED | {408}, raw(plain)[:40], half=True)
    yield from _heads(make, plain)
    yield from _targets(make, plain)
    yield from _lengths(make, plain)
    yield from chunk_cases(make)
    if plain.body:
        yield from _ends(make, plain)


def _versions(make: Maker, plain: Request) -> Iterator[Case]:
    line = plain.method.encode() + b" " + plain.target
    for name, version, claim in _VERSIONS:
        right = make.success if name.startswith("HTTP/1.") else _NO_VERSION
        yield make(name, claim, right, raw(plain, first=line + version))
    without = raw(plain, first=line + b" HTTP/1.0", host=None)
    yield make("HTTP/1.0, no Host", "HTTP/1.0 knows no Host (RFC 9112).", make.success, without)


def _heads(make: Maker, plain: Request) -> Iterator[Case]:
    for what, line, claim in _LINES:
        yield make(f"a header line: {what}", claim, _REFUSED, raw(plain, line))
    replaced = "NUL in a value is refused, or replaced (RFC 9110)."
    nul = raw(plain, b"x-check: a\0b")
    yield make("a header line: NUL in a value", replaced, _REFUSED | make.success, nul)
    folded = "Open: a fold is refused, or read as a blank (RFC 9112)."
    yield make("a header line: folded", folded, OPEN, raw(plain, b"x-check: a", b" b"))
    head, _, body = raw(plain).partition(b"\r\n\r\n")
    bare = head.replace(b"\r\n", b"\n") + b"\n\n" + body
    either = "Open: a recipient may take a bare line feed for the end of a line (RFC 9112)."
    yield make("line feeds alone", either, OPEN, bare)


def _targets(make: Maker, plain: Request) -> Iterator[Case]:
    for name, junk, claim in (
        ("bytes in the path", b"\xff", "A target is ASCII (RFC 3986)."),
        ("a blank in the target", b" x", "A target has no blank (RFC 9112)."),
    ):
        line = plain.method.encode() + b" " + plain.path + junk + b" HTTP/1.1"
        yield make(name, claim, _REFUSED | {404}, raw(plain, first=line))


def _lengths(make: Maker, plain: Request) -> Iterator[Case]:
    size = b"content-length: %d" % len(plain.body)
    for what, length, claim in _LENGTHS:
        data = raw(plain, b"content-length: " + length)
        yield make(f"a length: {what}", claim, _REFUSED | {413}, data, half=True)
    different = raw(plain, size, size + b"1")
    yield make("a length: twice, different", "Two lengths are refused (RFC 9112).", _REFUSED, different, half=True)
    same = "Open: two equal lengths are refused, or taken for one (RFC 9110)."
    yield make("a length: twice, the same", same, OPEN, raw(plain, size, size))


def _ends(make: Maker, plain: Request) -> Iterator[Case]:
    short = raw(plain, b"content-length: %d" % (len(plain.body) + 10))
    yield make("a body that ends early", _EARLY, _REFUSED | {408}, short, half=True)
    longer = raw(plain, b"content-length: %d" % len(plain.body)) + b"x" * 500
    behind = "What comes behind a request that closes is not part of it (RFC 9112)."
    yield make("bytes behind the body", behind, make.success, longer)
