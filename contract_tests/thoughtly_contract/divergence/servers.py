"""The three servers that are compared."""

import logging
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from thoughtly_contract.divergence.case import Case
from thoughtly_contract.divergence.stock import stock_app
from thoughtly_contract.divergence.wire import Reply, send_until_it_dies
from thoughtly_contract.keys import Key
from thoughtly_contract.prism import PrismServer
from thoughtly_contract.target import mock_app, served
from thoughtly_mock.server import serving

Spec = Mapping[str, Any]
Opener = Callable[[Spec, tuple[Key, ...]], AbstractContextManager[str]]
MOCK, PRISM, CONNEXION = "mock", "Prism", "connexion"


@contextmanager
def mock(spec: Spec, keys: tuple[Key, ...]) -> Iterator[str]:
    """Serve the kit's mock as its command does; yield its URL."""
    app, _ = mock_app(spec, keys)
    with serving(app) as url:
        yield url


@contextmanager
def prism(spec: Spec, _keys: tuple[Key, ...]) -> Iterator[str]:
    """Serve Prism, which knows no keys, with its defaults; yield its URL."""
    with PrismServer.mock(spec) as server:
        yield server.url


@contextmanager
def connexion(spec: Spec, keys: tuple[Key, ...]) -> Iterator[str]:
    """Serve stock connexion under uvicorn with its defaults; yield its URL."""
    # Others have deprecated what it uses, and nobody who runs this can do anything about it.
    with warnings.catch_warnings(), stock_app(spec, keys) as app, served(app) as url:
        warnings.simplefilter("ignore")
        yield url


@contextmanager
def _silence() -> Iterator[None]:
    """Keep the servers in this process from logging every refusal."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)


SERVERS: dict[str, Opener] = {MOCK: mock, PRISM: prism, CONNEXION: connexion}


def ask(
    openers: Mapping[str, Opener], spec: Spec, keys: tuple[Key, ...], cases: Sequence[Case]
) -> dict[str, list[Reply]]:
    """Return what each server replies to each case; the servers are asked at the same time.

    Raises:
        PrismError: Prism cannot be started.
    """

    def replies(opener: Opener) -> list[Reply]:
        found: list[Reply] = []
        while len(found) < len(cases):
            with opener(spec, keys) as url:
                found += send_until_it_dies(url, cases[len(found) :])
        return found

    with _silence(), ThreadPoolExecutor(len(openers)) as pool:
        return dict(zip(openers, pool.map(replies, openers.values()), strict=True))
