"""What answers say of everything in the spec that upstream does not document: confirmed, refuted, or not seen."""

from thoughtly_contract.evidence.listener import Evidence
from thoughtly_contract.evidence.report import Claim, EvidenceReport
from thoughtly_contract.evidence.rules import Verdict

__all__ = ["Claim", "Evidence", "EvidenceReport", "Verdict"]
