"""Which features of OpenAPI the later stages serve; the others are refused, each by JSON pointer.

A feature is refused here because one of the stages would misread it silently: the client generator, the mock,
schemathesis or Prism. Keywords that OpenAPI 3.0 does not know never get this far: validation refuses them. Extensions
(``x-...``) are ignored by all stages.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from thoughtly_openapi.errors import UnsupportedError
from thoughtly_openapi.loader import escape, resolve
from thoughtly_openapi.naming import snake_case

# The shape of a document: for each kind of object, which members hold objects of which kind. "*" stands for every
# member of a map, "[]" for every item of an array. Members that are not listed hold no object that a rule looks at.
SHAPE: dict[str, dict[str, str]] = {
    "document": {"paths": "paths", "components": "components", "servers": "[]server"},
    "paths": {"*": "path item"},
    "path item": {
        "parameters": "[]parameter",
        **dict.fromkeys(("get", "put", "post", "delete", "options", "head", "patch", "trace"), "operation"),
    },
    "operation": {
        "parameters": "[]parameter",
        "requestBody": "request body",
        "responses": "responses",
    },
    "responses": {"*": "response"},
    "response": {"headers": "*header", "content": "response content"},
    "request body": {"content": "request content"},
    "request content": {"*": "media type"},
    "response content": {"*": "media type"},
    "media type": {"schema": "schema"},
    "parameter": {"schema": "schema"},
    "header": {"schema": "schema"},
    "schema": {
        "properties": "*schema",
        **dict.fromkeys(("items", "additionalProperties", "not"), "schema"),
        **dict.fromkeys(("allOf", "oneOf", "anyOf"), "[]schema"),
    },
    "components": {
        "schemas": "*schema",
        "responses": "*response",
        "parameters": "*parameter",
        "requestBodies": "*request body",
        "headers": "*header",
        "securitySchemes": "*security scheme",
    },
}


@dataclass(frozen=True, slots=True)
class Place:
    """One object of the spec."""

    kind: str
    pointer: str
    value: Mapping[str, Any]
    spec: Mapping[str, Any]


def places(spec: Mapping[str, Any]) -> Iterator[Place]:
    """Yield every object of ``spec`` that a rule may look at, its kind and its JSON pointer."""
    yield from _walk(Place("document", "", spec, spec))


def _walk(place: Place) -> Iterator[Place]:
    yield place
    if "$ref" not in place.value:
        for member, kind in SHAPE.get(place.kind, {}).items():
            for key, value in _members(place, member, kind):
                if isinstance(value, Mapping):
                    yield from _walk(Place(kind.lstrip("*[]"), place.pointer + key, value, place.spec))


def _members(place: Place, member: str, kind: str) -> Iterator[tuple[str, Any]]:
    if member == "*":
        yield from ((f"/{escape(key)}", value) for key, value in place.value.items() if not key.startswith("x-"))
    elif member in place.value:
        value = place.value[member]
        if kind.startswith("*"):
            yield from ((f"/{member}/{escape(key)}", item) for key, item in value.items())
        elif kind.startswith("[]"):
            yield from ((f"/{member}/{index}", item) for index, item in enumerate(value))
        else:
            yield f"/{member}", value


Rule = Callable[[Place], Iterator[tuple[str, str]]]
"""Yields, for one place, what is not served: the rest of the pointer, and why."""


def _document(place: Place) -> Iterator[tuple[str, str]]:
    if not place.value["openapi"].startswith("3.0."):
        yield "/openapi", "the mock's framework reads OpenAPI 3.0 only"


def _path_item(place: Place) -> Iterator[tuple[str, str]]:
    if "servers" in place.value:
        yield "/servers", "the client sends every operation to the same server"
    for method in ("head", "options", "trace"):
        if method in place.value:
            yield f"/{method}", f"the mock answers {method.upper()} by itself"


def _operation(place: Place) -> Iterator[tuple[str, str]]:
    if "servers" in place.value:
        yield "/servers", "the client sends every operation to the same server"
    if "callbacks" in place.value:
        yield "/callbacks", "neither client nor mock sends or receives callbacks"
    if place.pointer.endswith("/get") and "requestBody" in place.value:
        yield "/requestBody", "a GET request has no body"
    alternatives = [entry for entry in place.value.get("security", []) if entry]
    if len(alternatives) > 1:
        yield "/security", "the client cannot choose between alternative credentials"


def _server(place: Place) -> Iterator[tuple[str, str]]:
    if "variables" in place.value:
        yield "/variables", "the client needs the server's address as it is"


def _security_scheme(place: Place) -> Iterator[tuple[str, str]]:
    kind, location = place.value.get("type"), place.value.get("in")
    if kind != "apiKey":
        yield "/type", f"the client sends API keys; {kind} is not served"
    elif location != "header":
        yield "/in", f"the client sends API keys in headers; {location} is not served"


SERVED_STYLES = {"path": "simple", "query": "form", "header": "simple"}


def _parameter(place: Place) -> Iterator[tuple[str, str]]:
    location = place.value.get("in")
    if "content" in place.value:
        yield "/content", "the client generator reads parameters with a schema only"
    if location == "cookie":
        yield "/in", "the client sends no cookies"
    elif location in SERVED_STYLES and place.value.get("style", SERVED_STYLES[location]) != SERVED_STYLES[location]:
        yield "/style", f"{place.value['style']} is not served, only {SERVED_STYLES[location]}"
    yield from _parameter_type(place, location)


def _parameter_type(place: Place, location: str | None) -> Iterator[tuple[str, str]]:
    for schema in _alternatives(place.spec, place.value.get("schema", {})):
        kind = schema.get("type")
        if kind == "object" or (kind == "array" and location != "query"):
            yield "/schema", f"the client cannot write an {kind} into a {location} parameter"
        for item in _alternatives(place.spec, schema.get("items", {})):
            if item.get("type") in {"object", "array"}:
                yield "/schema/items", f"the client cannot write an {item['type']} into an array parameter"


def _alternatives(
    spec: Mapping[str, Any], reference: Mapping[str, Any], above: tuple[int, ...] = ()
) -> Iterator[Mapping[str, Any]]:
    """Yield a schema and all that it is combined of."""
    schema = resolve(spec, reference)
    if id(schema) not in above:  # a schema may be combined of itself
        yield schema
        for keyword in ("allOf", "anyOf", "oneOf"):
            for part in schema.get(keyword, []):
                yield from _alternatives(spec, part, (*above, id(schema)))


def _content(place: Place) -> Iterator[tuple[str, str]]:
    for media_type in place.value:
        if not is_json(media_type):
            yield f"/{escape(media_type)}", "the mock reads and writes JSON only"


def _request_content(place: Place) -> Iterator[tuple[str, str]]:
    yield from _content(place)
    for media_type in list(place.value)[1:]:
        yield f"/{escape(media_type)}", "the client sends the first media type only"
    for media_type, value in place.value.items():
        if "schema" not in value and is_json(media_type):
            yield f"/{escape(media_type)}", "the client generator leaves out an operation whose body has no schema"


def is_json(media_type: str) -> bool:
    """Whether ``media_type`` is JSON by RFC 6839: ``application/json`` or any ``+json``."""
    essence = media_type.split(";")[0].strip().lower()
    return essence == "application/json" or essence.endswith("+json")


def _schema(place: Place) -> Iterator[tuple[str, str]]:
    if place.value.get("format") == "binary":
        yield "/format", "binary data is no JSON"
    kinds = {type(value) for value in place.value.get("enum", []) if value is not None}
    if kinds and kinds not in ({str}, {int}):
        yield "/enum", "the client generator reads enumerations of strings, or of integers, only"


def _components(place: Place) -> Iterator[tuple[str, str]]:
    owners: dict[str, str] = {}
    for name in place.value.get("schemas", {}):
        other = owners.setdefault(snake_case(name), name)
        if other != name:
            yield f"/schemas/{escape(name)}", f"the client generator gives it the same name as {other}"


RULES: dict[str, tuple[Rule, ...]] = {
    "document": (_document,),
    "path item": (_path_item,),
    "operation": (_operation,),
    "server": (_server,),
    "security scheme": (_security_scheme,),
    "parameter": (_parameter,),
    "request content": (_request_content,),
    "response content": (_content,),
    "schema": (_schema,),
    "components": (_components,),
}


def check_features(spec: Mapping[str, Any]) -> None:
    """Refuse a valid spec that one of the later stages would misread.

    Raises:
        UnsupportedError: maps the JSON pointer of each finding to the reason.
    """
    findings = {
        place.pointer + rest: reason
        for place in places(spec)
        for rule in RULES.get(place.kind, ())
        for rest, reason in rule(place)
    }
    if findings:
        raise UnsupportedError(findings)
