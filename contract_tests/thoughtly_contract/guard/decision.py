"""Decides what may pass: what nobody could be read out of, and calls that were asked for."""

from collections.abc import Collection, Mapping
from typing import Any

from thoughtly_contract.exchange import Request
from thoughtly_contract.guard.budget import Budget
from thoughtly_contract.guard.reading import Reader, Reading


class Guard:
    """Holds requests against what was allowed."""

    def __init__(self, spec: Mapping[str, Any], budget: Budget, allowed: Collection[str]) -> None:
        """Guard a server of ``spec``.

        Args:
            spec: says which requests act, and what names upon whom.
            budget: how many calls may be placed.
            allowed: the contacts who agreed to be called.
        """
        self._reader, self.budget, self._allowed = Reader(spec), budget, frozenset(allowed)

    def refusal(self, request: Request) -> str | None:
        """Return why a request may not be sent, or None; a call that may be is counted by this.

        Raises:
            BudgetError: it cannot be counted, and must not be sent.
        """
        reading = self._reader.read(request)
        if objection := self._objection(reading):
            return objection
        if reading.contacts and not self.budget.take(sorted(reading.contacts)):
            return f"all {self.budget.most} calls of --max-calls are spent"
        return None

    def forecast(self, request: Request) -> str:
        """Return what would become of a request, and count nothing."""
        reading = self._reader.read(request)
        if objection := self._objection(reading):
            return f"would be held back: {objection}"
        return "would be sent, and counted as a call" if reading.contacts else "would be sent"

    def _objection(self, reading: Reading) -> str | None:
        if reading.doubt:
            return reading.doubt
        return None if reading.contacts <= self._allowed else "the contact that it names is not one of --allow-contact"
