"""Answers from the spec's named examples, else made from its schemas."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from thoughtly_mock.body import is_json
from thoughtly_mock.evidence import ASSUMED, DOCUMENTED, nearest, of_schema, weakest
from thoughtly_mock.generate import Generator
from thoughtly_mock.problems import Problem
from thoughtly_openapi.loader import resolve

NO_CONTENT = 204
RETRY_SECONDS = "1"
_NO_HEADERS: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the mock answers with."""

    status: int
    body: bytes
    headers: Mapping[str, str]
    evidence: str = ASSUMED
    """How sure it is that upstream answers so."""


class DocumentedResponse:
    """One response of an operation, ready to be made."""

    def __init__(
        self,
        spec: Mapping[str, Any],
        status: int,
        definition: Mapping[str, Any],
        seed: int,
        *,
        above: str = DOCUMENTED,
        always: Mapping[str, str] = _NO_HEADERS,
    ) -> None:
        """Make a response ready.

        Args:
            spec: the spec that it is of.
            status: HTTP status.
            definition: its Response Object.
            seed: of bodies that are made from the schema.
            above: evidence of what the definition stands in.
            always: headers that HTTP demands with this status, by lower-case name; they win over documented ones.
        """
        self.spec, self.status, self.seed = spec, status, seed
        self.definition, self._always = definition, always
        content = definition.get("content", {})
        self.media_type = next((name for name in content if is_json(name.split(";")[0])), None)
        self.media: Mapping[str, Any] = content.get(self.media_type, {})
        self.examples = _examples(spec, self.media)
        self._headers = {name.lower(): resolve(spec, header) for name, header in definition.get("headers", {}).items()}
        self._head_evidence = self._evidence_of_head(above)
        self._media_evidence = nearest(self.media, definition, above=above)
        self.evidence = weakest(
            self._head_evidence, of_schema(spec, self.media.get("schema", {}), self._media_evidence)
        )
        """Of an answer whose body is made from the schema."""
        # Where nothing depends on the request, the answer is made once.
        self.fixed = None if self._headers or self._needs_body else self.usual("")

    @property
    def _needs_body(self) -> bool:
        return self.media_type is not None and not self.examples

    def _evidence_of_head(self, above: str) -> str:
        own = nearest(self.definition, above=above)
        invented = [ASSUMED for name in self._always if name not in self._headers]
        return weakest(own, *invented, *(nearest(header, above=own) for header in self._headers.values()))

    def usual(self, key: str) -> Answer:
        """Return the answer with the first example, else with a body from the schema.

        Args:
            key: the same key gives the same body.
        """
        name = next(iter(self.examples), None)
        return self.generated(key) if name is None else self.example(name, key)

    def example(self, name: str, key: str) -> Answer:
        """Return the answer with a named example.

        Raises:
            Problem: 404, naming the examples that there are.
        """
        if name not in self.examples:
            known = ", ".join(self.examples) or "none"
            detail = f"header prefer: example={name}: the examples of status {self.status} are: {known}"
            raise Problem(404, detail, mocks_own=True)
        example = self.examples[name]
        evidence = weakest(self._head_evidence, self._media_evidence, nearest(example, above=self._media_evidence))
        return self._answer(example["value"], self.headers(key), evidence)

    def generated(self, key: str) -> Answer:
        """Return the answer with a body from the schema."""
        generator = self._generator(key)
        headers = self.headers(key)
        if self.media_type is None:
            return self._answer(None, headers, self._head_evidence)
        schema = self.media.get("schema", {})
        body = generator.value(schema)
        if self.status < 300 and isinstance(body, dict):
            body = _without_error(self.spec, body, generator.flat(schema))
        return self._answer(body, headers, self.evidence)

    def headers(self, key: str) -> dict[str, str]:
        """Return the headers that the response documents, and those that HTTP demands."""
        generator = self._generator(f"headers {key}")
        documented = {name: _header(name, header, generator) for name, header in self._headers.items()}
        return {**documented, **self._always}

    def _generator(self, key: str) -> Generator:
        return Generator(self.spec, f"{self.seed} {key}")

    def _answer(self, body: Any, headers: Mapping[str, str], evidence: str) -> Answer:
        if self.media_type is None or self.status == NO_CONTENT:
            return Answer(self.status, b"", headers, evidence)
        return json_answer(self.status, body, {"content-type": self.media_type, **headers}, evidence)


def json_answer(status: int, body: Any, headers: Mapping[str, str], evidence: str = ASSUMED) -> Answer:
    """Return an answer with a JSON body."""
    content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    return Answer(status, content, {"content-type": "application/json", **headers}, evidence)


def _examples(spec: Mapping[str, Any], media: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    if "example" in media:
        return {"example": {"value": media["example"]}}
    named = {name: resolve(spec, example) for name, example in media.get("examples", {}).items()}
    return {name: example for name, example in named.items() if "value" in example}


def _without_error(spec: Mapping[str, Any], body: dict[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    # The spec's prose: on success `error` is null or omitted.
    if "error" not in schema.get("required", ()):
        return {name: value for name, value in body.items() if name != "error"}
    if resolve(spec, schema.get("properties", {}).get("error", {})).get("nullable"):
        return {**body, "error": None}
    return body


def _header(name: str, header: Mapping[str, Any], generator: Generator) -> str:
    if "example" in header:
        return _header_text(header["example"])
    # The schema says that it is text; HTTP says which.
    return RETRY_SECONDS if name == "retry-after" else _header_text(generator.value(header.get("schema", {})))


def _header_text(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    # Nothing in a header may end it.
    return "".join(character if " " <= character <= "~" else "?" for character in text)
