"""Holds one request against a spec, as strictly as its schemas allow."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, unquote

import jsonschema_rs

from thoughtly_openapi.loader import Operation, resolve

Spec = Mapping[str, Any]
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_SCALARS = {"integer": _NUMBER, "number": _NUMBER, "boolean": re.compile("true|false")}


class RequestChecker:
    """Says what is wrong with a request to one operation."""

    def __init__(self, spec: Spec, operation: Operation) -> None:
        """Compile every schema once."""
        self._components = json_schema(spec.get("components", {}))
        self._parameters = [(entry, self._validator(entry["schema"])) for entry in operation.parameters]
        body = resolve(spec, operation.definition.get("requestBody", {}))
        media = body.get("content", {}).get("application/json")
        self._body = self._validator(media["schema"]) if media else None
        self._body_required = body.get("required", False)

    def _validator(self, schema: Any) -> Any:
        rooted = {"allOf": [json_schema(schema)], "components": self._components}
        return jsonschema_rs.Draft4Validator(rooted, validate_formats=True)

    def problem(self, path: Mapping[str, str], query: str, headers: Mapping[str, str], body: bytes) -> str | None:
        """Return the first thing that is wrong, or None."""
        pairs = parse_qsl(query, keep_blank_values=True)
        for parameter, validator in self._parameters:
            raw = _raw(parameter, path, pairs, headers)
            if problem := _parameter_problem(parameter, validator, raw):
                return problem
        return self._body_problem(headers, body)

    def _body_problem(self, headers: Mapping[str, str], body: bytes) -> str | None:
        if self._body is None or (not body and not self._body_required):
            return None
        if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            return "the body is not application/json"
        try:
            value = json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)
        except (ValueError, RecursionError):
            return "the body is not JSON"
        return None if self._body.is_valid(value) else "the body does not fit its schema"


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _raw(
    parameter: Mapping[str, Any],
    path: Mapping[str, str],
    pairs: Sequence[tuple[str, str]],
    headers: Mapping[str, str],
) -> list[str]:
    name = parameter["name"]
    if parameter["in"] == "path":
        return [path[name]]
    if parameter["in"] == "header":
        return [headers[name.lower()]] if name.lower() in headers else []
    return [value for key, value in pairs if key == name]


def _parameter_problem(parameter: Mapping[str, Any], validator: Any, raw: list[str]) -> str | None:
    name = parameter["name"]
    if not raw:
        return f"{name} is missing" if parameter.get("required") else None
    schema = parameter["schema"]
    if schema.get("type") == "array":
        exploded = parameter.get("explode", parameter["in"] == "query")
        texts = raw if exploded else raw[0].split(",")
        value: Any = [_coerced(schema["items"], text) for text in texts]
    elif len(raw) > 1:
        return f"{name} is given twice"
    else:
        value = _coerced(schema, raw[0])
    return None if validator.is_valid(value) else f"{name} does not fit its schema"


def _coerced(schema: Mapping[str, Any], text: str) -> Any:
    pattern = _SCALARS.get(schema.get("type", "string"))
    return json.loads(text) if pattern and pattern.fullmatch(text) else text


def json_schema(node: Any) -> Any:
    """Return an OpenAPI 3.0 schema, or anything around one, as JSON Schema: `nullable` spelled out."""
    if isinstance(node, list):
        return [json_schema(entry) for entry in node]
    if not isinstance(node, dict):
        return node
    plain = {key: json_schema(value) for key, value in node.items() if key != "nullable"}
    return {"anyOf": [plain, {"type": "null"}]} if node.get("nullable") is True else plain


def path_pattern(template: str) -> re.Pattern[str]:
    """Return what matches the paths of a templated path, with a group per parameter, numbered from one."""
    parts = re.split(r"\{[^}]+\}", template)
    return re.compile("([^/]+)".join(map(re.escape, parts)))


def path_values(template: str, match: re.Match[str]) -> dict[str, str]:
    """Return the decoded parameters of a path that matched."""
    return dict(zip(re.findall(r"\{([^}]+)\}", template), map(unquote, match.groups()), strict=True))
