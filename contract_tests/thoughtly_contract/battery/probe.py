"""What a probe is: one request, what it may cost, and what its answer must be."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from thoughtly_contract.exchange import Request
from thoughtly_openapi.loader import Operation


class Cost(IntEnum):
    """What sending a probe can lead to, cheapest first."""

    NOTHING = 0
    """No server, however lenient, could carry it out: it does not say upon whom."""
    RISK = 1
    """The spec forbids it: only a faulty server carries it out."""
    CALL = 2
    """The spec allows it: a healthy server carries it out, and a phone may ring."""


class Expected(StrEnum):
    """What the answer to a probe must be."""

    SUCCESS = "a success"
    REFUSED = "a refusal of the request"
    UNAUTHORIZED = "a refusal of the keys"
    NO_METHOD = "405"
    NO_PATH = "404, 405 or a redirect"
    NO_EFFECT = "405, or a success without an effect"
    NO_CRASH = "no server error"


@dataclass(frozen=True, slots=True)
class Probe:
    """One request to one operation."""

    claim: str
    """The group of probes that it belongs to."""
    name: str
    """What is special about it. Never the value of a key."""
    operation: Operation
    request: Request
    expected: Expected
    cost: Cost
