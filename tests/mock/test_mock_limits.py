"""The manual's page of limits, and the fuzzer that hunts for what is beyond them."""

import importlib.util
import json
import re
import socket
import socketserver
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from thoughtly_mock import Settings, body, problems, store
from thoughtly_mock.connection import Limits
from thoughtly_openapi.loader import load_spec

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "mock-limits.md").read_text(encoding="utf-8")
FUZZ = ROOT / "scripts" / "fuzz.d" / "mock.py"


def test_the_page_states_the_limits_as_they_are() -> None:
    limits = Limits()
    stated = dict(
        re.findall(r"^\| ([^|]+) \| (\d+)(?: bytes| levels| s)? \|$", PAGE.partition("## Limits")[2], re.MULTILINE)
    )
    assert [int(value) for value in stated.values()] == [
        limits.head_bytes,
        Settings().body_limit,
        body.MAX_DEPTH,
        limits.head_seconds,
        limits.body_seconds,
        limits.answer_seconds,
        limits.idle_seconds,
        problems.MAX_FAULTS,
    ]
    assert f"for {body.DISCARDED_SECONDS:g} s or {body.DISCARDED_BYTES >> 20} MiB at most" in " ".join(PAGE.split())
    assert f"keeps {store.KEPT_BYTES >> 20} MiB" in PAGE


def test_the_example_of_the_page_prints_what_it_says(capsys: pytest.CaptureFixture[str]) -> None:
    example, printed = re.findall(r"```(?:python|text)\n(.*?)```", PAGE, re.DOTALL)
    exec(compile(example, "mock-limits.md", "exec"), {})
    assert capsys.readouterr().out == printed


def test_a_short_fuzz_finds_nothing_whatever_operations_there_are(tmp_path: Path) -> None:
    spec = tmp_path / "spec.json"
    spec.write_text(json.dumps(with_more_operations(load_spec())), encoding="utf-8")
    options = ["--seconds", "60", "--requests", "800", "--seed", "1", "--connections", "2", "--spec", str(spec)]
    finished = subprocess.run([sys.executable, str(FUZZ), *options], capture_output=True, text=True, check=False)
    assert (finished.returncode, finished.stderr) == (0, "")
    assert re.search(r"^800 requests: 400 \d+ times", finished.stdout, re.MULTILINE)
    assert " 204 " in finished.stdout


def with_more_operations(spec: dict[str, Any]) -> dict[str, Any]:
    query = [
        {"in": "query", "name": "phone_numbers_only", "schema": {"type": "boolean"}},
        {"in": "query", "name": "tags[]", "schema": {"type": "array", "items": {"type": "string"}, "maxItems": 3}},
        {"in": "query", "name": "sortDirection", "schema": {"type": "string", "enum": ["asc", "desc"]}},
        {"in": "query", "name": "page", "schema": {"type": "integer", "minimum": 1, "default": 1}},
    ]
    path = [
        {"in": "path", "name": "contact_id", "required": True, "schema": {"type": "string", "format": "uuid"}},
        {"in": "header", "name": "X-Levels", "schema": {"type": "array", "items": {"type": "number"}}},
    ]
    fine = {"200": {"description": "fine"}}
    gone = {"204": {"description": "gone"}}
    spec["paths"]["/contact"] = {"get": {"operationId": "find", "parameters": query, "responses": fine}}
    spec["paths"]["/contact/{contact_id}"] = {"delete": {"operationId": "drop", "parameters": path, "responses": gone}}
    return spec


@pytest.fixture
def fuzz(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(FUZZ.parent))
    spec = importlib.util.spec_from_file_location("fuzz_mock", FUZZ)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Wrong(socketserver.BaseRequestHandler):
    """A server that fails."""

    def handle(self) -> None:
        self.request.recv(65_536)
        self.request.sendall(b"HTTP/1.1 500 Internal Server Error\r\n\r\n")


class Silent(socketserver.BaseRequestHandler):
    """A server that never answers."""

    def handle(self) -> None:
        while self.request.recv(65_536):
            pass
        threading.Event().wait(2.0)


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Iterator[tuple[str, int]]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), request.param) as running:
        running.daemon_threads = True
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield "127.0.0.1", running.server_address[1]
        running.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("server", "fault"),
    [(Wrong, "500 after Sent(data=b"), (Silent, "no answer, and no end after")],
    indirect=["server"],
)
def test_the_fuzz_tells_what_a_server_fails_at(fuzz: Any, monkeypatch: pytest.MonkeyPatch, server, fault: str) -> None:
    monkeypatch.setattr(fuzz, "ANSWER_SECONDS", 0.2)
    hunt = fuzz.Fuzz(server, [b"GET / HTTP/1.1\r\n\r\n"], time.monotonic() + 60, requests=50)
    with pytest.raises(fuzz.Faulty, match=re.escape(fault)):
        hunt.run(Random("1"))


def test_the_fuzz_tells_that_the_mock_is_gone(fuzz: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = listener.getsockname()
    hunt = fuzz.Fuzz(address, [b"GET / HTTP/1.1\r\n\r\n"], time.monotonic() + 60, requests=50)
    with pytest.raises(fuzz.Faulty, match="the mock is gone after"):
        hunt.run(Random("1"))
