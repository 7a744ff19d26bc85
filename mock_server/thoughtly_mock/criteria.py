"""Which requests of the journal are meant."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from thoughtly_mock.entry import Entry
from thoughtly_mock.problems import Fault, invalid
from thoughtly_mock.scenarios import condition, pointer_of, value_at

Test = Callable[[Entry], bool]


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing that a request must be."""

    name: str
    test: Test


class Criteria:
    """Things that a request must be, all of them."""

    def __init__(self, wanted: Mapping[str, Any]) -> None:
        """Make ready what is wanted.

        Args:
            wanted: any of ``operation``, ``contact``, ``status``, ``verdict``, ``since`` and ``until`` (times as in
                RFC 3339, or `datetime.datetime`), and ``body`` (conditions by property or JSON pointer).

        Raises:
            Problem: a time, a regular expression or a schema cannot be understood, or a name.
        """
        if unknown := sorted(wanted.keys() - _MAKERS.keys()):
            known = ", ".join(_MAKERS)
            raise invalid([Fault("query", unknown[0], f"is no criterion; these are: {known}")])
        self.criteria: Sequence[Criterion] = [
            criterion for name, value in wanted.items() if value is not None for criterion in _MAKERS[name](name, value)
        ]

    def matches(self, entry: Entry) -> bool:
        """Whether a request is as wanted."""
        return all(criterion.test(entry) for criterion in self.criteria)

    def differences(self, entry: Entry) -> list[str]:
        """Return the names of what a request is not."""
        return [criterion.name for criterion in self.criteria if not criterion.test(entry)]

    def of(self, entries: Iterable[Entry]) -> list[Entry]:
        """Return the requests that are as wanted."""
        return [entry for entry in entries if self.matches(entry)]


def _equal(attribute: str) -> Callable[[str, Any], list[Criterion]]:
    def make(name: str, wanted: Any) -> list[Criterion]:
        return [Criterion(name, lambda entry: bool(getattr(entry, attribute) == wanted))]

    return make


def _since(name: str, wanted: Any) -> list[Criterion]:
    earliest = _time(name, wanted)
    return [Criterion(name, lambda entry: entry.time >= earliest)]


def _until(name: str, wanted: Any) -> list[Criterion]:
    end = _time(name, wanted)
    return [Criterion(name, lambda entry: entry.time < end)]


def _time(name: str, wanted: str | datetime) -> float:
    try:
        moment = wanted if isinstance(wanted, datetime) else datetime.fromisoformat(wanted)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError) as error:
        raise invalid([Fault("query", name, f"is no time: {error}")]) from error


def _body(_name: str, wanted: Mapping[str, Mapping[str, Any]]) -> list[Criterion]:
    return [_body_criterion(name, definition) for name, definition in wanted.items()]


def _body_criterion(name: str, definition: Mapping[str, Any]) -> Criterion:
    pointer = pointer_of(name)
    try:
        test = condition(definition)
    except ValueError as error:
        raise invalid([Fault("body", f"/match/body{pointer}", f"cannot be used: {error}")]) from error
    return Criterion(f"body {pointer}", lambda entry: test(value_at(entry.parsed, pointer)))


_MAKERS: Mapping[str, Callable[[str, Any], list[Criterion]]] = {
    "operation": _equal("operation_id"),
    "contact": _equal("contact"),
    "status": _equal("status"),
    "verdict": _equal("verdict"),
    "since": _since,
    "until": _until,
    "body": _body,
}
