"""The shape in which every answer of this API is wrapped."""

from collections.abc import Mapping
from typing import Any

ENVELOPE = "GenericResponse"
"""Name of its schema."""


def has_envelope(spec: Mapping[str, Any]) -> bool:
    """Whether the spec wraps its answers."""
    return ENVELOPE in spec.get("components", {}).get("schemas", {})


def envelope_problem(media_type: str, body: Any) -> str | None:
    """Say why an error's body is not ``{"error": {...}, "data": {...}}``, or None."""
    if media_type != "application/json":
        return f"an error is application/json, not {media_type or 'without a content type'}"
    if not isinstance(body, dict):
        return "an error is a JSON object"
    wrong = [name for name in ("error", "data") if not isinstance(body.get(name), dict)]
    return f"`{wrong[0]}` is no object in an error" if wrong else None
