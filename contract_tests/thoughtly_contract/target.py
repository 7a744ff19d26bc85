"""What a run checks: the mock in process, the mock or Prism over HTTP, or a URL, behind the guard if need be."""

import secrets
import socket
import sys
import threading
from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import uvicorn

from thoughtly_contract.differences import KnownDifferences
from thoughtly_contract.errors import TargetError
from thoughtly_contract.exchange import Caller, Request
from thoughtly_contract.gateway import Gateway
from thoughtly_contract.guard.options import proxy_of
from thoughtly_contract.guard.proxy import Proxy, running
from thoughtly_contract.guard.upstream import is_on_this_machine
from thoughtly_contract.keys import Key
from thoughtly_contract.prism import PrismServer
from thoughtly_contract.supervise import answers
from thoughtly_contract.witness import Witness, journal_of

Spec = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Target:
    """A server that is ready to be checked."""

    name: str
    app: Any
    """ASGI application that is the server, or leads to it."""
    tells_wrong_keys: bool
    """Whether the server is bound to refuse keys other than the ones given."""
    url: str | None = None
    """Where the server answers, unless it is in process."""
    differences: KnownDifferences = field(default_factory=KnownDifferences)
    witness: Witness | None = None
    """What the server did, where that can be seen."""
    proxy: Proxy | None = None
    """The guard before the server, where its calls are real."""


Keys = tuple[Key, ...]


@contextmanager
def open_target(arguments: Namespace, spec: Spec, keys: Keys, *, keys_are_known: bool) -> Iterator[Target]:
    """Start what the target's name stands for (``mock``, ``mock-http``, ``prism`` or a URL); stop it after the block.

    Args:
        arguments: of the command: the target, and the options of the guard.
        spec: of the server.
        keys: that it is sent.
        keys_are_known: whether these are keys that the server at a URL takes for good.

    Raises:
        TargetError: a URL that is refused, or behind which nothing answers.
        UsageError: a server whose calls are real, and not all that it takes to check one.
        ProcessError: the server that belongs to the target did not start.
    """
    opener = _OPENERS.get(arguments.target)
    if opener:
        with opener(spec, keys) as target:
            yield target
    elif arguments.guard or not is_on_this_machine(arguments.target):
        with _guarded(arguments, spec, keys_are_known=keys_are_known) as target:
            yield target
    else:
        yield _at_url(arguments.target, keys_are_known=keys_are_known)


@contextmanager
def _guarded(arguments: Namespace, spec: Spec, *, keys_are_known: bool) -> Iterator[Target]:
    mark = secrets.token_hex(8)
    told: list[str] = []
    proxy = proxy_of(arguments, spec, arguments.target, mark=mark, real=True, tell=told.append)
    with running(proxy) as url:
        gateway = Gateway(url, mark)
        if not proxy.dry_run:
            _require_answer(gateway)
        yield Target(proxy.upstream.url, gateway, keys_are_known, proxy.upstream.url, proxy=proxy)
    if proxy.dry_run:
        sys.stdout.writelines(told)


def _require_answer(gateway: Gateway) -> None:
    """Return if the server answers anything to a request that asks for nothing.

    Raises:
        TargetError: it does not.
    """
    with Caller(gateway) as call:
        call(Request("OPTIONS", b"/"))


def _at_url(url: str, *, keys_are_known: bool) -> Target:
    gateway = Gateway(url)
    parts = urlsplit(gateway.url)
    if not answers(str(parts.hostname), parts.port or 80):
        raise TargetError(f"nothing speaks HTTP at {gateway.url}; start the server first")
    return Target(url, gateway, tells_wrong_keys=keys_are_known, url=gateway.url)


@contextmanager
def _mock(spec: Spec, keys: Keys) -> Iterator[Target]:
    app, witness = mock_app(spec, keys)
    yield Target("mock", app, tells_wrong_keys=True, witness=witness)


@contextmanager
def _mock_http(spec: Spec, keys: Keys) -> Iterator[Target]:
    from thoughtly_mock.server import serving

    app, witness = mock_app(spec, keys)
    with serving(app) as url:
        yield Target("mock-http", Gateway(url), tells_wrong_keys=True, url=url, witness=witness)


@contextmanager
def _prism(spec: Spec, _keys: Keys) -> Iterator[Target]:
    with PrismServer.mock(spec) as prism:
        known = KnownDifferences.of("prism")
        yield Target("prism", Gateway(prism.url), tells_wrong_keys=True, url=prism.url, differences=known)


_OPENERS: dict[str, Callable[[Spec, Keys], Any]] = {"mock": _mock, "mock-http": _mock_http, "prism": _prism}
NAMED = frozenset(_OPENERS)
"""Targets that are no URL."""


def mock_app(spec: Spec, keys: Keys) -> tuple[Any, Witness]:
    """Return the kit's mock of ``spec`` that takes only these keys, and its journal."""
    # Importing connexion takes longer than everything else, and only this target needs it.
    from thoughtly_mock import MemoryStore, Settings, create_app

    store = MemoryStore()
    return create_app(spec, Settings(accepted={key.header: key.value for key in keys}), store), journal_of(store)


@contextmanager
def served(app: Any) -> Iterator[str]:
    """Serve an ASGI application on a free port of 127.0.0.1 for the length of the block; yield its URL."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical"))
        # The kernel takes connections from here on; they wait until the server is up.
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
