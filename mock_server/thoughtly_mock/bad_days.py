"""Faults that are switched on for everything or for an operation, by chance or by rate."""

import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from thoughtly_mock.delays import delay_seconds
from thoughtly_mock.play import FaultKind, Play, PlayedResponse
from thoughtly_mock.store import Store, count

EVERYTHING = "everything"


@dataclass(frozen=True, slots=True)
class BadDays:
    """The faults of a mock, as they are switched on in its store."""

    store: Store
    seed: int
    clock: Callable[[], float]
    """Returns seconds since 1970."""

    def limited(self, switched_on: Mapping[str, Any], operation_id: str) -> Play | None:
        """Count a request, and return the 429 that it gets where there were too many."""
        for scope, faults in _of(switched_on, operation_id):
            if (limit := faults.get("rate_limit")) and (wait := self._wait(scope, limit)):
                headers = {"retry-after": str(wait)}
                return Play("fault rate_limit", response=PlayedResponse(429, headers))
        return None

    def _wait(self, scope: str, limit: Mapping[str, Any]) -> int:
        """Return for how many whole seconds there are no requests left; 0 where there are."""
        now, seconds = self.clock(), limit.get("seconds", 60)

        def counted(window: Any) -> Any:
            # The window begins with its first request, so that a burst is never cut in two by the clock.
            if window is None or now >= window["ends"]:
                return {"ends": now + seconds, "count": 1}
            return {**window, "count": window["count"] + 1}

        window = self.store.update(f"rate {scope}", counted)
        return max(math.ceil(window["ends"] - now), 1) if window["count"] > limit["requests"] else 0

    def play(self, switched_on: Mapping[str, Any], operation_id: str) -> Play | None:
        """Return what chance has for a request; None for a good day."""
        plays = [self._chance(scope, faults) for scope, faults in _of(switched_on, operation_id)]
        delay = sum(play.delay for play in plays)
        worst = next((play for play in plays if play.fault or play.response), None)
        if worst:
            return Play(worst.name, delay, worst.response, worst.fault)
        return Play("fault latency", delay) if delay else None

    def _chance(self, scope: str, faults: Mapping[str, Any]) -> Play:
        number = count(self.store, f"chance {scope}")
        chance = random.Random(f"{self.seed} {scope} {number}")  # noqa: S311 (repeatable, and no secret)
        delay = delay_seconds(faults.get("latency"), chance)
        for kind in FaultKind:
            # Every kind draws, so that switching one off changes nothing for the others.
            drawn = chance.random()
            if drawn < faults.get(kind.value, 0.0):
                return Play(f"fault {kind}", delay, fault=kind)
        if (errors := faults.get("error_rate")) and chance.random() < errors["probability"]:
            return Play("fault error_rate", delay, response=PlayedResponse(errors.get("status", 500)))
        return Play("", delay)


def _of(switched_on: Mapping[str, Any], operation_id: str) -> Sequence[tuple[str, Mapping[str, Any]]]:
    scopes = ((EVERYTHING, switched_on), (operation_id, switched_on.get("operations", {})))
    return [(scope, faults[scope]) for scope, faults in scopes if scope in faults]
