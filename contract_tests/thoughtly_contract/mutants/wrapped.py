"""The kit's mock with something wrong around it: what goes in, what comes out, or the spec that it serves."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from thoughtly_contract.exchange import Answer, Message, Request, ask, read_request, send_answer
from thoughtly_contract.keys import Key
from thoughtly_contract.target import mock_app

Spec = Mapping[str, Any]
Good = Mapping[bytes, bytes]
"""The right value of each key, by lower-case header name, in the spec's order."""


@dataclass(frozen=True, slots=True)
class Wrap:
    """What is done around the mock; by default, nothing."""

    spec: Callable[[Spec], Spec] = lambda spec: spec
    """The spec that the mock serves."""
    first: Callable[[Request], Answer | None] = lambda _request: None
    """Answers before the mock sees the request; None to go on."""
    request: Callable[[Request, Good], Request] = lambda request, _good: request
    """What the mock is sent for a request."""
    answer: Callable[[Request, Answer], Answer] = lambda _request, answer: answer
    """What becomes of its answer."""
    also: Callable[[Request, Answer, Good], Sequence[Request]] = lambda _request, _answer, _good: ()
    """What the mock is sent besides, once it has answered."""


class WrappedMock:
    """An ASGI application: the mock, and what is done around it."""

    def __init__(self, spec: Spec, keys: tuple[Key, ...], wrap: Wrap) -> None:
        """Serve ``spec`` to those who have ``keys``."""
        self._wrap = wrap
        self._good = {key.header.lower().encode(): key.value.encode() for key in keys}
        self._mock, self.witness = mock_app(wrap.spec(spec), keys)

    async def __call__(
        self,
        scope: Message,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        """Answer one request; every other ASGI scope is the mock's."""
        if scope["type"] != "http":
            await self._mock(scope, receive, send)
            return
        request = await read_request(scope, receive)
        answer = self._wrap.first(request)
        if answer is None:
            answer = await ask(self._mock, self._wrap.request(request, self._good))
            for more in self._wrap.also(request, answer, self._good):
                await ask(self._mock, more)
        await send_answer(self._wrap.answer(request, answer), scope, send)
