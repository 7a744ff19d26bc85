"""Differences from the contract that are known of a target: each by name, with a reason, and bound to happen."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Self


@dataclass(frozen=True, slots=True)
class Difference:
    """One failure that a target is known for.

    A failure is this one when its kind is equal, and its status if there is one, ``detail`` is found in its message and
    ``request`` in the method and URL of its request. Both are regular expressions; an empty one is found everywhere.
    """

    name: str
    kind: str
    """Class name of the failure, as reports show it."""
    reason: str
    status: int | None = None
    """HTTP status of the response; None for any."""
    detail: str = ""
    request: str = ""
    always: bool = True
    """Whether it happens with every spec and seed, so that a run without it fails."""

    def matches(self, failure: "Observed") -> bool:
        """Whether this failure is the known one."""
        if failure.kind != self.kind or self.status not in {None, failure.status}:
            return False
        return bool(re.search(self.detail, failure.message) and re.search(self.request, failure.request))


@dataclass(frozen=True, slots=True)
class Observed:
    """One failure as a run met it."""

    kind: str
    status: int
    message: str
    request: str
    """Method and URL, separated by a space."""


@dataclass(slots=True)
class KnownDifferences:
    """The differences of one target, and which of them were seen."""

    known: tuple[Difference, ...] = ()
    seen: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, target: str) -> Self:
        """Return what is known of a target by its name; nothing is known of most."""
        file = files("thoughtly_contract") / "known_differences" / f"{target}.toml"
        if not file.is_file():
            return cls()
        entries = tomllib.loads(file.read_text(encoding="utf-8"))["difference"]
        return cls(tuple(Difference(**entry) for entry in entries))

    def absorb(self, failure: Observed) -> bool:
        """Whether this failure is known; if so, note it as seen."""
        names = {entry.name for entry in self.known if entry.matches(failure)}
        self.seen |= names
        return bool(names)

    def gone(self) -> Iterable[Difference]:
        """Yield every difference that always happens, and did not."""
        return (entry for entry in self.known if entry.always and entry.name not in self.seen)
