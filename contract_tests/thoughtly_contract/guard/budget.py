"""How many calls may still be placed, in a file that outlives every crash.

A call is written down, and the disk has it, before anything is sent. It is never given back: whoever sent it cannot
know that no phone rang. Everyone who uses the same file counts together, whatever process they are.
"""

import fcntl
import json
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from thoughtly_contract.errors import ContractError

VERSION = 1
_ANEW = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC


class BudgetError(ContractError):
    """The file cannot be used: nothing may be sent."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call that may have been placed."""

    contact: str
    time: float
    """When it was about to be sent, in seconds since 1970."""


class Budget:
    """The calls to one host that one file allows."""

    def __init__(self, file: Path, host: str, most: int) -> None:
        """Use ``file``, and begin it where it is missing.

        Args:
            file: of this host alone; its folder must exist.
            host: whose calls are counted.
            most: how many calls the file may ever hold.

        Raises:
            BudgetError: the file belongs to another host, or is no such file, or cannot be written.
        """
        self.file, self.host, self.most = file, host, most
        with self._locked():
            self._write(self._read())

    @property
    def calls(self) -> Sequence[Call]:
        """The calls that are written down, oldest first.

        Raises:
            BudgetError: the file cannot be read any more.
        """
        return self._read()

    def take(self, contacts: Sequence[str]) -> bool:
        """Write down a call to each contact, if that many are left; return whether they are.

        Raises:
            BudgetError: the file cannot be read or written: nothing may be sent.
        """
        with self._locked():
            calls = self._read()
            if len(calls) + len(contacts) > self.most:
                return False
            self._write([*calls, *(Call(contact, time.time()) for contact in contacts)])
            return True

    @contextmanager
    def _locked(self) -> Iterator[None]:
        # A file of its own: the other one is replaced by each write.
        lock = self.file.with_name(f"{self.file.name}.lock")
        try:
            handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise BudgetError(f"{lock}: {error.strerror}; nothing is sent") from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def _read(self) -> list[Call]:
        try:
            text = self.file.read_bytes()
        except FileNotFoundError:
            return []
        except OSError as error:
            raise BudgetError(f"{self.file}: {error.strerror}; nothing is sent") from error
        return _parsed(text, self.file, self.host)

    def _write(self, calls: Sequence[Call]) -> None:
        document = {
            "version": VERSION,
            "host": self.host,
            "calls": [{"contact": call.contact, "time": call.time} for call in calls],
        }
        partial = self.file.with_name(f"{self.file.name}.partial")
        try:
            with os.fdopen(os.open(partial, _ANEW, 0o600), "w", encoding="utf-8") as file:
                json.dump(document, file, indent=1)
                file.write("\n")
                file.flush()
                os.fsync(file.fileno())
            partial.replace(self.file)
            _sync_folder(self.file.parent)
        except OSError as error:
            raise BudgetError(f"{self.file}: {error.strerror}; nothing is sent") from error


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _parsed(text: bytes, file: Path, host: str) -> list[Call]:
    try:
        document: Any = json.loads(text)
        version, owner = document["version"], document["host"]
        calls = [Call(str(entry["contact"]), float(entry["time"])) for entry in document["calls"]]
    except (ValueError, KeyError, TypeError) as error:
        raise BudgetError(f"{file} is no budget of calls, or is damaged; nothing is sent") from error
    if version != VERSION:
        raise BudgetError(f"{file} was written by another version of this command; nothing is sent")
    if owner != host:
        raise BudgetError(f"{file} counts the calls of {owner}, not of {host}; nothing is sent")
    return calls
