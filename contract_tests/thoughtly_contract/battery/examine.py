"""Sends probes, and says what is wrong with the answers and with what the server did."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from thoughtly_contract.battery.judge import Finding, Judge
from thoughtly_contract.battery.probe import Cost, Expected, Probe
from thoughtly_contract.errors import NotSentError
from thoughtly_contract.exchange import Answer, Request
from thoughtly_contract.witness import Placed, Witness

Call = Callable[[Request], Answer]


@dataclass(frozen=True, slots=True)
class Failure:
    """A probe whose answer, or whose effect, is wrong."""

    probe: Probe
    status: int
    finding: Finding

    def __str__(self) -> str:
        return f"{self.probe.request.method} with {self.probe.name}: {self.finding.message}"


class Examination:
    """Puts probes to one server."""

    def __init__(self, judge: Judge, call: Call, witness: Witness | None = None) -> None:
        self._judge, self._call, self._witness = judge, call, witness
        self.held_back: list[tuple[Probe, str]] = []
        """What the guard did not let pass, and why."""

    def failures(self, probes: Iterable[Probe]) -> Iterator[Failure]:
        """Send each probe when it is asked for, and yield what is wrong; one can stop at the first."""
        for probe in probes:
            before = len(self._witness()) if self._witness else 0
            try:
                answer = self._call(probe.request)
            except NotSentError as error:
                self.held_back.append((probe, str(error)))
                continue
            findings = list(self._judge.findings(probe, answer))
            if self._witness:
                findings += _misdeeds(probe, answer, self._witness()[before:])
            yield from (Failure(probe, answer.status, finding) for finding in findings)


def _misdeeds(probe: Probe, answer: Answer, placed: Sequence[Placed]) -> Iterator[Finding]:
    if probe.expected is not Expected.SUCCESS:
        may = probe.expected is Expected.NO_CRASH and answer.is_success
        if placed and not may:
            yield Finding("CarriedOut", f"it was refused with {answer.status}, and carried out")
        return
    if not answer.is_success:
        return
    if len(placed) != 1:
        yield Finding("NotOnce", f"it was carried out {len(placed)} times")
        return
    done = placed[0]
    if done.operation_id != probe.operation.operation_id or done.target != probe.request.target.decode("latin-1"):
        yield Finding("OtherwiseDone", f"{done.operation_id} was carried out at {done.target}")
    sent = json.loads(probe.request.body) if probe.request.body else None
    if _canonical(done.body) != _canonical(sent):
        yield Finding("OtherwiseDone", "it was carried out with another body than was sent")


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def within(probes: Iterable[Probe], calls: int | None, *, risks: bool = True) -> list[Probe]:
    """Return the probes that a budget allows, the cheapest first.

    Args:
        probes: what there is.
        calls: how many valid requests may be carried out; None for any number.
        risks: whether what only a faulty server carries out may be sent, too.
    """
    ordered = sorted(probes, key=lambda probe: probe.cost)
    allowed = [probe for probe in ordered if probe.cost is Cost.NOTHING or (risks and probe.cost is Cost.RISK)]
    valid = [probe for probe in ordered if probe.cost is Cost.CALL]
    # The first of each claim tells most; a valid request tells more than a hostile one.
    valid.sort(key=lambda probe: probe.expected is not Expected.SUCCESS)
    return allowed + (valid if calls is None else valid[:calls])
