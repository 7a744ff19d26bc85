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
    faults = sorted(_bad_references(document, document, ""))
    faults = faults or sorted(_faults(validator))
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


def _faults(validator: Any) -> set[str]:
    faults: set[str] = set()
    try:
        for error in validator.iter_errors():
            faults.add(_describe(error))
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        # After naming a fault the validator goes on into the faulty part, and may trip over it.
        faults = faults or {f"the validator failed on it: {error!r}"}
    return faults


def _describe(error: Any) -> str:
    pointer = "".join(f"/{escape(str(part))}" for part in error.absolute_path)
    return f"{pointer or '/'}: {str(error.message).splitlines()[0][:200]}"


def _bad_references(document: Any, node: Any, pointer: str) -> Iterator[str]:
    if isinstance(node, Mapping):
        if isinstance(reference := node.get("$ref"), str) and (problem := _reference_problem(document, reference)):
            yield f"{pointer}/$ref: {problem}"
        for key, value in node.items():
            yield from _bad_references(document, value, f"{pointer}/{escape(key)}")
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _bad_references(document, value, f"{pointer}/{index}")


def _reference_problem(document: Any, reference: str) -> str | None:
    if not reference.startswith("#/"):
        return f"{reference} lies outside the document, which no stage may fetch"
    try:
        lookup(document, unquote(reference[1:]))
    except (LookupError, TypeError, ValueError):
        return f"{reference} does not exist"
    return None
