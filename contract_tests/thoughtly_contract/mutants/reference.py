"""A small server for any compiled spec, written apart from the mock."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from thoughtly_contract.exchange import Answer, Message, Request, json_answer, read_request, send_answer
from thoughtly_contract.keys import Key, requirements
from thoughtly_contract.mutants.rules import Check, Rules
from thoughtly_contract.validity import Validity, sent_texts
from thoughtly_contract.witness import Placed
from thoughtly_openapi.loader import Operation, operations

Spec = Mapping[str, Any]
_ENVELOPE: Spec = {"error": None, "data": {}}


@dataclass(frozen=True, slots=True)
class Route:
    """One operation with what recognises its paths and its valid requests."""

    pattern: re.Pattern[str]
    operation: Operation
    validity: Validity


class ReferenceServer:
    """An ASGI application that keeps the contract as far as its rules do, and remembers what it carried out."""

    def __init__(self, spec: Spec, keys: tuple[Key, ...], rules: Rules | None = None) -> None:
        """Serve every operation of ``spec`` to those who have ``keys``."""
        self._spec, self._keys, self._rules = spec, keys, rules or Rules()
        held_against = self._rules.spec(spec)
        self._routes = [
            Route(_pattern(operation.path), operation, Validity(held_against, operation))
            for operation in operations(held_against)
        ]
        self._bodies: list[Any] = []
        self.calls: list[Placed] = []
        """What was carried out, oldest first."""

    async def __call__(
        self,
        scope: Message,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        """Answer one request; every other ASGI scope is refused as ASGI asks."""
        if scope["type"] != "http":
            raise NotImplementedError(f"no {scope['type']} here")
        await send_answer(self._answer(await read_request(scope, receive)), scope, send)

    def _answer(self, request: Request) -> Answer:
        answer = self._rules.first(request) or self._route(request)
        return self._rules.success(answer) if answer.is_success else self._rules.refusal(answer)

    def _route(self, request: Request) -> Answer:
        path = self._rules.path(request.path.decode("latin-1"))
        found = [(match, route) for route in self._routes if (match := route.pattern.fullmatch(path))]
        if not found:
            return _error(404, "no such path")
        method = self._rules.method(request)
        for match, route in found:
            if method == route.operation.method.upper():
                return self._operate(route, _path_values(route.operation.path, match, self._rules.decoded), request)
        allow = ", ".join(sorted(route.operation.method.upper() for _, route in found)).encode()
        return _error(405, "no such method", (b"allow", allow))

    def _operate(self, route: Route, path: dict[str, str], request: Request) -> Answer:
        body, answer = self._judged(route, path, request)
        if answer.is_success:
            carried_out = self._rules.placed(body, self._bodies)
            self._bodies.append(body)
        else:
            carried_out = [body] if self._rules.placed_although(answer.status) else ()
        target = request.target.decode("latin-1")
        self.calls += [Placed(route.operation.operation_id, target, entry) for entry in carried_out]
        return answer

    def _judged(self, route: Route, path: dict[str, str], request: Request) -> tuple[Any, Answer]:
        headers = self._headers(request)
        let_in = self._lets_in(route.operation, request, headers)
        if not let_in and self._rules.keys_first(request):
            return None, _refused()
        body, problem = self._read(route.validity, path, request, headers)
        if problem:
            return body, _error(400, problem)
        return body, _success(route.operation) if let_in else _refused()

    def _headers(self, request: Request) -> dict[str, str]:
        values: dict[str, list[str]] = {}
        for name, value in request.headers:
            values.setdefault(name.decode("latin-1"), []).append(value.decode("latin-1"))
        return {name: self._rules.joined(given) for name, given in values.items()}

    def _lets_in(self, operation: Operation, request: Request, headers: Mapping[str, str]) -> bool:
        alternatives = requirements(self._spec, operation)
        checks = {
            key.scheme: Check(key.header.lower(), key.value, headers.get(key.header.lower()), request, headers)
            for key in self._keys
        }
        # In the spec's order: which key comes first is part of what a faulty server gets wrong.
        states = [[self._rules.is_right(checks[name]) for name in checks if name in wanted] for wanted in alternatives]
        return not states or self._rules.admits(states)

    def _read(
        self, validity: Validity, path: dict[str, str], request: Request, headers: Mapping[str, str]
    ) -> tuple[Any, str | None]:
        texts = partial(sent_texts, path=path, query=request.query.decode("latin-1"), headers=headers)
        if problem := validity.parameter_problem(
            lambda parameter: self._rules.texts(texts(parameter)), self._rules.scalar
        ):
            return None, problem
        if not validity.takes_body or (not request.body and not validity.needs_body):
            return None, None
        if not self._rules.media_type(headers.get("content-type", "")):
            return None, "the body is not application/json"
        try:
            body = self._rules.understood(request, self._rules.parse(request.body))
        except ValueError:
            return None, "the body is not JSON"
        return body, None if validity.fits(body) else "the body does not fit its schema"


def _success(operation: Operation) -> Answer:
    status = next(int(code) for code in operation.definition["responses"] if code.startswith("2"))
    return json_answer(status, _ENVELOPE)


def _refused() -> Answer:
    return _error(401, "a key is missing or wrong", (b"www-authenticate", b"ApiKey"))


def _error(status: int, message: str, *headers: tuple[bytes, bytes]) -> Answer:
    return json_answer(status, {"error": {"message": message}, "data": {}}, *headers)


def _pattern(template: str) -> re.Pattern[str]:
    parts = re.split(r"\{[^}]+\}", template)
    return re.compile("([^/]+)".join(map(re.escape, parts)))


def _path_values(template: str, match: re.Match[str], decoded: Callable[[str], str]) -> dict[str, str]:
    names = re.findall(r"\{([^}]+)\}", template)
    return dict(zip(names, map(decoded, match.groups()), strict=True))
