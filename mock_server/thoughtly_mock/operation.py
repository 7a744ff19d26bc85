"""Serving one operation: keys, then body, then everything that the spec says of the request, then the answer."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from jsonschema_rs import Draft202012Validator
from starlette.types import Receive, Scope, Send

from thoughtly_mock.answers import Answer, Successes
from thoughtly_mock.body import RequestBody, check_content_type, headers, is_json, parse_json
from thoughtly_mock.credentials import Credentials
from thoughtly_mock.journal import Journal, Witness, key_headers
from thoughtly_mock.parameters import Received, parameters
from thoughtly_mock.problems import MAX_FAULTS, Fault, Problem, invalid
from thoughtly_mock.refusals import Refusals
from thoughtly_mock.schemas import Schemas, pointer
from thoughtly_mock.send import send_answer
from thoughtly_openapi.loader import Operation, resolve

PATH_PARAMETERS = "thoughtly_mock.path_parameters"
MAX_QUERY_FIELDS = 1000


@dataclass(frozen=True, slots=True)
class Settings:
    """How the mock behaves."""

    accepted: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The only accepted value of a key, by header name; a key without one is accepted when it is not empty."""
    seed: int = 0
    """Bodies made from schemas are the same for the same seed and request."""
    body_limit: int = 1_048_576
    """Bytes; a larger request body is refused with 413."""


class ServedOperation:
    """One operation of the spec, with all that serving it needs made ready at start."""

    def __init__(self, spec: Mapping[str, Any], operation: Operation, settings: Settings, journal: Journal) -> None:
        requests = Schemas(spec, "request")
        self.operation_id = operation.operation_id
        self.settings = settings
        self.journal = journal
        self.keys = key_headers(spec)
        self.credentials = Credentials(spec, operation, settings.accepted)
        self.parameters = parameters(spec, operation, requests)
        self.body = _BodyRules(spec, operation, requests)
        self.successes = Successes(spec, operation, settings.seed)
        self.refusals = Refusals(spec, operation, Schemas(spec, "response"), settings.seed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, as ASGI asks."""
        body = RequestBody(scope, receive)
        witness = Witness(self.journal, scope, self.keys, self.operation_id)
        try:
            answer = await self._answer(scope, body, witness)
        except Problem as problem:
            witness.refusal = problem.detail
            answer = self.refusals.render(problem)
        # Written first: whoever has the answer finds the request in the journal.
        witness.write(answer.status)
        await send_answer(answer, scope, send, body)

    async def _answer(self, scope: Scope, request_body: RequestBody, witness: Witness) -> Answer:
        received = Received(scope[PATH_PARAMETERS], _query(scope), headers(scope))
        self.credentials.check(received.header)
        content = witness.body = await request_body.read(self.settings.body_limit)
        body = witness.parsed = self.body.parse(content, received.header)
        faults = [fault for parameter in self.parameters for fault in parameter.faults(received)]
        faults += self.body.faults(content, body)
        if faults:
            raise invalid(faults)
        return self.successes.make(_request_key(scope, content))


class _BodyRules:
    def __init__(self, spec: Mapping[str, Any], operation: Operation, schemas: Schemas) -> None:
        definition = resolve(spec, operation.definition.get("requestBody", {}))
        media = next((m for name, m in definition.get("content", {}).items() if is_json(name.split(";")[0])), None)
        self.required: bool = definition.get("required", False)
        self.validator: Draft202012Validator | None = media and schemas.compile(media.get("schema", {}))

    def parse(self, content: bytes, of: Mapping[str, str]) -> Any:
        if self.validator is None or not content:
            return None
        check_content_type(of)
        return parse_json(content)

    def faults(self, content: bytes, body: Any) -> Sequence[Fault]:
        if self.validator is None:
            return ()
        if not content:
            return [Fault("body", "", "is required")] if self.required else ()
        errors = self.validator.iter_errors(body)
        return [
            Fault("body", pointer(error), error.message) for error, _ in zip(errors, range(MAX_FAULTS), strict=False)
        ]


def _query(scope: Scope) -> dict[str, list[str]]:
    try:
        text = scope["query_string"].decode("ascii")
        return parse_qs(text, keep_blank_values=True, errors="strict", max_num_fields=MAX_QUERY_FIELDS)
    except ValueError as error:  # UnicodeDecodeError is one
        raise Problem(400, f"the query cannot be read: {error}") from error


def _request_key(scope: Scope, content: bytes) -> str:
    parts = (scope["method"].encode(), scope.get("raw_path", b""), scope["query_string"], content)
    return hashlib.sha256(b"\0".join(parts)).hexdigest()
