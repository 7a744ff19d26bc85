"""Goes through a file's entries once, and keeps only what they come to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from thoughtly_contract.evidence import Evidence, EvidenceReport
from thoughtly_contract.evidence.listener import is_guards_own
from thoughtly_contract.evidence.redaction import Redaction
from thoughtly_contract.recording import Exchange
from thoughtly_contract.traffic.drift import Drift, Finding
from thoughtly_contract.traffic.hosts import Hosts
from thoughtly_contract.traffic.recorded import Aside, Recorded
from thoughtly_contract.traffic.tally import Tally
from thoughtly_mock.problems import Problem

Spec = Mapping[str, Any]
UNNAMED = "(no host)"
_MOCK = "the kit's mock answered, which is made from the spec itself"


@dataclass(slots=True)
class Survey:
    """Holds exchanges against one spec."""

    spec: Spec
    hosts: Hosts
    tally: Tally = field(default_factory=Tally)
    days: dict[str, set[date | None]] = field(default_factory=dict)
    """On which days the exchanges with each host were recorded; None for an unknown one."""
    _evidence: dict[str, Evidence] = field(default_factory=dict)
    _drift: Drift = field(init=False)
    _redaction: Redaction = field(init=False)

    def __post_init__(self) -> None:
        self._drift, self._redaction = Drift(self.spec), Redaction(self.spec)

    def run(self, entries: Iterable[Recorded | Aside]) -> None:
        """Take note of every entry."""
        for entry in entries:
            if isinstance(entry, Aside):
                self.tally.aside[entry.reason] += 1
            elif is_guards_own(entry.answer):
                self.tally.aside["refused by the guard"] += 1
            elif (path := self._path(entry)) is None:
                self.tally.other_hosts[entry.host] += 1
            else:
                self._hear(replace(entry, request=entry.request.but(path=path)))

    def evidence(self) -> dict[str, EvidenceReport]:
        """Return what the exchanges with each host say of the spec's additions."""
        return {host: evidence.report() for host, evidence in self._evidence.items()}

    def _path(self, entry: Recorded) -> bytes | None:
        return self.hosts.path(entry) if self.hosts.covers(entry.host) else None

    def _hear(self, entry: Recorded) -> None:
        self.tally.judged += 1
        operation = self._drift.operation(entry.request.method, entry.request.path)
        if isinstance(operation, Problem):
            self._add(self._drift.unknown(entry, operation), entry)
            return
        for finding in self._drift.findings(entry, operation):
            self._add(finding, entry)
        host = entry.host or UNNAMED
        self.days.setdefault(host, set()).add(entry.day)
        evidence = self._evidence.setdefault(host, Evidence(self.spec))
        if entry.by_mock:
            evidence.circular = _MOCK
        if entry.request_is_whole and entry.answer_is_whole and not entry.played:
            evidence(Exchange(operation, entry.request, entry.answer))

    def _add(self, finding: Finding, entry: Recorded) -> None:
        secrets = self._redaction.secrets(entry.request.headers)
        subject, detail = (self._redaction.text(text, secrets) for text in (finding.subject, finding.detail))
        self.tally.add(Finding(finding.kind, subject, detail), entry.place.rpartition(": ")[2])
