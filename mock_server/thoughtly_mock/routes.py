"""Which operation a request is for."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from thoughtly_mock.problems import Problem
from thoughtly_openapi.loader import Operation, operations

# Letters, digits, hyphen, dot, underscore and tilde.
_ENCODED_UNRESERVED = re.compile("%(?:2[DdEe]|3[0-9]|[46][1-9A-Fa-f]|[57][0-9]|[57][Aa]|5[Ff]|7[Ee])")


@dataclass(frozen=True, slots=True)
class Match:
    """An operation, and the path parameters as they came."""

    operation: Operation
    path_parameters: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Route:
    pattern: re.Pattern[str]
    operations: Mapping[str, Operation]

    def operation(self, method: str) -> Operation | None:
        """Return the operation of a method; HEAD is GET without the body."""
        return self.operations.get(method) or (self.operations.get("get") if method == "head" else None)

    @property
    def methods(self) -> list[str]:
        """The methods that are allowed, in alphabetical order."""
        return sorted(
            {method.upper() for method in (*self.operations, *(("head",) if "get" in self.operations else ()))}
        )


class Routes:
    """Finds operations by method and path as it was sent, so that an encoded slash stays inside its parameter."""

    def __init__(self, spec: Mapping[str, Any]) -> None:
        by_path: dict[str, dict[str, Operation]] = {}
        for operation in operations(spec):
            by_path.setdefault(operation.path, {})[operation.method] = operation
        # A path without parameters goes before one that could also mean it.
        ordered = sorted(by_path.items(), key=lambda item: (item[0].count("{"), item[0]))
        self._routes = [_Route(_pattern(path), found) for path, found in ordered]

    def match(self, method: str, raw_path: str) -> Match:
        """Return the operation that ``method`` on ``raw_path`` is.

        Raises:
            Problem: 404 for an unknown path, 405 with ``Allow`` for another method.
        """
        path = _plain(raw_path)
        for route in self._routes:
            if found := route.pattern.fullmatch(path):
                if operation := route.operation(method.lower()):
                    return Match(operation, {name: _decoded(text) for name, text in _named(operation, found)})
                # By the OpenAPI Specification the path that fits best is the only one that is meant.
                allow = ", ".join(route.methods)
                raise Problem(405, f"{method} is not allowed here, only {allow}", headers={"allow": allow})
        raise Problem(404, f"the spec has no path {raw_path}")

    def methods(self, raw_path: str) -> list[str]:
        """Return the methods that a path allows; none for an unknown path."""
        path = _plain(raw_path)
        return next((route.methods for route in self._routes if route.pattern.fullmatch(path)), [])


def _plain(raw_path: str) -> str:
    """Return a path without needless encoding: RFC 3986 calls ``%61`` and ``a`` the same."""
    return _ENCODED_UNRESERVED.sub(lambda found: unquote(found[0]), raw_path) if "%" in raw_path else raw_path


def _pattern(path: str) -> re.Pattern[str]:
    parts = re.split(r"(\{[^}]*\})", path)
    return re.compile("".join("([^/]+)" if part.startswith("{") else re.escape(part) for part in parts))


def _named(operation: Operation, found: re.Match[str]) -> list[tuple[str, str]]:
    return list(zip(re.findall(r"\{([^}]*)\}", operation.path), found.groups(), strict=True))


def _decoded(text: str) -> str:
    return unquote(text, errors="surrogateescape").encode("utf-8", "surrogateescape").decode("utf-8", "replace")
