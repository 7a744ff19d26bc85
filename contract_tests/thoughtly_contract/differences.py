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

    A failure is this one when its kind is equal, the status is equal, and ``detail`` is found in its message.
    """

    name: str
    kind: str
    """Class name of the failure, as reports show it."""
    status: int
    reason: str
    detail: str = ""
    """Regular expression; empty matches every message."""

    def matches(self, kind: str, status: int, message: str) -> bool:
        """Whether a failure of this kind is the known one."""
        return (kind, status) == (self.kind, self.status) and re.search(self.detail, message) is not None


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

    def absorb(self, kind: str, status: int, message: str) -> bool:
        """Whether this failure is known; if so, note it as seen."""
        names = {entry.name for entry in self.known if entry.matches(kind, status, message)}
        self.seen |= names
        return bool(names)

    def gone(self) -> Iterable[Difference]:
        """Yield every difference that did not happen."""
        return (entry for entry in self.known if entry.name not in self.seen)
