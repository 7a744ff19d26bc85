"""Success answers: from the spec's named examples, else made from its schema."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from thoughtly_mock.body import is_json
from thoughtly_mock.generate import Generator
from thoughtly_openapi.loader import Operation, resolve

NO_CONTENT = 204


@dataclass(frozen=True, slots=True)
class Answer:
    """What the mock answers with."""

    status: int
    body: bytes
    headers: Mapping[str, str]


class Successes:
    """Makes the success answers of one operation."""

    def __init__(self, spec: Mapping[str, Any], operation: Operation, seed: int) -> None:
        self.spec = spec
        self.seed = seed
        self.status, self.response = _success(spec, operation)
        content = self.response.get("content", {})
        self.media_type = next((name for name in content if is_json(name.split(";")[0])), None)
        self.media: Mapping[str, Any] = content.get(self.media_type, {})
        self.example = _example(spec, self.media)
        # Where nothing depends on the request, the answer is made once.
        changes = self.response.get("headers") or (self.media_type and self.example is None)
        self.fixed = None if changes else self._made("")

    def make(self, request_key: Callable[[], str]) -> Answer:
        """Return the answer to one request: the same for the same seed and request."""
        return self.fixed or self._made(request_key())

    def _made(self, request_key: str) -> Answer:
        generator = Generator(self.spec, f"{self.seed} {request_key}")
        headers = {
            name: _header_text(generator.value(resolve(self.spec, header).get("schema", {})))
            for name, header in self.response.get("headers", {}).items()
            if resolve(self.spec, header).get("required")
        }
        if self.media_type is None or self.status == NO_CONTENT:
            return Answer(self.status, b"", headers)
        body = self.example[0] if self.example else self._generated(generator)
        return json_answer(self.status, body, {"content-type": self.media_type, **headers})

    def _generated(self, generator: Generator) -> Any:
        schema = self.media.get("schema", {})
        body = generator.value(schema)
        return _without_error(body, resolve(self.spec, schema)) if isinstance(body, dict) else body


def json_answer(status: int, body: Any, headers: Mapping[str, str]) -> Answer:
    """Return an answer with a JSON body."""
    content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    return Answer(status, content, {"content-type": "application/json", **headers})


def _success(spec: Mapping[str, Any], operation: Operation) -> tuple[int, Mapping[str, Any]]:
    responses = operation.definition["responses"]
    documented = sorted(status for status in responses if status.startswith("2"))
    if not documented:
        return 200, resolve(spec, responses.get("default", {}))
    status = documented[0]
    return int(status.replace("XX", "00")), resolve(spec, responses[status])


def _example(spec: Mapping[str, Any], media: Mapping[str, Any]) -> tuple[Any] | None:
    if "example" in media:
        return (media["example"],)
    named = [resolve(spec, example) for example in media.get("examples", {}).values()]
    return next(((example["value"],) for example in named if "value" in example), None)


def _without_error(body: dict[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    # The spec's prose: on success `error` is null or omitted.
    if "error" in body:
        if "error" in schema.get("required", ()):
            return {**body, "error": None}
        return {name: value for name, value in body.items() if name != "error"}
    return body


def _header_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
