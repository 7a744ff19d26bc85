"""At most once, across threads, processes, restarts and kill -9."""

import asyncio
import json
import multiprocessing
import signal
import stat
import subprocess
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from thoughtly_client import (
    AcceptedUnparsedError,
    AsyncThoughtly,
    ConfigurationError,
    InvalidRequestError,
    Ledger,
    NotSentError,
    Outcome,
    OutcomeUnknownError,
    Thoughtly,
    ThoughtlyError,
)

KEYS: dict[str, Any] = {"api_token": "canary-token-5c1f", "team_id": "team"}
GOOD: dict[str, Any] = {"contact_id": "c", "interview_id": "i"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "calls.sqlite"


def client_of(server: Any, ledger: Any, **settings: Any) -> Thoughtly:
    return Thoughtly(**KEYS, base_url=server.url, ledger=ledger, **settings)


def statuses(*codes: int) -> Any:
    """Answer with each status in turn."""

    def behave(peer: Any) -> None:
        while peer.read() is not None:
            peer.reply(codes[peer.posts - 1])

    return behave


def test_a_repeat_of_an_accepted_call_returns_the_recorded_response(accepting: Any, path: Path) -> None:
    with client_of(accepting, path) as client:
        first = client.call_contact(**GOOD, metadata={"a": 1, "b": 2})
    with client_of(accepting, str(path)) as restarted:
        again = restarted.call_contact(**GOOD, metadata={"b": 2, "a": 1})
        raw = restarted.with_raw_response.call_contact(**GOOD, metadata={"b": 2, "a": 1})
    assert accepting.posts == 1
    assert again == first
    assert first == again
    assert again.replayed  # type: ignore[attr-defined]
    assert type(again).__name__ == "GenericResponse"
    assert isinstance(again, type(first))
    assert (raw.replayed, raw.attempts, raw.status_code) == (True, 0, 200)


def test_another_call_is_another_call(accepting: Any, path: Path) -> None:
    with client_of(accepting, path) as client:
        client.call_contact(**GOOD)
        client.call_contact(**GOOD | {"contact_id": "d"})
        client.call_contact(**GOOD, metadata={})
        client.call_contact(**GOOD, dedupe_key="k")
    with Thoughtly(**KEYS | {"team_id": "other"}, base_url=accepting.url, ledger=path) as client:
        client.call_contact(**GOOD)
    assert accepting.posts == 5


def test_the_callers_key_decides_what_is_the_same(accepting: Any, path: Path) -> None:
    with client_of(accepting, path) as client:
        client.call_contact(**GOOD, dedupe_key="k")
        client.call_contact(**GOOD | {"contact_id": "d"}, dedupe_key="k")
        assert client.with_raw_response.call_contact(**GOOD, dedupe_key="k").dedupe_key == "k"
    assert accepting.posts == 1


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_an_own_key_counts_within_the_window_and_a_callers_for_ever(accepting: Any, path: Path) -> None:
    clock = Clock()
    with client_of(accepting, Ledger(path, window=60, clock=clock)) as client:
        client.call_contact(**GOOD)
        client.call_contact(**GOOD, dedupe_key="k")
        clock.now += 59
        client.call_contact(**GOOD)
        assert accepting.posts == 2
        clock.now += 2
        client.call_contact(**GOOD)
        client.call_contact(**GOOD, dedupe_key="k")
    assert accepting.posts == 3


def test_a_repeat_of_an_unknown_one_raises_until_it_is_resolved(raw_server: Any, path: Path) -> None:
    server = raw_server(statuses(500, 200))
    clock = Clock()
    with client_of(server, Ledger(path, window=60, clock=clock)) as client:
        with pytest.raises(OutcomeUnknownError) as first:
            client.call_contact(**GOOD)
        clock.now += 10_000
        with pytest.raises(OutcomeUnknownError, match=r"ledger\.resolve") as again:
            client.call_contact(**GOOD)
        assert (first.value.replayed, again.value.replayed) == (False, True)
        assert first.value.dedupe_key == again.value.dedupe_key
        assert server.posts == 1
        assert client.ledger is not None
        (entry,) = client.ledger.unresolved()
        assert (entry.operation, entry.state, entry.dedupe_key) == ("call_contact", "UNKNOWN", again.value.dedupe_key)
        client.ledger.resolve(entry.dedupe_key, placed=False)
        client.call_contact(**GOOD)
        assert client.ledger.unresolved() == []
    assert server.posts == 2


def test_one_that_was_resolved_as_placed_is_not_sent_and_has_no_response(raw_server: Any, path: Path) -> None:
    server = raw_server(statuses(500))
    with client_of(server, path) as client:
        with pytest.raises(OutcomeUnknownError):
            client.call_contact(**GOOD, dedupe_key="k")
        assert client.ledger is not None
        client.ledger.resolve("k", placed=True)
        with pytest.raises(AcceptedUnparsedError, match="resolved by hand as placed"):
            client.call_contact(**GOOD, dedupe_key="k")
        with pytest.raises(LookupError, match="no unresolved request with the key 'k'"):
            client.ledger.resolve("k", placed=False)
    assert server.posts == 1


def test_what_took_no_effect_may_be_sent_again(raw_server: Any, path: Path) -> None:
    server = raw_server(statuses(400, 200))
    with client_of(server, path) as client:
        with pytest.raises(InvalidRequestError):
            client.call_contact(**GOOD)
        client.call_contact(**GOOD)
    assert server.posts == 2


def test_an_unparsed_acceptance_is_recorded_with_its_raw_body(raw_server: Any, path: Path) -> None:
    def behave(peer: Any) -> None:
        while peer.read() is not None:
            peer.reply(200, b"<html>\xff")

    server = raw_server(behave)
    with client_of(server, path) as client:
        for replayed in (False, True):
            with pytest.raises(AcceptedUnparsedError) as caught:
                client.call_contact(**GOOD)
            assert caught.value.replayed is replayed
            assert caught.value.response is not None
            assert caught.value.response.content == b"<html>\xff"
    assert server.posts == 1


def test_only_one_of_many_threads_sends(raw_server: Any, path: Path) -> None:
    """The others meet an intent whose outcome nobody knows yet, or the recorded response."""

    def behave(peer: Any) -> None:
        while peer.read() is not None:
            peer.wait(0.02)
            peer.reply()

    server = raw_server(behave)
    with client_of(server, path) as client, ThreadPoolExecutor(8) as pool:
        futures = [pool.submit(client.with_raw_response.call_contact, **GOOD) for _ in range(16)]
        for future in futures:
            try:
                assert future.result().outcome is Outcome.ACCEPTED
            except OutcomeUnknownError as error:
                assert error.replayed  # noqa: PT017  # either is right, depending on who came when
    assert server.posts == 1


def call_in_process(url: str, path: str, start: Any, results: Any) -> None:
    start.wait()
    try:
        Thoughtly(**KEYS, base_url=url, ledger=path).call_contact(**GOOD)
        results.put("ACCEPTED")
    except ThoughtlyError as error:
        results.put(error.outcome.value)


def test_only_one_of_many_processes_sends(accepting: Any, path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    start, results = context.Event(), context.Queue()
    arguments = (accepting.url, str(path), start, results)
    processes = [context.Process(target=call_in_process, args=arguments) for _ in range(3)]
    for process in processes:
        process.start()
    start.set()
    told = Counter(results.get() for _ in processes)
    for process in processes:
        process.join()
    assert accepting.posts == 1
    assert told["ACCEPTED"] >= 1
    assert told.keys() <= {"ACCEPTED", "UNKNOWN"}


def interrupting(request: httpx.Request) -> httpx.Response:
    raise KeyboardInterrupt


def test_an_interrupt_during_the_send_leaves_an_unknown_outcome(path: Path) -> None:
    with Thoughtly(**KEYS, ledger=path, transport=httpx.MockTransport(interrupting)) as client:
        with pytest.raises(KeyboardInterrupt):
            client.call_contact(**GOOD)
        with pytest.raises(OutcomeUnknownError):
            client.call_contact(**GOOD)
        assert client.ledger is not None
        assert [entry.state for entry in client.ledger.unresolved()] == ["UNKNOWN"]


def test_an_interrupt_before_the_send_leaves_nothing(
    accepting: Any, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(request: httpx.Request) -> None:
        monkeypatch.setattr(hooks, "hook", lambda request: None)
        raise KeyboardInterrupt

    hooks = type("Hooks", (), {"hook": staticmethod(interrupt)})
    with client_of(accepting, path, event_hooks={"request": [lambda request: hooks.hook(request)]}) as client:
        with pytest.raises(KeyboardInterrupt):
            client.call_contact(**GOOD)
        client.call_contact(**GOOD)
    assert accepting.posts == 1


def test_cancelling_a_task_in_mid_send_leaves_an_unknown_outcome(raw_server: Any, path: Path) -> None:
    server = raw_server(lambda peer: (peer.read(), peer.stall()))

    async def run() -> None:
        async with AsyncThoughtly(**KEYS, base_url=server.url, ledger=path) as client:
            task = asyncio.create_task(client.call_contact(**GOOD))
            while server.posts == 0:
                await asyncio.sleep(0.001)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            with pytest.raises(OutcomeUnknownError):
                await client.call_contact(**GOOD)

    asyncio.run(run())
    assert server.posts == 1


def test_cancelling_a_task_while_the_intent_is_written_sends_and_leaves_nothing(accepting: Any, path: Path) -> None:
    entered, leave = threading.Event(), threading.Event()

    class Slow(Ledger):
        def begin(self, operation: str, key: str, token: str, *, expires: bool) -> Any:
            begun = super().begin(operation, key, token, expires=expires)
            entered.set()
            leave.wait()
            return begun

    ledger = Slow(path)

    async def run() -> None:
        async with AsyncThoughtly(**KEYS, base_url=accepting.url, ledger=ledger) as client:
            task = asyncio.create_task(client.call_contact(**GOOD))
            while not entered.is_set():
                await asyncio.sleep(0.001)
            task.cancel()
            await asyncio.sleep(0)
            leave.set()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert ledger.unresolved() == []
            assert (await client.call_contact(**GOOD)).data.to_dict() == {"id": "c1"}

    asyncio.run(run())
    assert accepting.posts == 1


def test_a_ledger_that_cannot_be_written_means_not_sent(accepting: Any, path: Path) -> None:
    with client_of(accepting, path) as client:
        path.write_bytes(b"no database" * 1000)
        with pytest.raises(NotSentError, match="the ledger cannot be written"):
            client.call_contact(**GOOD)
    assert accepting.posts == 0


def test_an_outcome_that_cannot_be_written_is_logged_and_the_response_returned(
    raw_server: Any, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The intent stands, so that a repeat is refused."""

    def behave(peer: Any) -> None:
        while peer.read() is not None:
            path.rename(path.with_suffix(".away"))
            path.mkdir()
            peer.reply()

    with client_of(raw_server(behave), path) as client:
        assert client.call_contact(**GOOD).data.to_dict() == {"id": "c1"}
    assert "the ledger could not take the outcome ACCEPTED" in caplog.text
    path.rmdir()
    path.with_suffix(".away").rename(path)
    assert [entry.state for entry in Ledger(path).unresolved()] == ["SENDING"]


def test_the_file_is_for_its_owner_alone_and_holds_no_key(raw_server: Any, path: Path) -> None:
    def behave(peer: Any) -> None:
        while peer.read() is not None:
            peer.reply(200, json.dumps({"data": {"echo": KEYS["api_token"]}}).encode())

    with client_of(raw_server(behave), path) as client:
        client.call_contact(**GOOD)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert KEYS["api_token"].encode() not in path.read_bytes()


@pytest.mark.parametrize("window", [0, -1])
def test_a_window_of_nothing_is_refused(path: Path, window: float) -> None:
    with pytest.raises(ConfigurationError, match="window must be a positive number"):
        Ledger(path, window=window)


def test_a_file_that_is_no_ledger_is_refused(path: Path) -> None:
    path.write_bytes(b"something else entirely" * 100)
    with pytest.raises(ConfigurationError, match=r"calls\.sqlite cannot be used"):
        Ledger(path)


def test_a_failed_transaction_changes_nothing(path: Path) -> None:
    ledger = Ledger(path)

    def fail() -> None:
        with ledger._transaction() as database:
            database.execute("INSERT INTO request VALUES ('o', 'k', 't', 'SENDING', 0, NULL)")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert ledger.unresolved() == []


# Forks a child for each step of the client's own code, kills it there, then calls again in a fresh child.
KILLER = """
import json, os, signal, ssl, sys
import httpx
from thoughtly_client import Ledger, Thoughtly, ThoughtlyError

context = ssl.create_default_context()
url, path, every = sys.argv[1], sys.argv[2], int(sys.argv[3])

def call(contact, dying_at=None):
    steps = 0
    def count(frame, event, argument):
        nonlocal steps
        if "thoughtly_client" not in frame.f_code.co_filename:
            return None
        steps += event == "line"
        if steps == dying_at:
            os.kill(os.getpid(), signal.SIGKILL)
        return count
    http_client = httpx.Client(verify=context, trust_env=False)
    client = Thoughtly(api_token="t", team_id="t", base_url=url, ledger=path, http_client=http_client)
    if dying_at:
        sys.settrace(count)
    try:
        client.call_contact(contact_id=contact, interview_id="i", dedupe_key=contact)
        return 0
    except ThoughtlyError as error:
        return 1 if error.replayed and error.outcome == "UNKNOWN" else 2

def in_child(*arguments):
    child = os.fork()
    if child == 0:
        try:
            os._exit(call(*arguments))
        finally:
            os._exit(99)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

step = 1
while True:
    first = in_child(f"c{step}", step)
    print(json.dumps([f"c{step}", first, in_child(f"c{step}")]), flush=True)
    if first != -signal.SIGKILL:
        break
    step += every
"""


def test_killed_at_any_step_no_phone_rings_twice(raw_server: Any, path: Path) -> None:
    """Children die at every fourth of the client's own lines; for each, another one makes the same call again."""
    phones: Counter[str] = Counter()
    lock = threading.Lock()

    def behave(peer: Any) -> None:
        while (body := peer.read()) is not None:
            if body:
                with lock:
                    phones[json.loads(body)["contact_id"]] += 1
            peer.reply()

    server = raw_server(behave)
    done = subprocess.run(
        [sys.executable, "-c", KILLER, server.url, str(path), "4"], capture_output=True, text=True, check=True
    )
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    server.close()
    assert len(rows) > 200
    assert {first for _, first, _ in rows[:-1]} == {-signal.SIGKILL}
    assert rows[-1][1] == 0
    for contact, _, again in rows:
        assert phones[contact] <= 1, (contact, again)
        assert again == 1 or (again == 0 and phones[contact] == 1), (contact, again)
    ledger = Ledger(path)
    unresolved = {entry.dedupe_key for entry in ledger.unresolved()}
    assert unresolved == {contact for contact, _, again in rows if again == 1}
    # Killed before the intent, after it, and after the outcome: all three were met.
    assert {again for _, _, again in rows} == {0, 1}
    assert {phones[contact] for contact in unresolved} == {0, 1}
