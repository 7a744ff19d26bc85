"""Requests whose body comes in chunks, or in what is none."""

from collections.abc import Iterator
from dataclasses import dataclass

from thoughtly_contract.divergence.case import CLOSED, OPEN, Case, Maker, raw

_TOLD = b"transfer-encoding: chunked"
_REFUSED = frozenset({400, CLOSED})


@dataclass(frozen=True, slots=True)
class _Chunked:
    name: str
    claim: str
    body: bytes
    right: frozenset[int]
    lines: tuple[bytes, ...] = (_TOLD,)
    half: bool = False


def chunk_cases(make: Maker) -> Iterator[Case]:
    """Yield the cases of one operation; none where it takes no body."""
    plain = make.sampler.plain()
    if not plain.body:
        return
    whole = _chunks(plain.body)
    for case in (*_valid(make, whole), *_doubtful(plain.body, whole), *_broken(whole)):
        data = raw(plain.but(body=case.body), *case.lines)
        yield make(case.name, case.claim, case.right, data, half=case.half)


def _chunks(body: bytes) -> bytes:
    middle = len(body) // 2
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:middle], body[middle:])) + b"0\r\n\r\n"


def _valid(make: Maker, whole: bytes) -> Iterator[_Chunked]:
    chunks = "A body may come in chunks (RFC 9112)."
    yield _Chunked("chunks", chunks, whole, make.success)
    yield _Chunked("chunks in upper case", chunks, whole, make.success, (b"Transfer-Encoding: Chunked",))
    extended = whole.replace(b"\r\n", b";a=b\r\n", 1)
    ignored = "Extensions that are not known are ignored (RFC 9112)."
    yield _Chunked("chunks with an extension", ignored, extended, make.success)
    trailer = whole[:-2] + b"x-check: 1\r\n\r\n"
    yield _Chunked("chunks with a trailer", "Trailers may be ignored (RFC 9110).", trailer, make.success)
    nothing = make.invalid if make.sampler.validity.needs_body else make.success
    yield _Chunked("chunks of nothing", "An empty body is none.", b"0\r\n\r\n", nothing)


def _doubtful(body: bytes, whole: bytes) -> Iterator[_Chunked]:
    smuggled = "Open: this may be smuggling, and is refused, or read as chunks (RFC 9112)."
    yield _Chunked("chunks and a length", smuggled, whole, OPEN, (_TOLD, b"content-length: %d" % len(whole)))
    twice = (b"transfer-encoding: chunked, chunked",)
    yield _Chunked("chunks twice", "Chunks are not applied twice (RFC 9112).", whole, _REFUSED | {501}, twice)
    unknown = (b"transfer-encoding: contract-check",)
    claim = "A coding that is not known is 501, or 400 (RFC 9112)."
    yield _Chunked("an unknown transfer coding", claim, body, _REFUSED | {501}, unknown)


def _broken(whole: bytes) -> Iterator[_Chunked]:
    yield _Chunked("a chunk without a size", "A chunk has a size (RFC 9112).", b"x\r\n{}\r\n0\r\n\r\n", _REFUSED)
    longer = b"1\r\n{}\r\n0\r\n\r\n"
    yield _Chunked("a chunk longer than its size", "A chunk is as long as it says (RFC 9112).", longer, _REFUSED)
    early = "What ends early is no request (RFC 9112)."
    yield _Chunked("chunks without an end", early, whole[:-5], _REFUSED | {408}, half=True)
