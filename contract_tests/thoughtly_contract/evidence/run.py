"""The evidence of a run of the suite."""

from argparse import Namespace
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from thoughtly_contract.errors import EvidenceError
from thoughtly_contract.evidence.asked import writer_for
from thoughtly_contract.evidence.listener import Evidence
from thoughtly_contract.keys import Key
from thoughtly_contract.target import Target

if TYPE_CHECKING:
    from thoughtly_contract.evidence.write import Writer

# These answer what the spec says because the spec says it.
_MADE_FROM_THE_SPEC = ("mock", "mock-http", "prism")
_CIRCULAR = "the target is made from the spec itself"


def evidence_for(target: Target, spec: Mapping[str, Any], keys: tuple[Key, ...]) -> Evidence:
    """Return what listens to a run against ``target``."""
    circular = _CIRCULAR if target.name in _MADE_FROM_THE_SPEC else None
    return Evidence(spec, keys, tells_wrong_keys=target.tells_wrong_keys, circular=circular)


def writer_of(arguments: Namespace, spec: Mapping[str, Any]) -> "Writer | None":
    """Return what writes the evidence of the run that a command's arguments ask for; None where it is not to be.

    Raises:
        EvidenceError: it could not be written, whatever the run finds out.
    """
    if not arguments.write_evidence:
        return None
    if arguments.target in _MADE_FROM_THE_SPEC:
        raise EvidenceError(f"no evidence is written: {_CIRCULAR}")
    return writer_for(spec, urlsplit(arguments.target).hostname, arguments.evidence_of)


class EvidenceSummary:
    """Adds the evidence to pytest's summary."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Write the evidence as lines."""
        for line in self._evidence.report().lines():
            terminalreporter.write_line(line)
