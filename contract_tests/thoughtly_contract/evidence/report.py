"""What a run says of the additions to the spec."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from thoughtly_contract.evidence.redaction import Shown
from thoughtly_contract.evidence.rules import Verdict
from thoughtly_openapi.text import plain


@dataclass(frozen=True, slots=True)
class Claim:
    """One addition to the spec that upstream does not document, and what became of it."""

    pointer: str
    """JSON pointer of the addition in the compiled spec."""
    evidence: str
    """``assumed`` or ``observed``."""
    source: str
    operations: tuple[str, ...]
    """Ids of the operations that it speaks of."""
    verdict: Verdict
    reason: str
    """Why, in a few words that quote no value."""
    exchange: Shown | None = None
    """The exchange that confirms or refutes it, redacted."""

    def to_json(self) -> dict[str, Any]:
        """Return the claim as a JSON value."""
        return {
            "pointer": self.pointer,
            "evidence": self.evidence,
            "source": self.source,
            "operations": list(self.operations),
            "verdict": self.verdict.value,
            "reason": self.reason,
            "exchange": self.exchange.to_json() if self.exchange else None,
        }


@dataclass(frozen=True, slots=True)
class EvidenceReport:
    """Every claim of a spec."""

    claims: tuple[Claim, ...]
    """In the order of the spec."""
    circular: str | None = None
    """Why the answers prove nothing about upstream; None where they might."""

    def of(self, verdict: Verdict) -> Iterator[Claim]:
        """Yield the claims of which this became."""
        return (claim for claim in self.claims if claim.verdict is verdict)

    def to_json(self) -> dict[str, Any]:
        """Return the report as a JSON value."""
        return {"circular": self.circular, "claims": [claim.to_json() for claim in self.claims]}

    def lines(self) -> Iterator[str]:
        """Yield the report as lines of text: a count, and everything that is refuted."""
        if not self.claims:
            return
        counts = Counter(claim.verdict for claim in self.claims)
        told = ", ".join(f"{counts[verdict]} {verdict.value}" for verdict in Verdict)
        yield f"evidence: {told} of {len(self.claims)} additions to the spec that upstream does not document"
        for claim in self.of(Verdict.REFUTED):
            yield plain(f"  refuted: {claim.pointer} ({claim.evidence}): {claim.reason}")
        if self.circular:
            yield f"  this says nothing about upstream: {self.circular}"
