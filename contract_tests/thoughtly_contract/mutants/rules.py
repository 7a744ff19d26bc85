"""Everything that the reference server decides, one function per decision: a fault is one of them done wrong."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from thoughtly_contract.exchange import Answer, Request
from thoughtly_contract.validity import read_json, read_scalar

Spec = Mapping[str, Any]
Headers = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Check:
    """One key as a request carries it, beside the right one."""

    header: str
    """Lower case."""
    good: str
    given: str | None
    request: Request
    headers: Headers


def _joined(values: Sequence[str]) -> str:
    return ", ".join(values)


def _is_right(check: Check) -> bool:
    return check.given == check.good


def _all_of_any(alternatives: Sequence[Sequence[bool]]) -> bool:
    return any(all(alternative) for alternative in alternatives)


def _is_json(content_type: str) -> bool:
    return content_type.partition(";")[0].strip().lower() == "application/json"


def _once(body: Any, _earlier: Sequence[Any]) -> Sequence[Any]:
    return [body]


def _scalar(schema: Mapping[str, Any], text: str) -> Any:
    return read_scalar(schema, text)


@dataclass(frozen=True, slots=True)
class Rules:
    """How the reference server decides; by default, rightly."""

    first: Callable[[Request], Answer | None] = lambda _request: None
    """Answers before anything else is looked at; None to go on."""
    method: Callable[[Request], str] = lambda request: request.method
    """The method that a request is taken for."""
    path: Callable[[str], str] = lambda path: path
    """The path that a request is taken for."""
    joined: Callable[[Sequence[str]], str] = _joined
    """The value of a header that came several times."""
    is_right: Callable[[Check], bool] = _is_right
    """Whether one key is good."""
    admits: Callable[[Sequence[Sequence[bool]]], bool] = _all_of_any
    """Whether keys are enough: by alternative, whether each of its keys is good."""
    keys_first: Callable[[Request], bool] = lambda _request: True
    """Whether keys are looked at before the rest of the request."""
    spec: Callable[[Spec], Spec] = lambda spec: spec
    """The spec that requests are held against."""
    media_type: Callable[[str], bool] = _is_json
    """Whether a content type, empty for none, is JSON."""
    parse: Callable[[bytes], Any] = read_json
    """A body as JSON; ValueError where it is not."""
    understood: Callable[[Request, Any], Any] = lambda _request, body: body
    """What a JSON body is taken for before it is held against its schema."""
    scalar: Callable[[Mapping[str, Any], str], Any] = _scalar
    """A parameter's text as a value of its schema's type."""
    texts: Callable[[Sequence[str]], Sequence[str]] = lambda texts: texts
    """The values of a query parameter that are looked at."""
    decoded: Callable[[str], str] = unquote
    """A path parameter without its percent-encoding."""
    placed: Callable[[Any, Sequence[Any]], Sequence[Any]] = _once
    """The bodies that are carried out for a valid one, knowing the valid ones before it."""
    placed_although: Callable[[int], bool] = lambda _status: False
    """Whether a request refused with this status is carried out all the same."""
    success: Callable[[Answer], Answer] = lambda answer: answer
    """What becomes of a success."""
    refusal: Callable[[Answer], Answer] = lambda answer: answer
    """What becomes of a refusal."""


def crash() -> Answer:
    """Return what servers answer when the application raises."""
    return Answer(500, ((b"content-type", b"text/plain"),), b"Internal Server Error")


def text_of(body: bytes) -> str:
    """Return a body as text, whatever it is."""
    return body.decode("utf-8", "replace")


def json_or_none(body: bytes) -> Any:
    """Return a body as JSON; None where it is none."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
