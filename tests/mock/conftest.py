"""The mock on a real socket, and a spec with operations of other shapes."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from thoughtly_mock import Settings, Store, create_app
from thoughtly_mock.server import serving

KEYS = {"x-api-token": "any", "team_id": "any"}


@pytest.fixture(scope="session")
def port() -> Iterator[int]:
    with serving(create_app()) as url:
        yield int(url.rpartition(":")[2])


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
        client = httpx.Client(base_url=server.__enter__(), headers=KEYS, trust_env=False)
        open_servers.append((client, server))
        return client

    yield start
    for client, server in open_servers:
        client.close()
        server.__exit__(None, None, None)
