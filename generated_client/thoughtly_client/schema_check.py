"""Whether a JSON value is what a pared schema allows. The first problem found is the one told."""

import math
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


Found = Iterator[Problem]


@dataclass(frozen=True, slots=True)
class Checker:
    """Checks values against schemas whose references name ``components``."""

    components: Mapping[str, Schema]

    def first_problem(self, schema: Schema, value: Any, field: str) -> Problem | None:
        """Return the first problem of ``value``, or None."""
        return next(self._problems(schema, value, field), None)

    def _problems(self, schema: Schema, value: Any, field: str) -> Found:
        while "$ref" in schema:
            schema = self.components[schema["$ref"]]
        if value is None and schema.get("nullable"):
            return
        yield from _type(schema, value, field)
        yield from _enum(schema, value, field)
        yield from self._combined(schema, value, field)
        if is_object(value):
            yield from self._object(schema, value, field)
        elif is_array(value):
            yield from self._array(schema, value, field)
        else:
            yield from _scalar(schema, value, field)

    def _combined(self, schema: Schema, value: Any, field: str) -> Found:
        for part in schema.get("allOf", ()):
            yield from self._problems(part, value, field)
        for keyword in ("anyOf", "oneOf"):
            problems = [self.first_problem(part, value, field) for part in schema.get(keyword, ())]
            fitting = problems.count(None)
            if problems and not fitting:
                yield Problem(field, f"fits none of the {len(problems)} allowed forms")
            elif keyword == "oneOf" and fitting > 1:
                yield Problem(field, f"fits {fitting} of {len(problems)} forms where exactly one is allowed")
        if "not" in schema and self.first_problem(schema["not"], value, field) is None:
            yield Problem(field, "has a form that is not allowed")

    def _object(self, schema: Schema, value: dict[str, Any], field: str) -> Found:
        yield from _size(schema, len(value), field, "Properties", "properties")
        for name in schema.get("required", ()):
            if name not in value:
                yield Problem(_member(field, name), "is missing")
        known = schema.get("properties", {})
        other = schema.get("additionalProperties", True)
        for name, item in value.items():
            if name in known:
                yield from self._problems(known[name], item, _member(field, name))
            elif other is False:
                yield Problem(_member(field, name), "is not a known property")
            elif other is not True:
                yield from self._problems(other, item, _member(field, name))

    def _array(self, schema: Schema, value: list[Any], field: str) -> Found:
        yield from _size(schema, len(value), field, "Items", "items")
        if schema.get("uniqueItems") and any(_same(a, b) for i, a in enumerate(value) for b in value[:i]):
            yield Problem(field, "has an item twice")
        items = schema.get("items", {})
        if items:
            for index, item in enumerate(value):
                yield from self._problems(items, item, f"{field}[{index}]")


def _member(field: str, name: str) -> str:
    return f"{field}.{name}" if field else name


def _type(schema: Schema, value: Any, field: str) -> Found:
    wanted = schema.get("type")
    if wanted is None or _is(wanted, value):
        return
    article = "an" if wanted[0] in "aio" else "a"
    yield Problem(field, f"must be {article} {wanted}, not {_told(value)}")


def _is(wanted: str, value: Any) -> bool:
    if isinstance(value, bool):
        return wanted == "boolean"
    if wanted == "integer" and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, JSON_TYPES.get(wanted, (object,)))


def _told(value: Any) -> str:
    return next((name for kind, name in TOLD if isinstance(value, kind)), "an object")


def _enum(schema: Schema, value: Any, field: str) -> Found:
    allowed = schema.get("enum")
    if allowed is not None and not any(_same(value, entry) for entry in allowed):
        yield Problem(field, "must be one of " + ", ".join(map(repr, allowed)))


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
    if size < schema.get(f"min{suffix}", 0):
        yield Problem(field, f"must have at least {schema[f'min{suffix}']} {what}, not {size}")
    if size > schema.get(f"max{suffix}", math.inf):
        yield Problem(field, f"must have at most {schema[f'max{suffix}']} {what}, not {size}")


def _scalar(schema: Schema, value: Any, field: str) -> Found:
    if isinstance(value, str):
        yield from _size(schema, len(value), field, "Length", "characters")
    elif is_number(value):
        yield from _number(schema, value, field)


Bound = Callable[[Any, Any], bool]
BOUNDS: tuple[tuple[str, str, Bound, Bound], ...] = (
    ("minimum", "exclusiveMinimum", lambda value, bound: value >= bound, lambda value, bound: value > bound),
    ("maximum", "exclusiveMaximum", lambda value, bound: value <= bound, lambda value, bound: value < bound),
)


def _number(schema: Schema, value: float, field: str) -> Found:
    for keyword, exclusive, inside, strictly_inside in BOUNDS:
        bound = schema.get(keyword)
        holds = strictly_inside if schema.get(exclusive) is True else inside
        if bound is not None and not holds(value, bound):
            but = ", which is excluded" if holds is strictly_inside else ""
            yield Problem(field, f"is beyond the {keyword} of {bound}{but}")
    step = schema.get("multipleOf")
    if step is not None and not float(value / step).is_integer():
        yield Problem(field, f"must be a multiple of {step}")
