"""Where credentials come from, and that they never show."""

import copy
import io
import logging
import pickle
import traceback
from collections.abc import Iterator
from typing import Any

import pytest

from thoughtly_client import AsyncThoughtly, ConfigurationError, Thoughtly, ThoughtlyError

TOKEN = "canary-token-5c1f"
TEAM = "canary-team-77ab"
GOOD: dict[str, Any] = {"contact_id": "c", "interview_id": "i"}


@pytest.fixture(params=[Thoughtly, AsyncThoughtly])
def kind(request: pytest.FixtureRequest) -> Any:
    return request.param


def test_the_environment_stands_in_for_arguments(monkeypatch: pytest.MonkeyPatch, accepting: Any) -> None:
    monkeypatch.setenv("THOUGHTLY_API_TOKEN", TOKEN)
    monkeypatch.setenv("THOUGHTLY_TEAM_ID", TEAM)
    monkeypatch.setenv("THOUGHTLY_BASE_URL", accepting.url + "/")
    with Thoughtly() as client:
        client.call_contact(**GOOD)
    ((head, _),) = accepting.requests
    assert f"x-api-token: {TOKEN}".encode() in head
    assert f"team_id: {TEAM}".encode() in head


def test_arguments_win_over_the_environment(monkeypatch: pytest.MonkeyPatch, accepting: Any) -> None:
    monkeypatch.setenv("THOUGHTLY_TEAM_ID", "other")
    with Thoughtly(api_token=TOKEN, team_id=TEAM, base_url=accepting.url) as client:
        client.call_contact(**GOOD)
    assert f"team_id: {TEAM}".encode() in accepting.requests[0][0]


def test_the_server_of_the_spec_is_the_default(kind: Any) -> None:
    assert kind(api_token=TOKEN, team_id=TEAM).base_url == "https://api.thoughtly.com"


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "no token": ({"api_token": None}, "api_token is missing or empty: .* THOUGHTLY_API_TOKEN"),
    "empty token": ({"api_token": ""}, "api_token is missing or empty: .* THOUGHTLY_API_TOKEN"),
    "blank team": ({"team_id": "  "}, "team_id is missing or empty: .* THOUGHTLY_TEAM_ID"),
    "token with a line break": ({"api_token": TOKEN + "\n"}, "api_token holds a space, a line break"),
    "token of bytes": ({"api_token": TOKEN.encode()}, "api_token must be a string"),
    "no scheme": ({"base_url": "api.thoughtly.com"}, "base_url must be like https://host.*THOUGHTLY_BASE_URL"),
    "empty url": ({"base_url": ""}, "base_url must be like"),
    "another scheme": ({"base_url": "ftp://host"}, "base_url must be like"),
    "a password in the url": ({"base_url": "https://user:password@host"}, "must not hold a user name or password"),
    "a query in the url": ({"base_url": "https://host?x=1"}, "must not hold a query or fragment"),
    "a port beyond all ports": ({"base_url": "https://host:99999"}, "base_url is no URL"),
    "a time-out of nothing": ({"timeout": 0}, "timeout must be a positive number"),
    "a deadline in words": ({"deadline": "soon"}, "deadline must be a positive number"),
    "half a retry": ({"max_retries": 1.5}, "max_retries must be a whole number from 0 on"),
    "less than no retry": ({"max_retries": -1}, "max_retries must be a whole number"),
    "a rate of nothing": ({"rate_limit": "0/min"}, "rate_limit must look like '100/min'"),
    "a rate that is a number": ({"rate_limit": 100}, "rate_limit must look like '100/min'"),
    "a ledger in no folder": ({"ledger": "/nowhere/at/all.sqlite"}, "the ledger /nowhere/at/all.sqlite cannot be used"),
    "a client and a transport": ({"http_client": object(), "transport": object()}, "of its own: set them there"),
}


@pytest.mark.parametrize(("settings", "told"), BAD.values(), ids=BAD)
def test_a_bad_setting_is_named_and_credentials_are_not_told(kind: Any, settings: dict[str, Any], told: str) -> None:
    with pytest.raises(ConfigurationError, match=told) as caught:
        kind(**{"api_token": TOKEN, "team_id": TEAM} | settings)
    assert not caught.value.may_have_placed_call
    assert_no_canary(shown_by(caught.value))


def shown_by(error: BaseException) -> str:
    """Return all that an error tells: texts, pickle, and its traceback with the locals of the client's frames."""
    seen = [str(error), repr(error), repr(getattr(error, "circumstances", None)), frames_of(error)]
    if isinstance(error, ThoughtlyError):
        seen.append(pickle.dumps(error).decode("latin-1"))
        response = error.response
        seen.append(f"{dict(response.headers)} {response.content!r}" if response else "")
    return "\n".join(seen)


def frames_of(error: BaseException) -> str:
    told = []
    for link in chain(error):
        cause_request = getattr(link, "_request", None)
        told.append(str(getattr(cause_request, "headers", {}).items()))
        for frame, _ in traceback.walk_tb(link.__traceback__):
            if "thoughtly_client" in frame.f_code.co_filename and "tests" not in frame.f_code.co_filename:
                told += [f"{name}={value!r}" for name, value in frame.f_locals.items()]
    return "\n".join(told)


def chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def assert_no_canary(text: str) -> None:
    assert TOKEN not in text
    assert TEAM not in text


ECHO = f'{{"data": {{}}, "error": {{"token": "{TOKEN}", "team": "{TEAM}"}}}}'.encode()


@pytest.mark.parametrize("status", [200, 202, 400, 401, 500])
def test_an_echo_of_the_keys_is_masked_in_errors_and_logs(
    status: int, raw_server: Any, caplog: pytest.LogCaptureFixture
) -> None:
    def behave(peer: Any) -> None:
        while peer.read() is not None:
            peer.reply(status, ECHO, f"x-echo: {TOKEN}")

    caplog.set_level(logging.DEBUG)
    with (
        Thoughtly(api_token=TOKEN, team_id=TEAM, base_url=raw_server(behave).url) as client,
        pytest.raises(ThoughtlyError) as caught,
    ):
        client.call_contact(**GOOD)
    assert_no_canary(shown_by(caught.value))
    assert_no_canary("\n".join(r.getMessage() for r in caplog.records if r.name.startswith("thoughtly")))


def test_a_transport_failure_tells_no_key(raw_server: Any) -> None:
    server = raw_server(lambda peer: peer.close())
    with (
        Thoughtly(api_token=TOKEN, team_id=TEAM, base_url=server.url) as client,
        pytest.raises(ThoughtlyError) as caught,
    ):
        client.call_contact(**GOOD)
    assert_no_canary(shown_by(caught.value))


def test_a_client_shows_no_key_and_cannot_be_copied(kind: Any) -> None:
    client = kind(api_token=TOKEN, team_id=TEAM)
    assert_no_canary(repr(client) + str(client) + repr(vars(client)) + repr(client._core.settings))
    for copying in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError, match="cannot be copied or pickled"):
            copying(client)
    with pytest.raises(TypeError, match="cannot be copied or pickled"):
        pickle.dumps(client.with_raw_response)


def test_one_line_a_request_at_info_and_bodies_at_debug(accepting: Any, caplog: pytest.LogCaptureFixture) -> None:
    with Thoughtly(api_token=TOKEN, team_id=TEAM, base_url=accepting.url) as client:
        caplog.set_level(logging.INFO, "thoughtly_client")
        client.call_contact(**GOOD)
        lines = [record.getMessage() for record in caplog.records if record.name == "thoughtly_client"]
        assert len(lines) == 1
        assert lines[0].startswith("POST call_contact -> 200 ACCEPTED in ")
        caplog.set_level(logging.DEBUG, "thoughtly_client")
        client.call_contact(**GOOD)
    text = "\n".join(record.getMessage() for record in caplog.records)
    assert '"interview_id":"i"' in text
    assert_no_canary(text)


def test_a_log_formatter_with_locals_tells_no_key(raw_server: Any) -> None:
    stream = io.StringIO()
    server = raw_server(lambda peer: peer.close())
    with Thoughtly(api_token=TOKEN, team_id=TEAM, base_url=server.url) as client:
        try:
            client.call_contact(**GOOD)
        except ThoughtlyError as error:
            stream.write("".join(traceback.format_exception(error)))
    assert_no_canary(stream.getvalue())
