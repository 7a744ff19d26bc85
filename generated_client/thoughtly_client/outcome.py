"""What became of a request, decided from facts alone."""

from enum import StrEnum

REJECTED_ALTHOUGH_MAYBE_PLACED = frozenset({408, 409})
"""4xx that do not prove a refusal: a time-out of the server's, and a conflict with what may be the first try."""


class Outcome(StrEnum):
    """What became of a request."""

    NOT_SENT = "NOT_SENT"
    """The transport proved that no byte of the request head left this machine."""
    REJECTED = "REJECTED"
    """The API refused it."""
    ACCEPTED = "ACCEPTED"
    """The API took it."""
    UNKNOWN = "UNKNOWN"
    """Anything else: it may have taken effect."""

    @property
    def may_have_placed_call(self) -> bool:
        """Whether a phone may have rung."""
        return self in {Outcome.ACCEPTED, Outcome.UNKNOWN}


def outcome_of_status(status: int) -> Outcome:
    """Return what a final status code says, whoever registered it."""
    if 200 <= status <= 299:
        return Outcome.ACCEPTED
    if 400 <= status <= 499 and status not in REJECTED_ALTHOUGH_MAYBE_PLACED:
        return Outcome.REJECTED
    return Outcome.UNKNOWN
