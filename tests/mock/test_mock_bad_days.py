"""Magic contact ids: a bad day on request, over a socket, and what the kit's own client makes of it."""

import socket
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from thoughtly_client import AcceptedUnparsedError, Outcome, Thoughtly, ThoughtlyError
from thoughtly_mock import MemoryStore, Verdict, create_app, magic
from thoughtly_mock.asgi import AsgiTransport
from thoughtly_mock.perform import BrokenExchangeError
from thoughtly_mock.play import FaultKind

ROOT = Path(__file__).resolve().parents[2]
HEADERS = {"x-api-token": "t", "team_id": "m"}


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def mock(mock_of: Callable[..., httpx.Client], store: MemoryStore) -> httpx.Client:
    return mock_of(store=store)


def call(mock: httpx.Client, contact: str, **more: object) -> httpx.Response:
    return mock.post("/contact/call", json={"contact_id": contact, "interview_id": "i"}, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(("contact", "status"), magic.STATUSES.items(), ids=map(str, magic.STATUSES.values()))
def test_a_contact_is_answered_with_its_status(
    mock: httpx.Client, store: MemoryStore, contact: str, status: int
) -> None:
    answer = call(mock, contact)
    assert answer.status_code == status == int(contact[-3:])
    assert answer.json()["error"]["status"] == status
    assert ("retry-after" in answer.headers) == (status == 429)
    (entry,) = store.entries()
    assert (entry.verdict, entry.played, entry.contact) == (Verdict.FAILED, f"magic {status}", contact)


BROKEN = {
    magic.LOST_RESPONSE: httpx.RemoteProtocolError,
    magic.RESET: httpx.ReadError,
    magic.RESET_AFTER: httpx.ReadError,
    magic.STALL: httpx.ReadTimeout,
    magic.TRUNCATED: httpx.RemoteProtocolError,
}


@pytest.mark.parametrize(("contact", "error"), BROKEN.items(), ids=[magic.FAULTS[contact] for contact in BROKEN])
def test_an_exchange_breaks_as_its_name_says(
    mock: httpx.Client, store: MemoryStore, contact: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        call(mock, contact, timeout=0.5)
    (entry,) = store.entries()
    assert entry.fault == magic.FAULTS[contact]
    assert entry.verdict == (Verdict.FAILED if contact == magic.RESET else Verdict.ACCEPTED)


def test_a_reset_is_one_on_the_wire(mock: httpx.Client) -> None:
    body = b'{"contact_id": "%s", "interview_id": "i"}' % magic.RESET.encode()
    head = (
        b"POST /contact/call HTTP/1.1\r\nhost: m\r\nx-api-token: t\r\nteam_id: m\r\ncontent-type: application/json\r\n"
    )
    with socket.create_connection((mock.base_url.host, mock.base_url.port or 0), timeout=60) as connection:
        connection.sendall(head + b"content-length: %d\r\n\r\n" % len(body) + body)
        with pytest.raises(ConnectionResetError):
            connection.recv(1)


def test_bodies_are_spoilt(mock: httpx.Client) -> None:
    malformed, wrong = call(mock, magic.MALFORMED), call(mock, magic.WRONG_TYPE)
    assert (malformed.status_code, malformed.headers["content-type"]) == (200, "application/json")
    with pytest.raises(ValueError, match="Expecting"):
        malformed.json()
    assert (wrong.status_code, wrong.headers["content-type"]) == (200, "text/html")
    error = call(mock, magic.ERROR_ON_SUCCESS)
    assert error.status_code == 200
    assert error.json()["error"]["detail"]
    assert call(mock, magic.DRIP).json() == {"error": None, "data": {}}


OUTCOMES = {
    **{contact: Outcome.REJECTED for contact, status in magic.STATUSES.items() if status < 500},
    **{contact: Outcome.UNKNOWN for contact, status in magic.STATUSES.items() if status >= 500},
    magic.CONFLICT: Outcome.UNKNOWN,
    magic.LOST_RESPONSE: Outcome.UNKNOWN,
    magic.STALL: Outcome.UNKNOWN,
    magic.RESET: Outcome.UNKNOWN,
    magic.RESET_AFTER: Outcome.UNKNOWN,
    magic.TRUNCATED: Outcome.ACCEPTED,
    magic.MALFORMED: Outcome.ACCEPTED,
    magic.WRONG_TYPE: Outcome.ACCEPTED,
    magic.ERROR_ON_SUCCESS: Outcome.REJECTED,
    magic.DRIP: Outcome.ACCEPTED,
}


@pytest.mark.parametrize(("contact", "outcome"), OUTCOMES.items(), ids=[contact[-3:] for contact in OUTCOMES])
def test_the_kits_client_never_takes_one_outcome_for_another(
    mock: httpx.Client, store: MemoryStore, contact: str, outcome: Outcome
) -> None:
    """It may not know; but what it says to know is what the journal says."""
    assert set(OUTCOMES) == {*magic.STATUSES, *magic.FAULTS}
    with Thoughtly(api_token="t", team_id="m", base_url=str(mock.base_url), max_retries=0, timeout=1.0) as client:
        assert outcome_of(client, contact) is outcome
    (entry,) = store.entries()
    known = {Verdict.ACCEPTED: Outcome.ACCEPTED, Verdict.FAILED: Outcome.REJECTED}[entry.verdict]
    assert outcome in {known, Outcome.UNKNOWN}


def outcome_of(client: Thoughtly, contact: str) -> Outcome:
    try:
        client.call_contact(contact_id=contact, interview_id="i")
    except AcceptedUnparsedError:
        return Outcome.ACCEPTED
    except ThoughtlyError as error:
        return error.outcome
    return Outcome.ACCEPTED


@pytest.mark.parametrize(("contact", "error"), BROKEN.items(), ids=[magic.FAULTS[contact] for contact in BROKEN])
def test_in_process_a_broken_exchange_is_the_same_error(contact: str, error: type[Exception]) -> None:
    """Through the kit's transport; a plain one raises what the mock raises."""
    transport = AsgiTransport(create_app())
    for _ in range(2):
        with httpx.Client(transport=transport, base_url="http://localhost", headers=HEADERS) as client:
            with pytest.raises(error) as caught:
                call(client, contact)
            assert isinstance(caught.value.__cause__, BrokenExchangeError)
            assert caught.value.__cause__.kind is magic.FAULTS[contact]
    transport.stop()


def test_other_contacts_are_not_magic() -> None:
    assert magic.play_of("3fa85f64-5717-4562-b3fc-2c963f66afa6") is None
    assert magic.play_of(magic.magic_id(418)) is None


def test_every_fault_has_a_magic_contact_and_a_line_in_the_manual() -> None:
    assert set(magic.FAULTS.values()) == set(FaultKind)
    page = (ROOT / "docs" / "mock-bad-days.md").read_text(encoding="utf-8")
    names = {value: name for name, value in vars(magic).items() if isinstance(value, str) and name.isupper()}
    for contact in (*magic.STATUSES, *magic.FAULTS):
        assert f"| `…{contact[-3:]}` | `{names[contact]}` |" in page
