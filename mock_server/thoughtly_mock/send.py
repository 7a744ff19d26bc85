"""Sending an answer over ASGI."""

from starlette.types import Scope, Send

from thoughtly_mock.answers import Answer

BODILESS = {204, 304}


async def send_answer(answer: Answer, scope: Scope, send: Send) -> None:
    """Send ``answer``, without its body where HTTP wants none."""
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers.items()]
    if answer.status not in BODILESS:
        headers.append((b"content-length", str(len(answer.body)).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else answer.body})
