"""The one reader of the compiled spec. Needs nothing but the standard library."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a spec: what it is called, where it answers, and its Operation Object."""

    operation_id: str
    method: str
    """Lower case, as the spec spells it."""
    path: str
    """The templated path, ``/contact/{contact_id}``."""
    definition: Mapping[str, Any]
    parameters: tuple[Mapping[str, Any], ...]
    """Path-level and operation-level parameters, the latter winning, references resolved."""

    @property
    def pointer(self) -> str:
        """JSON pointer of the Operation Object."""
        return f"/paths/{escape(self.path)}/{self.method}"


def spec_file() -> Path:
    """Path of the compiled spec as installed."""
    return Path(str(files("thoughtly_openapi"))) / "openapi.json"


@cache
def _spec_text() -> bytes:
    return spec_file().read_bytes()


def load_spec() -> dict[str, Any]:
    """Return a fresh copy of the compiled spec."""
    spec: dict[str, Any] = json.loads(_spec_text())
    return spec


def spec_sha256() -> str:
    """SHA-256 of the compiled spec's bytes, in hexadecimal."""
    return hashlib.sha256(_spec_text()).hexdigest()


def operations(spec: Mapping[str, Any]) -> Iterator[Operation]:
    """Yield every operation of a compiled spec, in the spec's own order."""
    for path, item in spec["paths"].items():
        for method in METHODS:
            if method in item:
                definition = item[method]
                yield Operation(
                    definition["operationId"], method, path, definition, _parameters(spec, item, definition)
                )


def _parameters(
    spec: Mapping[str, Any], item: Mapping[str, Any], definition: Mapping[str, Any]
) -> tuple[Mapping[str, Any], ...]:
    merged: dict[tuple[str, str], Mapping[str, Any]] = {}
    for parameter in (*item.get("parameters", ()), *definition.get("parameters", ())):
        resolved = resolve(spec, parameter)
        merged[resolved["in"], resolved["name"]] = resolved
    return tuple(merged.values())


def resolve(spec: Mapping[str, Any], node: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow ``$ref`` until a node without one; only references into ``spec`` itself exist after compiling."""
    while isinstance(node.get("$ref"), str):
        node = lookup(spec, node["$ref"].removeprefix("#"))
    return node


def lookup(document: Any, pointer: str) -> Any:
    """Return what an RFC 6901 JSON pointer names.

    Raises:
        LookupError: nothing is there.
    """
    for token in pointer.split("/")[1:]:
        key = token.replace("~1", "/").replace("~0", "~")
        document = document[int(key)] if isinstance(document, list) else document[key]
    return document


def escape(token: str) -> str:
    """Escape one reference token for a JSON pointer."""
    return token.replace("~", "~0").replace("/", "~1")
