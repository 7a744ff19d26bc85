"""Upon whom a request could act, read as the most lenient server would.

Whoever reads a request that breaks the spec may still find a contact in it: under another spelling, twice, nested, in
the query, in another charset, packed. What is here finds at least what any of them could, and rather too much than too
little.
"""

import html
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from thoughtly_contract.exchange import Request
from thoughtly_contract.guard.paths import ActingPath
from thoughtly_contract.guard.unpacking import TooMuchError, unpacked
from thoughtly_mock import behaviours
from thoughtly_openapi.loader import Operation, operations, resolve

SAFE_METHODS = frozenset({"get", "head", "options", "trace"})
# Charsets in which letters are other bytes than in ASCII, and that bytes can be read in by mistake or by their label.
_CHARSETS = ("utf-8", "latin-1", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "utf-7", "cp037", "cp1026")
_ESCAPE = re.compile(
    r"(?:\\+u|%u)([0-9a-fA-F]{4})|\\+u\{([0-9a-fA-F]{1,6})\}|\\+x([0-9a-fA-F]{2})|=([0-9a-fA-F]{2})|\\+U([0-9a-fA-F]{8})"
)
_ROUNDS = 4
# What could stand for a contact where the name that the spec has does not stand at all.
_STEMS = frozenset({"contact", "contacts", "id", "ids", "phone", "phonenumber", "phonenumbers", "recipient", "callee"})
_STEM = re.compile(
    r"(?<![a-z])(?:contacts?|phone[ _-]?(?:numbers?)?|recipient|callee)[\"'\]\s\\]*[=:\[>]", re.IGNORECASE
)
# What can be unpacked here. Under any other coding, a body could hold anything.
_CODINGS = frozenset({b"", b"gzip", b"x-gzip", b"deflate", b"identity"})
_ZSTANDARD = b"\x28\xb5\x2f\xfd"


@dataclass(frozen=True, slots=True)
class Reading:
    """What could be read out of one request."""

    contacts: frozenset[str] = frozenset()
    """Every contact that the request names plainly."""
    doubt: str | None = None
    """Why another contact could be read out of it; None where that cannot be."""

    @property
    def is_harmless(self) -> bool:
        """Whether no server could act upon anybody."""
        return not self.contacts and self.doubt is None


class Reader:
    """Reads requests to the operations of one spec."""

    def __init__(self, spec: Mapping[str, Any]) -> None:
        acting = [operation for operation in operations(spec) if operation.method not in SAFE_METHODS]
        self._properties = {name for operation in acting for name in saying(spec, operation)}
        self._names = {plain(name) for name in self._properties}
        safe = [operation for operation in operations(spec) if operation.method in SAFE_METHODS]
        self._paths = [ActingPath(operation.path) for operation in acting]
        self._safe = [(operation.method, ActingPath(operation.path)) for operation in safe]

    def read(self, request: Request) -> Reading:
        """Return what could be read out of a request."""
        try:
            found = list(self._everywhere(request))
        except (TooMuchError, RecursionError):
            return Reading(doubt="it is packed too deep, or too large, to be looked through")
        contacts = frozenset(contact for reading in found for contact in reading.contacts)
        return Reading(contacts, next((reading.doubt for reading in found if reading.doubt), None))

    def _everywhere(self, request: Request) -> Iterator[Reading]:
        yield self._path(request)
        for name, value in request.headers:
            if plain(name.decode("latin-1")).endswith(("contact", "phone")) or self._mentions(name + b"\n" + value):
                yield Reading(doubt=f"its header {name.decode('latin-1')!r} could name a contact")
        if self._mentions(request.query):
            yield Reading(doubt="its query could name a contact")
        if self._mentions(request.path):
            yield Reading(doubt="its path could name a contact")
        if request.body:
            if _is_sealed(request):
                yield Reading(doubt="its body is compressed in a way that is not looked through")
            yield self._body(request.body)

    def _path(self, request: Request) -> Reading:
        path = request.path.decode("latin-1")
        if self._goes_on(path):
            return Reading(doubt="its path goes on behind one that acts, and could name a contact there")
        named = [values for acting in self._paths if (values := acting.values(path)) is not None]
        if not any(named) or self._is_safe(request, path):
            return Reading()
        exact = [values for acting in self._paths if (values := acting.exact(path)) is not None]
        if exact != named:
            return Reading(doubt="its path could be one that names a contact")
        return Reading(frozenset(value for values in named for value in values))

    def _goes_on(self, path: str) -> bool:
        known = [*self._paths, *(safe for _, safe in self._safe)]
        return all(one.exact(path) is None for one in known) and any(acting.goes_on(path) for acting in self._paths)

    def _is_safe(self, request: Request, path: str) -> bool:
        method = request.method.lower()
        overridden = any(b"method" in name for name, _ in request.headers) or b"method" in request.query.lower()
        return not overridden and any(
            method == safe and known.exact(path) is not None for safe, known in self._safe if not request.body
        )

    def _body(self, body: bytes) -> Reading:
        try:
            text = body.decode("utf-8")
            # A name may come twice, and nobody knows which one a server takes.
            value = json.loads(text, object_pairs_hook=_Members)
        except (ValueError, RecursionError):
            return Reading(doubt="its body could name a contact") if self._mentions(body) else Reading()
        reading = self._json(value)
        others = (other for other in texts(body) if other != text and not _is_unescaped(text, other))
        if any(
            (self._is_in(other) or _STEM.search(other)) and not self._says_the_same(other, reading) for other in others
        ):
            return Reading(doubt="its body could name a contact in another encoding")
        return reading

    def _says_the_same(self, text: str, reading: Reading) -> bool:
        """Whether JSON in another charset names nobody else: letters beyond ASCII are others then, names are not."""
        try:
            return self._json(json.loads(text, object_pairs_hook=_Members)) == reading
        except (ValueError, RecursionError):
            return False

    def _json(self, value: Any) -> Reading:
        said = list(self._said(value))
        if not said:
            return Reading()
        contacts = frozenset(contact for _, contact in said if isinstance(contact, str))
        if len(said) == 1 and contacts and isinstance(value, _Members) and said[0] in value:
            name = said[0][0]
            if name in self._properties:
                return Reading(contacts)
        return Reading(contacts, "its body does not name one contact plainly")

    def _said(self, value: Any) -> Iterator[tuple[str, Any]]:
        """Yield each member, anywhere, that says somebody; a text that could say it as a member without a name."""
        if isinstance(value, _Members):
            for name, member in value:
                yield from self._said_by(name, member)
        elif isinstance(value, list):
            for member in value:
                yield from self._said(member)
        elif isinstance(value, str) and self._mentions(value.encode("utf-8", "surrogatepass")):
            yield "", value

    def _said_by(self, name: str, member: Any) -> Iterator[tuple[str, Any]]:
        if self._is_in(name) or plain(name) in _STEMS:
            if _tells(member):
                yield name, member
        elif self._mentions(name.encode("utf-8", "surrogatepass")):
            yield name, member
        else:
            yield from self._said(member)

    def _mentions(self, content: bytes) -> bool:
        return any(self._is_in(text) or _STEM.search(text) for text in texts(content))

    def _is_in(self, text: str) -> bool:
        bare = plain(text)
        return any(name in bare for name in self._names)


class _Members(tuple[tuple[str, Any], ...]):
    """A JSON object with everything that stands in it, names that come twice included."""

    __slots__ = ()


def saying(spec: Mapping[str, Any], operation: Operation) -> set[str]:
    """Return the names of the body's members that say upon whom an operation acts.

    Where it is known which that is, the contact's. Otherwise none where the path says it, and all where it does not.
    """
    if contact := behaviours.of(operation.operation_id).contact:
        return {contact}
    if "{" in operation.path:
        return set()
    body = resolve(spec, operation.definition.get("requestBody", {}))
    media = body.get("content", {}).get("application/json", {})
    return set(_properties(spec, media.get("schema", {})))


def _properties(spec: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[str]:
    schema = resolve(spec, schema)
    yield from schema.get("properties", {})
    for part in (*schema.get("allOf", ()), *schema.get("oneOf", ()), *schema.get("anyOf", ())):
        yield from _properties(spec, part)


def plain(text: str) -> str:
    """Return the letters and digits of a text alone, in lower case, and letters that only look otherwise as letters."""
    return re.sub("[^a-z0-9]", "", unicodedata.normalize("NFKC", text).casefold())


def texts(content: bytes) -> Iterator[str]:
    """Yield every text that bytes could be read as.

    Raises:
        TooMuchError: they are packed too deep, or unpack to too much.
    """
    seen: set[str] = set()
    for inner in unpacked(content):
        for charset in _CHARSETS:
            text = inner.decode(charset, "ignore")
            for _ in range(_ROUNDS):
                if text in seen:
                    break
                seen.add(text)
                yield text
                text = _unescaped(text)


def _unescaped(text: str) -> str:
    return unquote(html.unescape(_ESCAPE.sub(_character, text)), errors="ignore")


def _character(found: re.Match[str]) -> str:
    number = int(next(filter(None, found.groups())), 16)
    return chr(number) if number < 0x110000 else ""


def _is_unescaped(text: str, other: str) -> bool:
    """Whether the other is the text itself, unescaped: reading JSON does that, and what it found is looked at apart."""
    for _ in range(_ROUNDS):
        if text == other:
            return True
        text = _unescaped(text)
    return text == other


def _is_sealed(request: Request) -> bool:
    """Whether a body says, or shows, that it is packed in what cannot be unpacked here."""
    named = [value for name, value in request.headers if plain(name.decode("latin-1")) == "contentencoding"]
    codings = {coding.strip().lower() for value in named for coding in value.split(b",")}
    return (not codings <= _CODINGS and not _is_plain_text(request.body)) or _ZSTANDARD in request.body


def _is_plain_text(body: bytes) -> bool:
    """Whether nothing but ASCII letters is in it: what those say is read, and nothing is packed so."""
    return all(byte in b"\t\n\r" or 0x20 <= byte < 0x7F for byte in body)


def _tells(value: Any) -> bool:
    """Whether a value says anything: of null, no server makes a contact."""
    if isinstance(value, (list, tuple)):
        return any(map(_tells, value))
    return value is not None
