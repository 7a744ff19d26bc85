"""What of the spec a run has tried: statuses, combinations of keys, keywords of the schemas."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import jsonschema_rs

from thoughtly_contract.exchange import Request
from thoughtly_contract.keys import Key
from thoughtly_contract.recording import Exchange
from thoughtly_contract.validity import json_schema
from thoughtly_openapi.loader import Operation, operations, resolve

Spec = Mapping[str, Any]
_KEYWORDS = frozenset(
    {
        *("type", "required", "enum", "pattern", "format", "minLength", "maxLength", "minimum", "maximum"),
        *("exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minItems", "maxItems", "uniqueItems"),
        *("minProperties", "maxProperties", "additionalProperties", "allOf", "anyOf", "oneOf", "not"),
    }
)


@dataclass(slots=True)
class OperationCoverage:
    """What was tried of one operation."""

    operation: Operation
    keywords: Mapping[str, list[int]]
    """By pointer into the schema of the JSON body: bodies that fitted altogether, bodies that broke this keyword."""
    validator: Any
    statuses: Counter[int] = field(default_factory=Counter)
    keys: dict[tuple[str, ...], Counter[int]] = field(default_factory=dict)
    """By the state of each key, how often which status was answered."""

    @property
    def label(self) -> str:
        """Method and path."""
        return f"{self.operation.method.upper()} {self.operation.path}"


class Coverage:
    """Listens to everything that is sent."""

    def __init__(self, spec: Spec, keys: tuple[Key, ...]) -> None:
        self._keys = keys
        self.requests = 0
        self.operations = {entry.operation_id: _coverage(spec, entry) for entry in operations(spec)}

    def __call__(self, exchange: Exchange) -> None:
        """Take note of one exchange."""
        self.requests += 1
        if exchange.operation is None:
            return
        known, status = self.operations[exchange.operation.operation_id], exchange.answer.status
        known.statuses[status] += 1
        states = tuple(_state(key, exchange.request) for key in self._keys)
        known.keys.setdefault(states, Counter())[status] += 1
        if exchange.request.body and known.validator is not None:
            _note_keywords(known, exchange.request.body)

    def to_json(self) -> list[dict[str, Any]]:
        """Return the coverage as a JSON value."""
        return [self._one(known) for known in self.operations.values()]

    def _one(self, known: OperationCoverage) -> dict[str, Any]:
        documented = list(known.operation.definition["responses"])
        return {
            "operation": known.operation.operation_id,
            "label": known.label,
            "statuses": {str(status): count for status, count in sorted(known.statuses.items())},
            "documented": documented,
            "keywords": [
                {"pointer": pointer, "fitted": counts[0], "broken": counts[1]}
                for pointer, counts in known.keywords.items()
            ],
            "keys": [
                {
                    "states": dict(zip((key.header for key in self._keys), states, strict=True)),
                    "statuses": {str(status): count for status, count in sorted(counts.items())},
                }
                for states, counts in sorted(known.keys.items())
            ],
        }


def _coverage(spec: Spec, operation: Operation) -> OperationCoverage:
    body = resolve(spec, operation.definition.get("requestBody", {}))
    media = body.get("content", {}).get("application/json")
    if media is None:
        return OperationCoverage(operation, {}, None)
    schema = json_schema(_inlined(spec, media.get("schema", {}), 0))
    return OperationCoverage(
        operation, {pointer: [0, 0] for pointer in _pointers(schema, "")}, jsonschema_rs.Draft4Validator(schema)
    )


def _inlined(spec: Spec, node: Any, depth: int) -> Any:
    """Return a schema without references, so that a pointer into it says where; recursion ends in anything."""
    if isinstance(node, list):
        return [_inlined(spec, entry, depth) for entry in node]
    if not isinstance(node, Mapping):
        return node
    if "$ref" in node:
        return _inlined(spec, resolve(spec, node), depth + 1) if depth < 8 else {}
    return {name: _inlined(spec, value, depth) for name, value in node.items()}


def _pointers(node: Any, pointer: str) -> Iterator[str]:
    if isinstance(node, list):
        for number, entry in enumerate(node):
            yield from _pointers(entry, f"{pointer}/{number}")
    if not isinstance(node, Mapping):
        return
    for name, value in node.items():
        inside = f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"
        if pointer.endswith("/properties"):
            yield from _pointers(value, inside)
        elif name in _KEYWORDS:
            yield inside
            yield from _pointers(value, inside) if name not in {"enum", "required"} else ()
        elif name in {"properties", "items"}:
            yield from _pointers(value, inside)


def _note_keywords(known: OperationCoverage, body: bytes) -> None:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return
    try:
        broken = {_pointer_of(error) for error in known.validator.iter_errors(value)}
    except ValueError:
        # A number or a nesting that no validator reads.
        return
    for pointer, counts in known.keywords.items():
        counts[0] += not broken
        counts[1] += pointer in broken


def _pointer_of(error: Any) -> str:
    escaped = (str(part).replace("~", "~0").replace("/", "~1") for part in error.schema_path)
    return "/" + "/".join(escaped)


def _state(key: Key, request: Request) -> str:
    values = request.all(key.header.lower().encode())
    if not values:
        return "missing"
    if len(values) > 1:
        return "repeated"
    if not values[0]:
        return "empty"
    return "good" if values[0] == key.value.encode() else "other"
