"""The control plane: described by its own document, guarded against other sites, and checked by the contract suite."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest
from openapi_spec_validator import validate
from prometheus_client.parser import text_string_to_metric_families

from thoughtly_mock import Settings, Verdict
from thoughtly_mock.control.document import control_document
from thoughtly_mock.schemas import Schemas
from thoughtly_mock.testing import ThoughtlyMock, served_mock
from thoughtly_openapi.loader import load_spec, operations, resolve

KEYS = {"x-api-token": "t", "team_id": "m"}
CALL = {"contact_id": "ann", "interview_id": "i"}
TOKEN = "canary-77aa-control"


@pytest.fixture(scope="module")
def mock() -> Any:
    with served_mock(settings=Settings(events_seconds=0.005)) as made:
        yield made


@pytest.fixture
def client(mock: ThoughtlyMock) -> Any:
    mock.reset()
    with httpx.Client(base_url=mock.url, headers=KEYS, trust_env=False) as made:
        yield made


# The document

DOCUMENT = control_document(load_spec())
EXAMPLES = {
    "mock_verify": {"match": {"operation": "call_contact"}, "count": {"exactly": 1}},
    "mock_set_scenarios": {"scenarios": {"a": {"then": [{"delay": 0}, {"fault": "drip"}]}}},
    "mock_set_faults": {"operations": {"call_contact": {"rate_limit": {"requests": 9}}}},
}


def test_the_document_is_served_and_is_valid_openapi(client: httpx.Client) -> None:
    assert client.get("/_mock/openapi.json").json() == DOCUMENT
    validate(DOCUMENT)


@pytest.mark.parametrize("operation", list(operations(DOCUMENT)), ids=lambda operation: operation.operation_id)
def test_every_operation_answers_as_its_document_says(client: httpx.Client, operation: Any) -> None:
    client.post("/contact/call", json=CALL)
    body = EXAMPLES.get(operation.operation_id)
    assert (body is None) == ("requestBody" not in operation.definition)
    answer = client.request(operation.method.upper(), operation.path, json=body)
    response = resolve(DOCUMENT, operation.definition["responses"][str(answer.status_code)])
    assert answer.is_success
    require_documented(answer, response)


def require_documented(answer: httpx.Response, response: Any) -> None:
    if answer.status_code == 204:
        assert answer.content == b""
        return
    kind = answer.headers["content-type"].split(";")[0]
    assert kind in response["content"]
    if kind == "application/json":
        Schemas(DOCUMENT, "response").compile(response["content"][kind]["schema"]).validate(answer.json())


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "told"),
    [
        ("GET", "/_mock/requests?limit=0&status=abc&verdict=fine", None, 400, "(and 2 more)"),
        ("GET", "/_mock/requests?since=yesterday", None, 400, "query since"),
        ("GET", "/_mock/duplicates?window=-1", None, 400, "query window"),
        ("PUT", "/_mock/scenarios", {"scenarios": {"a": {"then": {"fault": "x"}}}}, 400, "/scenarios/a/then/fault"),
        ("PUT", "/_mock/scenarios", {"scenario": {}}, 400, "'scenario' was unexpected"),
        ("PUT", "/_mock/faults", {"everything": {"drip": 2}}, 400, "/everything/drip"),
        ("POST", "/_mock/verify", {"match": {}}, 400, '"count" is a required property'),
        ("POST", "/_mock/health", None, 405, "only GET, HEAD"),
        ("GET", "/_mock/nowhere", None, 404, "no path /_mock/nowhere"),
        ("GET", "/_mock/", None, 404, "no path /_mock/"),
    ],
)
def test_a_wrong_request_is_refused_in_the_shape_of_the_document(
    client: httpx.Client, method: str, path: str, body: Any, status: int, told: str
) -> None:
    answer = client.request(method, path, json=body)
    assert answer.status_code == status
    assert told in answer.json()["error"]["detail"]
    jsonschema.validate(answer.json(), {"required": ["error", "data"]})


def test_the_contract_suite_passes_on_it(mock: ThoughtlyMock, tmp_path: Path) -> None:
    """The same one that checks servers of the API: all phases of schemathesis, and the battery."""
    document = tmp_path / "control.json"
    document.write_text(json.dumps(DOCUMENT))
    command = [sys.executable, "-m", "thoughtly_contract", "--target", mock.url, "--spec", str(document)]
    done = subprocess.run([*command, "--max-examples", "5"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


# What it tells and takes


def test_what_is_asked_of_it_is_not_in_the_journal(client: httpx.Client, mock: ThoughtlyMock) -> None:
    client.get("/_mock/requests")
    client.get("/_mock/nowhere")
    client.put("/_mock/faults", json={"everything": {"drip": 2}})
    client.get("/docs")
    assert not mock.requests


def test_scenarios_and_faults_are_set_shown_and_cleared(client: httpx.Client) -> None:
    for path, body in (
        ("/_mock/scenarios", EXAMPLES["mock_set_scenarios"]),
        ("/_mock/faults", EXAMPLES["mock_set_faults"]),
    ):
        assert client.put(path, json=body).json() == client.get(path).json() == body
        assert client.delete(path).status_code == 204
        assert client.get(path).json() == ({"scenarios": {}} if "scenarios" in body else {})


def test_a_refused_change_changes_nothing(client: httpx.Client) -> None:
    client.put("/_mock/scenarios", json=EXAMPLES["mock_set_scenarios"])
    assert client.put("/_mock/scenarios", json={"scenarios": {"b": {}}}).status_code == 400
    assert client.get("/_mock/scenarios").json() == EXAMPLES["mock_set_scenarios"]


def test_after_a_reset_the_mock_is_as_new(client: httpx.Client) -> None:
    client.put("/_mock/scenarios", json={"scenarios": {"a": {"then": {"response": {"status": 503}}}}})
    assert client.post("/contact/call", json=CALL).status_code == 503
    assert client.post("/_mock/reset").status_code == 204
    assert client.get("/_mock/requests").json() == {"requests": []}
    assert client.post("/contact/call", json=CALL).status_code == 200


def test_events_go_on_where_they_were_left(client: httpx.Client) -> None:
    """As an EventSource does it: with the id of the last event that it saw."""
    for contact in ("ann", "bob"):
        client.post("/contact/call", json={**CALL, "contact_id": contact})
    first = client.get("/_mock/events")
    assert first.headers["content-type"].startswith("text/event-stream")
    numbers = [line.removeprefix("id: ") for line in first.text.splitlines() if line.startswith("id: ")]
    assert len(numbers) == 2
    rest = client.get("/_mock/events", headers={"last-event-id": numbers[0]})
    data = [json.loads(line.removeprefix("data: ")) for line in rest.text.splitlines() if line.startswith("data: ")]
    assert [entry["contact"] for entry in data] == ["bob"]
    assert client.get(f"/_mock/events?after={numbers[1]}").text == "retry: 100\n\n"


def test_an_event_comes_while_the_stream_is_open() -> None:
    with (
        served_mock(settings=Settings(events_seconds=60)) as mock,
        httpx.Client(base_url=mock.url, headers=KEYS, trust_env=False, timeout=60) as client,
        client.stream("GET", "/_mock/events") as stream,
    ):
        lines = stream.iter_lines()
        assert next(lines) == "retry: 100"
        httpx.post(f"{mock.url}/contact/call", json=CALL, headers=KEYS, trust_env=False)
        assert next(line for line in lines if line.startswith("event:")) == "event: request"


def test_metrics_count_requests_by_what_became_of_them(client: httpx.Client) -> None:
    client.put("/_mock/scenarios", json={"scenarios": {"a": {"match": {"nth": 2}, "then": {"fault": "malformed"}}}})
    client.post("/contact/call", json=CALL)
    client.post("/contact/call", json=CALL)
    client.get("/nowhere")
    families = {family.name: family for family in text_string_to_metric_families(client.get("/_mock/metrics").text)}
    samples = families["thoughtly_mock_requests"].samples
    counts = {
        tuple(sample.labels[name] for name in ("operation", "verdict", "status", "played")): sample.value
        for sample in samples
    }
    assert counts == {
        ("call_contact", "accepted", "200", ""): 1,
        ("call_contact", "accepted", "200", "scenario a"): 1,
        ("", "refused", "404", ""): 1,
    }
    assert families["thoughtly_mock_journal_entries"].samples[0].value == 3


# Who may use it


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"host": "localhost"}, 200),
        ({"host": "LOCALHOST:8000"}, 200),
        ({"host": "127.0.0.1:1"}, 200),
        ({"host": "127.9.9.9"}, 200),
        ({"host": "[::1]:8000"}, 200),
        ({"host": "mock.localhost"}, 200),
        ({"host": "evil.example"}, 403),
        ({"host": "127.0.0.1.evil.example"}, 403),
        ({"host": "localhost.evil.example:8000"}, 403),
        ({"host": "evil.example:8000@localhost"}, 403),
        ({"host": "192.168.0.1"}, 403),
        ({"host": "0.0.0.0"}, 403),
        ({"host": "[::ffff:127.0.0.1]"}, 403),
        ({"host": "]["}, 403),
        ({"host": "2130706433"}, 403),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://localhost:1", "host": "localhost:2"}, 403),
        ({"origin": "http://localhost:2", "host": "localhost:2"}, 200),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "same-origin"}, 200),
        ({"sec-fetch-site": "none"}, 200),
    ],
)
def test_pages_of_other_sites_and_foreign_hosts_are_refused(
    client: httpx.Client, headers: dict[str, str], status: int
) -> None:
    """Also under a name that another site bends to this machine."""
    for path in ("/_mock/health", "/_mock/openapi.json", "/_mock/nowhere"):
        answer = client.get(path, headers=headers)
        assert answer.status_code == (404 if path.endswith("nowhere") and status == 200 else status)
        assert "access-control-allow-origin" not in answer.headers


def test_no_page_may_ask_for_more_than_the_api(client: httpx.Client) -> None:
    asked = {"origin": "http://x", "access-control-request-method": "POST"}
    assert client.options("/_mock/reset", headers=asked).status_code == 403
    assert client.options("/contact/call", headers=asked).status_code == 204


def test_further_hosts_can_be_let_in(mock_of: Callable[..., httpx.Client]) -> None:
    mock = mock_of(None, Settings(hosts=frozenset({"mock"})))
    assert mock.get("/_mock/health", headers={"host": "mock:8000"}).status_code == 200
    assert mock.get("/_mock/health", headers={"host": "other"}).status_code == 403


def test_a_token_is_demanded_where_one_is_set(mock_of: Callable[..., httpx.Client]) -> None:
    """For the control plane, and for nothing else; its value shows nowhere."""
    settings = Settings(control_token=TOKEN)
    assert TOKEN not in repr(settings)
    mock = mock_of(None, settings)
    refused = mock.get("/_mock/health")
    assert refused.status_code == 401
    assert "x-mock-token is missing" in refused.json()["error"]["detail"]
    assert mock.get("/_mock/health", headers={"x-mock-token": "wrong"}).status_code == 401
    assert mock.get("/_mock/health", headers={"x-mock-token": TOKEN}).status_code == 200
    assert mock.post("/contact/call", json=CALL, headers={"x-mock-token": TOKEN}).status_code == 200
    told = mock.get("/_mock/requests", headers={"x-mock-token": TOKEN})
    assert told.json()["requests"][0]["verdict"] == Verdict.ACCEPTED
    assert TOKEN not in told.text
    assert mock.get("/_mock/openapi.json").json()["security"] == [{"MockToken": []}]


@pytest.mark.parametrize(
    ("host", "told"), [("0.0.0.0", "needs a token"), ("::", "needs a token"), ("example.com", "needs a token")]
)
def test_an_address_that_others_reach_needs_a_token(host: str, told: str) -> None:
    command = [sys.executable, "-m", "thoughtly_mock", "--host", host, "--port", "0"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 2
    assert "needs a token" in done.stderr
    assert "THOUGHTLY_MOCK_TOKEN" in done.stderr
