"""Requests with keys that are missing, wrong, or somewhere else."""

from collections.abc import Iterator

from thoughtly_contract.battery.access import WRONG, with_keys
from thoughtly_contract.divergence.case import OPEN, Case, Maker
from thoughtly_contract.divergence.route_cases import another_method
from thoughtly_contract.exchange import Request
from thoughtly_contract.keys import Key, KeyState, requirements

_OUT = frozenset({401})
_UNSAID = "The spec does not say which of two faults is told first."
_BLANKS = "Blanks around a value are not part of it (RFC 9110)."
_TOGETHER = "The two together are one value (RFC 9110), and not the key."
_HERE = "The spec has the key in this header and nowhere else."


def key_cases(make: Maker) -> Iterator[Case]:
    """Yield the cases of one operation; none where it asks for no key."""
    wanted = _wanted(make)
    if not wanted:
        return
    plain = make.sampler.plain()
    without = with_keys(plain, dict.fromkeys(wanted, KeyState.MISSING))
    yield make("no keys", "The spec asks for every key.", _OUT, without)
    order = "The order of headers of other names means nothing (RFC 9110)."
    turned = plain.but(headers=tuple(reversed(plain.headers)))
    yield make("headers in the other order", order, make.success, turned)
    yield from _two_faults(make, without)
    for key in wanted:
        yield from _wrong(make, plain, key)
        yield from _respelled(make, plain, key)
        yield from _elsewhere(make, plain.with_header(_name(key)), key)
    if len(wanted) > 1:
        swapped = without
        for key, other in zip(wanted, (*wanted[1:], wanted[0]), strict=True):
            swapped = swapped.with_header(_name(key), other.value.encode())
        yield make("the keys swapped", "A key opens its own header alone.", _OUT, swapped)


def _wanted(make: Maker) -> list[Key]:
    """Return the keys of a plain request without each of which nobody is let in."""
    alternatives = requirements(make.sampler.spec, make.sampler.operation)
    sent = alternatives[0] if alternatives else set()

    def is_needed(key: Key) -> bool:
        return key.scheme in sent and not any(other <= sent - {key.scheme} for other in alternatives)

    return [key for key in make.sampler.keys if is_needed(key)]


def _two_faults(make: Maker, without: Request) -> Iterator[Case]:
    if make.sampler.schema is not None:
        for name, body in (("no JSON", b"{"), ("an invalid body", b"[]")):
            yield make(f"no keys, and {name}", _UNSAID, _OUT | make.invalid, without.but(body=body))
    nowhere = without.but(path=without.path + b"/contract-check")
    yield make("no keys, and no such path", _UNSAID, _OUT | {404}, nowhere)
    method = without.but(method=another_method(make.sampler))
    yield make("no keys, and no such method", _UNSAID, _OUT | {405}, method)


def _wrong(make: Maker, plain: Request, key: Key) -> Iterator[Case]:
    good = key.value.encode()
    for what, values, claim in (
        ("no", (), "The spec asks for every key."),
        ("an empty", (b"",), "A key without a value is no key."),
        ("a blank", (b"   ",), "Blanks around a value are not part of it (RFC 9110), so this one is empty."),
        ("a wrong", (WRONG,), "Only the right value opens."),
        ("a lengthened", (good + b"0",), "What only begins like the key is another one."),
        ("an upper-case", (good.upper(),), "Keys are compared as they are."),
        ("a non-ASCII", (b"schl\xfcssel",), "A value of any bytes is refused, not fallen over."),
        ("a very long", (b"x" * 4000,), "A value of 4,000 characters is refused, not fallen over."),
        ("a right, then a wrong", (good, WRONG), _TOGETHER),
        ("a wrong, then a right", (WRONG, good), _TOGETHER),
    ):
        yield make(f"{what} `{key.header}`", claim, _OUT, plain.with_header(_name(key), *values))


def _respelled(make: Maker, plain: Request, key: Key) -> Iterator[Case]:
    header, good = _name(key), key.value.encode()
    padded = plain.with_header(header, b"  " + good + b"  ")
    yield make(f"a padded `{key.header}`", _BLANKS, make.success, padded)
    without = plain.with_header(header)
    renamed = without.but(headers=(*without.headers, (header.upper(), good)))
    yield make(f"`{key.header}` in upper case", "Names of headers have no case (RFC 9110).", make.success, renamed)
    twice = plain.with_header(header, good, good)
    yield make(f"a right `{key.header}` twice", "Open: two equal values are a list, or a slip.", OPEN, twice)


def _elsewhere(make: Maker, without: Request, key: Key) -> Iterator[Case]:
    header, good, told = _name(key), key.value.encode(), f"`{key.header}`"
    query = b"&".join(part for part in (without.query, header + b"=" + good) if part)
    yield make(f"{told} only in the query", _HERE, _OUT, without.but(query=query))
    yield make(f"{told} only in a cookie", _HERE, _OUT, without.with_header(b"cookie", header + b"=" + good))
    yield make(f"{told} only as Bearer", _HERE, _OUT, without.with_header(b"authorization", b"Bearer " + good))
    other = header.replace(b"_", b"-") if b"_" in header else header.replace(b"-", b"_")
    if other != header:
        yield make(f"{told} with the other separator", _HERE, _OUT, without.with_header(other, good))


def _name(key: Key) -> bytes:
    return key.header.lower().encode()
