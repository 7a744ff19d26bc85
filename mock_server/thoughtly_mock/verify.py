"""Whether something was asked for as often as expected."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import eq, ge, le

from thoughtly_mock.criteria import Criteria
from thoughtly_mock.entry import Entry

NEAR_MISSES = 3
_COMPARISONS = {"exactly": eq, "at_least": ge, "at_most": le}


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A request that is almost what was looked for."""

    entry: Entry
    differs: Sequence[str]
    """The criteria that it does not meet."""


@dataclass(frozen=True, slots=True)
class Verification:
    """What came of looking for requests."""

    verified: bool
    count: int
    near_misses: Sequence[NearMiss] = ()


def verify(entries: Sequence[Entry], criteria: Criteria, expected: Mapping[str, int]) -> Verification:
    """Compare how many requests meet ``criteria`` with the expected count.

    Args:
        entries: the journal.
        criteria: which requests are counted.
        expected: any of ``exactly``, ``at_least`` and ``at_most``; all that are given must hold.
    """
    count = len(criteria.of(entries))
    verified = all(_COMPARISONS[name](count, number) for name, number in expected.items())
    return Verification(verified, count, () if verified else _near_misses(entries, criteria))


def _near_misses(entries: Sequence[Entry], criteria: Criteria) -> list[NearMiss]:
    misses = [NearMiss(entry, differs) for entry in entries if (differs := criteria.differences(entry))]
    # Of equally near ones the newest tells most.
    return sorted(misses, key=lambda miss: (len(miss.differs), -miss.entry.number))[:NEAR_MISSES]
