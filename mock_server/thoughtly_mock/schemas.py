"""OpenAPI 3.0 schemas as JSON Schema, compiled once at start."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from jsonschema_rs import Draft202012Validator, ValidationError, ValidationErrorKind

Direction = Literal["request", "response"]

# Of the other direction: it may be missing, and OpenAPI gives it no meaning.
HIDDEN = {"request": "readOnly", "response": "writeOnly"}


class Schemas:
    """Compiles schemas of one spec for one direction."""

    def __init__(self, spec: Mapping[str, Any], direction: Direction) -> None:
        self.hidden = HIDDEN[direction]
        schemas = spec.get("components", {}).get("schemas", {})
        self.components = {"schemas": {name: self.convert(schema) for name, schema in schemas.items()}}

    def compile(self, schema: Mapping[str, Any]) -> Draft202012Validator:
        """Return a validator of ``schema``; formats are checked."""
        # References of the spec point into the document's own components.
        rooted = {"allOf": [self.convert(schema)], "components": self.components}
        return Draft202012Validator(rooted, validate_formats=True)

    def convert(self, schema: Any) -> Any:
        """Return what an OpenAPI 3.0 schema means in JSON Schema 2020-12."""
        if not isinstance(schema, Mapping):
            return schema
        if "$ref" in schema:
            return {"$ref": schema["$ref"]}
        converted = {key: self._convert_member(key, value) for key, value in schema.items() if not key.startswith("x-")}
        self._drop_hidden(converted, schema)
        _move_exclusive_bounds(converted)
        return _with_null(converted)

    def _convert_member(self, key: str, value: Any) -> Any:
        if key == "properties":
            return {name: self.convert(member) for name, member in value.items()}
        if key in {"items", "additionalProperties", "not"}:
            return self.convert(value)
        if key in {"allOf", "oneOf", "anyOf"}:
            return [self.convert(member) for member in value]
        return value

    def _drop_hidden(self, converted: dict[str, Any], schema: Mapping[str, Any]) -> None:
        properties = schema.get("properties", {})
        kept = [name for name in schema.get("required", ()) if not properties.get(name, {}).get(self.hidden)]
        if "required" in converted:
            converted["required"] = kept


def _move_exclusive_bounds(schema: dict[str, Any]) -> None:
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if schema.pop(exclusive, False) is True and bound in schema:
            schema[exclusive] = schema.pop(bound)


def _with_null(schema: dict[str, Any]) -> dict[str, Any]:
    # By OpenAPI 3.0.3 `nullable` has an effect only beside a `type`.
    if not schema.pop("nullable", False) or "type" not in schema:
        return schema
    if schema.keys() & {"allOf", "oneOf", "anyOf", "not"}:
        return {"anyOf": [{"type": "null"}, schema]}
    # Without a choice of schemas, faults are told where they are and not for the whole choice.
    nulls = {"type": [schema["type"], "null"]}
    return {**schema, **nulls, **({"enum": [*schema["enum"], None]} if "enum" in schema else {})}


def pointer(error: ValidationError) -> str:
    """Return the JSON pointer of the value that ``error`` is about."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in error.instance_path)


def errors_of(validator: Draft202012Validator, value: Any) -> Iterator[ValidationError]:
    """Yield what is wrong with ``value``; where one schema of a choice is clearly meant, what that one says."""
    for error in validator.iter_errors(value):
        yield from _told(error)


def _told(error: ValidationError) -> Iterator[ValidationError]:
    meant = _branches(error)
    # First of the right type, then, of several such, with the right properties.
    for kinds in _FORMS:
        if len(meant) > 1:
            meant = [branch for branch in meant if not any(_is_another(error, inner, kinds) for inner in branch)]
    if len(meant) != 1:
        yield error
        return
    for inner in meant[0]:
        yield from _told(inner)


_FORMS = (
    (ValidationErrorKind.Type,),
    (ValidationErrorKind.Required, ValidationErrorKind.AdditionalProperties),
)


def _branches(error: ValidationError) -> Sequence[Sequence[ValidationError]]:
    kind: Any = error.kind
    return kind.context if isinstance(kind, ValidationErrorKind.AnyOf | ValidationErrorKind.OneOfNotValid) else ()


def _is_another(outer: ValidationError, inner: ValidationError, kinds: tuple[type, ...]) -> bool:
    return isinstance(inner.kind, kinds) and inner.instance_path == outer.instance_path
