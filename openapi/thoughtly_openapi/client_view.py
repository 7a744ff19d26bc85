"""What the client's templates see of a spec: each operation with its names, types and documentation."""

import keyword
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from thoughtly_openapi.errors import UnsupportedError
from thoughtly_openapi.loader import Operation, escape, operations, resolve
from thoughtly_openapi.schema_view import annotation, checkable

OPTIONS = ("timeout", "deadline", "extra_headers", "extra_body", "dedupe_key")
"""What every method of the client takes besides the operation's own arguments."""

TAKEN = {"base_url", "call_many", "close", "ledger", "with_raw_response"}
"""What the client's classes have of their own."""

RESERVED = {"self", "body", *OPTIONS}
SAFE_METHODS = {"get", "head", "options", "trace"}
SUCCESS = re.compile(r"2\d\d|2XX")


@dataclass(frozen=True, slots=True)
class Argument:
    """One keyword argument of a method."""

    python_name: str
    name: str
    place: str
    """``path``, ``query``, ``header``, ``body`` (the whole of it) or ``property`` (of the body)."""
    required: bool
    annotation: str
    description: str
    schema: Mapping[str, Any]
    explode: bool


@dataclass(frozen=True, slots=True)
class OperationView:
    """One operation as a method."""

    name: str
    operation_id: str
    method: str
    path: str
    safe: bool
    summary: str
    description: str
    arguments: tuple[Argument, ...]
    media_type: str | None
    body_required: bool
    security: tuple[str, ...]
    """Names of the security schemes whose keys are sent."""
    responses: Mapping[str, Mapping[str, Any]]
    """Schema of each documented success, by status pattern; empty where nothing is promised."""

    @property
    def flat(self) -> bool:
        """Whether the body's properties are arguments of their own."""
        return any(argument.place == "property" for argument in self.arguments)


@dataclass(frozen=True, slots=True)
class SpecView:
    """A whole spec."""

    sha256: str
    tools: Mapping[str, str]
    base_url: str
    keys: Mapping[str, tuple[str, str]]
    """For each security scheme: the header, and the client's argument whose value goes there."""
    operations: tuple[OperationView, ...]
    components: Mapping[str, Mapping[str, Any]]


def view_of(spec: Mapping[str, Any], sha256: str, tools: Mapping[str, str]) -> SpecView:
    """Return the view of a compiled spec.

    Raises:
        UnsupportedError: security schemes that the client's two credentials cannot serve, or a method's name that
            is taken.
    """
    components = spec.get("components", {})
    views = tuple(_operation(spec, operation) for operation in operations(spec))
    _check_names(views)
    return SpecView(
        sha256=sha256,
        tools=tools,
        base_url=spec["servers"][0]["url"].rstrip("/") if spec.get("servers") else "",
        keys=_keys(components.get("securitySchemes", {})),
        operations=views,
        components={name: checkable(schema) for name, schema in components.get("schemas", {}).items()},
    )


def _keys(schemes: Mapping[str, Mapping[str, Any]]) -> dict[str, tuple[str, str]]:
    keys: dict[str, tuple[str, str]] = {}
    for name, scheme in schemes.items():
        credential = "team_id" if "team" in f"{name} {scheme.get('name', '')}".lower() else "api_token"
        if any(credential == other for _, other in keys.values()):
            pointer = f"/components/securitySchemes/{name}"
            raise UnsupportedError({pointer: "the client knows two credentials, an API token and a team id"})
        keys[name] = (scheme["name"], credential)
    return keys


def _check_names(operations_seen: tuple[OperationView, ...]) -> None:
    taken = dict.fromkeys(TAKEN, "the client itself")
    for operation in operations_seen:
        pointer = f"/paths/{escape(operation.path)}/{operation.method}/operationId"
        if operation.name in taken:
            reason = f"its method would be called {operation.name}, as {taken[operation.name]} calls one already"
            raise UnsupportedError({pointer: reason})
        taken[operation.name] = operation.operation_id


def _operation(spec: Mapping[str, Any], operation: Operation) -> OperationView:
    definition = operation.definition
    body = resolve(spec, definition.get("requestBody", {}))
    media_type = next(iter(body.get("content", {})), None)
    return OperationView(
        name=python_name(operation.operation_id),
        operation_id=operation.operation_id,
        method=operation.method,
        path=operation.path,
        safe=operation.method in SAFE_METHODS,
        summary=definition.get("summary", ""),
        description=definition.get("description", ""),
        arguments=_arguments(spec, operation, body, media_type),
        media_type=media_type,
        body_required=body.get("required", False),
        security=_security(spec, definition),
        responses=_responses(spec, definition),
    )


def _security(spec: Mapping[str, Any], definition: Mapping[str, Any]) -> tuple[str, ...]:
    requirements = definition.get("security", spec.get("security", []))
    return tuple(next((requirement for requirement in requirements if requirement), {}))


def _responses(spec: Mapping[str, Any], definition: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    found: dict[str, Mapping[str, Any]] = {}
    for status, reference in definition["responses"].items():
        if SUCCESS.fullmatch(status) or status == "default":
            content = resolve(spec, reference).get("content", {})
            found[status] = checkable(_first_schema(content))
    return found


def _first_schema(content: Mapping[str, Any]) -> Any:
    return next((media_type.get("schema", {}) for media_type in content.values()), {})


def _arguments(
    spec: Mapping[str, Any], operation: Operation, body: Mapping[str, Any], media_type: str | None
) -> tuple[Argument, ...]:
    parameters = tuple(_unique([_parameter(spec, parameter) for parameter in operation.parameters]))
    if media_type is None:
        return parameters
    taken = {argument.python_name for argument in parameters}
    schema = body["content"][media_type].get("schema", {})
    flat = _properties(spec, schema)
    names = [argument.python_name for argument in flat]
    if not flat or len(set(names)) < len(names) or RESERVED.union(taken).intersection(names):
        flat = (_whole_body(spec, body, schema),)
    return tuple(sorted((*parameters, *flat), key=lambda argument: not argument.required))


def _parameter(spec: Mapping[str, Any], parameter: Mapping[str, Any]) -> Argument:
    schema = parameter.get("schema", {})
    return Argument(
        python_name=python_name(parameter["name"]),
        name=parameter["name"],
        place=parameter["in"],
        required=parameter.get("required", False),
        annotation=annotation(spec, schema),
        description=parameter.get("description", ""),
        schema=checkable(schema),
        explode=parameter.get("explode", parameter.get("style", "form") == "form"),
    )


def _unique(arguments: list[Argument]) -> Iterator[Argument]:
    names = [argument.python_name for argument in arguments]
    taken = set(RESERVED)
    for argument in arguments:
        name = argument.python_name
        if name in RESERVED or names.count(name) > 1:
            name = f"{name}_{argument.place}"
        while name in taken:
            name += "_"
        taken.add(name)
        yield _renamed(argument, name)


def _renamed(argument: Argument, name: str) -> Argument:
    values = {field: getattr(argument, field) for field in argument.__slots__}
    return Argument(**values | {"python_name": name})


def _properties(spec: Mapping[str, Any], reference: Mapping[str, Any]) -> tuple[Argument, ...]:
    schema = resolve(spec, reference)
    plain = schema.get("type") == "object" and not schema.get("nullable")
    if not plain or {"allOf", "oneOf", "anyOf", "not"} & schema.keys():
        return ()
    return tuple(
        Argument(
            python_name=python_name(name),
            name=name,
            place="property",
            required=name in schema.get("required", ()),
            annotation=annotation(spec, property_schema),
            description=resolve(spec, property_schema).get("description", ""),
            schema=checkable(property_schema),
            explode=False,
        )
        for name, property_schema in schema.get("properties", {}).items()
        if not resolve(spec, property_schema).get("readOnly")
    )


def _whole_body(spec: Mapping[str, Any], body: Mapping[str, Any], schema: Mapping[str, Any]) -> Argument:
    return Argument(
        python_name="body",
        name="body",
        place="body",
        required=body.get("required", False),
        annotation=annotation(spec, schema),
        description=body.get("description", "") or resolve(spec, schema).get("description", ""),
        schema=checkable(schema),
        explode=False,
    )


def python_name(name: str) -> str:
    """Return ``name`` in snake case, as an identifier that is no keyword: ``sortDirection``, ``from``, ``2fa``."""
    words = re.sub(r"([a-z0-9])([A-Z])|([A-Z]+)(?=[A-Z][a-z])", r"\1\3_\2", name)
    snake = re.sub(r"\W+", "_", words).strip("_").lower() or "value"
    if snake[0].isdigit():
        snake = f"_{snake}"
    return f"{snake}_" if keyword.iskeyword(snake) else snake
