"""Requests with parameters of every type, for the first parameter of each type that an operation has."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from thoughtly_contract.battery.samples import Sampler
from thoughtly_contract.divergence.case import OPEN, Case, Maker
from thoughtly_contract.exchange import Request
from thoughtly_contract.validity import read_scalar, sent_texts

Parameter = Mapping[str, Any]
_OPEN_TEXT = "Open: OpenAPI does not say how a number or a boolean is written in a URL"
# Of which types OpenAPI leaves open whether such a text is a value.
_TEXTS: Mapping[str, tuple[tuple[str, bool], ...]] = {
    "integer": (
        *((text, False) for text in ("1", "2", "text", "1.5", "1x", "1,2", "null", "99999999999999999999")),
        *((text, True) for text in ("", "01", "+1", "%201", "1_0", "1e0", "0x1", "1.0", "٣")),
    ),
    "number": (
        *((text, False) for text in ("1", "1.5", "-1", "text", "1x")),
        *((text, True) for text in ("", "01", "+1", "1e0", "NaN", ".5")),
    ),
    "boolean": (
        *((text, False) for text in ("true", "false", "text", "2", "null")),
        *((text, True) for text in ("", "True", "TRUE", "1", "0", "yes", "on")),
    ),
    "string": tuple((text, False) for text in ("text", "", "%20", "a+b", "ünïcode", "%F0%9F%93%9E", "null", "%00")),
}


def parameter_cases(make: Maker) -> Iterator[Case]:
    """Yield the cases of one operation."""
    yield from _unknown(make)
    seen = set()
    for parameter in make.sampler.operation.parameters:
        kind = _kind(parameter)
        if kind in seen or parameter["in"] not in {"query", "path"}:
            continue
        seen.add(kind)
        if parameter["in"] == "path":
            yield from _in_path(make, parameter)
        elif kind == "array":
            yield from _array(make, parameter)
        else:
            yield from _scalar(make, parameter, kind)


def _kind(parameter: Parameter) -> str:
    if parameter["in"] == "path":
        return "path"
    schema = parameter["schema"]
    return "enum" if "enum" in schema else str(schema.get("type", "string"))


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
        claim = "Open: OpenAPI does not say what becomes of query fields that the spec does not name."
        yield make(f"query: {what}", claim, OPEN, _with(plain, query))
    yield make(
        "query: an empty one",
        "A query may be empty (RFC 3986).",
        make.success,
        plain.but(path=plain.path + b"?") if not plain.query else plain,
    )


def _with(request: Request, query: bytes) -> Request:
    return request.but(query=b"&".join(part for part in (request.query, query) if part))


def _scalar(make: Maker, parameter: Parameter, kind: str) -> Iterator[Case]:
    for text, unsaid in _TEXTS.get(kind, ()):
        yield _judged(make, parameter, f"{kind}: `{text}`", [text], unsaid=unsaid)
    for what, value in _beyond(parameter["schema"]):
        yield _judged(make, parameter, f"{kind}: {what}", [value])
    yield _judged(make, parameter, f"{kind}: twice", _twice(parameter["schema"]), unsaid=True)
    if parameter.get("required"):
        yield _judged(make, parameter, f"{kind}: missing", [])


def _twice(schema: Mapping[str, Any]) -> list[str]:
    first, second = (*schema.get("enum", ("1", "2")), "1")[:2]
    return ["true", "false"] if schema.get("type") == "boolean" else [str(first), str(second)]


def _beyond(schema: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if "minimum" in schema:
        yield "the minimum", str(schema["minimum"])
        yield "under the minimum", str(schema["minimum"] - 1)
    if "maximum" in schema:
        yield "the maximum", str(schema["maximum"])
        yield "over the maximum", str(schema["maximum"] + 1)
    for value in schema.get("enum", ())[:1]:
        yield "a value of the list", str(value)
        yield "a value in other case", str(value).swapcase()
        yield "a value cut", str(value)[:-1]
        yield "no value of the list", "contract-check"
        yield "empty", ""
        yield "two of the list in one", ",".join(map(str, schema["enum"]))


def _array(make: Maker, parameter: Parameter) -> Iterator[Case]:
    items = parameter["schema"].get("items", {})
    one = quote(str(next(iter(items.get("enum", ["1"])))))
    for what, texts in (("one", [one]), ("the same twice", [one, one]), ("a hundred", [one] * 100)):
        yield _judged(make, parameter, f"array: {what}", texts)
    yield _judged(make, parameter, "array: a comma in one", [f"{one}%2C{one}"])
    yield _judged(make, parameter, "array: empty", [""], unsaid=True)
    name = quote(parameter["name"]).encode()
    claim = "Open: this is another name than the spec's."
    for what, query in (("brackets", name + b"[]=" + one.encode()), ("an index", name + b"[0]=" + one.encode())):
        yield make(f"array: {what}", claim, OPEN, _with(_without(make.sampler.plain(), parameter), query))


def _without(request: Request, parameter: Parameter) -> Request:
    name = quote(parameter["name"]).encode()
    kept = [pair for pair in request.query.split(b"&") if pair and pair.split(b"=")[0] != name]
    return request.but(query=b"&".join(kept))


def _judged(make: Maker, parameter: Parameter, name: str, texts: list[str], *, unsaid: bool = False) -> Case:
    """Return the case of a query parameter with these percent-encoded texts."""
    key = quote(parameter["name"])
    query = "&".join(f"{key}={text if '%' in text else quote(text, safe='+,')}" for text in texts).encode()
    request = _with(_without(make.sampler.plain(), parameter), query)
    if unsaid:
        return make(
            name, f"{_OPEN_TEXT}." if texts != [""] else "Open: OpenAPI says nothing of empty values.", OPEN, request
        )
    problem = _problem(make.sampler, request)
    claim = "The parameter's schema forbids it." if problem else "The parameter's schema allows it."
    return make(name, claim, make.invalid if problem else make.success, request)


def _unsaid(texts: list[str]) -> str:
    if texts == [""]:
        return "Open: OpenAPI does not say what an empty value is."
    return f"{_OPEN_TEXT}." if len(texts) == 1 else "Open: OpenAPI does not say what becomes of a second value."


def _problem(sampler: Sampler, request: Request) -> str | None:
    path, query = sampler.path_values(request.path), request.query.decode("latin-1")
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in request.headers}
    return sampler.validity.parameter_problem(
        lambda parameter: sent_texts(parameter, path, query, headers), read_scalar
    )


def _in_path(make: Maker, parameter: Parameter) -> Iterator[Case]:
    if parameter["schema"].get("type", "string") != "string" or parameter["schema"].keys() & {
        "enum",
        "format",
        "pattern",
    }:
        return
    plain, marker = make.sampler.plain(), "contract-check"
    path = make.sampler.path({parameter["name"]: marker})
    for what, text, right, claim in (
        ("a word", b"word", make.success, "The parameter's schema allows it."),
        ("a blank", b"a%20b", make.success, "What is percent-encoded is part of the value (RFC 3986)."),
        ("an emoji", b"%F0%9F%93%9E", make.success, "What is percent-encoded is part of the value (RFC 3986)."),
        ("a plus", b"a+b", make.success, "The parameter's schema allows it."),
        ("a semicolon", b"a;b=c", make.success, "A semicolon is a character like others (RFC 3986)."),
        ("an encoded slash", b"a%2Fb", make.success, "What is percent-encoded is part of the value (RFC 3986)."),
        (
            "an encoded question mark",
            b"a%3Fb",
            make.success,
            "What is percent-encoded is part of the value (RFC 3986).",
        ),
        ("an encoded percent sign", b"a%25b", make.success, "What is percent-encoded is part of the value (RFC 3986)."),
        ("an encoded NUL", b"a%00b", OPEN, "Open: HTTP lets servers refuse control characters."),
        ("bytes that are no UTF-8", b"a%FFb", OPEN, "Open: OpenAPI does not say how bytes become a text."),
        ("a broken escape", b"a%zzb", OPEN, "Open: this is no URI (RFC 3986)."),
        ("300 characters", b"x" * 300, make.success, "The parameter's schema allows it."),
        ("nothing", b"", OPEN, "Open: an empty path parameter looks like another path."),
        ("an encoded dot", b"%2E", OPEN, "Open: `%2E` is the dot segment `.` to a normaliser (RFC 3986)."),
        ("two encoded dots", b"%2E%2E", OPEN, "Open: `%2E%2E` is the dot segment `..` to a normaliser (RFC 3986)."),
    ):
        yield make(f"in the path: {what}", claim, right, plain.but(path=path.replace(marker.encode(), text)))
