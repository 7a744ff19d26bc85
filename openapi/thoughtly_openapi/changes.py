"""What the difference between two OpenAPI documents means for callers, as rated by Redocly's `diff`."""

import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any

from thoughtly_openapi.documents import to_json
from thoughtly_openapi.errors import ToolError
from thoughtly_openapi.loader import escape
from thoughtly_openapi.redocly import redocly_available, run_redocly
from thoughtly_openapi.workspace import Workspace


class Impact(IntEnum):
    """What a change means for callers."""

    PATCH = 1
    """Neither breaks a caller nor offers anything new."""
    MINOR = 2
    """Additive."""
    MAJOR = 3
    """Breaking."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a document."""

    file: str
    pointer: str
    """JSON pointer of what changed, in the new document, or in the old one for what is gone."""
    impact: Impact | None
    """None where it could not be rated."""
    description: str
    before: Any = None
    after: Any = None


def compare(
    workspace: Workspace, file: str, before: Mapping[str, Any] | None, after: Mapping[str, Any]
) -> tuple[Change, ...]:
    """Return what changed in one document, each change rated where node is there.

    Args:
        workspace: where the rating tool is installed.
        file: the document's name in the result.
        before: the document as it was; None for one that is new.
        after: the document as it is.

    Raises:
        ToolError: the rating tool failed.
    """
    old = before if before is not None else {**after, "paths": {}}
    if old == after:
        return ()
    if not can_rate(workspace):
        return tuple(Change(file, *unrated) for unrated in _unrated(old, after, ""))
    return _rated(file, _diff(workspace, old, after), old, after)


def can_rate(workspace: Workspace) -> bool:
    """Whether changes can be rated here."""
    return redocly_available(workspace)


def _diff(workspace: Workspace, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        old, new = Path(folder) / "before.json", Path(folder) / "after.json"
        old.write_bytes(to_json(before))
        new.write_bytes(to_json(after))
        printed = run_redocly(workspace, "diff", str(old), str(new), "--format", "json", "--fail-on", "none")
    try:
        entries: list[dict[str, Any]] = json.loads(printed)["changes"]
    except (ValueError, LookupError, TypeError) as error:
        raise ToolError("redocly diff printed something else than its report") from error
    return entries


def _rated(
    file: str, entries: Iterable[dict[str, Any]], before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[Change, ...]:
    """Return the tool's changes, and unrated those that it passes over, such as another example."""
    try:
        rated = [_change(file, entry) for entry in entries]
        seen = {pointer for entry in entries for pointer in _pointers(entry)}
    except (AttributeError, LookupError, TypeError) as error:
        raise ToolError(f"redocly diff reported a change in a form that is not known: {error!r}") from error
    passed_over = [Change(file, *unrated) for unrated in _unrated(before, after, "")]
    return (*rated, *(change for change in passed_over if not any(_touch(change.pointer, other) for other in seen)))


def _pointers(entry: dict[str, Any]) -> Iterator[str]:
    for side in ("base", "revision"):
        if entry.get(side):
            yield str(entry[side].get("pointer", entry["path"])).removeprefix("#")


def _touch(one: str, other: str) -> bool:
    return f"{one}/".startswith(f"{other}/") or f"{other}/".startswith(f"{one}/")


def _change(file: str, entry: dict[str, Any]) -> Change:
    sides = {side: entry.get(side) or {} for side in ("base", "revision")}
    pointer = str((sides["revision"] or sides["base"]).get("pointer", entry["path"]))
    words = [entry["typeName"], entry.get("property"), entry["kind"]]
    said = " ".join(verdict["message"] for verdict in entry.get("verdicts", []))
    return Change(
        file,
        pointer.removeprefix("#"),
        Impact[entry["impact"].upper()],
        said or " ".join(str(word) for word in words if word),
        sides["base"].get("value"),
        sides["revision"].get("value"),
    )


def _unrated(before: Any, after: Any, pointer: str) -> Iterator[tuple[str, None, str, Any, Any]]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in [*before, *(key for key in after if key not in before)]:
            place = f"{pointer}/{escape(key)}"
            if key not in after:
                yield place, None, "removed", before[key], None
            elif key not in before:
                yield place, None, "added", None, after[key]
            else:
                yield from _unrated(before[key], after[key], place)
    elif before != after:
        yield pointer, None, "modified", before, after
