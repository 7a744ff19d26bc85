"""What kind of value something is, told to type checkers too."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeGuard


def is_object(value: Any) -> TypeGuard[dict[str, Any]]:
    """Whether ``value`` is a JSON object."""
    return isinstance(value, dict)


def is_array(value: Any) -> TypeGuard[list[Any]]:
    """Whether ``value`` is a JSON array."""
    return isinstance(value, list)


def is_mapping(value: Any) -> TypeGuard[Mapping[Any, Any]]:
    """Whether ``value`` maps keys to values."""
    return isinstance(value, Mapping)


def is_sequence(value: Any) -> TypeGuard[Sequence[Any]]:
    """Whether ``value`` is a sequence of values, which text is not."""
    return isinstance(value, Sequence) and not isinstance(value, str | bytes | bytearray)


def is_number(value: Any) -> TypeGuard[float]:
    """Whether ``value`` is a number, which booleans are not."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_whole(value: Any, lowest: int) -> TypeGuard[int]:
    """Whether ``value`` is a whole number from ``lowest`` on."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= lowest
