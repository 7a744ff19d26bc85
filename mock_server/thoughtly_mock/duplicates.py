"""The same contact dialled twice, and why."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from thoughtly_mock.entry import Entry, Verdict

WINDOW_SECONDS = 60.0


class Cause(StrEnum):
    """The likely cause of a duplicate."""

    LOST_RESPONSE = "retry_after_lost_response"
    SERVER_ERROR = "retry_after_5xx"
    PARALLEL = "parallel_workers"
    REPEATED = "repeated_after_success"


EXPLANATIONS = {
    Cause.LOST_RESPONSE: "the first request got no whole answer, and the client sent it again",
    Cause.SERVER_ERROR: "the first request was answered with a server error, and the client sent it again",
    Cause.PARALLEL: "the second request came before the first was answered: two workers had the same contact",
    Cause.REPEATED: "the first request was answered with success, and the contact was dialled again all the same",
}

_NO_WHOLE_ANSWER = {"lost_response", "stall", "reset_before", "reset_after", "truncated", "malformed", "wrong_type"}


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Two requests that dial one contact."""

    first: Entry
    second: Entry
    cause: Cause

    @property
    def seconds(self) -> float:
        """Time between the two."""
        return self.second.time - self.first.time

    @property
    def certain(self) -> bool:
        """Whether both were accepted. Otherwise the client could not know that the first was not."""
        return self.first.verdict is Verdict.ACCEPTED is self.second.verdict


def duplicates(entries: Iterable[Entry], window: float = WINDOW_SECONDS) -> Iterator[Duplicate]:
    """Yield each dial of a contact that had been dialled at most ``window`` seconds before, with the dial before it.

    A dial is a request that was accepted, and also one of which the client could not know that it was not: it was
    answered with a server error, or not at all.
    """
    latest: dict[str, Entry] = {}
    for entry in sorted(filter(_dials, entries), key=lambda entry: entry.time):
        contact = str(entry.contact)
        first = latest.get(contact)
        if first is not None and entry.time - first.time <= window:
            yield Duplicate(first, entry, _cause(first, entry))
        latest[contact] = entry


def _dials(entry: Entry) -> bool:
    if entry.contact is None or entry.verdict not in {Verdict.ACCEPTED, Verdict.FAILED}:
        return False
    return entry.verdict is Verdict.ACCEPTED or entry.status is None or entry.status >= 500


def _cause(first: Entry, second: Entry) -> Cause:
    if second.time < first.time + first.delay:
        return Cause.PARALLEL
    if first.fault in _NO_WHOLE_ANSWER or first.status is None:
        return Cause.LOST_RESPONSE
    return Cause.SERVER_ERROR if first.status >= 500 else Cause.REPEATED
