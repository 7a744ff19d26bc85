"""How sure it is that upstream answers as the mock does."""

import json
import socket
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thoughtly_mock import magic
from thoughtly_mock.answers import Answer
from thoughtly_mock.evidence import ASSUMED, DOCUMENTED, OBSERVED, nearest, weakest
from thoughtly_mock.prefer import NONE, Preference
from thoughtly_mock.problems import Problem
from thoughtly_mock.responses import Responses
from thoughtly_mock.schemas import Schemas
from thoughtly_openapi.loader import load_spec, operations

MARKS = st.sampled_from([DOCUMENTED, OBSERVED, ASSUMED])


def mark(evidence: str, **more: Any) -> dict[str, Any]:
    return {"x-evidence": evidence, **more}


def responses_of(spec: dict[str, Any], path: str = "/extra") -> Responses:
    return next(Responses(spec, operation, 0) for operation in operations(spec) if operation.path == path)


def extra(responses: dict[str, Any], **more: Any) -> Responses:
    spec = load_spec()
    spec["paths"]["/extra"] = {"get": {"operationId": "extra", "responses": responses, **more}}
    return responses_of(spec)


def answer_of(responses: Responses, preference: Preference = NONE) -> Answer:
    return responses.make(lambda: "request", preference)


@given(st.lists(MARKS, min_size=1))
def test_the_weakest_evidence_wins(marks: list[str]) -> None:
    expected = ASSUMED if ASSUMED in marks else OBSERVED if OBSERVED in marks else DOCUMENTED
    assert weakest(*marks) == expected


def test_what_is_no_known_evidence_is_none() -> None:
    assert weakest(DOCUMENTED, "hearsay") == ASSUMED


def test_a_mark_reaches_down_to_the_next_mark() -> None:
    assert nearest({}, {}) == DOCUMENTED
    assert nearest({}, mark(OBSERVED), mark(ASSUMED)) == OBSERVED
    assert nearest({}, {}, above=ASSUMED) == ASSUMED


SCHEMA = {"type": "object", "properties": {"id": {"type": "string"}}}
PLAIN = {"application/json": {"schema": SCHEMA}}
PART = {"type": "object", "properties": {"x-evidence": mark(ASSUMED, type="string")}}


@pytest.mark.parametrize(
    ("response", "more", "evidence"),
    [
        ({"content": PLAIN}, {}, DOCUMENTED),
        ({}, {}, DOCUMENTED),
        (mark(OBSERVED, content=PLAIN), {}, OBSERVED),
        ({"content": PLAIN}, mark(ASSUMED), ASSUMED),
        (mark(OBSERVED, content=PLAIN), mark(ASSUMED), OBSERVED),
        ({"content": {"application/json": mark(ASSUMED, schema=SCHEMA)}}, {}, ASSUMED),
        (mark(ASSUMED, content={"application/json": mark(DOCUMENTED, schema=SCHEMA)}), {}, ASSUMED),
        ({"content": {"application/json": {"schema": mark(OBSERVED, **SCHEMA)}}}, {}, OBSERVED),
        ({"content": {"application/json": {"schema": {"allOf": [SCHEMA, PART]}}}}, {}, ASSUMED),
        ({"content": {"application/json": {"schema": {"example": {"x-evidence": ASSUMED}}}}}, {}, DOCUMENTED),
        ({"content": {"application/json": {"example": {"x-evidence": ASSUMED}}}}, {}, DOCUMENTED),
        ({"content": {"application/json": {"examples": {"one": mark(OBSERVED, value={})}}}}, {}, OBSERVED),
        ({"content": {"application/json": mark(ASSUMED, examples={"one": {"value": {}}})}}, {}, ASSUMED),
        ({"content": PLAIN, "headers": {"x-total": mark(ASSUMED, schema={"type": "integer"})}}, {}, ASSUMED),
        ({"content": PLAIN, "headers": {"x-total": {"schema": {"type": "integer"}}}}, {}, DOCUMENTED),
    ],
)
def test_an_answer_is_as_sure_as_the_weakest_part_that_it_is_made_of(
    response: dict[str, Any], more: dict[str, Any], evidence: str
) -> None:
    assert answer_of(extra({"200": {"description": "fine", **response}}, **more)).evidence == evidence


def test_a_schema_that_contains_itself_is_looked_at_once() -> None:
    spec = load_spec()
    tree = {"type": "object", "properties": {"up": {"$ref": "#/components/schemas/Tree"}, "leaf": mark(OBSERVED)}}
    spec["components"]["schemas"]["Tree"] = tree
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Tree"}}}
    spec["paths"]["/extra"] = {
        "get": {"operationId": "extra", "responses": {"200": {"description": "", "content": content}}}
    }
    assert answer_of(responses_of(spec)).evidence == OBSERVED


def test_a_refusal_is_documented_only_with_its_body_and_its_headers() -> None:
    responses = {
        "200": {"description": "fine"},
        "400": {"description": "no", "content": PLAIN},
        "401": {"description": "who", "content": PLAIN},
        "403": {"description": "no"},
    }
    refusals = extra(responses).refusals
    assert refusals.render(Problem(400, "no")).evidence == DOCUMENTED
    assert refusals.render(Problem(400, "no", mocks_own=True)).evidence == ASSUMED
    assert refusals.render(Problem(401, "no")).evidence == ASSUMED, "nobody documents WWW-Authenticate"
    assert refusals.render(Problem(403, "no")).evidence == ASSUMED, "nobody documents the body"
    assert refusals.render(Problem(408, "no")).evidence == ASSUMED


def test_nothing_in_the_spec_is_surer_than_its_marks() -> None:
    """A guess never looks like a fact: every response that an overlay added says so on the wire."""
    for operation in operations(load_spec()):
        responses = responses_of(load_spec(), operation.path)
        for status, definition in operation.definition["responses"].items():
            answer = answer_of(responses, Preference(code=int(status)))
            assert weakest(answer.evidence, nearest(definition)) == answer.evidence


# Successes have no error

ENVELOPES: list[dict[str, Any]] = [
    {"$ref": "#/components/schemas/GenericResponse"},
    {"allOf": [{"$ref": "#/components/schemas/GenericResponse"}, {"required": ["error"]}]},
    {"anyOf": [{"$ref": "#/components/schemas/GenericResponse"}, {"type": "object"}]},
    {
        "type": "object",
        "required": ["error", "data"],
        "properties": {"error": {"type": "object", "nullable": True}, "data": {"type": "object"}},
    },
    {"allOf": [{"type": "object", "properties": {"error": {"type": "string"}}}]},
]


@given(st.sampled_from(ENVELOPES), st.integers(0, 2**32), st.text(max_size=20))
def test_a_success_made_from_a_schema_never_has_an_error_and_is_what_the_schema_allows(
    schema: dict[str, Any], seed: int, key: str
) -> None:
    """By the spec's prose, `error` is null or omitted on success."""
    spec = load_spec()
    content = {"application/json": {"schema": schema}}
    responses = {"200": {"description": "", "content": content}}
    spec["paths"]["/extra"] = {"get": {"operationId": "extra", "responses": responses}}
    operation = next(operation for operation in operations(spec) if operation.path == "/extra")
    answer = Responses(spec, operation, seed).make(lambda: key, Preference(dynamic=True))
    body = json.loads(answer.body)
    assert body.get("error") is None
    Schemas(spec, "response").compile(schema).validate(body)


# On the wire

HOST = b"host: mock\r\n"
KEYS = b"x-api-token: t\r\nteam_id: m\r\n"
CLOSE = b"connection: close\r\n"


def request(line: bytes, *headers: bytes, body: bytes = b"") -> bytes:
    length = b"content-length: %d\r\n" % len(body)
    return line + b" HTTP/1.1\r\n" + HOST + KEYS + CLOSE + length + b"".join(headers) + b"\r\n" + body


JSON = b"content-type: application/json\r\n"
CALL = b"POST /contact/call"
PREFLIGHT = b"origin: http://a.example\r\naccess-control-request-method: POST\r\n"
VALID = b'{"contact_id": "c", "interview_id": "i"}'


def magic_call(contact: str) -> bytes:
    return request(CALL, JSON, body=json.dumps({"contact_id": contact, "interview_id": "i"}).encode())


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (request(CALL, JSON, body=VALID), 200),
        (request(CALL, JSON, b"prefer: code=429\r\n", body=VALID), 429),
        (request(CALL, JSON, b"expect: tea\r\n", body=VALID), 417),
        (request(CALL, JSON, body=b"{"), 400),
        (request(CALL, b"content-type: text/plain\r\n", body=VALID), 415),
        (request(CALL, JSON, b"x: " + b"y" * 70_000 + b"\r\n", body=VALID), 431),
        (request(b"OPTIONS /contact/call", PREFLIGHT), 204),
        (request(b"GET /contact/call"), 405),
        (request(b"GET /nowhere"), 404),
        (request(b"HEAD /docs"), 200),
        (request(b"DELETE /_mock/scenarios", b"host: 127.0.0.1\r\n"), 400),
        (request(b"GET /_mock/health"), 403),
        (b"\x16\x03\x01 no HTTP\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (magic_call(magic.CONFLICT), 409),
        (magic_call(magic.MALFORMED), 200),
        (magic_call(magic.WRONG_TYPE), 200),
        (magic_call(magic.ERROR_ON_SUCCESS), 200),
        (magic_call(magic.TRUNCATED), 200),
        (magic_call(magic.DRIP), 200),
    ],
)
def test_each_answer_says_how_sure_it_is_however_it_came_to_be(port: int, sent: bytes, status: int) -> None:
    """Each of these is assumed: the spec's example of a success is, and upstream shows no refusal."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(sent)
        received = b"".join(iter(lambda: connection.recv(65_536), b""))
    head = received.partition(b"\r\n\r\n")[0].decode("latin-1").lower().split("\r\n")
    assert int(head[0].split()[1]) == status
    assert [line for line in head if line.startswith("x-mock-evidence:")] == ["x-mock-evidence: assumed"]


def test_the_event_stream_says_so_too(mock: httpx.Client) -> None:
    with mock.stream("GET", "/_mock/events") as events:
        assert events.headers["x-mock-evidence"] == ASSUMED
