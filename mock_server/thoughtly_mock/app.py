"""Building the mock as a connexion application."""

import re
from collections.abc import Mapping
from functools import partial
from typing import Any

from starlette.types import ASGIApp

from thoughtly_mock.console import Console
from thoughtly_mock.control.document import control_document
from thoughtly_mock.control.handlers import Handlers
from thoughtly_mock.control.operation import ControlOperation
from thoughtly_mock.framework import (
    AbstractOperation,
    AsyncApp,
    Resolution,
    Resolver,
    RoutedAPI,
    RoutedMiddleware,
    RoutingMiddleware,
)
from thoughtly_mock.front import Front
from thoughtly_mock.operation import ServedOperation
from thoughtly_mock.settings import Settings
from thoughtly_mock.state import State
from thoughtly_mock.store import Store
from thoughtly_openapi.loader import load_spec, operations


def create_app(
    spec: Mapping[str, Any] | None = None, settings: Settings | None = None, store: Store | None = None
) -> AsyncApp:
    """Build the mock of a compiled spec.

    Args:
        spec: an OpenAPI 3.0 document in which every operation has an ``operationId``; default: the kit's own.
        settings: how it behaves.
        store: where every request is written down, and what is played is kept; default: memory of its own.

    Returns:
        An ASGI application.
    """
    spec = load_spec() if spec is None else spec
    settings = settings or Settings()
    state = State(spec, settings, store)
    document = control_document(spec, token=settings.control_token is not None)
    served = {**_api(spec, settings, state), **_control(spec, document, settings, state)}
    app = AsyncApp(
        "thoughtly_mock",
        middlewares=[
            Front(spec, document, settings, state),
            RoutingMiddleware,
            partial(_OperationMiddleware, served),
        ],
        resolver=_OperationIds(),
    )
    app.add_api(_routes(spec, document), base_path="")
    return app


def _api(spec: Mapping[str, Any], settings: Settings, state: State) -> dict[str, ASGIApp]:
    return {operation.operation_id: ServedOperation(spec, operation, settings, state) for operation in operations(spec)}


def _control(
    spec: Mapping[str, Any], document: Mapping[str, Any], settings: Settings, state: State
) -> dict[str, ASGIApp]:
    handlers = Handlers(Console(state.store, spec), spec, settings)
    return {
        operation.operation_id: ControlOperation(document, operation, settings, handlers.of(operation.operation_id))
        for operation in operations(document)
    }


def _routes(*documents: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the framework needs of some documents to find their operations; the rest is checked here."""
    paths: dict[str, Any] = {}
    for document in documents:
        for operation in operations(document):
            names = re.findall(r"{([^}]+)}", operation.path)
            paths.setdefault(operation.path, {})[operation.method] = {
                "operationId": operation.operation_id,
                "parameters": [{"in": "path", "name": name, "required": True, "schema": {}} for name in names],
                "responses": {"default": {"description": ""}},
            }
    return {"openapi": "3.0.3", "info": {"title": "", "version": ""}, "paths": paths}


class _OperationIds(Resolver):
    """Knows operations by their ids; they are served by `_OperationMiddleware` and need no function."""

    def resolve(self, operation: AbstractOperation) -> Resolution:
        return Resolution(_not_reached, operation.operation_id)


def _not_reached() -> None:
    raise AssertionError("every operation is served before this")


class _OperationApi(RoutedAPI[ASGIApp]):
    def __init__(self, *args: Any, served: Mapping[str, ASGIApp], **kwargs: Any) -> None:
        self.served = served
        super().__init__(*args, **kwargs)
        self.add_paths()

    def make_operation(self, operation: AbstractOperation) -> ASGIApp:
        return self.served[operation.operation_id]


class _OperationMiddleware(RoutedMiddleware[_OperationApi]):
    api_cls = _OperationApi

    def __init__(self, served: Mapping[str, ASGIApp], app: ASGIApp) -> None:
        super().__init__(app)
        self.served = served

    def add_api(self, specification: Any, **kwargs: Any) -> _OperationApi:
        return super().add_api(specification, served=self.served, **kwargs)
