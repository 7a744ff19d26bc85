"""Requests made from the spec, one group after the other, those that could place no call first."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from thoughtly_contract.battery import Examination, Failure, Judge, access, bodies, hostile, methods, parameters, valid
from thoughtly_contract.differences import Observed
from thoughtly_contract.exchange import Caller
from thoughtly_contract.report.problem import Problem
from thoughtly_contract.session import current
from thoughtly_openapi.loader import Operation, operations

RUN = current()
PROBES = RUN.probes()

Examine = Callable[[Operation], None]


def operations_of(claim: str) -> pytest.MarkDecorator:
    """Run a test for each operation that has probes of a claim."""
    found = [operation for operation in operations(RUN.spec) if (claim, operation.operation_id) in PROBES]
    named = {operation.operation_id: f"{operation.method.upper()} {operation.path}" for operation in found}
    return pytest.mark.parametrize("operation", found, ids=[named[entry.operation_id] for entry in found])


@pytest.fixture(scope="module")
def caller() -> Iterator[Caller]:
    """Reach the target."""
    with Caller(RUN.target.app) as call:
        yield call


@pytest.fixture(scope="module")
def examination(caller: Caller) -> Examination:
    """Put probes to the target."""
    return Examination(Judge(RUN.spec, RUN.keys), caller, RUN.target.witness)


@pytest.fixture
def holds(examination: Examination) -> Callable[[str, Operation], None]:
    """Fail unless all answers to the probes of a claim are right, apart from known differences."""

    def check(claim: str, operation: Operation) -> None:
        probes, before = PROBES[claim, operation.operation_id], len(examination.held_back)
        problems = list(unknown(claim, examination.failures(probes)))
        assert not problems, "\n".join(problems)
        held_back = examination.held_back[before:]
        if len(held_back) == len(probes):
            pytest.skip(f"the guard let nothing pass: {held_back[0][1]}")

    return check


def unknown(claim: str, failures: Iterable[Failure]) -> Iterator[str]:
    """Yield, as text, what is not known of the target."""
    for failure in failures:
        request = failure.probe.request
        sent = f"{request.method} {RUN.target.url or 'http://localhost'}{request.target.decode('latin-1')}"
        if not RUN.target.differences.absorb(
            Observed(failure.finding.kind, failure.status, f"{failure.probe.name}: {failure.finding.message}", sent)
        ):
            operation = failure.probe.operation
            label = f"{operation.method.upper()} {operation.path}"
            name, finding = f"test_{claim.replace(' ', '_')}", failure.finding
            RUN.problems.add(Problem(name, label, finding.kind, str(failure), failure.status, request))
            yield f"{finding.kind}: {failure}"


@operations_of(access.CLAIM)
def test_keys(operation: Operation, holds: Any) -> None:
    """A request is let in exactly when its keys are good, and what is wrong with keys is said before all else."""
    holds(access.CLAIM, operation)


@operations_of(methods.CLAIM)
def test_methods_and_paths(operation: Operation, holds: Any) -> None:
    """Methods and paths that the spec does not name do nothing."""
    holds(methods.CLAIM, operation)


@operations_of(hostile.CLAIM)
def test_hostile_input(operation: Operation, holds: Any) -> None:
    """Nothing that a client can send makes the server fail."""
    holds(hostile.CLAIM, operation)


@operations_of(bodies.CLAIM)
def test_invalid_body(operation: Operation, holds: Any) -> None:
    """A body that the spec forbids is refused with a documented error, in the common shape."""
    holds(bodies.CLAIM, operation)


@operations_of(parameters.CLAIM)
def test_parameters(operation: Operation, holds: Any) -> None:
    """Each value of a parameter is taken or refused as its schema says."""
    holds(parameters.CLAIM, operation)


@operations_of(valid.CLAIM)
def test_valid_request(operation: Operation, holds: Any) -> None:
    """A request that the spec allows gets a documented success, and is carried out once, as it was sent."""
    holds(valid.CLAIM, operation)
