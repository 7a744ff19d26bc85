"""What is in an exchange that is not in the spec."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qsl

from thoughtly_contract.evidence.fit import Fit, media_type_of, response_of
from thoughtly_contract.evidence.reading import ABSENT, Reader, Reading
from thoughtly_contract.traffic.har import NO_BODY
from thoughtly_contract.traffic.recorded import Recorded
from thoughtly_contract.traffic.undocumented import undocumented
from thoughtly_mock.problems import Problem
from thoughtly_mock.routes import Routes
from thoughtly_openapi.loader import Operation, resolve

Spec = Mapping[str, Any]


class Kind(StrEnum):
    """What sort of thing is not in the spec."""

    UNKNOWN_PATH = "unknown path"
    UNKNOWN_METHOD = "unknown method"
    FORBIDDEN_TAKEN = "forbidden, and taken"
    VALID_REFUSED = "valid, and refused"
    UNDOCUMENTED_STATUS = "undocumented status"
    ANSWER_MISFIT = "answer that does not fit"
    HEADER_MISFIT = "header that does not fit"
    ERROR_ON_SUCCESS = "error on success"
    REFUSED_ADDRESS = "not documented, and refused"
    NEW_FIELD = "field that is not documented"
    NEW_PARAMETER = "parameter that is not documented"
    NO_HEADER = "documented header that is missing"

    @property
    def is_drift(self) -> bool:
        """Whether client, server and spec cannot all be right; else it is worth a note."""
        return self not in {Kind.REFUSED_ADDRESS, Kind.NEW_FIELD, Kind.NEW_PARAMETER, Kind.NO_HEADER}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not in the spec. Its texts may still hold names that were sent."""

    kind: Kind
    subject: str
    """The operation, or a method and a path."""
    detail: str


_REFUSED_INPUT = frozenset({400, 405, 406, 415, 422})


class Drift:
    """Holds exchanges against one spec."""

    def __init__(self, spec: Spec) -> None:
        self._spec, self._routes, self._fit = spec, Routes(spec), Fit(spec)
        self._readers: dict[str, Reader] = {}

    def operation(self, method: str, path: bytes) -> Operation | Problem:
        """Return the operation that a request is for, or why there is none."""
        try:
            return self._routes.match(method, path.decode("latin-1")).operation
        except Problem as problem:
            return problem

    def unknown(self, recorded: Recorded, problem: Problem) -> Finding:
        """Return what is to say of a request to no operation."""
        method, status = recorded.request.method, recorded.answer.status
        path = _without_ids(recorded.request.path.decode("latin-1"))
        if not recorded.answer.is_success:
            return Finding(Kind.REFUSED_ADDRESS, f"{method} {path}", f"answered {status}")
        kind = Kind.UNKNOWN_METHOD if problem.status == 405 else Kind.UNKNOWN_PATH
        return Finding(kind, f"{method} {path}", f"answered {status}")

    def findings(self, recorded: Recorded, operation: Operation) -> Iterator[Finding]:
        """Yield everything of an exchange that is not in the spec."""
        subject = f"{operation.method.upper()} {operation.path}"
        for kind, detail in (*self._request(recorded, operation), *self._answer(recorded, operation)):
            yield Finding(kind, subject, detail)

    def _request(self, recorded: Recorded, operation: Operation) -> Iterator[tuple[Kind, str]]:
        reading, status = self._reading(recorded, operation), recorded.answer.status
        if recorded.answer.is_success and self._is_forbidden(recorded, reading):
            yield Kind.FORBIDDEN_TAKEN, f"{reading.problem}: answered {status}"
        if reading.is_valid and recorded.request_is_whole and status in _REFUSED_INPUT and not recorded.played:
            yield Kind.VALID_REFUSED, f"answered {status}"
        if reading.value is not ABSENT and recorded.request_is_whole:
            schema = _schema(resolve(self._spec, operation.definition.get("requestBody", {})), "application/json")
            for pointer in undocumented(self._spec, schema, reading.value):
                yield Kind.NEW_FIELD, f"{pointer} in the request"
        known = {entry["name"] for entry in operation.parameters if entry["in"] == "query"}
        for name in {key for key, _ in parse_qsl(recorded.request.query.decode("latin-1"), keep_blank_values=True)}:
            if name not in known:
                yield Kind.NEW_PARAMETER, f"{name} in the query"

    @staticmethod
    def _is_forbidden(recorded: Recorded, reading: Reading) -> bool:
        # Of a body that was not recorded nothing can be said; of keys and parameters it can.
        named = reading.keys or reading.parameters
        return reading.is_forbidden and (recorded.request_is_whole or named is not None)

    def _answer(self, recorded: Recorded, operation: Operation) -> Iterator[tuple[Kind, str]]:
        answer = recorded.answer
        if recorded.request.method == "HEAD":
            return
        found = response_of(self._spec, operation, answer.status)
        if found is None:
            yield Kind.UNDOCUMENTED_STATUS, str(answer.status)
            return
        name, response = found
        yield from self._headers(recorded, name, response)
        content = response.get("content", {})
        if content and answer.status not in NO_BODY and recorded.answer_is_whole:
            yield from self._body(recorded, name, content)

    def _headers(self, recorded: Recorded, name: str, response: Mapping[str, Any]) -> Iterator[tuple[Kind, str]]:
        for header, reference in response.get("headers", {}).items():
            definition = resolve(self._spec, reference)
            if problem := self._fit.header_problem(header, definition, recorded.answer):
                absent = not recorded.answer.all(header.lower().encode()) and not definition.get("required")
                yield Kind.NO_HEADER if absent else Kind.HEADER_MISFIT, f"{name}: {problem}"

    def _body(self, recorded: Recorded, name: str, content: Mapping[str, Any]) -> Iterator[tuple[Kind, str]]:
        answer = recorded.answer
        if problem := self._fit.content_problem(content, answer):
            yield Kind.ANSWER_MISFIT, f"{name}: {problem}"
            return
        if not media_type_of(answer).endswith(("/json", "+json")):
            return
        body = answer.json
        if answer.is_success and isinstance(body, dict) and body.get("error") is not None:
            yield Kind.ERROR_ON_SUCCESS, f"{name}: error is neither null nor absent"
        for pointer in undocumented(self._spec, _schema({"content": content}, media_type_of(answer)), body):
            yield Kind.NEW_FIELD, f"{pointer} in {name}"

    def _reading(self, recorded: Recorded, operation: Operation) -> Reading:
        if operation.operation_id not in self._readers:
            self._readers[operation.operation_id] = Reader(self._spec, operation)
        return self._readers[operation.operation_id].read(recorded.request)


def _schema(part: Mapping[str, Any], media_type: str) -> Mapping[str, Any]:
    for name, media in part.get("content", {}).items():
        if name.partition(";")[0].lower() == media_type:
            schema: Mapping[str, Any] = media.get("schema", {})
            return schema
    return {}


def _without_ids(path: str) -> str:
    """Return a path with ``*`` for everything in it that could be of a person."""
    return re.sub(r"[^/]*[^A-Za-z/_.\-][^/]*|[^/]{33,}", "*", path)
