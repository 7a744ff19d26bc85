"""A server whose calls are real is checked only when it was named twice, and every reason not to is one clear line."""

import argparse
import json
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
import trustme

from thoughtly_contract.errors import ContractError, TargetError, UsageError
from thoughtly_contract.guard.flags import PERMISSION, add_options
from thoughtly_contract.guard.options import default_file
from thoughtly_contract.guard.pace import Pace
from thoughtly_contract.guard.upstream import Upstream, require_permission
from thoughtly_openapi.loader import load_spec

Contract = Callable[..., CompletedProcess[str]]
LIVE = Upstream("https://api.example.com", "https", "api.example.com", 443, b"", "192.0.2.1")


@pytest.mark.parametrize(
    ("live", "environment"),
    [
        (None, None),
        ("api.example.com", None),
        (None, "api.example.com"),
        ("example.com", "api.example.com"),
        ("api.example.com", "1"),
        ("api.example.com", ""),
        ("*", "api.example.com"),
        ("api.example.com.evil.example", "api.example.com"),
        ("https://api.example.com", "api.example.com"),
    ],
)
def test_a_live_host_is_named_twice_and_both_times_exactly(live: str | None, environment: str | None) -> None:
    variables = {} if environment is None else {PERMISSION: environment}
    with pytest.raises(UsageError, match=r"api\.example\.com"):
        require_permission(LIVE, live, variables)


@pytest.mark.parametrize("named", ["api.example.com", "API.Example.Com", "api.example.com.", " api.example.com"])
def test_a_host_is_the_same_in_any_case_and_with_a_final_dot(named: str) -> None:
    require_permission(LIVE, named, {PERMISSION: named})


def test_a_live_server_without_tls_is_refused() -> None:
    plain = Upstream("http://api.example.com", "http", "api.example.com", 80, b"", "192.0.2.1")
    with pytest.raises(TargetError, match="refused over http"):
        require_permission(plain, "api.example.com", {PERMISSION: "api.example.com"})


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000", "http://[::1]:8000/base", "http://localhost"])
def test_a_server_on_this_machine_needs_no_permission(url: str) -> None:
    require_permission(Upstream.of(url), None, {})


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("ftp://127.0.0.1", "an upstream is https://HOST"),
        ("http://", "an upstream is https://HOST"),
        ("http://user:pass@127.0.0.1", "only a scheme, a host, a port and a path"),
        ("http://127.0.0.1/?a=b", "only a scheme, a host, a port and a path"),
        ("http://127.0.0.1:99999", "is no URL"),
        ("http://no-such-host.invalid", "cannot be looked up"),
    ],
)
def test_what_is_no_upstream_is_refused(url: str, told: str) -> None:
    with pytest.raises(ContractError, match=told) as raised:
        Upstream.of(url)
    assert "pass" not in str(raised.value)


def test_each_host_has_a_file_of_its_own(tmp_path: Path) -> None:
    file = default_file(LIVE, {"XDG_STATE_HOME": str(tmp_path)})
    assert file == tmp_path / "thoughtly-contract" / "api.example.com-443.json"
    assert file.parent.stat().st_mode & 0o077 == 0


def test_requests_are_spaced_out_over_everyone_who_shares_a_file(tmp_path: Path) -> None:
    first, second = Pace(tmp_path / "pace", 60), Pace(tmp_path / "pace", 60)
    waits = [pace.next_moment() for pace in (first, second, first)]
    assert waits[0] == pytest.approx(0, abs=0.9)
    assert waits[1] - waits[0] == pytest.approx(1, abs=0.9)
    assert waits[2] - waits[0] == pytest.approx(2, abs=0.9)


def test_every_option_is_in_the_manual() -> None:
    parser = argparse.ArgumentParser(add_help=False)
    add_options(parser)
    page = (Path(__file__).resolve().parents[2] / "docs" / "guard.md").read_text(encoding="utf-8")
    named = re.findall(r"--[a-z-]+", parser.format_help())
    assert len(named) > 5
    assert [option for option in named if f"| `{option}" not in page] == []


# The command


@pytest.fixture
def budget(tmp_path: Path) -> list[str]:
    """Options that count calls in a file of this test."""
    return ["--guard", "--rate", "100000", "--budget", str(tmp_path / "budget.json")]


@pytest.mark.parametrize("options", [(), ("--live", "192.0.2.1"), ("--max-calls", "1"), ("--dry-run",)])
def test_a_server_elsewhere_is_not_checked_without_permission(contract: Contract, options: tuple[str, ...]) -> None:
    result = contract("--target", "https://192.0.2.1", *options)
    assert result.returncode == 2
    told = "thoughtly-contract: 192.0.2.1 could place real calls: give --live 192.0.2.1, and THOUGHTLY_CONTRACT_LIVE="
    assert result.stderr.startswith(told)
    assert result.stderr.count("\n") == 1


def test_without_allowed_calls_the_guarded_checks_place_none(
    contract: Contract, serve: Any, budget: list[str], tmp_path: Path
) -> None:
    with serve(load_spec()) as url:
        result = contract("--target", url, *budget)
    assert result.returncode == 0, result.stdout + result.stderr
    assert json.loads((tmp_path / "budget.json").read_text())["calls"] == []


def test_one_allowed_call_is_placed_upon_the_allowed_contact(
    contract: Contract, serve: Any, budget: list[str], tmp_path: Path
) -> None:
    with serve(load_spec()) as url:
        result = contract("--target", url, *budget, "--max-calls", "1", "--allow-contact", "ann")
        again = contract("--target", url, *budget, "--max-calls", "1", "--allow-contact", "ann")
    assert (result.returncode, again.returncode) == (0, 0), result.stdout + again.stdout
    assert [call["contact"] for call in json.loads((tmp_path / "budget.json").read_text())["calls"]] == ["ann"]
    assert "200" not in _never_answered(result)
    assert "200" in _never_answered(again)


def _never_answered(result: CompletedProcess[str]) -> str:
    return next(line for line in result.stdout.splitlines() if line.startswith("documented, never answered"))


def test_faults_are_found_through_the_guard(contract: Contract, serve: Any, budget: list[str]) -> None:
    with serve(load_spec(), "either-key") as url:
        result = contract("--target", url, *budget)
    assert result.returncode == 1
    assert "KeysNotEnforced" in result.stdout


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--max-calls", "1"], "--max-calls without --allow-contact"),
        (["--budget", "/nowhere/budget.json"], "/nowhere/budget.json.lock: No such file or directory"),
    ],
)
def test_options_that_make_no_sense_are_refused(contract: Contract, serve: Any, options: list[str], told: str) -> None:
    with serve(load_spec()) as url:
        result = contract("--target", url, "--guard", *options)
    assert (result.returncode, told in result.stderr, result.stderr.count("\n")) == (2, True, 1), result.stderr


def test_a_damaged_budget_stops_the_command(contract: Contract, serve: Any, budget: list[str], tmp_path: Path) -> None:
    (tmp_path / "budget.json").write_text("{")
    with serve(load_spec()) as url:
        result = contract("--target", url, *budget)
    assert result.returncode == 2
    assert "budget.json is no budget of calls, or is damaged; nothing is sent\n" in result.stderr


# TLS


@contextmanager
def tls_server(certificate: trustme.LeafCert) -> Iterator[tuple[int, list[bytes]]]:
    """Serve TLS on this machine; yield the port and what was read."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    read: list[bytes] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                plain, _ = listener.accept()
                with context.wrap_socket(plain, server_side=True) as connection:
                    read.append(connection.recv(65536))
                    connection.sendall(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n")
            except ssl.SSLError:
                continue
            except OSError:
                return

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield listener.getsockname()[1], read
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


AUTHORITY = trustme.CA()
YESTERDAY = datetime.now(UTC) - timedelta(days=1)
CERTIFICATES = {
    "expired": (AUTHORITY.issue_cert("127.0.0.1", not_after=YESTERDAY), "certificate has expired"),
    "of another host": (AUTHORITY.issue_cert("other.example"), "IP address mismatch"),
    "of an unknown authority": (trustme.CA().issue_cert("127.0.0.1"), "unable to get local issuer certificate"),
}


@pytest.mark.parametrize("kind", CERTIFICATES)
def test_a_certificate_that_is_not_right_is_one_clear_line(
    contract: Contract, budget: list[str], tmp_path: Path, kind: str
) -> None:
    certificate, told = CERTIFICATES[kind]
    AUTHORITY.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    with tls_server(certificate) as (port, read):
        target = f"https://127.0.0.1:{port}"
        result = contract("--target", target, *budget, SSL_CERT_FILE=str(tmp_path / "ca.pem"))
    assert result.returncode == 2, result.stdout
    assert told in result.stderr
    assert result.stderr.count("\n") == 1
    assert read == []


def test_a_right_certificate_is_taken(contract: Contract, budget: list[str], tmp_path: Path) -> None:
    AUTHORITY.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    with tls_server(AUTHORITY.issue_cert("127.0.0.1")) as (port, read):
        target = f"https://127.0.0.1:{port}"
        result = contract("--target", target, *budget, "-k", "test_keys", SSL_CERT_FILE=str(tmp_path / "ca.pem"))
    assert result.returncode == 1
    assert len(read) > 10


@pytest.mark.parametrize(
    ("answer", "told"), [(b"", "closed the connection without an answer"), (None, "cannot be reached")]
)
def test_a_server_that_does_not_answer_is_one_clear_line(
    contract: Contract, budget: list[str], raw_answer: Any, answer: bytes | None, told: str
) -> None:
    with raw_answer(answer) as url:
        result = contract("--target", url, *budget)
    assert result.returncode == 2
    assert told in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.fixture
def raw_answer() -> Callable[..., Any]:
    """Serve the same bytes to everyone; with None, nothing listens."""

    @contextmanager
    def serve(answer: bytes | None) -> Iterator[str]:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            url = f"http://127.0.0.1:{listener.getsockname()[1]}"
            if answer is None:
                listener.close()
                yield url
                return
            threading.Thread(target=_serve, args=(listener, answer), daemon=True).start()
            yield url
            listener.shutdown(socket.SHUT_RDWR)

    return serve


def _serve(listener: socket.socket, answer: bytes) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        with connection:
            connection.recv(65536)
            connection.sendall(answer)
