"""Everything that could be packed in bytes: compressed, in Base64, percent-encoded, in chunks, one in the other."""

import base64
import binascii
import bz2
import lzma
import re
import zlib
from collections.abc import Callable, Iterator
from urllib.parse import unquote_to_bytes

MOST_BYTES = 4 * 1024 * 1024
"""Together, of everything that is unpacked from one content."""
DEEPEST = 6
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{12,}={0,2}")
_CHUNK = re.compile(rb"([0-9a-fA-F]{1,8})[ \t]*(?:;[^\r\n]*)?\r?\n")
# With a gzip header, a zlib header, and neither.
_WINDOWS = (31, 15, -15)
# How Zstandard, ZIP, compress, pack, LZ4 and Snappy begin, which nothing here can undo.
_CLOSED = (
    *(b"\x28\xb5\x2f\xfd", b"PK\x03\x04", b"\x1f\x9d", b"\x1f\x1e"),
    *(b"\x1f\xa0", b"\x04\x22\x4d\x18", b"\xff\x06\x00\x00s"),
)


class TooMuchError(Exception):
    """More is packed in it than is looked through, or in a way that cannot be undone."""


def unpacked(content: bytes) -> Iterator[bytes]:
    """Yield the content, and everything that could be packed in it.

    Raises:
        TooMuchError: it is packed too deep, in a way that cannot be undone, or unpacks to too much.
    """
    seen: set[bytes] = set()
    waiting, left = [(content, 0)], MOST_BYTES
    while waiting:
        one, depth = waiting.pop()
        if one in seen:
            continue
        seen.add(one)
        left -= len(one)
        if left < 0 or depth > DEEPEST or one.startswith(_CLOSED):
            raise TooMuchError
        yield one
        waiting += [(inner, depth + 1) for unpack in _UNPACKERS for inner in unpack(one) if inner]


def _inflated(content: bytes) -> Iterator[bytes]:
    for window in _WINDOWS:
        unpacking = zlib.decompressobj(window)
        try:
            inner = unpacking.decompress(content, MOST_BYTES)
        except zlib.error:
            inner = _beginning(content, window)
        # Of bytes that are no raw deflate the beginning often looks as if it were: it counts only if it holds text.
        if inner and (window > 0 or unpacking.eof or _is_text(inner)):
            yield inner


def _decompressed(content: bytes) -> Iterator[bytes]:
    for unpacking, broken in ((bz2.BZ2Decompressor(), OSError), (lzma.LZMADecompressor(), lzma.LZMAError)):
        try:
            inner = unpacking.decompress(content, MOST_BYTES)
        except (broken, EOFError):
            continue
        yield inner


def _beginning(content: bytes, window: int) -> bytes:
    """Return what comes out before a compressed content breaks."""
    unpacking, inner = zlib.decompressobj(window), bytearray()
    try:
        for place in range(len(content)):
            inner += unpacking.decompress(content[place : place + 1], MOST_BYTES - len(inner) or 1)
    except zlib.error:
        pass
    return bytes(inner)


def _is_text(content: bytes) -> bool:
    return len(content) >= 4 and sum(32 <= byte < 127 for byte in content) > 0.8 * len(content)


def _from_base64(content: bytes) -> Iterator[bytes]:
    packed = b"".join(content.split())
    for found in {*_BASE64.findall(content), *_BASE64.findall(packed)}:
        bare = found.rstrip(b"=").translate(bytes.maketrans(b"-_", b"+/"))
        for kept in (bare, bare[: len(bare) // 4 * 4]):
            try:
                yield base64.b64decode(kept + b"=" * (-len(kept) % 4))
            except binascii.Error:
                continue


def _unquoted(content: bytes) -> Iterator[bytes]:
    if b"%" in content:
        yield unquote_to_bytes(content.replace(b"+", b" "))


def _joined(content: bytes) -> Iterator[bytes]:
    """Yield what chunks hold."""
    joined, place = bytearray(), 0
    while found := _CHUNK.match(content, place):
        size = int(found[1], 16)
        joined += content[found.end() : found.end() + size]
        place = found.end() + size
        place += next((len(end) for end in (b"\r\n", b"\n") if content.startswith(end, place)), 0)
        if not size:
            break
    yield bytes(joined)


_UNPACKERS: tuple[Callable[[bytes], Iterator[bytes]], ...] = (
    _inflated,
    _decompressed,
    _from_base64,
    _unquoted,
    _joined,
)
