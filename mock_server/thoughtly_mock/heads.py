"""Keeping each request's head exactly as it came, which the parser does not tell."""

_HEAD_END = b"\r\n\r\n"


class HeadRecorder:
    """Follows the parser through what comes."""

    def __init__(self) -> None:
        self._raw = b""
        """What came of the head that is being read; within a chunk, the whole chunk."""
        self._start = 0
        """Where in ``_raw`` the next head can begin."""

    @property
    def rest(self) -> bytes:
        """What came after the newest head, and is not known to be its body."""
        return self._raw[self._start :]

    def add(self, data: bytes) -> None:
        """Take a chunk in."""
        self._raw = self.rest + data
        self._start = 0

    def take(self, first: bytes) -> bytes:
        """Return the head that begins with ``first``, now that the parser has read all of it."""
        begin = max(self._raw.find(first, self._start), self._start)
        end = self._raw.find(_HEAD_END, begin)
        self._start = len(self._raw) if end < 0 else end + len(_HEAD_END)
        return self._raw[begin : self._start]

    def skip(self, size: int) -> None:
        """Pass over a piece of a body."""
        self._start += size

    def forget(self) -> None:
        """Let go of what is read."""
        self._raw, self._start = b"", 0
