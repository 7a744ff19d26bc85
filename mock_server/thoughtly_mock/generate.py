"""Values that a schema allows, the same for the same seed."""

import base64
import hashlib
import random
import re
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import rstr

from thoughtly_openapi.loader import resolve

# Optional members of a schema that contains itself end here.
MAX_DEPTH = 4
EPOCH = datetime(2024, 1, 1, tzinfo=UTC)


class Generator:
    """Makes values of the schemas of one spec."""

    def __init__(self, spec: Mapping[str, Any], seed: str) -> None:
        self.spec = spec
        # Not for secrets: the point is that the same seed gives the same value.
        self.random = random.Random(hashlib.sha256(seed.encode()).digest())  # noqa: S311

    def value(self, schema: Mapping[str, Any], depth: int = 0) -> Any:
        """Return a value that ``schema`` allows; its own example, if it has one."""
        schema = resolve(self.spec, schema)
        for key in ("example", "default"):
            if key in schema:
                return schema[key]
        if "enum" in schema:
            return self.random.choice(schema["enum"])
        if schema.get("nullable") and depth >= MAX_DEPTH:
            return None
        return self._composed(schema, depth)

    def _composed(self, schema: Mapping[str, Any], depth: int) -> Any:
        if schema.keys() & {"allOf", "oneOf", "anyOf"}:
            return self.value(self.flat(schema), depth)
        makers: dict[str, Callable[[Mapping[str, Any], int], Any]] = {
            "object": self._object,
            "array": self._array,
            "string": self._string,
            "integer": self._integer,
            "number": self._number,
            "boolean": lambda _schema, _depth: self.random.random() < 0.5,
        }
        return makers[_kind(schema)](schema, depth)

    def flat(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the one schema that a schema, put together from others, is followed as."""
        schema = resolve(self.spec, schema)
        if "allOf" in schema:
            schema = self._merged(schema)
        for key in ("oneOf", "anyOf"):
            if key in schema:
                rest = {name: value for name, value in schema.items() if name != key}
                return self.flat(_merge(rest, resolve(self.spec, schema[key][0])))
        return schema

    def _merged(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        merged = {name: value for name, value in schema.items() if name != "allOf"}
        for member in schema["allOf"]:
            resolved = resolve(self.spec, member)
            merged = _merge(merged, self._merged(resolved) if "allOf" in resolved else resolved)
        return merged

    def _object(self, schema: Mapping[str, Any], depth: int) -> dict[str, Any]:
        required = schema.get("required", ())
        properties = schema.get("properties", {})
        made = {
            name: self.value(member, depth + 1)
            for name, member in properties.items()
            if name in required or (depth < MAX_DEPTH and not resolve(self.spec, member).get("writeOnly"))
        }
        others = schema.get("additionalProperties", True)
        made |= {name: self._other(others, depth) for name in required if name not in made}
        # Where a schema says that anything may stand there, readers must take anything.
        free = depth < MAX_DEPTH and not properties and "additionalProperties" in schema
        wanted = max(schema.get("minProperties", 0), min(int(free), schema.get("maxProperties", 1)))
        while others is not False and len(made) < wanted:
            made[_word(self.random)] = self._other(others, depth)
        return made

    def _other(self, schema: Any, depth: int) -> Any:
        """Return the value of a property that the schema does not name."""
        return self.value(schema, depth + 1) if isinstance(schema, Mapping) and schema else _word(self.random)

    def _array(self, schema: Mapping[str, Any], depth: int) -> list[Any]:
        least = schema.get("minItems", 0)
        wanted = max(least, min(1, schema.get("maxItems", 1))) if depth < MAX_DEPTH else least
        items: list[Any] = []
        for _ in range(wanted * 20):
            item = self.value(schema.get("items", {}), depth + 1)
            if not (schema.get("uniqueItems") and item in items):
                items.append(item)
            if len(items) >= wanted:
                break
        return items

    def _string(self, schema: Mapping[str, Any], _depth: int) -> str:
        if "pattern" in schema and (found := self._matching(schema["pattern"])) is not None:
            return found
        text = FORMATS.get(schema.get("format", ""), _word)(self.random)
        least, most = schema.get("minLength", 0), schema.get("maxLength", len(text))
        return text.ljust(least, "x")[: max(most, least)]

    def _matching(self, pattern: str) -> str | None:
        """Return a text of a pattern; None for one that only ECMAScript can read."""
        try:
            return rstr.Rstr(self.random).xeger(pattern)
        except (re.error, ValueError, OverflowError):
            return None

    def _integer(self, schema: Mapping[str, Any], _depth: int) -> int:
        step = schema.get("multipleOf", 1)
        low, high = _bounds(schema, 1)
        return int(step * self.random.randint(-(-low // step), max(-(-low // step), high // step)))

    def _number(self, schema: Mapping[str, Any], _depth: int) -> float:
        low, high = _bounds(schema, 0.01)
        step = schema.get("multipleOf")
        value = low + (high - low) * self.random.random()
        return float(step * -(-low // step)) if step else round(value, 2) if high - low >= 1 else value


def _bounds(schema: Mapping[str, Any], gap: float) -> tuple[Any, Any]:
    low = schema.get("minimum", min(0, schema.get("maximum", 0) - 100))
    high = schema.get("maximum", max(low, 0) + 100)
    return low + gap * bool(schema.get("exclusiveMinimum")), high - gap * bool(schema.get("exclusiveMaximum"))


def _kind(schema: Mapping[str, Any]) -> str:
    if "type" in schema:
        return str(schema["type"])
    return "array" if "items" in schema else "object"


def _merge(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    merged = {**one, **other}
    if "properties" in one and "properties" in other:
        merged["properties"] = {**one["properties"], **other["properties"]}
    if "required" in one and "required" in other:
        merged["required"] = [*one["required"], *other["required"]]
    return merged


def _word(source: random.Random) -> str:
    return "".join(source.choices("abcdefghijklmnopqrstuvwxyz", k=8))


def _moment(source: random.Random) -> datetime:
    return EPOCH + timedelta(seconds=source.randrange(31_536_000))


FORMATS: dict[str, Callable[[random.Random], str]] = {
    "uuid": lambda source: str(uuid.UUID(int=source.getrandbits(128), version=4)),
    "date": lambda source: _moment(source).date().isoformat(),
    "date-time": lambda source: _moment(source).isoformat().replace("+00:00", "Z"),
    "time": lambda source: _moment(source).time().isoformat() + "Z",
    "email": lambda source: f"{_word(source)}@example.com",
    "uri": lambda source: f"https://example.com/{_word(source)}",
    "hostname": lambda source: f"{_word(source)}.example.com",
    "ipv4": lambda source: f"192.0.2.{source.randrange(1, 255)}",
    "ipv6": lambda source: f"2001:db8::{source.randrange(1, 65535):x}",
    "byte": lambda source: base64.b64encode(_word(source).encode()).decode(),
}
