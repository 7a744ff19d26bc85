"""Faults in how parameters are read; they show only in operations that have some."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from thoughtly_contract.mutants.edits import parameters
from thoughtly_contract.mutants.mutant import Kind, Mutant, by_rules, by_wrap
from thoughtly_contract.mutants.rules import Rules
from thoughtly_contract.mutants.wrapped import Wrap
from thoughtly_contract.validity import read_scalar

Schema = dict[str, Any]


def _parameter(name: str, wrong: str, rules: Callable[[], Rules], kind: Kind = Kind.LAX) -> Mutant:
    return by_rules(name, kind, wrong, rules, widened=True)


def _mock_parameter(name: str, wrong: str, change: Callable[[Schema], None], kind: Kind = Kind.LAX) -> Mutant:
    return by_wrap(name, kind, wrong, lambda: Wrap(spec=parameters(change)), widened=True)


def _shift(key: str, by: int) -> Callable[[Schema], None]:
    def change(schema: Schema) -> None:
        if key in schema:
            schema[key] += by

    return change


def _any_integer(schema: Mapping[str, Any], text: str) -> Any:
    # Python's int() takes blanks, a plus sign, underscores and the digits of every script.
    try:
        return int(text) if schema.get("type") == "integer" else read_scalar(schema, text)
    except ValueError:
        return text


def _whole_float(schema: Mapping[str, Any], text: str) -> Any:
    value = read_scalar({"type": "number"}, text) if schema.get("type") == "integer" else read_scalar(schema, text)
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _any_case(schema: Mapping[str, Any], text: str) -> Any:
    return text.lower() if "enum" in schema else read_scalar(schema, text)


def _word_boolean(schema: Mapping[str, Any], text: str) -> Any:
    words = {"1": True, "0": False, "yes": True, "no": False, "True": True, "False": False}
    return words.get(text, read_scalar(schema, text)) if schema.get("type") == "boolean" else read_scalar(schema, text)


def _leading_integer(schema: Mapping[str, Any], text: str) -> Any:
    found = re.match("[0-9]+", text)
    return int(found[0]) if found and schema.get("type") == "integer" else read_scalar(schema, text)


def _clamped(schema: Mapping[str, Any], text: str) -> Any:
    value = read_scalar(schema, text)
    if not isinstance(value, int) or isinstance(value, bool):
        return value
    return min(max(value, schema.get("minimum", value)), schema.get("maximum", value))


PARAMETERS = (
    _mock_parameter("maximum-plus-one", "a maximum is one too high", _shift("maximum", 1)),
    _mock_parameter("minimum-minus-one", "a minimum is one too low", _shift("minimum", -1)),
    _mock_parameter("maximum-minus-one", "a maximum itself is refused", _shift("maximum", -1), Kind.STRICT),
    _mock_parameter("minimum-plus-one", "a minimum itself is refused", _shift("minimum", 1), Kind.STRICT),
    _mock_parameter("enum-free", "values outside an enum are taken", lambda schema: schema.pop("enum", None) and None),
    _mock_parameter(
        "enum-shortened",
        "the last value of an enum is refused",
        lambda schema: schema.update(enum=schema["enum"][:-1]) if "enum" in schema else None,
        Kind.STRICT,
    ),
    _parameter("enum-any-case", "values of an enum are compared without case", lambda: Rules(scalar=_any_case)),
    _parameter("python-integer", "integers are whatever Python's int() takes", lambda: Rules(scalar=_any_integer)),
    _parameter("float-integer", "1.0 is taken for an integer", lambda: Rules(scalar=_whole_float)),
    _parameter(
        "leading-integer",
        "what follows the digits of an integer does not matter",
        lambda: Rules(scalar=_leading_integer),
    ),
    _parameter("word-boolean", "1, yes and True are taken for true", lambda: Rules(scalar=_word_boolean)),
    _parameter("clamped", "what is out of bounds is silently moved within", lambda: Rules(scalar=_clamped)),
    _parameter(
        "one-entry-only",
        "an array of two entries is refused",
        lambda: Rules(
            texts=lambda texts: texts if len(texts) < 2 else ["\0"] * 2,
            scalar=lambda s, t: None if t == "\0" else read_scalar(s, t),
        ),
        Kind.STRICT,
    ),
)
