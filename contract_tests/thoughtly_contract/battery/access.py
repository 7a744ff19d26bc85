"""Probes of who is let in: every key in every state, in every combination, and what is nearly a key."""

from collections.abc import Iterator
from itertools import product
from urllib.parse import quote

from thoughtly_contract.battery.probe import Cost, Expected, Probe
from thoughtly_contract.battery.samples import Sampler
from thoughtly_contract.exchange import Request
from thoughtly_contract.keys import Key, KeyState, requirements, satisfies

CLAIM = "keys"
WRONG = b"contract-check-wrong-key"
LONG = 2000


def key_probes(sampler: Sampler, *, tells_wrong_keys: bool) -> Iterator[Probe]:
    """Yield the probes of one operation.

    Args:
        sampler: the operation.
        tells_wrong_keys: whether the server is bound to refuse keys other than the ones given.
    """
    if not requirements(sampler.spec, sampler.operation):
        return
    bare, plain = sampler.bare(), sampler.plain()
    bases = [(plain, Cost.RISK)] if bare is None else [(bare, Cost.NOTHING), (plain, Cost.RISK)]
    if bare not in (None, plain):
        # Whoever was let in once may be remembered by one of the keys: so this comes first.
        yield Probe(CLAIM, "good keys", sampler.operation, bare, Expected.REFUSED, Cost.NOTHING)
        yield from _before_the_body(sampler, bare)
    for base, cost in bases if bare != plain else [(plain, Cost.NOTHING)]:
        for name, request in _matrix(sampler, base, tells_wrong_keys=tells_wrong_keys):
            yield Probe(CLAIM, name, sampler.operation, request, Expected.UNAUTHORIZED, cost)
        for name, request in _elsewhere(sampler, base, tells_wrong_keys=tells_wrong_keys):
            yield Probe(CLAIM, name, sampler.operation, request, Expected.UNAUTHORIZED, cost)


def _matrix(sampler: Sampler, base: Request, *, tells_wrong_keys: bool) -> Iterator[tuple[str, Request]]:
    alternatives = requirements(sampler.spec, sampler.operation)
    states = [state for state in KeyState if tells_wrong_keys or state in _WITHOUT_VALUE]
    for chosen in product(states, repeat=len(sampler.keys)):
        combination = dict(zip(sampler.keys, chosen, strict=True))
        if not satisfies(alternatives, combination):
            yield described(combination), with_keys(base, combination)
    if not tells_wrong_keys:
        return
    for key in sampler.keys:
        good = key.value.encode()
        for name, value in (pair for pair in nearly(key, sampler.keys) if pair[1] not in (b"", good)):
            others = {other: KeyState.GOOD for other in sampler.keys if other != key}
            if not satisfies(alternatives, others):
                yield f"{key.header} {name}", with_keys(base, others).with_header(_header(key), value)


def _before_the_body(sampler: Sampler, bare: Request) -> Iterator[Probe]:
    """Yield requests with nothing right in them: what is wrong with the keys is said first."""
    request = with_keys(bare, dict.fromkeys(sampler.keys, KeyState.MISSING))
    for body in (b"", b"{", b"null", b"[]", b"1", b"\xff", b"[NaN]"):
        yield _unauthorized(sampler, f"no keys, and {body!r} as the body", request.but(body=body))
    for value in ((), (b"text/plain",), (b"application/json; charset=contract-check",)):
        told = request.with_header(b"content-type", *value)
        yield _unauthorized(sampler, f"no keys, and the content type {b''.join(value)!r}", told)
    yield _unauthorized(sampler, "no keys, and an encoding", request.with_header(b"content-encoding", b"gzip"))


def _unauthorized(sampler: Sampler, name: str, request: Request) -> Probe:
    return Probe(CLAIM, name, sampler.operation, request, Expected.UNAUTHORIZED, Cost.NOTHING)


_WITHOUT_VALUE = (KeyState.GOOD, KeyState.EMPTY, KeyState.MISSING)


def described(chosen: dict[Key, KeyState]) -> str:
    """Name every key with its state, never its value."""
    return ", ".join(f"{key.header} {state}" for key, state in chosen.items()) or "no keys"


def with_keys(request: Request, chosen: dict[Key, KeyState]) -> Request:
    """Return the request with keys in these states."""
    for key, state in chosen.items():
        good = key.value.encode()
        values: dict[KeyState, tuple[bytes, ...]] = {
            KeyState.GOOD: (good,),
            KeyState.WRONG: (WRONG,),
            KeyState.EMPTY: (b"",),
            KeyState.MISSING: (),
            KeyState.GOOD_THEN_WRONG: (good, WRONG),
            KeyState.WRONG_THEN_GOOD: (WRONG, good),
        }
        request = request.with_header(_header(key), *values[state])
    return request


def nearly(key: Key, keys: tuple[Key, ...]) -> Iterator[tuple[str, bytes]]:
    """Yield what is nearly the right value of a key, each with what it is."""
    good = key.value.encode()
    other = good[:-1] + (b"0" if good[-1:] != b"0" else b"1")
    yield from (
        ("cut by its last byte", good[:-1]),
        ("cut to its first byte", good[:1]),
        ("with its last byte changed", other),
        ("with all but eight bytes changed", good[:8] + b"#" * len(good[8:])),
        ("of the right length", b"#" * len(good)),
        ("reversed", good[::-1]),
        ("in the other case", good.swapcase()),
        ("in upper case", good.upper()),
        ("going on", good + b"0"),
        ("going on before", b"0" + good),
        ("within a longer one", b"0" + good + b"0"),
        ("in quotes", b'"' + good + b'"'),
        ("after Bearer", b"Bearer " + good),
        ("last in a list", WRONG + b", " + good),
        ("first in a list", good + b"," + WRONG),
        ("percent-encoded", "".join(f"%{byte:02X}" for byte in good).encode()),
        ("a wildcard *", b"*"),
        ("a wildcard %", b"%"),
        ("null", b"null"),
        ("undefined", b"undefined"),
        ("true", b"true"),
        ("0", b"0"),
        ("a quote", b"' OR '1'='1"),
        ("not ASCII", "schlüssel".encode("latin-1")),
        ("not UTF-8", b"\xff\xfe\xfd"),
        ("very long", good + b"#" * LONG),
    )
    yield from ((f"with the value of {each.header}", each.value.encode()) for each in keys if each != key)


def _elsewhere(sampler: Sampler, base: Request, *, tells_wrong_keys: bool) -> Iterator[tuple[str, Request]]:
    """Yield requests whose keys stand where the spec does not look for them."""
    alternatives = requirements(sampler.spec, sampler.operation)
    everything = with_keys(base, dict.fromkeys(sampler.keys, KeyState.MISSING))
    yield "no keys, forwarded for this machine", everything.with_header(b"x-forwarded-for", b"127.0.0.1")
    for key in sampler.keys:
        without = {other: KeyState.MISSING if other == key else KeyState.GOOD for other in sampler.keys}
        if satisfies(alternatives, without):
            continue
        request, good = with_keys(base, without), key.value.encode()
        yield f"{key.header} only in Authorization", request.with_header(b"authorization", b"Bearer " + good)
        yield f"{key.header} only in a cookie", request.with_header(b"cookie", _header(key) + b"=" + good)
        yield f"{key.header} only in the query", request.but(query=f"{key.header}={quote(key.value)}".encode())
        for alias in _aliases(key.header.lower()):
            yield f"{key.header} only in {alias}", request.with_header(alias.encode(), good)
    if tells_wrong_keys and len(sampler.keys) > 1:
        rotated = (*sampler.keys[1:], sampler.keys[0])
        swapped = everything
        for key, other in zip(sampler.keys, rotated, strict=True):
            swapped = swapped.with_header(_header(key), other.value.encode())
        yield "the keys in each other's header", swapped


def _aliases(header: str) -> set[str]:
    dashed = header.replace("_", "-")
    return {dashed, header.replace("-", "_"), f"x-{dashed}", dashed.removeprefix("x-")} - {header}


def _header(key: Key) -> bytes:
    return key.header.lower().encode()
