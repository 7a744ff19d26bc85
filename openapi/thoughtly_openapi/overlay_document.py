"""What the Overlay specification calls a valid overlay document, versions 1.0 and 1.1."""

from functools import cache
from typing import Any

from jsonpath import JSONPath, JSONPathEnvironment, JSONPathError
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from thoughtly_openapi.errors import OverlayError

RFC_9535 = JSONPathEnvironment(strict=True)


def _closed(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        "patternProperties": {"^x-": {}},
        "unevaluatedProperties": False,
    }


def _schema(version: str, info: dict[str, Any], action: dict[str, Any]) -> dict[str, Any]:
    string = {"type": "string"}
    target = {"type": "string", "pattern": r"^\$"}
    actions = _closed({"target": target, "description": string, "remove": {"type": "boolean"}, **action}, ["target"])
    return _closed(
        {
            "overlay": {"type": "string", "pattern": rf"^{version}\.\d+$"},
            "info": _closed({"title": string, "version": string, **info}, ["title", "version"]),
            "extends": string,
            "actions": {"type": "array", "minItems": 1, "uniqueItems": True, "items": actions},
        },
        ["overlay", "info", "actions"],
    )


SCHEMAS = {
    "1.0": _schema(r"1\.0", {}, {"update": {}}),
    "1.1": _schema(r"1\.1", {"description": {"type": "string"}}, {"update": {}, "copy": {"type": "string"}}),
}


def check_overlay(overlay: Any, name: str) -> None:
    """Refuse what the Overlay specification calls invalid.

    Raises:
        OverlayError: names the file and the JSON pointer of what is wrong.
    """
    if not isinstance(overlay, dict):
        raise OverlayError(f"{name}: an overlay is an object, not {type(overlay).__name__}")
    version = overlay.get("overlay")
    schema = SCHEMAS.get(version[:3] if isinstance(version, str) else "")
    if schema is None:
        raise OverlayError(f"{name}: /overlay: must be a version 1.0.x or 1.1.x, not {version!r}")
    error = best_match(Draft202012Validator(schema).iter_errors(overlay))
    if error is not None:
        pointer = "".join(f"/{part}" for part in error.absolute_path)
        raise OverlayError(f"{name}: {pointer or '/'}: {error.message}")
    for index, action in enumerate(overlay["actions"]):
        _check_action(action, f"{name}: /actions/{index}")


def _check_action(action: dict[str, Any], place: str) -> None:
    if "update" in action and "copy" in action and not action.get("remove"):
        raise OverlayError(f"{place}: has both update and copy, of which each makes the other void")
    for field in ("target", "copy"):
        if field in action:
            query(action[field], f"{place}/{field}")


def query(text: str, place: str) -> JSONPath:
    """Compile an RFC 9535 query.

    Raises:
        OverlayError: names ``place``.
    """
    try:
        return _compile(text)
    except JSONPathError as error:
        reason = str(error).splitlines()[0]
        raise OverlayError(f"{place}: {text!r} is not an RFC 9535 JSONPath query: {reason}") from error


@cache
def _compile(text: str) -> JSONPath:
    compiled = RFC_9535.compile(text)
    if not isinstance(compiled, JSONPath):
        raise JSONPathError("several queries in one", token=None)
    return compiled
