"""Arguments are checked before anything is sent, and errors name the field."""

import enum
import json
import math
import pickle
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thoughtly_client import OMIT, InvalidArgumentError, NotSentError, Outcome, Thoughtly
from thoughtly_client._generated.models import CallContactMetadata
from thoughtly_client.encoding import json_bytes, to_json
from thoughtly_client.schema_check import Checker

KEYS: dict[str, Any] = {"api_token": "token", "team_id": "team"}
GOOD: dict[str, Any] = {"contact_id": "c", "interview_id": "a1b2c3d4"}
CYCLE: dict[str, Any] = {}
CYCLE["again"] = CYCLE


class Colour(enum.Enum):
    RED = "red"


REFUSED: dict[str, tuple[dict[str, Any], str, str]] = {
    "null for an id": ({"contact_id": None}, "contact_id", "must be a string, not null"),
    "a number for an id": ({"contact_id": 7}, "contact_id", "must be a string, not an integer"),
    "bytes for an id": ({"contact_id": b"c"}, "contact_id", "holds a bytes, which JSON does not have"),
    "half a surrogate pair": ({"contact_id": "\ud800"}, "contact_id", "half of a surrogate pair"),
    "a list for metadata": ({"metadata": ["k"]}, "metadata", "must be an object, not an array"),
    "text for metadata": ({"metadata": "k"}, "metadata", "must be an object, not a string"),
    "metadata of another type than documented": (
        {"metadata": {"additional_data_1": 1}},
        "metadata.additional_data_1",
        "must be a string",
    ),
    "not a number": ({"metadata": {"x": [1, math.nan]}}, "metadata.x[1]", "not a finite number"),
    "a key that is no string": ({"metadata": {1: 2}}, "metadata", "a key that is a int"),
    "a set": ({"metadata": {"x": {1}}}, "metadata.x", "holds a set"),
    "a cycle": ({"metadata": CYCLE}, "metadata", "nested more than 100 levels deep, or contains itself"),
    "an agent_id": ({"agent_id": "a"}, "agent_id", "did you mean interview_id?"),
    "a misspelt name": ({"metdata": {}}, "metdata", "did you mean metadata?"),
    "a name like no other": ({"zzz": 1}, "zzz", "has no argument zzz"),
    "a time-out of nothing": ({"timeout": 0}, "timeout", "positive number of seconds"),
    "a time-out in words": ({"timeout": "5"}, "timeout", "positive number of seconds"),
    "a deadline in the past": ({"deadline": -1}, "deadline", "positive number of seconds"),
    "a header that the client sets": ({"extra_headers": {"Team_ID": "x"}}, "extra_headers", "cannot set Team_ID"),
    "a header that frames the message": (
        {"extra_headers": {"Content-Length": "0"}},
        "extra_headers",
        "cannot set Content-Length",
    ),
    "a header with a line break": ({"extra_headers": {"x": "a\r\nb: c"}}, "extra_headers", "printable ASCII"),
    "a header name with a space": ({"extra_headers": {"x y": "a"}}, "extra_headers", "HTTP does not allow"),
    "a header that is no text": ({"extra_headers": {"x": 5}}, "extra_headers", "printable ASCII"),
    "headers in a list": ({"extra_headers": [("x", "y")]}, "extra_headers", "must be a mapping"),
    "an extra property that has an argument": ({"extra_body": {"metadata": {}}}, "extra_body.metadata", "of its own"),
    "a key for a ledger that is not there": ({"dedupe_key": "k"}, "dedupe_key", "needs a client with a ledger"),
    "an empty key": ({"dedupe_key": ""}, "dedupe_key", "not empty"),
}


@pytest.mark.parametrize("change", REFUSED.values(), ids=REFUSED)
def test_bad_input_is_refused_by_name_and_nothing_is_sent(change: tuple[Any, str, str], accepting: Any) -> None:
    arguments, field, reason = change
    with (
        Thoughtly(**KEYS, base_url=accepting.url) as client,
        pytest.raises(InvalidArgumentError) as caught,
    ):
        client.call_contact(**GOOD | arguments)
    assert caught.value.field.startswith(field)
    assert reason in str(caught.value)
    assert accepting.requests == []


def test_a_missing_argument_is_named(accepting: Any) -> None:
    with Thoughtly(**KEYS, base_url=accepting.url) as client:
        with pytest.raises(InvalidArgumentError, match="call_contact\\(\\) needs contact_id and interview_id"):
            client.call_contact()  # type: ignore[call-arg]
        with pytest.raises(InvalidArgumentError, match="takes keyword arguments only"):
            client.call_contact("c", "i")  # type: ignore[misc]


def test_an_invalid_argument_is_also_the_builtin_error_and_is_not_sent(accepting: Any) -> None:
    with Thoughtly(**KEYS, base_url=accepting.url) as client, pytest.raises(TypeError) as caught:
        client.call_contact(contact_id=1, interview_id="i")  # type: ignore[arg-type]
    assert isinstance(caught.value, NotSentError)
    assert isinstance(caught.value, ValueError)
    assert caught.value.outcome is Outcome.NOT_SENT
    again = pickle.loads(pickle.dumps(caught.value))
    assert (str(again), again.field) == (str(caught.value), "contact_id")


@pytest.mark.parametrize(
    ("arguments", "sent"),
    [
        ({}, {}),
        ({"metadata": OMIT}, {}),
        ({"metadata": None}, {"metadata": None}),
        ({"metadata": {"n": {"list": [True, None, 1.5]}}}, {"metadata": {"n": {"list": [True, None, 1.5]}}}),
        ({"metadata": {"u": UUID(int=1), "c": Colour.RED}}, {"metadata": {"u": str(UUID(int=1)), "c": "red"}}),
        ({"metadata": {"d": date(2026, 1, 2)}}, {"metadata": {"d": "2026-01-02"}}),
        ({"metadata": {"t": datetime(2026, 1, 2, tzinfo=UTC)}}, {"metadata": {"t": "2026-01-02T00:00:00+00:00"}}),
        ({"metadata": CallContactMetadata(additional_data_1="v")}, {"metadata": {"additional_data_1": "v"}}),
        ({"metadata": {"x": ("a", "b")}}, {"metadata": {"x": ["a", "b"]}}),
        ({"extra_body": {"new": 1}}, {"new": 1}),
    ],
)  # fmt: skip
def test_values_are_sent_as_their_json(arguments: dict[str, Any], sent: dict[str, Any], accepting: Any) -> None:
    with Thoughtly(**KEYS, base_url=accepting.url) as client:
        client.call_contact(**GOOD, **arguments)
    ((_, body),) = accepting.requests
    assert json.loads(body) == GOOD | sent


def test_the_request_carries_both_keys_and_tells_who_sends_it(accepting: Any) -> None:
    with Thoughtly(**KEYS, base_url=accepting.url) as client:
        client.call_contact(**GOOD, extra_headers={"X-Mine": "yes"})
    ((head, _),) = accepting.requests
    lines = head.decode().splitlines()
    assert lines[0] == "POST /contact/call HTTP/1.1"
    assert {"x-api-token: token", "team_id: team", "content-type: application/json", "x-mine: yes"} <= set(lines)
    (agent,) = [line for line in lines if line.lower().startswith("user-agent:")]
    assert all(part in agent for part in ("thoughtly-kit/", " spec/", " python/3.", " httpx/0."))


# Half a surrogate pair is no text that UTF-8 can carry; it is refused, as shown above.
TEXT = st.text(st.characters(codec="utf-8"))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
    max_leaves=20,
)


@given(VALUES)
def test_any_json_value_survives_encoding(value: Any) -> None:
    assert json.loads(json_bytes(to_json(value, "value"))) == value


CHECKED: list[tuple[dict[str, Any], Any, str | None]] = [
    ({"type": "integer"}, 1.0, None),
    ({"type": "integer"}, 1.5, "must be an integer, not a number"),
    ({"type": "number"}, True, "must be a number, not a boolean"),
    ({"enum": [1]}, 1.0, None),
    ({"enum": [1]}, True, "must be one of 1"),
    ({"enum": [[1, {"a": 0}]]}, [1, {"a": 0}], None),
    ({"enum": [[1, {"a": 0}]]}, [1, {"a": False}], "must be one of"),
    ({"maximum": 5, "exclusiveMaximum": True}, 5, "beyond the maximum of 5, which is excluded"),
    ({"multipleOf": 0.5}, 1.25, "must be a multiple of 0.5"),
    ({"allOf": [{"type": "string"}, {"maxLength": 1}]}, "ab", "at most 1 characters"),
    ({"oneOf": [{"type": "integer"}, {"type": "number"}]}, 1, "fits 2 of 2 forms"),
    ({"oneOf": [{"type": "integer"}, {"type": "string"}]}, 1, None),
    ({"not": {"type": "string"}}, "a", "has a form that is not allowed"),
    ({"not": {"type": "string"}}, 1, None),
    ({"$ref": "Tree"}, {"kids": [{"kids": [{"kids": 7}]}]}, "must be an array"),
    ({"type": "object", "additionalProperties": {"type": "string"}}, {"a": 1}, "must be a string"),
    ({"type": "object", "maxProperties": 1}, {"a": 1, "b": 2}, "at most 1 properties"),
    ({"nullable": True, "type": "string"}, None, None),
]


@pytest.mark.parametrize(("schema", "value", "told"), CHECKED)
def test_a_schema_is_checked_as_json_schema_says(schema: dict[str, Any], value: Any, told: str | None) -> None:
    tree = {"type": "object", "properties": {"kids": {"type": "array", "items": {"$ref": "Tree"}}}}
    problem = Checker({"Tree": tree}).first_problem(schema, value, "v")
    assert (problem is None) == (told is None)
    assert problem is None or (told is not None and told in problem.reason)
