"""What the spec says of the requests of one operation: keys, then body, then everything else, all faults at once."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs

from jsonschema_rs import Draft202012Validator
from starlette.types import Scope

from thoughtly_mock import behaviours
from thoughtly_mock.body import check_content_type, headers, is_json, parse_json
from thoughtly_mock.credentials import Credentials
from thoughtly_mock.hints import BodyHints, with_parameter_hints
from thoughtly_mock.parameters import Received, parameters
from thoughtly_mock.problems import MAX_FAULTS, Fault, Problem, invalid
from thoughtly_mock.schemas import Schemas, errors_of, pointer
from thoughtly_mock.scope import PATH_PARAMETERS
from thoughtly_openapi.loader import Operation, resolve

MAX_QUERY_FIELDS = 1000
CONTINUE = "100-continue"


class Checks:
    """Holds the requests of one operation against the spec; everything is compiled at start."""

    def __init__(self, spec: Mapping[str, Any], operation: Operation, accepted: Mapping[str, str]) -> None:
        schemas = Schemas(spec, "request")
        self._credentials = Credentials(spec, operation, accepted)
        self._parameters = parameters(spec, operation, schemas)
        self._body = _BodyRules(spec, operation, schemas)

    def admit(self, scope: Scope) -> Received:
        """Return the parameters of a request that has the keys.

        Raises:
            Problem: 401; 400 where the query cannot be read; 417 for an expectation.
        """
        received = Received(scope[PATH_PARAMETERS], _query(scope), headers(scope))
        if (expected := received.header.get("expect", CONTINUE)).lower() != CONTINUE:
            raise Problem(417, f"the expectation {expected!r} cannot be met: only {CONTINUE} can")
        self._credentials.check(received.header)
        return received

    def parse(self, content: bytes, received: Received) -> Any:
        """Return a body as JSON; None where the operation takes none.

        Raises:
            Problem: 415, or 400.
        """
        return self._body.parse(content, received.header)

    def require_valid(self, received: Received, content: bytes, body: Any) -> None:
        """Refuse a request that breaks the spec.

        Raises:
            Problem: 400, with every fault.
        """
        faults = [fault for parameter in self._parameters for fault in parameter.faults(received)]
        faults += self._body.faults(content, body)
        if faults:
            raise invalid(with_parameter_hints(faults, self._parameters, received))


class _BodyRules:
    def __init__(self, spec: Mapping[str, Any], operation: Operation, schemas: Schemas) -> None:
        definition = resolve(spec, operation.definition.get("requestBody", {}))
        media = next((m for name, m in definition.get("content", {}).items() if is_json(name.split(";")[0])), None)
        self.required: bool = definition.get("required", False)
        schema = (media or {}).get("schema", {})
        self.validator: Draft202012Validator | None = None if media is None else schemas.compile(schema)
        self.hints = BodyHints(spec, schema, behaviours.of(operation.operation_id).aliases)

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
        errors = errors_of(self.validator, body)
        return [
            Fault("body", pointer(error), error.message + self.hints.of(error))
            for error, _ in zip(errors, range(MAX_FAULTS), strict=False)
        ]


def _query(scope: Scope) -> dict[str, list[str]]:
    try:
        text = scope["query_string"].decode("ascii")
        return parse_qs(text, keep_blank_values=True, errors="strict", max_num_fields=MAX_QUERY_FIELDS)
    except ValueError as error:  # UnicodeDecodeError is one
        raise Problem(400, f"the query cannot be read: {error}") from error
