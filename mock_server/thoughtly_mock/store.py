"""Where the mock keeps its state: the journal, and a few small named values."""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any, Protocol

from thoughtly_mock.entry import Entry

KEPT_ENTRIES = 10_000
KEPT_BYTES = 64 * 1_048_576


class Store(Protocol):
    """State that all parts of a mock share, and that several processes may share. No key ever enters it."""

    def append(self, entry: Entry) -> Entry:
        """Keep an entry; return it with its number, which no later entry gets, not even after `clear`."""

    def entries(self, after: int = 0) -> Sequence[Entry]:
        """Return what is kept and has a number over ``after``, oldest first."""

    def read(self, name: str) -> Any:
        """Return the JSON value of a name; None where there is none."""

    def update(self, name: str, change: Callable[[Any], Any]) -> Any:
        """Replace the value of a name by what ``change`` makes of it, with nobody in between; return the new one."""

    def clear(self) -> None:
        """Forget everything."""


class MemoryStore:
    """Keeps everything in memory; safe to share between threads."""

    def __init__(self, entries: int = KEPT_ENTRIES, size: int = KEPT_BYTES) -> None:
        """Keep at most this many of the newest entries, and at most ``size`` bytes of them."""
        self._limit, self._size_limit = entries, size
        self._entries: deque[Entry] = deque()
        self._size = 0
        self._number = 0
        self._values: dict[str, Any] = {}
        self._lock = threading.RLock()

    def append(self, entry: Entry) -> Entry:
        """Keep an entry, and drop the oldest ones that are too many; return it with its number."""
        with self._lock:
            self._number += 1
            entry.number = self._number
            self._entries.append(entry)
            self._size += entry.size
            while len(self._entries) > self._limit or self._size > self._size_limit:
                self._size -= self._entries.popleft().size
            return entry

    def entries(self, after: int = 0) -> Sequence[Entry]:
        """Return what is kept and has a number over ``after``, oldest first."""
        with self._lock:
            oldest = self._number - len(self._entries)
            return tuple(islice(self._entries, max(after - oldest, 0), None))

    def read(self, name: str) -> Any:
        """Return the value of a name; None where there is none."""
        return self._values.get(name)

    def update(self, name: str, change: Callable[[Any], Any]) -> Any:
        """Replace the value of a name by what ``change`` makes of it; return the new one."""
        with self._lock:
            value = self._values[name] = change(self._values.get(name))
            return value

    def clear(self) -> None:
        """Forget everything, and go on counting."""
        with self._lock:
            self._entries.clear()
            self._values.clear()
            self._size = 0


def count(store: Store, name: str) -> int:
    """Add one to the number under ``name``; return the sum."""
    total: int = store.update(name, lambda value: (value or 0) + 1)
    return total
