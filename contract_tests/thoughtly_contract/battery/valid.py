"""Probes that the spec allows: each must be carried out, once, as it was sent."""

import json
from collections.abc import Iterator
from typing import Any

from thoughtly_contract.battery.probe import Cost, Expected, Probe
from thoughtly_contract.battery.samples import SAFE_METHODS, Sampler, as_json, flattened
from thoughtly_contract.exchange import Request

CLAIM = "valid request"


def valid_probes(sampler: Sampler) -> Iterator[Probe]:
    """Yield the probes of one operation, the most telling one first."""
    cost = Cost.NOTHING if sampler.operation.method in SAFE_METHODS else Cost.CALL
    for name, request in _requests(sampler):
        yield Probe(CLAIM, name, sampler.operation, request, Expected.SUCCESS, cost)


def _requests(sampler: Sampler) -> Iterator[tuple[str, Request]]:
    yield "as rich as can be", sampler.rich()
    yield "plain", sampler.plain()
    if not sampler.validity.needs_body and sampler.schema is not None:
        yield "without its optional body", sampler.request()
    body = sampler.body()
    if not isinstance(body, dict):
        return
    for name, other in _bodies(sampler, body):
        if other != body and sampler.validity.fits(other):
            yield name, sampler.request(as_json(other))
    plain = sampler.plain()
    yield "with its members in another order", plain.but(body=as_json(dict(reversed(body.items()))))
    yield "indented", plain.but(body=json.dumps(body, indent=2).encode())
    yield "with escapes", plain.but(body=json.dumps(body).replace("a", "\\u0061").encode())
    yield "with a charset", plain.with_header(b"content-type", b"application/json; charset=utf-8")
    yield "with its type in upper case", plain.with_header(b"content-type", b"APPLICATION/JSON")


def _bodies(sampler: Sampler, body: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    schema = sampler.schema or {}
    required = schema.get("required", ())
    yield "with required members only", {name: value for name, value in body.items() if name in required}
    yield "with a member that the spec does not name", body | {"contract_check": 1}
    for name, member in schema.get("properties", {}).items():
        kind = flattened(sampler.spec, member).get("type")
        yield f"{name} null", body | {name: None}
        if kind == "object":
            yield f"{name} empty", body | {name: {}}
            for text, value in _FREE.items():
                yield f"{name} with {text}", body | {name: value}
        if kind == "string":
            for text in _STRINGS:
                yield f"{name} {text[:20]!r}", body | {name: text}


_FREE: dict[str, Any] = {
    "numbers": {"a": 1, "b": 1.5, "c": 2**53 + 1},
    "a list": {"a": [1, "b", None]},
    "an object": {"a": {"b": {"c": "d"}}},
    "a name that is no identifier": {"two words": "a", "": "b", "1": "c"},
    "a null": {"a": None},
    "letters beyond ASCII": {"näme": "größe"},
    "an emoji": {"a": "📞"},
}
_STRINGS = ("plain", "With Case And-Dashes_01234567890123456789", "ünïcode", "📞", " blanks around ", "x" * 1000)
