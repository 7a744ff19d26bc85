"""The mock's reference page: Swagger UI at `/docs`, the spec at `/openapi.json`, all from this machine."""

import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from starlette.types import Receive, Scope, Send

from thoughtly_mock.answers import Answer
from thoughtly_mock.body import RequestBody
from thoughtly_mock.control.document import PREFIX
from thoughtly_mock.problems import Problem
from thoughtly_mock.send import send_answer

ASSETS = {
    "swagger-ui.css": "text/css",
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui-standalone-preset.js": "text/javascript",
}
# "Try it out" on this page must never reach production: it may connect to the mock alone.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'"
)
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title} (mock)</title>
<link rel="stylesheet" href="docs/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
"""
START = 'window.ui = SwaggerUIBundle({url: "openapi.json", dom_id: "#swagger-ui", validatorUrl: null});\n'


class Pages:
    """Serves the reference page of one spec, and the document of the control plane."""

    def __init__(self, spec: Mapping[str, Any], control: Mapping[str, Any]) -> None:
        # The mock is the only server that its own spec offers.
        local = {**spec, "servers": [{"url": "/", "description": "This mock"}]}
        title = str(spec["info"]["title"]).replace("&", "&amp;").replace("<", "&lt;")
        self._texts = {
            "/openapi.json": ("application/json", json.dumps(local, ensure_ascii=False)),
            f"{PREFIX}openapi.json": ("application/json", json.dumps(control, ensure_ascii=False)),
            "/docs": ("text/html; charset=utf-8", PAGE.format(title=title)),
            "/docs/start.js": ("text/javascript", START),
        }

    def has(self, path: str) -> bool:
        """Whether ``path`` is one of these pages."""
        return path in self._texts or path.removeprefix("/docs/") in ASSETS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one page, as ASGI asks."""
        if scope["method"] not in {"GET", "HEAD"}:
            raise Problem(405, f"{scope['method']} is not allowed here", headers={"allow": "GET, HEAD"})
        kind, content = self._read(scope["path"])
        headers = {"content-type": kind, "content-security-policy": POLICY, "x-content-type-options": "nosniff"}
        await send_answer(Answer(200, content, headers), scope, send, RequestBody(scope, receive))

    def _read(self, path: str) -> tuple[str, bytes]:
        if path in self._texts:
            kind, text = self._texts[path]
            return kind, text.encode()
        name = path.removeprefix("/docs/")
        return ASSETS[name], (files("swagger_ui") / "static" / name).read_bytes()
