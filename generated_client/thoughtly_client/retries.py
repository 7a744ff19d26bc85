"""When to try again, and how long to wait before."""

import re
import time
from dataclasses import dataclass

from thoughtly_client.messages import Reply
from thoughtly_client.transport import Attempt

FIRST_BACKOFF, LONGEST_BACKOFF = 0.5, 8.0
LONGEST_RETRY_AFTER = 60.0
SECONDS = re.compile(r"\d{1,9}(\.\d{1,9})?")


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Tries again what provably took no effect: nothing was sent, or the API said 429."""

    max_retries: int

    def delay(self, attempt: Attempt, attempts: int) -> float | None:
        """Return the seconds to wait before the next attempt, None for no next attempt."""
        if attempts > self.max_retries:
            return None
        if attempt.reply is not None:
            return retry_after(attempt.reply, backoff(attempts)) if attempt.reply.status_code == 429 else None
        return backoff(attempts) if attempt.transport_failed and attempt.nothing_sent else None


def backoff(attempts: int) -> float:
    """Return a wait with full jitter: between nothing and a ceiling that doubles with each attempt."""
    ceiling = min(LONGEST_BACKOFF, FIRST_BACKOFF * 2 ** (attempts - 1))
    # Imported late, for the sake of quick imports.
    import random

    return random.uniform(0, ceiling)  # noqa: S311  # spreads clients, keeps no secret


def retry_after(reply: Reply, otherwise: float) -> float:
    """Return the wait that Retry-After asks for, in seconds or as an HTTP date, capped; else ``otherwise``."""
    value = reply.headers.get("retry-after", "").strip()
    seconds = float(value) if SECONDS.fullmatch(value) else _until(value)
    return otherwise if seconds is None else min(max(seconds, 0.0), LONGEST_RETRY_AFTER)


def _until(value: str) -> float | None:
    # Imported late: rarely needed, and not cheap.
    from email.utils import parsedate_to_datetime

    try:
        return parsedate_to_datetime(value).timestamp() - time.time()
    except (ValueError, TypeError, OverflowError):
        return None
