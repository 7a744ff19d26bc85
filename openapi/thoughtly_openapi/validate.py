"""Whether a document is valid OpenAPI, by openapi-spec-validator."""

from collections.abc import Mapping
from typing import Any

from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator

from thoughtly_openapi.errors import DocumentError
from thoughtly_openapi.loader import escape

VALIDATORS = {"3.0": OpenAPIV30SpecValidator, "3.1": OpenAPIV31SpecValidator}
SHOWN = 5


def validate(document: Any, name: str) -> None:
    """Refuse what the OpenAPI Specification calls invalid.

    Raises:
        DocumentError: names the JSON pointers of the first few faults.
    """
    faults = sorted({_describe(error) for error in _validator(document, name).iter_errors()})
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


def _describe(error: Any) -> str:
    pointer = "".join(f"/{escape(str(part))}" for part in error.absolute_path)
    return f"{pointer or '/'}: {str(error.message).splitlines()[0][:200]}"
