"""What all of a file's exchanges come to: equal findings counted once, with the first places where they are."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from thoughtly_contract.evidence import EvidenceReport
from thoughtly_contract.traffic.drift import Finding
from thoughtly_openapi.text import plain

FORMAT = 1
_PLACES = 3
# Names that were sent can make every finding another one.
_GROUPS = 1000


@dataclass(slots=True)
class Group:
    """Equal findings."""

    finding: Finding
    places: list[str] = field(default_factory=list)
    """Where the first of them are."""
    count: int = 0


@dataclass(slots=True)
class Tally:
    """Counts what is found."""

    groups: dict[Finding, Group] = field(default_factory=dict)
    not_listed: int = 0
    """Findings beyond the thousand different ones that are listed."""
    judged: int = 0
    other_hosts: Counter[str | None] = field(default_factory=Counter)
    aside: Counter[str] = field(default_factory=Counter)
    """Entries that are no exchanges with an API, by the reason."""
    has_drift: bool = False

    def add(self, finding: Finding, place: str) -> None:
        """Count one finding."""
        self.has_drift |= finding.kind.is_drift
        if finding not in self.groups and len(self.groups) >= _GROUPS:
            self.not_listed += 1
            return
        group = self.groups.setdefault(finding, Group(finding))
        group.count += 1
        if len(group.places) < _PLACES:
            group.places.append(place)

    def sorted(self, *, drift: bool) -> list[Group]:
        """Return the drift, or else the notes, by kind, most frequent first."""
        kinds = list(type(next(iter(self.groups)).kind)) if self.groups else []
        found = (group for group in self.groups.values() if group.finding.kind.is_drift is drift)
        return sorted(found, key=lambda group: (kinds.index(group.finding.kind), -group.count, group.finding.detail))


def as_json(tally: Tally, evidence: Mapping[str, EvidenceReport]) -> dict[str, Any]:
    """Return everything as one JSON value.

    Args:
        tally: what was found.
        evidence: what the exchanges with each host say of the spec's additions.
    """
    return {
        "format": FORMAT,
        "judged": tally.judged,
        "other_hosts": sum(tally.other_hosts.values()),
        "aside": dict(sorted(tally.aside.items())),
        "drift": [_group(group) for group in tally.sorted(drift=True)],
        "notes": [_group(group) for group in tally.sorted(drift=False)],
        "not_listed": tally.not_listed,
        "evidence": {host: report.to_json() for host, report in evidence.items()},
    }


def _group(group: Group) -> dict[str, Any]:
    return {
        "kind": group.finding.kind.value,
        "subject": group.finding.subject,
        "detail": group.finding.detail,
        "count": group.count,
        "places": group.places,
    }


def as_lines(tally: Tally, evidence: Mapping[str, EvidenceReport]) -> Iterator[str]:
    """Yield everything as lines of text."""
    yield _summary(tally)
    for title, drift in (("drift", True), ("notes", False)):
        groups = tally.sorted(drift=drift)
        if groups:
            yield f"{title}:"
        yield from (f"  {_line(group)}" for group in groups)
    if tally.not_listed:
        yield f"{tally.not_listed} more findings are not listed"
    if not tally.has_drift:
        yield "no drift"
    for host, report in evidence.items():
        yield from (f"{host}: {line}" for line in report.lines())


def _summary(tally: Tally) -> str:
    parts = [_plural(tally.judged, "exchange") + " held against the spec"]
    if tally.other_hosts:
        parts.append(f"{sum(tally.other_hosts.values())} with {_plural(len(tally.other_hosts), 'other host')} ignored")
    parts += [f"{count} {reason}" for reason, count in sorted(tally.aside.items())]
    return "; ".join(parts)


def _line(group: Group) -> str:
    finding = group.finding
    more = ", ..." if group.count > len(group.places) else ""
    times = f"{group.count} times: " if group.count > 1 else ""
    # What was sent may hold line ends.
    return plain(f"{finding.kind}: {finding.subject}: {finding.detail} ({times}{', '.join(group.places)}{more})")


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
