"""How a mock behaves."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Settings:
    """How the mock behaves."""

    accepted: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The only accepted value of a key, by header name; a key without one is accepted when it is not empty."""
    seed: int = 0
    """Bodies made from schemas, and what happens by chance, are the same for the same seed and requests."""
    body_limit: int = 1_048_576
    """Bytes; a larger request body is refused with 413."""
    control_token: str | None = field(default=None, repr=False)
    """What the control plane demands in the header ``x-mock-token``; None for nothing."""
    hosts: frozenset[str] = frozenset()
    """Names under which the control plane may be asked for, besides those of this machine."""
    events_seconds: float = 25.0
    """How long a stream of events stays open; browsers come back by themselves, and miss nothing."""
    clock: Callable[[], float] = time.time
    """Seconds since 1970, for rate limits."""
