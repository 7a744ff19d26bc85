"""Carries out over ASGI what was decided: an answer, late, broken or not at all."""

import asyncio
from typing import Any

from starlette.types import Receive, Scope, Send

from thoughtly_mock.answers import Answer
from thoughtly_mock.body import RequestBody
from thoughtly_mock.evidence import HEADER
from thoughtly_mock.play import FaultKind, Play
from thoughtly_mock.scope import connection_of
from thoughtly_mock.send import send_answer

STALL_SECONDS = 300.0
DRIP_SECONDS = 0.02
CLOSED = {FaultKind.LOST_RESPONSE, FaultKind.STALL}
RESET = {FaultKind.RESET_BEFORE, FaultKind.RESET_AFTER}


class BrokenExchangeError(Exception):
    """The exchange breaks here, and no socket is there to break: the application was called in process."""

    def __init__(self, kind: FaultKind) -> None:
        """Break as ``kind`` says."""
        super().__init__(f"the mock plays {kind}")
        self.kind = kind


async def perform(play: Play, answer: Answer, scope: Scope, receive: Receive, send: Send, body: RequestBody) -> None:
    """Answer a request as ``play`` says.

    Raises:
        BrokenExchangeError: the exchange ends without a whole answer, and there is no socket.
    """
    if play.delay:
        await asyncio.sleep(play.delay)
    if play.fault is FaultKind.STALL and connection_of(scope) is not None:
        await _wait_for_the_client(receive, STALL_SECONDS)
    if play.fault in CLOSED | RESET:
        await _break(play.fault, scope, receive)
    elif play.fault is FaultKind.TRUNCATED:
        await _send_part(answer, send)
        await _break(play.fault, scope, receive)
    elif play.fault is FaultKind.DRIP:
        await _drip(answer, send)
    else:
        await send_answer(answer, scope, send, body)


async def _wait_for_the_client(receive: Receive, seconds: float) -> None:
    """Return when the client is gone, or after ``seconds``."""
    try:
        async with asyncio.timeout(seconds):
            while (await receive())["type"] != "http.disconnect":
                pass
    except TimeoutError:
        return


async def _break(kind: FaultKind, scope: Scope, receive: Receive) -> None:
    connection = connection_of(scope)
    if connection is None:
        raise BrokenExchangeError(kind)
    if kind in RESET:
        connection.abort()
    else:
        connection.close()
    # The server takes an application that returns before it knows of the end for a broken one.
    await _wait_for_the_client(receive, STALL_SECONDS)


def _head(answer: Answer) -> dict[str, Any]:
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers.items()]
    length = str(len(answer.body)).encode()
    return {
        "type": "http.response.start",
        "status": answer.status,
        "headers": [*headers, (HEADER.encode(), answer.evidence.encode()), (b"content-length", length)],
    }


async def _send_part(answer: Answer, send: Send) -> None:
    await send(_head(answer))
    await send({"type": "http.response.body", "body": answer.body[: len(answer.body) // 2], "more_body": True})


async def _drip(answer: Answer, send: Send) -> None:
    await send(_head(answer))
    for byte in answer.body:
        await send({"type": "http.response.body", "body": bytes([byte]), "more_body": True})
        await asyncio.sleep(DRIP_SECONDS)
    await send({"type": "http.response.body", "body": b""})
