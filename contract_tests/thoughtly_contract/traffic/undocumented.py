"""Properties that a schema lets through without knowing them."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from thoughtly_openapi.loader import escape, resolve

Spec = Mapping[str, Any]
_DEEPEST = 40
_MOST = 50


def undocumented(spec: Spec, schema: Mapping[str, Any], value: Any) -> Sequence[str]:
    """Return JSON pointers to properties that no schema names, ``*`` for each item of an array; 50 at most.

    An object whose schema names no property, or says what all others are, has none of these: it is free by design.
    """
    return list(islice(dict.fromkeys(_undocumented(spec, [schema], value, "", 0)), _MOST))


def _undocumented(spec: Spec, schemas: Sequence[Any], value: Any, pointer: str, depth: int) -> Iterator[str]:
    parts = [part for schema in schemas for part in _parts(spec, schema, 0)]
    if depth > _DEEPEST or not parts:
        return
    if isinstance(value, list):
        items = [part["items"] for part in parts if "items" in part]
        for item in value:
            yield from _undocumented(spec, items, item, f"{pointer}/*", depth + 1)
    if not isinstance(value, dict):
        return
    is_free = any("additionalProperties" in part for part in parts) or not any("properties" in part for part in parts)
    for name, member in value.items():
        known = [part["properties"][name] for part in parts if name in part.get("properties", {})]
        if known:
            yield from _undocumented(spec, known, member, f"{pointer}/{escape(name)}", depth + 1)
        elif not is_free:
            yield f"{pointer}/{escape(name)}"


def _parts(spec: Spec, schema: Any, depth: int) -> Iterator[Mapping[str, Any]]:
    """Yield a schema and everything that it is made of."""
    schema = resolve(spec, schema)
    if depth > _DEEPEST:
        return
    yield schema
    for keyword in ("allOf", "oneOf", "anyOf"):
        for member in schema.get(keyword, ()):
            yield from _parts(spec, member, depth + 1)
