"""A workspace to vendor into, and a docs host on loopback."""

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from thoughtly_openapi.lock import read_lock, render_lock
from thoughtly_openapi.workspace import Workspace

ROOT = Path(__file__).resolve().parents[2]

Answer = Callable[[BaseHTTPRequestHandler], None]


FIRST_PAGE = "contact-call.yaml"


@pytest.fixture
def whole_workspace(tmp_path: Path) -> Workspace:
    """A checkout with everything that is vendored, overlays, lock and outputs."""
    root = tmp_path / "checkout"
    for folder in ("openapi", "generated_client"):
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
    if (ROOT / "node_modules").is_dir():
        (root / "node_modules").symlink_to(ROOT / "node_modules")
    return Workspace(root)


@pytest.fixture
def workspace(whole_workspace: Workspace) -> Workspace:
    """A checkout in which one page is vendored, whatever the project vendors by now."""
    lock = read_lock(whole_workspace)
    for file in lock.pages.keys() - {FIRST_PAGE}:
        (whole_workspace.upstream / file).unlink()
    first = replace(lock, pages={FIRST_PAGE: lock.pages[FIRST_PAGE]})
    whole_workspace.lock.write_bytes(render_lock(first))
    return whole_workspace


@dataclass
class DocsHost:
    """A real HTTP server whose answers a test sets by path."""

    url: str
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def serve(self, path: str, body: str | bytes, status: int = 200, **headers: str) -> str:
        """Answer ``path`` with ``body``; return its address."""
        content = body.encode() if isinstance(body, str) else body

        def answer(request: BaseHTTPRequestHandler) -> None:
            request.send_response(status)
            for name, value in headers.items():
                request.send_header(name.replace("_", "-"), value)
            request.send_header("content-length", str(len(content)))
            request.end_headers()
            request.wfile.write(content)

        self.answers[path] = answer
        return self.url + path

    def drip(self, path: str, *, head: bool) -> str:
        """Answer ``path`` a byte at a time, for ever."""

        def answer(request: BaseHTTPRequestHandler) -> None:
            if not head:
                request.send_response(200)
                request.end_headers()
            for _ in range(600):
                request.wfile.write(b"h")
                request.wfile.flush()
                time.sleep(0.05)

        self.answers[path] = answer
        return self.url + path


@pytest.fixture
def docs_host() -> Iterator[DocsHost]:
    """A docs host on a free port of loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            host.asked.append(self.path)
            with suppress(BrokenPipeError, ConnectionResetError):
                host.answers[self.path](self)

        def log_message(self, *arguments: object) -> None:
            """Keep the test run's output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    host = DocsHost(f"http://127.0.0.1:{server.server_port}")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield host
    server.shutdown()
    server.server_close()
