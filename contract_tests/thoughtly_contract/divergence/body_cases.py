"""Requests with bodies of every kind: valid, invalid, and no JSON at all."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from thoughtly_contract.battery.samples import as_json, flattened
from thoughtly_contract.divergence.case import OPEN, Case, Maker

_FREE = "The schema allows members that it does not name."
_TYPE = "The schema asks for another type."
_JSON = "This is no JSON (RFC 8259)."
_NUMBER = "Any number of JSON's grammar is JSON (RFC 8259)."
_LIMIT = "Open: RFC 8259 lets a reader set limits."
_DEEP = 100_000

# What a free member holds, as JSON's text: name, text, claim, and whether it is valid, invalid or open.
_MEMBERS: tuple[tuple[str, str, str, bool | None], ...] = (
    ("1.0", "1.0", _NUMBER, True),
    ("-0.0", "-0.0", _NUMBER, True),
    ("1e400", "1e400", _LIMIT, None),
    ("1e-400", "1e-400", _LIMIT, None),
    ("2^53 + 1", str(2**53 + 1), _NUMBER, True),
    ("an integer of 400 digits", "9" * 400, _LIMIT, None),
    ("an integer of 5,000 digits", "9" * 5000, _LIMIT, None),
    ("NaN", "NaN", _JSON, False),
    ("Infinity", "Infinity", _JSON, False),
    ("-Infinity", "-Infinity", _JSON, False),
    ("01", "01", _JSON, False),
    ("0x1F", "0x1F", _JSON, False),
    ("+1", "+1", _JSON, False),
    ("1.", "1.", _JSON, False),
    ("undefined", "undefined", _JSON, False),
    ("True", "True", _JSON, False),
    ("a text with a line feed", '"a\nb"', _JSON, False),
    ("an unknown escape", '"\\x41"', _JSON, False),
    ("an escaped NUL", '"a\\u0000b"', "A text may hold any character (RFC 8259).", True),
    ("an emoji", '"📞"', "A text may hold any character (RFC 8259).", True),
    ("an escaped emoji", '"\\ud83d\\udcde"', "A text may hold any character (RFC 8259).", True),
    ("half a surrogate pair", '"\\ud83d"', "Open: RFC 8259 calls the outcome unpredictable.", None),
    ("lists 50 deep", "[" * 50 + "]" * 50, "Everyday nesting is no fault.", True),
    ("lists 100,000 deep", "[" * _DEEP + "]" * _DEEP, f"{_LIMIT[:-1]}, not fall over.", None),
    (
        "a member twice",
        '{"a": 1, "a": 2}',
        "Open: RFC 8259 wants names to be unique, and calls the outcome unpredictable.",
        None,
    ),
    ("__proto__", '{"__proto__": {"a": 1}, "constructor": null}', _FREE, True),
)
_STRANGERS: tuple[Any, ...] = (None, True, 1, 1.5, "", "text", [], [None], {})
_TEXTS: tuple[tuple[str, bytes], ...] = (
    ("an open object", b"{"),
    ("a word", b"contact"),
    ("Python's None", b"None"),
    ("blanks alone", b" \r\n\t"),
    ("NUL bytes", b"\0\0\0\0"),
    ("a form", b"a=1&b=2"),
    ("XML", b"<a/>"),
    ("a list of open lists", b"[" * _DEEP),
)


def body_cases(make: Maker) -> Iterator[Case]:
    """Yield the cases of one operation; none where it takes no JSON body."""
    if make.sampler.schema is None:
        return
    body = make.sampler.body()
    yield from _spelled(make, body)
    yield from _absent(make)
    yield from _no_json(make, body)
    yield from _of_another_type(make, body)
    if isinstance(body, dict):
        yield from _objects(make, body)
        yield from _members(make, body)


def _spelled(make: Maker, body: Any) -> Iterator[Case]:
    request, blanks = make.sampler.request, "Blanks around and between tokens mean nothing (RFC 8259)."
    yield make("the spec's own example", "A valid request is carried out.", make.success, make.sampler.plain())
    yield make("indented", blanks, make.success, request(json.dumps(body, indent=4).encode()))
    around = f"\r\n\t {json.dumps(body)} \n"
    yield make("blanks around it", blanks, make.success, request(around.encode()))


def _no_json(make: Maker, body: Any) -> Iterator[Case]:
    for name, sent in (*_TEXTS, *_respelled(json.dumps(body), body)):
        yield make(f"no JSON: {name}", _JSON, make.invalid, make.sampler.request(sent))


def _of_another_type(make: Maker, body: Any) -> Iterator[Case]:
    text = json.dumps(body)
    values: tuple[Any, ...] = (None, True, 1, "text", [], [body], text)
    for value in values:
        if not make.sampler.validity.fits(value):
            shown = f"{_shown(value, body, text)} as the body"
            yield make(shown, _TYPE, make.invalid, make.sampler.request(as_json(value)))


def _shown(value: Any, body: Any, text: str) -> str:
    if value == [body]:
        return "a list of one body"
    return "a body within a text" if value == text else f"`{json.dumps(value)}`"


def _absent(make: Maker) -> Iterator[Case]:
    right = make.invalid if make.sampler.validity.needs_body else make.success
    claim = "The spec requires a body." if make.sampler.validity.needs_body else "The spec requires no body."
    empty = make.sampler.request()
    yield make("no body", claim, right, empty)
    yield make("no body, and no content type", claim, right, empty.with_header(b"content-type"))
    yield make("a body of no bytes", claim, right, empty.with_header(b"content-length", b"0"))


def _respelled(text: str, body: Any) -> Iterator[tuple[str, bytes]]:
    yield from (
        ("cut by its last byte", text[:-1].encode()),
        ("two values", f"{text}{text}".encode()),
        ("a word behind it", f"{text} x".encode()),
        ("a comma too many", f"{text[:-1]},{text[-1]}".encode()),
        ("single quotes", repr(body).encode()),
        ("a comment", f"{text} // comment".encode()),
    )


def _objects(make: Maker, body: dict[str, Any]) -> Iterator[Case]:
    sampler, schema = make.sampler, make.sampler.schema or {}
    variants: list[tuple[str, Any]] = [
        ("required members only", {name: value for name, value in body.items() if name in schema.get("required", ())}),
        ("members in the other order", dict(reversed(body.items()))),
        ("a member that the spec does not name", {**body, "contract_check": 1}),
        ("an empty object", {}),
        ("names in upper case", {name.upper(): value for name, value in body.items()}),
    ]
    for name in schema.get("required", ())[:1]:
        others = {known: value for known, value in body.items() if known != name}
        variants += [
            ("a required member missing", others),
            ("a required member misspelt", {**others, name.replace("_", "") + "s": body[name]}),
            ("a required member null", {**body, name: None}),
        ]
    variants += list(_mistyped(make, schema.get("properties", {}), body))
    for what, value in variants:
        fits = sampler.validity.fits(value)
        claim = "The schema allows it." if fits else "The schema forbids it."
        yield make(what, claim, make.success if fits else make.invalid, sampler.request(as_json(value)))


def _mistyped(make: Maker, members: Mapping[str, Any], body: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the body with a member of another type, for the first member of each type."""
    seen = set()
    for name, member in members.items():
        kind = flattened(make.sampler.spec, member).get("type", "anything")
        if kind not in seen:
            seen.add(kind)
            for value in _STRANGERS:
                yield f"`{json.dumps(value)}` for a member of type {kind}", {**body, name: value}


def _members(make: Maker, body: Mapping[str, Any]) -> Iterator[Case]:
    if not make.sampler.validity.fits({**body, "contract_check": {}}):
        return
    rights = {True: make.success, False: make.invalid, None: OPEN}
    for name, text, claim, valid in _MEMBERS:
        sent = json.dumps(body)[:-1] + f', "contract_check": {text}}}'
        yield make(f"a free member: {name}", claim, rights[valid], make.sampler.request(sent.encode()))
