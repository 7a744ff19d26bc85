"""Faults that are switched on for everything or for an operation."""

from typing import Any

import httpx
import pytest

from thoughtly_mock import MemoryStore, Settings
from thoughtly_mock.play import FaultKind
from thoughtly_mock.problems import Problem
from thoughtly_mock.testing import ThoughtlyMock, asgi_mock

CALL = {"contact_id": "c", "interview_id": "i"}
KEYS = {"x-api-token": "t", "team_id": "m"}


class Clock:
    """A clock that stands still until it is told otherwise."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def mock(clock: Clock) -> Any:
    with asgi_mock(settings=Settings(clock=clock)) as made:
        yield made


def post(mock: ThoughtlyMock) -> httpx.Response:
    with httpx.Client(transport=mock.transport, base_url=mock.url, headers=KEYS) as client:
        return client.post("/contact/call", json=CALL)


def statuses(mock: ThoughtlyMock, count: int) -> list[int]:
    return [post(mock).status_code for _ in range(count)]


def test_requests_beyond_the_limit_are_told_when_to_come_again(mock: ThoughtlyMock, clock: Clock) -> None:
    """The window begins with its first request, so that no burst is cut in two by the minute."""
    clock.now += 59
    mock.faults({"everything": {"rate_limit": {"requests": 100}}})
    assert statuses(mock, 100) == [200] * 100
    clock.now += 20.5
    answer = post(mock)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "40")
    assert len(mock.calls) == 100
    clock.now += 40
    assert statuses(mock, 2) == [200, 200]


def test_a_refused_request_does_not_count(mock: ThoughtlyMock) -> None:
    mock.faults({"everything": {"rate_limit": {"requests": 1, "seconds": 5}}})
    with httpx.Client(transport=mock.transport, base_url=mock.url, headers=KEYS) as client:
        assert client.post("/contact/call", json={}).status_code == 400
    assert statuses(mock, 2) == [200, 429]


def test_the_error_rate_is_as_said_and_the_same_for_the_same_seed() -> None:
    def run(seed: int) -> list[int]:
        with asgi_mock(settings=Settings(seed=seed)) as mock:
            mock.faults({"everything": {"error_rate": {"probability": 0.2, "status": 502}}})
            return statuses(mock, 200)

    one = run(1)
    assert set(one) == {200, 502}
    assert 15 < one.count(502) < 75
    assert one == run(1) != run(2)


def test_without_a_status_an_error_is_500(mock: ThoughtlyMock) -> None:
    mock.faults({"everything": {"error_rate": {"probability": 1}}})
    assert post(mock).status_code == 500
    assert mock.requests[0].played == "fault error_rate"


@pytest.mark.parametrize("kind", FaultKind)
def test_every_fault_can_be_switched_on(mock: ThoughtlyMock, kind: FaultKind) -> None:
    mock.faults({"everything": {kind.value: 1}})
    try:
        post(mock)
    except httpx.TransportError:
        assert kind in {"reset_before", "reset_after", "lost_response", "stall", "truncated"}
    (entry,) = mock.requests
    assert (entry.fault, entry.played) == (kind, f"fault {kind}")
    assert bool(mock.calls) == kind.accepts


def test_switching_one_fault_off_changes_nothing_for_another() -> None:
    def dripping(more: dict[str, float]) -> list[bool]:
        with asgi_mock() as mock:
            mock.faults({"everything": {"malformed": 0.3, **more}})
            statuses(mock, 60)
            return [entry.fault == "malformed" for entry in mock.requests]

    alone, beside = dripping({}), dripping({"wrong_type": 0.3})
    assert any(alone)
    assert alone == beside


def test_a_fault_of_an_operation_leaves_others_alone(mock: ThoughtlyMock) -> None:
    mock.faults({"operations": {"call_contact": {"error_rate": {"probability": 1, "status": 503}}}})
    assert post(mock).status_code == 503
    mock.faults({"operations": {}})
    assert post(mock).status_code == 200


def test_latencies_add_up_also_before_another_bad_day(mock: ThoughtlyMock) -> None:
    mock.faults({"everything": {"latency": 0.002}, "operations": {"call_contact": {"latency": 0.003}}})
    mock.scenario({"x": {"match": {"nth": 2}, "then": {"delay": 0.004, "response": {"status": 503}}}})
    assert statuses(mock, 2) == [200, 503]
    assert [round(entry.delay, 6) for entry in mock.requests] == [0.005, 0.009]
    assert [entry.played for entry in mock.requests] == ["fault latency", "scenario x"]


def test_the_rate_limit_comes_before_a_scenario(mock: ThoughtlyMock) -> None:
    mock.faults({"everything": {"rate_limit": {"requests": 1}}})
    mock.scenario({"x": {"then": {"response": {"status": 503}}}})
    assert statuses(mock, 2) == [503, 429]


def test_mocks_that_share_a_store_share_a_limit(clock: Clock) -> None:
    store = MemoryStore()
    settings = Settings(clock=clock)
    with asgi_mock(settings=settings, store=store) as one, asgi_mock(settings=settings, store=store) as other:
        one.faults({"everything": {"rate_limit": {"requests": 2}}})
        assert [*statuses(one, 1), *statuses(other, 2), *statuses(one, 1)] == [200, 200, 429, 429]


@pytest.mark.parametrize(
    ("faults", "pointer"),
    [
        ({"anything": {}}, ""),
        ({"everything": {"lost": 1}}, "/everything"),
        ({"everything": {"drip": 1.5}}, "/everything/drip"),
        ({"everything": {"error_rate": {}}}, "/everything/error_rate"),
        ({"everything": {"error_rate": {"probability": 1, "status": 200}}}, "/everything/error_rate/status"),
        ({"everything": {"rate_limit": {"requests": 1.5}}}, "/everything/rate_limit/requests"),
        ({"operations": {"dial": {}}}, "/operations"),
        ({"operations": {"call_contact": {"latency": {"uniform": [1]}}}}, "/operations/call_contact/latency/uniform"),
    ],
)
def test_wrong_faults_are_refused_by_pointer(mock: ThoughtlyMock, faults: dict[str, Any], pointer: str) -> None:
    with pytest.raises(Problem) as caught:
        mock.faults(faults)
    assert [fault.pointer for fault in caught.value.faults] == [pointer]
    assert mock.console.faults == {}
