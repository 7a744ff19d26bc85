"""A refusal names what was probably meant."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from thoughtly_mock import MemoryStore, behaviours
from thoughtly_mock.near_misses import meant
from thoughtly_openapi.loader import load_spec

CONTACT = "3fa85f64-5717-4562-b3fc-2c963f66afa6"
MockOf = Callable[..., httpx.Client]
MANUAL = Path(__file__).parents[2] / "docs" / "mock-answers.md"


def detail_of(answer: httpx.Response, status: int) -> str:
    assert answer.status_code == status
    detail: str = answer.json()["error"]["detail"]
    return detail


def with_operation(path: str, method: str, **operation: Any) -> dict[str, Any]:
    spec = load_spec()
    responses = {"200": {"description": "fine"}}
    spec["paths"][path] = {method: {"operationId": "extra", "responses": responses, **operation}}
    return spec


@pytest.mark.parametrize(
    ("sent", "missing", "aliases", "expected"),
    [
        (["interviewId"], ["interview_id"], {}, {"interview_id": "interviewId"}),
        (["InterviewID"], ["interview_id"], {}, {"interview_id": "InterviewID"}),
        (["interview-id"], ["interview_id"], {}, {"interview_id": "interview-id"}),
        (["inteview_id"], ["interview_id"], {}, {"interview_id": "inteview_id"}),
        (["agent_id"], ["interview_id"], {}, {}),
        (["agentId"], ["interview_id"], {"agent_id": "interview_id"}, {"interview_id": "agentId"}),
        (["agent_id"], ["contact_id"], {"agent_id": "interview_id"}, {}),
        (["phone"], ["contact_id", "interview_id"], {}, {}),
        (["a" * 1_000_000], ["a" * 1_000_000], {}, {}),
        ([""], ["a"], {}, {}),
        ([], ["a"], {}, {}),
    ],
)
def test_a_name_is_meant_by_one_that_is_like_it_or_known_to_be_mixed_up_with_it(
    sent: list[str], missing: list[str], aliases: dict[str, str], expected: dict[str, str]
) -> None:
    assert meant(sent, missing, aliases) == expected


@pytest.mark.parametrize("name", ["agent_id", "agentId", "interviewId", "InterviewID", "interview-id", "interveiw_id"])
def test_a_property_under_a_wrong_name_is_told_with_the_right_one(mock: httpx.Client, name: str) -> None:
    """`agent_id` is not like `interview_id`: it is the commonest mistake all the same, and known."""
    answer = mock.post("/contact/call", json={"contact_id": CONTACT, name: "a1b2c3d4"})
    detail = detail_of(answer, 400)
    assert '"interview_id" is a required property' in detail
    assert f"you sent {name}: did you mean interview_id?" in detail
    assert answer.json()["error"]["errors"][0]["detail"] in detail


def test_each_wrong_name_is_told_with_its_own_fault(mock: httpx.Client) -> None:
    answer = mock.post("/contact/call", json={"contactId": CONTACT, "agent_id": "a1b2c3d4"})
    details = [fault["detail"] for fault in answer.json()["error"]["errors"]]
    assert [detail.partition("; ")[2] for detail in details] == [
        "you sent contactId: did you mean contact_id?",
        "you sent agent_id: did you mean interview_id?",
    ]


def test_a_name_that_the_spec_does_not_know_is_no_fault_by_itself(mock: httpx.Client) -> None:
    body = {"contact_id": CONTACT, "interview_id": "a1b2c3d4", "agent_id": "a1b2c3d4", "metaData": {}}
    assert mock.post("/contact/call?contactid=1", json=body).status_code == 200


def test_a_property_that_was_sent_is_not_taken_for_another(mock: httpx.Client) -> None:
    """What the spec knows means what it says."""
    detail = detail_of(mock.post("/contact/call", json={"interview_id": "a1b2c3d4"}), 400)
    assert "did you mean" not in detail


BODY = {
    "type": "object",
    "required": ["rows"],
    "properties": {
        "rows": {"type": "array", "items": {"$ref": "#/components/schemas/Row"}},
        "strict": {"type": "object", "additionalProperties": False, "properties": {"sortOrder": {"type": "string"}}},
        "choice": {"allOf": [{"$ref": "#/components/schemas/Row"}]},
    },
}
ROW = {"type": "object", "required": ["phone_number"], "properties": {"phone_number": {"type": "string"}}}


@pytest.mark.parametrize(
    ("body", "pointer", "told"),
    [
        ({"row": []}, "", "you sent row: did you mean rows?"),
        ({"rows": [{"phone_number": "1"}, {"phoneNumber": "1"}]}, "/rows/1", "you sent phoneNumber: did you mean"),
        ({"rows": [], "strict": {"sort_order": "x"}}, "/strict", "you sent sort_order: did you mean sortOrder?"),
        ({"rows": [], "choice": {"phonenumber": "1"}}, "/choice", "you sent phonenumber: did you mean phone_number?"),
    ],
)
def test_wrong_names_are_told_anywhere_in_any_body(
    mock_of: MockOf, body: dict[str, Any], pointer: str, told: str
) -> None:
    content = {"application/json": {"schema": BODY}}
    spec = with_operation("/extra", "put", requestBody={"content": content})
    spec["components"]["schemas"]["Row"] = ROW
    answer = mock_of(spec).put("/extra", json=body)
    assert answer.status_code == 400
    (fault,) = answer.json()["error"]["errors"]
    assert fault["pointer"] == pointer
    assert told in fault["detail"]


def test_wrong_names_beyond_number_and_size_are_not_looked_at(mock: httpx.Client) -> None:
    body = {"contact_id": CONTACT, **{f"0 {number}": 1 for number in range(20_000)}, "agent_id": "a1b2c3d4"}
    assert "did you mean" not in detail_of(mock.post("/contact/call", json=body), 400)


PARAMETERS = [
    {"in": "query", "name": "search", "required": True, "schema": {"type": "string"}},
    {"in": "query", "name": "sortDirection", "schema": {"type": "string", "enum": ["asc", "desc"]}},
    {"in": "query", "name": "page", "schema": {"type": "integer", "minimum": 1}},
    {"in": "header", "name": "X-Trace-Id", "schema": {"type": "string"}, "required": True},
]


@pytest.mark.parametrize(
    ("query", "headers", "faults"),
    [
        ("serach=x", {"X-Trace-Id": "1"}, {"search": "is required; you sent serach: did you mean search?"}),
        ("q=x", {"X-Trace-Id": "1"}, {"search": "is required"}),
        ("search=x", {"x_trace_id": "1"}, {"X-Trace-Id": "is required; you sent x_trace_id: did you mean X-Trace-Id?"}),
        (
            "search=x&page=0&sort_direction=asc",
            {"X-Trace-Id": "1"},
            {
                "page": "0 is less than the minimum of 1",
                "sort_direction": "means nothing; you sent sort_direction: did you mean sortDirection?",
            },
        ),
    ],
)
def test_parameters_under_wrong_names_are_told_where_a_request_is_refused(
    mock_of: MockOf, query: str, headers: dict[str, str], faults: dict[str, str]
) -> None:
    mock = mock_of(with_operation("/extra", "get", parameters=PARAMETERS))
    answer = mock.get(f"/extra?{query}", headers=headers)
    assert answer.status_code == 400
    assert {fault["pointer"]: fault["detail"] for fault in answer.json()["error"]["errors"]} == faults


def test_an_unknown_parameter_alone_is_allowed(mock_of: MockOf) -> None:
    mock = mock_of(with_operation("/extra", "get", parameters=PARAMETERS))
    assert mock.get("/extra?search=x&sort_direction=asc", headers={"X-Trace-Id": "1"}).status_code == 200


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        ({"x-api-token": "t", "x-team-id": "m"}, "(you sent x-team-id: did you mean team_id?)"),
        ({"x-api-token": "t", "Team-Id": "m"}, "(you sent team-id: did you mean team_id?)"),
        ({"x-api-token": "t", "teamid": "m"}, "(you sent teamid: did you mean team_id?)"),
        ({"authorization": "Bearer t", "team_id": "m"}, "(you sent authorization: did you mean x-api-token?)"),
        ({"x-api-key": "t", "team_id": "m"}, "(you sent x-api-key: did you mean x-api-token?)"),
        ({"api_token": "t", "team_id": "m"}, "(you sent api_token: did you mean x-api-token?)"),
        ({"x-api-token": "", "authorization": "t", "team_id": "m"}, "(you sent authorization: did you mean"),
        (
            {"authorization": "Bearer t", "x-team-id": "m"},
            "(you sent authorization: did you mean x-api-token? you sent x-team-id: did you mean team_id?)",
        ),
        ({"x-api-token": "t", "via": "1.1 proxy"}, "may drop names with an underscore: see thoughtly-mock doctor)"),
    ],
)
def test_a_key_under_a_wrong_name_is_told_with_the_right_one(port: int, headers: dict[str, str], told: str) -> None:
    answer = httpx.post(f"http://127.0.0.1:{port}/contact/call", json={}, headers=headers, trust_env=False)
    assert told in detail_of(answer, 401)


@pytest.mark.parametrize("headers", [{"team_id": "m"}, {"x-api-token": "t"}, {"x-api-token": "t", "x-request-id": "m"}])
def test_nothing_is_guessed_where_no_name_comes_near(port: int, headers: dict[str, str]) -> None:
    answer = httpx.post(f"http://127.0.0.1:{port}/contact/call", json={}, headers=headers, trust_env=False)
    assert "(" not in detail_of(answer, 401)


def test_a_key_is_never_told_with_its_value(port: int) -> None:
    canary = "canary-91c3-token"
    headers = {"authorization": f"Bearer {canary}", "x-team-id": canary}
    answer = httpx.post(f"http://127.0.0.1:{port}/contact/call", json={}, headers=headers, trust_env=False)
    assert canary not in answer.text + str(answer.headers)


@pytest.mark.parametrize("name", ["x-api-tokn", "X_Api_Token", "apitoken", "teamId", "x-team-id", "api_key"])
def test_a_key_under_a_wrong_name_stays_out_of_the_journal(mock_of: MockOf, name: str) -> None:
    canary = "canary-2f6d-token"
    store = MemoryStore()
    answer = mock_of(None, None, store).post("/contact/call", json={}, headers={name: canary, "team_id": ""})
    assert answer.status_code == 401
    (entry,) = store.entries()
    assert canary not in repr(entry) + str(entry.as_json())


def test_what_is_special_about_an_operation_goes_with_it(mock_of: MockOf) -> None:
    """Without the operation, or under another id, nothing is left of it and nothing breaks."""
    spec = load_spec()
    spec["paths"]["/contact/call"]["post"]["operationId"] = "renamed"
    answer = mock_of(spec).post("/contact/call", json={"contact_id": CONTACT, "agent_id": "a1b2c3d4"})
    assert "did you mean" not in detail_of(answer, 400)
    assert behaviours.of("renamed").aliases == {}
    spec["paths"] = {"/extra": {"get": {"operationId": "extra", "responses": {"200": {"description": "fine"}}}}}
    assert mock_of(spec).get("/extra").status_code == 200


DESCRIBED = re.findall(r"^\| (property|header) `(.*)` \| (you sent .*\?) \|$", MANUAL.read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize(("kind", "name", "told"), DESCRIBED)
def test_each_mistake_of_the_manual_is_told_as_it_says(port: int, kind: str, name: str, told: str) -> None:
    body = {name: "a1b2c3d4"} if kind == "property" else {}
    headers = {"x-api-token": "t", "team_id": "m"} if kind == "property" else {name: "m"}
    answer = httpx.post(f"http://127.0.0.1:{port}/contact/call", json=body, headers=headers, trust_env=False)
    assert told in answer.text


def test_the_manual_tells_of_mistakes_of_both_kinds() -> None:
    assert {kind for kind, _, _ in DESCRIBED} == {"property", "header"}
