"""Holds one request against a spec, as strictly as its schemas allow."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

import jsonschema_rs

from thoughtly_openapi.loader import Operation, escape, resolve

Spec = Mapping[str, Any]
HIDDEN = "the value"
"""What stands for values in messages: they may be keys, or somebody's telephone number."""
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?", re.ASCII)
_SCALARS = {"integer": _NUMBER, "number": _NUMBER, "boolean": re.compile("true|false")}


class Validity:
    """Says what is wrong with the parts of a request to one operation."""

    def __init__(self, spec: Spec, operation: Operation, *, formats: bool = True) -> None:
        """Compile every schema once.

        Args:
            spec: the compiled spec.
            operation: one of its operations.
            formats: whether a value must have the format that its schema names.
        """
        self._formats = formats
        self._components = json_schema(spec.get("components", {}))
        self._parameters = [(entry, self._validator(entry["schema"])) for entry in operation.parameters]
        body = resolve(spec, operation.definition.get("requestBody", {}))
        media = body.get("content", {}).get("application/json")
        self._body = self._validator(media["schema"]) if media else None
        self.takes_body = media is not None
        self.needs_body: bool = body.get("required", False)

    def _validator(self, schema: Any) -> Any:
        rooted = {"allOf": [json_schema(schema)], "components": self._components}
        return jsonschema_rs.Draft4Validator(rooted, validate_formats=self._formats, mask=HIDDEN)

    def fits(self, body: Any) -> bool:
        """Whether a JSON value is a body that the schema allows."""
        return bool(self._body is None or self._body.is_valid(body))

    def body_problem(self, body: Any) -> str | None:
        """Return the first thing that is wrong with a JSON value as the body, without the value; None for nothing."""
        return None if self._body is None else first_problem(self._body, body)

    def parameter_problem(
        self,
        texts_of: Callable[[Mapping[str, Any]], Sequence[str]],
        scalar: Callable[[Mapping[str, Any], str], Any],
    ) -> str | None:
        """Return the first thing that is wrong with the parameters, or None.

        Args:
            texts_of: the texts that a request gives for a parameter, none where it is missing.
            scalar: a text as a value of a schema's type.
        """
        for parameter, validator in self._parameters:
            if problem := _parameter_problem(parameter, validator, texts_of(parameter), scalar):
                return problem
        return None


def first_problem(validator: Any, value: Any) -> str | None:
    """Return where a value first breaks a schema, as a JSON pointer, and how; None where it fits."""
    error = next(validator.iter_errors(value), None)
    if error is None:
        return None
    pointer = "".join(f"/{escape(str(part))}" for part in error.instance_path)
    return f"{pointer or 'the whole'}: {error.message}"


def fits_format(schema: Mapping[str, Any], text: str) -> bool:
    """Whether a text has the format that a schema names; it has every format that is not known."""
    named = {"format": schema.get("format", "")}
    # Draft 4, in which OpenAPI 3.0 schemas are read, knows fewer formats than they use.
    return bool(jsonschema_rs.Draft202012Validator(named, validate_formats=True).is_valid(text))


def read_json(body: bytes) -> Any:
    """Return a body as JSON.

    Raises:
        ValueError: it is not UTF-8, or not JSON.
    """
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)
    except RecursionError as error:
        raise ValueError("it is nested too deep") from error


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def sent_texts(
    parameter: Mapping[str, Any], path: Mapping[str, str], query: str, headers: Mapping[str, str]
) -> list[str]:
    """Return what a request gives for a parameter."""
    name = parameter["name"]
    if parameter["in"] == "path":
        return [path[name]]
    if parameter["in"] == "header":
        return [headers[name.lower()]] if name.lower() in headers else []
    return [value for key, value in parse_qsl(query, keep_blank_values=True) if key == name]


def _parameter_problem(
    parameter: Mapping[str, Any],
    validator: Any,
    texts: Sequence[str],
    scalar: Callable[[Mapping[str, Any], str], Any],
) -> str | None:
    name = parameter["name"]
    if not texts:
        return f"{name} is missing" if parameter.get("required") else None
    schema = parameter["schema"]
    if schema.get("type") == "array":
        exploded = parameter.get("explode", parameter["in"] == "query")
        value: Any = [scalar(schema["items"], text) for text in (texts if exploded else texts[0].split(","))]
    elif len(texts) > 1:
        return f"{name} is given twice"
    else:
        value = scalar(schema, texts[0])
    return None if validator.is_valid(value) else f"{name} does not fit its schema"


def read_scalar(schema: Mapping[str, Any], text: str) -> Any:
    """Return a parameter's text as a value of its schema's type; text where it is none of it."""
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
