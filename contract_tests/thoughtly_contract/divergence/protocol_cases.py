"""Requests that are large, chunked, or hardly HTTP."""

from collections.abc import Iterator

from thoughtly_contract.battery.samples import as_json
from thoughtly_contract.divergence.case import CLOSED, OPEN, Case, Maker, raw
from thoughtly_contract.exchange import Request

_MEBIBYTE = 1_048_576
_REFUSED = frozenset({400, CLOSED})
_LIMIT = "Open: a server may set a limit, and tell it"
_SHORT = 500


def size_cases(make: Maker) -> Iterator[Case]:
    """Yield the cases of one operation."""
    plain = make.sampler.plain()
    long_query = b"&".join(part for part in (plain.query, b"contract_check=" + b"x" * 10_000) if part)
    yield make("a query of 10,000 bytes", f"{_LIMIT} with 414 (RFC 9110).", OPEN, plain.but(query=long_query))
    yield make(
        "a path of 10,000 bytes",
        "This is another path, or one that is too long (RFC 9110).",
        frozenset({404, 414}),
        plain.but(path=plain.path + b"/" + b"x" * 10_000),
    )
    yield make(
        "a header of 20,000 bytes",
        f"{_LIMIT} with 431 (RFC 6585).",
        OPEN,
        plain.with_header(b"x-contract-check", b"x" * 20_000),
    )
    yield make(
        "a header of 100,000 bytes",
        f"{_LIMIT} with 431 (RFC 6585).",
        OPEN,
        plain.with_header(b"x-contract-check", b"x" * 100_000),
    )
    many = (*plain.headers, *((b"x-check-%d" % n, b"1") for n in range(3000)))
    yield make("3,000 headers", f"{_LIMIT} with 431 (RFC 6585).", OPEN, plain.but(headers=many))
    body = make.sampler.body()
    if isinstance(body, dict) and make.sampler.validity.fits({**body, "contract_check": {}}):
        yield from _bodies(make, body)


def _bodies(make: Maker, body: dict[str, object]) -> Iterator[Case]:
    request = make.sampler.request
    half = request(as_json({**body, "contract_check": "x" * 500_000}))
    yield make("a body of half a MiB", "The spec sets no limit.", make.success, half)
    members = request(as_json({**body, "contract_check": dict.fromkeys(map(str, range(10_000)), 1)}))
    yield make("10,000 members", "The spec sets no limit.", make.success, members)
    plain = make.sampler.plain().body
    claim = f"{_LIMIT} with 413 (RFC 9110)."
    for name, size in (("1 MiB", _MEBIBYTE), ("1 MiB and a byte", _MEBIBYTE + 1), ("11 MiB", 11 * _MEBIBYTE)):
        yield make(f"a body of {name}", claim, OPEN, request(b" " * (size - len(plain)) + plain))
    wrong = {name: ["x" * 200_000] if isinstance(value, str) else "x" * 200_000 for name, value in body.items()}
    if not make.sampler.validity.fits(wrong):
        what = "The schema forbids it; the answer need not say it all again."
        yield make("200,000 characters of a wrong type", what, make.invalid, request(as_json(wrong)))


def protocol_cases(make: Maker) -> Iterator[Case]:
    """Yield the cases of one operation."""
    plain = make.sampler.plain()
    yield from _versions(make, plain)
    yield from _lines(make, plain)
    yield from _lengths(make, plain)
    if plain.body:
        yield from _chunks(make, plain)
        yield from _framed(make, plain)


def _versions(make: Maker, plain: Request) -> Iterator[Case]:
    line = plain.method.encode() + b" " + plain.target + b" "
    yield make(
        "HTTP/1.0",
        "A server of HTTP/1.1 serves clients of 1.0 (RFC 9112).",
        make.success,
        raw(plain, first=line + b"HTTP/1.0"),
    )
    yield make(
        "HTTP/1.0, no Host",
        "HTTP/1.0 knows no Host (RFC 9112).",
        make.success,
        raw(plain, first=line + b"HTTP/1.0", host=None),
    )
    yield make(
        "HTTP/9.9",
        "A version that is not known is 505, or no HTTP at all (RFC 9110).",
        _REFUSED | {505},
        raw(plain, first=line + b"HTTP/9.9"),
    )
    yield make(
        "http/1.1 in lower case",
        "The name of the protocol has case (RFC 9112).",
        _REFUSED | {505},
        raw(plain, first=line + b"http/1.1"),
    )
    yield make(
        "no version",
        "A request line has a version (RFC 9112).",
        _REFUSED | {505},
        raw(plain, first=line.rstrip()),
    )
    yield make(
        "a TLS greeting",
        "This is no HTTP.",
        _REFUSED,
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 64,
        half=True,
    )
    preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
    yield make("the greeting of HTTP/2", "This is no HTTP/1.1.", _REFUSED | {405, 505}, preface, half=True)
    yield make("zero bytes", "This is no HTTP.", _REFUSED, b"\0" * 64, half=True)
    yield make(
        "empty lines before it",
        "A server ignores an empty line before a request (RFC 9112).",
        make.success,
        b"\r\n\r\n" + raw(plain),
    )
    yield make("half a head", "What ends early is no request (RFC 9112).", _REFUSED | {408}, raw(plain)[:40], half=True)


def _lines(make: Maker, plain: Request) -> Iterator[Case]:
    for what, line, claim in (
        ("no colon", b"contract check", "A header line has a colon (RFC 9112)."),
        ("no name", b": value", "A header has a name (RFC 9110)."),
        ("a blank before the colon", b"x-check : 1", "A blank before the colon is refused (RFC 9112)."),
        ("a blank in the name", b"x check: 1", "A name is a token (RFC 9110)."),
        ("NUL in a value", b"x-check: a\0b", "NUL in a value is refused, or replaced (RFC 9110)."),
    ):
        right = _REFUSED | make.success if "NUL" in what else _REFUSED
        yield make(f"a header line: {what}", claim, right, raw(plain, line))
    yield make(
        "a header line: folded",
        "Open: a fold is refused, or read as a blank (RFC 9112).",
        OPEN,
        raw(plain, b"x-check: a", b" b"),
    )
    head, _, body = raw(plain).partition(b"\r\n\r\n")
    bare = head.replace(b"\r\n", b"\n") + b"\n\n" + body
    yield make(
        "line feeds alone",
        "Open: a recipient may take a bare line feed for the end of a line (RFC 9112).",
        OPEN,
        bare,
    )
    bytes_ = raw(plain, first=plain.method.encode() + b" " + plain.path + b"\xff HTTP/1.1")
    yield make("bytes in the path", "A target is ASCII (RFC 3986).", _REFUSED | {404}, bytes_)
    blank = raw(plain, first=plain.method.encode() + b" " + plain.path + b" x HTTP/1.1")
    yield make("a blank in the target", "A target has no blank (RFC 9112).", _REFUSED | {404}, blank)


def _lengths(make: Maker, plain: Request) -> Iterator[Case]:
    size = str(len(plain.body)).encode()
    for what, lines, claim in (
        ("negative", (b"-1",), "A length is digits (RFC 9110)."),
        ("a word", (b"contract",), "A length is digits (RFC 9110)."),
        ("hexadecimal", (b"0x10",), "A length is digits (RFC 9110)."),
        ("with a sign", (b"+" + size,), "A length is digits (RFC 9110)."),
        ("empty", (b"",), "A length is digits (RFC 9110)."),
        ("of 40 digits", (b"9" * 40,), "A length that cannot be is refused (RFC 9110)."),
        ("twice, different", (size, b"1"), "Two lengths are refused (RFC 9112)."),
    ):
        data = raw(plain, *(b"content-length: " + line for line in lines))
        yield make(f"a length: {what}", claim, _REFUSED | {413}, data, half=True)
    same = raw(plain, b"content-length: " + size, b"content-length: " + size)
    yield make(
        "a length: twice, the same",
        "Open: two equal lengths are refused, or taken for one (RFC 9110).",
        OPEN,
        same,
    )


def _chunks(make: Maker, plain: Request) -> Iterator[Case]:
    told = b"transfer-encoding: chunked"

    def chunked(body: bytes, *lines: bytes) -> bytes:
        return raw(plain.but(body=body), *(lines or (told,)))

    middle = len(plain.body) // 2
    parts = [plain.body[:middle], plain.body[middle:]]
    whole = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
    chunks = "A body may come in chunks (RFC 9112)."
    yield make("chunks", chunks, make.success, chunked(whole))
    yield make("chunks in upper case", chunks, make.success, chunked(whole, b"Transfer-Encoding: Chunked"))
    extended = whole.replace(b"\r\n", b";a=b\r\n", 1)
    yield make(
        "chunks with an extension",
        "Extensions that are not known are ignored (RFC 9112).",
        make.success,
        chunked(extended),
    )
    yield make(
        "chunks with a trailer",
        "Trailers may be ignored (RFC 9110).",
        make.success,
        chunked(whole[:-2] + b"x-check: 1\r\n\r\n"),
    )
    yield make(
        "chunks of nothing",
        "An empty body is none.",
        make.invalid if make.sampler.validity.needs_body else make.success,
        chunked(b"0\r\n\r\n"),
    )
    both = chunked(whole, told, b"content-length: %d" % len(whole))
    yield make(
        "chunks and a length",
        "Open: this may be smuggling, and is refused, or read as chunks (RFC 9112).",
        OPEN,
        both,
    )
    yield make(
        "chunks twice",
        "Chunks are not applied twice (RFC 9112).",
        _REFUSED | {501},
        chunked(whole, b"transfer-encoding: chunked, chunked"),
    )
    yield make(
        "a chunk without a size",
        "A chunk has a size (RFC 9112).",
        _REFUSED,
        chunked(b"x\r\n{}\r\n0\r\n\r\n"),
    )
    yield make(
        "a chunk longer than its size",
        "A chunk is as long as it says (RFC 9112).",
        _REFUSED,
        chunked(b"1\r\n{}\r\n0\r\n\r\n"),
    )
    yield make(
        "chunks without an end",
        "What ends early is no request (RFC 9112).",
        _REFUSED | {408},
        chunked(whole[:-5]),
        half=True,
    )
    unknown = chunked(plain.body, b"transfer-encoding: contract-check")
    yield make(
        "an unknown transfer coding",
        "A coding that is not known is 501, or 400 (RFC 9112).",
        _REFUSED | {501},
        unknown,
    )


def _framed(make: Maker, plain: Request) -> Iterator[Case]:
    short = raw(plain, b"content-length: %d" % (len(plain.body) + 10))
    yield make(
        "a body that ends early", "What ends early is no request (RFC 9112).", _REFUSED | {408}, short, half=True
    )
    longer = raw(plain, b"content-length: %d" % len(plain.body)) + b"x" * _SHORT
    yield make(
        "bytes behind the body",
        "What comes behind a request that closes is not part of it (RFC 9112).",
        make.success,
        longer,
    )
