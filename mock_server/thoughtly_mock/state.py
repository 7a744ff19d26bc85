"""What all operations of one mock share: its store, and the witness that fills it."""

import time
from collections.abc import Mapping
from typing import Any

from starlette.types import Scope

from thoughtly_mock.entry import Entry, Verdict
from thoughtly_mock.settings import Settings
from thoughtly_mock.store import MemoryStore, Store
from thoughtly_mock.witness import KEPT, Redactor, Witness, record

RELOAD_ERROR = "reload error"
"""Name in the store: why the newest version of a file is not the one that is served."""


class State:
    """The state of one mock."""

    def __init__(self, spec: Mapping[str, Any], settings: Settings, store: Store | None = None) -> None:
        self.store: Store = MemoryStore() if store is None else store
        self._redactor = Redactor(spec, filter(None, (*settings.accepted.values(), settings.control_token)))

    def witness(self, scope: Scope, operation_id: str | None = None) -> Witness:
        """Return a witness of one request."""
        return Witness(self.store, self._redactor, scope, operation_id)

    def unparseable(self, raw: bytes, status: int | None, detail: str) -> Entry:
        """Write down bytes that are no HTTP request.

        Args:
            raw: what came.
            status: what was answered; None for nothing.
            detail: what is wrong with it.
        """
        head = self._redactor.unparseable(raw)[:KEPT]
        entry = Entry(time.time(), "", "", head, b"", Verdict.UNPARSEABLE, status=status, detail=detail)
        return record(self.store, entry)
