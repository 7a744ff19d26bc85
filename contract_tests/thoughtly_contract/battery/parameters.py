"""Probes of path, query and header parameters: valid and invalid values of each."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from thoughtly_contract.battery.bodies import beyond
from thoughtly_contract.battery.probe import Cost, Expected, Probe
from thoughtly_contract.battery.samples import SAFE_METHODS, Sampler
from thoughtly_contract.exchange import Request
from thoughtly_contract.validity import fits_format, read_scalar, sent_texts

CLAIM = "parameters"
_TEXTS = (
    *("", "text", "0", "1", "2", "-1", "1.0", "1.5", "01", "+1", " 1", "1 ", "1_0", "1x", "1e2", "0x1", "٣", "NaN"),
    *("true", "false", "True", "TRUE", "yes", "null", "[]", "{}", "99999999999999999999", "-99999999999999999999"),
)


def parameter_probes(sampler: Sampler) -> Iterator[Probe]:
    """Yield the probes of one operation."""
    for parameter in sampler.operation.parameters:
        if parameter["in"] in {"query", "header"} and parameter.get("required"):
            yield _probe(sampler, parameter, [])
        for texts in _candidates(parameter):
            yield _probe(sampler, parameter, texts)


def _candidates(parameter: Mapping[str, Any]) -> Iterator[list[str]]:
    schema = parameter["schema"]
    is_array = schema.get("type") == "array"
    single = schema.get("items", {}) if is_array else schema
    texts = [*_TEXTS, *(_text(value) for value in beyond(single))]
    # OpenAPI leaves it to the server whether a format is only said or also asked for.
    texts = [text for text in texts if fits_format(single, text)]
    # In a URL an empty array and an array of one empty text look the same, and a path without a value is another path.
    unclear = is_array or parameter["in"] != "query"
    # What stands around a header's value is no part of it.
    stripped = parameter["in"] == "header"
    yield from ([text] for text in texts if (text or not unclear) and not (stripped and text != text.strip()))
    if parameter["in"] == "query":
        first = next(iter(schema.get("enum", ["1"])))
        yield [_text(first), _text(first)]
        yield ["text", "other"]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ",".join(map(_text, value)) if isinstance(value, list) else str(value)


def _probe(sampler: Sampler, parameter: Mapping[str, Any], texts: list[str]) -> Probe:
    request = _with(sampler, parameter, texts)
    problem = sampler.validity.parameter_problem(lambda other: _sent(sampler, request, other), read_scalar)
    if_unsafe = Cost.RISK if problem else Cost.CALL
    cost = Cost.NOTHING if sampler.operation.method in SAFE_METHODS else if_unsafe
    name = f"{parameter['name']} {', '.join(map(repr, texts)) or 'missing'}"
    expected = Expected.REFUSED if problem else Expected.SUCCESS
    return Probe(CLAIM, name, sampler.operation, request, expected, cost)


def _with(sampler: Sampler, parameter: Mapping[str, Any], texts: list[str]) -> Request:
    request, name = sampler.plain(), parameter["name"]
    if parameter["in"] == "header":
        return request.with_header(name.lower().encode(), *(text.encode() for text in texts))
    if parameter["in"] == "path":
        path = sampler.path({name: texts[0]})
        return request.but(path=path)
    kept = [pair for pair in request.query.split(b"&") if pair and pair.split(b"=")[0] != quote(name).encode()]
    pairs = [*kept, *(f"{quote(name)}={quote(text)}".encode() for text in texts)]
    return request.but(query=b"&".join(pairs))


def _sent(sampler: Sampler, request: Request, parameter: Mapping[str, Any]) -> list[str]:
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in request.headers}
    path = sampler.path_values(request.path)
    return sent_texts(parameter, path, request.query.decode("latin-1"), headers)
