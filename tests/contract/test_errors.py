"""Why checks cannot run is one clear line, with exit status 2 and no report."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from thoughtly_contract import gateway
from thoughtly_contract.errors import TargetError
from thoughtly_contract.exchange import Answer, Caller, Request, read_request, send_answer
from thoughtly_contract.gateway import Gateway
from thoughtly_contract.keys import keys_of
from thoughtly_contract.mutants import reference
from thoughtly_contract.target import served
from thoughtly_openapi.loader import load_spec

Contract = Callable[..., CompletedProcess[str]]
SPEC = load_spec()


@contextmanager
def answering(answer: Answer) -> Iterator[tuple[str, list[Request]]]:
    """Answer every request alike; yield the URL and what was sent."""
    sent: list[Request] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        sent.append(await read_request(scope, receive))
        await send_answer(answer, scope, send)

    with served(app) as url:
        yield url, sent


def fails_in_one_line(result: CompletedProcess[str], told: str, folder: Path) -> bool:
    assert result.returncode == 2, result.stdout + result.stderr
    assert told in result.stderr
    assert result.stderr.count("\n") == 1
    return not list(folder.iterdir())


HTML = Answer(200, ((b"content-type", b"text/html; charset=utf-8"),), b"<html>Log in</html>")
REFUSED = Answer(401, ((b"content-type", b"application/json"),), b'{"error": {}, "data": {}}')


@pytest.mark.parametrize(
    ("answer", "keys", "told"),
    [
        (HTML, True, "is answered 200 with a page in HTML: is this the address of the API?"),
        (REFUSED, True, "is answered 401: the target refuses the keys that --key gives"),
        (REFUSED, False, "the target refuses the dummy keys; give the right ones with --key"),
    ],
)
@pytest.mark.parametrize("options", [(), ("--guard", "--budget", "budget.json", "--rate", "100000")])
def test_a_target_that_is_not_worth_checking_is_asked_once(
    contract: Contract, tmp_path: Path, answer: Answer, keys: bool, told: str, options: tuple[str, ...]
) -> None:
    with answering(answer) as (url, sent):
        result = contract("--target", url, "--json", "r.json", "--junit", "r.xml", *options, keys=keys)
    assert result.returncode == 2, result.stdout + result.stderr
    assert told in result.stderr
    assert result.stderr.count("\n") == 1
    assert not list(tmp_path.glob("r.*"))
    assert [request.method for request in sent] == ["OPTIONS", "POST"]
    assert sent[1].body == b"{}"


def test_wrong_keys_of_a_real_server_are_one_line(contract: Contract, tmp_path: Path) -> None:
    with served(reference(SPEC, keys_of(SPEC, {"x-api-token": "another", "team_id": "another"})).app) as url:
        result = contract("--target", url, "--html", "r.html")
    assert fails_in_one_line(result, "the target refuses the keys that --key gives", tmp_path)


def test_after_three_requests_without_an_answer_nothing_more_is_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        heard: list[bytes] = []

        def hang_up() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                heard.append(connection.recv(65536))
                connection.close()

        threading.Thread(target=hang_up, daemon=True).start()
        app = Gateway(f"http://127.0.0.1:{listener.getsockname()[1]}")
        with Caller(app) as call:
            for _ in range(5):
                with pytest.raises(TargetError, match="got no HTTP answer"):
                    call(Request("GET", b"/"))
        listener.shutdown(socket.SHUT_RDWR)
    assert len(heard) == 3
    assert app.lost
    assert "3 requests in a row got no answer, and no more were sent" in app.lost


def test_a_server_that_answers_again_is_not_lost() -> None:
    """One request may be what it falls over; that is for the checks to say."""
    answers = iter([b"", b"HTTP/1.1 204 No Content\r\n\r\n"] * 4)
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            for answer in answers:
                connection, _ = listener.accept()
                with connection:
                    connection.recv(65536)
                    connection.sendall(answer)

        threading.Thread(target=serve, daemon=True).start()
        app = Gateway(f"http://127.0.0.1:{listener.getsockname()[1]}")
        with Caller(app) as call:
            for _ in range(4):
                with pytest.raises(TargetError):
                    call(Request("GET", b"/"))
                assert call(Request("GET", b"/")).status == 204
    assert app.lost is None


def test_a_target_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway, "_LONGEST_ANSWER_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        app = Gateway(f"http://127.0.0.1:{listener.getsockname()[1]}")
        with Caller(app) as call, pytest.raises(TargetError, match="got no HTTP answer: timed out"):
            call(Request("GET", b"/"))


def test_a_target_that_goes_away_ends_the_run_without_a_report(contract: Contract, serve: Any, tmp_path: Path) -> None:
    with going_away(serve, after=60) as url:
        result = contract("--target", url, "--json", "r.json")
    assert fails_in_one_line(result, "3 requests in a row got no answer, and no more were sent", tmp_path)


@contextmanager
def going_away(serve: Any, after: int) -> Iterator[str]:
    """Pass so many connections on to a healthy server, and hang up on all others."""
    with (
        served(
            reference(SPEC, keys_of(SPEC, {"x-api-token": "canary-3f8a91-token", "team_id": "canary-77e0c2-team"})).app
        ) as url,
        socket.create_server(("127.0.0.1", 0)) as listener,
    ):
        port = int(url.rpartition(":")[2])

        def relay() -> None:
            for number in range(100_000):
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    if number < after:
                        pass_on(connection, port)

        threading.Thread(target=relay, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)


def pass_on(connection: socket.socket, port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as server:
        connection.settimeout(0.05)
        try:
            while data := connection.recv(65536):
                server.sendall(data)
        except TimeoutError:
            pass
        server.settimeout(0.2)
        try:
            while data := server.recv(65536):
                connection.sendall(data)
        except TimeoutError:
            pass


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ("{", "spec.json"),
        ("[]", "spec.json"),
        ('{"openapi": "3.0.3", "info": {"title": "a", "version": "1"}, "paths": {}}', "spec.json"),
        (json.dumps({**SPEC, "components": {}}), "spec.json"),
    ],
)
def test_a_spec_that_cannot_be_checked_is_one_line(contract: Contract, tmp_path: Path, spec: str, told: str) -> None:
    (tmp_path / "spec.json").write_text(spec)
    result = contract("--spec", "spec.json", keys=False)
    assert (result.returncode, result.stdout) == (2, ""), result.stdout + result.stderr
    assert told in result.stderr
    assert result.stderr.count("\n") == 1
