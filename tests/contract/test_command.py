"""The command refuses what is not this machine, and says in one line why it cannot run."""

import re
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from thoughtly_contract.errors import TargetError
from thoughtly_contract.loopback import require_loopback

Contract = Callable[..., subprocess.CompletedProcess[str]]


@pytest.mark.parametrize(
    ("url", "meant"),
    [
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://127.8.9.1:8000/", "http://127.8.9.1:8000"),
        ("http://[::1]:8000/base/", "http://[::1]:8000/base"),
        ("http://[::ffff:127.0.0.1]:1", "http://127.0.0.1:1"),
        ("HTTP://127.0.0.1", "http://127.0.0.1:80"),
    ],
)
def test_loopback_addresses_are_taken(url: str, meant: str) -> None:
    assert require_loopback(url) == meant


def answer_with(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0)) for address in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_arguments, **_options: found)


def test_a_name_for_loopback_is_replaced_by_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looked up once, it cannot mean another machine in the next request."""
    answer_with(monkeypatch, "127.0.0.1", "::1")
    assert require_loopback("http://localhost:8000") == "http://127.0.0.1:8000"


@pytest.mark.parametrize("addresses", [["198.51.100.7"], ["127.0.0.1", "198.51.100.7"], ["::1", "2001:db8::1"]])
def test_a_name_that_means_another_machine_is_refused(monkeypatch: pytest.MonkeyPatch, addresses: list[str]) -> None:
    answer_with(monkeypatch, *addresses)
    with pytest.raises(TargetError, match="no loopback address"):
        require_loopback("http://localhost.example:8000")


@pytest.mark.parametrize(
    "url",
    [
        "http://198.51.100.7",
        "http://0.0.0.0:8000",
        "http://0:8000",
        "http://[::]:8000",
        "http://2130706433:8000",
        "http://0x7f000001",
        "http://0x7f.1",
        "http://127.1",
        "http://0177.0.0.1",
        "http://3325256711",
        "http://[::ffff:198.51.100.7]",
        "http://[fe80::1]",
        "http://10.0.0.1",
        "http://169.254.169.254",
        "https://127.0.0.1",
        "ftp://127.0.0.1",
        "//127.0.0.1",
        "http://",
        "http://user:secret@127.0.0.1",
        "http://127.0.0.1@198.51.100.7",
        "http://127.0.0.1:99999",
        "http://127.0.0.1?x=1",
        "http://[127.0.0.1",
        "mokc",
    ],
)
def test_everything_else_is_refused(url: str) -> None:
    with pytest.raises(TargetError):
        require_loopback(url)


def refused(result: subprocess.CompletedProcess[str], reason: str) -> None:
    assert result.returncode == 2, result.stdout + result.stderr
    assert reason in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_target_that_is_not_loopback_is_one_clear_line(contract: Contract) -> None:
    refused(contract("--target", "http://198.51.100.7"), "could place real calls")


def test_a_target_where_nothing_listens_is_one_clear_line(contract: Contract) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    refused(contract("--target", f"http://127.0.0.1:{port}"), "nothing speaks HTTP")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("openapi: 3.0.0", "is not JSON"),
        ("[]", "is not a compiled OpenAPI document"),
        ('{"paths": {}}', "describes no operation"),
        ('{"paths": {"/x": {"get": {}}}}', "is not a compiled OpenAPI document"),
    ],
)
def test_a_spec_that_does_not_load_is_one_clear_line(
    contract: Contract, tmp_path: Path, content: str, reason: str
) -> None:
    (tmp_path / "spec.json").write_text(content)
    refused(contract("--spec", "spec.json", keys=False), reason)


def test_a_spec_that_is_not_there_is_one_clear_line(contract: Contract) -> None:
    refused(contract("--spec", "nowhere.json"), "nowhere.json: No such file")


@pytest.mark.parametrize(
    ("option", "reason"),
    [
        ("--key=x-api-token", "say HEADER=VARIABLE"),
        ("--key=x-api-token=NOT_SET_ANYWHERE", "no such environment variable"),
        ("--key=authorization=HOME", "the spec asks for team_id, x-api-token"),
        ("--junit=no/such/folder/report.xml", "there is no folder"),
    ],
)
def test_an_option_that_makes_no_sense_is_one_clear_line(contract: Contract, option: str, reason: str) -> None:
    refused(contract(option, keys=False), reason)


def test_every_option_is_in_the_manual(contract: Contract) -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "contract.md").read_text(encoding="utf-8")
    options = set(re.findall(r"(?<![\w-])--[a-z-]+", contract("--help").stdout)) - {"--help"}
    assert len(options) > 15
    assert [option for option in sorted(options) if f"`{option}" not in page] == []
