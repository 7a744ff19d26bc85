"""Holds what was sent and answered against everything that the spec assumes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from thoughtly_contract.evidence.fit import Fit
from thoughtly_contract.evidence.marks import Mark, Watch, marks, watches
from thoughtly_contract.evidence.reading import Reader
from thoughtly_contract.evidence.redaction import Redaction, Shown
from thoughtly_contract.evidence.report import Claim, EvidenceReport
from thoughtly_contract.evidence.rules import OfResponse, Seen, Told, Verdict
from thoughtly_contract.exchange import Answer
from thoughtly_contract.keys import Key
from thoughtly_contract.recording import Exchange
from thoughtly_openapi.loader import Operation

Spec = Mapping[str, Any]
MOCKS_HEADER = b"x-mock-evidence"
GUARDS_HEADER = b"x-thoughtly-guard"
UNDECIDABLE = "no answer can show it"
_NO_OPERATION = frozenset({404, 405, 501})


def is_guards_own(answer: Answer) -> bool:
    """Whether the guard answered, and not what stands behind it."""
    return bool(answer.all(GUARDS_HEADER))


@dataclass(slots=True)
class _State:
    """What became of one claim in one operation so far."""

    watch: Watch
    told: Told | None = None
    shown: Shown | None = None

    @property
    def is_final(self) -> bool:
        return self.told is not None and self.told.verdict is Verdict.REFUTED and self.told.outright

    def outweighed_by(self, told: Told) -> bool:
        return self.told is None or _weight(told) > _weight(self.told)


def _weight(told: Told) -> int:
    if told.verdict is Verdict.CONFIRMED:
        return 1
    return 2 if told.outright else 0


@dataclass(slots=True)
class Evidence:
    """Listens to exchanges; what they say is in the report.

    One answer that contradicts an addition refutes it, however many others were like it.
    """

    spec: Spec
    keys: tuple[Key, ...] = ()
    """The keys that are sent; never shown."""
    tells_wrong_keys: bool = False
    """Whether a request with other keys than these has bad keys."""
    circular: str | None = None
    """Why answers of this target prove nothing about upstream, where that is known beforehand."""
    _states: dict[str, list[_State]] = field(init=False)
    _readers: dict[str, Reader] = field(init=False, default_factory=dict)
    _reached: set[str] = field(init=False, default_factory=set)
    _fit: Fit = field(init=False)
    _redaction: Redaction = field(init=False)

    def __post_init__(self) -> None:
        self._fit, self._redaction = Fit(self.spec), Redaction(self.spec, self.keys)
        self._states = {}
        for watch in watches(self.spec):
            self._states.setdefault(watch.operation.operation_id, []).append(_State(watch))

    def __call__(self, exchange: Exchange) -> None:
        """Take note of one exchange."""
        operation = exchange.operation
        if operation is None or exchange.request.method == "HEAD" or is_guards_own(exchange.answer):
            return
        if exchange.answer.all(MOCKS_HEADER):
            self.circular = "the kit's mock answered, which is made from the spec itself"
        if exchange.answer.status not in _NO_OPERATION:
            self._reached.add(operation.operation_id)
        seen = Seen(exchange, operation, self._reader(operation), self._fit)
        for state in self._states.get(operation.operation_id, ()):
            self._hear(state, seen)

    def _hear(self, state: _State, seen: Seen) -> None:
        if state.is_final:
            return
        told = state.watch.rule(seen)
        if told and state.outweighed_by(told):
            state.told, state.shown = told, self._redaction.shown(seen.exchange)

    def _reader(self, operation: Operation) -> Reader:
        if operation.operation_id not in self._readers:
            good = self.keys if self.tells_wrong_keys else ()
            self._readers[operation.operation_id] = Reader(self.spec, operation, good)
        return self._readers[operation.operation_id]

    def report(self) -> EvidenceReport:
        """Return what became of every claim so far."""
        by_pointer: dict[str, list[_State]] = {}
        for states in self._states.values():
            for state in states:
                by_pointer.setdefault(state.watch.pointer, []).append(state)
        found = marks(self.spec).values()
        return EvidenceReport(
            tuple(self._claim(mark, by_pointer.get(mark.pointer, [])) for mark in found), self.circular
        )

    def _claim(self, mark: Mark, states: list[_State]) -> Claim:
        operations = tuple(dict.fromkeys(state.watch.operation.operation_id for state in states))
        verdict, reason, shown = self._verdict(states)
        return Claim(mark.pointer, mark.evidence, mark.source, operations, verdict, self._redaction.text(reason), shown)

    def _verdict(self, states: list[_State]) -> tuple[Verdict, str, Shown | None]:
        if not states:
            return Verdict.NOT_SEEN, UNDECIDABLE, None
        told = [(state.told, state.shown) for state in states if state.told and self._counts(state)]
        for one, shown in told:
            if one.verdict is Verdict.REFUTED:
                return one.verdict, one.reason, shown
        if len(told) < len(states):
            # What several operations share is confirmed when it is for all of them.
            return Verdict.NOT_SEEN, _seen_for(told, len(states)), None
        return Verdict.CONFIRMED, told[0][0].reason, told[0][1]

    def _counts(self, state: _State) -> bool:
        # Under a wrong base URL everything is 404, which says nothing about the operation.
        rule = state.watch.rule
        is_404 = isinstance(rule, OfResponse) and rule.name == "404"
        return not is_404 or state.watch.operation.operation_id in self._reached


def _seen_for(told: list[tuple[Told, Shown | None]], operations: int) -> str:
    return f"seen for {len(told)} of the {operations} operations that share it" if told else "no answer showed it"
