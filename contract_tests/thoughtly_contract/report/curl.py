"""Requests as shell commands that send the same bytes."""

import re
import shlex
from collections.abc import Iterable

from thoughtly_contract.exchange import Request
from thoughtly_contract.keys import Key

# Of the connection, or said by curl itself.
_LEFT_TO_CURL = {b"host", b"content-length", b"connection", b"accept-encoding", b"transfer-encoding"}
_PLAIN = re.compile(rb"[\x20-\x7e]*")
_TELEPHONE = re.compile(rb"\+\d[\d .()-]{5,}\d")


def command(request: Request, base: str, keys: Iterable[Key]) -> str:
    """Return the command that sends a request again; keys are variables of the shell.

    Args:
        request: as it was sent.
        base: URL of the server.
        keys: whose values must not be shown, in whatever state they were sent.
    """
    known = {key.header.lower().encode(): key for key in keys}
    parts = ["curl", "--include", "--globoff", "--path-as-is"]
    parts += ["--head"] if request.method == "HEAD" else ["--request", _quoted(request.method.encode())]
    parts.append(_quoted(base.rstrip("/").encode() + request.target))
    for name, value in request.headers:
        if name not in _LEFT_TO_CURL:
            parts += ["--header", _key(known[name], value) if name in known else _header(name, value)]
    if not request.all(b"content-type") and request.body:
        parts += ["--header", "'content-type:'"]
    if not request.body:
        return " ".join(parts)
    body = _TELEPHONE.sub(b"[number]", request.body)
    return f"printf '%b' {_escaped(body)} | {' '.join(parts)} --data-binary @-"


def variable(header: str) -> str:
    """Return the name of the shell variable that stands for a key."""
    return re.sub("[^A-Z0-9]", "_", header.upper())


def _key(key: Key, value: bytes) -> str:
    name = key.header.lower()
    if value == key.value.encode():
        return f'"{name}: ${variable(key.header)}"'
    # Most wrong keys are made from the right one: not even a part of it is shown.
    return shlex.quote(f"{name}: another-value") if value else _header(name.encode(), value)


def _header(name: bytes, value: bytes) -> str:
    # Curl sends a header without a value when it ends in a semicolon.
    return _quoted(name + b": " + value) if value else _quoted(name + b";")


def _quoted(content: bytes) -> str:
    if _PLAIN.fullmatch(content):
        return shlex.quote(content.decode())
    return f"\"$(printf '%b' {_escaped(content)})\""


def _escaped(content: bytes) -> str:
    """Return bytes as an argument of printf's %b, in octal where they are not plain."""
    return "'" + "".join(_letter(byte) for byte in content) + "'"


def _letter(byte: int) -> str:
    return chr(byte) if 0x20 <= byte < 0x7F and byte not in b"\\'" else f"\\0{byte:03o}"
