"""Differences from the contract that are known of a target: each by name, with a reason and an expiry."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any, Self

from thoughtly_contract.errors import UsageError

_TYPES: Mapping[str, tuple[type, str]] = {
    "name": (str, "a text"),
    "kind": (str, "a text"),
    "reason": (str, "a text"),
    "expires": (date, "a date, such as 2027-11-30"),
    "status": (int, "a number"),
    "detail": (str, "a regular expression"),
    "request": (str, "a regular expression"),
    "always": (bool, "true or false"),
}
_REQUIRED = ("name", "kind", "reason", "expires")


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
    expires: date = date.max
    """The last day on which it is forgiven."""
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
        file = Path(str(files("thoughtly_contract") / "known_differences" / f"{target}.toml"))
        return cls.read(file) if file.is_file() else cls()

    @classmethod
    def read(cls, file: Path) -> Self:
        """Return what a file says is known.

        Raises:
            UsageError: the file cannot be read, or an entry of it; names the line or the entry, and what is wrong.
        """
        try:
            document = tomllib.loads(file.read_text(encoding="utf-8"))
        except OSError as error:
            raise UsageError(f"{file}: {error.strerror}") from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise UsageError(f"{file} is not TOML: {error}") from error
        if unknown := sorted(document.keys() - {"difference"}):
            raise UsageError(f"{file}: {unknown[0]} means nothing here; an entry begins with [[difference]]")
        entries = document.get("difference", [])
        known = tuple(_difference(file, number, entry) for number, entry in enumerate(entries, 1))
        names = [entry.name for entry in known]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise UsageError(f"{file}: two entries are called {twice}")
        return cls(known)

    def absorb(self, failure: Observed) -> bool:
        """Whether this failure is known; if so, note it as seen."""
        names = {entry.name for entry in self.known if entry.matches(failure)}
        self.seen |= names
        return bool(names)

    def expired(self, today: date) -> Iterable[Difference]:
        """Yield every difference that is forgiven no longer."""
        return (entry for entry in self.known if entry.expires < today)

    def gone(self) -> Iterable[Difference]:
        """Yield every difference that always happens, and did not."""
        return (entry for entry in self.known if entry.always and entry.name not in self.seen)


def _difference(file: Path, number: int, entry: Any) -> Difference:
    called = f"{file}: entry {number}" + (f" ({entry['name']})" if isinstance(entry, dict) and "name" in entry else "")
    if not isinstance(entry, dict):
        raise UsageError(f"{called} is no table; an entry begins with [[difference]]")
    if missing := [name for name in _REQUIRED if not entry.get(name)]:
        raise UsageError(f"{called} has no {missing[0]}")
    for name, value in entry.items():
        if name not in _TYPES:
            raise UsageError(f"{called}: {name} means nothing here")
        kind, wanted = _TYPES[name]
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise UsageError(f"{called}: {name} must be {wanted}")
    for name in ("detail", "request"):
        try:
            re.compile(entry.get(name, ""))
        except re.error as error:
            raise UsageError(f"{called}: {name} is no regular expression: {error}") from error
    return Difference(**entry)
