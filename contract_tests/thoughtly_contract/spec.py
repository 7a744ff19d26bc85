"""Reads the spec that a server is held against."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from thoughtly_contract.errors import SpecError
from thoughtly_openapi.loader import load_spec, lookup, operations


def read_spec(path: Path | None) -> dict[str, Any]:
    """Return the compiled spec at ``path``, or the installed one for None.

    Raises:
        SpecError: it cannot be read, is not JSON, describes no operation, or refers to what is not there.
    """
    if path is None:
        return load_spec()
    try:
        spec = json.loads(path.read_bytes())
    except OSError as error:
        raise SpecError(f"{path}: {error.strerror}") from error
    except ValueError as error:
        raise SpecError(f"{path} is not JSON: {error}; compile it first") from error
    _require_operations(path, spec)
    if missing := next(_missing(spec), None):
        raise SpecError(f"{path} is not a compiled OpenAPI document: {missing}")
    compiled: dict[str, Any] = spec
    return compiled


def _require_operations(path: Path, spec: Any) -> None:
    try:
        found = next(operations(spec), None)
    except (KeyError, TypeError, AttributeError, LookupError) as error:
        raise SpecError(f"{path} is not a compiled OpenAPI document: {error!r}") from error
    if found is None:
        raise SpecError(f"{path} describes no operation, so there is nothing to check")


def _missing(spec: Mapping[str, Any]) -> Iterator[str]:
    """Yield everything that the spec refers to and does not have."""
    for reference in _references(spec):
        try:
            lookup(spec, reference.removeprefix("#"))
        except (LookupError, TypeError, ValueError):
            yield f"there is no {reference}"
    schemes = spec.get("components", {}).get("securitySchemes", {})
    for operation in operations(spec):
        for requirement in operation.definition.get("security", spec.get("security", [])):
            yield from (f"there is no security scheme {name}" for name in requirement if name not in schemes)


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, Mapping):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        node = list(node.values())
    if isinstance(node, list):
        for member in node:
            yield from _references(member)
