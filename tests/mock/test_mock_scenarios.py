"""Scenarios: which requests have a bad day, which one, and what is wrong with a scenario file."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from thoughtly_mock import MemoryStore, Settings
from thoughtly_mock.console import Console
from thoughtly_mock.problems import Problem
from thoughtly_mock.scenario_file import ScenarioFileError
from thoughtly_mock.testing import ThoughtlyMock, asgi_mock
from thoughtly_openapi.loader import load_spec

CALL = {
    "contact_id": "ann",
    "interview_id": "a1b2c3d4",
    "metadata": {"campaign": "spring-7", "n": 5, "deep": [{"x": 1}]},
}
BUSY = {"response": {"status": 503}}
KEYS = {"x-api-token": "t", "team_id": "m"}


@pytest.fixture
def mock() -> Any:
    with asgi_mock() as made:
        yield made


def client(mock: ThoughtlyMock) -> httpx.Client:
    return httpx.Client(transport=mock.transport, base_url=mock.url, headers=KEYS)


def statuses(mock: ThoughtlyMock, count: int = 1, call: Mapping[str, Any] = CALL) -> list[int]:
    return [client(mock).post("/contact/call", json=call).status_code for _ in range(count)]


def busy_when(**match: Any) -> dict[str, Any]:
    return {"busy": {"match": match, "then": BUSY}}


@pytest.mark.parametrize(
    ("match", "matches"),
    [
        ({}, True),
        ({"operation": "call_contact"}, True),
        ({"body": {"contact_id": {"equals": "ann"}}}, True),
        ({"body": {"contact_id": {"equals": "bob"}}}, False),
        ({"body": {"/contact_id": {"equals": "ann"}}}, True),
        ({"body": {"contact_id": {"regex": "^a.n$"}}}, True),
        ({"body": {"contact_id": {"regex": "b"}}}, False),
        ({"body": {"contact_id": {"schema": {"type": "string", "maxLength": 3}}}}, True),
        ({"body": {"contact_id": {"schema": {"type": "string", "maxLength": 2}}}}, False),
        ({"body": {"contact_id": {"equals": "ann", "regex": "z"}}}, False),
        ({"body": {"contact_id": {"equals": "ann"}, "interview_id": {"equals": "z"}}}, False),
        ({"body": {"/metadata/campaign": {"regex": "^spring-"}}}, True),
        ({"body": {"/metadata/deep/0/x": {"equals": 1}}}, True),
        ({"body": {"/metadata/deep/0/x": {"equals": True}}}, False),
        ({"body": {"/metadata/deep/1/x": {"equals": 1}}}, False),
        ({"body": {"/metadata/deep": {"equals": [{"x": 1}]}}}, True),
        ({"body": {"/metadata/n": {"regex": "5"}}}, False),
        ({"body": {"metadata": {"schema": {"required": ["campaign"]}}}}, True),
        ({"body": {"nothing": {"schema": {}}}}, False),
        ({"body": {"": {"schema": {"type": "object"}}}}, False),
        ({"query": {"page": {"equals": 2}}}, True),
        ({"query": {"page": {"equals": "2"}}}, True),
        ({"query": {"page": {"regex": "^3"}}}, True),
        ({"query": {"page": {"equals": 4}}}, False),
        ({"query": {"size": {"regex": ""}}}, False),
    ],
)
def test_a_request_matches_where_everything_holds(mock: ThoughtlyMock, match: dict[str, Any], matches: bool) -> None:
    """Any of the values of a query parameter that is given twice."""
    mock.scenario(busy_when(**match))
    answer = client(mock).post("/contact/call?page=2&page=3", json=CALL)
    assert answer.status_code == (503 if matches else 200)


def test_path_parameters_match(mock_of: Callable[..., httpx.Client]) -> None:
    spec, store = load_spec(), MemoryStore()
    place = {"in": "path", "name": "contact_id", "required": True, "schema": {"type": "string"}}
    responses = {"200": {"description": "ok"}}
    operation = {"operationId": "get_contact", "parameters": [place], "security": [], "responses": responses}
    spec["paths"]["/contact/{contact_id}"] = {"get": operation}
    Console(store, spec).set_scenarios(busy_when(operation="get_contact", path={"contact_id": {"equals": "a b"}}))
    mock = mock_of(spec, None, store)
    assert mock.get("/contact/a%20b").status_code == 503
    assert mock.get("/contact/a").status_code == 200


@pytest.mark.parametrize(
    ("nth", "expected"), [(1, [503, 200, 200, 200]), (3, [200, 200, 503, 200]), ([1, 4], [503, 200, 200, 503])]
)
def test_nth_counts_the_requests_that_match_otherwise(mock: ThoughtlyMock, nth: Any, expected: list[int]) -> None:
    mock.scenario(busy_when(nth=nth, body={"contact_id": {"equals": "ann"}}))
    assert statuses(mock, call={**CALL, "contact_id": "bob"}) == [200]
    assert statuses(mock, 4) == expected


def test_chance_is_decided_by_the_seed() -> None:
    def run(seed: int) -> list[int]:
        store = MemoryStore()
        Console(store, load_spec()).set_scenarios(busy_when(probability=0.3))
        with asgi_mock(settings=Settings(seed=seed), store=store) as mock:
            return statuses(mock, 200)

    assert run(1) == run(1) != run(2)
    assert 30 < run(1).count(503) < 90


@pytest.mark.parametrize(
    ("at_end", "expected"),
    [
        ({}, [429, 503, 200, 200]),
        ({"at_end": "normal"}, [429, 503, 200, 200]),
        ({"at_end": "stay"}, [429, 503, 503, 503]),
        ({"at_end": "repeat"}, [429, 503, 429, 503]),
    ],
)
def test_a_sequence_is_played_step_by_step(mock: ThoughtlyMock, at_end: dict[str, str], expected: list[int]) -> None:
    mock.scenario({"steps": {"then": [{"response": {"status": 429}}, BUSY], **at_end}})
    assert statuses(mock, 4) == expected


def test_an_empty_step_is_the_usual_answer(mock: ThoughtlyMock) -> None:
    mock.scenario({"steps": {"then": [BUSY, {}, BUSY]}})
    assert statuses(mock, 4) == [503, 200, 503, 200]


def test_the_first_scenario_that_matches_decides(mock: ThoughtlyMock) -> None:
    first = {"match": {"nth": 1}, "then": {"response": {"status": 429}}}
    mock.scenario({"first": first, "rest": {"then": BUSY}})
    assert statuses(mock, 3) == [429, 503, 503]


def test_replaced_scenarios_begin_anew(mock: ThoughtlyMock) -> None:
    for _ in range(2):
        mock.scenario(busy_when(nth=1))
        assert statuses(mock, 2) == [503, 200]
    mock.scenario({})
    assert statuses(mock) == [200]


@pytest.mark.parametrize(
    ("response", "content_type", "body"),
    [
        ({"status": 503, "body": {"a": [1, "ü"]}}, "application/json", '{"a": [1, "ü"]}'),
        ({"status": 503, "text": "upstream connect error"}, "text/plain; charset=utf-8", "upstream connect error"),
        ({"status": 502, "text": "<h1>", "headers": ["Content-Type: text/html", "via: x"]}, "text/html", "<h1>"),
        ({"status": 299, "text": ""}, "text/plain; charset=utf-8", ""),
    ],
)
def test_a_response_is_as_written(mock: ThoughtlyMock, response: dict[str, Any], content_type: str, body: str) -> None:
    mock.scenario({"x": {"then": {"response": response}}})
    answer = client(mock).post("/contact/call", json=CALL)
    assert (answer.status_code, answer.headers["content-type"]) == (response["status"], content_type)
    assert answer.text == body
    assert ("via" in answer.headers) == ("headers" in response)


def test_without_a_body_a_response_has_the_one_of_its_status(mock: ThoughtlyMock) -> None:
    mock.scenario(
        {"x": {"then": [{"response": {"status": 429}}, {"response": {"status": 520}}, {"response": {"status": 204}}]}}
    )
    answers = [client(mock).post("/contact/call", json=CALL) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [429, 520, 204]
    assert [answer.json()["error"]["status"] for answer in answers[:2]] == [429, 520]
    assert answers[2].content == b""


def test_a_request_can_be_accepted_and_answered_with_an_error(mock: ThoughtlyMock) -> None:
    """As by a proxy that fails after it has passed the request on."""
    mock.scenario({"x": {"then": {**BUSY, "accepted": True}}})
    assert statuses(mock) == [503]
    assert mock.calls[0].status == 503


@pytest.mark.parametrize(
    ("delay", "low", "high"),
    [
        (0.01, 0.01, 0.01),
        ({"fixed": 0.01}, 0.01, 0.01),
        ({"uniform": [0.001, 0.01]}, 0.001, 0.01),
        ({"lognormal": {"median": 0.002, "sigma": 0.5}}, 0.0001, 0.1),
    ],
)
def test_answers_are_held_back(mock: ThoughtlyMock, delay: Any, low: float, high: float) -> None:
    mock.scenario({"slow": {"then": {"delay": delay}}})
    assert statuses(mock, 10) == [200] * 10
    delays = [entry.delay for entry in mock.requests]
    assert low <= min(delays) <= max(delays) <= high
    assert (len(set(delays)) == 1) == (low == high)


FILES = {
    "no YAML": ("scenarios: [", 1, "expected the node content"),
    "a tab": ("scenarios:\n\tx: 1\n", 2, "cannot start any token"),
    "a name twice": ("scenarios:\n  a: {then: {}}\n  a: {then: {}}\n", 3, 'found duplicate key "a"'),
    "nothing": ("", 1, "is not of type"),
    "a list": ("- a\n", 1, "is not of type"),
    "an empty object": ("{}\n", 1, "less than 1 property"),
    "an unknown member": ("scenarios: {}\nfault: {}\n", 1, "'fault' was unexpected"),
    "no step": ("scenarios:\n  a:\n    match: {}\n", 2, '"then" is a required property'),
    "an unknown operation": ("scenarios:\n  a:\n    match:\n      operation: x\n    then: {}\n", 4, "is not one of"),
    "an unknown fault": ("scenarios:\n  a:\n    then:\n      - {}\n      - fault: lost\n", 5, "is not one of"),
    "a wrong type": ("scenarios:\n  a:\n    then:\n      delay: soon\n", 4, "is not valid under any"),
    "a zeroth request": ("scenarios:\n  a:\n    match:\n      nth: 0\n    then: {}\n", 4, "the minimum of 1"),
    "a probability of 2": (
        "scenarios:\n  a:\n    match: {probability: 2}\n    then: {}\n",
        3,
        "greater than the maximum",
    ),
    "a status of 99": ("scenarios:\n  a:\n    then: {response: {status: 99}}\n", 3, "less than the minimum of 200"),
    "no status": ("scenarios:\n  a:\n    then:\n      response: {text: a}\n", 4, '"status" is a required property'),
    "a broken header": ("scenarios:\n  a:\n    then: {response: {status: 500, headers: [a]}}\n", 3, "does not match"),
    "a condition of nothing": (
        "scenarios:\n  a:\n    match: {body: {x: {}}}\n    then: {}\n",
        3,
        "less than 1 property",
    ),
    "no regular expression": (
        'scenarios:\n  a:\n    match:\n      body:\n        x: {regex: "("}\n    then: {}\n',
        5,
        "regex",
    ),
    "no schema": ("scenarios:\n  a:\n    match:\n      body:\n        x: {schema: {typ: a}}\n    then: {}\n", 5, "typ"),
    "an unknown rate": ("faults:\n  everything:\n    lost: 1\n", 2, "'lost' was unexpected"),
    "an operation without faults": ("faults:\n  operations:\n    dial: {}\n", 2, "'dial' was unexpected"),
}


@pytest.mark.parametrize(("text", "line", "reason"), FILES.values(), ids=FILES.keys())
def test_a_wrong_file_is_refused_with_line_and_reason_and_changes_nothing(
    mock: ThoughtlyMock, tmp_path: Path, text: str, line: int, reason: str
) -> None:
    mock.scenario(busy_when(nth=1))
    file = tmp_path / "scenarios.yaml"
    file.write_text(text)
    with pytest.raises(ScenarioFileError) as caught:
        mock.scenario(file)
    told = str(caught.value)
    assert told.startswith(f"{file}:")
    assert reason in told
    assert f"{file}:{line}: " in told
    assert statuses(mock, 2) == [503, 200]


def test_a_file_too_deep_to_read_is_refused(mock: ThoughtlyMock, tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text("a: " + "[" * 5000)
    with pytest.raises(ScenarioFileError, match=r"s\.yaml: cannot be read as YAML"):
        mock.scenario(tmp_path / "s.yaml")


def test_everything_that_is_wrong_is_told_at_once(mock: ThoughtlyMock, tmp_path: Path) -> None:
    file = tmp_path / "scenarios.yaml"
    file.write_text("scenarios:\n  a: {then: {fault: x}}\n  b: {then: {delay: -1}}\nfaults:\n  everything: {drip: 2}\n")
    with pytest.raises(ScenarioFileError) as caught:
        mock.scenario(file)
    assert [line.split(":")[1] for line in str(caught.value).splitlines()] == ["2", "3", "5"]


@pytest.mark.parametrize("name", ["nowhere.yaml", "."])
def test_a_file_that_cannot_be_read_is_named(mock: ThoughtlyMock, tmp_path: Path, name: str) -> None:
    with pytest.raises(ScenarioFileError, match=r"No such file|Is a directory"):
        mock.scenario(tmp_path / name)


def test_a_file_that_is_not_utf_8_is_named(mock: ThoughtlyMock, tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_bytes(b"scenarios: {\xff}")
    with pytest.raises(ScenarioFileError, match="is not UTF-8 at byte 12"):
        mock.scenario(tmp_path / "s.yaml")


def test_definitions_are_refused_with_their_pointers(mock: ThoughtlyMock) -> None:
    with pytest.raises(Problem) as caught:
        mock.scenario({"a/b": {"then": {"fault": "x"}}})
    assert caught.value.faults[0].pointer == "/scenarios/a~1b/then/fault"
