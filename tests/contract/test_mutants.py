"""The mutants: many servers with one fault each, and two without any."""

from collections import Counter
from typing import Any

import pytest

from thoughtly_contract.exchange import Answer, Caller, Request
from thoughtly_contract.keys import keys_of
from thoughtly_contract.mutants import MUTANTS, Kind, ReferenceServer, mock, reference
from thoughtly_openapi.loader import load_spec

SPEC = load_spec()
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
