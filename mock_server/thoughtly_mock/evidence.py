"""How sure it is that upstream answers as the mock does."""

from collections.abc import Mapping
from typing import Any

DOCUMENTED = "documented"
ASSUMED = "assumed"
HEADER = "x-mock-evidence"
_WEAKEST_FIRST = (ASSUMED, "observed", DOCUMENTED)


def evidence_of(*parts: Mapping[str, Any]) -> str:
    """Return the weakest evidence of the parts of a spec that an answer is made of.

    A part without a mark of its own stands in upstream's document.
    """
    marks = {str(part.get("x-evidence", DOCUMENTED)) for part in parts}
    return next((mark for mark in _WEAKEST_FIRST if mark in marks), ASSUMED)
