"""Every misbehaviour of a server, what the client makes of it, and how many POSTs the server saw."""

import asyncio
import gzip
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

import thoughtly_client
from thoughtly_client import AsyncThoughtly, Outcome, Thoughtly, ThoughtlyError

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "outcomes.md"
CALL = {"contact_id": "c", "interview_id": "a1b2c3d4", "metadata": {"k": "v"}}
KEYS: dict[str, Any] = {"api_token": "token", "team_id": "team"}
ACCEPTED = b'{"data": {"id": "c1"}, "error": null}'
Behave = Callable[[Any], None]


@dataclass(frozen=True)
class Case:
    """One row of the table."""

    name: str
    behave: Behave
    outcome: Outcome
    error: str | None
    """Name of the exception, None where there is a typed response."""
    posts: int
    settings: dict[str, Any] = field(default_factory=dict)
    scheme: str = "http"


def reading(then: Behave) -> Behave:
    def behave(peer: Any) -> None:
        if peer.read() is not None:
            then(peer)

    return behave


def always(*args: Any) -> Behave:
    def behave(peer: Any) -> None:
        while peer.read() is not None:
            peer.reply(*args)

    return behave


def raw(data: bytes) -> Behave:
    return reading(lambda peer: peer.send(data))


def raw_then_stall(data: bytes) -> Behave:
    def behave(peer: Any) -> None:
        peer.send(data)
        peer.stall()

    return reading(behave)


def response(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", *headers, "", ""]).encode() + body


def stall_unread(peer: Any) -> None:
    peer.stall()


def close_unread(peer: Any) -> None:
    peer.peek()
    peer.close()


def close(peer: Any) -> None:
    peer.close()


def reset(peer: Any) -> None:
    peer.reset()


def reset_unread(peer: Any) -> None:
    peer.peek()
    peer.reset()


def answer_unread(peer: Any) -> None:
    peer.send(b"SSH-2.0-OpenSSH_9.6\r\n")
    peer.read()


def drip(data: bytes) -> Behave:
    def behave(peer: Any) -> None:
        for byte in data:
            peer.send(bytes([byte]))
            peer.wait(0.002)

    return reading(behave)


def drip_for_ever(peer: Any) -> None:
    peer.send(response(b"", "content-length: 100000"))
    for _ in range(2000):
        peer.send(b" ")
        peer.wait(0.01)


def too_many_then_fine(peer: Any) -> None:
    while peer.read() is not None:
        if peer.posts == 1:
            peer.reply(429, b"", "retry-after: 0")
        else:
            peer.reply()


BOMB = gzip.compress(b" " * 40_000_000)
GZIPPED = gzip.compress(ACCEPTED)
SHORT: dict[str, Any] = {"timeout": 0.3}
OK = "200 OK"
SENT = "OutcomeUnknownError"
UNPARSED = "AcceptedUnparsedError"

CASES = [
    Case("accepts", always(200, ACCEPTED), Outcome.ACCEPTED, None, 1),
    Case("refuses the connection", close_unread, Outcome.NOT_SENT, "NotSentError", 0, {"refuse": True}),
    Case("has a name that no one knows", close_unread, Outcome.NOT_SENT, "NotSentError", 0, {"dns": True}),
    Case("fails the TLS handshake", answer_unread, Outcome.NOT_SENT, "NotSentError", 0, scheme="https"),
    Case("accepts the connection and reads nothing", stall_unread, Outcome.UNKNOWN, SENT, 0, SHORT),
    Case("closes before reading", close_unread, Outcome.UNKNOWN, SENT, 0),
    Case("resets before reading", reset_unread, Outcome.UNKNOWN, SENT, 0),
    Case("reads and stalls", reading(stall_unread), Outcome.UNKNOWN, SENT, 1, SHORT),
    Case("reads and stalls past the deadline", reading(stall_unread), Outcome.UNKNOWN, SENT, 1, {"deadline": 0.3}),
    Case("reads and closes", reading(close), Outcome.UNKNOWN, SENT, 1),
    Case("reads and resets", reading(reset), Outcome.UNKNOWN, SENT, 1),
    Case("breaks off in the status line", raw(b"HTTP/1.1 20"), Outcome.UNKNOWN, SENT, 1),
    Case("stalls in the status line", raw_then_stall(b"HTTP/1.1 20"), Outcome.UNKNOWN, SENT, 1, SHORT),
    Case("breaks off in the headers", raw(b"HTTP/1.1 200 OK\r\ncontent-le"), Outcome.UNKNOWN, SENT, 1),
    Case("speaks another protocol", raw(b"SSH-2.0-OpenSSH_9.6\r\n"), Outcome.UNKNOWN, SENT, 1),
    Case("sends a header of 1 MB", raw(response(b"{}", "x: " + "y" * 2**20)), Outcome.UNKNOWN, SENT, 1),
    Case(
        "sends a status beyond 599", raw(response(b"", "content-length: 0", status="777 ?")), Outcome.UNKNOWN, SENT, 1
    ),
    Case(
        "drips a good response", drip(response(ACCEPTED, f"content-length: {len(ACCEPTED)}")), Outcome.ACCEPTED, None, 1
    ),
    Case("drips a body past the deadline", reading(drip_for_ever), Outcome.ACCEPTED, UNPARSED, 1, {"deadline": 0.5}),
    Case(
        "stalls in the body", raw_then_stall(response(b"{", "content-length: 9")), Outcome.ACCEPTED, UNPARSED, 1, SHORT
    ),
    Case("sends less than it announced", raw(response(ACCEPTED, "content-length: 999")), Outcome.ACCEPTED, UNPARSED, 1),
    Case("sends more than it announced", raw(response(ACCEPTED, "content-length: 3")), Outcome.ACCEPTED, UNPARSED, 1),
    Case("chunks badly", raw(response(b"zz\r\n{}\r\n", "transfer-encoding: chunked")), Outcome.ACCEPTED, UNPARSED, 1),
    Case(
        "never ends its chunks",
        raw(response(b"2\r\n{}\r\n", "transfer-encoding: chunked")),
        Outcome.ACCEPTED,
        UNPARSED,
        1,
    ),
    Case(
        "says 100, then accepts",
        raw(b"HTTP/1.1 100 Continue\r\n\r\n" + response(ACCEPTED, f"content-length: {len(ACCEPTED)}")),
        Outcome.ACCEPTED,
        None,
        1,
    ),
    Case(
        "says 103, then accepts",
        raw(b"HTTP/1.1 103 Early Hints\r\n\r\n" + response(ACCEPTED, f"content-length: {len(ACCEPTED)}")),
        Outcome.ACCEPTED,
        None,
        1,
    ),
    Case("says 100, then closes", raw(b"HTTP/1.1 100 Continue\r\n\r\n"), Outcome.UNKNOWN, SENT, 1),
    Case("gzips its answer", always(200, GZIPPED, "content-encoding: gzip"), Outcome.ACCEPTED, None, 1),
    Case("damages its gzip", always(200, b"no gzip", "content-encoding: gzip"), Outcome.ACCEPTED, UNPARSED, 1),
    Case("cuts its gzip short", always(200, GZIPPED[:-12], "content-encoding: gzip"), Outcome.ACCEPTED, UNPARSED, 1),
    Case("sends a gzip bomb", always(200, BOMB, "content-encoding: gzip"), Outcome.ACCEPTED, UNPARSED, 1),
    Case(
        "refuses with a gzip bomb",
        always(400, BOMB, "content-encoding: gzip"),
        Outcome.REJECTED,
        "InvalidRequestError",
        1,
    ),
    Case("uses an unknown content coding", always(200, b"??", "content-encoding: zork"), Outcome.ACCEPTED, UNPARSED, 1),
    Case("accepts without a body", always(200, b""), Outcome.ACCEPTED, UNPARSED, 1),
    Case("accepts with what is no JSON", always(200, b"<html>"), Outcome.ACCEPTED, UNPARSED, 1),
    Case("accepts with deeply nested JSON", always(200, b"[" * 100_000), Outcome.ACCEPTED, UNPARSED, 1),
    Case("accepts without data", always(200, b"{}"), Outcome.ACCEPTED, UNPARSED, 1),
    Case("accepts with data null", always(200, b'{"data": null}'), Outcome.ACCEPTED, UNPARSED, 1),
    Case("accepts with data of another type", always(200, b'{"data": 7}'), Outcome.ACCEPTED, UNPARSED, 1),
    Case("accepts with an error text", always(200, b'{"data": {}, "error": "?"}'), Outcome.ACCEPTED, UNPARSED, 1),
    Case("accepts by a status that is not documented", always(202, ACCEPTED), Outcome.ACCEPTED, UNPARSED, 1),
    Case(
        "says 200 with an error object",
        always(200, b'{"data": {}, "error": {"code": 1}}'),
        Outcome.REJECTED,
        "RejectedError",
        1,
    ),
    Case("redirects to itself", always(307, b"", "location: /contact/call"), Outcome.UNKNOWN, SENT, 1),
    Case(
        "says 401 in HTML of another charset",
        always(401, b"<h1>\xff\xfe", "content-type: text/html; charset=zork"),
        Outcome.REJECTED,
        "AuthenticationError",
        1,
    ),
    Case("says 403", always(403, b"{}"), Outcome.REJECTED, "PermissionDeniedError", 1),
    Case(
        "says 404 and breaks off",
        raw(response(b"{", "content-length: 9", status="404 No")),
        Outcome.REJECTED,
        "NotFoundError",
        1,
    ),
    Case("says 422", always(422, b"{}"), Outcome.REJECTED, "InvalidRequestError", 1),
    Case("says 408", always(408, b""), Outcome.UNKNOWN, SENT, 1),
    Case("says 409", always(409, b""), Outcome.UNKNOWN, SENT, 1),
    Case("says 429 for ever", always(429, b"", "retry-after: 0"), Outcome.REJECTED, "RateLimitedError", 3),
    Case(
        "says 429 and no retries are allowed",
        always(429, b"", "retry-after: 0"),
        Outcome.REJECTED,
        "RateLimitedError",
        1,
        {"max_retries": 0},
    ),
    Case(
        "says 429 with a wait past the deadline",
        always(429, b"", "retry-after: 50"),
        Outcome.REJECTED,
        "RateLimitedError",
        1,
        {"deadline": 5},
    ),
    Case("says 429, then accepts", too_many_then_fine, Outcome.ACCEPTED, None, 2),
    Case("says 500", always(500, b"{}"), Outcome.UNKNOWN, SENT, 1),
    Case(
        "says 503 and asks to try again",
        always(503, b"", "retry-after: 0"),
        Outcome.UNKNOWN,
        SENT,
        1,
        {"max_retries": 9},
    ),
    Case("says 520, which nobody registered", always(520, b"<html>"), Outcome.UNKNOWN, SENT, 1),
]


@dataclass(frozen=True)
class Seen:
    """What the caller saw."""

    outcome: Outcome
    error: ThoughtlyError | None


def call(url: str, settings: dict[str, Any]) -> Seen:
    with Thoughtly(**KEYS, base_url=url, **settings) as client:
        try:
            return Seen(client.with_raw_response.call_contact(**CALL).outcome, None)
        except ThoughtlyError as error:
            return Seen(error.outcome, error)


def call_async(url: str, settings: dict[str, Any]) -> Seen:
    async def run() -> Seen:
        async with AsyncThoughtly(**KEYS, base_url=url, **settings) as client:
            try:
                return Seen((await client.with_raw_response.call_contact(**CALL)).outcome, None)
            except ThoughtlyError as error:
                return Seen(error.outcome, error)

    return asyncio.run(run())


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@pytest.mark.thoughtly(allow_hosts=["no-such-host.invalid"])
@pytest.mark.parametrize("caller", [call, call_async], ids=["sync", "async"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_outcome_exception_and_number_of_posts(case: Case, caller: Callable[..., Seen], raw_server: Any) -> None:
    """One table drives both clients."""
    server = raw_server(case.behave)
    settings = dict(case.settings)
    url = server.url.replace("http", case.scheme, 1)
    if settings.pop("refuse", False):
        url = f"http://127.0.0.1:{free_port()}"
    if settings.pop("dns", False):
        url = "http://no-such-host.invalid"
    seen = caller(url, settings)
    assert seen.outcome is case.outcome
    assert (type(seen.error).__name__ if seen.error else None) == case.error
    server.close()
    assert server.posts == case.posts


def test_the_error_of_an_unparsed_acceptance_keeps_the_raw_body(raw_server: Any) -> None:
    seen = call(raw_server(always(200, b"<html>no json")).url, {})
    assert seen.error is not None
    assert seen.error.response is not None
    assert seen.error.response.content == b"<html>no json"


def test_an_error_carries_all_that_is_known(raw_server: Any) -> None:
    error = call(raw_server(always(429, b"slow down", "retry-after: 0")).url, {"max_retries": 1}).error
    assert error is not None
    assert error.request is not None
    assert (error.outcome, error.may_have_placed_call) == (Outcome.REJECTED, False)
    assert (error.attempts, error.status_code) == (2, 429)
    assert error.elapsed > 0
    assert error.request.operation == "call_contact"
    assert error.request.headers["x-api-token"] == "[redacted]"


def expected_of(status: int) -> tuple[Outcome, str | None]:
    names = {
        200: None, 400: "InvalidRequestError", 401: "AuthenticationError", 403: "PermissionDeniedError",
        404: "NotFoundError", 422: "InvalidRequestError", 429: "RateLimitedError",
    }  # fmt: skip
    if 200 <= status <= 299:
        return Outcome.ACCEPTED, names.get(status, UNPARSED)
    if 400 <= status <= 499 and status not in {408, 409}:
        return Outcome.REJECTED, names.get(status, "RejectedError")
    return Outcome.UNKNOWN, SENT


STATUSES = range(200, 600)


def each_status_in_turn(peer: Any) -> None:
    while peer.read() is not None:
        peer.reply(STATUSES[(peer.posts - 1) % len(STATUSES)], ACCEPTED)


def ends(url: str) -> list[tuple[Outcome, str | None]]:
    with Thoughtly(**KEYS, base_url=url, max_retries=0) as client:
        return [end_of(error) for error in (caught(client) for _ in STATUSES)]


def ends_async(url: str) -> list[tuple[Outcome, str | None]]:
    async def run() -> list[tuple[Outcome, str | None]]:
        async with AsyncThoughtly(**KEYS, base_url=url, max_retries=0) as client:
            return [end_of(await acaught(client)) for _ in STATUSES]

    return asyncio.run(run())


def caught(client: Thoughtly) -> ThoughtlyError | None:
    try:
        client.call_contact(**CALL)
    except ThoughtlyError as error:
        return error
    return None


async def acaught(client: AsyncThoughtly) -> ThoughtlyError | None:
    try:
        await client.call_contact(**CALL)
    except ThoughtlyError as error:
        return error
    return None


def end_of(error: ThoughtlyError | None) -> tuple[Outcome, str | None]:
    return (error.outcome, type(error).__name__) if error else (Outcome.ACCEPTED, None)


@pytest.mark.parametrize("all_ends", [ends, ends_async], ids=["sync", "async"])
def test_every_status_from_200_to_599_has_its_outcome_and_one_post(all_ends: Any, raw_server: Any) -> None:
    server = raw_server(each_status_in_turn)
    found = dict(zip(STATUSES, all_ends(server.url), strict=True))
    assert found == {status: expected_of(status) for status in STATUSES}
    assert server.posts == len(STATUSES)


def render() -> str:
    """Return the docs page that shows the table."""
    lines = [
        "# What each misbehaviour of a server comes to",
        "",
        "Each row is a test, run against a real server that does just this, by both clients. The last column counts",
        "the POSTs that the server saw for one call of a method, with the default of two retries unless noted.",
        "",
        "| the server | outcome | raised | POSTs seen |",
        "|---|---|---|---|",
    ]
    for case in CASES:
        noted = ", ".join(f"`{name}={value}`" for name, value in case.settings.items() if value is not True)
        name = f"{case.name} ({noted})" if noted else case.name
        lines.append(f"| {name} | {case.outcome} | {case.error or 'nothing'} | {case.posts} |")
    lines += [
        "",
        "Of the statuses from 200 to 599, by the same rules:",
        "",
        "| status | outcome | raised |",
        "|---|---|---|",
    ]
    for first, last, outcome, error in ranges():
        span = str(first) if first == last else f"{first} to {last}"
        lines.append(f"| {span} | {outcome} | {error or 'nothing'} |")
    return "\n".join([*lines, ""])


def ranges() -> list[tuple[int, int, Outcome, str | None]]:
    found: list[tuple[int, int, Outcome, str | None]] = []
    for status in STATUSES:
        now = expected_of(status)
        if found and found[-1][2:] == now:
            found[-1] = (found[-1][0], status, *now)
        else:
            found.append((status, status, *now))
    return found


def test_the_docs_show_this_very_table() -> None:
    assert PAGE.read_text(encoding="utf-8") == render(), "run this file as a program to write the page anew"


def test_the_page_names_only_errors_that_exist() -> None:
    assert all(hasattr(thoughtly_client, case.error) for case in CASES if case.error)


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
