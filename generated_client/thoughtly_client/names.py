"""Keyword arguments by name: which are missing, which are unknown, and which were meant."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from thoughtly_client.errors import InvalidArgumentError

MISTAKEN = {
    "agent_id": "interview_id",
    "agent": "interview_id",
    "interview": "interview_id",
    "contact": "contact_id",
    "meta": "metadata",
    "variables": "metadata",
    "headers": "extra_headers",
    "idempotency_key": "dedupe_key",
}
"""What people write, and what it is called here; upstream's own samples write ``agent_id``."""

P = ParamSpec("P")
T = TypeVar("T")


def named_arguments(method: Callable[P, T]) -> Callable[P, T]:
    """Make a method with keyword-only arguments refuse others by `InvalidArgumentError`, with a hint."""
    function: Any = method
    code = function.__code__
    defaults: dict[str, Any] = function.__kwdefaults__ or {}
    known: frozenset[str] = frozenset(code.co_varnames[1 : 1 + code.co_kwonlyargcount])
    required = known - defaults.keys()
    name: str = function.__name__

    @wraps(method)
    def checked(*args: P.args, **kwargs: P.kwargs) -> T:
        positional: tuple[Any, ...] = args
        if len(positional) != 1 or not required <= kwargs.keys() <= known:
            raise refusal(name, positional[1:], kwargs, known, required)
        return method(*args, **kwargs)

    return checked


def refusal(
    method: str, positional: Iterable[Any], given: Iterable[str], known: frozenset[str], required: frozenset[str]
) -> InvalidArgumentError:
    """Return the error for a call with arguments of the wrong names."""
    given = set(given)
    if any(True for _ in positional):
        return InvalidArgumentError(f"{method}() takes keyword arguments only", field="")
    if unknown := sorted(given - known):
        return InvalidArgumentError(
            f"{method}() has no argument {unknown[0]}{hint(unknown[0], known)}", field=unknown[0]
        )
    missing = sorted(required - given)
    return InvalidArgumentError(f"{method}() needs {' and '.join(missing)}", field=missing[0])


def hint(name: str, known: Iterable[str]) -> str:
    """Return ``: did you mean ...?`` where a known name is near, else nothing."""
    known = set(known)
    # Imported late: needed only for mistakes.
    import difflib

    meant = MISTAKEN.get(name)
    near = [meant] if meant in known else difflib.get_close_matches(name, sorted(known), n=1)
    return f": did you mean {near[0]}?" if near else ""
