"""Faults in what a server does: the answer is right, the call is not."""

import json
import unicodedata
from collections.abc import Callable, Sequence
from typing import Any

from thoughtly_contract.exchange import Answer, Request
from thoughtly_contract.mutants.edits import as_json, each_text, first_texts, objects_in
from thoughtly_contract.mutants.mutant import Kind, Mutant, by_rules, by_wrap
from thoughtly_contract.mutants.rules import Rules
from thoughtly_contract.mutants.wrapped import Good, Wrap


def _placed(name: str, wrong: str, placed: Callable[[Any, Sequence[Any]], Sequence[Any]]) -> Mutant:
    return by_rules(name, Kind.SEMANTICS, wrong, lambda: Rules(placed=placed))


def _sent(name: str, wrong: str, change: Callable[[Any], Any]) -> Mutant:
    return by_wrap(name, Kind.SEMANTICS, wrong, lambda: Wrap(request=as_json(change)))


def _without_objects(body: Any, _earlier: Sequence[Any]) -> Sequence[Any]:
    return [{name: value for name, value in body.items() if name not in objects_in(body)}]


def _swapped(body: Any) -> Any:
    names = first_texts(body)[:2]
    return body | {name: body[other] for name, other in zip(names, reversed(names), strict=True)}


def _cut(body: Any, _earlier: Sequence[Any]) -> Sequence[Any]:
    return [body | {name: body[name][:32] for name in first_texts(body)}]


def _stale(body: Any, earlier: Sequence[Any]) -> Sequence[Any]:
    merged: dict[str, Any] = {}
    for known in (*earlier, body):
        for name in objects_in(known):
            merged[name] = merged.get(name, {}) | known[name]
    return [body | merged]


def _as_texts(body: Any) -> Any:
    changed = {
        name: {k: v if isinstance(v, str) else json.dumps(v) for k, v in body[name].items()}
        for name in objects_in(body)
    }
    return body | changed


def _authorized(request: Request, answer: Answer, good: Good) -> Sequence[Request]:
    if answer.status != 401:
        return ()
    for name, value in good.items():
        request = request.with_header(name, value)
    return [request]


def _twice(request: Request, answer: Answer, _good: Good) -> Sequence[Request]:
    return [request] if answer.is_success else ()


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _rounded(member) for name, member in value.items()}
    return int(float(value)) if type(value) is int and abs(value) > 2**53 else value


SEMANTICS = (
    _placed("calls-twice", "one request places two calls", lambda body, _e: [body, body]),
    by_wrap(
        "retries-inside",
        Kind.SEMANTICS,
        "a request that was carried out is carried out again",
        lambda: Wrap(also=_twice),
    ),
    _sent("swaps-ids", "contact and agent change places", _swapped),
    _placed("drops-objects", "metadata is dropped", _without_objects),
    _placed("calls-nobody", "a success places no call", lambda _body, _earlier: []),
    _sent("lower-cases", "ids are changed to lower case", lambda b: b | {n: b[n].lower() for n in first_texts(b)}),
    _placed("cuts-ids", "ids are cut after 32 characters", _cut),
    _placed("stale-metadata", "metadata of earlier requests is mixed in", _stale),
    _sent("numbers-as-texts", "numbers in metadata become texts", _as_texts),
    by_wrap(
        "calls-on-401", Kind.SEMANTICS, "a request refused for its keys is carried out", lambda: Wrap(also=_authorized)
    ),
    by_rules(
        "calls-on-400",
        Kind.SEMANTICS,
        "a request refused as not valid is carried out",
        lambda: Rules(placed_although=lambda status: status == 400),
    ),
    _sent("folds-unicode", "what is not ASCII is lost", lambda body: each_text(body, _folded)),
    _sent("rounds-integers", "integers over 53 bits are rounded", _rounded),
)
