"""Everything that a run tells, as one JSON value without any key or telephone number."""

import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from thoughtly_contract.evidence.redaction import Redaction
from thoughtly_contract.report.checks import CheckOutcome
from thoughtly_contract.report.coverage import Coverage
from thoughtly_contract.report.curl import command
from thoughtly_contract.report.problem import Problem
from thoughtly_contract.session import Run

VERSION = 1
"""Of the form of the report; grows when a reader of the old form could be misled."""
_SHOWN_URL = "http://localhost"


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one run."""

    run: Run
    checks: Sequence[CheckOutcome]
    coverage: Coverage
    seconds: float
    exit_status: int
    placed_before: int = 0
    """Calls that the guard had counted before the run."""

    def to_json(self) -> dict[str, Any]:
        """Return the result in the form that ``report.schema.json`` describes."""
        run, redaction = self.run, Redaction(self.run.spec, self.run.keys)
        problems = self._problems()
        told = {
            "version": VERSION,
            "tool": f"thoughtly-contract {version('thoughtly-kit')}, Python {platform.python_version()}",
            "target": run.target.name,
            "spec": {"title": run.spec["info"]["title"], "version": str(run.spec["info"]["version"])},
            "seed": run.seed,
            "max_examples": run.max_examples,
            "passed": self.exit_status == 0,
            "exit_status": self.exit_status,
            "seconds": round(self.seconds, 3),
            "requests": self.coverage.requests,
            "calls": self._calls(),
            "checks": [check.to_json() for check in self.checks],
            "problems": [self._problem(problem) for problem in problems],
            "operations": self._operations(),
            "evidence": run.evidence.report().to_json() if run.evidence else None,
        }
        cleaned: dict[str, Any] = _cleaned(told, redaction)
        for shown, problem in zip(cleaned["problems"], problems, strict=True):
            shown["curl"] = self._curl(problem, redaction)
        return cleaned

    def _calls(self) -> dict[str, Any]:
        run = self.run
        if run.target.proxy:
            budget = run.target.proxy.guard.budget
            return {"placed": len(budget.calls) - self.placed_before, "allowed": budget.most, "counted_by": "guard"}
        if run.target.witness:
            return {"placed": 0, "allowed": 0, "counted_by": "mock", "mocked": len(run.target.witness())}
        return {"placed": None, "allowed": None, "counted_by": None}

    def _problems(self) -> list[Problem]:
        """Return what is wrong; of a check that failed without saying what, what pytest says."""
        found = list(self.run.problems.found)
        told = {(problem.check, problem.operation) for problem in found}
        for check in self.checks:
            if check.outcome == "failed" and (check.name, check.operation) not in told:
                found.append(Problem(check.name, check.operation, "Failed", check.detail))
        return found

    def _problem(self, problem: Problem) -> dict[str, Any]:
        return {
            "check": problem.check,
            "operation": problem.operation,
            "kind": problem.kind,
            "message": problem.message,
            "status": problem.status,
        }

    def _curl(self, problem: Problem, redaction: Redaction) -> str | None:
        """Return the command that shows a problem again: keys are hidden, and numbers are needed as they are."""
        if problem.request is None:
            return None
        text = command(problem.request, self.run.target.url or _SHOWN_URL, self.run.keys)
        return redaction.without_keys(text)

    def _operations(self) -> list[dict[str, Any]]:
        missing = {operation.operation_id: list(statuses) for operation, statuses in self.run.never_answered()}
        return [{**one, "never_answered": missing.get(one["operation"], [])} for one in self.coverage.to_json()]


def _cleaned(value: Any, redaction: Redaction) -> Any:
    if isinstance(value, Mapping):
        return {redaction.text(name): _cleaned(member, redaction) for name, member in value.items()}
    if isinstance(value, list):
        return [_cleaned(member, redaction) for member in value]
    return redaction.text(value) if isinstance(value, str) else value
