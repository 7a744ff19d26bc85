"""The outermost layer: finds the operation, serves the reference page, and answers what no operation answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from thoughtly_mock.body import ClientDisconnectError, RequestBody, headers
from thoughtly_mock.control.document import PREFIX
from thoughtly_mock.control.guard import require_own_site
from thoughtly_mock.cors import is_preflight, preflight_answer, shared
from thoughtly_mock.pages import Pages
from thoughtly_mock.problems import Problem
from thoughtly_mock.refusals import generic_refusal
from thoughtly_mock.routes import Match, Routes
from thoughtly_mock.scope import PATH_PARAMETERS, UNPARSEABLE
from thoughtly_mock.send import send_answer
from thoughtly_mock.settings import Settings
from thoughtly_mock.state import State


@dataclass(frozen=True, slots=True)
class Front:
    """Makes the front layer for one spec; called with the application that serves operations."""

    spec: Mapping[str, Any]
    control: Mapping[str, Any]
    """The OpenAPI document of the control plane."""
    settings: Settings
    state: State

    def __call__(self, app: ASGIApp) -> ASGIApp:
        """Wrap ``app``."""
        return _Front(app, self)


class _Front:
    def __init__(self, app: ASGIApp, made_for: Front) -> None:
        self.app, self.state, self.hosts = app, made_for.state, made_for.settings.hosts
        self.routes, self.pages = Routes(made_for.spec), Pages(made_for.spec, made_for.control)
        self.control = Routes(made_for.control)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == UNPARSEABLE:
            self.state.unparseable(scope["raw"], scope["status"], scope["detail"])
            return
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = raw_path(scope)
        try:
            if path.startswith(PREFIX):
                await self._serve_control(path, scope, receive, send)
            else:
                await self._serve(path, scope, receive, send)
        except ClientDisconnectError:
            return

    async def _serve(self, path: str, scope: Scope, receive: Receive, send: Send) -> None:
        if (origin := _origin(scope)) is not None:
            sent = headers(scope)
            if is_preflight(scope, sent) and (methods := self.routes.methods(path)):
                await send_answer(preflight_answer(sent, methods), scope, send, RequestBody(scope, receive))
                return
            send = shared(send, origin)
        await self._answer(path, scope, receive, send)

    async def _answer(self, path: str, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            match = self.routes.match(scope["method"], path)
        except Problem as problem:
            if problem.status == 404 and self.pages.has(path):
                await self._page(scope, receive, send)
            else:
                answer = generic_refusal(problem)
                self.state.witness(scope).refused(answer, problem.detail)
                await send_answer(answer, scope, send, RequestBody(scope, receive))
        else:
            await self.app(_routed(scope, match), receive, send)

    async def _serve_control(self, path: str, scope: Scope, receive: Receive, send: Send) -> None:
        # What is asked of the control plane is not part of what happened to the API: the journal has none of it.
        try:
            require_own_site(scope, self.hosts)
            if self.pages.has(path):
                await self.pages(scope, receive, send)
                return
            match = self.control.match(scope["method"], path)
        except Problem as problem:
            await send_answer(generic_refusal(problem), scope, send, RequestBody(scope, receive))
        else:
            await self.app(_routed(scope, match), receive, send)

    async def _page(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self.pages(scope, receive, send)
        except Problem as problem:
            await send_answer(generic_refusal(problem), scope, send, RequestBody(scope, receive))


def _origin(scope: Scope) -> str | None:
    return next((value.decode("latin-1") for name, value in scope["headers"] if name == b"origin"), None)


def raw_path(scope: Scope) -> str:
    """Return the path as it was sent, percent-encoding and all."""
    raw = scope.get("raw_path") or scope["path"].encode()
    return str(raw.split(b"?")[0].decode("latin-1"))


def _routed(scope: Scope, match: Match) -> Scope:
    # The framework routes on the decoded path, in which an encoded slash would end a segment: it is given a path that
    # has the right shape and nothing in it that could mislead it.
    path = match.operation.path
    for name in match.path_parameters:
        path = path.replace(f"{{{name}}}", "0")
    return {**scope, "path": path, "root_path": "", PATH_PARAMETERS: match.path_parameters}
