"""The doctor finds out which headers a proxy before a mock drops."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import httpx
import pytest

from thoughtly_mock import MemoryStore, Settings
from thoughtly_mock.__main__ import main
from thoughtly_mock.doctor import Fate, diagnose, header_names
from thoughtly_openapi.loader import load_spec

Headers = list[tuple[str, str]]
Change = Callable[[Headers], Headers | int]
"""What a proxy does with the headers of a request; a number is the status that it answers itself."""
Proxy = Callable[..., str]


def as_they_are(headers: Headers) -> Headers | int:
    return headers


def without_underscores(headers: Headers) -> Headers | int:
    return [(name, value) for name, value in headers if "_" not in name]


def hyphenated(headers: Headers) -> Headers | int:
    return [(name.replace("_", "-"), value) for name, value in headers]


def refusing_underscores(headers: Headers) -> Headers | int:
    return 400 if any("_" in name for name, _ in headers) else headers


def without_team_id(headers: Headers) -> Headers | int:
    return [(name, value) for name, value in headers if name.lower() != "team_id"]


def of_a_list(headers: Headers) -> Headers | int:
    return [(name, value) for name, value in headers if name.lower() in {"host", "accept", "x-api-token"}]


@contextmanager
def proxying(upstream: str, change: Change, software: str) -> Iterator[str]:
    """Serve a proxy on a free port that treats the headers of requests as told."""

    class Handler(BaseHTTPRequestHandler):
        server_version, sys_version = software, ""

        def do_GET(self) -> None:
            changed = change(list(self.headers.items()))
            if isinstance(changed, int):
                self.answer(changed, b"Bad Request")
                return
            answer = httpx.get(upstream + self.path, headers=changed, trust_env=False)
            self.answer(answer.status_code, answer.content)

        def answer(self, status: int, content: bytes) -> None:
            self.send_response(status)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (as the base class calls it)
            """Write nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.fixture
def proxy(port: int) -> Iterator[Proxy]:
    """Starts a proxy before the mock: ``proxy(change, software)`` returns its URL."""
    with ExitStack() as stack:

        def start(change: Change, software: str = "proxy/1") -> str:
            serving: AbstractContextManager[str] = proxying(f"http://127.0.0.1:{port}", change, software)
            return stack.enter_context(serving)

        yield start


def test_the_doctor_asks_about_every_header_that_the_spec_knows() -> None:
    spec = load_spec()
    spec["paths"]["/extra"] = {
        "parameters": [{"in": "header", "name": "X_Trace", "schema": {}}],
        "get": {"operationId": "extra", "parameters": [{"in": "query", "name": "q", "schema": {}}]},
    }
    assert header_names(spec) == ("x-api-token", "team_id", "X_Trace")


def test_with_nothing_between_every_header_arrives(port: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--url", f"http://127.0.0.1:{port}/", "--header", "Any_Other"]) == 0
    printed = capsys.readouterr().out
    assert "is a mock of Thoughtly API." in printed
    assert "Every header of the API arrives." in printed
    assert "Any_Other    arrives\n" in printed


@pytest.mark.parametrize(
    ("change", "fate", "told"),
    [
        (without_underscores, "team_id      is dropped\n", "underscores_in_headers on;"),
        (hyphenated, "team_id      arrives under another name (team-id)\n", "underscores_in_headers on;"),
        (
            refusing_underscores,
            "team_id      makes the whole request fail (status 400)\n",
            "underscores_in_headers on;",
        ),
        (without_team_id, "team_id      is dropped\n", "treats just these names so"),
        (of_a_list, "team_id      is dropped\n", "lets only listed headers through"),
    ],
)
def test_what_a_proxy_does_to_a_header_is_told_with_its_cause(
    proxy: Proxy, capsys: pytest.CaptureFixture[str], change: Change, fate: str, told: str
) -> None:
    assert main(["doctor", "--url", proxy(change)]) == 1
    printed = capsys.readouterr().out
    assert "x-api-token  arrives\n" in printed
    assert fate in printed
    assert told in printed


def test_a_proxy_that_changes_nothing_is_found_harmless(proxy: Proxy) -> None:
    diagnosis = diagnose(proxy(as_they_are), header_names(load_spec()))
    assert diagnosis.healthy
    assert (diagnosis.underscores, diagnosis.hyphens) == (Fate.ARRIVES, Fate.ARRIVES)


def test_a_proxy_that_names_itself_gets_its_own_remedy_and_no_other(
    proxy: Proxy, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["doctor", "--url", proxy(without_underscores, "nginx/1.27.3")]) == 1
    printed = capsys.readouterr().out
    assert "behind nginx/1.27.3" in printed
    assert "underscores_in_headers on;" in printed
    assert "gunicorn" not in printed


def test_the_manual_shows_what_the_doctor_prints(proxy: Proxy, capsys: pytest.CaptureFixture[str]) -> None:
    url = proxy(without_underscores, "nginx/1.27.3")
    main(["doctor", "--url", url])
    manual = (Path(__file__).parents[2] / "docs" / "doctor.md").read_text(encoding="utf-8")
    assert capsys.readouterr().out.replace(url, "http://127.0.0.1:8080") in manual


def test_the_doctor_never_asks_for_an_operation_of_the_api(mock_of: Callable[..., httpx.Client]) -> None:
    """Its requests go to the control plane alone, carry no body, and hold no key."""
    store = MemoryStore()
    sent: list[dict[str, str]] = []

    def noted(headers: Headers) -> Headers | int:
        sent.append({name.lower(): value for name, value in headers})
        return headers

    with proxying(str(mock_of(None, None, store).base_url), noted, "proxy/1") as url:
        assert diagnose(url, header_names(load_spec())).healthy
    assert not store.entries()
    assert len(sent) > 3
    for headers in sent:
        assert not {"content-length", "transfer-encoding", "authorization"} & headers.keys()
        assert headers.get("x-api-token", "doctor") == headers.get("team_id", "doctor") == "doctor"


@contextmanager
def answering(status: int, content: bytes, **headers: str) -> Iterator[str]:
    """Serve the same answer to everything."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (as the base class calls it)
            """Write nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.mark.parametrize(
    ("status", "content", "headers", "told"),
    [
        (404, b"not found", {}, "answers status 404, and not as a mock of this kit does"),
        (200, b"<h1>It works!</h1>", {}, "not as a mock of this kit does"),
        (200, b"[" * 100_000, {}, "not as a mock of this kit does"),
        (200, b'{"status": "ok"}', {}, "is no mock of this kit"),
        (200, b'{"status": "ok", "mock": "any"}', {}, "does not say which headers arrived"),
        (301, b"", {"location": "https://other.invalid/"}, "a redirect to https://other.invalid/: give that URL"),
    ],
)
def test_what_is_no_mock_is_told_and_gets_no_further_question(
    capsys: pytest.CaptureFixture[str], status: int, content: bytes, headers: dict[str, str], told: str
) -> None:
    with answering(status, content, **headers) as url:
        assert main(["doctor", "--url", url]) == 2
    assert told in capsys.readouterr().err


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "127.0.0.1:8000", "ftp://127.0.0.1", "http://[", ""])
def test_a_url_that_cannot_be_asked_is_told(capsys: pytest.CaptureFixture[str], url: str) -> None:
    assert main(["doctor", "--url", url]) == 2
    assert capsys.readouterr().err.startswith("thoughtly-mock doctor: ")


def test_a_proxy_that_passes_its_own_name_on_is_told_with_the_remedy(
    proxy: Proxy, capsys: pytest.CaptureFixture[str]
) -> None:
    def named(headers: Headers) -> Headers | int:
        return [(name, "mock.example" if name.lower() == "host" else value) for name, value in headers]

    assert main(["doctor", "--url", proxy(named)]) == 2
    assert "does not answer for the host 'mock.example': ask for 127.0.0.1, or --allow-host" in capsys.readouterr().err


def test_a_name_that_no_header_can_have_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["doctor", "--header", "two words"])
    assert "'two words' cannot be the name of a header" in capsys.readouterr().err


def test_a_control_plane_that_demands_a_token_is_given_the_one_of_the_environment(
    mock_of: Callable[..., httpx.Client], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    canary = "canary-7d21-token"
    url = str(mock_of(None, Settings(control_token=canary)).base_url)
    monkeypatch.delenv("THOUGHTLY_MOCK_TOKEN", raising=False)
    assert main(["doctor", "--url", url]) == 2
    assert "x-mock-token is missing" in capsys.readouterr().err
    monkeypatch.setenv("THOUGHTLY_MOCK_TOKEN", canary)
    assert main(["doctor", "--url", url]) == 0
    assert canary not in capsys.readouterr().out
