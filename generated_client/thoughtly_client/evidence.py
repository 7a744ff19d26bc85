"""What is proved about a request that failed: whether a byte of its head can have left this machine."""

from collections.abc import Mapping
from typing import Any


class Evidence:
    """Listens to the trace of one request.

    The trace tells of each step before it begins, so a head that was never begun was never sent. Silence proves
    something only of a transport that is known to tell of every step.
    """

    __slots__ = ("connect_failed", "sent", "talkative")

    def __init__(self, *, talkative: bool) -> None:
        self.talkative = talkative
        """Whether the transport is known to tell of every step."""
        self.sent = False
        self.connect_failed = False

    def listen(self, event: str, info: Mapping[str, Any]) -> None:
        """Take note of one trace event, ``http11.send_request_headers.started`` for example."""
        if self.sent:
            return
        if event.endswith("send_request_headers.started") and not _is_tunnel(info):
            self.sent = True
        elif event.startswith("connection.") and event.endswith(".failed"):
            self.connect_failed = True

    async def alisten(self, event: str, info: Mapping[str, Any]) -> None:
        """As `listen`, for transports that await."""
        self.listen(event, info)

    @property
    def nothing_sent(self) -> bool:
        """Whether it is proved that no byte of the head was sent."""
        return not self.sent and (self.talkative or self.connect_failed)


def _is_tunnel(info: Mapping[str, Any]) -> bool:
    """Whether the head is that of a CONNECT to a proxy, which carries nothing of the request."""
    return getattr(info.get("request"), "method", None) == b"CONNECT"
