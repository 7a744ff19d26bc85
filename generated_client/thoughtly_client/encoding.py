"""From Python values to what goes over the wire."""

import json
import math
from collections.abc import Iterable
from datetime import date, datetime
from enum import Enum
from typing import Any
from urllib.parse import quote
from uuid import UUID

from thoughtly_client.errors import InvalidArgumentError
from thoughtly_client.kinds import is_array, is_mapping, is_sequence

ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False, check_circular=False)
DEEPEST = 100
"""Nesting beyond which no server is likely to follow, and a cycle is likely."""


def to_json(value: Any, field: str, depth: int = 0) -> Any:
    """Return ``value`` as plain JSON data: dicts, lists, strings, numbers, booleans and None.

    Raises:
        InvalidArgumentError: JSON has no such value; ``field`` and the path into it are named.
    """
    if type(value) is str:
        return _text(value, field)
    if depth > DEEPEST:
        raise invalid(field, f"is nested more than {DEEPEST} levels deep, or contains itself")
    value = _plain(value)
    if isinstance(value, str):
        return _text(value, field)
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return _finite(value, field)
    if is_mapping(value):
        return {_key(key, field): to_json(item, f"{field}.{key}", depth + 1) for key, item in value.items()}
    if is_sequence(value):
        return [to_json(item, f"{field}[{index}]", depth + 1) for index, item in enumerate(value)]
    raise invalid(field, f"holds a {type(value).__name__}, which JSON does not have")


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    # Models of the generated code.
    to_dict: Any = None if is_mapping(value) else getattr(value, "to_dict", None)
    return value if to_dict is None else to_dict()


def _text(value: str, field: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise invalid(field, "holds half of a surrogate pair, which UTF-8 cannot carry") from None
    return str(value)


def _finite(value: float, field: str) -> float:
    if not math.isfinite(value):
        raise invalid(field, "is not a finite number, which JSON does not have")
    return value


def _key(key: Any, field: str) -> str:
    if not isinstance(key, str):
        raise invalid(field, f"has a key that is a {type(key).__name__}, not a string")
    return _text(key, f"{field} (a key)")


def json_bytes(value: Any) -> bytes:
    """Return compact UTF-8 JSON of plain data."""
    return ENCODER.encode(value).encode()


def path_segment(value: Any, field: str) -> str:
    """Return a path parameter as one segment of a path.

    Raises:
        InvalidArgumentError: it is empty or would lead to another path.
    """
    text = wire_text(value)
    if text in {"", ".", ".."}:
        raise invalid(field, f"is {text!r}, which would lead to another path")
    return quote(text, safe="")


def query_string(pairs: Iterable[tuple[str, Any, bool]]) -> str:
    """Return the query for (name, plain value, explode) triples, a ``?`` in front where there is one."""
    written: list[str] = []
    for name, value, explode in pairs:
        items = [quote(wire_text(item), safe="") for item in (value if is_array(value) else [value])]
        values = items if explode else [",".join(items)] if items else []
        written += [f"{quote(name, safe='')}={item}" for item in values]
    return "?" + "&".join(written) if written else ""


def wire_text(value: Any) -> str:
    """Return a plain scalar as it stands in paths, queries and headers."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def invalid(field: str, reason: str) -> InvalidArgumentError:
    """Return the error for an argument that cannot be sent."""
    return InvalidArgumentError(f"{field} {reason}", field=field)
