"""Probes with input that makes servers fall over."""

import json
from collections.abc import Iterator

from thoughtly_contract.battery.harmless import is_harmless
from thoughtly_contract.battery.probe import Cost, Expected, Probe
from thoughtly_contract.battery.samples import Sampler
from thoughtly_contract.exchange import Request

CLAIM = "hostile input"
DEPTH = 20_000
_BODIES = {
    "nested lists": b"[" * DEPTH + b"]" * DEPTH,
    "nested objects": b'{"a":' * DEPTH + b"1" + b"}" * DEPTH,
    "an open list": b"[" * DEPTH,
    "an integer over 64 bits": b"[18446744073709551617]",
    "an integer of 5000 digits": b"[" + b"9" * 5000 + b"]",
    "a number out of range": b"[1e999]",
    "a tiny number": b"[1e-999]",
    "half of a surrogate pair": b'["\\ud800"]',
    "the wrong half first": b'["\\udc00\\ud800"]',
    "NUL in a text": b'["\\u0000"]',
    "NUL in a name": b'{"\\u0000": 1}',
    "a name twice": b'{"a": 1, "a": 2}',
    "a name that objects have": b'{"__proto__": {"a": 1}, "constructor": null}',
    "a text of 100000 characters": b'["' + b"x" * 100_000 + b'"]',
    "10000 members": json.dumps({str(number): number for number in range(10_000)}).encode(),
    "a number": b"1",
    "a text": b'"text"',
    "true": b"true",
    "null": b"null",
    "a list": b"[]",
    "bytes that are not UTF-8": b'["\xff\xfe"]',
    "bytes": bytes(range(256)),
}
_HEADERS = {
    "a charset that nobody knows": (b"content-type", b"application/json; charset=contract-check"),
    "a charset of UTF-16": (b"content-type", b"application/json; charset=utf-16"),
    "a content type of bytes": (b"content-type", b"\xff\xfe"),
    "a content type without an end": (b"content-type", b'application/json; charset="'),
    "an empty content type": (b"content-type", b""),
    "no JSON, but gzip announced": (b"content-encoding", b"gzip"),
    "an encoding that nobody knows": (b"content-encoding", b"contract-check"),
    "an empty header": (b"x-contract-check", b""),
    "a header that is not ASCII": (b"x-contract-check", b"\xe9\xff"),
    "a header of 5000 bytes": (b"x-contract-check", b"x" * 5000),
    "an Accept that nobody serves": (b"accept", b"contract/check;q=x"),
    "a range": (b"range", b"bytes=5-1"),
    "a broken cookie": (b"cookie", b"=;;=\xff"),
    "a broken date": (b"if-modified-since", b"yesterday"),
}
_QUERIES = {
    "a query that is not UTF-8": b"a=%ff%fe",
    "a query with broken escapes": b"a=%zz&%",
    "a query with NUL": b"a=%00",
    "a query with brackets": b"a[b][c]=1&a[]=2&a=3",
    "500 query fields": b"&".join(b"a=1" for _ in range(500)),
}


def hostile_probes(sampler: Sampler) -> Iterator[Probe]:
    """Yield the probes of one operation."""
    base = sampler.bare() or sampler.plain()
    for name, request in _requests(sampler, base):
        cost = Cost.NOTHING if is_harmless(sampler, request) else Cost.CALL
        yield Probe(CLAIM, name, sampler.operation, request, Expected.NO_CRASH, cost)
    yield from _valid_bodies(sampler)


def _requests(sampler: Sampler, base: Request) -> Iterator[tuple[str, Request]]:
    if sampler.schema is not None:
        for name, body in _BODIES.items():
            yield name, sampler.request(body)
        yield "no content type", base.with_header(b"content-type")
    for name, (header, value) in _HEADERS.items():
        yield name, base.with_header(header, value)
    for name, query in _QUERIES.items():
        yield name, base.but(query=b"&".join(part for part in (base.query, query) if part))
    yield "200 headers", base.but(headers=(*base.headers, *((b"x-check-%d" % n, b"1") for n in range(200))))
    for key in sampler.keys:
        header = key.header.lower().encode()
        yield f"{key.header} twice", base.with_header(header, key.value.encode(), key.value.encode())
    for suffix in (b"%ff", b"%00", b"%", b"%2e%2e%2f"):
        yield f"a path with {suffix!r}", base.but(path=base.path + b"/" + suffix)


def _valid_bodies(sampler: Sampler) -> Iterator[Probe]:
    """Yield bodies that the spec allows, each with something in a text or a free object that servers fall over."""
    body = sampler.body()
    if not isinstance(body, dict):
        return
    for name, text in (("half of a surrogate pair", "\\ud800"), ("NUL", "\\u0000"), ("a huge integer", None)):
        value = "9" * 400 if text is None else f'"{text}"'
        content = json.dumps(body)[:-1] + f', "contract_check": {value}}}'
        request = sampler.request(content.encode())
        yield Probe(CLAIM, f"{name} in a valid body", sampler.operation, request, Expected.NO_CRASH, Cost.CALL)
