"""Serving one operation of the control plane, with the checks that operations of the API have."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.types import Receive, Scope, Send

from thoughtly_mock.answers import Answer
from thoughtly_mock.body import RequestBody
from thoughtly_mock.checks import Checks
from thoughtly_mock.control.events import EventStream
from thoughtly_mock.problems import Problem
from thoughtly_mock.refusals import generic_refusal
from thoughtly_mock.scenarios import Valid
from thoughtly_mock.scope import TOKEN_HEADER
from thoughtly_mock.send import send_answer
from thoughtly_mock.settings import Settings
from thoughtly_openapi.loader import Operation

Handler = Callable[[Valid], Awaitable[Answer | EventStream]]


class ControlOperation:
    """One operation of the control plane."""

    def __init__(self, document: Mapping[str, Any], operation: Operation, settings: Settings, handler: Handler) -> None:
        accepted = {TOKEN_HEADER: settings.control_token} if settings.control_token else {}
        self.operation_id = operation.operation_id
        self.settings = settings
        self.checks = Checks(document, operation, accepted)
        self.handler = handler

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, as ASGI asks."""
        body = RequestBody(scope, receive)
        try:
            answer = await self.handler(await self._read(scope, body))
        except Problem as problem:
            answer = generic_refusal(problem)
        if isinstance(answer, EventStream):
            await answer.send(receive, send)
        else:
            await send_answer(answer, scope, send, body)

    async def _read(self, scope: Scope, request_body: RequestBody) -> Valid:
        received = self.checks.admit(scope)
        content = await request_body.read(self.settings.body_limit)
        body = self.checks.parse(content, received)
        self.checks.require_valid(received, content, body)
        return Valid(self.operation_id, body, received)
