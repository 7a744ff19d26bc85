"""New requests as server-sent events."""

import asyncio
import json
from dataclasses import dataclass

from starlette.types import Receive, Send

from thoughtly_mock.entry import Entry
from thoughtly_mock.evidence import ASSUMED, HEADER
from thoughtly_mock.store import Store

# The store may be filled by another process: it is looked at, and tells nobody.
LOOK_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class EventStream:
    """Sends each request of the journal once, and ends after some seconds."""

    store: Store
    after: int
    """Number of the last request that the client knows."""
    seconds: float

    async def send(self, receive: Receive, send: Send) -> None:
        """Send the events, as ASGI asks, until the time is over or the client is gone."""
        headers = [(b"content-type", b"text/event-stream; charset=utf-8"), (b"cache-control", b"no-store")]
        headers.append((HEADER.encode(), ASSUMED.encode()))
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        gone = asyncio.ensure_future(_gone(receive))
        try:
            async with asyncio.timeout(self.seconds):
                await self._follow(send, gone)
        except TimeoutError:
            pass
        finally:
            gone.cancel()
        await send({"type": "http.response.body", "body": b""})

    async def _follow(self, send: Send, gone: "asyncio.Future[None]") -> None:
        await _write(send, b"retry: 100\n\n")
        after = self.after
        while not gone.done():
            for entry in self.store.entries(after):
                await _write(send, event(entry))
                after = entry.number
            await asyncio.wait({gone}, timeout=LOOK_SECONDS)


def event(entry: Entry) -> bytes:
    """Return a request as one server-sent event."""
    data = json.dumps(entry.as_json(), ensure_ascii=False)
    return f"id: {entry.number}\nevent: request\ndata: {data}\n\n".encode()


async def _write(send: Send, chunk: bytes) -> None:
    await send({"type": "http.response.body", "body": chunk, "more_body": True})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
