"""Faults in what odd input does: each is an exception that nobody caught."""

import codecs
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from thoughtly_contract.exchange import Answer, Request
from thoughtly_contract.mutants.edits import texts_in
from thoughtly_contract.mutants.mutant import Kind, Mutant, by_rules, by_wrap
from thoughtly_contract.mutants.rules import Check, Rules, crash, json_or_none
from thoughtly_contract.mutants.wrapped import Wrap


def _parse(name: str, wrong: str, parse: Callable[[bytes], Any]) -> Mutant:
    return by_rules(name, Kind.CRASH, wrong, lambda: Rules(parse=parse))


def _first(name: str, wrong: str, bad: Callable[[Request], object]) -> Mutant:
    return by_rules(name, Kind.CRASH, wrong, lambda: Rules(first=lambda request: crash() if bad(request) else None))


def _let_in(name: str, wrong: str, bad: Callable[[Request], object]) -> Mutant:
    """Return a mutant of the mock that crashes only for those who have the keys."""

    def answer(request: Request, answer: Answer) -> Answer:
        return crash() if answer.status not in {401, 404, 405} and bad(request) else answer

    return by_wrap(name, Kind.CRASH, wrong, lambda: Wrap(answer=answer))


def _strict(body: bytes) -> Any:
    return json.loads(body.decode("utf-8"), parse_constant=_not_json)


def _not_json(name: str) -> Any:
    raise ValueError(name)


def _crashing(kind: type[Exception], parse: Callable[[bytes], Any] = _strict) -> Callable[[bytes], Any]:
    def parsed(body: bytes) -> Any:
        try:
            return parse(body)
        except kind as error:
            if type(error) is not kind and kind is not RecursionError:
                raise ValueError(str(error)) from error
            raise RuntimeError(kind.__name__) from error
        except RecursionError as error:
            raise ValueError("too deep") from error

    return parsed


def _object_expected(body: bytes) -> Any:
    value = _safe(body)
    if isinstance(value, list):
        raise TypeError("list indices must be integers")
    return value


def _null_expected_not(body: bytes) -> Any:
    value = _safe(body)
    if value is None:
        raise TypeError("'NoneType' object is not iterable")
    return value


def _scalar_expected_not(body: bytes) -> Any:
    value = _safe(body)
    if isinstance(value, (int, float, str)):
        raise TypeError("not a mapping")
    return value


def _safe(body: bytes) -> Any:
    try:
        return _strict(body)
    except RecursionError as error:
        raise ValueError("too deep") from error


def _numbers(value: Any) -> list[float]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [number for entry in value for number in _numbers(entry)]
    return [value] if isinstance(value, (int, float)) else []


def _texts(request: Request) -> list[str]:
    return texts_in(json_or_none(request.body))


def _is_half(character: str) -> bool:
    return "\ud800" <= character <= "\udfff"


def _bad_utf8(encoded: bytes) -> bool:
    try:
        unquote(encoded.decode("ascii", "replace"), errors="strict")
    except UnicodeDecodeError:
        return True
    return False


def _unknown_charset(request: Request) -> bool:
    for value in request.all(b"content-type"):
        _, _, charset = value.decode("latin-1").lower().partition("charset=")
        try:
            codecs.lookup(charset.strip('" ') or "utf-8")
        except (LookupError, ValueError):
            return True
    return False


def _ascii_only(check: Check) -> bool:
    # What hmac.compare_digest does.
    if not (check.given or "").isascii():
        raise TypeError("comparing strings with non-ASCII characters is not supported")
    return check.given == check.good


def _duplicates(body: bytes) -> Any:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(pairs)) != len(pairs):
            raise KeyError(pairs[0][0])
        return dict(pairs)

    try:
        return json.loads(body.decode("utf-8"), object_pairs_hook=unique, parse_constant=_not_json)
    except RecursionError as error:
        raise ValueError("too deep") from error


CRASH = (
    _parse("crash-on-bad-utf8", "bytes that are not UTF-8 get 500", _crashing(UnicodeDecodeError)),
    _let_in("crash-on-nan", "NaN gets 500", lambda r: b"NaN" in r.body or b"Infinity" in r.body),
    _parse("crash-on-depth", "deep nesting gets 500", _crashing(RecursionError)),
    _let_in(
        "crash-on-big-integer",
        "an integer over 64 bits gets 500",
        lambda r: any(abs(n) >= 2**64 for n in _numbers(json_or_none(r.body)) if isinstance(n, int)),
    ),
    _let_in(
        "crash-on-infinity",
        "a number out of range, 1e999, gets 500",
        lambda r: float("inf") in _numbers(json_or_none(r.body)),
    ),
    _first(
        "crash-on-half-pair",
        "half of a surrogate pair gets 500",
        lambda r: any(_is_half(c) for t in _texts(r) for c in t),
    ),
    _let_in("crash-on-empty-body", "an empty body gets 500", lambda r: not r.body),
    _parse("crash-on-null", "a null body gets 500", _null_expected_not),
    _let_in("crash-on-charset", "a charset that nobody knows gets 500", _unknown_charset),
    _parse("crash-on-list", "a list as a body gets 500", _object_expected),
    _parse("crash-on-scalar", "a text or a number as a body gets 500", _scalar_expected_not),
    _let_in(
        "crash-on-no-type", "a body without a content type gets 500", lambda r: r.body and not r.all(b"content-type")
    ),
    _parse("crash-on-duplicate", "a name twice in one object gets 500", _duplicates),
    _let_in("crash-on-nul", "the character NUL gets 500", lambda r: any("\0" in text for text in _texts(r))),
    _first(
        "crash-on-long-header",
        "a header over 4 KiB gets 500",
        lambda r: any(len(value) > 4096 for _, value in r.headers),
    ),
    by_rules("crash-on-odd-key", Kind.CRASH, "a key that is not ASCII gets 500", lambda: Rules(is_right=_ascii_only)),
    _first("crash-on-odd-path", "a path that is not UTF-8 gets 500", lambda r: _bad_utf8(r.path)),
    _let_in("crash-on-odd-query", "a query that is not UTF-8 gets 500", lambda r: _bad_utf8(r.query)),
    _first(
        "crash-on-repeated-key",
        "a key that comes twice gets 500",
        lambda r: len({n for n, _ in r.headers}) < len([n for n, _ in r.headers]),
    ),
    _let_in("crash-on-encoding", "a content encoding gets 500", lambda r: r.all(b"content-encoding")),
    _first("crash-on-empty-header", "an empty header gets 500", lambda r: any(not value for _, value in r.headers)),
    _let_in(
        "crash-on-null-member",
        "null as a member gets 500",
        lambda r: isinstance(b := json_or_none(r.body), dict) and None in b.values(),
    ),
    _let_in(
        "crash-on-odd-object",
        "anything but an object where one belongs gets 500",
        lambda r: isinstance(b := json_or_none(r.body), dict) and not isinstance(b.get("metadata", {}), dict),
    ),
)
