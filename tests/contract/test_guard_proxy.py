"""Nothing that could place a call passes the guard unless it was asked for; everything else passes as it came."""

import importlib.util
import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from thoughtly_contract.guard.budget import Budget, BudgetError
from thoughtly_contract.guard.decision import Guard
from thoughtly_contract.guard.journal import Journal
from thoughtly_contract.guard.proxy import HEADER, Proxy, running
from thoughtly_contract.guard.upstream import Upstream
from thoughtly_openapi.loader import load_spec

SPEC = load_spec()
CANARIES = ("a-key-for-tests", "a-team-for-tests")


def load_production() -> ModuleType:
    place = Path(__file__).with_name("lenient_production.py")
    spec = importlib.util.spec_from_file_location("lenient_production", place)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


lenient: Any = load_production()


@pytest.fixture
def production() -> Iterator[Any]:
    """A server that calls whomever it can read out of a request."""
    with lenient.LenientProduction() as server:
        yield server


@pytest.fixture
def guarded(production: Any, tmp_path: Path) -> Callable[..., Any]:
    """Run the guard before that server, in this process."""

    def start(most: int = 0, *allowed: str, **options: Any) -> Any:
        budget = Budget(tmp_path / "budget.json", "production", most)
        told: list[str] = []
        journal = Journal(SPEC, tmp_path / "journal.ndjson")
        upstream = Upstream.of(f"http://127.0.0.1:{production.port}")
        proxy = Proxy(Guard(SPEC, budget, allowed), upstream, journal, tell=told.append, **options)
        return running(proxy)

    return start


def port_of(url: str) -> int:
    return int(url.rpartition(":")[2])


def send_many(ports: list[int], count: int, contacts: list[str], seed: int = 1) -> list[bytes]:
    """Send requests of every kind from eight senders at a time."""

    def one(number: int) -> bytes:
        source = random.Random(seed * 1_000_003 + number)
        answer: bytes = lenient.send(ports[number % len(ports)], lenient.any_request(source, contacts))
        return answer

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(one, range(count)))


def callees(production: Any) -> list[str]:
    return sorted(name for called in production.calls for name in called)


# Calls


def test_ten_thousand_requests_of_every_kind_place_no_call(production: Any, guarded: Any) -> None:
    with guarded(0, "ann") as url:
        answers = send_many([port_of(url)], 10_000, ["ann", "victim-77", "+15551234567"])
    assert production.calls == []
    assert len(production.requests) > 50
    assert sum(b" 403 " in answer[:20] for answer in answers) > 5_000


def test_that_production_would_have_called(production: Any) -> None:
    """Without the guard; otherwise the test above would tell nothing."""
    send_many([production.port], 300, ["victim-77"])
    assert len(production.calls) > 150


@pytest.mark.parametrize("most", [1, 5])
def test_no_more_calls_are_placed_than_allowed_and_to_nobody_else(production: Any, guarded: Any, most: int) -> None:
    with guarded(most, "ann") as url:
        send_many([port_of(url)], 1_000, ["ann", "victim-77"])
    assert callees(production) == ["ann"] * most


def test_guards_that_are_killed_and_share_a_file_place_no_more_calls_together(
    production: Any, tmp_path: Path, start_guard: Callable[..., Any]
) -> None:
    options = ["--upstream", f"http://127.0.0.1:{production.port}", "--budget", str(tmp_path / "shared.json")]
    options += ["--max-calls", "6", "--allow-contact", "ann"]
    for round_ in range(3):
        guards = [start_guard(*options) for _ in range(2)]
        with ThreadPoolExecutor(1) as pool:
            sending = pool.submit(send_many, [guard.port for guard in guards], 150, ["ann", "victim-77"], round_)
            while not production.calls and not sending.done():
                pass
            guards[0].process.send_signal(signal.SIGKILL)
            sending.result()
    left = json.loads((tmp_path / "shared.json").read_text())["calls"]
    assert len(left) == 6
    assert 1 <= len(production.calls) <= 6
    assert set(callees(production)) == {"ann"}


def test_a_call_is_counted_before_it_is_sent_and_never_given_back(
    guarded: Any, tmp_path: Path, production: Any
) -> None:
    production.__exit__()
    with guarded(1, "ann") as url:
        first, second = (lenient.send(port_of(url), lenient.plain("ann")) for _ in range(2))
    assert first.startswith(b"HTTP/1.1 502 ")
    assert second.startswith(b"HTTP/1.1 403 ")
    assert [call["contact"] for call in json.loads((tmp_path / "budget.json").read_text())["calls"]] == ["ann"]


# Bytes


def test_a_request_passes_byte_for_byte(production: Any, guarded: Any) -> None:
    """Only the lines that belong to the connection are other ones."""
    request = b"PuT /other/%7e?a=%20b&&c HTTP/1.1\r\nHOST:there\r\nx-OdD:  two  blanks \r\nX-odd: \xff\xfe\r\n"
    with guarded() as url:
        answer = lenient.send(port_of(url), request + b"Content-Length: 3\r\nConnection: keep-alive\r\n\r\n\x00\xff\n")
    lines = request.split(b"\r\n")
    sent = [lines[0], b"Host: 127.0.0.1:%d" % production.port, *lines[2:-1], b"Content-Length: 3", b"Connection: close"]
    assert production.requests == [b"\r\n".join(sent) + b"\r\n\r\n\x00\xff\n"]
    assert answer == b'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 11\r\n\r\n{"data":{}}'


def test_chunks_pass_as_they_came(production: Any, guarded: Any) -> None:
    head = b"POST /contact/call HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\n"
    chunks = b"1\r\n{\r\n1\r\n}\r\n0\r\n\r\n"
    with guarded() as url:
        lenient.send(port_of(url), head + chunks)
    assert production.requests[0].endswith(b"\r\n\r\n" + chunks)


@pytest.mark.parametrize(
    "request_",
    [
        b"POST /a HTTP/1.1\r\nhost: h\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /a HTTP/1.1\r\nhost: h\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{} ",
        b"POST /a HTTP/1.1\r\nhost: h\r\ncontent-length: +2\r\n\r\n{}",
        b"POST /a HTTP/1.1\r\nhost: h\r\ntransfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        b"POST /a HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\n2;a=b\r\n{}\r\n0\r\n\r\n",
        b"POST /a HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\n0\r\ncontact_id: a\r\n\r\n",
        b"POST /a HTTP/1.1\r\nhost: h\r\n folded: line\r\n\r\n",
        b"POST /a HTTP/1.1\r\nhost: h\r\nname : value\r\n\r\n",
        b"POST /a HTTP/1.1\r\nhost: h\r\nbare: \rreturn\r\n\r\n",
        b"POST /a HTTP/1.1\nhost: h\n\n\r\n\r\n",
        b"POST /a HTTP/1.1\r\nhost: h\r\nhost: i\r\n\r\n",
        b"POST /a HTTP/1.1\r\nhost: h\r\nupgrade: h2c\r\n\r\n",
        b"POST /a HTTP/1.1\r\nhost: h\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n{}",
        b"POST http://other/a HTTP/1.1\r\nhost: h\r\n\r\n",
        b"CONNECT other:443 HTTP/1.1\r\nhost: h\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"POST /a  HTTP/1.1\r\nhost: h\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n",
        b"POST /a HTTP/1.1\r\nhost: h\r\na: " + b"a" * 70_000 + b"\r\n\r\n",
        b"POST /a HTTP/1.1\r\nhost: h\r\ncontent-length: 2000000\r\n\r\n",
        b"POST /a HTTP/1.1\r\nhost: h\r\ncontent-length: 9\r\n\r\n{}",
    ],
)
def test_what_two_servers_could_read_differently_is_not_sent(production: Any, guarded: Any, request_: bytes) -> None:
    with guarded() as url:
        answer = lenient.send(port_of(url), request_)
    assert answer.startswith(b"HTTP/1.1 403 ")
    assert f"\r\n{HEADER}: refused\r\n".encode() in answer
    assert production.requests == []


def test_only_the_first_request_of_a_connection_is_sent(production: Any, guarded: Any) -> None:
    with guarded() as url:
        lenient.send(port_of(url), b"GET /a HTTP/1.1\r\nhost: h\r\n\r\n" + lenient.plain("victim-77"))
    assert len(production.requests) == 1
    assert production.calls == []


def test_a_dry_run_shows_what_would_be_sent_and_sends_nothing(
    production: Any, start_guard: Callable[..., Any], tmp_path: Path
) -> None:
    upstream = f"http://127.0.0.1:{production.port}"
    options = ["--allow-contact", "ann", "--max-calls", "1", "--budget", str(tmp_path / "b.json"), "--dry-run"]
    guard = start_guard("--upstream", upstream, *options)
    answers = [lenient.send(guard.port, lenient.plain(contact)) for contact in ("victim-77", "ann")]
    assert all(f"{HEADER}: dry run".encode() in answer for answer in answers)
    assert production.requests == []
    assert json.loads((tmp_path / "b.json").read_text())["calls"] == []
    guard.process.terminate()
    shown = guard.process.communicate()[1]
    assert f"would be held back: the contact that it names is not one of --allow-contact, to {upstream}" in shown
    assert f"would be sent, and counted as a call, to {upstream}:\nPOST /contact/call HTTP/1.1" in shown
    assert not any(canary in shown for canary in CANARIES)


# What is kept


def test_the_journal_has_every_request_and_no_key(production: Any, guarded: Any, tmp_path: Path) -> None:
    with guarded(1, "ann") as url:
        for request in (lenient.plain("ann"), lenient.plain("ann"), lenient.plain("bob")):
            lenient.send(port_of(url), request)
    text = (tmp_path / "journal.ndjson").read_text()
    entries = [json.loads(line) for line in text.splitlines()]
    assert [(entry["verdict"], entry["status"], entry["contact"]) for entry in entries] == [
        ("accepted", 200, "ann"),
        ("refused", None, "ann"),
        ("refused", None, "bob"),
    ]
    assert entries[1]["detail"] == "all 1 calls of --max-calls are spent"
    assert entries[2]["detail"] == "the contact that it names is not one of --allow-contact"
    assert not any(canary in text for canary in CANARIES)


def test_the_journal_says_in_what_an_answer_breaks_the_spec(guarded: Any, tmp_path: Path) -> None:
    with guarded() as url:
        lenient.send(port_of(url), b"POST /contact/call HTTP/1.1\r\nhost: h\r\ncontent-length: 2\r\n\r\n{}")
        lenient.send(port_of(url), b"GET /other HTTP/1.1\r\nhost: h\r\n\r\n")
    first, second = (json.loads(line)["drift"] for line in (tmp_path / "journal.ndjson").read_text().splitlines())
    assert first == ["request: the body does not fit its schema"]
    assert second == ["request: the spec has no such operation"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "is no budget of calls, or is damaged"),
        ("[]", "is no budget of calls, or is damaged"),
        ('{"version": 1, "host": "here", "calls": [{}]}', "is no budget of calls, or is damaged"),
        ('{"version": 1, "host": "there", "calls": []}', "counts the calls of there, not of here"),
        ('{"version": 2, "host": "here", "calls": []}', "was written by another version"),
    ],
)
def test_a_budget_that_cannot_be_read_stops_everything(tmp_path: Path, content: str, told: str) -> None:
    file = tmp_path / "budget.json"
    file.write_text(content)
    with pytest.raises(BudgetError, match=told):
        Budget(file, "here", 5)
    assert file.read_text() == content


def test_a_budget_that_is_damaged_meanwhile_lets_nothing_pass(production: Any, guarded: Any, tmp_path: Path) -> None:
    with guarded(5, "ann") as url:
        (tmp_path / "budget.json").write_text("{")
        answer = lenient.send(port_of(url), lenient.plain("ann"))
    assert b"is damaged; nothing is sent" in answer
    assert production.requests == []


def test_a_budget_is_not_refilled_by_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "budget.json"
    assert Budget(file, "here", 1).take(["ann"])
    assert not Budget(file, "here", 1).take(["ann"])
    assert Budget(file, "here", 2).take(["bob"])
    assert [call.contact for call in Budget(file, "here", 2).calls] == ["ann", "bob"]
    assert file.stat().st_mode & 0o077 == 0


@pytest.fixture
def start_guard(tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Run ``thoughtly-contract proxy`` in a process of its own."""
    started: list[subprocess.Popen[str]] = []

    class Started:
        def __init__(self, *options: str) -> None:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "thoughtly_contract", "proxy", *options],
                cwd=tmp_path,
                env={**os.environ, "XDG_STATE_HOME": str(tmp_path)},
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            started.append(self.process)
            assert self.process.stdout
            line = self.process.stdout.readline()
            self.port = int(line.split()[0].rpartition(":")[2])

    yield Started
    for process in started:
        process.kill()
        process.communicate()
