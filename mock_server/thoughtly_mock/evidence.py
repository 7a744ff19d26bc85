"""How sure it is that upstream answers as the mock does.

A mark ``x-evidence`` speaks for the object that it stands in and for all below, down to an object with a mark of its
own. What has no mark above it stands in upstream's own document.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from thoughtly_openapi.loader import resolve

DOCUMENTED = "documented"
OBSERVED = "observed"
ASSUMED = "assumed"
REFUTED = "refuted"
"""Upstream was seen to do otherwise."""
HEADER = "x-mock-evidence"
MARK = "x-evidence"
REFUTED_MARK = "x-refuted"
_WEAKEST_FIRST = (REFUTED, ASSUMED, OBSERVED, DOCUMENTED)
# What stands below these is a value, and whatever it holds is no mark.
_VALUES = {"example", "examples", "default", "enum"}


def weakest(*evidence: str) -> str:
    """Return the weakest of some evidence; what is not known as evidence is none."""
    if not set(evidence) <= set(_WEAKEST_FIRST):
        return ASSUMED
    return min(evidence, key=_WEAKEST_FIRST.index, default=DOCUMENTED)


def nearest(*parts: Mapping[str, Any], above: str = DOCUMENTED) -> str:
    """Return the evidence of the innermost of some parts of a spec.

    Args:
        parts: the part itself, then what it stands in, outwards.
        above: the evidence of what they all stand in.
    """
    return next((_of(part) for part in parts if MARK in part), above)


def _of(part: Mapping[str, Any]) -> str:
    return REFUTED if REFUTED_MARK in part else str(part[MARK])


def of_schema(spec: Mapping[str, Any], schema: Mapping[str, Any], above: str) -> str:
    """Return the weakest evidence of a schema and of all that it is made of."""
    return weakest(nearest(schema, above=above), *_marks(spec, schema, set()))


def _marks(spec: Mapping[str, Any], node: Any, seen: set[int]) -> Iterator[str]:
    if isinstance(node, Mapping):
        node = resolve(spec, node)
        if id(node) in seen:
            return
        seen.add(id(node))
        if MARK in node:
            yield _of(node)
        node = [member for key, member in node.items() if key not in _VALUES]
    if isinstance(node, list):
        for member in node:
            yield from _marks(spec, member, seen)
