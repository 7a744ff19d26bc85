"""Building the mock as a connexion application."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from starlette.types import ASGIApp

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
    served = {
        operation.operation_id: ServedOperation(spec, operation, settings, state) for operation in operations(spec)
    }
    app = AsyncApp(
        "thoughtly_mock",
        middlewares=[Front(spec, state), RoutingMiddleware, partial(_OperationMiddleware, served)],
        resolver=_OperationIds(),
    )
    app.add_api(dict(spec), base_path="")
    return app


class _OperationIds(Resolver):
    """Knows operations by their ids; they are served by `_OperationMiddleware` and need no function."""

    def resolve(self, operation: AbstractOperation) -> Resolution:
        return Resolution(_not_reached, operation.operation_id)


def _not_reached() -> None:
    raise AssertionError("every operation is served before this")


class _OperationApi(RoutedAPI[ServedOperation]):
    def __init__(self, *args: Any, served: Mapping[str, ServedOperation], **kwargs: Any) -> None:
        self.served = served
        super().__init__(*args, **kwargs)
        self.add_paths()

    def make_operation(self, operation: AbstractOperation) -> ServedOperation:
        return self.served[operation.operation_id]


class _OperationMiddleware(RoutedMiddleware[_OperationApi]):
    api_cls = _OperationApi

    def __init__(self, served: Mapping[str, ServedOperation], app: ASGIApp) -> None:
        super().__init__(app)
        self.served = served

    def add_api(self, specification: Any, **kwargs: Any) -> _OperationApi:
        return super().add_api(specification, served=self.served, **kwargs)
