"""Whether a document is valid OpenAPI, by openapi-spec-validator."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator

from thoughtly_openapi.errors import DocumentError
from thoughtly_openapi.loader import escape, lookup

VALIDATORS = {"3.0": OpenAPIV30SpecValidator, "3.1": OpenAPIV31SpecValidator}
SHOWN = 5


def validate(document: Any, name: str) -> None:
    """Refuse what the OpenAPI Specification calls invalid.

    Raises:
        DocumentError: names the JSON pointers of the first few faults.
    """
    validator = _validator(document, name)
    # References first: the validator would fetch those that lie elsewhere.
    faults = sorted(_bad_references(document))
    faults = faults or sorted(_faults(document, validator))
    if faults:
        more = f"; and {len(faults) - SHOWN} more" if len(faults) > SHOWN else ""
        raise DocumentError(name, "is not valid OpenAPI: " + "; ".join(faults[:SHOWN]) + more)


def _validator(document: Any, name: str) -> Any:
    if not isinstance(document, Mapping):
        raise DocumentError(name, "is not an OpenAPI document: it is not an object")
    version = document.get("openapi")
    if "swagger" in document and version is None:
        raise DocumentError(name, f"is Swagger {document['swagger']}, an older dialect: it has no 'openapi' key")
    if not isinstance(version, str) or version[:3] not in VALIDATORS:
        raise DocumentError(name, f"is not an OpenAPI 3.0 or 3.1 document: 'openapi' is {version!r}")
    return VALIDATORS[version[:3]](document)


def _faults(document: Any, validator: Any) -> set[str]:
    faults: set[str] = set()
    try:
        for error in validator.iter_errors():
            faults.add(_describe(document, error))
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        # After naming a fault the validator goes on into the faulty part, and may trip over it.
        faults = faults or {f"the validator failed on it: {error!r}"}
    return faults


def _describe(document: Any, error: Any) -> str:
    pointer = _pointer(document, error) or "".join(f"/{escape(str(part))}" for part in error.absolute_path)
    return f"{pointer or '/'}: {str(error.message).splitlines()[0][:200]}"


def _pointer(document: Any, error: Any) -> str | None:
    """Return where the faulty value lies: the validator tells faults of a schema by their place in that schema."""
    relative = "".join(f"/{escape(str(part))}" for part in error.absolute_path)
    for pointer, node in _objects(document, ""):
        for rest in (relative, f"/default{relative}"):
            if _holds(node, rest, error.instance):
                return pointer + rest
    return None


def _holds(node: Any, pointer: str, value: Any) -> bool:
    try:
        return bool(lookup(node, pointer) == value)
    except (LookupError, TypeError, ValueError):
        return False


def _objects(node: Any, pointer: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if isinstance(node, Mapping):
        yield pointer, node
        for key, value in node.items():
            yield from _objects(value, f"{pointer}/{escape(key)}")
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _objects(value, f"{pointer}/{index}")


def _bad_references(document: Any) -> Iterator[str]:
    for pointer, node in _objects(document, ""):
        if isinstance(reference := node.get("$ref"), str) and (problem := _reference_problem(document, reference)):
            yield f"{pointer}/$ref: {problem}"


def _reference_problem(document: Any, reference: str) -> str | None:
    if not reference.startswith("#/"):
        return f"{reference} lies outside the document, which no stage may fetch"
    try:
        lookup(document, unquote(reference[1:]))
    except (LookupError, TypeError, ValueError):
        return f"{reference} does not exist"
    return None
