"""What a run sends, and says, when calls are counted."""

import pytest

from thoughtly_contract.battery import Cost
from thoughtly_contract.exchange import Caller
from thoughtly_contract.keys import keys_of
from thoughtly_contract.mutants import reference
from thoughtly_contract.mutants.operations import narrowed, widened
from thoughtly_contract.recording import Recording
from thoughtly_contract.session import Run
from thoughtly_contract.target import Target
from thoughtly_openapi.loader import load_spec

SPEC = widened(load_spec())
KEYS = keys_of(SPEC, {})


def run(calls_allowed: int | None) -> Run:
    target = Target("reference", reference(SPEC, KEYS).app, tells_wrong_keys=True)
    return Run(SPEC, KEYS, target, 1, 10, whole=False, calls_allowed=calls_allowed)


@pytest.mark.parametrize("calls", [0, 1, 2])
def test_no_more_requests_that_could_place_a_call_are_sent_than_allowed(calls: int) -> None:
    """One that only a faulty server would carry out counts like any other."""
    costs = [probe.cost for probes in run(calls).probes().values() for probe in probes]
    assert sum(cost is not Cost.NOTHING for cost in costs) == calls
    assert len(costs) > 100


def test_the_one_call_is_the_most_telling_request() -> None:
    sent = [probe for probes in run(1).probes().values() for probe in probes]
    assert [probe.name for probe in sent if probe.cost is Cost.CALL] == ["as rich as can be"]


def test_operations_with_a_safe_method_are_checked_without_any_call() -> None:
    claims = {claim for claim, operation in run(0).probes() if operation == "list_contacts"}
    assert claims >= {"keys", "parameters", "valid request"}


def test_without_a_budget_every_claim_is_made_of_every_operation() -> None:
    found = run(None).probes()
    for operation in ("call_contact", "list_contacts", "set_tags"):
        assert {claim for claim, known in found if known == operation} >= {"keys", "hostile input", "valid request"}


def test_documented_statuses_that_never_appeared_are_listed() -> None:
    started = run(0)
    with Caller(Recording(started.target.app, SPEC, [started.statuses])) as call:
        answers = [call(probe.request) for probe in started.probes()["keys", "call_contact"]]
    assert {answer.status for answer in answers} == {400, 401}
    missing = {operation.operation_id: statuses for operation, statuses in started.never_answered()}
    documented = set(narrowed(load_spec())["paths"]["/contact/call"]["post"]["responses"])
    assert set(missing["call_contact"]) == documented - {"400", "401"}
    assert set(missing["set_tags"]) == documented
