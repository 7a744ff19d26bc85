"""A forwarding proxy on this machine: what the guard lets pass goes on as it came, everything else ends here."""

import asyncio
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from thoughtly_contract.errors import ContractError, TargetError
from thoughtly_contract.guard.decision import Guard
from thoughtly_contract.guard.framing import MOST_HEAD_BYTES, FramingError, RawRequest, read_raw_request
from thoughtly_contract.guard.journal import Journal
from thoughtly_contract.guard.pace import Pace
from thoughtly_contract.guard.relay import relay
from thoughtly_contract.guard.upstream import Upstream

HEADER = "x-thoughtly-guard"
"""On every answer that is the guard's own, and on no other."""
REFUSED, NOT_ANSWERED, DRY_RUN = "refused", "not answered", "dry run"
REQUEST_SECONDS = 30.0
ANSWER_SECONDS = 25.0
_STATUSES = {REFUSED: "403 Forbidden", NOT_ANSWERED: "502 Bad Gateway", DRY_RUN: "503 Service Unavailable"}


@dataclass(frozen=True, slots=True)
class Proxy:
    """Serves one request on each connection."""

    guard: Guard
    upstream: Upstream
    journal: Journal
    pace: Pace | None = None
    dry_run: bool = False
    """Whether requests are only shown."""
    mark: str = ""
    """Stands behind the value of the header, so that nobody else can make up an answer of the guard."""
    answer_seconds: float = ANSWER_SECONDS
    tell: Callable[[str], object] = sys.stderr.write

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve the one request of a connection."""
        try:
            writer.write(await self._answer(reader))
            await writer.drain()
            writer.close()
            await writer.wait_closed()
        except (OSError, asyncio.CancelledError):
            # Of a task that is cancelled asyncio would print a traceback: at the end of a run it is nobody's fault.
            writer.transport.abort()

    async def _answer(self, reader: asyncio.StreamReader) -> bytes:
        try:
            async with asyncio.timeout(REQUEST_SECONDS):
                raw = await read_raw_request(reader)
        except TimeoutError:
            return self._own(REFUSED, f"the request was not complete after {REQUEST_SECONDS:g} s")
        except FramingError as error:
            return self._own(REFUSED, f"servers could read this request differently: {error}")
        return await self._pass(raw) if raw else b""

    async def _pass(self, raw: RawRequest) -> bytes:
        if self.dry_run:
            self.tell(f"{self.guard.forecast(raw.request)}, to {self.upstream.url}:\n{self.journal.shown(raw)}\n")
            return self._own(DRY_RUN, "nothing is sent")
        # A file is locked and synced in it: others must be served meanwhile.
        try:
            reason = await asyncio.to_thread(self.guard.refusal, raw.request)
        except ContractError as error:
            reason = str(error)
        if reason:
            self.journal.not_answered(raw, reason)
            return self._own(REFUSED, reason)
        return await self._send(raw)

    async def _send(self, raw: RawRequest) -> bytes:
        try:
            if self.pace:
                await asyncio.sleep(await asyncio.to_thread(self.pace.next_moment))
            began = time.monotonic()
            came = await relay(raw, self.upstream, self.answer_seconds)
        except ContractError as error:
            self.journal.not_answered(raw, str(error))
            return self._own(NOT_ANSWERED, str(error))
        if came.answer:
            self.journal.answered(raw, came.answer, time.monotonic() - began)
        else:
            self.journal.not_answered(raw, "it was sent, and the answer is not a whole HTTP answer")
        return bytes(came.content)

    def _own(self, kind: str, why: str) -> bytes:
        if kind != DRY_RUN:
            self.tell(f"guard: {kind}: {why}\n")
        body = f"{why}\n".encode()
        head = (
            f"HTTP/1.1 {_STATUSES[kind]}",
            f"{HEADER}: {' '.join(filter(None, (kind, self.mark)))}",
            "content-type: text/plain; charset=utf-8",
            f"content-length: {len(body)}",
            "connection: close",
        )
        return "\r\n".join(head).encode() + b"\r\n\r\n" + body


async def listen(proxy: Proxy, port: int) -> asyncio.Server:
    """Listen on a port of 127.0.0.1; 0 takes a free one.

    Raises:
        TargetError: the port cannot be had.
    """
    try:
        return await asyncio.start_server(proxy.serve, "127.0.0.1", port, limit=MOST_HEAD_BYTES)
    except OSError as error:
        raise TargetError(f"port {port} on 127.0.0.1 cannot be had: {error.strerror}") from error


def port_of(server: asyncio.Server) -> int:
    """Return the port on which a server listens."""
    port: int = server.sockets[0].getsockname()[1]
    return port


@contextmanager
def running(proxy: Proxy, port: int = 0) -> Iterator[str]:
    """Run a proxy in a thread for the length of the block, and close its journal after it; yield its URL.

    Raises:
        TargetError: the port cannot be had.
    """
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(listen(proxy, port))
    thread = threading.Thread(target=loop.run_forever, name="thoughtly-guard", daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{port_of(server)}"
    finally:
        asyncio.run_coroutine_threadsafe(_end(server), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
        proxy.journal.close()


async def _end(server: asyncio.Server) -> None:
    server.close()
    left = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
    await server.wait_closed()
