"""Not more than so many requests in any stretch of time."""

import re
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from thoughtly_client.errors import ConfigurationError

RATE = re.compile(r"([1-9]\d{0,6})\s*/\s*(s|sec|second|m|min|minute|h|hour)")
PERIODS = {"s": 1.0, "m": 60.0, "h": 3600.0}


class Pacer:
    """Hands out the times at which requests may start. Shared by the threads and tasks of a client."""

    def __init__(self, count: int, period: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._period, self._clock = period, clock
        self._starts: deque[float] = deque(maxlen=count)
        self._lock = threading.Lock()

    @classmethod
    def parse(cls, rate: Any) -> "Pacer":
        """Return a pacer for a rate such as ``100/min``.

        Raises:
            ConfigurationError: the text is no rate.
        """
        found = RATE.fullmatch(rate.strip().lower()) if isinstance(rate, str) else None
        if not found:
            raise ConfigurationError(f"rate_limit must look like '100/min' (s, min or h), not {rate!r}")
        return cls(int(found[1]), PERIODS[found[2][0]])

    def reserve(self, longest: float | None = None) -> float | None:
        """Take the next free start and return the seconds until then; None when that is more than ``longest``."""
        with self._lock:
            now = self._clock()
            full = len(self._starts) == self._starts.maxlen
            start = max(now, self._starts[0] + self._period) if full else now
            if longest is not None and start - now > longest:
                return None
            self._starts.append(start)
            return start - now
