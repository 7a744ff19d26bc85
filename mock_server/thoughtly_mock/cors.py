"""Letting pages of other sites read the mock's answers, as front ends under development need it.

Nothing that the mock of the API answers is secret. The control plane is never shared so.
"""

from collections.abc import Mapping, Sequence

from starlette.types import Message, Scope, Send

from thoughtly_mock.answers import Answer

SECONDS = "600"


def is_preflight(scope: Scope, sent: Mapping[str, str]) -> bool:
    """Whether a browser asks what it may send."""
    return scope["method"] == "OPTIONS" and "origin" in sent and "access-control-request-method" in sent


def preflight_answer(sent: Mapping[str, str], methods: Sequence[str]) -> Answer:
    """Return what a browser may send: the methods that there are, and the headers that it asks for."""
    headers = {
        "access-control-allow-origin": sent["origin"],
        "access-control-allow-methods": ", ".join(methods),
        "access-control-max-age": SECONDS,
        "vary": "origin, access-control-request-headers",
    }
    if asked := sent.get("access-control-request-headers"):
        headers["access-control-allow-headers"] = asked
    return Answer(204, b"", headers)


def shared(send: Send, origin: str) -> Send:
    """Return a ``send`` that lets pages of ``origin`` read the answer."""
    more = [
        (b"access-control-allow-origin", origin.encode("latin-1")),
        (b"access-control-expose-headers", b"*"),
        (b"vary", b"origin"),
    ]

    async def send_shared(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], *more]}
        await send(message)

    return send_shared
