"""A transport that sends what is written within one turn of the event loop at once.

An answer is written in two pieces, head and body. Sent each for itself, they cost more than everything else together.
"""

import asyncio
from typing import Any

from thoughtly_mock.connection import reset


class CorkedTransport(asyncio.Transport):
    """Collects what is written, and hands it to another transport at the end of the turn."""

    def __init__(self, inner: asyncio.Transport, loop: asyncio.AbstractEventLoop, closing_seconds: float) -> None:
        """Send through ``inner``; once closed, wait no longer than ``closing_seconds`` for the rest to be taken."""
        super().__init__()
        self._inner, self._loop, self._closing_seconds = inner, loop, closing_seconds
        self._pieces: list[bytes | bytearray | memoryview[Any]] = []

    def write(self, data: "bytes | bytearray | memoryview[Any]") -> None:
        """Send ``data`` soon."""
        if not self._pieces:
            self._loop.call_soon(self._flush)
        self._pieces.append(data)

    def _flush(self) -> None:
        if self._pieces and not self._inner.is_closing():
            self._inner.write(b"".join(self._pieces))
        self._pieces.clear()

    def close(self) -> None:
        """Close the connection once everything is sent, or reset it where that takes too long."""
        if self.is_closing():
            return
        self._flush()
        self._inner.close()
        if self._inner.get_write_buffer_size():
            self._loop.call_later(self._closing_seconds, reset, self._inner)

    def abort(self) -> None:
        """Close the connection at once."""
        self._pieces.clear()
        self._inner.abort()

    def is_closing(self) -> bool:
        """Whether the connection is closed or about to be."""
        return self._inner.is_closing()

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """Return what is known of the connection."""
        return self._inner.get_extra_info(name, default)

    def pause_reading(self) -> None:
        """Take nothing in for now."""
        self._inner.pause_reading()

    def resume_reading(self) -> None:
        """Take in again."""
        self._inner.resume_reading()
