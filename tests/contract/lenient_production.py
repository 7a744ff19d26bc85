"""A server that calls whomever it can read out of a request, by any means, and requests in every disguise.

Written apart from the guard: what one of them overlooks, the other should not.
"""

import base64
import gzip
import html
import json
import random
import re
import socket
import threading
import unicodedata
import zlib
from collections.abc import Iterator
from contextlib import suppress
from typing import Self
from urllib.parse import quote, unquote_to_bytes

# A name, and a lookahead for what follows: names that stand close together are all found.
_NAMED = re.compile(r"contact[^a-z0-9]{0,6}(?:id|identifier|uuid)(?![a-z])(?=(.{0,400}))", re.DOTALL)
_CODECS = ("utf-8", "latin-1", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "utf-7", "cp037")
_NOBODY = {"null", "none", "undefined", "nil"}
_ANSWER = b'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 11\r\n\r\n{"data":{}}'


def contacts_in(content: bytes) -> set[str]:
    """Return everybody who can be read out of bytes."""
    tokens = re.findall(rb"[A-Za-z0-9+/_-]{16,}={0,2}", content)
    packed = [_bytes_of(token) for token in tokens]
    found = set()
    for text in (text for part in (content, *packed) for text in _texts(part)):
        for name in _NAMED.finditer(unicodedata.normalize("NFKC", text).lower()):
            value = re.match(r"[\s\"'\\:=>\[\]{},;()&#-]*([^\s\"'\\&,;<>}\]]+)", name[1])
            if value and value[1] not in _NOBODY:
                found.add(value[1])
    return found


def _bytes_of(token: bytes) -> bytes:
    letters = token.rstrip(b"=").translate(bytes.maketrans(b"-_", b"+/"))
    return base64.b64decode(letters[: len(letters) - (len(letters) % 4 == 1)] + b"==")


def _texts(content: bytes) -> Iterator[str]:
    waiting, seen = [(content, 0)], set[bytes]()
    while waiting:
        part, depth = waiting.pop()
        if part in seen or len(seen) > 100:
            continue
        seen.add(part)
        for codec in _CODECS:
            yield from _spellings(part.decode(codec, "ignore"))
        if depth < 4:
            waiting += [(inner, depth + 1) for inner in _within(part)]


def _within(part: bytes) -> Iterator[bytes]:
    for window in (31, 15, -15):
        try:
            yield zlib.decompressobj(window).decompress(part, 100_000)
        except zlib.error:
            continue
    if re.fullmatch(rb"[A-Za-z0-9+/_\s-]{8,}={0,2}\s*", part):
        yield _bytes_of(b"".join(part.split()))
    if b"%" in part:
        yield unquote_to_bytes(part)


def _spellings(text: str) -> Iterator[str]:
    for _ in range(3):
        yield text
        plainer = re.sub(r"\\+u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), text)
        plainer = html.unescape(re.sub(r"\\+([\"'/])", r"\1", plainer))
        if plainer == text:
            return
        text = plainer


class LenientProduction:
    """Answers every request with success, and calls everybody in it."""

    def __enter__(self) -> Self:
        self.calls: list[set[str]] = []
        self.requests: list[bytes] = []
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port: int = self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_exception: object) -> None:
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection:
            connection.settimeout(5)
            head, body = _read(connection)
            self.requests.append(head + b"\r\n\r\n" + body)
            if called := contacts_in(head) | contacts_in(body) | contacts_in(_without_chunks(body)):
                self.calls.append(called)
            connection.sendall(_ANSWER)


def _read(connection: socket.socket) -> tuple[bytes, bytes]:
    content = b""
    while b"\r\n\r\n" not in content and (more := connection.recv(65536)):
        content += more
    head, _, body = content.partition(b"\r\n\r\n")
    length = re.search(rb"\r\ncontent-length: *(\d+)", head, re.IGNORECASE)
    chunked = re.search(rb"\r\ntransfer-encoding:", head, re.IGNORECASE)
    while (chunked and not body.endswith(b"0\r\n\r\n")) or (length and len(body) < int(length[1])):
        more = connection.recv(65536)
        if not more:
            break
        body += more
    return head, body


def _without_chunks(body: bytes) -> bytes:
    joined = b""
    while (size := re.match(rb"([0-9a-fA-F]+)\r\n", body)) and int(size[1], 16):
        end = size.end() + int(size[1], 16)
        joined, body = joined + body[size.end() : end], body[end + 2 :]
    return joined


_KEYS = (
    "contact_id",
    "contactId",
    "ContactID",
    "contact-id",
    "CONTACT_ID",
    " contact id ",
    "contact_id[]",
    "contact.id",
)
_TYPES = ("application/json", "text/plain", "application/json; charset=utf-16", "application/x-www-form-urlencoded", "")
_METHODS = ("POST",) * 6 + ("GET", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "QUERY", "post")
_PATHS = ("/contact/call",) * 6 + ("/contact/call/", "//contact/call", "/v1/contact/call", "/contact/c%61ll", "/other")


def disguised(source: random.Random, contact: str) -> bytes:
    """Return a request that calls a contact, for a server that is lenient enough."""
    place = source.randrange(10)
    target, lines = source.choice(_PATHS), ["x-api-token: a-key-for-tests", "team_id: a-team-for-tests"]
    body, kind, coding = b"{}", "application/json", ""
    if place == 0:
        target += source.choice(["?contact_id=", "?contactId=", "?contact%255Fid=", "?a;contact_id="]) + quote(contact)
    elif place == 1:
        target += source.choice(["/contact_id/", ";contact_id="]) + quote(contact)
    elif place == 2:
        lines.append(source.choice(["contact_id: ", "X-Contact-Id: ", "Cookie: contact_id="]) + contact)
    else:
        body, kind, coding = _body(source, contact)
    lines += [f"content-type: {kind}"] if kind else []
    lines += [f"content-encoding: {coding}"] if coding else []
    if source.random() < 0.1:
        lines.append("transfer-encoding: chunked")
        parts = [body[start : start + 7] for start in range(0, len(body), 7)]
        body = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
    else:
        lines.append(f"content-length: {len(body)}")
    source.shuffle(lines)
    head = "".join(f"{line}\r\n" for line in (f"{source.choice(_METHODS)} {target} HTTP/1.1", "host: here", *lines))
    return head.encode() + b"\r\n" + body


def _body(source: random.Random, contact: str) -> tuple[bytes, str, str]:
    kind, coding = source.choice(_TYPES), ""
    form = source.randrange(12)
    others = [f"contact_id={quote(contact)}", f"<contact_id>{contact}</contact_id>", f"contact_id: {contact}"]
    text = others[form] if form < len(others) else _json(source, contact)
    body = text.encode(
        source.choice(["utf-8", "utf-8", "utf-8", "utf-16", "utf-16-le", "utf-32", "utf-7", "cp037"]), "replace"
    )
    for _ in range(source.choice([0, 0, 0, 1, 2])):
        pack, name = source.choice([(gzip.compress, "gzip"), (zlib.compress, "deflate"), (base64.b64encode, "")])
        body, coding = pack(body), ", ".join(filter(None, (coding, name)))
    return body, kind, coding if source.random() < 0.7 else ""


def _json(source: random.Random, contact: str) -> str:
    value: object = {source.choice(_KEYS): source.choice([contact, [contact], {"id": contact}]), "interview_id": "i"}
    for _ in range(source.randrange(3)):
        value = source.choice([{"data": value}, [value], [None, value], {"a": json.dumps(value)}, json.dumps(value)])
    text = json.dumps(value)
    return source.choice(
        [
            text,
            text,
            text[:-1],
            "\ufeff" + text,
            text.replace('"', "'"),
            f"// why\n{text}",
            text + text,
            f"callback({text})",
            re.sub("[a-z]", lambda letter: source.choice([letter[0], f"\\u{ord(letter[0]):04x}"]), text),
        ]
    )


def plain(contact: str) -> bytes:
    """Return the request that calls a contact as the spec has it."""
    body = json.dumps({"contact_id": contact, "interview_id": "a1b2c3d4"}).encode()
    head = "POST /contact/call HTTP/1.1\r\nhost: here\r\nx-api-token: a-key-for-tests\r\nteam_id: a-team-for-tests\r\n"
    return f"{head}content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n".encode() + body


def damaged(source: random.Random, request: bytes) -> bytes:
    """Return a request with something wrong in its bytes."""
    place = source.randrange(len(request))
    return source.choice(
        [
            request[:place] + bytes([source.randrange(256)]) + request[place + 1 :],
            request[:place],
            request[:place] + request[place : place + 20] + request[place:],
            request + request,
            request.replace(b"\r\n", b"\n", 1),
            request.replace(b"content-length", b"content-length: 2\r\ncontent-length", 1),
            request.replace(b"\r\n\r\n", b"\r\ntransfer-encoding: chunked\r\n\r\n", 1),
        ]
    )


def any_request(source: random.Random, contacts: list[str]) -> bytes:
    """Return a request of any kind: plain, disguised, damaged."""
    contact = source.choice(contacts)
    request = plain(contact) if source.random() < 0.1 else disguised(source, contact)
    return damaged(source, request) if source.random() < 0.3 else request


def send(port: int, request: bytes) -> bytes:
    """Send bytes and no more to a port of this machine; return what comes back, nothing where nothing does."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: connection.recv(65536), b""))
    except OSError:
        return b""
