"""What the transport proves, whoever brought it, and what interruptions leave behind."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from thoughtly_client import (
    AsyncThoughtly,
    NotSentError,
    Outcome,
    OutcomeUnknownError,
    RateLimitedError,
    RejectedError,
    Thoughtly,
    ThoughtlyError,
    Timeout,
)

KEYS: dict[str, Any] = {"api_token": "token", "team_id": "team"}
GOOD: dict[str, Any] = {"contact_id": "c", "interview_id": "i"}
OK = {"data": {}}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def outcome(client: Thoughtly, **options: Any) -> tuple[Outcome, int]:
    with pytest.raises(ThoughtlyError) as caught:
        client.call_contact(**GOOD, **options)
    return caught.value.outcome, caught.value.attempts


def failing(error: Exception) -> Callable[[httpx.Request], httpx.Response]:
    def handle(request: httpx.Request) -> httpx.Response:
        raise error

    return handle


def test_a_transport_that_tells_no_trace_never_proves_that_nothing_was_sent() -> None:
    transport = httpx.MockTransport(failing(httpx.ConnectError("refused")))
    with Thoughtly(**KEYS, transport=transport) as client:
        assert outcome(client) == (Outcome.UNKNOWN, 1)


def test_a_real_transport_of_the_callers_proves_a_refused_connection() -> None:
    with httpx.Client(trust_env=False) as http_client:
        client = Thoughtly(**KEYS, http_client=http_client, base_url=f"http://127.0.0.1:{free_port()}")
        assert outcome(client) == (Outcome.NOT_SENT, 3)
        client.close()
        assert not http_client.is_closed


class Detour(httpx.BaseTransport):
    """Goes another way, of which no trace tells, when the connection fails."""

    def __init__(self) -> None:
        self.direct = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        try:
            return self.direct.handle_request(request)
        except httpx.ConnectError:
            raise httpx.ReadTimeout("sent by another way, no answer") from None

    def close(self) -> None:
        self.direct.close()


def test_a_failed_connection_of_a_transport_that_went_on_proves_nothing() -> None:
    with Thoughtly(**KEYS, transport=Detour(), base_url=f"http://127.0.0.1:{free_port()}") as client:
        assert outcome(client) == (Outcome.UNKNOWN, 1)


def test_no_redirect_is_followed_even_by_a_client_that_follows(raw_server: Any) -> None:
    def behave(peer: Any) -> None:
        while peer.read() is not None:
            peer.reply(308, b"", "location: /contact/call")

    server = raw_server(behave)
    with httpx.Client(follow_redirects=True, trust_env=False) as http_client:
        assert outcome(Thoughtly(**KEYS, http_client=http_client, base_url=server.url)) == (Outcome.UNKNOWN, 1)
    assert server.posts == 1


def test_no_credentials_dance_of_the_callers_client_repeats_a_post(raw_server: Any) -> None:
    def behave(peer: Any) -> None:
        while peer.read() is not None:
            peer.reply(401, b"", 'www-authenticate: Digest realm="r", nonce="n", qop="auth"')

    server = raw_server(behave)
    with httpx.Client(auth=httpx.DigestAuth("u", "p"), trust_env=False) as http_client:
        assert outcome(Thoughtly(**KEYS, http_client=http_client, base_url=server.url)) == (Outcome.REJECTED, 1)
    assert server.posts == 1


def refuse_tunnels(peer: Any) -> None:
    peer.read()
    peer.reply(407, b"")


def drop_tunnels(peer: Any) -> None:
    peer.read()


@pytest.mark.thoughtly(allow_hosts=["api.invalid"])
@pytest.mark.parametrize("behave", [refuse_tunnels, drop_tunnels])
def test_a_proxy_that_opens_no_tunnel_means_not_sent(
    behave: Any, raw_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The head of a CONNECT carries nothing of the request."""
    proxy = raw_server(behave)
    monkeypatch.setenv("HTTPS_PROXY", proxy.url)
    with Thoughtly(**KEYS, base_url="https://api.invalid") as client:
        assert outcome(client) == (Outcome.NOT_SENT, 3)
    assert [head.split()[0] for head, _ in proxy.requests] == [b"CONNECT"] * 3


@pytest.mark.thoughtly(allow_hosts=["api.invalid"])
def test_a_plain_proxy_that_fails_leaves_the_outcome_unknown(raw_server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    proxy = raw_server(lambda peer: peer.read())
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    with Thoughtly(**KEYS, base_url="http://api.invalid") as client:
        assert outcome(client) == (Outcome.UNKNOWN, 1)
    assert proxy.posts == 1


def test_a_kept_connection_that_dies_under_a_request_is_not_tried_again(raw_server: Any) -> None:
    """The server may have read the request before it closed."""

    def behave(peer: Any) -> None:
        peer.read()
        peer.reply()
        peer.read()

    server = raw_server(behave)
    with Thoughtly(**KEYS, base_url=server.url) as client:
        client.call_contact(**GOOD)
        assert outcome(client) == (Outcome.UNKNOWN, 1)
        client.call_contact(**GOOD)
    assert server.posts == 3


def test_a_kept_connection_that_was_closed_long_ago_is_replaced(raw_server: Any) -> None:
    closed = threading.Event()

    def behave(peer: Any) -> None:
        peer.read()
        peer.reply()
        peer.close()
        closed.set()

    server = raw_server(behave)
    with Thoughtly(**KEYS, base_url=server.url) as client:
        client.call_contact(**GOOD)
        closed.wait()
        client.call_contact(**GOOD)
    assert server.posts == 2


def test_a_full_pool_of_a_transport_that_the_caller_brought_proves_nothing(raw_server: Any) -> None:
    server = raw_server(lambda peer: (peer.read(), peer.stall()))
    limits = httpx.Limits(max_connections=1)
    transport = httpx.HTTPTransport(limits=limits)
    client = Thoughtly(**KEYS, base_url=server.url, transport=transport, max_retries=0)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(outcome, client, timeout=Timeout(1.0))
        while not server.posts:
            time.sleep(0.001)
        second = outcome(client, timeout=Timeout(5.0, pool=0.05))
        assert first.result() == (Outcome.UNKNOWN, 1)
    # It says nothing while it waits, and the silence of a stranger proves nothing.
    assert second == (Outcome.UNKNOWN, 1)
    client.close()


class Bug(Exception):
    pass


def raise_bug(message: Any) -> None:
    raise Bug("in the hook")


def test_a_hook_that_fails_before_the_send_means_not_sent_and_no_retry(accepting: Any) -> None:
    with Thoughtly(**KEYS, base_url=accepting.url, event_hooks={"request": [raise_bug]}) as client:
        with pytest.raises(NotSentError, match="Bug: in the hook") as caught:
            client.call_contact(**GOOD)
        assert isinstance(caught.value.__cause__, Bug)
        assert caught.value.attempts == 1
    assert accepting.posts == 0


def test_a_hook_that_fails_after_the_send_leaves_the_outcome_unknown(accepting: Any) -> None:
    with (
        Thoughtly(**KEYS, base_url=accepting.url, event_hooks={"response": [raise_bug]}) as client,
        pytest.raises(OutcomeUnknownError, match="Bug"),
    ):
        client.call_contact(**GOOD)
    assert accepting.posts == 1


def test_hooks_see_requests_and_responses_and_may_read_them(accepting: Any) -> None:
    seen: list[Any] = []

    def on_response(response: httpx.Response) -> None:
        seen.append(response.read())

    hooks = {"request": [lambda request: seen.append(request.url.path)], "response": [on_response]}
    with Thoughtly(**KEYS, base_url=accepting.url, event_hooks=hooks) as client:
        client.call_contact(**GOOD)
    assert seen[0] == "/contact/call"
    assert b"data" in seen[1]


def test_a_transport_without_a_network_serves_tests() -> None:
    transport = httpx.MockTransport(lambda request: httpx.Response(200, json=OK))
    with Thoughtly(**KEYS, transport=transport) as client:
        raw = client.with_raw_response.call_contact(**GOOD)
    assert (raw.status_code, raw.outcome, raw.attempts, raw.replayed) == (200, Outcome.ACCEPTED, 1, False)
    assert raw.headers["content-type"] == "application/json"
    assert raw.parsed.data.to_dict() == {}


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("3", 3.0), ("0.5", 0.5), ("9999", 60.0), ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0), ("-1", None), ("soon", None)],
)
def test_retry_after_is_read_in_seconds_or_as_a_date_and_capped(
    value: str, seconds: float | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    monkeypatch.setattr("time.sleep", slept.append)
    transport = httpx.MockTransport(lambda request: httpx.Response(429, headers={"retry-after": value}))
    with Thoughtly(**KEYS, transport=transport, max_retries=1) as client, pytest.raises(RateLimitedError):
        client.call_contact(**GOOD)
    assert slept == [0.0 if seconds is None else seconds]


def test_the_head_of_a_date_in_the_future_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("time.sleep", slept.append)
    monkeypatch.setattr("time.time", lambda: 1445412470.0)
    date = "Wed, 21 Oct 2015 07:28:00 GMT"
    transport = httpx.MockTransport(lambda request: httpx.Response(429, headers={"retry-after": date}))
    with Thoughtly(**KEYS, transport=transport, max_retries=1) as client, pytest.raises(RateLimitedError):
        client.call_contact(**GOOD)
    assert slept == [10.0]


def test_cancelling_a_task_leaves_the_client_usable(raw_server: Any) -> None:
    def behave(peer: Any) -> None:
        while peer.read() is not None:
            if peer.posts == 1:
                peer.stall()
            peer.reply()

    server = raw_server(behave)

    async def run() -> None:
        async with AsyncThoughtly(**KEYS, base_url=server.url) as client:
            task = asyncio.create_task(client.call_contact(**GOOD))
            while server.posts == 0:
                await asyncio.sleep(0.001)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await client.call_contact(**GOOD)

    asyncio.run(run())
    assert server.posts == 2


def test_many_threads_share_a_client(accepting: Any) -> None:
    with Thoughtly(**KEYS, base_url=accepting.url) as client, ThreadPoolExecutor(8) as pool:
        futures = [pool.submit(client.call_contact, contact_id=str(n), interview_id="i") for n in range(40)]
        assert all(future.result().data for future in futures)
    assert accepting.posts == 40


def test_the_raw_methods_raise_as_the_plain_ones(raw_server: Any) -> None:
    server = raw_server(lambda peer: (peer.read(), peer.reply(404, b"{}")))
    with Thoughtly(**KEYS, base_url=server.url) as client, pytest.raises(RejectedError):
        client.with_raw_response.call_contact(**GOOD)


def test_a_time_out_may_be_given_for_each_phase_or_as_one_number(raw_server: Any) -> None:
    server = raw_server(lambda peer: (peer.read(), peer.stall()))
    with Thoughtly(**KEYS, base_url=server.url, timeout=Timeout(9.0, read=0.05)) as client:
        assert outcome(client) == (Outcome.UNKNOWN, 1)
    with Thoughtly(**KEYS, base_url=server.url) as client:
        assert outcome(client, timeout=0.05) == (Outcome.UNKNOWN, 1)


def test_a_deadline_that_is_over_before_the_turn_means_not_sent(accepting: Any) -> None:
    with Thoughtly(**KEYS, base_url=accepting.url, rate_limit="1/hour") as client:
        client.call_contact(**GOOD)
        with pytest.raises(NotSentError, match="no turn before the deadline"):
            client.call_contact(**GOOD, deadline=5)
        with pytest.raises(NotSentError, match="the deadline passed before"):
            client.call_contact(**GOOD, deadline=1e-9)
    assert accepting.posts == 1
