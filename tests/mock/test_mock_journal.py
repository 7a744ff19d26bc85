"""The mock as a witness."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from thoughtly_mock import Entry, MemoryStore, Verdict
from thoughtly_mock.store import KEPT_ENTRIES
from thoughtly_mock.witness import KEPT

CANARIES = {"x-api-token": "canary-91c2-token", "team_id": "canary-77d0-team"}
CALL = {"contact_id": "c", "interview_id": "a1b2c3d4", "metadata": {"n": 1.50, "text": "\u00e9", "deep": [None, {}]}}
JSON = {"content-type": "application/json"}

Send = Callable[..., Entry]


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def send(mock_of: Callable[..., httpx.Client], store: MemoryStore) -> Send:
    """Sends one request to a mock that writes to the journal; returns the newest entry."""
    mock = mock_of(store=store)

    def request(method: str = "POST", target: str = "/contact/call", **more: object) -> Entry:
        answer = mock.request(method, target, **{"headers": CANARIES, **more})  # type: ignore[arg-type]
        assert store.entries()[-1].status == answer.status_code
        return store.entries()[-1]

    return request


def test_an_accepted_request_is_kept_as_it_came(send: Send) -> None:
    entry = send(target="/contact/call?page=1&page=2", json=CALL)
    assert (entry.method, entry.target, entry.operation_id) == ("POST", "/contact/call?page=1&page=2", "call_contact")
    assert (entry.status, entry.verdict, entry.detail) == (200, Verdict.ACCEPTED, None)
    assert entry.parsed == json.loads(entry.body) == CALL
    assert datetime.now(UTC) - entry.received < timedelta(minutes=5)


@pytest.mark.parametrize(
    ("request_of", "status", "refusal", "operation_id"),
    [
        ({"content": b"{", "headers": {**CANARIES, **JSON}}, 400, "is not JSON", "call_contact"),
        ({"json": {"contact_id": 1}}, 400, "interview_id", "call_contact"),
        ({"json": CALL, "headers": {"x-api-token": ""}}, 401, "x-api-token is empty", "call_contact"),
        ({"content": b" " * 1_048_577, "headers": {**CANARIES, **JSON}}, 413, "more than", "call_contact"),
        ({"method": "GET"}, 405, "GET is not allowed", None),
        ({"target": "/nowhere"}, 404, "no path /nowhere", None),
    ],
)
def test_a_refused_request_is_kept_with_the_reason(
    send: Send, request_of: dict[str, object], status: int, refusal: str, operation_id: str | None
) -> None:
    entry = send(**request_of)
    assert (entry.status, entry.operation_id) == (status, operation_id)
    assert refusal in (entry.detail or "")


@pytest.mark.parametrize("name", ["x-api-token", "team_id", "TEAM_ID", "authorization", "x-team-id", "cookie"])
def test_no_key_is_kept_under_whatever_name_it_came(send: Send, name: str) -> None:
    entry = send(json=CALL, headers={**CANARIES, name: "canary-0000-other"})
    assert "canary" not in repr(entry)
    assert (name.lower(), "[redacted]") in entry.headers
    assert ("content-type", "application/json") in entry.headers


def test_only_the_beginning_of_a_long_body_is_kept(send: Send) -> None:
    entry = send(json={**CALL, "metadata": {"long": "x" * 2 * KEPT}})
    assert len(entry.body) == KEPT
    assert entry.status == 200


def test_the_newest_entries_are_kept_and_all_can_be_forgotten(send: Send, store: MemoryStore) -> None:
    entry = send(json=CALL)
    for _ in range(KEPT_ENTRIES + 5):
        store.append(entry)
    assert len(store.entries()) == KEPT_ENTRIES
    store.clear()
    assert store.entries() == ()
