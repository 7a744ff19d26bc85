"""Requests that are large."""

from collections.abc import Iterator, Mapping
from typing import Any

from thoughtly_contract.battery.samples import as_json
from thoughtly_contract.divergence.case import OPEN, Case, Maker

_MEBIBYTE = 1_048_576
_LIMIT = "Open: a server may set a limit, and tell it"
_NO_LIMIT = "The spec sets no limit."
_BODIES = {"1 MiB": _MEBIBYTE, "1 MiB and a byte": _MEBIBYTE + 1, "11 MiB": 11 * _MEBIBYTE}


def size_cases(make: Maker) -> Iterator[Case]:
    """Yield the cases of one operation."""
    plain = make.sampler.plain()
    query = b"&".join(part for part in (plain.query, b"contract_check=" + b"x" * 10_000) if part)
    yield make("a query of 10,000 bytes", f"{_LIMIT} with 414 (RFC 9110).", OPEN, plain.but(query=query))
    path = plain.but(path=plain.path + b"/" + b"x" * 10_000)
    claim = "This is another path, or one that is too long (RFC 9110)."
    yield make("a path of 10,000 bytes", claim, frozenset({404, 414}), path)
    for size in (20_000, 100_000):
        header = plain.with_header(b"x-contract-check", b"x" * size)
        yield make(f"a header of {size:,} bytes", f"{_LIMIT} with 431 (RFC 6585).", OPEN, header)
    many = (*plain.headers, *((b"x-check-%d" % n, b"1") for n in range(3000)))
    yield make("3,000 headers", f"{_LIMIT} with 431 (RFC 6585).", OPEN, plain.but(headers=many))
    body = make.sampler.body()
    if isinstance(body, dict) and make.sampler.validity.fits({**body, "contract_check": {}}):
        yield from _bodies(make, body)


def _bodies(make: Maker, body: Mapping[str, Any]) -> Iterator[Case]:
    request = make.sampler.request
    for name, value in (
        ("a body of half a MiB", "x" * 500_000),
        ("10,000 members", dict.fromkeys(map(str, range(10_000)), 1)),
    ):
        yield make(name, _NO_LIMIT, make.success, request(as_json({**body, "contract_check": value})))
    plain = make.sampler.plain().body
    for name, size in _BODIES.items():
        padded = request(b" " * (size - len(plain)) + plain)
        yield make(f"a body of {name}", f"{_LIMIT} with 413 (RFC 9110).", OPEN, padded)
    text = "x" * 200_000
    wrong = {name: [text] if isinstance(value, str) else text for name, value in body.items()}
    if not make.sampler.validity.fits(wrong):
        claim = "The schema forbids it; the answer need not say it all again."
        yield make("200,000 characters of a wrong type", claim, make.invalid, request(as_json(wrong)))
