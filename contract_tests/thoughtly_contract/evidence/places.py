"""Where each mark of the compiled spec is written: in which action of which overlay."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from thoughtly_contract.evidence.marks import MARK, SOURCE
from thoughtly_openapi.documents import parse_file
from thoughtly_openapi.loader import escape, operations
from thoughtly_openapi.merge import merge
from thoughtly_openapi.overlay import apply
from thoughtly_openapi.overlay_document import check_overlay, query
from thoughtly_openapi.workspace import Workspace

REFUTED = "x-refuted"
"""Stands beside a mark whose addition a server contradicted."""
Keys = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """One mark in an overlay."""

    file: Path
    action: int
    keys: Keys
    """From the action's ``update`` to the object that holds the mark."""
    is_its_own: bool
    """Whether the action speaks of nothing but what it matches today: others may come to match a filter."""
    evidence: str
    is_refuted: bool
    adds: frozenset[str]
    """The names of what this and earlier actions add beside the mark."""


def places(workspace: Workspace, newer: Mapping[str, Any] | None = None) -> dict[str, Place]:
    """Return where the mark of each pointer is written: the last of several wins.

    Args:
        workspace: the checkout.
        newer: overlays by file name that are not read from their files.

    Raises:
        SpecError: the documents or the overlays of the checkout cannot be read.
    """
    found: dict[str, Place] = {}
    document = merge({path.name: parse_file(path) for path in sorted(workspace.upstream.glob("*.yaml"))})
    for file in workspace.overlays:
        overlay = (newer or {}).get(file.name) or parse_file(file)
        check_overlay(overlay, file.name)
        for index, action in enumerate(overlay["actions"]):
            for pointer, place in _of_action(document, file, index, action).items():
                before = found[pointer].adds if pointer in found else frozenset()
                found[pointer] = replace(place, adds=place.adds | before)
            document = apply(document, {**overlay, "actions": [action]}, file.name)
    return found


def _of_action(document: Any, file: Path, index: int, action: Mapping[str, Any]) -> dict[str, Place]:
    target = query(action["target"], file.name)
    found = {}
    for match in target.finditer(document):
        pointer = "".join(f"/{escape(str(part))}" for part in match.parts)
        for keys, node in _marked(action.get("update"), ()):
            place = pointer + "".join(f"/{escape(key)}" for key in keys)
            is_its_own = target.singular_query() or action["target"] == target_of(place)
            adds = frozenset(node.keys() - {MARK, SOURCE, REFUTED})
            found[place] = Place(file, index, keys, is_its_own, str(node[MARK]), REFUTED in node, adds)
    return found


def _marked(node: Any, keys: Keys) -> Iterator[tuple[Keys, Mapping[str, Any]]]:
    if not isinstance(node, Mapping):
        return
    if isinstance(node.get(MARK), str):
        yield keys, node
    for key, member in node.items():
        yield from _marked(member, (*keys, key))


def target_of(pointer: str) -> str:
    """Return an RFC 9535 query for what a pointer names, as long as it is marked.

    The filter looks at the one place that is meant and lets all members of the document pass or none; only in one of
    them the rest of the names leads on. When upstream comes to document the place, its mark is gone, and nothing is
    selected.
    """
    first, *names = [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]
    below = "".join(map(_selector, names))
    return f"$[?$.{first}{below}['{MARK}']]{below}"


def _selector(name: str) -> str:
    escaped = name.replace("\\", "\\\\").replace("'", "\\'")
    return f".{name}" if name.isascii() and name.isidentifier() else f"['{escaped}']"


def unmarked(node: Any) -> Any:
    """Return a spec, or a part of one, without its marks: what they speak of."""
    if isinstance(node, list):
        return [unmarked(member) for member in node]
    if not isinstance(node, Mapping):
        return node
    return {key: unmarked(member) for key, member in node.items() if key not in {MARK, SOURCE, REFUTED}}


def label_of(spec: Mapping[str, Any], pointer: str) -> str:
    """Return the method and path that a pointer is of, or the pointer."""
    for operation in operations(spec):
        if pointer.startswith(f"{operation.pointer}/"):
            return f"{operation.method.upper()} {operation.path}"
    return pointer
