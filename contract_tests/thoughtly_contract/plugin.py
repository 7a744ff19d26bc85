"""What the suite adds to pytest: ids that name the operation, and no key in any report."""

from collections.abc import Generator, Iterable

import pytest

from thoughtly_contract.evidence.redaction import without_numbers
from thoughtly_contract.keys import Key
from thoughtly_contract.session import Run

FILTERED = "[Filtered]"


class OperationIds:
    """Keeps the operation in the ids of tests: pytest 9.2 makes them from parameters alone, which these have not."""

    @staticmethod
    def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
        """Give every test whose name its id has lost an id with its name."""
        for item in items:
            folder, _, _ = str(item.nodeid).partition("::")
            if "[" in item.name and item.name not in str(item.nodeid):
                item._id = type(item.id).parse(f"{folder}::{item.name}")


class NeverAnswered:
    """Lists the documented statuses that no answer had: what the run says nothing about."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Add the list to the summary."""
        for operation, statuses in self._run.never_answered():
            label = f"{operation.method.upper()} {operation.path}"
            terminalreporter.write_line(f"documented, never answered: {label} {', '.join(statuses)}")


class Redaction:
    """Takes keys and telephone numbers out of everything that pytest reports, whatever brought them there."""

    def __init__(self, keys: Iterable[Key]) -> None:
        self._values = sorted({key.value for key in keys if key.value}, key=len, reverse=True)

    def redact(self, text: str) -> str:
        """Return ``text`` without the value of any key, and without telephone numbers."""
        for value in self._values:
            text = text.replace(value, FILTERED)
        return without_numbers(text)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> Generator[None]:
        """Redact before any reporter sees the report."""
        self._clean(report)
        yield

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_exception_interact(self, report: pytest.TestReport | pytest.CollectReport) -> Generator[None]:
        """Redact what schemathesis writes into a report after everyone was told of it."""
        yield
        self._clean(report)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collectreport(self, report: pytest.CollectReport) -> Generator[None]:
        """Redact before any reporter sees the report."""
        self._clean(report)
        yield

    def _clean(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        if report.failed and report.longrepr is not None:
            report.longrepr = self.redact(str(report.longrepr))
        report.sections = [(title, self.redact(content)) for title, content in report.sections]
