"""Whether a JSON value is what a pared schema allows. The first problem found is the one told."""

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from thoughtly_client.kinds import is_array, is_number, is_object
from thoughtly_client.operation import Schema

JSON_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "object": (dict,),
    "array": (list,),
}
COMBINING = frozenset({"allOf", "anyOf", "oneOf", "not"})
TOLD = (
    (type(None), "null"),
    (bool, "a boolean"),
    (int, "an integer"),
    (float, "a number"),
    (str, "a string"),
    (list, "an array"),
)


@dataclass(frozen=True, slots=True)
class Problem:
    """Where a value is not what the schema allows, and why."""

    field: str
    reason: str


Found = Problem | None


@dataclass(frozen=True, slots=True)
class Checker:
    """Checks values against schemas whose references name ``components``."""

    components: Mapping[str, Schema]

    def first_problem(self, schema: Schema, value: Any, field: str) -> Found:
        """Return the first problem of ``value``, or None."""
        while "$ref" in schema:
            schema = self.components[schema["$ref"]]
        if value is None and schema.get("nullable"):
            return None
        return (
            _type(schema, value, field)
            or ("enum" in schema and _enum(schema, value, field))
            or (not COMBINING.isdisjoint(schema) and self._combined(schema, value, field))
            or self._by_kind(schema, value, field)
            or None
        )

    def _by_kind(self, schema: Schema, value: Any, field: str) -> Found:
        if is_object(value):
            return self._object(schema, value, field)
        if is_array(value):
            return self._array(schema, value, field)
        if isinstance(value, str):
            return _size(schema, len(value), field, "Length", "characters")
        return _number(schema, value, field) if is_number(value) else None

    def _all_of(self, schema: Schema, value: Any, field: str) -> Found:
        return first(self.first_problem(part, value, field) for part in schema.get("allOf", ()))

    def _combined(self, schema: Schema, value: Any, field: str) -> Found:
        for keyword in ("anyOf", "oneOf"):
            problems = [self.first_problem(part, value, field) for part in schema.get(keyword, ())]
            fitting = problems.count(None)
            if problems and not fitting:
                return Problem(field, f"fits none of the {len(problems)} allowed forms")
            if keyword == "oneOf" and fitting > 1:
                return Problem(field, f"fits {fitting} of {len(problems)} forms where exactly one is allowed")
        if "not" in schema and self.first_problem(schema["not"], value, field) is None:
            return Problem(field, "has a form that is not allowed")
        return self._all_of(schema, value, field)

    def _object(self, schema: Schema, value: dict[str, Any], field: str) -> Found:
        for name in schema.get("required", ()):
            if name not in value:
                return Problem(_member(field, name), "is missing")
        members = (self._member(schema, name, item, field) for name, item in value.items())
        return _size(schema, len(value), field, "Properties", "properties") or first(members)

    def _member(self, schema: Schema, name: str, item: Any, field: str) -> Found:
        other = schema.get("additionalProperties", True)
        known = schema.get("properties", {}).get(name, other)
        if known is False:
            return Problem(_member(field, name), "is not a known property")
        return None if known is True else self.first_problem(known, item, _member(field, name))

    def _array(self, schema: Schema, value: list[Any], field: str) -> Found:
        if schema.get("uniqueItems") and any(_same(a, b) for i, a in enumerate(value) for b in value[:i]):
            return Problem(field, "has an item twice")
        items = schema.get("items", {})
        each = (self.first_problem(items, item, f"{field}[{index}]") for index, item in enumerate(value))
        return _size(schema, len(value), field, "Items", "items") or (first(each) if items else None)


def first(problems: Iterator[Found]) -> Found:
    """Return the first problem that there is."""
    return next(filter(None, problems), None)


def _member(field: str, name: str) -> str:
    return f"{field}.{name}" if field else name


def _type(schema: Schema, value: Any, field: str) -> Found:
    wanted = schema.get("type")
    if wanted is None or _is(wanted, value):
        return None
    article = "an" if wanted[0] in "aio" else "a"
    return Problem(field, f"must be {article} {wanted}, not {_told(value)}")


def _is(wanted: str, value: Any) -> bool:
    if isinstance(value, bool):
        return wanted == "boolean"
    if wanted == "integer" and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, JSON_TYPES.get(wanted, (object,)))


def _told(value: Any) -> str:
    return next((name for kind, name in TOLD if isinstance(value, kind)), "an object")


def _enum(schema: Schema, value: Any, field: str) -> Found:
    allowed = schema["enum"]
    if any(_same(value, entry) for entry in allowed):
        return None
    return Problem(field, "must be one of " + ", ".join(map(repr, allowed)))


def _same(a: Any, b: Any) -> bool:
    """Whether two values are the same to JSON Schema, to which 1 equals 1.0 and differs from true."""
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    if is_array(a) and is_array(b):
        return len(a) == len(b) and all(map(_same, a, b))
    if is_object(a) and is_object(b):
        return a.keys() == b.keys() and all(_same(a[key], b[key]) for key in a)
    return bool(a == b)


def _size(schema: Schema, size: int, field: str, suffix: str, what: str) -> Found:
    least, most = schema.get(f"min{suffix}"), schema.get(f"max{suffix}")
    if least is not None and size < least:
        return Problem(field, f"must have at least {least} {what}, not {size}")
    if most is not None and size > most:
        return Problem(field, f"must have at most {most} {what}, not {size}")
    return None


Bound = Callable[[Any, Any], bool]
BOUNDS: tuple[tuple[str, str, Bound, Bound], ...] = (
    ("minimum", "exclusiveMinimum", operator.ge, operator.gt),
    ("maximum", "exclusiveMaximum", operator.le, operator.lt),
)


def _number(schema: Schema, value: float, field: str) -> Found:
    for keyword, exclusive, inside, strictly_inside in BOUNDS:
        bound = schema.get(keyword)
        strict = schema.get(exclusive) is True
        if bound is not None and not (strictly_inside if strict else inside)(value, bound):
            but = ", which is excluded" if strict else ""
            return Problem(field, f"is beyond the {keyword} of {bound}{but}")
    step = schema.get("multipleOf")
    if step is not None and not float(value / step).is_integer():
        return Problem(field, f"must be a multiple of {step}")
    return None
