"""Collects what became of each test of the suite."""

import time
from dataclasses import dataclass, field
from typing import Any

import pytest

_NOTHING_TO_CHECK = "no operation has anything of the kind that may be sent"
_OUTCOMES = {"passed": 0, "skipped": 1, "failed": 2}


@dataclass(slots=True)
class CheckOutcome:
    """One test of the suite, for one operation."""

    name: str
    operation: str
    """Method and path; empty for a test that is about no single operation."""
    outcome: str = "passed"
    detail: str = ""
    """Why it was skipped, or the last thing that it said."""
    seconds: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """Return the outcome as a JSON value."""
        return {
            "name": self.name,
            "operation": self.operation,
            "outcome": self.outcome,
            "detail": self.detail,
            "seconds": round(self.seconds, 3),
        }


@dataclass(slots=True)
class Checks:
    """A pytest plugin that remembers every outcome."""

    found: dict[str, CheckOutcome] = field(default_factory=dict)
    began: float = field(default_factory=time.monotonic)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take note of one phase of a test."""
        check = self.found.setdefault(report.nodeid, CheckOutcome(*_named(report.nodeid)))
        check.seconds += report.duration
        if _OUTCOMES[report.outcome] > _OUTCOMES[check.outcome]:
            check.outcome, check.detail = report.outcome, _detail(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Take note of a part of the suite that could not be read."""
        if report.failed:
            self.found[report.nodeid] = CheckOutcome(report.nodeid, "", "failed", str(report.longrepr))

    @property
    def seconds(self) -> float:
        """Since the run began."""
        return time.monotonic() - self.began


def _named(node: str) -> tuple[str, str]:
    """Return a test's name and its operation: it is ``test_suite.py::test_keys[POST /contact/call]``."""
    name, _, operation = node.rpartition("::")[2].partition("[")
    return name, operation.removesuffix("]").replace("NOTSET", "")


def _detail(report: pytest.TestReport) -> str:
    if isinstance(report.longrepr, tuple):
        reason = report.longrepr[2].removeprefix("Skipped: ")
        return _NOTHING_TO_CHECK if reason.startswith("got empty parameter set") else reason
    return report.longreprtext.strip()[-4000:]
