"""Running the mock under uvicorn."""

import json
import shlex
import socket
import sys
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from thoughtly_mock.connection import Limits
from thoughtly_mock.protocol import MockProtocol
from thoughtly_openapi.loader import Operation, operations, resolve

DEFAULT_LIMITS = Limits()


class PortError(Exception):
    """The address cannot be listened on."""


def serve(app: ASGIApp, host: str, port: int, announce: Callable[[str], None], limits: Limits = DEFAULT_LIMITS) -> None:
    """Serve ``app`` until a signal ends it.

    Args:
        app: the ASGI application.
        host: address to listen on.
        port: TCP port; 0 for a free one.
        announce: called with the base URL once the socket listens.
        limits: what one connection may cost.

    Raises:
        PortError: the address cannot be listened on.
    """
    listener = _listen(host, port)
    announce(_url(host, listener.getsockname()[1]))
    uvicorn.Server(_config(app, limits)).run(sockets=[listener])


@contextmanager
def serving(app: ASGIApp, host: str = "127.0.0.1", port: int = 0, limits: Limits = DEFAULT_LIMITS) -> Iterator[str]:
    """Serve ``app`` in a thread for the length of the block; yield its base URL.

    Raises:
        PortError: the address cannot be listened on.
    """
    listener = _listen(host, port)
    server = uvicorn.Server(_config(app, limits))
    # The kernel takes connections from here on; they wait until the server is up.
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True, name="thoughtly-mock")
    thread.start()
    try:
        yield _url(host, listener.getsockname()[1])
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


def _config(app: ASGIApp, limits: Limits) -> uvicorn.Config:
    protocol = type("Protocol", (MockProtocol,), {"limits": limits})
    return uvicorn.Config(
        app,
        http=protocol,
        ws="none",
        lifespan="off",
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=limits.idle_seconds,
        timeout_graceful_shutdown=2,
    )


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(1024)
    except (OSError, OverflowError) as error:
        listener.close()
        raise PortError(f"cannot listen on {host} port {port}: {error}") from error
    return listener


def _url(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def curl(spec: Mapping[str, Any], base_url: str, *, fixed: Collection[str]) -> str:
    """Return a command that calls the spec's first operation with its example, ready to paste.

    Args:
        spec: the compiled spec.
        base_url: where the mock answers.
        fixed: headers of which only one value is accepted; it is a secret and not shown.
    """
    operation = next(operations(spec))
    parts = ["curl", "--request", operation.method.upper(), base_url + _example_path(operation)]
    for name in _key_names(spec, operation):
        parts += ["--header", f"{name}: {'...' if name in fixed else 'any'}"]
    if (body := _example_body(spec, operation)) is not None:
        parts += ["--header", "content-type: application/json", "--data", json.dumps(body)]
    return shlex.join(parts)


def _example_path(operation: Operation) -> str:
    path = operation.path
    for parameter in operation.parameters:
        path = path.replace(f"{{{parameter['name']}}}", str(parameter.get("example", "1")))
    return path


def _key_names(spec: Mapping[str, Any], operation: Operation) -> list[str]:
    alternatives = operation.definition.get("security") or [{}]
    schemes = spec.get("components", {}).get("securitySchemes", {})
    return [schemes[name]["name"] for name in alternatives[0]]


def _example_body(spec: Mapping[str, Any], operation: Operation) -> Any:
    body = resolve(spec, operation.definition.get("requestBody", {}))
    for media in body.get("content", {}).values():
        for example in media.get("examples", {}).values():
            return resolve(spec, example).get("value")
    return None


def say(text: str) -> None:
    """Print a line at once, also into a pipe."""
    print(text, flush=True, file=sys.stdout)
