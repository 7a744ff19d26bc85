"""The servers that the mock is compared with: ``python servers.py stock|mock|bare PORT`` serves one until it is killed.

All three run under the mock's own server with its settings. `stock` is connexion as its manual has it: the same spec, a
handler that answers what the mock answers, and functions that accept every key.
"""

import sys
from typing import Any

from thoughtly_mock.server import serve
from thoughtly_openapi.loader import load_spec

ANSWER = {"error": None, "data": {}}
TEXT = b'{"error":null,"data":{}}'


def stock() -> Any:
    """Return stock connexion."""
    from thoughtly_mock.framework import AsyncApp, Resolver

    spec = load_spec()
    for scheme in spec["components"]["securitySchemes"].values():
        scheme["x-apikeyInfoFunc"] = "servers.any_key"
    app = AsyncApp("stock")
    app.add_api(spec, resolver=Resolver(lambda _operation_id: handler))
    return app


def any_key(key: str) -> dict[str, str] | None:
    """Accept every key that is not empty."""
    return {"sub": "anybody"} if key else None


async def handler(**_arguments: Any) -> tuple[dict[str, Any], int]:
    """Answer what the mock answers."""
    return ANSWER, 200


def mock() -> Any:
    """Return the mock; its journal is always on."""
    from thoughtly_mock import create_app

    return create_app()


def bare() -> Any:
    """Return an ASGI function that reads nothing."""

    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(TEXT)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": TEXT})

    return app


if __name__ == "__main__":
    made = {"stock": stock, "mock": mock, "bare": bare}[sys.argv[1]]()
    serve(made, "127.0.0.1", int(sys.argv[2]), lambda _url: None)
