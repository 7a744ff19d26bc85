"""Requests with parameters in the query and in headers, for the first of each kind that an operation has."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

from thoughtly_contract.battery.samples import Sampler, flattened
from thoughtly_contract.divergence.case import OPEN, Case, Maker
from thoughtly_contract.divergence.path_cases import path_cases
from thoughtly_contract.exchange import Request
from thoughtly_contract.validity import read_scalar, sent_texts

Parameter = Mapping[str, Any]
Schema = Mapping[str, Any]
Send = Callable[[Maker, Parameter, list[str]], Request]
_FIELD = "Open: OpenAPI does not say what becomes of query fields that the spec does not name."
_NAME = "Open: this is another name than the spec's."
# Texts, percent-encoded as they go over the wire, and of which OpenAPI leaves open whether they are a value.
_TEXTS: Mapping[str, tuple[tuple[str, bool], ...]] = {
    "integer": (
        *((text, False) for text in ("1", "2", "text", "1.5", "1x", "1,2", "null", "99999999999999999999", "")),
        *((text, True) for text in ("01", "+1", "%201", "1_0", "1e0", "0x1", "1.0", "٣")),
    ),
    "number": (
        *((text, False) for text in ("1", "0.5", "-1", "text", "1x", "1,5", "")),
        *((text, True) for text in ("01", "+1", "1e0", "NaN", ".5", "1_0")),
    ),
    "boolean": (
        *((text, False) for text in ("true", "false", "text", "2", "null", "")),
        *((text, True) for text in ("True", "TRUE", "1", "0", "yes", "on")),
    ),
    "string": tuple((text, False) for text in ("text", "", "%20", "a+b", "ünïcode", "%F0%9F%93%9E", "null", "%00")),
}
# What HTTP carries in a header's value as it is.
_IN_HEADERS = frozenset({"1", "text", "1.5", "1x", "null", "true", "2", "01", "+1", "1.0", "True"})


def parameter_cases(make: Maker) -> Iterator[Case]:
    """Yield the cases of one operation."""
    yield from _unknown(make)
    seen = set()
    for parameter in make.sampler.operation.parameters:
        kind = _kind(make.sampler, parameter)
        if (parameter["in"], kind) not in seen:
            seen.add((parameter["in"], kind))
            yield from _of_kind(make, parameter, kind)


def _of_kind(make: Maker, parameter: Parameter, kind: str) -> Iterator[Case]:
    if parameter["in"] == "path":
        yield from path_cases(make, parameter, kind)
    elif parameter["in"] == "header":
        yield from _in_header(make, parameter, kind)
    elif "array" in kind:
        yield from _array(make, parameter, kind)
    else:
        yield from _scalar(make, parameter, kind)


def _kind(sampler: Sampler, parameter: Parameter) -> str:
    """Return what kind of a parameter it is, in words: parameters of one kind are sent the same texts."""
    schema = flattened(sampler.spec, parameter["schema"])
    if schema.get("type") == "array":
        items = flattened(sampler.spec, schema.get("items", {}))
        exploded = parameter.get("explode", parameter["in"] == "query")
        return f"{'' if exploded else 'comma '}array{' of an enum' if 'enum' in items else ''}"
    special = [key for key in ("enum", "pattern", "format") if key in schema]
    return special[0] if special else str(schema.get("type", "string"))


def _unknown(make: Maker) -> Iterator[Case]:
    plain = make.sampler.plain()
    for what, query in (
        ("a field that the spec does not name", b"contract_check=1"),
        ("broken escapes", b"contract_check=%zz&%"),
        ("bytes that are no UTF-8", b"contract_check=%ff%fe"),
        ("NUL", b"contract_check=%00"),
        ("brackets", b"contract[check][]=1"),
        ("500 fields", b"&".join(b"c%d=1" % n for n in range(500))),
        ("ampersands alone", b"&&&"),
    ):
        yield make(f"query: {what}", _FIELD, OPEN, _with(plain, query))
    empty = plain if plain.query else plain.but(path=plain.path + b"?")
    yield make("query: an empty one", "A query may be empty (RFC 3986).", make.success, empty)


def _scalar(make: Maker, parameter: Parameter, kind: str) -> Iterator[Case]:
    schema = flattened(make.sampler.spec, parameter["schema"])
    for text, unsaid in _TEXTS.get(kind, ()):
        shown = f"`{text}`" if text else "empty"
        yield _judged(make, parameter, f"{kind}: {shown}", [text], unsaid=unsaid)
    for what, value in _beyond(schema):
        yield _judged(make, parameter, f"{kind}: {what}", [value])
    yield _judged(make, parameter, f"{kind}: twice", _twice(schema), unsaid=True)
    if parameter.get("required"):
        yield _judged(make, parameter, f"{kind}: missing", [])


def _twice(schema: Schema) -> list[str]:
    first, second = (*schema.get("enum", ("1", "2")), "1")[:2]
    return ["true", "false"] if schema.get("type") == "boolean" else [str(first), str(second)]


def _beyond(schema: Schema) -> Iterator[tuple[str, str]]:
    if "minimum" in schema:
        yield "the minimum", str(schema["minimum"])
        yield "under the minimum", str(schema["minimum"] - 1)
    if "maximum" in schema:
        yield "the maximum", str(schema["maximum"])
        yield "over the maximum", str(schema["maximum"] + 1)
    if "pattern" in schema:
        yield "not of the pattern", "%20%21"
    for value in schema.get("enum", ())[:1]:
        yield "a value of the list", str(value)
        yield "a value in other case", str(value).swapcase()
        yield "a value cut", str(value)[:-1]
        yield "no value of the list", "contract-check"
        yield "empty", ""
        yield "two of the list in one", ",".join(map(str, schema["enum"]))


def _array(make: Maker, parameter: Parameter, kind: str) -> Iterator[Case]:
    items = flattened(make.sampler.spec, flattened(make.sampler.spec, parameter["schema"]).get("items", {}))
    first, last = (items["enum"][0], items["enum"][-1]) if "enum" in items else ("1", "2")
    one, other = quote(str(first)), quote(str(last))
    for what, texts in (
        ("one", [one]),
        ("two", [one, other]),
        ("two with a comma", [f"{one},{other}"]),
        ("two with an encoded comma", [f"{one}%2C{other}"]),
        ("two with a bar", [f"{one}%7C{other}"]),
        ("a hundred", [one] * 100),
    ):
        yield _judged(make, parameter, f"{kind}: {what}", texts)
    yield _judged(make, parameter, f"{kind}: empty", [""], unsaid=True)
    name = quote(parameter["name"]).encode()
    for what, query in (("brackets", name + b"[]=" + one.encode()), ("an index", name + b"[0]=" + one.encode())):
        yield make(f"{kind}: {what}", _NAME, OPEN, _with(_without(make.sampler.plain(), parameter), query))
    if parameter.get("required"):
        yield _judged(make, parameter, f"{kind}: missing", [])


def _in_header(make: Maker, parameter: Parameter, kind: str) -> Iterator[Case]:
    schema = flattened(make.sampler.spec, parameter["schema"])
    start = f"in a header, {kind}"
    for text, unsaid in _TEXTS.get(kind, ()):
        if text in _IN_HEADERS:
            yield _judged(make, parameter, f"{start}: `{text}`", [text], unsaid=unsaid, send=_with_header)
    for what, value in _beyond(schema):
        if value and "%" not in value:
            yield _judged(make, parameter, f"{start}: {what}", [value], send=_with_header)
    for what, texts in (("empty", [""]), ("twice", _twice(schema))):
        yield _judged(make, parameter, f"{start}: {what}", texts, unsaid=True, send=_with_header)
    if parameter.get("required"):
        yield _judged(make, parameter, f"{start}: missing", [], send=_with_header)


def _with(request: Request, query: bytes) -> Request:
    return request.but(query=b"&".join(part for part in (request.query, query) if part))


def _without(request: Request, parameter: Parameter) -> Request:
    name = quote(parameter["name"]).encode()
    kept = [pair for pair in request.query.split(b"&") if pair and pair.split(b"=")[0] != name]
    return request.but(query=b"&".join(kept))


def _with_query(make: Maker, parameter: Parameter, texts: list[str]) -> Request:
    """Return a request with a parameter in the query; what is percent-encoded stays so."""
    key = quote(parameter["name"])
    query = "&".join(f"{key}={text if '%' in text else quote(text, safe='+,')}" for text in texts).encode()
    return _with(_without(make.sampler.plain(), parameter), query)


def _with_header(make: Maker, parameter: Parameter, texts: list[str]) -> Request:
    return make.sampler.plain().with_header(parameter["name"].lower().encode(), *(text.encode() for text in texts))


def _judged(
    make: Maker,
    parameter: Parameter,
    name: str,
    texts: list[str],
    *,
    unsaid: bool = False,
    send: Send = _with_query,
) -> Case:
    """Return the case of a parameter with these texts, which the spec allows or forbids unless that is unsaid."""
    request = send(make, parameter, texts)
    if unsaid:
        return make(name, _unsaid(texts), OPEN, request)
    problem = _problem(make.sampler, request)
    claim = "The parameter's schema forbids it." if problem else "The parameter's schema allows it."
    return make(name, claim, make.invalid if problem else make.success, request)


def _unsaid(texts: list[str]) -> str:
    if texts == [""]:
        return "Open: OpenAPI does not say what an empty value is."
    if len(texts) > 1:
        return "Open: OpenAPI does not say what becomes of a second value."
    return "Open: OpenAPI does not say how a number or a boolean is written in a URL or a header."


def _problem(sampler: Sampler, request: Request) -> str | None:
    path, query = sampler.path_values(request.path), request.query.decode("latin-1")
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in request.headers}
    return sampler.validity.parameter_problem(
        lambda parameter: sent_texts(parameter, path, query, headers), read_scalar
    )
