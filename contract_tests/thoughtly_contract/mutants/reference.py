"""A small server for any compiled spec, written apart from the mock, with one switch per fault."""

import json
import re
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from thoughtly_contract.keys import Key, KeyState, requirements, satisfies
from thoughtly_contract.mutants.requests import RequestChecker, path_pattern, path_values
from thoughtly_openapi.loader import Operation, operations

Message = MutableMapping[str, Any]


class Fault(StrEnum):
    """What a broken server does wrong."""

    NO_DATA = "a success without data"
    ERROR_ON_SUCCESS = "a success with an error in it"
    UNDOCUMENTED_STATUS = "a success that is not documented"
    SERVER_ERROR = "500 on bad input"
    ACCEPTS_BAD_INPUT = "a success on bad input"
    REJECTS_VALID = "400 on every valid request"
    PLAIN_TEXT_ERROR = "errors in plain text"
    ERROR_WITHOUT_ERROR = "errors whose error is null"
    EITHER_KEY = "one good key is enough"
    EMPTY_KEY = "an empty key is a good key"
    WRONG_KEY = "any key is a good key"
    NO_KEYS = "no key is needed"
    ANY_METHOD = "every method is answered as the documented one"
    NO_ALLOW = "405 without Allow"


@dataclass(frozen=True, slots=True)
class Answer:
    """One response before it is sent."""

    status: int
    body: Any
    headers: tuple[tuple[bytes, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class Route:
    """One operation with what recognises its paths and its valid requests."""

    pattern: re.Pattern[str]
    operation: Operation
    checker: RequestChecker


class ReferenceServer:
    """An ASGI application that keeps the contract, except for one fault."""

    def __init__(self, spec: Mapping[str, Any], keys: tuple[Key, ...], fault: Fault | None = None) -> None:
        """Serve every operation of ``spec`` to those who have ``keys``."""
        self._spec, self._keys, self._fault = spec, keys, fault
        self._routes = [
            Route(path_pattern(operation.path), operation, RequestChecker(spec, operation))
            for operation in operations(spec)
        ]

    async def __call__(
        self,
        scope: Message,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        """Answer one request; every other ASGI scope is refused as ASGI asks."""
        if scope["type"] != "http":
            raise NotImplementedError(f"no {scope['type']} here")
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        answer = self._answer(scope, body)
        content, media_type = self._rendered(answer)
        headers = [(b"content-type", media_type), (b"content-length", b"%d" % len(content)), *answer.headers]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else content})

    def _rendered(self, answer: Answer) -> tuple[bytes, bytes]:
        if answer.status >= 400 and self._fault is Fault.PLAIN_TEXT_ERROR:
            return b"error", b"text/plain"
        return json.dumps(answer.body).encode(), b"application/json"

    def _answer(self, scope: Message, body: bytes) -> Answer:
        path = scope["raw_path"].decode("latin-1")
        found = [(match, route) for route in self._routes if (match := route.pattern.fullmatch(path))]
        if not found:
            return self._error(404, "no such path")
        for match, route in found:
            if scope["method"] == route.operation.method.upper() or self._fault is Fault.ANY_METHOD:
                return self._operate(route, path_values(route.operation.path, match), scope, body)
        allow = ", ".join(sorted(route.operation.method.upper() for _, route in found)).encode()
        headers = () if self._fault is Fault.NO_ALLOW else ((b"allow", allow),)
        return self._error(405, "no such method", headers)

    def _operate(self, route: Route, path: dict[str, str], scope: Message, body: bytes) -> Answer:
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        if not self._lets_in(route.operation, headers):
            return self._error(401, "a key is missing or wrong", ((b"www-authenticate", b"ApiKey"),))
        problem = route.checker.problem(path, scope["query_string"].decode("latin-1"), headers, body)
        if problem and self._fault is not Fault.ACCEPTS_BAD_INPUT:
            return self._error(500 if self._fault is Fault.SERVER_ERROR else 400, problem)
        return self._error(400, "no") if self._fault is Fault.REJECTS_VALID else self._success(route.operation)

    def _lets_in(self, operation: Operation, headers: Mapping[str, str]) -> bool:
        alternatives = requirements(self._spec, operation)
        chosen = {key: self._state(key, headers.get(key.header.lower())) for key in self._keys}
        if self._fault is Fault.EITHER_KEY:
            alternatives = [{scheme} for alternative in alternatives for scheme in alternative]
        return self._fault is Fault.NO_KEYS or satisfies(alternatives, chosen)

    def _state(self, key: Key, value: str | None) -> KeyState:
        if value is None:
            return KeyState.MISSING
        if not value:
            return KeyState.GOOD if self._fault is Fault.EMPTY_KEY else KeyState.EMPTY
        return KeyState.GOOD if value == key.value or self._fault is Fault.WRONG_KEY else KeyState.WRONG

    def _success(self, operation: Operation) -> Answer:
        status = next(int(code) for code in operation.definition["responses"] if code.startswith("2"))
        body: dict[str, Any] = {"error": None, "data": {}}
        if self._fault is Fault.NO_DATA:
            del body["data"]
        if self._fault is Fault.ERROR_ON_SUCCESS:
            body["error"] = {"message": "it failed"}
        return Answer(299 if self._fault is Fault.UNDOCUMENTED_STATUS else status, body)

    def _error(self, status: int, message: str, headers: tuple[tuple[bytes, bytes], ...] = ()) -> Answer:
        error = None if self._fault is Fault.ERROR_WITHOUT_ERROR else {"message": message}
        return Answer(status, {"error": error, "data": {}}, headers)
