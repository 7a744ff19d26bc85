"""Faults in which requests are taken for valid."""

import ast
import json
import re
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import parse_qsl

from thoughtly_contract.exchange import Answer, Request, json_answer
from thoughtly_contract.mutants.edits import (
    as_json,
    bodies,
    dumped,
    first_texts,
    members,
    objects_in,
    optional_bodies,
    texts_in,
    unchecked,
)
from thoughtly_contract.mutants.mutant import Kind, Mutant, by_rules, by_wrap
from thoughtly_contract.mutants.rules import Rules, json_or_none
from thoughtly_contract.mutants.wrapped import Good, Wrap
from thoughtly_contract.validity import read_json

Schema = dict[str, Any]


def _spec(name: str, wrong: str, spec: Callable[[Any], Any]) -> Mutant:
    return by_wrap(name, Kind.LAX, wrong, lambda: Wrap(spec=spec))


def _parse(name: str, wrong: str, parse: Callable[[bytes], Any]) -> Mutant:
    return by_rules(name, Kind.LAX, wrong, lambda: Rules(parse=parse))


def _understood(name: str, wrong: str, understood: Callable[[Any], Any]) -> Mutant:
    return by_rules(name, Kind.LAX, wrong, lambda: Rules(understood=lambda _request, body: understood(body)))


def _coerced(name: str, wrong: str, change: Callable[[Any], Any]) -> Mutant:
    return by_wrap(name, Kind.LAX, wrong, lambda: Wrap(request=as_json(change)))


def _members(change: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda body: {name: change(value) for name, value in body.items()} if isinstance(body, dict) else body


def _last_optional(schema: Schema) -> None:
    if "required" in schema:
        schema["required"] = schema["required"][:-1] or ["no such member"]


def _plain_text(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _fallback(member: str, alias: str) -> Callable[[Any], Any]:
    def understood(body: Any) -> Any:
        if not isinstance(body, dict) or alias not in body:
            return body
        return {member: body[alias]} | {name: value for name, value in body.items() if name != alias}

    return understood


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def _first_document(body: bytes) -> Any:
    value, _ = json.JSONDecoder().raw_decode(body.decode("utf-8").lstrip())
    return value


def _literal(body: bytes) -> Any:
    try:
        return read_json(body)
    except ValueError:
        return _safe_literal(body.decode("utf-8", "replace"))


def _safe_literal(text: str) -> Any:
    try:
        return ast.literal_eval(text)
    except (SyntaxError, RecursionError, MemoryError, TypeError) as error:
        raise ValueError("neither JSON nor Python") from error


def _form(request: Request, _good: Good) -> Request:
    pairs = dict(parse_qsl(request.body.decode("latin-1")))
    if json_or_none(request.body) is not None or not pairs:
        return request
    return request.but(body=dumped(pairs)).with_header(b"content-type", b"application/json")


def _typed(request: Request, _good: Good) -> Request:
    return request if request.all(b"content-type") else request.with_header(b"content-type", b"application/json")


def _without_constants(request: Request, _good: Good) -> Request:
    return request.but(body=re.sub(rb"\b(NaN|-?Infinity)\b", b"0", request.body))


def _without_commas(request: Request, _good: Good) -> Request:
    return request.but(body=re.sub(rb",\s*([}\]])", rb"\1", request.body))


def _query_fills(request: Request, body: Any) -> Any:
    given = dict(parse_qsl(request.query.decode("latin-1")))
    return given | body if isinstance(body, dict) else body


def _any_encoding(body: bytes) -> Any:
    try:
        return json.loads(body, parse_constant=lambda name: read_json(name.encode()))
    except RecursionError as error:
        raise ValueError("it is nested too deep") from error


LAX = (
    by_rules("unchecked", Kind.LAX, "parameters and bodies may be anything", lambda: Rules(spec=unchecked)),
    _spec("nothing-required", "no member is required", bodies(lambda schema: schema.pop("required", None))),
    _spec("last-not-required", "the last required member may be missing", bodies(_last_optional)),
    _spec("body-optional", "the body may be missing", optional_bodies),
    _spec("null-body", "a null body is taken for a valid one", bodies(lambda schema: schema.update(nullable=True))),
    _spec("any-member", "members may be anything", bodies(lambda schema: schema.pop("properties", None))),
    _coerced("number-for-text", "a number is taken for a text", _members(_plain_text)),
    _coerced(
        "boolean-for-text",
        "true and false are taken for texts",
        _members(lambda v: str(v) if isinstance(v, bool) else v),
    ),
    _understood(
        "list-for-text",
        "a list of one is taken for its entry",
        _members(lambda v: v[0] if isinstance(v, list) and len(v) == 1 else v),
    ),
    _spec("null-for-any", "every member may be null", members(lambda schema: schema.update(nullable=True))),
    _spec(
        "object-members-free",
        "what is within objects may be anything",
        members(lambda schema: schema.pop("properties", None)),
    ),
    _understood(
        "text-for-object",
        "JSON within a text is taken for an object",
        _members(lambda v: j if isinstance(v, str) and isinstance(j := json_or_none(v.encode()), dict) else v),
    ),
    _understood(
        "list-for-object", "an empty list is taken for an empty object", _members(lambda v: {} if v == [] else v)
    ),
    by_rules(
        "any-content-type", Kind.LAX, "the content type does not matter", lambda: Rules(media_type=lambda _type: True)
    ),
    by_wrap("no-content-type", Kind.LAX, "without a content type, a body is JSON", lambda: Wrap(request=_typed)),
    by_wrap("form", Kind.LAX, "forms are taken, too", lambda: Wrap(request=_form)),
    by_wrap("nan", Kind.LAX, "NaN and Infinity are taken for numbers", lambda: Wrap(request=_without_constants)),
    _parse("trailing-garbage", "what follows the JSON does not matter", _first_document),
    _parse("any-encoding", "UTF-16 and UTF-32 are taken, too", _any_encoding),
    by_wrap(
        "trailing-comma", Kind.LAX, "commas may stand before a closing bracket", lambda: Wrap(request=_without_commas)
    ),
    _parse("python-literal", "Python's literals are taken, too", _literal),
    _understood(
        "list-of-bodies",
        "a list of one body is taken for that body",
        lambda b: b[0] if isinstance(b, list) and len(b) == 1 else b,
    ),
    _coerced(
        "any-case-names",
        "names of members are compared without case",
        lambda body: {name.lower(): value for name, value in body.items()},
    ),
    _understood(
        "camel-case-names",
        "camelCase is taken for snake_case",
        lambda b: {_snake(n): v for n, v in b.items()} if isinstance(b, dict) else b,
    ),
    _understood("agent-id", "agent_id is taken for interview_id", _fallback("interview_id", "agent_id")),
    _coerced("wrapped-body", "a body may be wrapped in `data`", lambda body: body.get("data", body)),
    by_rules(
        "query-fills-body", Kind.LAX, "the query fills in what the body lacks", lambda: Rules(understood=_query_fills)
    ),
)


def _refuses(name: str, wrong: str, bad: Callable[[Request, Any], object]) -> Mutant:
    """Return a mutant of the reference server that refuses valid bodies of one kind."""

    def understood(request: Request, body: Any) -> Any:
        if bad(request, body):
            raise ValueError(wrong)
        return body

    return by_rules(name, Kind.STRICT, wrong, lambda: Rules(understood=understood))


def _mock_refuses(name: str, wrong: str, bad: Callable[[Request, Any], object]) -> Mutant:
    """Return a mutant of the mock that refuses valid requests of one kind."""

    def answer(request: Request, answer: Answer) -> Answer:
        if answer.is_success and bad(request, json_or_none(request.body)):
            return json_answer(400, {"error": {"message": wrong}, "data": {}})
        return answer

    return by_wrap(name, Kind.STRICT, wrong, lambda: Wrap(answer=answer))


def _values(body: Any) -> Sequence[Any]:
    return list(body.values()) if isinstance(body, dict) else []


def _inner(body: Any) -> Sequence[tuple[str, Any]]:
    return [pair for name in objects_in(body) for pair in body[name].items()] if isinstance(body, dict) else []


def _ids(body: Any) -> Sequence[str]:
    return [body[name] for name in first_texts(body)] if isinstance(body, dict) else []


_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)

STRICT = (
    by_rules(
        "refuses-all",
        Kind.STRICT,
        "every valid request is refused",
        lambda: Rules(
            placed=lambda _b, _e: [], success=lambda _a: json_answer(400, {"error": {"message": "no"}, "data": {}})
        ),
    ),
    _mock_refuses(
        "no-unicode", "only ASCII is taken", lambda _r, body: any(not text.isascii() for text in texts_in(body))
    ),
    _refuses(
        "no-emoji",
        "characters beyond the first 65536 are refused",
        lambda _r, body: any(ord(c) > 0xFFFF for t in texts_in(body) for c in t),
    ),
    _mock_refuses(
        "no-long-texts",
        "texts over 255 characters are refused",
        lambda _r, body: any(len(text) > 255 for text in texts_in(body)),
    ),
    _refuses("no-null", "null is refused where it is allowed", lambda _r, body: None in _values(body)),
    _mock_refuses("no-empty-object", "an empty object is refused", lambda _r, body: {} in _values(body)),
    _refuses(
        "no-unknown-members",
        "members that the spec does not name are refused",
        lambda _r, body: isinstance(body, dict) and set(body) - {"contact_id", "interview_id", "metadata"},
    ),
    _mock_refuses(
        "object-required",
        "an optional object is required",
        lambda _r, body: isinstance(body, dict) and not objects_in(body) and None not in _values(body),
    ),
    _mock_refuses(
        "only-texts-inside",
        "free-form objects may hold only texts",
        lambda _r, body: any(not isinstance(value, str) for _, value in _inner(body)),
    ),
    _refuses(
        "only-identifiers-inside",
        "names in free-form objects must be identifiers",
        lambda _r, body: any(not name.isidentifier() for name, _ in _inner(body)),
    ),
    _mock_refuses(
        "no-charset",
        "a content type with a charset is refused",
        lambda r, _b: any(b";" in value for value in r.all(b"content-type")),
    ),
    _refuses(
        "lower-case-type",
        "a content type must be in lower case",
        lambda r, _b: any(value != value.lower() for value in r.all(b"content-type")),
    ),
    _mock_refuses(
        "only-uuids",
        "the first id must be a UUID",
        lambda _r, body: any(not _UUID.fullmatch(text) for text in _ids(body)[:1]),
    ),
    _refuses("compact-json", "white space within JSON is refused", lambda r, _b: re.search(rb"[\n\t]", r.body)),
    _mock_refuses(
        "member-order",
        "members must come in the order of the spec",
        lambda _r, body: isinstance(body, dict) and (k := [n for n in body if n.endswith("_id")]) != sorted(k),
    ),
)


INPUTS = (*LAX, *STRICT)
