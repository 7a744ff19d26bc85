"""Bodies and headers made from schemas."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thoughtly_mock.generate import Generator
from thoughtly_mock.prefer import Preference
from thoughtly_mock.responses import Responses
from thoughtly_mock.schemas import Schemas
from thoughtly_openapi.loader import load_spec, operations


def made(schema: dict[str, Any], seed: str = "seed") -> Any:
    return Generator(load_spec(), seed).value(schema)


def responses_of(responses: dict[str, Any], seed: int = 0) -> Responses:
    """Return the responses of one operation more."""
    spec = load_spec()
    spec["paths"]["/extra"] = {"get": {"operationId": "extra", "responses": responses}}
    return next(Responses(spec, operation, seed) for operation in operations(spec) if operation.path == "/extra")


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object", "required": ["id"]},
        {"type": "object", "required": ["id"], "additionalProperties": {"type": "integer"}},
        {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "boolean"}}},
        {"type": "object", "additionalProperties": True, "minProperties": 3},
        {"type": "object", "additionalProperties": True, "maxProperties": 0},
        {"type": "object", "additionalProperties": False},
        {"type": "object", "additionalProperties": {}},
        {"type": "object", "minProperties": 2},
    ],
)
def test_objects_have_the_properties_that_their_schema_asks_for(schema: dict[str, Any]) -> None:
    value = made(schema)
    Schemas(load_spec(), "response").compile(schema).validate(value)
    assert isinstance(value, dict)


def test_an_object_of_which_anything_is_allowed_has_something() -> None:
    assert len(made({"type": "object", "additionalProperties": True})) == 1
    assert made({"type": "object"}) == {}


@pytest.mark.parametrize("pattern", [r"^\p{L}+$", r"^(?<name>a)$", r"\u{1F600}", r"\cA", "^.{1000000}$", "(a|"])
def test_a_pattern_that_python_cannot_read_costs_no_answer(pattern: str) -> None:
    assert made({"type": "string", "pattern": pattern})


@given(st.integers(0, 2**32), st.text(max_size=10), st.text(max_size=10))
def test_bodies_of_the_common_envelope_differ_between_requests_and_not_between_repetitions(
    seed: int, one: str, other: str
) -> None:
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/GenericResponse"}}}
    responses = responses_of({"200": {"description": "", "content": content}}, seed)

    def body(key: str) -> bytes:
        return responses.make(lambda: key, Preference(dynamic=True)).body

    assert body(one) == body(one)
    assert (body(one) == body(other)) == (one == other)
    assert json.loads(body(one))["data"]


@pytest.mark.parametrize(
    "header",
    [
        {"example": "two\r\nlines: yes"},
        {"example": "Ünï☎"},
        {"schema": {"type": "string", "pattern": r"^\s{5}\W{5}$"}},
        {"schema": {"type": "object", "properties": {"a": {"type": "integer"}}}},
        {"schema": {"type": "boolean"}},
        {},
    ],
)
def test_a_header_made_from_a_spec_stays_one_header(header: dict[str, Any]) -> None:
    responses = responses_of({"200": {"description": "", "headers": {"X-Any": header}}})
    value = responses.make(lambda: "request").headers["x-any"]
    assert value.isascii()
    assert value.isprintable()
