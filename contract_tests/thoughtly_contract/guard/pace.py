"""Keeps everyone who shares a file to so many requests a minute."""

import fcntl
import os
import struct
import time
from pathlib import Path

from thoughtly_contract.guard.budget import BudgetError

_LONGEST_WAIT_SECONDS = 3600.0
_MOMENT = struct.Struct("!d")


class Pace:
    """Hands out moments to send at, evenly spaced, across processes."""

    def __init__(self, file: Path, per_minute: float) -> None:
        """Share ``file``, which is made where it is missing.

        Args:
            file: holds the next free moment.
            per_minute: how many requests a minute may be sent, all together.
        """
        self._file, self._space = file, 60.0 / per_minute

    def next_moment(self) -> float:
        """Claim the next free moment; return how many seconds from now it is.

        Raises:
            BudgetError: the file cannot be used.
        """
        try:
            handle = os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise BudgetError(f"{self._file}: {error.strerror}; nothing is sent") from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            now = time.time()
            held = os.pread(handle, _MOMENT.size, 0)
            free = _MOMENT.unpack(held)[0] if len(held) == _MOMENT.size else now
            # A clock that was put back must not stop everything for hours.
            moment = max(free, now) if free - now < _LONGEST_WAIT_SECONDS else now
            os.pwrite(handle, _MOMENT.pack(moment + self._space), 0)
            return float(moment - now)
        finally:
            os.close(handle)
