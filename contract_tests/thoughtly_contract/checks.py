"""Checks beside those of schemathesis, run on every response of every phase."""

from collections.abc import Mapping
from typing import Any

import schemathesis
from schemathesis import Case, CheckContext, Response
from schemathesis.core.failures import Failure

from thoughtly_openapi.loader import Operation, resolve

ENVELOPE = "GenericResponse"
"""The schema in which every answer of this API is wrapped."""


class ErrorOnSuccess(Failure):
    """A success that says it is an error."""

    __slots__ = ()


class NoErrorBody(Failure):
    """An error whose body is not the shape that the spec gives all responses."""

    __slots__ = ()


def has_envelope(spec: Mapping[str, Any]) -> bool:
    """Whether the spec wraps its answers."""
    return ENVELOPE in spec.get("components", {}).get("schemas", {})


@schemathesis.check
def success_has_no_error(_ctx: CheckContext, response: Response, case: Case[Any]) -> None:
    """The spec says of ``error``: "If the request is successful, this field will be null or omitted"."""
    body = json_of(response)
    if 200 <= response.status_code < 300 and isinstance(body, dict) and body.get("error") is not None:
        _fail(ErrorOnSuccess, "`error` is neither null nor absent in a success", case)


@schemathesis.check
def error_has_the_common_shape(_ctx: CheckContext, response: Response, case: Case[Any]) -> None:
    """The spec says of ``error``: "This field will be populated if the API request fails"."""
    if response.status_code < 400 or case.method == "HEAD" or not has_envelope(case.operation.schema.raw_schema):
        return
    if problem := envelope_problem(media_type_of(response), json_of(response)):
        _fail(NoErrorBody, problem, case)


def envelope_problem(media_type: str, body: Any) -> str | None:
    """Say why an error's body is not ``{"error": {...}, "data": {...}}``, or None."""
    if media_type != "application/json":
        return f"an error is application/json, not {media_type or 'without a content type'}"
    if not isinstance(body, dict):
        return "an error is a JSON object"
    wrong = [name for name in ("error", "data") if not isinstance(body.get(name), dict)]
    return f"`{wrong[0]}` is no object in an error" if wrong else None


def media_type_of(response: Response) -> str:
    """Return the media type without its parameters, empty where there is none."""
    return next(iter(response.headers.get("content-type", [])), "").partition(";")[0].strip().lower()


def json_of(response: Response) -> Any:
    """Return the body as JSON, None where it is not."""
    try:
        return response.json()
    except (ValueError, UnicodeDecodeError):
        return None


def _fail(kind: type[Failure], message: str, case: Case[Any]) -> None:
    title = (kind.__doc__ or "").rstrip(".")
    raise kind(operation=case.operation.label, title=title, message=message, case_id=case.id)


def takes_json(spec: Mapping[str, Any], operation: Operation) -> bool:
    """Whether the operation describes a JSON body."""
    body = resolve(spec, operation.definition.get("requestBody", {}))
    return "application/json" in body.get("content", {})
