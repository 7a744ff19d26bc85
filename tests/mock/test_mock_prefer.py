"""Which of the documented answers a client prefers, and how sure it is that upstream answers so."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from thoughtly_mock import MemoryStore
from thoughtly_mock.console import Console
from thoughtly_mock.prefer import Preference, preference_of
from thoughtly_mock.problems import Problem
from thoughtly_openapi.loader import load_spec

CALL = {"contact_id": "c", "interview_id": "i"}
MANUAL = Path(__file__).parents[2] / "docs" / "mock-answers.md"


def post(mock: httpx.Client, prefer: str | None = None, **more: Any) -> httpx.Response:
    headers = {} if prefer is None else {"prefer": prefer}
    return mock.post("/contact/call", **{"json": CALL, "headers": headers, **more})


@pytest.mark.parametrize(
    ("header", "preference"),
    [
        ("", Preference()),
        ("code=429", Preference(code=429)),
        ("Code = 429", Preference(code=429)),
        ('code="429"', Preference(code=429)),
        ("code=429, code=500", Preference(code=429)),
        ("code=200, example=accepted, dynamic=false", Preference(200, "accepted", dynamic=False)),
        ("code=200; example=accepted; dynamic=true", Preference(200, "accepted", dynamic=True)),
        (r'example="a \"b\", c"', Preference(example='a "b", c')),
        ("respond-async, wait=10, code=500", Preference(code=500)),
        ("return=minimal", Preference()),
    ],
)
def test_preferences_are_written_as_rfc_7240_has_them(header: str, preference: Preference) -> None:
    assert preference_of(header) == preference


@pytest.mark.parametrize(
    "header",
    [
        "code=abc",
        "code=",
        "code=99",
        "code=100",
        "code=600",
        "code=\u0662\u0660\u0660",
        "dynamic=yes",
        'code="429',
        "=x",
        "a b",
    ],
)
def test_a_preference_that_says_nothing_sensible_is_refused(header: str) -> None:
    with pytest.raises(Problem) as caught:
        preference_of(header)
    assert caught.value.status == 400
    assert caught.value.detail.startswith("header prefer: ")


DESCRIBED = re.findall(r"^\| `([^`]*=[^`]*)` \| (\d{3})", MANUAL.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize(("prefer", "status"), DESCRIBED)
def test_each_preference_of_the_manual_is_answered_as_it_says(mock: httpx.Client, prefer: str, status: str) -> None:
    assert post(mock, prefer).status_code == int(status)


def test_the_manual_describes_each_preference() -> None:
    described = {name for prefer, _ in DESCRIBED for name in re.findall(r"(\w+)=", prefer)}
    assert {"code", "example", "dynamic"} <= described


def test_preferences_in_several_headers_are_read_as_one_list(mock: httpx.Client) -> None:
    answer = post(mock, headers=[("prefer", "wait=10"), ("prefer", "code=429")])
    assert answer.status_code == 429


def test_every_documented_status_can_be_preferred(mock: httpx.Client) -> None:
    for status in load_spec()["paths"]["/contact/call"]["post"]["responses"]:
        answer = post(mock, f"code={status}")
        assert answer.status_code == int(status)
        assert (answer.json()["error"] is None) == (status == "200")


@pytest.mark.parametrize(
    ("status", "header", "value"),
    [(429, "retry-after", "1"), (401, "www-authenticate", 'ApiKey realm="Thoughtly", headers="x-api-token team_id"')],
)
def test_an_error_has_the_headers_that_the_spec_or_http_demands(
    mock: httpx.Client, status: int, header: str, value: str
) -> None:
    assert post(mock, f"code={status}").headers[header] == value


def test_a_preferred_example_is_the_body_and_a_dynamic_one_is_made_from_the_schema(
    mock_of: Callable[..., httpx.Client],
) -> None:
    spec = load_spec()
    media = spec["paths"]["/contact/call"]["post"]["responses"]["200"]["content"]["application/json"]
    media["schema"] = {"type": "object", "properties": {"id": {"type": "string", "format": "uuid"}}, "required": ["id"]}
    media["examples"] = {"one": {"value": {"id": "1"}}, "two": {"value": {"id": "2"}, "x-evidence": "observed"}}
    mock = mock_of(spec)
    assert post(mock).json() == post(mock, "dynamic=false").json() == {"id": "1"}
    two = post(mock, "example=two")
    assert (two.json(), two.headers["x-mock-evidence"]) == ({"id": "2"}, "observed")
    dynamic = post(mock, "dynamic=true")
    assert dynamic.headers["x-mock-evidence"] == "documented"
    assert len(dynamic.json()["id"]) == 36
    assert post(mock, "dynamic=true").json() == dynamic.json()
    assert post(mock, "dynamic=true", json={**CALL, "contact_id": "d"}).json() != dynamic.json()


def test_a_dynamic_success_never_has_an_error(mock: httpx.Client) -> None:
    for number in range(100):
        answer = post(mock, "dynamic=true", json={**CALL, "contact_id": str(number)})
        assert answer.json().get("error") is None
        assert isinstance(answer.json()["data"], dict)


@pytest.mark.parametrize(
    ("prefer", "detail"),
    [
        ("code=418", "code=418: the spec documents only 200, 400, 401, 403, 404, 413, 415, 429, 500"),
        ("example=nothing", "example=nothing: the examples of status 200 are: accepted"),
        ("code=429, example=nothing", "example=nothing: the examples of status 429 are: none"),
    ],
)
def test_what_is_not_documented_is_refused_and_what_is_gets_named(mock: httpx.Client, prefer: str, detail: str) -> None:
    answer = post(mock, prefer)
    assert answer.status_code == 404
    assert detail in answer.json()["error"]["detail"]


@pytest.mark.parametrize(
    ("more", "status"), [({"json": {"contact_id": 1}}, 400), ({"headers": {"prefer": "code=200", "team_id": ""}}, 401)]
)
def test_keys_and_validation_come_first(mock: httpx.Client, more: dict[str, Any], status: int) -> None:
    assert post(mock, "code=200", **more).status_code == status


def test_who_prefers_an_error_has_placed_no_call(mock_of: Callable[..., httpx.Client]) -> None:
    store = MemoryStore()
    mock = mock_of(store=store)
    post(mock, "code=500")
    post(mock, "code=200")
    told = [(entry.status, entry.verdict, entry.played) for entry in store.entries()]
    assert told == [(500, "failed", "prefer code=500"), (200, "accepted", None)]


def test_who_prefers_an_error_has_placed_no_call_however_it_arrives(mock_of: Callable[..., httpx.Client]) -> None:
    """A fault on its way does not make a call of a refusal; a fault with an answer of its own wins."""
    store = MemoryStore()
    mock = mock_of(store=store)
    console = Console(store, load_spec())
    for faults in ({"latency": {"fixed": 0.01}}, {"malformed": 1}, {"error_rate": {"probability": 1, "status": 503}}):
        console.set_faults({"everything": faults})
        post(mock, "code=500")
    told = [(entry.status, entry.verdict, entry.played) for entry in store.entries()]
    assert told == [
        (500, "failed", "fault latency"),
        (500, "failed", "fault malformed"),
        (503, "failed", "fault error_rate"),
    ]


JSON_OBJECT = {"application/json": {"schema": {"type": "object"}}}


@pytest.mark.parametrize(
    ("documented", "code", "status"),
    [
        (["200", "4XX"], 418, 418),
        (["200", "4XX"], 500, 404),
        (["200", "404", "4XX", "default"], 404, 404),
        (["200", "default"], 599, 599),
        (["default"], 200, 200),
        (["2XX"], 206, 206),
        (["302", "default"], 302, 302),
    ],
)
def test_a_range_or_a_default_documents_what_has_no_response_of_its_own(
    mock_of: Callable[..., httpx.Client], documented: list[str], code: int, status: int
) -> None:
    spec = load_spec()
    responses = {name: {"description": name, "content": JSON_OBJECT} for name in documented}
    spec["paths"]["/extra"] = {"get": {"operationId": "extra", "responses": responses}}
    answer = mock_of(spec).get("/extra", headers={"prefer": f"code={code}"}, follow_redirects=False)
    assert answer.status_code == status
    assert isinstance(answer.json(), dict)


def test_an_error_of_a_range_has_the_shape_of_the_range(mock_of: Callable[..., httpx.Client]) -> None:
    spec = load_spec()
    schema = {"type": "object", "required": ["code"], "properties": {"code": {"type": "integer", "minimum": 7}}}
    problem = {"description": "no", "content": {"application/json": {"schema": schema}}}
    responses = {"200": {"description": "yes"}, "4XX": problem}
    parameters = [{"in": "query", "name": "page", "schema": {"type": "integer"}}]
    spec["paths"]["/extra"] = {"get": {"operationId": "extra", "responses": responses, "parameters": parameters}}
    mock = mock_of(spec)
    for answer in (mock.get("/extra?page=x"), mock.get("/extra", headers={"prefer": "code=409"})):
        assert answer.json()["code"] >= 7


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({"message": {"type": "string"}}, {"message": 'query page: "x" is not of type "integer"'}),
        ({"detail": {"type": "string"}, "status": {"type": "integer"}}, {"status": 400}),
        ({"error": {"type": "string"}}, {"error": 'query page: "x" is not of type "integer"'}),
        ({"message": {"type": "string", "enum": ["no"]}}, {"message": "no"}),
        ({"code": {"type": "integer", "enum": [7]}}, {"code": 7}),
    ],
)
def test_an_error_of_another_shape_tells_what_it_can(
    mock_of: Callable[..., httpx.Client], properties: dict[str, Any], expected: dict[str, Any]
) -> None:
    spec = load_spec()
    schema = {"type": "object", "required": list(properties), "properties": properties}
    refusal = {"description": "no", "content": {"application/x+json": {"schema": schema}}}
    responses = {"200": {"description": "yes"}, "400": refusal}
    parameters = [{"in": "query", "name": "page", "schema": {"type": "integer"}}]
    spec["paths"]["/extra"] = {"get": {"operationId": "extra", "responses": responses, "parameters": parameters}}
    answer = mock_of(spec).get("/extra?page=x")
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/x+json")
    assert answer.json().keys() == properties.keys()
    assert answer.json() | expected == answer.json()


def test_what_only_the_mock_refuses_is_in_its_own_shape(mock_of: Callable[..., httpx.Client]) -> None:
    """Even where upstream documents the status: upstream has no such header."""
    spec = load_spec()
    responses = spec["paths"]["/contact/call"]["post"]["responses"]
    schema = {"type": "object", "required": ["code"], "properties": {"code": {"type": "integer"}}}
    for status in ("400", "404"):
        responses[status] = {"description": "no", "content": {"application/json": {"schema": schema}}}
    mock = mock_of(spec)
    for prefer, status in (("code=418", 404), ("example=nothing", 404), ("code=x", 400)):
        answer = post(mock, prefer)
        assert answer.status_code == status
        assert "header prefer: " in answer.json()["error"]["detail"]
        assert answer.headers["x-mock-evidence"] == "assumed"


@pytest.mark.parametrize(
    ("method", "path", "more", "evidence"),
    [
        ("POST", "/contact/call", {"json": CALL}, "assumed"),
        ("POST", "/contact/call", {"json": CALL, "headers": {"prefer": "dynamic=true"}}, "documented"),
        ("POST", "/contact/call", {"json": {}}, "assumed"),
        ("POST", "/contact/call", {"json": CALL, "headers": {"team_id": ""}}, "assumed"),
        ("GET", "/contact/call", {}, "assumed"),
        ("GET", "/nowhere", {}, "assumed"),
        ("GET", "/docs", {}, "assumed"),
        ("GET", "/_mock/health", {}, "assumed"),
        ("GET", "/_mock/nowhere", {}, "assumed"),
    ],
)
def test_every_answer_says_how_sure_it_is(
    mock: httpx.Client, method: str, path: str, more: dict[str, Any], evidence: str
) -> None:
    """The weakest of what it is made of: the example of a 200 is assumed, its schema is documented."""
    assert mock.request(method, path, **more).headers["x-mock-evidence"] == evidence
