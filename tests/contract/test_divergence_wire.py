"""Raw bytes to a server, and what stands for an answer where there is none."""

import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from thoughtly_contract.divergence import wire
from thoughtly_contract.divergence.case import CLOSED, DIES, HANGS, OPEN, Maker, raw
from thoughtly_contract.divergence.corpus import corpus
from thoughtly_contract.divergence.exhibit import exhibit
from thoughtly_contract.divergence.stock import stock_app
from thoughtly_contract.divergence.verdict import Examiner, is_wrong
from thoughtly_contract.exchange import Answer, Caller, Request, json_answer
from thoughtly_contract.keys import keys_of
from thoughtly_openapi.loader import load_spec

SPEC = exhibit(load_spec())
KEYS = keys_of(SPEC, {})
CASE = next(case for case in corpus(SPEC, KEYS) if case.kind == "bodies/the spec's own example")
HALF = next(case for case in corpus(SPEC, KEYS) if case.kind == "protocol/half a head")
Talk = Callable[[socket.socket], None]


@pytest.fixture
def listening() -> Iterator[Callable[[Talk], str]]:
    """Start a server that does one thing with each connection, and yield its URL."""
    threads, listeners = [], []

    def start(talk: Talk) -> str:
        listener = socket.create_server(("127.0.0.1", 0))

        def serve() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    talk(connection)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        threads.append(thread)
        listeners.append(listener)
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

    yield start
    for listener in listeners:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
    for thread in threads:
        thread.join(5)


def answering(data: bytes) -> Talk:
    def talk(connection: socket.socket) -> None:
        connection.recv(65_536)
        connection.sendall(data)

    return talk


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}", 200),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 413 Too Large\r\n\r\n", 413),
        (b"HTTP/1.1 400 Bad Request\r\n\r\nwithout a length", 400),
        (b"HTTP/1.1 200 OK\r\n", CLOSED),
        (b"hello", CLOSED),
        (b"", CLOSED),
    ],
)
def test_the_last_whole_head_is_the_answer(
    listening: Callable[[Talk], str], data: bytes, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "answers", lambda *_address: True)
    (reply,) = wire.send_until_it_dies(listening(answering(data)), [CASE])
    assert (reply.status, reply.data) == (status, data)


def test_who_neither_answers_nor_hangs_up_is_found(
    listening: Callable[[Talk], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    over = threading.Event()
    monkeypatch.setattr(wire, "SECONDS", 0.05)
    (reply,) = wire.send_until_it_dies(listening(lambda _connection: over.wait(10) and None), [CASE])
    over.set()
    assert reply.status == HANGS


def test_after_the_end_of_a_server_nothing_more_is_sent() -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"

    def once() -> None:
        connection, _ = listener.accept()
        with listener, connection:
            connection.recv(65_536)

    thread = threading.Thread(target=once)
    thread.start()
    replies = list(wire.send_until_it_dies(url, [CASE, CASE, CASE]))
    thread.join(5)
    assert [reply.status for reply in replies] == [DIES]


def test_a_request_that_is_not_whole_is_ended_by_its_sender(listening: Callable[[Talk], str]) -> None:
    """Or a server would wait for the rest."""
    seen = []

    def until_the_end(connection: socket.socket) -> None:
        while part := connection.recv(65_536):
            seen.append(part)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    (reply,) = wire.send_until_it_dies(listening(until_the_end), [HALF])
    assert (reply.status, b"".join(seen)) == (400, HALF.data)


@pytest.mark.parametrize(
    ("right", "status", "wrong"),
    [
        ({400, CLOSED}, 400, False),
        ({400, CLOSED}, CLOSED, False),
        ({400}, CLOSED, True),
        ({400}, 200, True),
        (OPEN, 200, False),
        (OPEN, 404, False),
        (OPEN, CLOSED, False),
        (OPEN, 500, True),
        (OPEN, HANGS, True),
        ({400, CLOSED}, DIES, True),
    ],
)
def test_wrong_is_what_is_not_right_and_where_it_is_open_what_fails(
    right: frozenset[int], status: int, wrong: bool
) -> None:
    case = Maker("group", _sampler())("name", "Claim.", frozenset(right), b"GET / HTTP/1.1\r\n\r\n")
    assert is_wrong(case, status) is wrong


def _sampler():
    from thoughtly_contract.battery.samples import Sampler
    from thoughtly_contract.validity import Validity

    return Sampler(SPEC, CASE.operation, KEYS, Validity(SPEC, CASE.operation))


@pytest.mark.parametrize(
    ("answer", "facts"),
    [
        (json_answer(200, {"error": None, "data": {}}), set()),
        (json_answer(200, {"error": {}, "data": {}}), {"ErrorOnSuccess"}),
        (json_answer(200, {"error": None}), {"SchemaViolation"}),
        (json_answer(400, {"error": {}, "data": {}}), set()),
        (json_answer(400, {"title": "Bad Request"}), {"NoErrorBody"}),
        (json_answer(400, {"error": {"a": "x" * 70_000}, "data": {}}), {"LongError"}),
        (json_answer(401, {"error": {}, "data": {}}), {"NoChallenge"}),
        (json_answer(405, {"error": {}, "data": {}}), {"NoAllow"}),
        (json_answer(405, {"error": {}, "data": {}}, (b"allow", b"POST")), {"WrongAllow"}),
        (json_answer(400, {"error": {"a": KEYS[0].value}, "data": {}}), {"KeyShown"}),
        (Answer(422, ((b"content-type", b"text/html"),), b"<p>"), {"NoErrorBody"}),
    ],
)
def test_what_is_wrong_beside_the_status(answer: Answer, facts: set[str]) -> None:
    reply = wire.Reply(answer.status, answer, b"")
    assert Examiner(SPEC, KEYS).facts(CASE, reply) == facts


@pytest.mark.parametrize(
    ("lines", "options", "data"),
    [
        ((), {}, b"PUT /p?q=1 HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\na: b\r\ncontent-length: 2\r\n\r\n{}"),
        (
            (b"c", b"d: e"),
            {"host": None},
            b"PUT /p?q=1 HTTP/1.1\r\nconnection: close\r\na: b\r\nc\r\nd: e\r\ncontent-length: 2\r\n\r\n{}",
        ),
        (
            (b"transfer-encoding: chunked",),
            {"first": b"X"},
            b"X\r\nhost: localhost\r\nconnection: close\r\na: b\r\ntransfer-encoding: chunked\r\n\r\n{}",
        ),
    ],
)
def test_a_request_is_written_as_it_is_told(lines: tuple[bytes, ...], options: dict[str, bytes], data: bytes) -> None:
    request = Request("PUT", b"/p", b"q=1", ((b"a", b"b"),), b"{}")
    assert raw(request, *lines, **options) == data


def test_stock_connexion_tells_each_key_from_the_other() -> None:
    sampler = _sampler()
    swapped = sampler.plain()
    for key, other in zip(KEYS, reversed(KEYS), strict=True):
        swapped = swapped.with_header(key.header.lower().encode(), other.value.encode())
    with stock_app(SPEC, KEYS) as app, Caller(app) as call:
        good, bad = call(sampler.plain()), call(swapped)
    assert (good.status, good.json) == (200, {"error": None, "data": {}})
    assert bad.status == 401
