"""The OpenAPI Overlay specification, versions 1.0 and 1.1: update, copy and remove.

Stricter than the specification in one point: an action that matches nothing is an error, because it would silently
stop meaning anything when upstream changes. An action that fills gaps, and rightly stops matching once upstream fills
them itself, says so with ``x-may-match-nothing: <reason>``.
"""

import copy
from collections.abc import Sequence
from typing import Any

from jsonpath import JSONPathMatch

from thoughtly_openapi.errors import OverlayError
from thoughtly_openapi.overlay_document import check_overlay, query

MAY_MATCH_NOTHING = "x-may-match-nothing"


def apply(document: Any, overlay: Any, name: str) -> Any:
    """Return a copy of ``document`` with every action of ``overlay`` applied in order.

    Args:
        document: any JSON value; it is not changed.
        overlay: an overlay document of version 1.0.x or 1.1.x.
        name: what to call the overlay in errors.

    Raises:
        OverlayError: the overlay is invalid, or an action matches nothing or cannot be applied; the action is named.
    """
    check_overlay(overlay, name)
    result = copy.deepcopy(document)
    for index, action in enumerate(overlay["actions"]):
        _Action(action, overlay["overlay"], _place(name, index, action)).apply(result)
    return result


def _place(name: str, index: int, action: dict[str, Any]) -> str:
    description = f" ({action['description'].strip()})" if "description" in action else ""
    return f"{name}: action {index}, target {action['target']}{description}"


class _Action:
    def __init__(self, action: dict[str, Any], version: str, place: str) -> None:
        self.action = action
        self.is_1_0 = version.startswith("1.0.")
        self.place = place

    def apply(self, document: Any) -> None:
        matches = self._targets(document)
        if self.action.get("remove"):
            self._remove(matches)
        elif "copy" in self.action:
            if matches:
                self._update(matches, self._source(document))
        elif "update" in self.action:
            self._update(matches, self.action["update"])

    def _targets(self, document: Any) -> list[JSONPathMatch]:
        # One node can be selected twice ($.a[0,0]); each is changed once.
        selected = query(self.action["target"], self.place).finditer(document)
        matches = list({match.parts: match for match in selected}.values())
        if not matches and MAY_MATCH_NOTHING not in self.action:
            raise OverlayError(f"{self.place}: matches nothing")
        return matches

    def _source(self, document: Any) -> Any:
        found = query(self.action["copy"], self.place).findall(document)
        if len(found) != 1:
            raise OverlayError(f"{self.place}: copy {self.action['copy']} selects {len(found)} nodes instead of one")
        return found[0]

    def _remove(self, matches: Sequence[JSONPathMatch]) -> None:
        # Later array items first, so that the indexes of the others stay true.
        for match in sorted(matches, key=_array_order, reverse=True):
            if match.parent is None:
                raise OverlayError(f"{self.place}: the whole document cannot be removed")
            container: Any = match.parent.obj
            del container[match.parts[-1]]

    def _update(self, matches: Sequence[JSONPathMatch], value: Any) -> None:
        kinds = {_kind(match.obj) for match in matches}
        if len(kinds) > 1 and not self.is_1_0:
            raise OverlayError(f"{self.place}: selects {' and '.join(sorted(kinds))} in one action")
        value = copy.deepcopy(value)  # a target can contain the source that is copied into it
        for match in matches:
            self._update_one(match, copy.deepcopy(value))

    def _update_one(self, match: JSONPathMatch, value: Any) -> None:
        target = match.obj
        if isinstance(target, list):
            entries = value if isinstance(value, list) and not self.is_1_0 else [value]
            target.extend(entries)
        elif isinstance(target, dict):
            self._merge_into(target, value)
        elif match.parent is None or _kind(value) != "a primitive":
            raise OverlayError(f"{self.place}: {_kind(value)} cannot replace the primitive value at {match.path}")
        elif self.is_1_0:
            raise OverlayError(f"{self.place}: version 1.0 updates objects and arrays; {match.path} is a primitive")
        else:
            container: Any = match.parent.obj
            container[match.parts[-1]] = value

    def _merge_into(self, target: dict[str, Any], value: Any) -> None:
        if not isinstance(value, dict):
            raise OverlayError(f"{self.place}: {_kind(value)} cannot be merged into an object")
        for key, new in value.items():
            target[key] = self._merged(target[key], new, key) if key in target else new

    def _merged(self, old: Any, new: Any, key: str) -> Any:
        if _kind(old) != _kind(new):
            raise OverlayError(f"{self.place}: property {key!r} is {_kind(old)}, the update {_kind(new)}")
        if isinstance(old, dict):
            self._merge_into(old, new)
            return old
        if isinstance(old, list):
            old.extend(new)
            return old
        return new


def _array_order(match: JSONPathMatch) -> tuple[int, int]:
    last = match.parts[-1] if match.parts else 0
    return len(match.parts), last if isinstance(last, int) else 0


def _kind(value: Any) -> str:
    return "an object" if isinstance(value, dict) else "an array" if isinstance(value, list) else "a primitive"
