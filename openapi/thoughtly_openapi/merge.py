"""Several vendored documents, one operation each, into one.

Equal components are shared. Whatever two documents say differently is an error that names both files: there is no
telling which of them is right.
"""

import copy
import re
from collections.abc import Mapping
from typing import Any

from thoughtly_openapi.errors import MergeError
from thoughtly_openapi.loader import METHODS, escape, resolve

SHARED = ("servers", "security", "externalDocs")


def merge(documents: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Merge valid OpenAPI documents, in the order of their names.

    ``info`` is that of the first document; path-level parameters move to the operations of the document that has them.

    Args:
        documents: parsed documents by file name.

    Raises:
        MergeError: no documents, unequal components or tags, a repeated or ambiguous operation, or servers, security
            or OpenAPI version that differ.
    """
    if not documents:
        raise MergeError("there is no vendored document")
    merger = _Merger()
    for name, document in sorted(documents.items()):
        merger.add(name, copy.deepcopy(dict(document)))
    return merger.result


class _Merger:
    def __init__(self) -> None:
        self.result: dict[str, Any] = {}
        self.first = ""
        self.origin: dict[str, str] = {}
        """The file that each pointer of the result came from."""

    def add(self, name: str, document: dict[str, Any]) -> None:
        if not self.result:
            self._start(name, document)
        self._same_root(name, document)
        for path, item in document["paths"].items():
            self._add_path(name, path, _without_path_parameters(document, item))
        for section, members in document.get("components", {}).items():
            for key, value in members.items():
                self._share(name, ("components", section, key), value)
        self._add_tags(name, document.get("tags", []))

    def _start(self, name: str, document: dict[str, Any]) -> None:
        self.first = name
        kept = {key: value for key, value in document.items() if key not in {"paths", "components", "tags"}}
        self.result.update(kept, paths={}, components={})

    def _same_root(self, name: str, document: dict[str, Any]) -> None:
        version, other = document["openapi"], self.result["openapi"]
        if version.split(".")[:2] != other.split(".")[:2]:
            raise MergeError(f"/openapi: {self.first} is version {other}, {name} is version {version}")
        extensions = {key for key in (*document, *self.result) if key.startswith("x-")}
        for key in (*SHARED, *sorted(extensions)):
            if document.get(key) != self.result.get(key):
                raise MergeError(f"/{escape(key)} differs between {self.first} and {name}")

    def _add_path(self, name: str, path: str, item: dict[str, Any]) -> None:
        self._refuse_same_template(name, path)
        merged = self.result["paths"].setdefault(path, {})
        self.origin.setdefault(f"/paths/{escape(path)}", name)
        for key, value in item.items():
            if key in METHODS:
                self._add_operation(name, path, key, value)
            else:
                self._share(name, ("paths", path, key), value, into=merged)

    def _refuse_same_template(self, name: str, path: str) -> None:
        for other in self.result["paths"]:
            if other != path and _template(other) == _template(path):
                place = self.origin[f"/paths/{escape(other)}"]
                raise MergeError(f"{other} of {place} and {path} of {name} differ in parameter names only")

    def _add_operation(self, name: str, path: str, method: str, operation: dict[str, Any]) -> None:
        pointer = f"/paths/{escape(path)}/{method}"
        if pointer in self.origin:
            raise MergeError(f"{method.upper()} {path} is in both {self.origin[pointer]} and {name}")
        self.origin[pointer] = name
        self.result["paths"][path][method] = operation

    def _share(self, name: str, keys: tuple[str, str, str], value: Any, into: dict[str, Any] | None = None) -> None:
        pointer = "".join(f"/{escape(key)}" for key in keys)
        members = self.result[keys[0]].setdefault(keys[1], {}) if into is None else into
        if keys[2] in members and members[keys[2]] != value:
            raise MergeError(f"{pointer} differs between {self.origin[pointer]} and {name}")
        members[keys[2]] = value
        self.origin.setdefault(pointer, name)

    def _add_tags(self, name: str, tags: list[dict[str, Any]]) -> None:
        for tag in tags:
            known = {other["name"]: other for other in self.result.get("tags", [])}
            pointer = f"/tags/{escape(tag['name'])}"
            if known.get(tag["name"], tag) != tag:
                raise MergeError(f"tag {tag['name']!r} differs between {self.origin[pointer]} and {name}")
            if tag["name"] not in known:
                self.result.setdefault("tags", []).append(tag)
                self.origin[pointer] = name


def _without_path_parameters(document: dict[str, Any], item: dict[str, Any]) -> dict[str, Any]:
    """Return a path item whose operations state all their parameters."""
    common = item.get("parameters", [])
    return {
        key: _with_parameters(document, value, common) if key in METHODS else value
        for key, value in item.items()
        if key != "parameters"
    }


def _with_parameters(
    document: dict[str, Any], operation: dict[str, Any], common: list[dict[str, Any]]
) -> dict[str, Any]:
    own = operation.get("parameters", [])
    stated = {_identity(document, parameter) for parameter in own}
    inherited = [parameter for parameter in common if _identity(document, parameter) not in stated]
    return {**operation, "parameters": [*inherited, *own]} if inherited else operation


def _identity(document: dict[str, Any], parameter: dict[str, Any]) -> tuple[str, str]:
    resolved = resolve(document, parameter)
    return resolved["in"], resolved["name"]


def _template(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", path)
