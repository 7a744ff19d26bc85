"""Valid requests to an operation, made from its spec: the one that is always built upon, and a rich one."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote, urlencode

from thoughtly_contract.exchange import JSON, Request
from thoughtly_contract.keys import Key, requirements
from thoughtly_contract.validity import Validity
from thoughtly_mock import behaviours
from thoughtly_mock.generate import Generator
from thoughtly_openapi.loader import Operation, resolve

Spec = Mapping[str, Any]
SAFE_METHODS = {"get", "head", "options", "trace"}
_PAIRED = {
    "contract check": "text",
    "näme-😀": "wörth 😀",
    "long": "x" * 300,
    "number": 1,
    "big": 2**53 + 1,
    "nested": {"list": [1, None, True]},
    "empty": "",
}


@dataclass(frozen=True, slots=True)
class Sampler:
    """Makes the requests that the probes of one operation are variations of."""

    spec: Spec
    operation: Operation
    keys: tuple[Key, ...]
    validity: Validity
    contact: str | None = None
    """Upon whom valid requests act; None for whomever the spec has as an example."""

    @property
    def schema(self) -> Mapping[str, Any] | None:
        """The schema of the JSON body; None where the operation takes none."""
        body = resolve(self.spec, self.operation.definition.get("requestBody", {}))
        media = body.get("content", {}).get("application/json")
        return None if media is None else flattened(self.spec, media.get("schema", {}))

    def request(self, body: bytes = b"", query: Mapping[str, Any] | None = None) -> Request:
        """Return a request with good keys, valid parameters, and this body."""
        values = self._values()
        pairs = urlencode(query_of(self.operation, values) if query is None else query, doseq=True)
        headers = [(key.header.lower().encode(), key.value.encode()) for key in self._wanted()]
        headers += [
            (parameter["name"].lower().encode(), _text(values[parameter["name"]]).encode())
            for parameter in self.operation.parameters
            if parameter["in"] == "header" and parameter.get("required")
        ]
        if self.schema is not None:
            headers.append((b"content-type", JSON))
        return Request(self.operation.method.upper(), self.path(), pairs.encode(), tuple(headers), body)

    def path(self, values: Mapping[str, str] | None = None) -> bytes:
        """Return the path with these parameters, and valid ones in place of others."""
        path = self.operation.path
        for name, value in {**self._values(), **(values or {})}.items():
            path = path.replace(f"{{{name}}}", quote(_text(value), safe=""))
        return path.encode()

    def path_values(self, path: bytes) -> dict[str, str]:
        """Return the parameters of a path that this made."""
        found = _pattern(self.operation.path).fullmatch(path.decode("latin-1"))
        names = re.findall(r"\{([^}]+)\}", self.operation.path)
        return dict(zip(names, map(unquote, found.groups()), strict=True)) if found else {}

    @staticmethod
    def matches(template: str, path: bytes) -> bool:
        """Whether a path is one of a templated path."""
        return _pattern(template).fullmatch(path.decode("latin-1")) is not None

    def plain(self) -> Request:
        """Return a valid request: the spec's own example, where it has one."""
        return self.request(self.dumped(self.body()))

    def rich(self) -> Request:
        """Return a valid request with as much in it as the spec allows, spelled as unusually as HTTP and JSON allow."""
        body = self.rich_body()
        if self.schema is None:
            return self.request()
        text = json.dumps(body, ensure_ascii=False, indent="\t").encode() + b"\n"
        return self.request(text).with_header(b"content-type", b"Application/JSON; charset=UTF-8")

    def bare(self) -> Request | None:
        """Return an invalid request that says nothing of upon whom to act; None where there is no such request."""
        if self.operation.method in SAFE_METHODS:
            return self.plain()
        if self.schema is None or self._names_in_path():
            return None
        bodies: list[Any] = [{}, [], None]
        return next((self.request(self.dumped(body)) for body in bodies if not self.validity.fits(body)), None)

    def body(self) -> Any:
        """Return a valid body as JSON; None where the operation takes none."""
        body = resolve(self.spec, self.operation.definition.get("requestBody", {}))
        media = body.get("content", {}).get("application/json")
        if media is None:
            return None
        named = [resolve(self.spec, example) for example in media.get("examples", {}).values()]
        examples = [*([media["example"]] if "example" in media else ()), *(e["value"] for e in named if "value" in e)]
        valid = (example for example in examples if self.validity.fits(example))
        return self._addressed(next(valid, None) or self._generated(media.get("schema", {})))

    def rich_body(self) -> Any:
        """Return a valid body with more in it than most clients send; the plain one where the schema is too narrow."""
        body = self.body()
        if not isinstance(body, dict) or self.schema is None:
            return body
        for name, value in self._enrichments(body):
            richer = {name: value} | {known: kept for known, kept in body.items() if known != name}
            if self.validity.fits(richer) and self._addressed(richer) == richer:
                body = richer
        return body

    def _addressed(self, body: Any) -> Any:
        name = behaviours.of(self.operation.operation_id).contact
        return {**body, name: self.contact} if self.contact and name and isinstance(body, dict) else body

    def _enrichments(self, body: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        properties = (self.schema or {}).get("properties", {})
        yield "contract_check", {"unknown": ["to", "the", "spec"]}
        for name, member in properties.items():
            schema = flattened(self.spec, member)
            if schema.get("type") == "object":
                yield name, (body.get(name) or {}) | _PAIRED
            if schema.get("type") == "string":
                yield name, f"Contract-Check-{name}-ABCDEFGHIJKLMNOPQRSTUVWXYZ"

    def _generated(self, schema: Mapping[str, Any]) -> Any:
        return Generator(self.spec, self.operation.operation_id).value(schema)

    def required_values(self) -> dict[str, Any]:
        """Return the parameters that a plain request gives, by name."""
        values = self._values()
        return {entry["name"]: values[entry["name"]] for entry in self.operation.parameters if entry.get("required")}

    def _values(self) -> dict[str, Any]:
        return {
            parameter["name"]: parameter.get("example", self._generated(parameter["schema"]))
            for parameter in self.operation.parameters
        }

    def _wanted(self) -> list[Key]:
        alternatives = requirements(self.spec, self.operation)
        wanted = alternatives[0] if alternatives else set()
        return [key for key in self.keys if key.scheme in wanted]

    def _names_in_path(self) -> bool:
        return any(parameter["in"] == "path" for parameter in self.operation.parameters)

    @staticmethod
    def dumped(body: Any) -> bytes:
        """Return a body as it is sent."""
        return b"" if body is None else as_json(body)


def as_json(value: Any) -> bytes:
    """Return a JSON value as UTF-8."""
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile("([^/]+)".join(map(re.escape, re.split(r"\{[^}]+\}", template))))


def flattened(spec: Spec, schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a schema without reference at its top, and with the members of its `allOf` in it."""
    schema = resolve(spec, schema)
    merged = {key: value for key, value in schema.items() if key != "allOf"}
    for part in (flattened(spec, member) for member in schema.get("allOf", ())):
        properties = {**merged.get("properties", {}), **part.get("properties", {})}
        required = [*merged.get("required", ()), *part.get("required", ())]
        merged = {**merged, **part, "properties": properties, "required": required}
    return merged


def query_of(operation: Operation, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the required query parameters of an operation with these values."""
    names = [entry["name"] for entry in operation.parameters if entry["in"] == "query" and entry.get("required")]
    return {name: _query_value(values[name]) for name in names}


def _query_value(value: Any) -> Any:
    return [_text(entry) for entry in value] if isinstance(value, list) else _text(value)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
