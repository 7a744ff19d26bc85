"""Decides what may pass: what nobody could be read out of, and calls that were asked for."""

from collections.abc import Collection, Mapping
from typing import Any

from thoughtly_contract.exchange import Request
from thoughtly_contract.guard.budget import Budget
from thoughtly_contract.guard.reading import Reader


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
        if reading.doubt:
            return reading.doubt
        if not reading.contacts <= self._allowed:
            return "the contact that it names is not one of --allow-contact"
        if reading.contacts and not self.budget.take(sorted(reading.contacts)):
            return f"all {self.budget.most} calls of --max-calls are spent"
        return None

    def would_call(self, request: Request) -> bool:
        """Whether a request could act upon anybody."""
        return not self._reader.read(request).is_harmless
