"""Prism runs only while it is supervised, answers everything, and reaches nothing but this machine."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from thoughtly_contract.errors import PrismError, TargetError
from thoughtly_contract.prism import PrismServer
from thoughtly_contract.prism.server import find_node, find_prism
from thoughtly_openapi.loader import load_spec

KEYS = {"x-api-token": "canary-token-1f9", "team_id": "canary-team-7c2"}
BODY = {"contact_id": "c", "interview_id": "i"}


def installed() -> str | None:
    try:
        find_node(), find_prism()
    except PrismError as error:
        return str(error)
    return None


pytestmark = pytest.mark.skipif(installed() is not None, reason=f"Prism cannot run here: {installed()}")


@pytest.fixture(scope="module")
def prism() -> Iterator[PrismServer]:
    with PrismServer.mock(load_spec()) as server:
        yield server


def group_of_prism(port: int) -> list[int]:
    """Return the ids of the processes whose command line names Prism and this port."""
    listing = subprocess.run(["ps", "-A", "-ww", "-o", "pid=,args="], capture_output=True, text=True, check=True).stdout
    lines = [line.split(maxsplit=1) for line in listing.splitlines()]
    return [int(pid) for pid, args in lines if "prism-cli" in args and f"--port {port} " in args]


def eventually(claim: Callable[[], bool]) -> bool:
    """Whether ``claim`` comes true before the patience of a test run ends; the bound is no measure of speed."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if claim():
            return True
        time.sleep(0.05)
    return False


def port_of(url: str) -> int:
    port = urlsplit(url).port
    assert port
    return port


def test_prism_answers_a_valid_request_with_a_documented_success(prism: PrismServer) -> None:
    answer = httpx.post(f"{prism.url}/contact/call", headers=KEYS, json=BODY, trust_env=False)
    assert answer.status_code == 200
    assert "data" in answer.json()


def test_malformed_json_gets_an_answer(prism: PrismServer) -> None:
    """With prism-http-server 5.16.0 the request hangs for ever, so its version is pinned."""
    headers = {**KEYS, "content-type": "application/json"}
    answer = httpx.post(f"{prism.url}/contact/call", headers=headers, content=b'{"contact_id": ', trust_env=False)
    assert 400 <= answer.status_code < 500


def test_prism_is_gone_after_its_block() -> None:
    with PrismServer.mock(load_spec()) as server:
        port = port_of(server.url)
        assert group_of_prism(port)
    assert not group_of_prism(port)


def test_prism_is_gone_after_an_exception() -> None:
    servers = []
    with pytest.raises(ZeroDivisionError), PrismServer.mock(load_spec()) as server:  # noqa: PT012 -- the block is tested
        servers.append(server)
        raise ZeroDivisionError
    assert not group_of_prism(port_of(servers[0].url))


@contextmanager
def command(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run the prism command until it says that it is ready; yield it and its address."""
    line = [sys.executable, "-m", "thoughtly_contract.prism", *arguments]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            ready = next(text for text in process.stdout if text.startswith("ready: "))
            yield process, ready.removeprefix("ready: ").strip()
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP], ids=lambda number: number.name)
def test_a_signal_to_the_command_ends_prism(number: signal.Signals) -> None:
    with command("mock", "--port", "0") as (process, url):
        process.send_signal(number)
        assert process.wait(30) == 128 + number
        assert not group_of_prism(port_of(url))


def test_killing_the_supervisor_leaves_no_orphan() -> None:
    """kill -9 gives the supervisor no chance to clean up; the kernel closes its pipe, and that ends the group."""
    with command("mock", "--port", "0") as (process, url):
        assert group_of_prism(port_of(url))
        os.kill(process.pid, signal.SIGKILL)
        assert eventually(lambda: not group_of_prism(port_of(url)))


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "thoughtly_contract.prism", *arguments]
    return subprocess.run(
        line, capture_output=True, text=True, check=False, timeout=120, env={**os.environ, **environment}
    )


def refused(result: subprocess.CompletedProcess[str], reason: str) -> bool:
    return result.returncode == 2 and reason in result.stderr and len(result.stderr.splitlines()) == 1


def test_a_port_in_use_is_one_clear_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert refused(run("mock", "--port", str(port)), f"port {port} on 127.0.0.1 cannot be had")


def test_a_missing_node_is_one_clear_line(tmp_path: Path) -> None:
    assert refused(run("mock", PATH=str(tmp_path)), "apt-get install nodejs npm")


def test_a_missing_spec_is_one_clear_line() -> None:
    assert refused(run("mock", "nowhere.yaml"), "there is no spec at nowhere.yaml")


def test_missing_node_modules_are_one_clear_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("thoughtly_contract.prism.server.__file__", str(tmp_path / "server.py"))
    with pytest.raises(PrismError, match="scripts/setup"):
        find_prism()


def test_a_prism_that_does_not_start_is_reported_with_what_it_said(tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("openapi: [")
    with pytest.raises(PrismError, match=r"it said: .+"), PrismServer.mock(broken):
        pytest.fail("it must not start")


@pytest.mark.parametrize("upstream", ["http://api.thoughtly.com", "http://0.0.0.0:1", "https://127.0.0.1:1"])
def test_the_proxy_refuses_an_upstream_that_is_not_loopback(upstream: str) -> None:
    with pytest.raises(TargetError, match="refused"), PrismServer.proxy(load_spec(), upstream):
        pytest.fail("it must not start")


class Upstream(BaseHTTPRequestHandler):
    """Echoes what arrives as data, except that it redirects what asks for it."""

    seen: list[bytes]

    def do_GET(self) -> None:
        type(self).seen.append(b"GET")
        self.send_error(404)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        type(self).seen.append(body)
        away = json.loads(body)["contact_id"] == "redirect"
        answer = json.dumps({"data": {}}).encode()
        self.send_response(307 if away else 200)
        # A documentation address (RFC 5737): were it ever dialled, nobody would answer.
        self.send_header("location", "http://192.0.2.1/contact/call")
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *arguments: object) -> None:
        """Print nothing."""


@pytest.fixture
def upstream() -> Iterator[HTTPServer]:
    Upstream.seen = []
    with HTTPServer(("127.0.0.1", 0), Upstream) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_the_proxy_passes_requests_on_and_writes_their_json_anew(upstream: HTTPServer) -> None:
    with PrismServer.proxy(load_spec(), f"http://localhost:{upstream.server_port}") as proxy:
        body = b'{ "contact_id": "c", "interview_id": "i", "n": 1.0 }'
        headers = {**KEYS, "content-type": "application/json"}
        answer = httpx.post(f"{proxy.url}/contact/call", headers=headers, content=body, trust_env=False)
    assert answer.json() == {"data": {}}
    assert Upstream.seen == [b'{"contact_id":"c","interview_id":"i","n":1}']


def test_the_proxy_follows_no_redirect_off_this_machine(upstream: HTTPServer, tmp_path: Path) -> None:
    """Prism itself would follow it, with the keys, and so place a call."""
    with (tmp_path / "log").open("w+b") as log:
        with PrismServer.proxy(load_spec(), f"http://127.0.0.1:{upstream.server_port}", output=log) as proxy:
            body = {**BODY, "contact_id": "redirect"}
            answer = httpx.post(f"{proxy.url}/contact/call", headers=KEYS, json=body, trust_env=False)
        log.seek(0)
        said = log.read().decode()
    assert answer.status_code == 500
    assert "refused to connect to 192.0.2.1" in said + answer.text


def test_prism_prints_no_key(tmp_path: Path) -> None:
    with (tmp_path / "log").open("w+b") as log:
        with PrismServer.mock(load_spec(), output=log) as server:
            httpx.post(f"{server.url}/contact/call", headers=KEYS, json={}, trust_env=False)
        log.seek(0)
        said = log.read().decode()
    assert "/contact/call" in said
    assert not [key for key in KEYS.values() if key in said]


def test_every_request_is_answered_on_one_connection(prism: PrismServer) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port_of(prism.url), timeout=60)
    for _ in range(3):
        connection.request("POST", "/contact/call", body="{}", headers={"content-type": "application/json"})
        assert connection.getresponse().read()
    connection.close()
