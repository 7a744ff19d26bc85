"""Checks beside those of schemathesis, run on every response of every phase."""

from typing import Any

import schemathesis
from schemathesis import Case, CheckContext, Response
from schemathesis.core.failures import Failure

from thoughtly_contract.envelope import envelope_problem, has_envelope


class ErrorOnSuccess(Failure):
    """A success that says it is an error."""

    __slots__ = ()


class NoErrorBody(Failure):
    """An error whose body is not the shape that the spec gives all responses."""

    __slots__ = ()


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
