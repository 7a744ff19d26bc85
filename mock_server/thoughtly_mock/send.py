"""Sending an answer over ASGI."""

from starlette.types import Scope, Send

from thoughtly_mock.answers import Answer
from thoughtly_mock.body import RequestBody
from thoughtly_mock.evidence import HEADER

BODILESS = {204, 304}


async def send_answer(answer: Answer, scope: Scope, send: Send, body: RequestBody) -> None:
    """Send ``answer``, without its body where HTTP wants none.

    Whatever is left of the request's body is discarded before the answer ends: a server that closes a connection with
    unread data on it resets it, and the client may lose the answer.
    """
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers.items()]
    headers.append((HEADER.encode(), answer.evidence.encode()))
    if answer.status not in BODILESS:
        headers.append((b"content-length", str(len(answer.body)).encode()))
    if not body.complete and body.is_held_back and "connection" not in answer.headers:
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    content = b"" if scope["method"] == "HEAD" else answer.body
    if not body.complete:
        await send({"type": "http.response.body", "body": content, "more_body": True})
        await body.discard()
        content = b""
    await send({"type": "http.response.body", "body": content})
