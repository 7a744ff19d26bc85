"""Bytes that are no HTTP request, or hardly one, straight onto a socket. None of them says upon whom to act."""

import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

from thoughtly_contract.battery.judge import Finding
from thoughtly_contract.exchange import Request

SECONDS = 10.0
"""How long a server may take to answer, or to hang up."""
_LONG = 100_000


def wire_probes(bare: Request) -> Iterator[tuple[str, bytes]]:
    """Yield bytes to send, each with what is wrong with it.

    Args:
        bare: a request with good keys that the spec forbids.
    """
    line = f"{bare.method} ".encode() + bare.target + b" HTTP/1.1\r\n"
    host = b"host: localhost\r\n"
    keys = b"".join(name + b": " + value + b"\r\n" for name, value in bare.headers)
    whole = host + keys + b"content-length: %d\r\n\r\n" % len(bare.body) + bare.body
    yield "nothing", b""
    yield "zero bytes", b"\0" * 64
    yield "bytes", bytes(range(256))
    yield "a TLS greeting", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 64
    yield "a version that does not exist", line.replace(b"HTTP/1.1", b"HTTP/9.9") + whole
    yield "no version", line.replace(b" HTTP/1.1", b"") + whole
    yield "a blank in the path", line.replace(b" HTTP", b" x HTTP") + whole
    yield "bytes in the path", line.replace(b" HTTP", b"/\xff\xfe HTTP") + whole
    yield "bytes in the query", line.replace(b" HTTP", b"?\xff=\xfe HTTP") + whole
    yield "a path that is a fragment", line.replace(bare.path, b"#") + whole
    yield "a target that is a star", line.replace(bare.target, b"*") + whole
    yield "a long path", line.replace(b" HTTP", b"/" + b"x" * _LONG + b" HTTP") + whole
    yield "a long header", line + b"x-long: " + b"x" * _LONG + b"\r\n" + whole
    yield "a header without a colon", line + b"no colon\r\n" + whole
    yield "a header without a name", line + b": value\r\n" + whole
    yield "a header with NUL", line + b"x-nul: \0\r\n" + whole
    yield "a blank before a colon", line + b"x-blank : value\r\n" + whole
    yield "a folded header", line + b"x-folded: a\r\n b\r\n" + whole
    yield "line feeds alone", (line + host + keys).replace(b"\r\n", b"\n") + b"\n"
    for length in (b"-1", b"x", b"1e9", b"9" * 40, b"0x10", b""):
        yield f"the length {length.decode()!r}", line + host + keys + b"content-length: " + length + b"\r\n\r\n"
    yield "two lengths", line + host + keys + b"content-length: 0\r\ncontent-length: 2\r\n\r\n{}"
    yield "a body that ends early", line + host + keys + b"content-length: 9999\r\n\r\n" + bare.body
    chunked = line + host + keys + b"transfer-encoding: chunked\r\n\r\n"
    yield "a chunk whose length is none", chunked + b"x\r\n{}\r\n0\r\n\r\n"
    yield "a chunk that is too long", chunked + b"1\r\n{}\r\n0\r\n\r\n"
    yield "chunks without an end", chunked + b"2\r\n{}\r\n"
    yield "an encoding that nobody knows", line + host + keys + b"transfer-encoding: x\r\n\r\n"


def wire_findings(url: str, bare: Request) -> Iterator[tuple[str, int, Finding]]:
    """Send each to a server, and yield what is wrong: the probe's name, the status (0 for none), the finding."""
    parts = urlsplit(url)
    address = str(parts.hostname), parts.port or 80
    for name, sent in wire_probes(bare):
        try:
            status = _status(address, sent)
        except TimeoutError:
            yield name, 0, Finding("NoAnswer", f"neither an answer nor the end of the connection in {SECONDS:.0f} s")
            continue
        except OSError as error:
            yield name, 0, Finding("Gone", f"no connection: {error}")
            continue
        if 200 <= status < 300:
            yield name, status, Finding("InvalidAccepted", f"expected a refusal, got {status}")
        if status >= 500 and status not in {501, 505}:
            yield name, status, Finding("ServerError", f"got {status}")


def _status(address: tuple[str, int], sent: bytes) -> int:
    """Return the status of the answer; 0 where the server hung up without one."""
    with socket.create_connection(address, SECONDS) as connection:
        try:
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
            head = connection.recv(64)
        except ConnectionError:
            # It hung up on what it was sent: that is an answer.
            return 0
    status = head.partition(b" ")[2][:3]
    return int(status) if head.startswith(b"HTTP/") and status.isdigit() else 0
