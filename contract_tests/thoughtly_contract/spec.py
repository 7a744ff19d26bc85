"""Reads the spec that a server is held against."""

import json
from pathlib import Path
from typing import Any

from thoughtly_contract.errors import SpecError
from thoughtly_openapi.loader import load_spec, operations


def read_spec(path: Path | None) -> dict[str, Any]:
    """Return the compiled spec at ``path``, or the installed one for None.

    Raises:
        SpecError: it cannot be read, is not JSON, or describes no operation.
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
    compiled: dict[str, Any] = spec
    return compiled


def _require_operations(path: Path, spec: Any) -> None:
    try:
        found = next(operations(spec), None)
    except (KeyError, TypeError, AttributeError, LookupError) as error:
        raise SpecError(f"{path} is not a compiled OpenAPI document: {error!r}") from error
    if found is None:
        raise SpecError(f"{path} describes no operation, so there is nothing to check")
