"""One HTTP request and its answer as bytes, and ASGI applications as functions from one to the other."""

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import unquote

from thoughtly_contract.errors import ContractError

Message = MutableMapping[str, Any]
Pairs = tuple[tuple[bytes, bytes], ...]
JSON = b"application/json"


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it goes over the wire."""

    method: str
    path: bytes
    """As it is sent, percent-encoding and all."""
    query: bytes = b""
    headers: Pairs = field(default=(), repr=False)
    """Names in lower case. Not shown: they hold keys."""
    body: bytes = b""

    @property
    def target(self) -> bytes:
        """Path and query."""
        return self.path + b"?" + self.query if self.query else self.path

    def all(self, name: bytes) -> list[bytes]:
        """Return every value of a header, in their order."""
        return [value for known, value in self.headers if known == name]

    def with_header(self, name: bytes, *values: bytes) -> "Request":
        """Return the request with exactly these values of a header."""
        others = tuple(pair for pair in self.headers if pair[0] != name)
        return self.but(headers=(*others, *((name, value) for value in values)))

    def but(self, **changes: Any) -> "Request":
        """Return the request with other parts."""
        parts = {name: changes.get(name, getattr(self, name)) for name in ("method", "path", "query", "headers")}
        return Request(**parts, body=changes.get("body", self.body))


@dataclass(frozen=True, slots=True)
class Answer:
    """A response as it comes over the wire."""

    status: int
    headers: Pairs = ()
    """Names in lower case."""
    body: bytes = b""

    def all(self, name: bytes) -> list[bytes]:
        """Return every value of a header, in their order."""
        return [value for known, value in self.headers if known == name]

    def with_header(self, name: bytes, *values: bytes) -> "Answer":
        """Return the answer with exactly these values of a header."""
        others = tuple(pair for pair in self.headers if pair[0] != name)
        return Answer(self.status, (*others, *((name, value) for value in values)), self.body)

    @property
    def is_success(self) -> bool:
        """Whether the status is a 2xx."""
        return 200 <= self.status < 300

    @property
    def json(self) -> Any:
        """The body as JSON.

        Raises:
            ValueError: it is not JSON as RFC 8259 has it.
        """
        try:
            return json.loads(self.body.decode("utf-8"), parse_constant=_refuse_constant)
        except RecursionError as error:
            raise ValueError("it is nested too deep") from error


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def json_answer(status: int, value: Any, *headers: tuple[bytes, bytes]) -> Answer:
    """Return an answer with a JSON body."""
    return Answer(status, ((b"content-type", JSON), *headers), json.dumps(value).encode())


class Caller:
    """Sends requests to one ASGI application, one after the other, in an event loop of its own."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self._runner = asyncio.Runner()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._runner.close()

    def __call__(self, request: Request) -> Answer:
        """Return the answer to a request; what the application raises is a 500, as with any server.

        Raises:
            ContractError: the application leads to a server that cannot be reached.
        """
        return self._runner.get_loop().run_until_complete(ask(self._app, request))


async def ask(app: Any, request: Request) -> Answer:
    """Return the answer of an ASGI application.

    Raises:
        ContractError: the application leads to a server that cannot be reached.
    """
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    try:
        await app(scope_of(request), _receiver(request), send)
    except ContractError:
        raise
    except Exception:  # noqa: BLE001 -- a server turns whatever its application raises into a 500
        return Answer(500, ((b"content-type", b"text/plain"),), b"Internal Server Error")
    start = next(message for message in sent if message["type"] == "http.response.start")
    body = b"".join(message.get("body", b"") for message in sent if message["type"] == "http.response.body")
    headers = tuple((bytes(name).lower(), bytes(value)) for name, value in start.get("headers", ()))
    return Answer(start["status"], headers, body)


def _receiver(request: Request) -> Callable[[], Awaitable[Message]]:
    messages = iter([{"type": "http.request", "body": request.body, "more_body": False}])

    async def receive() -> Message:
        return next(messages, {"type": "http.disconnect"})

    return receive


def scope_of(request: Request) -> dict[str, Any]:
    """Return the ASGI scope of a request."""
    length = ((b"content-length", str(len(request.body)).encode()),)
    announced = request.headers if request.all(b"content-length") else (*request.headers, *length)
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": "http",
        "path": unquote(request.path.decode("latin-1")),
        "raw_path": request.path,
        "query_string": request.query,
        "root_path": "",
        "headers": list(announced),
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
        "extensions": {},
    }


async def read_request(scope: Message, receive: Callable[[], Awaitable[Message]]) -> Request:
    """Return what an ASGI server was sent, whole."""
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message.get("body", b""), message.get("more_body", False)
    path = scope.get("raw_path") or scope["path"].encode()
    headers = tuple((bytes(name).lower(), bytes(value)) for name, value in scope["headers"])
    return Request(scope["method"], path.split(b"?")[0], scope["query_string"], headers, body)


async def send_answer(answer: Answer, scope: Message, send: Callable[[Message], Awaitable[None]]) -> None:
    """Send an answer over ASGI, without its body where HTTP wants none."""
    bare = answer.status in {204, 304}
    headers = [pair for pair in answer.headers if pair[0] != b"content-length"]
    if not bare:
        headers.append((b"content-length", str(len(answer.body)).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if bare or scope["method"] == "HEAD" else answer.body})
