"""The client and the mock, made from one spec, understand each other."""

import asyncio
import json
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from thoughtly_client import AsyncThoughtly, Outcome
from thoughtly_mock import MemoryStore, create_app

TEXT = st.text(st.characters(codec="utf-8"), max_size=20)
NUMBERS = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)
DOCUMENTED = st.fixed_dictionaries({}, optional={"additional_data_1": TEXT})
OTHERS = st.dictionaries(TEXT.filter(lambda name: name != "additional_data_1"), VALUES, max_size=4)
METADATA = st.none() | st.builds(lambda documented, others: documented | others, DOCUMENTED, OTHERS)
BODIES = st.fixed_dictionaries({"contact_id": TEXT, "interview_id": TEXT}, optional={"metadata": METADATA})


JOURNAL = MemoryStore()


@pytest.fixture(scope="module")
def mock() -> httpx.ASGITransport:
    """The mock, in process; it writes what it receives into the journal."""
    return httpx.ASGITransport(create_app(store=JOURNAL))


def client_of(mock: httpx.ASGITransport) -> AsyncThoughtly:
    return AsyncThoughtly(api_token="token", team_id="team", base_url="http://mock", transport=mock)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(body=BODIES)
def test_any_valid_body_is_accepted_and_arrives_unchanged(mock: httpx.ASGITransport, body: dict[str, Any]) -> None:
    """In the mock's journal, to the byte of its JSON meaning: 1 stays 1, and 1.0 stays 1.0."""

    async def run() -> None:
        async with client_of(mock) as client:
            raw = await client.with_raw_response.call_contact(**body)
        assert raw.outcome is Outcome.ACCEPTED

    asyncio.run(run())
    entry = JOURNAL.entries()[-1]
    assert (entry.operation_id, entry.status) == ("call_contact", 200)
    assert json.dumps(entry.parsed, sort_keys=True) == json.dumps(body, sort_keys=True)


def test_a_response_of_the_mock_is_typed(mock: httpx.ASGITransport) -> None:
    async def run() -> None:
        async with client_of(mock) as client:
            answer = await client.call_contact(contact_id="c", interview_id="i")
        assert type(answer).__name__ == "GenericResponse"
        assert not answer.error

    asyncio.run(run())
