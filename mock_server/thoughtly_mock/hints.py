"""What a faulty request probably meant, told beside what is wrong with it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from jsonschema_rs import ValidationError, ValidationErrorKind

from thoughtly_mock.near_misses import meant, question
from thoughtly_mock.parameters import REQUIRED, Parameter, Received
from thoughtly_mock.problems import Fault
from thoughtly_openapi.loader import resolve


class BodyHints:
    """Finds properties under wrong names in bodies of one schema."""

    def __init__(self, spec: Mapping[str, Any], schema: Mapping[str, Any], aliases: Mapping[str, str]) -> None:
        """Look for wrong names.

        Args:
            spec: the spec that the schema is of.
            schema: of the bodies.
            aliases: names that are sent by mistake, and the property at the body's top that was meant.
        """
        self._spec, self._schema, self._aliases = spec, schema, aliases

    def of(self, error: ValidationError) -> str:
        """Return what to add to an error's message: nothing, or what was probably meant."""
        kind, sent = error.kind, error.instance
        required = kind.property if isinstance(kind, ValidationErrorKind.Required) else None
        surplus = isinstance(kind, ValidationErrorKind.AdditionalProperties)
        if (required is None and not surplus) or not isinstance(sent, Mapping):
            return ""
        known = self._properties(error.instance_path)
        missing = [required] if required is not None else [name for name in known if name not in sent]
        aliases = {} if error.instance_path else self._aliases
        found = meant((name for name in sent if name not in known), missing, aliases)
        return "".join(f"; {question(unknown, name)}" for name, unknown in found.items())

    def _properties(self, path: Sequence[str | int]) -> Mapping[str, Any]:
        """Return the schemas of all properties that the value at ``path`` of a body can have."""
        schemas = [self._schema]
        for step in path:
            schemas = [member for schema in schemas for member in self._members(schema, step)]
        return {
            name: member
            for schema in schemas
            for part in self._parts(schema)
            for name, member in part.get("properties", {}).items()
        }

    def _members(self, schema: Mapping[str, Any], step: str | int) -> Iterator[Mapping[str, Any]]:
        for part in self._parts(schema):
            if isinstance(step, int):
                member = part.get("items")
            else:
                member = part.get("properties", {}).get(step, part.get("additionalProperties"))
            if isinstance(member, Mapping):
                yield member

    def _parts(self, schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        """Yield the schemas that a schema is put together from, itself too."""
        schema = resolve(self._spec, schema)
        yield schema
        for key in ("allOf", "oneOf", "anyOf"):
            for part in schema.get(key, ()):
                yield from self._parts(part)


def with_parameter_hints(
    faults: Sequence[Fault], parameters: Sequence[Parameter], received: Received
) -> Sequence[Fault]:
    """Return the faults of a request with what its unknown query and header names probably meant.

    An unknown name alone is no fault; where there are faults, a likely typing error explains more than it costs.
    """
    queries = _found("query", parameters, received.query)
    headers = _found("header", parameters, received.header)
    told = [_explained(fault, {"query": queries, "header": headers}.get(fault.place, {})) for fault in faults]
    explained = {fault.pointer for fault in faults if fault.place == "query" and fault.detail == REQUIRED}
    extra = [
        Fault("query", sent, f"means nothing; {question(sent, name)}")
        for name, sent in queries.items()
        if name not in explained
    ]
    return [*told, *extra]


def _found(place: str, parameters: Sequence[Parameter], sent: Mapping[str, Any]) -> Mapping[str, str]:
    """Return the names of parameters that were not sent, each with the unknown name that was sent for it."""
    names = {_key(place, parameter.name): parameter.name for parameter in parameters if parameter.place == place}
    unknown = [name for name in sent if name not in names]
    return meant(unknown, [name for key, name in names.items() if key not in sent]) if names else {}


def _key(place: str, name: str) -> str:
    return name.lower() if place == "header" else name


def _explained(fault: Fault, found: Mapping[str, str]) -> Fault:
    if fault.detail != REQUIRED or fault.pointer not in found:
        return fault
    return replace(fault, detail=f"{fault.detail}; {question(found[fault.pointer], fault.pointer)}")
