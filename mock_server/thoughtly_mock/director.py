"""Decides what happens to a valid request: the first that applies of rate limit, scenario, magic value and chance."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from thoughtly_mock import behaviours
from thoughtly_mock.bad_days import BadDays
from thoughtly_mock.play import Play
from thoughtly_mock.scenarios import Scenario, Valid
from thoughtly_mock.store import Store

SCENARIOS = "scenarios"
FAULTS = "faults"


class Director:
    """Decides for all operations of one mock."""

    def __init__(self, store: Store, seed: int, clock: Callable[[], float] = time.time) -> None:
        self._store, self._seed = store, seed
        self._bad_days = BadDays(store, seed, clock)
        self._compiled = _Compiled()

    def play(self, request: Valid) -> Play | None:
        """Return what is played for a request; None for the usual answer."""
        faults: Mapping[str, Any] = self._store.read(FAULTS) or {}
        if limited := faults and self._bad_days.limited(faults, request.operation_id):
            return limited
        by_chance = self._bad_days.play(faults, request.operation_id) if faults else None
        chosen = self._scenario(request) or behaviours.of(request.operation_id).magic(request.body)
        if chosen and by_chance:
            # Latency is everybody's; of two other faults the one that was asked for is played.
            return replace(chosen, delay=chosen.delay + by_chance.delay)
        return chosen or by_chance

    def _scenario(self, request: Valid) -> Play | None:
        definitions = self._store.read(SCENARIOS)
        if not definitions:
            return None
        plays = (scenario.play(request, self._store) for scenario in self._compiled.of(definitions, self._seed))
        return next((play for play in plays if play), None)


@dataclass(slots=True)
class _Compiled:
    """The scenarios of the newest definitions, compiled once."""

    definitions: Mapping[str, Any] = field(default_factory=dict)
    scenarios: Sequence[Scenario] = ()

    def of(self, definitions: Mapping[str, Any], seed: int) -> Sequence[Scenario]:
        if definitions is not self.definitions:
            self.scenarios = [Scenario(name, definition, seed) for name, definition in definitions.items()]
            self.definitions = definitions
        return self.scenarios
