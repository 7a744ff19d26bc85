"""The mock on a real socket, and a spec with operations of other shapes."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
import uvicorn
from starlette.types import ASGIApp

from thoughtly_mock import Settings, Store, create_app

KEYS = {"x-api-token": "any", "team_id": "any"}


@contextmanager
def serving(app: ASGIApp) -> Iterator[int]:
    """Serve ``app`` on a free port of loopback; yield the port."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="session")
def port() -> Iterator[int]:
    with serving(create_app()) as number:
        yield number


@pytest.fixture(scope="session")
def mock(port: int) -> Iterator[httpx.Client]:
    """A client of the mock that sends good keys."""
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=KEYS, trust_env=False) as client:
        yield client


@pytest.fixture
def mock_of() -> Iterator[Callable[..., httpx.Client]]:
    """Serves another spec, with other settings, or with a store to read: ``mock_of(spec, settings, store)``."""
    open_servers = []

    def start(
        spec: dict[str, Any] | None = None, settings: Settings | None = None, store: Store | None = None
    ) -> httpx.Client:
        server = serving(create_app(spec, settings, store))
        number = server.__enter__()
        client = httpx.Client(base_url=f"http://127.0.0.1:{number}", headers=KEYS, trust_env=False)
        open_servers.append((client, server))
        return client

    yield start
    for client, server in open_servers:
        client.close()
        server.__exit__(None, None, None)
