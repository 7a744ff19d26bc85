"""From a method's arguments to a request that the spec allows, or an error before anything is sent."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from thoughtly_client.calling import Options
from thoughtly_client.encoding import invalid, json_bytes, path_segment, query_string, to_json, wire_text
from thoughtly_client.omit import OMIT
from thoughtly_client.operation import Argument, Operation
from thoughtly_client.schema_check import Checker

FRAMING = frozenset({"host", "content-length", "transfer-encoding", "content-type", "connection", "te", "upgrade"})
HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
HEADER_VALUE = re.compile(r"([\x21-\x7e]([\x20\x09\x21-\x7e]*[\x21-\x7e])?)?")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A request without its keys."""

    operation: Operation
    target: str
    """Path and query, percent-encoded."""
    headers: Mapping[str, str]
    body: Any
    """The body as plain JSON data, OMIT where there is none."""
    content: bytes


def prepare(operation: Operation, arguments: Mapping[str, Any], options: Options, checker: Checker) -> Prepared:
    """Check every argument against the spec and put it where it belongs.

    Raises:
        InvalidArgumentError: names the argument and the path into it.
    """
    values = dict(_checked(operation, arguments, checker))
    path = operation.path
    for argument, value in _at("path", operation, values):
        path = path.replace(f"{{{argument.name}}}", path_segment(value, argument.python_name))
    query = query_string((a.name, value, a.explode) for a, value in _at("query", operation, values))
    body = _body(operation, values, options.extra_body)
    headers = _extra(operation, options)
    for argument, value in _at("header", operation, values):
        headers[argument.name] = _legal(argument.python_name, argument.name, wire_text(value))
    if body is not OMIT and operation.media_type:
        headers["content-type"] = operation.media_type
    content = b"" if body is OMIT else json_bytes(body)
    return Prepared(operation, path + query, headers, body, content)


def _checked(operation: Operation, arguments: Mapping[str, Any], checker: Checker) -> Iterator[tuple[str, Any]]:
    for argument in operation.arguments:
        given = arguments[argument.python_name]
        if given is OMIT or (given is None and _left_out(argument, checker)):
            continue
        value = to_json(given, argument.python_name)
        if problem := checker.first_problem(argument.schema, value, argument.python_name):
            raise invalid(problem.field, problem.reason)
        yield argument.python_name, value


def _left_out(argument: Argument, checker: Checker) -> bool:
    """Whether None stands for leaving the argument out: where the spec has no null to send."""
    return not argument.required and checker.first_problem(argument.schema, None, "") is not None


def _at(place: str, operation: Operation, values: Mapping[str, Any]) -> Iterator[tuple[Argument, Any]]:
    for argument in operation.arguments:
        if argument.place == place and argument.python_name in values:
            yield argument, values[argument.python_name]


def _body(operation: Operation, values: Mapping[str, Any], extra: Mapping[str, Any] | None) -> Any:
    if not operation.flat:
        return values.get("body", OMIT) if operation.media_type else OMIT
    body = {argument.name: value for argument, value in _at("property", operation, values)}
    if not extra:
        return body if body or operation.body_required else OMIT
    named = {argument.name for argument in operation.arguments if argument.place == "property"}
    for name, value in to_json(extra, "extra_body").items():
        if name in named:
            raise invalid(f"extra_body.{name}", "has an argument of its own")
        body[name] = value
    return body


def _extra(operation: Operation, options: Options) -> dict[str, str]:
    keys = {key.header.lower() for key in operation.keys}
    headers: dict[str, str] = {}
    for name, value in (options.extra_headers or {}).items():
        if str(name).lower() in keys | FRAMING:
            raise invalid("extra_headers", f"cannot set {name}, which the client itself does")
        headers[name] = _legal("extra_headers", name, value)
    return headers


def _legal(field: str, name: Any, value: Any) -> str:
    # Checked here because the transport would find out only after it began to send.
    if not isinstance(name, str) or not HEADER_NAME.fullmatch(name):
        raise invalid(field, f"has a name that HTTP does not allow: {name!r}")
    if not isinstance(value, str) or not HEADER_VALUE.fullmatch(value):
        raise invalid(field, f"has a value for {name} that is not printable ASCII text")
    return value
