"""No input knocks the mock over: a corpus of raw requests over real sockets, to the mock in a process of its own."""

import importlib.util
import json
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import httpx
import pytest

WAIT_SECONDS = 60.0
GROWTH_MIB = 40
LONGEST_REFUSAL = 10_000


def load_corpus() -> ModuleType:
    place = Path(__file__).with_name("raw_corpus.py")
    spec = importlib.util.spec_from_file_location("raw_corpus", place)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


corpus = load_corpus()
ROWS = corpus.rows()


@pytest.fixture(scope="module")
def process() -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "thoughtly_mock", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        yield running
        running.terminate()


@pytest.fixture(scope="module")
def address(process: subprocess.Popen[str]) -> tuple[str, int]:
    assert process.stdout is not None
    found = re.search(r"http://(127\.0\.0\.1):(\d+)", process.stdout.readline())
    assert found
    return found[1], int(found[2])


Exchange = Callable[[bytes, bool], bytes]


@pytest.fixture(scope="module")
def exchange(address: tuple[str, int]) -> Exchange:
    """Sends bytes on a connection of its own; returns everything that is answered until the answer is whole."""

    def run(data: bytes, half: bool = False) -> bytes:
        with socket.create_connection(address, timeout=WAIT_SECONDS) as connection:
            sender = _Sender(connection, data, half)
            return sender.run()

    return run


class _Sender:
    """Sends and receives by turns: who sends a large request to a server that has already refused it must read."""

    def __init__(self, connection: socket.socket, data: bytes, half: bool) -> None:
        self.connection, self.data, self.half = connection, data, half

    def run(self) -> bytes:
        received = b""
        try:
            self.connection.sendall(self.data)
            if self.half:
                self.connection.shutdown(socket.SHUT_WR)
            # A request of its own says where the answers end.
            elif not last(self.data):
                self.connection.sendall(END)
            while chunk := self.connection.recv(65_536):
                received += chunk
        except (ConnectionResetError, BrokenPipeError):
            pass
        return received


END = b"GET /end HTTP/1.1\r\nhost: mock\r\nconnection: close\r\n\r\n"
END_MARK = b"the spec has no path /end"


def last(data: bytes) -> bool:
    """Whether the connection ends by itself after this request."""
    return b"connection: close" in data.lower() or b"HTTP/1.0\r\n" in data


def answers(received: bytes) -> list[tuple[int, bytes]]:
    """Return status and text of each answer, without the one to the request that ends the connection."""
    parts = re.split(rb"(?=HTTP/1\.1 \d{3} )", received)
    found = [(int(part[9:12]), part) for part in parts if part.startswith(b"HTTP/1.1")]
    return [(status, text) for status, text in found if status >= 200 and END_MARK not in text]


@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
def test_every_request_gets_a_typed_answer(row, exchange: Exchange) -> None:
    """The one in the table; refusals are bounded JSON in the API's own shape. A hang would end the wait."""
    given = answers(exchange(row.data, row.half))
    status, text = given[-1] if given else (corpus.CLOSED, b"")
    assert status == row.status, text[:300]
    assert all(answer < 500 for answer, _ in given)
    if status >= 400 and not row.data.startswith(b"HEAD"):
        head, _, body = text.partition(b"\r\n\r\n")
        assert b"content-type: application/json" in head
        assert len(text) < LONGEST_REFUSAL
        refusal = json.loads(body)
        assert refusal["data"] == {}
        assert refusal["error"]["status"] == status
        assert ("allow:" in head.decode().lower()) == (status == 405)


def test_the_corpus_is_large() -> None:
    assert len({row.name for row in ROWS}) == len(ROWS) >= 200


def test_the_mock_answers_as_ever_after_all_of_it_and_has_not_grown(
    exchange: Exchange, process: subprocess.Popen[str], address: tuple[str, int]
) -> None:
    for row in ROWS:
        exchange(row.data, row.half)
    before = resident_mib(process.pid)
    for row in ROWS:
        exchange(row.data, row.half)
    assert resident_mib(process.pid) - before < GROWTH_MIB
    assert process.poll() is None
    answer = httpx.post(
        f"http://{address[0]}:{address[1]}/contact/call",
        json=corpus.CALL,
        headers={"x-api-token": "t", "team_id": "m"},
        trust_env=False,
    )
    assert (answer.status_code, answer.json()) == (200, {"error": None, "data": {}})


def test_the_journal_has_it_all_and_no_key(address: tuple[str, int], exchange: Exchange) -> None:
    exchange(corpus.post(), True)
    exchange(b"nonsense x-api-token: canary-31aa-token\r\n\r\n", True)
    journal = httpx.get(f"http://{address[0]}:{address[1]}/_mock/requests?limit=10000", trust_env=False)
    assert journal.status_code == 200
    entries = journal.json()["requests"]
    assert {"accepted", "refused", "unparseable"} <= {entry["verdict"] for entry in entries}
    assert "canary" not in journal.text
    assert entries[-1]["head"].startswith("nonsense x-api-token: [redacted]")


def resident_mib(pid: int) -> int:
    listed = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=True)
    return int(listed.stdout) // 1024
