"""The mock as a witness: every request that it received, as it came, with what it answered."""

import threading
from collections import deque
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from starlette.types import Scope

from thoughtly_mock.credentials import NEAR_MISSES

REDACTED = "[redacted]"
KEPT_BODY = 65_536
KEPT_ENTRIES = 10_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One request and its answer."""

    received: datetime
    """When it was answered, in UTC."""
    method: str
    target: str
    """Path and query as they were sent."""
    operation_id: str | None
    """None where no operation answers."""
    headers: tuple[tuple[str, str], ...]
    """In their order; the values of keys are redacted."""
    body: bytes
    """The first 64 KiB of what was read of the body."""
    parsed: Any
    """The body as JSON; None where there is none or it cannot be parsed."""
    status: int
    refusal: str | None
    """Why the request was refused; None where it was accepted."""


class Journal(Protocol):
    """Where entries are kept. Entries hold no key: whoever writes them redacts them first."""

    def append(self, entry: Entry) -> None:
        """Keep one entry."""

    def entries(self) -> Sequence[Entry]:
        """Return what is kept, oldest first."""

    def clear(self) -> None:
        """Forget everything."""


class MemoryJournal:
    """Keeps the newest 10,000 entries in memory; safe to share between threads."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=KEPT_ENTRIES)
        self._lock = threading.Lock()

    def append(self, entry: Entry) -> None:
        """Keep one entry; beyond 10,000 the oldest goes."""
        with self._lock:
            self._entries.append(entry)

    def entries(self) -> Sequence[Entry]:
        """Return what is kept, oldest first."""
        with self._lock:
            return tuple(self._entries)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._entries.clear()


@dataclass(slots=True)
class Witness:
    """Writes the entry of one request, as more of it becomes known."""

    journal: Journal
    scope: Scope
    keys: Collection[str]
    """Lower-case names of the headers whose values are never kept."""
    operation_id: str | None = None
    body: bytes = b""
    parsed: Any = None
    refusal: str | None = None

    def write(self, status: int) -> None:
        """Write down the request and the status that it is answered with."""
        target = self.scope.get("raw_path") or self.scope["path"].encode()
        query = self.scope["query_string"]
        self.journal.append(
            Entry(
                received=datetime.now(UTC),
                method=self.scope["method"],
                target=(target.split(b"?")[0] + (b"?" + query if query else b"")).decode("latin-1"),
                operation_id=self.operation_id,
                headers=tuple(self._kept(*header) for header in self.scope["headers"]),
                body=self.body[:KEPT_BODY],
                parsed=self.parsed,
                status=status,
                refusal=self.refusal,
            )
        )

    def _kept(self, name: bytes, value: bytes) -> tuple[str, str]:
        text = name.decode("latin-1").lower()
        # A key under a wrong name is a key all the same.
        hidden = text in self.keys or text in NEAR_MISSES or text == "cookie"
        return text, REDACTED if hidden else value.decode("latin-1")


def key_headers(spec: Any) -> frozenset[str]:
    """Return the lower-case names of the headers that carry keys, by the spec's security schemes."""
    schemes = spec.get("components", {}).get("securitySchemes", {}).values()
    return frozenset(scheme["name"].lower() for scheme in schemes if scheme.get("in") == "header")
