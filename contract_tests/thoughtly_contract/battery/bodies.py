"""Probes of bodies that the spec forbids: each violates one thing."""

import copy
import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from thoughtly_contract.battery.harmless import is_harmless
from thoughtly_contract.battery.probe import Cost, Expected, Probe
from thoughtly_contract.battery.samples import Sampler, as_json, flattened
from thoughtly_contract.exchange import Request
from thoughtly_mock import behaviours

CLAIM = "invalid body"
MAX_DEPTH = 3
_STRANGERS: tuple[Any, ...] = (
    None,
    True,
    False,
    1,
    0,
    -1,
    1.5,
    "",
    "text",
    "1",
    [],
    [None],
    [""],
    ["text"],
    {},
    {"a": 1},
    "{}",
)
_NOT_JSON = (
    b"{",
    b"[",
    b'{"a": ',
    b"nul",
    b"NULL",
    b"{'a': 1}",
    b"{a: 1}",
    b'{"a": 1,}',
    b"[1,]",
    b"{} {}",
    b"{}x",
    b"[01]",
    b"[0x1]",
    b"[1.]",
    b"[+1]",
    b"[NaN]",
    b"[Infinity]",
    b'{"a": -Infinity}',
    b'{"a": "\xff"}',
    b"\xff\xfe",
    b'["\xc3\x28"]',
    b'["\xed\xa0\x80"]',
    b'["\\x41"]',
    b'["\x01"]',
    b"\x00",
    b" ",
    b"<a/>",
    b"// {}\n{}",
)
_TYPES = (b"text/plain", b"application/xml", b"application/octet-stream", b"multipart/form-data; boundary=a")


def body_probes(sampler: Sampler) -> Iterator[Probe]:
    """Yield the probes of one operation; none where it takes no JSON body."""
    if sampler.schema is None:
        return
    for name, request in _requests(sampler):
        cost = Cost.NOTHING if is_harmless(sampler, request) else Cost.RISK
        yield Probe(CLAIM, name, sampler.operation, request, Expected.REFUSED, cost)


def _requests(sampler: Sampler) -> Iterator[tuple[str, Request]]:
    yield from _empty(sampler)
    for body in _NOT_JSON:
        yield f"no JSON: {body[:20]!r}", sampler.request(body)
    yield from _respelled(sampler)
    valid = sampler.body()
    for name, body in _variations(sampler, valid):
        if not sampler.validity.fits(body):
            yield name, sampler.request(as_json(body))
    yield from _mistyped(sampler, valid)


def _empty(sampler: Sampler) -> Iterator[tuple[str, Request]]:
    if sampler.validity.needs_body:
        yield "an empty body", sampler.request()
        yield "an empty body without a type", sampler.request().with_header(b"content-type")


def _respelled(sampler: Sampler) -> Iterator[tuple[str, Request]]:
    """Yield a valid body in what is almost JSON."""
    text = json.dumps(sampler.body())
    python = repr(sampler.body())
    for name, body in (
        ("cut by its last byte", text[:-1].encode()),
        ("followed by another", f"{text}{text}".encode()),
        ("followed by junk", f"{text} x".encode()),
        ("with a comma too many", re.sub(r"([}\]])$", r",\1", text).encode()),
        ("in Python's spelling", python.encode()),
        ("in UTF-16", text.encode("utf-16")),
        ("in UTF-16, no mark", text.encode("utf-16-le")),
        ("in UTF-32", text.encode("utf-32")),
        ("with a comment", f"{text} // comment".encode()),
        ("with a byte that is no UTF-8", text.replace('": "', '": "\udcff', 1).encode("utf-8", "surrogateescape")),
        ("with NaN", re.sub(r"}$", ', "contract_check": NaN}', text).encode()),
        ("with Infinity", re.sub(r"}$", ', "contract_check": [Infinity]}', text).encode()),
    ):
        if body != text.encode():
            yield f"a valid body {name}", sampler.request(body)


def _variations(sampler: Sampler, valid: Any) -> Iterator[tuple[str, Any]]:
    for stranger in _STRANGERS:
        yield f"{stranger!r} as the body", stranger
    yield "a list of one body", [valid]
    yield "a body within `data`", {"data": valid}
    yield "a body within a text", json.dumps(valid)
    if isinstance(valid, dict):
        yield from _members(sampler, sampler.schema or {}, valid, 0)
        yield from _renamed(sampler, valid)


def _members(
    sampler: Sampler, schema: Mapping[str, Any], valid: Mapping[str, Any], depth: int
) -> Iterator[tuple[str, Any]]:
    """Yield an object with one member missing or changed, for each member and change."""
    # Each member on its own with nothing else: what a server takes from a body that says nobody.
    for name, member in schema.get("properties", {}).items():
        without = {known: value for known, value in valid.items() if known != name}
        yield f"without {name}", without
        yield f"only {name}", {name: valid.get(name)}
        inner = flattened(sampler.spec, member)
        for text, value in _replacements(sampler, inner, valid.get(name), depth):
            yield f"{name} {text}", {**valid, name: value}
            yield f"only {name}, {text}", {name: value}
        yield f"{name} null, nothing else", dict.fromkeys(valid, None) | {name: None}
    for stranger in (None, True, False, [], {}, [None], {"a": None}):
        yield f"every member {stranger!r}", {name: copy.copy(stranger) for name in valid}


def _replacements(sampler: Sampler, schema: Mapping[str, Any], valid: Any, depth: int) -> Iterator[tuple[str, Any]]:
    for stranger in _STRANGERS:
        yield f"{stranger!r}", stranger
    yield "in a list", [valid]
    yield "as JSON in a text", json.dumps(valid)
    yield from ((f"{value!r}", value) for value in beyond(schema))
    if schema.get("type") == "object" and depth < MAX_DEPTH:
        known = valid if isinstance(valid, dict) else {}
        yield from _members(sampler, schema, known, depth + 1)
    if schema.get("type") == "array":
        items = flattened(sampler.spec, schema.get("items", {}))
        yield from ((f"with the entry {entry!r}", [entry]) for entry in (*_STRANGERS, *beyond(items)))


def beyond(schema: Mapping[str, Any]) -> Iterator[Any]:
    """Yield values at and just beyond the bounds of a schema."""
    for key, value_of in _BOUNDED.items():
        if key in schema:
            yield from (value_of(schema[key] + step) for step in (-1, 0, 1))
    for value in schema.get("enum", ()):
        yield from _nearly(value) if isinstance(value, str) else [value]
    if "pattern" in schema or "format" in schema:
        yield from ("not of this form", " ", "\n")


_BOUNDED: Mapping[str, Callable[[Any], Any]] = {
    "minimum": lambda bound: bound,
    "maximum": lambda bound: bound,
    "minLength": lambda length: "x" * max(length, 0),
    "maxLength": lambda length: "x" * max(length, 0),
    "minItems": lambda length: ["x"] * max(length, 0),
    "maxItems": lambda length: ["x"] * max(length, 0),
}


def _nearly(text: str) -> Iterator[str]:
    yield from (text, text.upper(), text.lower(), text.title(), f" {text}", f"{text} ", text[:-1], text + "x")


def _renamed(sampler: Sampler, valid: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name in (sampler.schema or {}).get("required", ()):
        for other in (*_spellings(name), *_aliases(sampler, name)):
            yield f"{other} in place of {name}", {other if known == name else known: v for known, v in valid.items()}
    yield "names in upper case", {name.upper(): value for name, value in valid.items()}
    yield "names in camelCase", {_camel(name): value for name, value in valid.items()}


def _spellings(name: str) -> Iterator[str]:
    spelled = {_camel(name), name.upper(), name.title(), name.replace("_", "-"), name.replace("_", ""), f" {name}"}
    yield from sorted(spelled - {name})


def _camel(name: str) -> str:
    return re.sub("_([a-z])", lambda found: found[1].upper(), name)


def _aliases(sampler: Sampler, name: str) -> list[str]:
    known = behaviours.of(sampler.operation.operation_id).aliases
    return [alias for alias, meant in known.items() if meant == name]


def _mistyped(sampler: Sampler, valid: Any) -> Iterator[tuple[str, Request]]:
    """Yield a valid body that does not say that it is JSON, and bodies of other types."""
    request = sampler.plain()
    for value in _TYPES:
        yield f"a valid body as {value.decode()}", request.with_header(b"content-type", value)
    yield "a valid body without a content type", request.with_header(b"content-type")
    if not isinstance(valid, dict):
        return
    form = urlencode({name: value if isinstance(value, str) else json.dumps(value) for name, value in valid.items()})
    texts = {name: value for name, value in valid.items() if isinstance(value, str)}
    for name, body in (("every member", form), ("the texts", urlencode(texts))):
        yield (
            f"{name} as a form",
            sampler.request(body.encode()).with_header(b"content-type", b"application/x-www-form-urlencoded"),
        )
    yield "a form that says it is JSON", sampler.request(urlencode(texts).encode())
    query = "&".join(f"{quote(name)}={quote(value)}" for name, value in texts.items())
    empty = sampler.request(b"{}")
    if texts and not sampler.validity.fits({}):
        yield "an empty object, and the members in the query", empty.but(query=query.encode())
