"""Damaging requests in ways that a seed decides."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

LONGEST = 2_000_000
SPICE = (
    *(b"\0", b"\r\n", b"\n", b"\r\n\r\n", b" ", b":", b"%00", b"%ff", b"\xff", b"\xed\xa0\x80", b'"', b"{"),
    *(b"a" * 5000, b"[" * 500, b"\\ud800", b"9" * 400, b"-1", b"NaN", b"0\r\n\r\n", b"/_mock/", b"HTTP/1.1"),
    *(b"host: x\r\n", b"transfer-encoding: chunked\r\n", b"content-length: 5\r\n", b"expect: 100-continue\r\n"),
    *(b"connection: upgrade\r\n", b"upgrade: h2c\r\n", b"connection: close\r\n", b"content-encoding: gzip\r\n"),
    *(b"origin: http://x\r\n", b"access-control-request-method: POST\r\n", b"prefer: dynamic=true\r\n"),
)


@dataclass(frozen=True)
class Sent:
    """A request as it is sent."""

    data: bytes
    pieces: int
    """Into how many it is cut."""
    half: bool
    """Whether the client ends its side and waits for an answer; otherwise it leaves."""


def damaged(seeds: Sequence[bytes], chance: random.Random) -> Sent:
    """Return one request, damaged a few times."""
    data = bytearray(chance.choice(seeds))
    for _ in range(chance.choice((0, 1, 1, 2, 3, 5, 8))):
        chance.choice(DAMAGES)(data, seeds, chance)
    return Sent(bytes(data[:LONGEST]), chance.choice((1, 1, 2, 5)), chance.random() < 0.8)


def insert(data: bytearray, _seeds: Sequence[bytes], chance: random.Random) -> None:
    """Put something odd somewhere."""
    at = chance.randint(0, len(data))
    data[at:at] = chance.choice(SPICE)


def insert_header(data: bytearray, _seeds: Sequence[bytes], chance: random.Random) -> None:
    """Put something odd where a header could be."""
    at = data.find(b"\r\n") + 2
    data[at:at] = chance.choice(SPICE)


def flip(data: bytearray, _seeds: Sequence[bytes], chance: random.Random) -> None:
    """Change one byte."""
    if data:
        data[chance.randrange(len(data))] = chance.randrange(256)


def cut(data: bytearray, _seeds: Sequence[bytes], chance: random.Random) -> None:
    """Take a piece out."""
    at = chance.randint(0, len(data))
    del data[at : at + chance.choice((1, 2, 10, 100))]


def repeat(data: bytearray, _seeds: Sequence[bytes], chance: random.Random) -> None:
    """Say a piece twice, or very often."""
    at = chance.randint(0, len(data))
    data[at:at] = data[at : at + chance.choice((1, 5, 40))] * chance.choice((1, 2, 200))


def splice(data: bytearray, seeds: Sequence[bytes], chance: random.Random) -> None:
    """Go on with another request from somewhere in it."""
    other = chance.choice(seeds)
    data[chance.randint(0, len(data)) :] = other[chance.randint(0, len(other)) :]


def follow(data: bytearray, seeds: Sequence[bytes], chance: random.Random) -> None:
    """Send another request behind it."""
    data += chance.choice(seeds)


DAMAGES = (insert, insert, insert_header, flip, flip, cut, repeat, splice, follow)
