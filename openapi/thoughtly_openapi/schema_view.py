"""Schemas as the client needs them: as type annotations, and pared to what is checked before sending."""

from collections.abc import Mapping
from typing import Any

from thoughtly_openapi.loader import resolve

CHECKED = (
    "type", "nullable", "enum", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
    "minLength", "maxLength", "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties", "required",
)  # fmt: skip
"""Keywords that the client checks as they stand. Patterns and formats are left to the server: their dialects differ."""

NESTED = ("items", "not", "additionalProperties")
LISTED = ("allOf", "anyOf", "oneOf")
SCALARS = {"integer": "int", "number": "float", "boolean": "bool", "null": "None", "object": "Mapping[str, Any]"}
STRINGS = {"uuid": "str | UUID", "date": "str | datetime.date", "date-time": "str | datetime.datetime"}


def checkable(schema: Any) -> Any:
    """Return ``schema`` with only the keywords that the client checks; references name components."""
    if not isinstance(schema, Mapping):
        return schema
    if "$ref" in schema:
        return {"$ref": schema["$ref"].rsplit("/", 1)[-1]}
    pared: dict[str, Any] = {key: schema[key] for key in CHECKED if key in schema}
    pared |= {key: checkable(schema[key]) for key in NESTED if key in schema}
    pared |= {key: [checkable(part) for part in schema[key]] for key in LISTED if key in schema}
    if "properties" in schema:
        pared["properties"] = {name: checkable(part) for name, part in schema["properties"].items()}
    return pared


def annotation(spec: Mapping[str, Any], reference: Mapping[str, Any]) -> str:
    """Return the Python type of the values that a caller may pass for a schema."""
    schema = resolve(spec, reference)
    text = _annotation(spec, schema)
    return f"{text} | None" if schema.get("nullable") and text != "Any" else text


def _annotation(spec: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    if "enum" in schema:
        values = [value for value in schema["enum"] if value is not None]
        literal = all(isinstance(value, str | int) for value in values) and values
        return f"Literal[{', '.join(map(repr, values))}]" if literal else "Any"
    if parts := schema.get("oneOf") or schema.get("anyOf"):
        members = dict.fromkeys(annotation(spec, part) for part in parts)
        return "Any" if "Any" in members else " | ".join(members)
    if len(parts := schema.get("allOf", ())) == 1:
        return annotation(spec, parts[0])
    return _by_type(spec, schema)


def _by_type(spec: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    kind = schema.get("type")
    if kind == "array":
        return f"Sequence[{annotation(spec, schema.get('items', {}))}]"
    if kind == "string":
        return STRINGS.get(schema.get("format", ""), "str")
    return SCALARS.get(str(kind), "Any")
