"""The spec whose answers the page tells: the operation that matters most, and some that have what it has not."""

from collections.abc import Mapping
from typing import Any

from thoughtly_contract.mutants.operations import widened
from thoughtly_mock import behaviours
from thoughtly_openapi.loader import operations

LIST_ENTRIES = {
    "operationId": "list_entries",
    "parameters": [
        {"name": "number", "in": "path", "required": True, "schema": {"type": "integer"}},
        {
            "name": "status",
            "in": "query",
            "schema": {"type": "array", "items": {"type": "string", "enum": ["active", "archived"]}},
        },
        {
            "name": "fields",
            "in": "query",
            "explode": False,
            "schema": {"type": "array", "items": {"type": "string"}},
        },
        {"name": "kind", "in": "query", "required": True, "schema": {"type": "string", "enum": ["call", "text"]}},
        {"name": "ratio", "in": "query", "schema": {"type": "number", "minimum": 0, "maximum": 10}},
        {"name": "language", "in": "query", "schema": {"type": "string", "pattern": "^[a-z]{2}$"}},
        {"name": "x-page-size", "in": "header", "schema": {"type": "integer", "minimum": 1}},
        {"name": "x-order", "in": "header", "schema": {"type": "string", "enum": ["up", "down"]}},
    ],
}
"""An operation with the kinds of parameters that the other two have not."""


def exhibit(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return a spec with one operation of a spec and three that are made up, with parameters of every kind.

    The one is the operation that places calls, or the first where none does. So the page is about the three servers,
    and does not change with every operation that upstream adds.
    """
    every = list(operations(spec))
    chosen = next((each for each in every if behaviours.of(each.operation_id).contact), every[0])
    wide = widened({**spec, "paths": {chosen.path: {chosen.method: chosen.definition}}})
    common = {"responses": chosen.definition["responses"], "security": chosen.definition["security"]}
    return {**wide, "paths": {**wide["paths"], "/agent/{number}/entries": {"get": LIST_ENTRIES | common}}}
