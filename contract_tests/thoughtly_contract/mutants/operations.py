"""The specs that mutants serve: one operation of the installed spec, alone or with two that nothing else names."""

from collections.abc import Mapping
from typing import Any

from thoughtly_openapi.loader import operations

Spec = Mapping[str, Any]
LIST_CONTACTS = {
    "operationId": "list_contacts",
    "parameters": [
        {"name": "search", "in": "query", "schema": {"type": "string"}},
        {"name": "phone_numbers_only", "in": "query", "schema": {"type": "boolean"}},
        {"name": "tags", "in": "query", "schema": {"type": "array", "items": {"type": "string"}}},
        {"name": "sortDirection", "in": "query", "schema": {"type": "string", "enum": ["asc", "desc"]}},
        {"name": "page", "in": "query", "schema": {"type": "integer", "minimum": 0, "default": 0}},
        {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 100}},
    ],
}
SET_TAGS = {
    "operationId": "set_tags",
    "parameters": [{"name": "contact_id", "in": "path", "required": True, "schema": {"type": "string"}}],
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["tags"],
                    "properties": {"tags": {"type": "array", "items": {"type": "string"}, "minItems": 1}},
                }
            }
        },
    },
}


def narrowed(spec: Spec) -> dict[str, Any]:
    """Return a spec with its first operation alone: the reference server knows no other shape of answer."""
    first = next(operations(spec))
    return {**spec, "paths": {first.path: {first.method: first.definition}}}


def widened(spec: Spec) -> dict[str, Any]:
    """Return that spec with two more operations, which have parameters."""
    narrow = narrowed(spec)
    first = next(operations(narrow)).definition
    common = {"responses": first["responses"], "security": first["security"]}
    more = {
        "/contact": {"get": LIST_CONTACTS | common},
        "/contact/{contact_id}/tags": {"put": SET_TAGS | common},
    }
    return {**narrow, "paths": {**narrow["paths"], **more}}
