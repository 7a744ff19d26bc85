"""What was sent and what became of it, in a file that outlives the process.

The intent is on disk before the first byte is sent, and the outcome after the last is read. Whoever finds an intent
without an outcome cannot know whether a phone rang: the other process may have died at any point.
"""

import hashlib
import json
import os
import time
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal

from thoughtly_client.errors import ConfigurationError
from thoughtly_client.messages import Reply

if TYPE_CHECKING:
    import sqlite3

State = Literal["SENDING", "UNKNOWN", "ACCEPTED"]

SCHEMA = """
CREATE TABLE IF NOT EXISTS request (
    operation TEXT NOT NULL,
    dedupe_key TEXT NOT NULL,
    token TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('SENDING', 'UNKNOWN', 'ACCEPTED')),
    began REAL NOT NULL,
    reply TEXT,
    PRIMARY KEY (operation, dedupe_key)
) STRICT
"""
DAY = 86400.0
BUSY_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Entry:
    """One request in the ledger."""

    operation: str
    dedupe_key: str
    token: str
    """Names the attempt that wrote the entry."""
    state: State
    began: float
    """Seconds since 1970."""
    reply: Reply | None


class Ledger:
    """A ledger in one SQLite file, safe between threads and processes.

    An accepted request under a key of the client's own making counts for ``window`` seconds; one under a key given by
    the caller counts for ever, and so does one whose outcome is unknown, until it is resolved.
    """

    def __init__(self, path: str | Path, window: float = DAY, clock: Callable[[], float] = time.time) -> None:
        if not window > 0:
            raise ConfigurationError(f"a ledger's window must be a positive number of seconds, not {window!r}")
        self.path, self.window, self._clock = Path(path), window, clock
        try:
            self.path.touch(mode=0o600)
            with self._transaction() as database:
                database.execute(SCHEMA)
        except (OSError, _sqlite().Error) as error:
            raise ConfigurationError(f"the ledger {self.path} cannot be used: {error}") from error

    def begin(self, operation: str, key: str, token: str, *, expires: bool) -> Entry | None:
        """Write the intent to send; return what stands in its way instead, if something does."""
        with self._transaction() as database:
            found = self._find(database, operation, key)
            if found and not (expires and self._is_over(found)):
                return found
            database.execute(
                "INSERT OR REPLACE INTO request VALUES (?, ?, ?, 'SENDING', ?, NULL)",
                (operation, key, token, self._clock()),
            )
        return None

    def _is_over(self, entry: Entry) -> bool:
        return entry.state == "ACCEPTED" and self._clock() - entry.began > self.window

    def accept(self, token: str, reply: Reply) -> None:
        """Write that the request was accepted, with what came back."""
        with self._transaction() as database:
            database.execute(
                "UPDATE request SET state = 'ACCEPTED', reply = ? WHERE token = ?", (_dumped(reply), token)
            )

    def doubt(self, token: str) -> None:
        """Write that nobody knows what became of the request."""
        with self._transaction() as database:
            database.execute("UPDATE request SET state = 'UNKNOWN' WHERE token = ?", (token,))

    def withdraw(self, token: str) -> None:
        """Strike the intent: the request provably took no effect."""
        with self._transaction() as database:
            database.execute("DELETE FROM request WHERE token = ? AND state = 'SENDING'", (token,))

    def unresolved(self) -> list[Entry]:
        """Return the requests that nobody knows the outcome of, those still under way included, oldest first."""
        with self._transaction() as database:
            rows = database.execute("SELECT * FROM request WHERE state != 'ACCEPTED' ORDER BY began").fetchall()
        return [_entry(row) for row in rows]

    def resolve(self, key: str, *, placed: bool) -> None:
        """Settle by hand what became of the requests with ``dedupe_key`` ``key``.

        Look into the History page first, and make sure that no process is still sending: with ``placed=False`` the
        next repeat is sent.

        Raises:
            LookupError: no request with this key is unresolved.
        """
        change = "UPDATE request SET state = 'ACCEPTED'" if placed else "DELETE FROM request"
        with self._transaction() as database:
            done = database.execute(f"{change} WHERE dedupe_key = ? AND state != 'ACCEPTED'", (key,))
            if done.rowcount == 0:
                raise LookupError(f"no unresolved request with the key {key!r}")

    def _find(self, database: "sqlite3.Connection", operation: str, key: str) -> Entry | None:
        query = "SELECT * FROM request WHERE operation = ? AND dedupe_key = ?"
        row = database.execute(query, (operation, key)).fetchone()
        return row and _entry(row)

    @contextmanager
    def _transaction(self) -> Generator["sqlite3.Connection", None, None]:
        # One connection for each transaction: connections belong to threads, and do not survive a fork.
        with closing(_sqlite().connect(self.path, timeout=BUSY_SECONDS, isolation_level=None)) as database:
            database.execute("PRAGMA synchronous = EXTRA")
            database.execute("BEGIN IMMEDIATE")
            try:
                yield database
            except BaseException:
                database.execute("ROLLBACK")
                raise
            database.execute("COMMIT")


def _sqlite() -> ModuleType:
    # Imported late: most clients have no ledger.
    import sqlite3

    return sqlite3


def _entry(row: tuple[Any, ...]) -> Entry:
    operation, key, token, state, began, reply = row
    return Entry(operation, key, token, state, began, None if reply is None else _loaded(reply))


def _dumped(reply: Reply) -> str:
    headers = dict(reply.headers)
    return json.dumps([reply.status_code, headers, reply.content.decode("latin-1"), reply.broken])


def _loaded(text: str) -> Reply:
    status, headers, content, broken = json.loads(text)
    return Reply(status, headers, content.encode("latin-1"), broken)


def new_token() -> str:
    """Return a name for one attempt."""
    return os.urandom(16).hex()


def key_of(*parts: Any) -> str:
    """Return a key that is the same for the same JSON data, whatever the order of properties."""
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
