"""Path, query and header parameters: from their text to the values that schemas speak of."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jsonschema_rs import Draft202012Validator

from thoughtly_mock.problems import Fault
from thoughtly_mock.schemas import Schemas, pointer
from thoughtly_openapi.loader import Operation, resolve

INTEGER = re.compile(r"-?(0|[1-9][0-9]*)", re.ASCII)
NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?", re.ASCII)
MAX_DIGITS = 400
REQUIRED = "is required"


@dataclass(frozen=True, slots=True)
class Received:
    """The parameters of a request as they came."""

    path: Mapping[str, str]
    query: Mapping[str, Sequence[str]]
    header: Mapping[str, str]
    """By lower-case name."""


class Parameter:
    """One parameter of an operation, ready to check."""

    def __init__(self, spec: Mapping[str, Any], definition: Mapping[str, Any], schemas: Schemas) -> None:
        self.name: str = definition["name"]
        self.place: str = definition["in"]
        self.required: bool = definition.get("required", False)
        self.allows_empty: bool = definition.get("allowEmptyValue", False)
        # Only in the query is there a way to name each value.
        self.explodes: bool = self.place == "query" and definition.get("explode", True)
        schema = resolve(spec, definition.get("schema", {}))
        self.is_array = schema.get("type") == "array"
        self.types = _types(spec, schema.get("items", {}) if self.is_array else schema)
        self.validator: Draft202012Validator = schemas.compile(definition.get("schema", {}))

    def faults(self, received: Received) -> Iterator[Fault]:
        """Yield what is wrong with this parameter in a request."""
        texts = self._texts(received)
        if texts is None:
            if self.required:
                yield self._fault(REQUIRED)
            return
        if len(texts) > 1 and not self.is_array:
            yield self._fault(f"is given {len(texts)} times")
            return
        for error in self.validator.iter_errors(self._value(texts)):
            yield Fault(self.place, self.name + pointer(error), error.message)

    def _value(self, texts: Sequence[str]) -> Any:
        values = [_value(text, self.types) for text in texts]
        if not self.is_array:
            return values[0]
        # `tags=` can be an array of one empty text, or an empty array: in a URL the two look the same.
        return [] if texts == [""] and not self.validator.is_valid(values) else values

    def _texts(self, received: Received) -> list[str] | None:
        if self.place == "query":
            texts = received.query.get(self.name)
        else:
            named = self.name if self.place == "path" else self.name.lower()
            text = getattr(received, self.place).get(named)
            texts = None if text is None else [text]
        if texts and self.is_array and not self.explodes:
            blanks = " \t" if self.place == "header" else ""
            return [part.strip(blanks) for text in texts for part in text.split(",")]
        return None if texts is None else list(texts)

    def _fault(self, detail: str) -> Fault:
        return Fault(self.place, self.name, detail)


def parameters(spec: Mapping[str, Any], operation: Operation, schemas: Schemas) -> tuple[Parameter, ...]:
    """Return the parameters of an operation; by the OpenAPI Specification three header names are no parameters."""
    ignored = {"accept", "content-type", "authorization"}
    return tuple(
        Parameter(spec, definition, schemas)
        for definition in operation.parameters
        if definition["in"] != "header" or definition["name"].lower() not in ignored
    )


def _types(spec: Mapping[str, Any], schema: Mapping[str, Any]) -> frozenset[str]:
    schema = resolve(spec, schema)
    if "type" in schema:
        return frozenset({schema["type"], *({"null"} if schema.get("nullable") else ())})
    members = [member for key in ("oneOf", "anyOf", "allOf") for member in schema.get(key, ())]
    return frozenset().union(*(_types(spec, member) for member in members))


READERS: dict[str, Callable[[str], Any]] = {
    "integer": lambda text: int(text) if INTEGER.fullmatch(text) and len(text) < MAX_DIGITS else None,
    "number": lambda text: float(text) if NUMBER.fullmatch(text) and len(text) < MAX_DIGITS else None,
    "boolean": lambda text: {"true": True, "false": False}.get(text),
}


def _value(text: str, types: frozenset[str]) -> Any:
    """Read ``text`` as one of ``types``; what reads as none of them stays text, for the schema to refuse."""
    for name in ("integer", "number", "boolean"):
        if name in types and (value := READERS[name](text)) is not None:
            return value
    return text
