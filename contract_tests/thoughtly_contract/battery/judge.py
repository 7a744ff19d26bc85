"""Says what is wrong with the answer to a probe."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import jsonschema_rs

from thoughtly_contract.battery.probe import Expected, Probe
from thoughtly_contract.envelope import envelope_problem, has_envelope
from thoughtly_contract.evidence.fit import is_retry_after, response_of
from thoughtly_contract.exchange import Answer
from thoughtly_contract.keys import Key
from thoughtly_contract.validity import json_schema
from thoughtly_openapi.loader import Operation, operations

Spec = Mapping[str, Any]
# Shorter values could stand in an answer by chance.
SHORTEST_KEY = 8
TOO_MANY = 429


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with one answer."""

    kind: str
    message: str


class Judge:
    """Holds answers against one spec."""

    def __init__(self, spec: Spec, keys: tuple[Key, ...]) -> None:
        self._spec = spec
        self._secrets = [key.value.encode() for key in keys if len(key.value) >= SHORTEST_KEY]
        self._components = json_schema(spec.get("components", {}))
        self._validators: dict[str, Any] = {}

    def findings(self, probe: Probe, answer: Answer) -> Iterator[Finding]:
        """Yield everything that is wrong with the answer to a probe."""
        yield from self._unexpected(probe, answer)
        yield from self._headers(probe, answer)
        if probe.request.method != "HEAD":
            yield from self._body(probe, answer)
        yield from self._leaks(answer)

    def _unexpected(self, probe: Probe, answer: Answer) -> Iterator[Finding]:
        status = answer.status
        if status >= 500 and (status != 501 or probe.expected not in {Expected.NO_METHOD, Expected.NO_EFFECT}):
            yield Finding("ServerError", f"got {status}")
        elif status != TOO_MANY and not _is_as_expected(probe.expected, status):
            yield Finding(_KINDS[probe.expected], f"expected {probe.expected}, got {status}")
        elif self._is_of_operation(probe, status) and response_of(self._spec, probe.operation, status) is None:
            yield Finding("UndocumentedStatus", f"{status} is not documented")

    @staticmethod
    def _is_of_operation(probe: Probe, status: int) -> bool:
        # How a server refuses what never reaches an operation is not the operation's to document.
        return probe.expected in {Expected.SUCCESS, Expected.REFUSED, Expected.UNAUTHORIZED} and status != TOO_MANY

    def _headers(self, probe: Probe, answer: Answer) -> Iterator[Finding]:
        if answer.status == 405:
            yield from self._allow(probe, answer)
        if answer.status == 401 and not any(value.strip() for value in answer.all(b"www-authenticate")):
            yield Finding("NoChallenge", "401 without WWW-Authenticate")
        if answer.status == TOO_MANY and not _has_retry_after(answer):
            yield Finding("NoRetryAfter", "429 without Retry-After in seconds or as a date")
        if len(answer.all(b"content-type")) > 1:
            yield Finding("TwoContentTypes", "the answer has two content types")

    def _allow(self, probe: Probe, answer: Answer) -> Iterator[Finding]:
        allowed = {name.strip() for value in answer.all(b"allow") for name in value.decode("latin-1").split(",")}
        same_path = (entry for entry in operations(self._spec) if entry.path == probe.operation.path)
        documented = {entry.method.upper() for entry in same_path}
        if not allowed & documented and probe.expected is not Expected.NO_PATH:
            yield Finding("NoAllow", f"Allow in 405 does not name {', '.join(sorted(documented))}")
        if probe.request.method in allowed:
            yield Finding("WrongAllow", "Allow in 405 names the method that it refuses")

    def _body(self, probe: Probe, answer: Answer) -> Iterator[Finding]:
        # What makes a server fall over may be refused by whatever stands before it.
        if probe.expected is Expected.NO_CRASH:
            return
        media_type = next(iter(answer.all(b"content-type")), b"").decode("latin-1").partition(";")[0].strip().lower()
        wrapped = answer.status >= 400 and has_envelope(self._spec)
        if wrapped and (problem := envelope_problem(media_type, _json_of(answer))):
            yield Finding("NoErrorBody", problem)
        elif self._is_of_operation(probe, answer.status):
            yield from self._documented(probe.operation, answer, media_type)

    def _documented(self, operation: Operation, answer: Answer, media_type: str) -> Iterator[Finding]:
        found = response_of(self._spec, operation, answer.status)
        content = found[1].get("content", {}) if found else {}
        if not content:
            return
        if media_type not in {name.partition(";")[0].lower() for name in content}:
            yield Finding("WrongContentType", f"{media_type or 'no content type'} is not documented")
            return
        if not media_type.endswith(("/json", "+json")):
            return
        try:
            body = answer.json
        except ValueError as error:
            yield Finding("MalformedJson", f"the body is no JSON: {error}")
            return
        if answer.is_success and isinstance(body, dict) and body.get("error") is not None:
            yield Finding("ErrorOnSuccess", "`error` is neither null nor absent in a success")
        schema = content.get(media_type, {}).get("schema")
        if schema is not None and (problem := self._misfit(operation, answer.status, schema, body)):
            yield Finding("SchemaViolation", problem)

    def _misfit(self, operation: Operation, status: int, schema: Any, body: Any) -> str | None:
        name = f"{operation.operation_id} {status}"
        if name not in self._validators:
            rooted = {"allOf": [json_schema(schema)], "components": self._components}
            self._validators[name] = jsonschema_rs.Draft4Validator(rooted)
        error = next(self._validators[name].iter_errors(body), None)
        return None if error is None else re.sub(r"\s+", " ", f"{list(error.instance_path)}: {error.message}")

    def _leaks(self, answer: Answer) -> Iterator[Finding]:
        everything = answer.body + b"\n".join(value for _, value in answer.headers)
        if any(secret in everything for secret in self._secrets):
            yield Finding("KeyShown", "the answer shows a key")


_KINDS = {
    Expected.SUCCESS: "ValidRefused",
    Expected.REFUSED: "InvalidAccepted",
    Expected.UNAUTHORIZED: "KeysNotEnforced",
    Expected.NO_METHOD: "MethodTaken",
    Expected.NO_PATH: "PathTaken",
    Expected.NO_EFFECT: "MethodTaken",
}


def _is_as_expected(expected: Expected, status: int) -> bool:
    if expected is Expected.NO_CRASH:
        return True
    if expected is Expected.SUCCESS:
        return 200 <= status < 300
    if expected is Expected.REFUSED:
        return 400 <= status < 500 and status not in {401, 403, 404, 405}
    return (
        status
        in {
            Expected.UNAUTHORIZED: {401, 403},
            Expected.NO_METHOD: {405, 501},
            Expected.NO_EFFECT: {200, 204, 403, 404, 405, 501},
            Expected.NO_PATH: {301, 302, 303, 307, 308, 404, 405, 410},
        }[expected]
    )


def _json_of(answer: Answer) -> Any:
    try:
        return answer.json
    except ValueError:
        return None


def _has_retry_after(answer: Answer) -> bool:
    values = answer.all(b"retry-after")
    return len(values) == 1 and is_retry_after(values[0].decode("latin-1").strip())
