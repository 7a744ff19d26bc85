"""A load of one request, again and again on keep-alive connections: ``python load.py PORT COUNT CONNECTIONS``.

Prints the seconds of the whole, and the latency of each request in microseconds, as JSON.
"""

import asyncio
import json
import sys
import time

BODY = b'{"contact_id":"3fa85f64-5717-4562-b3fc-2c963f66afa6","interview_id":"a1b2c3d4","metadata":{"purpose":"bench"}}'
REQUEST = (
    b"POST /contact/call HTTP/1.1\r\nhost: 127.0.0.1\r\nx-api-token: token\r\nteam_id: team\r\n"
    b"content-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(BODY)
) + BODY


def length(head: bytes) -> int:
    """Return the length of the body after ``head``."""
    return int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])


class Caller(asyncio.Protocol):
    """One connection: sends the next request when the answer is whole."""

    def __init__(self, left: list[int], latencies: list[int]) -> None:
        self.left, self.latencies = left, latencies
        self.done = asyncio.get_running_loop().create_future()
        self.pending = b""
        self.began = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self.transport = transport
        self.send()

    def send(self) -> None:
        """Send a request, if any is left."""
        if not self.left[0]:
            self.transport.close()
            self.done.done() or self.done.set_result(None)
            return
        self.left[0] -= 1
        self.began = time.perf_counter_ns()
        self.transport.write(REQUEST)

    def data_received(self, data: bytes) -> None:
        """Take an answer."""
        self.pending += data
        head, found, body = self.pending.partition(b"\r\n\r\n")
        if not found or len(body) < length(head):
            return
        if not self.pending.startswith(b"HTTP/1.1 200"):
            self.done.set_exception(RuntimeError(self.pending.decode("latin-1")[:500]))
            return
        self.latencies.append((time.perf_counter_ns() - self.began) // 1000)
        self.pending = b""
        self.send()

    def connection_lost(self, exc: Exception | None) -> None:
        """End before the end is an error."""
        if not self.done.done():
            self.done.set_exception(exc or RuntimeError("the server ended a connection"))


async def run(port: int, count: int, connections: int) -> None:
    """Put the load on a server."""
    left, latencies = [count], []
    loop = asyncio.get_running_loop()
    began = time.perf_counter()
    made = [
        await loop.create_connection(lambda: Caller(left, latencies), "127.0.0.1", port) for _ in range(connections)
    ]
    await asyncio.gather(*(caller.done for _, caller in made))
    print(json.dumps({"seconds": time.perf_counter() - began, "latencies": latencies}))


if __name__ == "__main__":
    asyncio.run(run(*map(int, sys.argv[1:4])))
