"""Requests with keys that are missing, wrong, or somewhere else."""

from collections.abc import Iterator

from thoughtly_contract.battery.access import WRONG, with_keys
from thoughtly_contract.divergence.case import OPEN, Case, Maker
from thoughtly_contract.exchange import Request
from thoughtly_contract.keys import Key, KeyState, requirements

_IN = frozenset({401})
_UNSAID = "The spec does not say which of two faults is told first."


def key_cases(make: Maker) -> Iterator[Case]:
    """Yield the cases of one operation; none where it asks for no key."""
    wanted = _wanted(make)
    if not wanted:
        return
    plain = make.sampler.plain()
    without = with_keys(plain, dict.fromkeys(wanted, KeyState.MISSING))
    yield make("no keys", "The spec asks for every key.", _IN, without)
    reversed_ = plain.but(headers=tuple(reversed(plain.headers)))
    yield make(
        "headers in the other order",
        "The order of headers of other names means nothing (RFC 9110).",
        make.success,
        reversed_,
    )
    yield from _two_faults(make, without)
    for key in wanted:
        yield from _of_one(make, plain, key)
    if len(wanted) > 1:
        swapped = without
        for key, other in zip(wanted, (*wanted[1:], wanted[0]), strict=True):
            swapped = swapped.with_header(_name(key), other.value.encode())
        yield make("the keys swapped", "A key opens its own header alone.", _IN, swapped)


def _wanted(make: Maker) -> list[Key]:
    alternatives = requirements(make.sampler.spec, make.sampler.operation)
    chosen = min(alternatives, key=len) if alternatives else set()
    return [key for key in make.sampler.keys if key.scheme in chosen]


def _two_faults(make: Maker, without: Request) -> Iterator[Case]:
    if make.sampler.schema is not None:
        broken = without.but(body=b"{")
        yield make("no keys, and no JSON", _UNSAID, frozenset({401}) | make.invalid, broken)
        invalid = without.but(body=b"[]")
        yield make("no keys, and an invalid body", _UNSAID, frozenset({401}) | make.invalid, invalid)
    nowhere = without.but(path=without.path + b"/contract-check")
    yield make("no keys, and no such path", _UNSAID, frozenset({401, 404}), nowhere)
    yield make("no keys, and no such method", _UNSAID, frozenset({401, 405}), without.but(method="DELETE"))


def _of_one(make: Maker, plain: Request, key: Key) -> Iterator[Case]:
    header, good, told = _name(key), key.value.encode(), f"`{key.header}`"
    without = plain.with_header(header)
    yield make(f"no {told}", "The spec asks for both keys (AND).", _IN, without)
    for what, value, claim in (
        ("an empty", b"", "A key without a value is no key."),
        ("a blank", b"   ", "Blanks around a value are not part of it (RFC 9110), so this one is empty."),
        ("a wrong", WRONG, "Only the right value opens."),
        ("a lengthened", good + b"0", "What only begins like the key is another one."),
        ("an upper-case", good.upper(), "Keys are compared as they are."),
        ("a non-ASCII", b"schl\xfcssel", "A value of any bytes is refused, not fallen over."),
        ("a very long", b"x" * 4000, "A value of 4,000 characters is refused, not fallen over."),
    ):
        yield make(f"{what} {told}", claim, _IN, plain.with_header(header, value))
    yield make(
        f"a padded {told}",
        "Blanks around a value are not part of it (RFC 9110).",
        make.success,
        plain.with_header(header, b"  " + good + b"  "),
    )
    renamed = without.but(headers=(*without.headers, (header.upper(), good)))
    yield make(f"{told} in upper case", "Names of headers have no case (RFC 9110).", make.success, renamed)
    yield make(
        f"{told} twice, right then wrong",
        "The two together are one value (RFC 9110), and not the key.",
        _IN,
        plain.with_header(header, good, WRONG),
    )
    yield make(
        f"{told} twice, wrong then right",
        "The two together are one value (RFC 9110), and not the key.",
        _IN,
        plain.with_header(header, WRONG, good),
    )
    yield make(
        f"{told} twice, both right",
        "Open: two equal values are a list, or a slip.",
        OPEN,
        plain.with_header(header, good, good),
    )
    yield from _elsewhere(make, without, key)


def _elsewhere(make: Maker, without: Request, key: Key) -> Iterator[Case]:
    header, good, told = _name(key), key.value.encode(), f"`{key.header}`"
    claim = "The spec has the key in this header and nowhere else."
    query = b"&".join(part for part in (without.query, header + b"=" + good) if part)
    yield make(f"{told} only in the query", claim, _IN, without.but(query=query))
    yield make(f"{told} only in a cookie", claim, _IN, without.with_header(b"cookie", header + b"=" + good))
    yield make(f"{told} only as Bearer", claim, _IN, without.with_header(b"authorization", b"Bearer " + good))
    other = header.replace(b"_", b"-") if b"_" in header else header.replace(b"-", b"_")
    if other != header:
        yield make(f"{told} with the other separator", claim, _IN, without.with_header(other, good))


def _name(key: Key) -> bytes:
    return key.header.lower().encode()
