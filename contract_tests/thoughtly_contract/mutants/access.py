"""Faults in who is let in."""

import re
from collections.abc import Callable, Sequence
from urllib.parse import parse_qsl

from thoughtly_contract.exchange import Answer, Request
from thoughtly_contract.mutants.mutant import Kind, Mutant, by_rules, by_wrap
from thoughtly_contract.mutants.rules import Check, Rules, json_or_none
from thoughtly_contract.mutants.wrapped import Good, Wrap

Fix = Callable[[Request, Good], Request]


def _rule(name: str, wrong: str, is_right: Callable[[Check], bool]) -> Mutant:
    return by_rules(name, Kind.AUTH, wrong, lambda: Rules(is_right=is_right))


def _fix(name: str, wrong: str, fix: Fix) -> Mutant:
    return by_wrap(name, Kind.AUTH, wrong, lambda: Wrap(request=fix))


def _taken_for_good(takes: Callable[[bytes, bytes, Request], bool]) -> Fix:
    """Return an edit that puts the right key in place of one that ``takes`` (given, good, request) takes for it."""

    def fix(request: Request, good: Good) -> Request:
        for name, value in good.items():
            given = request.all(name)
            if len(given) == 1 and takes(given[0], value, request):
                request = request.with_header(name, value)
        return request

    return fix


def _let_in(request: Request, good: Good) -> Request:
    for name, value in good.items():
        request = request.with_header(name, value)
    return request


def _second_is_good(request: Request, good: Good) -> Request:
    name = list(good)[-1]
    return request.with_header(name, good[name])


def _second_may_be_missing(request: Request, good: Good) -> Request:
    name = list(good)[-1]
    return request if request.all(name) else request.with_header(name, good[name])


def _second_may_be_wrong(request: Request, good: Good) -> Request:
    name = list(good)[-1]
    return request.with_header(name, good[name]) if any(request.all(name)) else request


def _last_wins(request: Request, good: Good) -> Request:
    for name in good:
        request = request.with_header(name, *request.all(name)[-1:])
    return request


def _in_query(request: Request, good: Good) -> Request:
    given = dict(parse_qsl(request.query.decode("latin-1")))
    for name in good:
        if not request.all(name) and name.decode() in given:
            request = request.with_header(name, given[name.decode()].encode("latin-1", "replace"))
    return request


def _dashed(request: Request, good: Good) -> Request:
    for name in good:
        alias = b"x-" + name.replace(b"_", b"-")
        if not request.all(name) and request.all(alias):
            request = request.with_header(name, *request.all(alias))
    return request


def _same_in_both(request: Request, good: Good) -> Request:
    given = {value for name in good for value in request.all(name)}
    return _let_in(request, good) if len(given) == 1 and given & set(good.values()) else request


def _trusted_proxy(request: Request, good: Good) -> Request:
    return _let_in(request, good) if b"127.0.0.1" in request.all(b"x-forwarded-for") else request


def _bearer(check: Check) -> bool:
    return check.good in (check.given, check.headers.get("authorization", "").removeprefix("Bearer "))


def _swapped() -> Rules:
    known: set[str] = set()

    def is_right(check: Check) -> bool:
        known.add(check.good)
        return check.given == check.good or (check.given in known and len(known) > 1)

    return Rules(is_right=is_right)


def _remembered() -> Rules:
    """The second key alone is enough once both were good."""
    passed: list[bool] = []

    def admits(alternatives: Sequence[Sequence[bool]]) -> bool:
        if any(all(alternative) for alternative in alternatives):
            passed.append(True)
        return bool(passed) and any(alternative[-1] for alternative in alternatives)

    return Rules(admits=admits)


def _is_json(request: Request) -> bool:
    return json_or_none(request.body) is not None


def _invalid_first(request: Request, answer: Answer) -> Answer:
    return answer if answer.status != 401 or isinstance(json_or_none(request.body), dict) else _bad_request(answer)


def _wrong_type_first(request: Request, answer: Answer) -> Answer:
    typed = any(b"json" in value.lower() for value in request.all(b"content-type"))
    return answer if answer.status != 401 or typed or not request.body else _bad_request(answer)


def _bad_request(answer: Answer) -> Answer:
    kept = tuple(pair for pair in answer.headers if pair[0] != b"www-authenticate")
    return Answer(400, kept, answer.body)


AUTH = (
    by_rules("either-key", Kind.AUTH, "one good key is enough", lambda: Rules(admits=lambda a: any(map(any, a)))),
    by_rules(
        "first-key-only",
        Kind.AUTH,
        "only the first key is looked at",
        lambda: Rules(admits=lambda a: any(k[0] for k in a)),
    ),
    by_rules(
        "last-key-only",
        Kind.AUTH,
        "only the last key is looked at",
        lambda: Rules(admits=lambda a: any(k[-1] for k in a)),
    ),
    _fix("second-key-ignored", "the mock's last key is not looked at", _second_is_good),
    _fix("second-key-optional", "the last key may be missing, but not wrong", _second_may_be_missing),
    _fix("second-key-any", "the last key may be anything but empty", _second_may_be_wrong),
    _fix("no-keys", "no key is needed", _let_in),
    _rule("any-key", "any value that is not empty is a good key", lambda check: bool(check.given)),
    _rule("empty-key", "an empty key is a good key", lambda check: check.given in ("", check.good)),
    _rule("key-and-more", "a key may go on after the right one", lambda c: (c.given or "").startswith(c.good)),
    _fix(
        "key-begun",
        "the beginning of a key is enough",
        _taken_for_good(lambda given, good, _r: given != b"" and good.startswith(given)),
    ),
    _rule("key-within", "a key need only contain the right one", lambda check: check.good in (check.given or "")),
    _rule("any-case", "keys are compared without case", lambda c: (c.given or "").lower() == c.good.lower()),
    _rule("same-length", "only the length of a key is compared", lambda c: len(c.given or "") == len(c.good)),
    _fix(
        "last-byte-free",
        "the last byte of a key is not compared",
        _taken_for_good(lambda given, good, _r: given[:-1] == good[:-1]),
    ),
    _fix(
        "first-eight",
        "only eight bytes of a key are compared",
        _taken_for_good(lambda given, good, _r: given[:8] == good[:8]),
    ),
    _rule(
        "any-order",
        "only a checksum of a key is compared",
        lambda c: sum(map(ord, c.given or "")) == sum(map(ord, c.good)),
    ),
    _fix(
        "quoted",
        "quotes around a key are taken off",
        _taken_for_good(lambda given, good, _r: given.strip(b"\"'") == good),
    ),
    _rule(
        "bearer-within",
        "`Bearer` before a key is taken off",
        lambda c: (c.given or "").removeprefix("Bearer ") == c.good,
    ),
    _rule("bearer", "a key is taken from Authorization, too", _bearer),
    by_rules(
        "first-of-many", Kind.AUTH, "of repeated keys the first is looked at", lambda: Rules(joined=lambda v: v[0])
    ),
    _fix("last-of-many", "of repeated keys the last is looked at", _last_wins),
    _rule("any-of-list", "one good key in a list is enough", lambda c: c.good in re.split(r",\s*", c.given or "")),
    _fix("key-in-query", "keys are taken from the query, too", _in_query),
    _fix("dashed-header", "x-team-id is taken for team_id, as some proxies make it", _dashed),
    by_rules("keys-swapped", Kind.AUTH, "each key may stand in the other's header", _swapped),
    _fix("one-value-for-all", "one good value in every header is enough", _same_in_both),
    _rule("wildcard", "`*` and `%` match every key", lambda check: check.given in ("*", "%", check.good)),
    _rule("undefined", "`null` and `undefined` are good keys", lambda c: c.given in ("null", "undefined", c.good)),
    by_rules("remembered", Kind.AUTH, "once both keys were good, the last is enough", _remembered),
    _fix("trusted-proxy", "whoever claims to come from 127.0.0.1 needs no key", _trusted_proxy),
    by_rules(
        "body-before-keys",
        Kind.AUTH,
        "a body that is not valid is refused before keys are looked at",
        lambda: Rules(keys_first=lambda _r: False),
    ),
    by_rules(
        "syntax-before-keys",
        Kind.AUTH,
        "what is no JSON is refused before keys are looked at",
        lambda: Rules(keys_first=_is_json),
    ),
    by_wrap(
        "shape-before-keys",
        Kind.AUTH,
        "what is no JSON object is refused before keys are looked at",
        lambda: Wrap(answer=_invalid_first),
    ),
    by_wrap(
        "type-before-keys",
        Kind.AUTH,
        "the content type is looked at before keys",
        lambda: Wrap(answer=_wrong_type_first),
    ),
)
