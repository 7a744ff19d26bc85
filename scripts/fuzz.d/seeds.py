"""Sound requests to damage: the test corpus, and one for each operation of the spec."""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from thoughtly_openapi.loader import Operation, operations, resolve

TESTS = Path(__file__).resolve().parents[2] / "tests" / "mock"
LONGEST = 200_000
VALUES = {"boolean": "true", "number": "1.5", "uuid": "3fa85f64-5717-4562-b3fc-2c963f66afa6", "date": "2024-02-29"}


def seeds(spec: Mapping[str, Any]) -> list[bytes]:
    """Return requests to start from. Magic contacts are answered with server errors on purpose: here are none."""
    sys.path.insert(0, str(TESTS))
    from raw_corpus import rows

    corpus = [row.data for row in rows() if len(row.data) < LONGEST]
    sound = [request_of(spec, operation) for operation in operations(spec)]
    # As often as the corpus, which speaks of one operation alone.
    return corpus + sound * (len(corpus) // len(sound))


def request_of(spec: Mapping[str, Any], operation: Operation) -> bytes:
    """Return a request of one operation, with a value for each parameter."""
    values = {
        (parameter["in"], parameter["name"]): value_of(spec, parameter.get("schema", {}))
        for parameter in operation.parameters
    }
    path, query = operation.path, []
    lines = ["host: mock", "connection: close", *(f"{name}: k" for name in key_names(spec))]
    for (place, name), value in values.items():
        path = path.replace(f"{{{name}}}", value) if place == "path" else path
        query += [f"{quote(name)}={value}"] if place == "query" else []
        lines += [f"{name}: {value}"] if place == "header" else []
    body = body_of(spec, operation)
    lines += ["content-type: application/json", f"content-length: {len(body)}"] if body else []
    first = f"{operation.method.upper()} {path}{'?' if query else ''}{'&'.join(query)} HTTP/1.1"
    return "\r\n".join([first, *lines, "", ""]).encode() + body


def key_names(spec: Mapping[str, Any]) -> Iterator[str]:
    """Yield the names of the headers that carry keys."""
    for scheme in spec.get("components", {}).get("securitySchemes", {}).values():
        yield scheme.get("name", "authorization")


def value_of(spec: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    """Return a value of a schema as it stands in a URL."""
    schema = resolve(spec, schema)
    if schema.get("type") == "array":
        return value_of(spec, schema.get("items", {}))
    if "enum" in schema:
        return quote(str(schema["enum"][0]))
    return VALUES.get(schema.get("format", ""), VALUES.get(schema.get("type", ""), "1"))


def body_of(spec: Mapping[str, Any], operation: Operation) -> bytes:
    """Return the first example of a body; where there is none, an empty object, or nothing."""
    media = resolve(spec, operation.definition.get("requestBody", {})).get("content", {})
    for one in media.values():
        examples = [resolve(spec, example).get("value") for example in one.get("examples", {}).values()]
        return json.dumps(next(iter(examples), {})).encode()
    return b""
