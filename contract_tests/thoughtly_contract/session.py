"""The run that the suite is part of. The command sets it before pytest imports the suite."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from thoughtly_contract.battery import Probe, all_probes, within
from thoughtly_contract.errors import UsageError
from thoughtly_contract.evidence import Evidence
from thoughtly_contract.keys import Key
from thoughtly_contract.recording import Statuses
from thoughtly_contract.report.problem import Problems
from thoughtly_contract.target import Target
from thoughtly_openapi.loader import Operation, operations


@dataclass(frozen=True, slots=True)
class Run:
    """Everything that the suite needs to know."""

    spec: Mapping[str, Any]
    keys: tuple[Key, ...]
    target: Target
    seed: int
    max_examples: int
    whole: bool
    """Whether every known difference must show: the installed spec, and nothing deselected."""
    calls_allowed: int | None = None
    """How many requests may be sent that could place a call; None for any number."""
    contact: str | None = None
    """Who is called; None for whomever the spec has as an example."""
    problems: Problems = field(default_factory=Problems)
    """What is wrong with the target so far."""
    today: date = field(default_factory=date.today)
    """Decides which known differences have expired."""
    statuses: Statuses = field(default_factory=Statuses)
    """The statuses that were answered so far."""
    evidence: Evidence | None = None
    """What the answers so far say of what upstream does not document."""

    def never_answered(self) -> Iterator[tuple[Operation, Sequence[str]]]:
        """Yield each operation with the documented statuses that it was never seen to answer with."""
        for operation in operations(self.spec):
            seen = self.statuses.seen.get(operation.operation_id, set())
            documented = (status for status in operation.definition["responses"] if status != "default")
            if missing := [status for status in documented if not any(_is(status, one) for one in seen)]:
                yield operation, missing

    def probes(self) -> Mapping[tuple[str, str], Sequence[Probe]]:
        """Return the probes that the budget of calls allows, by claim and operation id."""
        every = all_probes(self.spec, self.keys, tells_wrong_keys=self.target.tells_wrong_keys, contact=self.contact)
        # Whoever counts calls counts what a faulty server could carry out, too.
        allowed = within(every, self.calls_allowed, risks=self.calls_allowed is None)
        found: dict[tuple[str, str], list[Probe]] = {}
        for probe in allowed:
            found.setdefault((probe.claim, probe.operation.operation_id), []).append(probe)
        return found


def _is(documented: str, status: int) -> bool:
    return documented in {str(status), f"{status // 100}XX"}


_runs: list[Run] = []


@contextmanager
def active(run: Run) -> Iterator[None]:
    """Make ``run`` the one that the suite belongs to."""
    _runs.append(run)
    try:
        yield
    finally:
        _runs.pop()


def current() -> Run:
    """Return the active run.

    Raises:
        UsageError: pytest was started on the suite directly.
    """
    if not _runs:
        raise UsageError("this suite needs a target: run it with thoughtly-contract")
    return _runs[-1]
