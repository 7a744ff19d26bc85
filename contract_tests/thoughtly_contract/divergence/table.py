"""Which requests the servers answer differently, or wrongly, and why."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from thoughtly_contract.divergence.case import Case
from thoughtly_contract.divergence.causes import Cause, Causes, Difference
from thoughtly_contract.divergence.verdict import Examiner, is_wrong
from thoughtly_contract.divergence.wire import Reply

Replies = Mapping[str, Sequence[Reply]]
"""What each server replied to each case."""


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of request, for all operations where it is answered alike."""

    case: Case
    """The first of them."""
    statuses: Mapping[str, int]
    """By server."""
    operations: tuple[str, ...]
    """Which operations; none where all that it can be sent to are answered alike."""
    causes: tuple[Cause, ...] = ()

    def is_wrong(self, server: str) -> bool:
        """Whether a server answers otherwise than the answer has to be."""
        return is_wrong(self.case, self.statuses[server])

    @property
    def differs(self) -> bool:
        """Whether the servers disagree, or one of them is wrong."""
        return len(set(self.statuses.values())) > 1 or any(map(self.is_wrong, self.statuses))


@dataclass(frozen=True, slots=True)
class FactRow:
    """One thing that is wrong beside the status, on how many kinds of requests."""

    fact: str
    kinds: Mapping[str, int]
    """By server."""
    causes: tuple[Cause, ...]


@dataclass(slots=True)
class Table:
    """Everything that the page tells."""

    servers: tuple[str, ...]
    rows: list[Row] = field(default_factory=list)
    facts: list[FactRow] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    """What has no cause, and which causes explain nothing."""


def make_table(cases: Sequence[Case], replies: Replies, causes: Causes, examiner: Examiner) -> Table:
    """Compare what the servers replied.

    Args:
        cases: what they were sent; cases of one group stand together.
        replies: what each replied, in the same order.
        causes: why they answer as they do.
        examiner: of the spec that they serve.
    """
    table = Table(tuple(replies))
    for row in _rows(cases, replies):
        table.rows.append(_explained(row, causes, table.problems))
    facts = _facts(cases, replies, examiner)
    table.facts = [_fact_row(fact, found, causes, table) for fact, found in facts.items()]
    return table


def _rows(cases: Sequence[Case], replies: Replies) -> Iterator[Row]:
    sent = [(case, {name: each[place].status for name, each in replies.items()}) for place, case in enumerate(cases)]
    for _, group in groupby(sent, key=lambda pair: pair[0].group):
        kinds: dict[str, list[tuple[Case, dict[str, int]]]] = {}
        for case, statuses in group:
            kinds.setdefault(case.kind, []).append((case, statuses))
        for alike in kinds.values():
            yield from _merged(alike)


def _merged(sent: Sequence[tuple[Case, dict[str, int]]]) -> Iterator[Row]:
    """Yield a row for each way in which one kind of request is answered."""
    ways: dict[tuple[object, ...], list[tuple[Case, dict[str, int]]]] = {}
    for case, statuses in sent:
        ways.setdefault((case.claim, case.right, *statuses.values()), []).append((case, statuses))
    for alike in ways.values():
        labels = (f"{case.operation.method.upper()} {case.operation.path}" for case, _ in alike)
        yield Row(*alike[0], tuple(labels) if len(ways) > 1 else ())


def _explained(row: Row, causes: Causes, problems: list[str]) -> Row:
    if not row.differs:
        return row
    wrong = [server for server in row.statuses if row.is_wrong(server)]
    found: dict[str, list[Cause]] = {
        server: causes.of(Difference(row.case.kind, server, status)) for server, status in row.statuses.items()
    }
    problems += [_unexplained(row, server) for server in wrong if not found[server]]
    if not wrong and not any(found.values()):
        problems.append(_unexplained(row, ", ".join(row.statuses)))
    named = {cause.id: cause for each in found.values() for cause in each}
    return Row(row.case, row.statuses, row.operations, tuple(named.values()))


def _unexplained(row: Row, server: str) -> str:
    answers = ", ".join(f"{name} {status}" for name, status in row.statuses.items())
    return f"no cause for {server} at {row.case.kind}: {answers}"


def _facts(cases: Sequence[Case], replies: Replies, examiner: Examiner) -> dict[str, dict[str, dict[str, int]]]:
    """Return the status of every kind of request for which a fact holds, by fact and server."""
    found: dict[str, dict[str, dict[str, int]]] = {}
    for server, each in replies.items():
        for case, reply in zip(cases, each, strict=True):
            for fact in sorted(examiner.facts(case, reply)):
                found.setdefault(fact, {}).setdefault(server, {})[case.kind] = reply.status
    return dict(sorted(found.items()))


def _fact_row(fact: str, found: Mapping[str, Mapping[str, int]], causes: Causes, table: Table) -> FactRow:
    named: dict[str, Cause] = {}
    for server, kinds in found.items():
        for kind, status in kinds.items():
            known = causes.of(Difference(kind, server, status, fact))
            named |= {cause.id: cause for cause in known}
            if not known:
                table.problems.append(f"no cause for {server} at {kind}: {fact} with {status}")
    return FactRow(fact, {server: len(found.get(server, {})) for server in table.servers}, tuple(named.values()))
