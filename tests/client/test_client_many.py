"""Many requests at a time, and not more than so many in a minute."""

import asyncio
import builtins
import json
import logging
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from thoughtly_client import AsyncThoughtly, ConfigurationError, Outcome, Result, Thoughtly
from thoughtly_client.many import progress_bar
from thoughtly_client.pacing import Pacer

KEYS: dict[str, Any] = {"api_token": "token", "team_id": "team"}


def items(count: int) -> list[dict[str, Any]]:
    return [{"contact_id": str(number), "interview_id": "i"} for number in range(count)]


def many(url: str, wanted: Any, **options: Any) -> list[Result]:
    with Thoughtly(**KEYS, base_url=url) as client:
        return list(client.call_many(wanted, **options))


def many_async(url: str, wanted: Any, **options: Any) -> list[Result]:
    async def run() -> list[Result]:
        async with AsyncThoughtly(**KEYS, base_url=url) as client:
            return [result async for result in client.call_many(wanted, **options)]

    return asyncio.run(run())


both = pytest.mark.parametrize("calling", [many, many_async])


@both
def test_each_item_has_a_result_and_a_failure_stops_nothing(calling: Any, raw_server: Any) -> None:
    def behave(peer: Any) -> None:
        while (body := peer.read()) is not None:
            peer.reply(404, b"{}") if json.loads(body)["contact_id"] == "3" else peer.reply()

    wanted = [*items(6), {"contact_id": "x", "agent_id": "i"}, "no mapping", {1: 2}]
    results = sorted(calling(raw_server(behave).url, wanted, concurrency=3), key=lambda result: result.index)
    assert [result.index for result in results] == list(range(9))
    assert [result.item for result in results] == wanted
    told = [(type(result.error).__name__ if result.error else None, result.outcome) for result in results]
    fine, refused = (None, Outcome.ACCEPTED), ("InvalidArgumentError", Outcome.NOT_SENT)
    assert told == [fine, fine, fine, ("NotFoundError", Outcome.REJECTED), fine, fine, refused, refused, refused]
    assert results[0].unwrap().data.to_dict() == {"id": "c1"}
    with pytest.raises(TypeError, match="did you mean interview_id"):
        results[6].unwrap()


@both
def test_no_more_than_so_many_are_under_way(calling: Any, raw_server: Any) -> None:
    busy, most, lock = [0], [0], threading.Lock()

    def behave(peer: Any) -> None:
        while peer.read() is not None:
            with lock:
                busy[0] += 1
                most[0] = max(most[0], busy[0])
            peer.wait(0.01)
            with lock:
                busy[0] -= 1
            peer.reply()

    assert len(calling(raw_server(behave).url, items(12), concurrency=3)) == 12
    assert 2 <= most[0] <= 3


def test_items_are_taken_as_there_is_room(accepting: Any) -> None:
    taken: list[int] = []

    def source() -> Iterator[dict[str, Any]]:
        for number, item in enumerate(items(100)):
            taken.append(number)
            yield item

    with Thoughtly(**KEYS, base_url=accepting.url) as client:
        results = client.call_many(source(), concurrency=2)
        next(results)
        assert len(taken) <= 4
        results.close()  # type: ignore[attr-defined]
    assert accepting.posts <= 4


def test_results_that_nobody_waits_for_are_logged(accepting: Any, caplog: pytest.LogCaptureFixture) -> None:
    with Thoughtly(**KEYS, base_url=accepting.url) as client:
        results = client.call_many(items(3), concurrency=3)
        next(results)
        results.close()  # type: ignore[attr-defined]
    seen = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert len(seen) <= 2
    assert all("ended unseen: ACCEPTED" in line for line in seen)


def broken_source() -> Iterator[dict[str, Any]]:
    yield from items(2)
    raise OSError("the list broke off")


@both
def test_a_source_that_fails_raises_its_own_error(calling: Any, accepting: Any) -> None:
    with pytest.raises(OSError, match="the list broke off"):
        calling(accepting.url, broken_source(), concurrency=2)


@pytest.mark.parametrize("concurrency", [0, -1, 1.5, True])
@both
def test_a_concurrency_below_one_is_refused_at_once(calling: Any, concurrency: Any) -> None:
    with pytest.raises(ConfigurationError, match="concurrency must be a whole number from 1 on"):
        calling("http://127.0.0.1:9", items(1), concurrency=concurrency)


@both
def test_an_operation_is_named_by_its_method(calling: Any, accepting: Any) -> None:
    assert len(calling(accepting.url, items(1), operation="call_contact")) == 1
    with pytest.raises(ConfigurationError, match="no operation 'close', only call_contact"):
        calling(accepting.url, items(1), operation="close")


def test_progress_shows_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    with progress_bar([1, 2], shown=True) as tick:
        tick()
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with progress_bar([1, 2], shown=True) as tick:
        tick()
        tick()
    assert "2/2" in capsys.readouterr().err


def test_progress_without_rich_is_said_and_done_without(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    original = builtins.__import__

    def without_rich(name: str, *args: Any, **kwargs: Any) -> Any:
        if name.startswith("rich"):
            raise ImportError(name)
        return original(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without_rich)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with progress_bar([1], shown=True) as tick:
        tick()
    assert "progress=True needs rich: pip install rich" in caplog.text


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_pacer_spreads_starts_so_that_no_stretch_has_too_many() -> None:
    clock = Clock()
    pacer = Pacer(3, 60.0, clock)
    assert [pacer.reserve() for _ in range(7)] == [0, 0, 0, 60, 60, 60, 120]
    clock.now += 61
    assert pacer.reserve() == 59
    assert pacer.reserve(longest=10) is None
    assert pacer.reserve(longest=60) == 59


@pytest.mark.parametrize("text", ["100/min", "100 / minute", "5/s", "7/hour", "1/h"])
def test_a_rate_is_so_many_a_time(text: str) -> None:
    assert Pacer.parse(text).reserve() == 0


def test_all_users_of_a_client_share_its_rate(accepting: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("time.sleep", slept.append)
    with Thoughtly(**KEYS, base_url=accepting.url, rate_limit="2/min") as client:
        assert len(list(client.call_many(items(4), concurrency=4))) == 4
    assert len(slept) == 2
    assert all(59 < seconds <= 60 for seconds in slept)
