"""The mock in the test suites of others."""

import re
from pathlib import Path

import pytest

PLACE = """
from thoughtly_client import Thoughtly

def place(contact="c", **more):
    with Thoughtly(**more) as client:
        return client.call_contact(contact_id=contact, interview_id="i")
"""


@pytest.fixture
def run(pytester: pytest.Pytester):
    """Runs a test file of a project that has the plugin, in a process of its own."""

    def run_it(tests: str, *options: str) -> pytest.RunResult:
        pytester.makepyfile(place=PLACE)
        pytester.makepyfile(test_it="import pytest\nfrom place import place\n" + tests)
        return pytester.runpytest_subprocess("-p", "no:cacheprovider", *options)

    return run_it


def test_each_test_has_a_mock_as_new_that_its_clients_find(run) -> None:
    tests = """
import os

@pytest.fixture(params=["thoughtly_mock", "thoughtly_asgi"])
def mock(request):
    return request.getfixturevalue(request.param)

def call(mock, contact):
    place(contact, **({"transport": mock.transport} if mock.transport else {}))

@pytest.mark.parametrize("turn", [1, 2])
def test_once(mock, turn):
    assert not mock.requests
    call(mock, "c")
    entry = mock.assert_called_once(contact_id="c")
    assert entry.parsed == {"contact_id": "c", "interview_id": "i"}
    assert [call.contact for call in mock.calls] == ["c"]
    mock.assert_not_called(contact_id="d")
    mock.assert_no_duplicates()
    assert os.environ["THOUGHTLY_BASE_URL"] == mock.url

async def calls_of(client):
    async with client:
        await client.call_contact(contact_id="c", interview_id="i")

def test_asynchronous_clients_find_it_too(mock):
    import asyncio
    from thoughtly_client import AsyncThoughtly
    asyncio.run(calls_of(AsyncThoughtly(**({"transport": mock.transport} if mock.transport else {}))))
    mock.assert_called_once(contact_id="c", operation="call_contact")
"""
    run(tests, "-W", "error").assert_outcomes(passed=6)


def test_the_environment_is_as_before_after_a_test(run) -> None:
    tests = """
import os

def test_with(thoughtly_mock):
    assert os.environ["THOUGHTLY_API_TOKEN"]

def test_without():
    assert not [name for name in os.environ if name.startswith("THOUGHTLY_")]
"""
    run(tests).assert_outcomes(passed=2)


def test_a_marker_says_what_is_played(run, pytester: pytest.Pytester) -> None:
    pytester.makefile(".yaml", busy="scenarios:\n  busy:\n    then: {response: {status: 503}}\n")
    tests = """
from thoughtly_client import OutcomeUnknownError, RateLimitedError

LOST = {"lost": {"match": {"nth": 1}, "then": {"fault": "lost_response"}}}

def fails(mock, error):
    with pytest.raises(error):
        place(**({"transport": mock.transport} if mock.transport else {}))

@pytest.mark.thoughtly(scenario=LOST)
def test_lost(thoughtly_mock):
    fails(thoughtly_mock, OutcomeUnknownError)
    assert thoughtly_mock.calls[0].played == "scenario lost"

@pytest.mark.thoughtly(scenario=LOST)
def test_lost_in_process(thoughtly_asgi):
    fails(thoughtly_asgi, OutcomeUnknownError)
    thoughtly_asgi.assert_called_once()

@pytest.mark.thoughtly(scenario="busy.yaml")
def test_file(thoughtly_mock):
    fails(thoughtly_mock, OutcomeUnknownError)
    thoughtly_mock.assert_not_called()

@pytest.mark.thoughtly(faults={"everything": {"rate_limit": {"requests": 0}}})
def test_faults(thoughtly_mock):
    with pytest.raises(RateLimitedError):
        place(max_retries=0)

def test_nothing_is_left_of_them(thoughtly_mock):
    place()
    thoughtly_mock.scenario(LOST)
    fails(thoughtly_mock, OutcomeUnknownError)
"""
    run(tests).assert_outcomes(passed=5)


def test_a_claim_that_fails_tells_what_happened(run) -> None:
    tests = """
def test_wrong_contact(thoughtly_mock):
    place("other")
    thoughtly_mock.assert_called_once(contact_id="c")

def test_twice(thoughtly_mock):
    place("c")
    place("c")
    thoughtly_mock.assert_no_duplicates()

def test_something_else(thoughtly_mock):
    place("c")
    assert False
"""
    result = run(tests)
    result.assert_outcomes(failed=3)
    text = result.stdout.str()
    for told in (
        "expected 1 accepted call(s) of contact_id='c', found 0",
        "(differs in contact)",
        "contact c was dialled twice within",
        "the first request was answered with success, and the contact was dialled again all the same",
    ):
        assert told in text
    assert text.count("journal of thoughtly_mock") == 3
    assert "POST  /contact/call  accepted  200  contact c" in text
    assert "mock-api-token" not in text


@pytest.mark.parametrize(
    ("marker", "told"),
    [
        ("scenarios={}", "has no scenarios=: it takes scenario=, faults= and allow_hosts="),
        ('"busy"', "has no a positional argument"),
        ('scenario={"x": {}}', '"then" is a required property'),
        ('scenario="nowhere.yaml"', "nowhere.yaml: No such file"),
        ('faults={"everything": {"lost": 1}}', "everything"),
    ],
)
def test_a_marker_that_says_nothing_sensible_is_an_error(run, marker: str, told: str) -> None:
    result = run(f"@pytest.mark.thoughtly({marker})\ndef test_it(thoughtly_asgi): pass\n")
    result.assert_outcomes(errors=1)
    assert told in result.stdout.str()


def test_no_client_reaches_another_machine(run) -> None:
    """With the plugin alone, whatever the test does with the error; what has no network is left alone."""
    tests = """
import asyncio
import httpx
from thoughtly_client import AsyncThoughtly

KEYS = {"api_token": "t", "team_id": "m"}

def test_by_default():
    place(**KEYS)

def test_swallowed():
    try:
        place(**KEYS, base_url="https://192.0.2.1")
    except BaseException:
        pass

def test_in_a_thread():
    import threading
    thread = threading.Thread(target=swallow)
    thread.start()
    thread.join()

def swallow():
    try:
        place(**KEYS)
    except BaseException:
        pass

def test_asynchronous():
    async def call():
        async with AsyncThoughtly(**KEYS) as client:
            await client.call_contact(contact_id="c", interview_id="i")
    asyncio.run(call())

def test_a_client_of_the_users():
    place(**KEYS, http_client=httpx.Client())

def test_no_network():
    transport = httpx.MockTransport(lambda request: httpx.Response(200, json={"data": {}}))
    place(**KEYS, transport=transport)

@pytest.mark.thoughtly(allow_hosts=["192.0.2.1"])
def test_allowed():
    with pytest.raises(Exception) as caught:
        place(**KEYS, base_url="http://192.0.2.1:9", timeout=0.05)
    assert "not this machine" not in str(caught.value)
"""
    result = run(tests)
    result.assert_outcomes(failed=5, passed=2)
    assert "a Thoughtly client was about to reach api.thoughtly.com, which is not this machine" in result.stdout.str()


def test_workers_have_a_mock_each(run) -> None:
    tests = """
@pytest.mark.parametrize("number", range(8))
def test_it(thoughtly_mock, number):
    place(f"contact {number}")
    assert [call.contact for call in thoughtly_mock.calls] == [f"contact {number}"]
"""
    run(tests, "-n", "2").assert_outcomes(passed=8)


def test_the_plugin_imports_neither_framework_nor_server_until_a_fixture_is_used(run) -> None:
    tests = """
import sys

def test_it():
    assert not {"connexion", "uvicorn", "starlette"} & sys.modules.keys()
"""
    run(tests).assert_outcomes(passed=1)


def test_a_fixture_says_what_is_not_installed(run, pytester: pytest.Pytester) -> None:
    pytester.makeconftest("from thoughtly_mock import pytest_plugin\npytest_plugin.missing = lambda: 'connexion'\n")
    result = run("def test_it(thoughtly_mock): pass\n")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*the fixtures of the mock need connexion: pip install 'thoughtly-kit?mock?'"])


def test_the_examples_of_the_manual_pass(pytester: pytest.Pytester) -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "pytest-plugin.md").read_text(encoding="utf-8")
    examples = re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    for number, example in enumerate(examples):
        pytester.makepyfile(**{f"test_example_{number}": example})
    pytester.runpytest_subprocess("-p", "no:cacheprovider", "-W", "error").assert_outcomes(passed=3)
