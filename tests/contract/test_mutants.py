"""The mutants: many servers with one fault each, and two without any."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from thoughtly_contract.exchange import Answer, Caller, Request
from thoughtly_contract.keys import keys_of
from thoughtly_contract.mutants import MUTANTS, Kind, ReferenceServer, command, mock, reference
from thoughtly_contract.mutants.hunt import LEVELS, Level, by_stock
from thoughtly_contract.mutants.listing import listing
from thoughtly_contract.mutants.tournament import HEALTHY, STOCK, Result, Score, battery_score
from thoughtly_openapi.loader import load_spec

SPEC = load_spec()
MANUAL = Path(__file__).resolve().parents[2] / "docs" / "mutants.md"
KEYS = keys_of(SPEC, {})
BODY = b'{"contact_id": "a-contact", "interview_id": "an-agent", "metadata": {"a": 1}}'
GOOD = Request(
    "POST",
    b"/contact/call",
    headers=((b"content-type", b"application/json"), *((key.header.encode(), key.value.encode()) for key in KEYS)),
    body=BODY,
)


def test_there_are_over_a_hundred_of_every_kind() -> None:
    kinds = Counter(mutant.kind for mutant in MUTANTS)
    assert len(MUTANTS) >= 100
    assert set(kinds) == set(Kind)
    assert min(kinds.values()) >= 10


def test_no_two_have_the_same_name_or_the_same_fault() -> None:
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS)
    assert len({mutant.wrong for mutant in MUTANTS}) == len(MUTANTS)


def test_half_are_the_mock_and_half_are_the_reference_server() -> None:
    """A fault that only one code base can have would tell less about other servers."""
    written_apart = [isinstance(mutant.make(SPEC, KEYS).app, ReferenceServer) for mutant in MUTANTS]
    assert 0.4 < sum(written_apart) / len(written_apart) < 0.6


def test_the_manual_lists_every_mutant_and_level() -> None:
    """`python -m thoughtly_contract.mutants.listing` writes its end."""
    page = MANUAL.read_text(encoding="utf-8")
    assert page.endswith(listing())
    assert all(f"| {level.name} |" in page and f"| {level.goal:.0%} |".replace("%", " %") in page for level in LEVELS)


@pytest.mark.parametrize("make", [mock, reference])
def test_a_healthy_server_does_what_it_is_asked_once(make: Any) -> None:
    server = make(SPEC, KEYS)
    with Caller(server.app) as call:
        answers = [call(GOOD), call(GOOD.but(headers=())), call(GOOD.but(body=b"{}")), call(GOOD.but(method="PUT"))]
    assert [answer.status for answer in answers] == [200, 401, 400, 405]
    assert [placed.body["contact_id"] for placed in server.witness()] == ["a-contact"]


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_every_mutant_is_new_each_time(mutant: Any) -> None:
    """What one run leaves behind in a server must not decide the next."""
    first, second = (answers_of(mutant.make(SPEC, KEYS).app) for _ in range(2))
    assert first == second


def answers_of(app: Any) -> list[Answer]:
    with Caller(app) as call:
        return [call(GOOD), call(GOOD.but(headers=())), call(GOOD.but(body=b"{}"))]


@pytest.fixture(scope="module", params=LEVELS, ids=lambda level: level.name.replace(" ", "-"))
def level(request: pytest.FixtureRequest) -> Level:
    """One of the levels of power."""
    chosen: Level = request.param
    return chosen


@pytest.fixture(scope="module")
def score(level: Level) -> Score:
    """What the battery finds at that level."""
    return battery_score(level)


def test_the_battery_finds_as_many_faults_as_it_promises(level: Level, score: Score) -> None:
    assert score.killed >= level.goal * len(MUTANTS), score.survivors


def test_no_healthy_server_is_failed(score: Score) -> None:
    assert not score.false_alarms


def test_a_level_does_no_more_than_it_is_allowed_to(level: Level, score: Score) -> None:
    """A server that calls twice for one request is beyond what any check can prevent."""
    if not level.risks:
        assert score.most_calls <= 2 * (level.calls or 0)


@pytest.mark.parametrize("name", ["success-without-data", "healthy mock"])
def test_stock_schemathesis_is_run_beside(name: str) -> None:
    mutant = next(entry for entry in (*MUTANTS, *HEALTHY) if entry.name == name)
    hunt = by_stock(mutant, 5, 1)
    assert bool(hunt.found) == (mutant in MUTANTS)
    assert hunt.calls > 0


def scores(kills: int) -> dict[str, Score]:
    per_kind = dict.fromkeys(Kind, 0) | {Kind.AUTH: kills}
    return {way: Score(per_kind, ["somebody"], 3, 2, [], 1.0) for way in (*(level.name for level in LEVELS), STOCK)}


@pytest.mark.parametrize(("kills", "status"), [(10, 0), (9, 1)])
def test_the_command_says_which_goal_is_missed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], kills: int, status: int
) -> None:
    result = Result({Kind.AUTH: 10}, scores(kills), 100, 1.0)
    monkeypatch.setattr(command, "tournament", lambda examples, seed: result)
    assert command.run_mutants(100, 1) == status
    printed = capsys.readouterr()
    assert f"{kills}/10" in printed.out
    assert ("journal: 9 of 10 killed, 100% is the goal" in printed.err) == bool(status)


def test_a_healthy_server_that_is_failed_is_a_goal_missed() -> None:
    alarmed = scores(10) | {"journal": Score({Kind.AUTH: 10}, [], 0, 0, ["the healthy mock was failed"], 1.0)}
    assert Result({Kind.AUTH: 10}, alarmed, 100, 1.0).missed() == ["journal: the healthy mock was failed"]
