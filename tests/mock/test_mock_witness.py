"""What the mock can tell of what it received: filters, exports, duplicates, verifications, and no key in any."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import jsonschema
import pytest

from thoughtly_mock import Entry, MemoryStore, Settings, Verdict, magic
from thoughtly_mock.criteria import Criteria
from thoughtly_mock.duplicates import Cause, duplicates
from thoughtly_mock.problems import Problem
from thoughtly_mock.testing import ThoughtlyMock, served_mock
from thoughtly_mock.verify import verify

TOKEN, TEAM, OTHER = "canary-1f00-token", "canary-2f00-team", "canary-3f00-other"
KEYS = {"x-api-token": TOKEN, "team_id": TEAM}
START = 1_700_000_000.0


@pytest.fixture
def mock() -> Any:
    with served_mock(settings=Settings(accepted={"x-api-token": TOKEN}, events_seconds=0.05)) as made:
        yield made


@pytest.fixture
def client(mock: ThoughtlyMock) -> Any:
    with httpx.Client(base_url=mock.url, headers=KEYS, trust_env=False) as made:
        yield made


def call(client: httpx.Client, contact: str = "ann", **more: Any) -> httpx.Response:
    return client.post("/contact/call", json={"contact_id": contact, "interview_id": "i", **more})


def dial(seconds: float = 0.0, contact: str | None = "ann", **more: Any) -> Entry:
    """An entry of the journal: an accepted call, unless told otherwise."""
    given = {"verdict": Verdict.ACCEPTED, "status": 200, "operation_id": "call_contact", **more}
    return Entry(START + seconds, "POST", "/contact/call", b"POST / HTTP/1.1\r\n\r\n", b"{}", contact=contact, **given)


# Filters

ENTRIES = [
    dial(0, "ann"),
    dial(10, "bob", status=503, verdict=Verdict.FAILED),
    dial(20, "ann", status=400, verdict=Verdict.REFUSED),
    dial(30, None, operation_id=None, status=404, verdict=Verdict.REFUSED),
]
for position, numbered in enumerate(ENTRIES):
    numbered.number = position + 1


@pytest.mark.parametrize(
    ("criteria", "numbers"),
    [
        ({}, [1, 2, 3, 4]),
        ({"operation": "call_contact"}, [1, 2, 3]),
        ({"contact": "ann"}, [1, 3]),
        ({"status": 503}, [2]),
        ({"verdict": "refused"}, [3, 4]),
        ({"contact": "ann", "verdict": "accepted"}, [1]),
        ({"since": datetime.fromtimestamp(START + 10, UTC)}, [2, 3, 4]),
        ({"until": datetime.fromtimestamp(START + 10, UTC).isoformat()}, [1]),
        ({"since": "2023-11-14T22:13:30Z", "until": "2023-11-14T23:13:50+01:00"}, [2, 3]),
        ({"contact": None}, [1, 2, 3, 4]),
        ({"body": {"x": {"equals": 1}}}, []),
    ],
)
def test_requests_are_found_by_what_they_are(criteria: dict[str, Any], numbers: list[int]) -> None:
    assert [entry.number for entry in Criteria(criteria).of(ENTRIES)] == numbers


@pytest.mark.parametrize(
    ("criteria", "told"),
    [
        ({"since": "yesterday"}, "query since: is no time"),
        ({"body": {"x": {"regex": "("}}}, "body /match/body/x: cannot be used"),
        ({"contact_name": "ann"}, "contact_name"),
    ],
)
def test_a_criterion_that_says_nothing_sensible_is_refused(criteria: dict[str, Any], told: str) -> None:
    with pytest.raises(Problem) as caught:
        Criteria(criteria)
    assert told in caught.value.detail


# Duplicates


@pytest.mark.parametrize(
    ("first", "cause", "certain"),
    [
        ({}, Cause.REPEATED, True),
        ({"status": None, "fault": "lost_response"}, Cause.LOST_RESPONSE, True),
        ({"status": None, "fault": "reset_before", "verdict": Verdict.FAILED}, Cause.LOST_RESPONSE, False),
        ({"status": 200, "fault": "truncated"}, Cause.LOST_RESPONSE, True),
        ({"status": 503, "verdict": Verdict.FAILED}, Cause.SERVER_ERROR, False),
        ({"status": 503}, Cause.SERVER_ERROR, True),
        ({"delay": 9.0}, Cause.PARALLEL, True),
    ],
)
def test_a_contact_dialled_twice_is_told_with_its_likely_cause(
    first: dict[str, Any], cause: Cause, certain: bool
) -> None:
    (found,) = duplicates([dial(0, **first), dial(5)])
    assert (found.cause, found.certain, found.seconds) == (cause, certain, 5.0)


@pytest.mark.parametrize(
    "second",
    [
        dial(5, "bob"),
        dial(61),
        dial(5, status=429, verdict=Verdict.FAILED),
        dial(5, status=400, verdict=Verdict.REFUSED),
        dial(5, None),
        dial(5, status=None, verdict=Verdict.INCOMPLETE),
    ],
    ids=["another contact", "too late", "told to wait", "refused", "no contact", "incomplete"],
)
def test_what_is_no_second_dial_is_no_duplicate(second: Entry) -> None:
    assert not list(duplicates([dial(), second]))


def test_three_dials_are_two_pairs_and_the_window_counts_between_neighbours() -> None:
    found = list(duplicates([dial(0), dial(3), dial(7)], window=4))
    assert [(pair.first.time - START, pair.second.time - START) for pair in found] == [(0, 3), (3, 7)]
    assert not list(duplicates([dial(0), dial(3)], window=2))


def test_a_clients_retry_is_found(client: httpx.Client) -> None:
    with pytest.raises(httpx.TransportError):
        call(client, magic.LOST_RESPONSE)
    with pytest.raises(httpx.TransportError):
        call(client, magic.LOST_RESPONSE)
    (found,) = client.get("/_mock/duplicates").json()["duplicates"]
    assert (found["cause"], found["certain"]) == ("retry_after_lost_response", True)
    assert [found["first"]["number"], found["second"]["number"]] == [1, 2]
    assert client.get("/_mock/duplicates?window=0").json() == {"duplicates": []}
    assert client.get("/_mock/duplicates?contact=bob").json() == {"duplicates": []}


# Verifications


@pytest.mark.parametrize(
    ("count", "verified"),
    [
        ({"exactly": 2}, True),
        ({"exactly": 1}, False),
        ({"at_least": 2, "at_most": 2}, True),
        ({"at_least": 3}, False),
        ({"at_most": 1}, False),
        ({}, True),
    ],
)
def test_a_count_is_verified(count: dict[str, int], verified: bool) -> None:
    assert verify(ENTRIES, Criteria({"contact": "ann"}), count).verified is verified


def test_a_failed_verification_names_the_nearest_requests() -> None:
    """Those that differ in the fewest ways first, and of these the newest."""
    result = verify(ENTRIES, Criteria({"contact": "bob", "status": 200, "operation": "call_contact"}), {"exactly": 1})
    assert (result.verified, result.count) == (False, 0)
    told = [(miss.entry.number, list(miss.differs)) for miss in result.near_misses]
    assert told == [(2, ["status"]), (1, ["contact"]), (3, ["contact", "status"])]


def test_the_control_plane_verifies(client: httpx.Client) -> None:
    call(client, metadata={"campaign": "spring"})
    match = {"operation": "call_contact", "verdict": "accepted", "body": {"/metadata/campaign": {"equals": "spring"}}}
    done = client.post("/_mock/verify", json={"match": match, "count": {"exactly": 1}})
    assert (done.status_code, done.json()["verified"]) == (200, True)
    failed = client.post("/_mock/verify", json={"match": {**match, "contact": "bob"}, "count": {"at_least": 1}})
    assert failed.status_code == 409
    assert failed.json()["near_misses"][0]["differs"] == ["contact"]
    assert failed.json()["near_misses"][0]["request"]["contact"] == "ann"


# Exports

TEXT = {"type": "string"}
PAIRS = {"type": "array", "items": {"type": "object", "required": ["name", "value"]}}
MESSAGE = {
    "httpVersion": TEXT,
    "cookies": PAIRS,
    "headers": PAIRS,
    "headersSize": {"type": "integer"},
    "bodySize": {"type": "integer"},
}
HAR = {
    "type": "object",
    "required": ["log"],
    "properties": {
        "log": {
            "type": "object",
            "required": ["version", "creator", "entries"],
            "properties": {
                "version": {"const": "1.2"},
                "creator": {"type": "object", "required": ["name", "version"]},
                "entries": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["startedDateTime", "time", "request", "response", "cache", "timings"],
                        "properties": {
                            "startedDateTime": {"type": "string", "format": "date-time"},
                            "time": {"type": "number", "minimum": 0},
                            "request": {
                                "type": "object",
                                "required": [*MESSAGE, "method", "url", "queryString"],
                                "properties": {**MESSAGE, "method": TEXT, "url": TEXT, "queryString": PAIRS},
                            },
                            "response": {
                                "type": "object",
                                "required": [*MESSAGE, "status", "statusText", "content", "redirectURL"],
                                "properties": {**MESSAGE, "content": {"required": ["size", "mimeType"]}},
                            },
                            "timings": {"type": "object", "required": ["send", "wait", "receive"]},
                        },
                    },
                },
            },
        }
    },
}
"""What the specification of HTTP Archive 1.2 requires."""


def test_the_journal_is_exported_as_an_http_archive(client: httpx.Client) -> None:
    call(client)
    client.get("/nowhere?a=1&a=2")
    client.post("/contact/call", content=b"\xff\xfe", headers={"content-type": "application/json"})
    with pytest.raises(httpx.TransportError):
        call(client, magic.RESET)
    archive = client.get("/_mock/requests?format=har").json()
    jsonschema.validate(archive, HAR, format_checker=jsonschema.FormatChecker())
    first, second, third, fourth = archive["log"]["entries"]
    assert first["request"]["url"] == f"{client.base_url}/contact/call"
    assert json.loads(first["request"]["postData"]["text"])["contact_id"] == "ann"
    assert second["request"]["queryString"] == [{"name": "a", "value": "1"}, {"name": "a", "value": "2"}]
    assert (third["request"]["postData"]["text"], third["request"]["postData"]["encoding"]) == ("//4=", "base64")
    assert fourth["response"]["status"] == 0


def test_the_journal_is_exported_line_by_line(client: httpx.Client) -> None:
    call(client, "ann")
    call(client, "bob")
    answer = client.get("/_mock/requests?format=ndjson")
    assert answer.headers["content-type"] == "application/x-ndjson"
    assert [json.loads(line)["contact"] for line in answer.text.splitlines()] == ["ann", "bob"]


def test_bytes_that_are_no_text_are_exported_whole(client: httpx.Client) -> None:
    client.post("/contact/call", content=b"\xff\xfe", headers={"content-type": "application/json", "x-a": b"\xe9"})
    (line,) = client.get("/_mock/requests?format=ndjson").text.splitlines()
    entry = json.loads(line)
    assert base64.b64decode(entry["body_base64"]) == b"\xff\xfe"
    assert b"x-a: \xe9\r\n" in base64.b64decode(entry["head_base64"])
    assert "body_base64" not in entry["response"]


def test_the_newest_are_shown_where_there_are_too_many(client: httpx.Client) -> None:
    for contact in "abcd":
        call(client, contact)

    def shown(query: str) -> list[str]:
        return [entry["contact"] for entry in client.get(f"/_mock/requests?{query}").json()["requests"]]

    assert shown("limit=2") == ["c", "d"]
    assert shown("after=1&limit=2") == ["c", "d"]
    assert shown("after=3") == ["d"]
    assert shown("contact=b&status=200&verdict=accepted&operation=call_contact") == ["b"]
    assert shown(f"since={(datetime.now(UTC) + timedelta(hours=1)).isoformat().replace('+', '%2B')}") == []


def test_calls_are_what_would_have_rung_a_phone(client: httpx.Client) -> None:
    call(client, "ann", metadata={"n": 1})
    call(client, magic.NOT_FOUND)
    client.post("/contact/call", json={})
    (only,) = client.get("/_mock/calls").json()["calls"]
    assert (only["contact"], only["status"], only["body"]["metadata"]) == ("ann", 200, {"n": 1})


# Secrets


def say_secrets_everywhere(client: httpx.Client) -> None:
    """In headers under every name, in target, body, and what the mock echoes of them."""
    call(client)
    call(client, TOKEN, metadata={"k": TEAM})
    client.post(f"/contact/call?x-api-token={OTHER}&team_id={OTHER}&a={TOKEN}", json={"contact_id": {"x": TOKEN}})
    client.get(f"/{TOKEN}")
    for name in ("authorization", "cookie", "x-team-id", "X-Api-Token", "api-token", "proxy-authorization"):
        client.post("/contact/call", json={}, headers={name: OTHER})
    client.post("/contact/call", content=b'{"x": "' + TOKEN.encode(), headers={"content-type": "application/json"})
    with pytest.raises(httpx.TransportError):
        call(client, magic.LOST_RESPONSE)


OUTPUTS = (
    "requests",
    "requests?format=ndjson",
    "requests?format=har",
    "calls",
    "duplicates",
    "events",
    "metrics",
    "ready",
)


def test_no_key_is_in_anything_that_the_mock_tells(mock: ThoughtlyMock, client: httpx.Client) -> None:
    say_secrets_everywhere(client)
    for output in OUTPUTS:
        told = client.get(f"/_mock/{output}")
        assert told.status_code == 200
        assert "canary" not in told.text, output
    assert "canary" not in repr(mock.requests)
    assert "[redacted]" in client.get("/_mock/requests").text


def test_a_head_is_kept_to_the_byte_but_for_its_keys(mock: ThoughtlyMock, client: httpx.Client) -> None:
    client.get("/nowhere", headers={"X-Odd": "a;b , c,,"})
    head = mock.requests[0].head.decode()
    assert head.startswith("GET /nowhere HTTP/1.1\r\n")
    assert "\r\nX-Odd: a;b , c,,\r\n" in head
    assert "\r\nx-api-token: [redacted]\r\nteam_id: [redacted]\r\n" in head
    assert head.endswith("\r\n\r\n")


@pytest.mark.parametrize("short", ["t", "any"])
def test_a_key_too_short_to_be_one_is_hidden_in_its_header_alone(
    mock_of: Callable[..., httpx.Client], short: str
) -> None:
    """Looking for it elsewhere would garble every text."""
    store = MemoryStore()
    mock_of(store=store).post("/contact/call", json={"contact_id": "any"}, headers={"x-api-token": short})
    (entry,) = store.entries()
    assert ("x-api-token", "[redacted]") in entry.headers
    assert entry.parsed == {"contact_id": "any"}
