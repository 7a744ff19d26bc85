"""The evidence of a run of the suite."""

from collections.abc import Mapping
from typing import Any

import pytest

from thoughtly_contract.evidence.listener import Evidence
from thoughtly_contract.keys import Key
from thoughtly_contract.target import Target

# These answer what the spec says because the spec says it.
_MADE_FROM_THE_SPEC = ("mock", "mock-http", "prism")


def evidence_for(target: Target, spec: Mapping[str, Any], keys: tuple[Key, ...]) -> Evidence:
    """Return what listens to a run against ``target``."""
    circular = "the target is made from the spec itself" if target.name in _MADE_FROM_THE_SPEC else None
    return Evidence(spec, keys, tells_wrong_keys=target.tells_wrong_keys, circular=circular)


class EvidenceSummary:
    """Adds the evidence to pytest's summary."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Write the evidence as lines."""
        for line in self._evidence.report().lines():
            terminalreporter.write_line(line)
