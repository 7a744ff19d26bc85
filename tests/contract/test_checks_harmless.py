"""What could place a call is never taken for harmless, however it is spelled."""

import gzip
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thoughtly_contract.battery import Cost, all_probes, within
from thoughtly_contract.battery.harmless import is_harmless, rings
from thoughtly_contract.battery.samples import Sampler
from thoughtly_contract.exchange import Request
from thoughtly_contract.keys import keys_of
from thoughtly_contract.mutants.operations import narrowed, widened
from thoughtly_contract.validity import Validity
from thoughtly_openapi.loader import load_spec, operations

SPEC = widened(load_spec())
KEYS = keys_of(SPEC, {})
SAMPLERS = {
    operation.operation_id: Sampler(SPEC, operation, KEYS, Validity(SPEC, operation)) for operation in operations(SPEC)
}
CALL = SAMPLERS["call_contact"]
SAID = {"contact_id": "somebody", "interview_id": "agent"}


def harmless(body: bytes, query: bytes = b"", *headers: tuple[bytes, bytes]) -> bool:
    request = CALL.request(body)
    return is_harmless(CALL, request.but(query=query, headers=(*request.headers, *headers)))


@pytest.mark.parametrize(
    "body",
    [
        json.dumps(SAID).encode(),
        json.dumps([SAID]).encode(),
        json.dumps({"data": {"call": SAID}}).encode(),
        json.dumps(json.dumps(SAID)).encode(),
        json.dumps({"contactId": "somebody"}).encode(),
        json.dumps({"Contact-ID": "somebody"}).encode(),
        json.dumps({"contact_id": 1}).encode(),
        json.dumps({"contact_id": True}).encode(),
        json.dumps({"contact_id": [["somebody"]]}).encode(),
        json.dumps({"contact_id": {"id": "somebody"}}).encode(),
        json.dumps(SAID).encode("utf-16"),
        json.dumps(SAID).encode("utf-32-le"),
        json.dumps(SAID).encode()[:-1],
        json.dumps(SAID).encode() + b"\xff",
        b"{'contact_id': 'somebody'}",
        b"contact_id=somebody",
        b"<contact_id>somebody</contact_id>",
        b'{"contact_id": null, "contact_id": "somebody"}',
        b'{"contact_id": "somebody", "contact_id": null}',
        b'{"\\u0063ontact_id": "somebody", "x": NaN, }',
        gzip.compress(json.dumps(SAID).encode()),
    ],
)
def test_a_body_that_says_upon_whom_is_not_harmless(body: bytes) -> None:
    assert not harmless(body)


def test_a_query_or_a_header_that_says_upon_whom_is_not_harmless() -> None:
    assert not harmless(b"{}", b"contact_id=somebody")
    assert not harmless(b"{}", b"", (b"x-contact-id", b"somebody"))


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[]", b"null", b'{"contact_id": null}', b'{"contact_id": []}', b'{"interview_id": "a"}', b"{"]
)
def test_a_body_that_says_nobody_is_harmless(body: bytes) -> None:
    assert harmless(body)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(around=JSON, contact=st.text(min_size=1) | st.integers(), name=st.sampled_from(["contact_id", "contactId"]))
def test_somebody_anywhere_in_json_is_found(around: Any, contact: Any, name: str) -> None:
    body = json.dumps([around, {"within": {name: contact, "beside": around}}]).encode()
    assert not harmless(body)


def test_an_operation_with_a_parameter_in_its_path_is_never_harmless() -> None:
    sampler = SAMPLERS["set_tags"]
    assert not is_harmless(sampler, sampler.request(b""))
    assert sampler.bare() is None


def test_a_safe_method_is_harmless_and_rings_nobody() -> None:
    sampler = SAMPLERS["list_contacts"]
    assert is_harmless(sampler, sampler.plain())
    assert not rings(sampler, {"contact_id": "somebody"})


PROBES = all_probes(narrowed(load_spec()), KEYS, tells_wrong_keys=True)


def test_what_costs_nothing_says_nobody() -> None:
    """Whatever a probe was meant for."""
    costless = [probe for probe in PROBES if probe.cost is Cost.NOTHING]
    assert costless
    assert all(is_harmless(CALL, probe.request) for probe in costless)


@pytest.mark.parametrize(("calls", "sent"), [(0, 0), (1, 1), (3, 3)])
def test_a_budget_is_kept(calls: int, sent: int) -> None:
    allowed = within(PROBES, calls, risks=False)
    assert [probe.cost for probe in allowed if probe.cost is not Cost.NOTHING] == [Cost.CALL] * sent


def test_without_a_budget_everything_is_sent() -> None:
    assert len(within(PROBES, None)) == len(PROBES)


def test_what_could_place_a_call_comes_last() -> None:
    costs = [probe.cost for probe in within(PROBES, None)]
    assert costs == sorted(costs)


def test_the_same_spec_gives_the_same_requests() -> None:
    """No luck is involved: a failure found once is found again."""
    again = all_probes(narrowed(load_spec()), KEYS, tells_wrong_keys=True)
    assert [(probe.name, probe.request) for probe in again] == [(probe.name, probe.request) for probe in PROBES]


def test_a_request_shows_no_key() -> None:
    shown = repr(CALL.plain())
    assert isinstance(CALL.plain(), Request)
    assert not any(key.value in shown for key in KEYS)
