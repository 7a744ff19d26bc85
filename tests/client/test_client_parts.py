"""The parts that operations of other shapes than the vendored one go through."""

import asyncio
import importlib.metadata
import json
import pickle
import re
from typing import Any

import pytest

from thoughtly_client import OMIT, AsyncThoughtly, InvalidArgumentError, Reply, Thoughtly
from thoughtly_client._generated.models import GenericResponse
from thoughtly_client.calling import Options
from thoughtly_client.core import kit_version
from thoughtly_client.engine import LoadedBody
from thoughtly_client.operation import Argument, Operation
from thoughtly_client.prepare import prepare
from thoughtly_client.replayed import marked
from thoughtly_client.schema_check import Checker
from thoughtly_client.secret import Secret

LIST = {"type": "array", "uniqueItems": True, "items": {"type": "string"}}
CLOSED = {"type": "object", "additionalProperties": False, "properties": {"a": {"type": "integer"}}}
CHOICE = {"anyOf": [{"type": "string"}, {"type": "boolean"}]}


def argument(name: str, place: Any, schema: dict[str, Any], *, explode: bool = True) -> Argument:
    return Argument(re.sub(r"\W", "_", name), name, place, required=False, explode=explode, schema=schema)


def operation(*arguments: Argument, body_required: bool = False) -> Operation:
    return Operation(
        name="any",
        method="PUT",
        path="/a/{id}/b",
        arguments=(argument("id", "path", {"type": "string"}), *arguments),
        media_type="application/json",
        body_required=body_required,
        keys=(),
        responses={},
    )


def request(made: Operation, **values: Any) -> tuple[str, dict[str, str], bytes]:
    given = {each.python_name: values.pop(each.python_name, OMIT) for each in made.arguments}
    options = Options(timeout=None, deadline=None, extra_headers=None, **values)
    prepared = prepare(made, {**given, "id": "x/y"}, options, Checker({}))
    return prepared.target, dict(prepared.headers), prepared.content


JSON = {"content-type": "application/json"}


@pytest.mark.parametrize(
    ("made", "values", "expected"),
    [
        (operation(), {}, ("/a/x%2Fy/b", {}, b"")),
        (operation(argument("q", "query", {})), {"q": "ä&="}, ("/a/x%2Fy/b?q=%C3%A4%26%3D", {}, b"")),
        (operation(argument("q", "query", {})), {"q": 1.5}, ("/a/x%2Fy/b?q=1.5", {}, b"")),
        (operation(argument("q", "query", {})), {"q": True}, ("/a/x%2Fy/b?q=true", {}, b"")),
        (operation(argument("q", "query", {"nullable": True})), {"q": None}, ("/a/x%2Fy/b?q=", {}, b"")),
        (operation(argument("q", "query", {"type": "string"})), {"q": None}, ("/a/x%2Fy/b", {}, b"")),
        (operation(argument("q[]", "query", LIST)), {"q__": ["a", "b"]}, ("/a/x%2Fy/b?q%5B%5D=a&q%5B%5D=b", {}, b"")),
        (operation(argument("q", "query", LIST, explode=False)), {"q": ["a,", "b"]}, ("/a/x%2Fy/b?q=a%2C,b", {}, b"")),
        (operation(argument("q", "query", LIST, explode=False)), {"q": []}, ("/a/x%2Fy/b", {}, b"")),
        (operation(argument("X-H", "header", {})), {"X_H": 5}, ("/a/x%2Fy/b", {"X-H": "5"}, b"")),
        (operation(argument("body", "body", LIST)), {"body": ["a"]}, ("/a/x%2Fy/b", JSON, b'["a"]')),
        (operation(argument("body", "body", {})), {}, ("/a/x%2Fy/b", {}, b"")),
        (operation(argument("p", "property", {})), {"p": 1}, ("/a/x%2Fy/b", JSON, b'{"p":1}')),
        (operation(argument("p", "property", {})), {}, ("/a/x%2Fy/b", {}, b"")),
        (operation(argument("p", "property", {}), body_required=True), {}, ("/a/x%2Fy/b", JSON, b"{}")),
    ],
)
def test_each_value_goes_where_its_place_says(
    made: Operation, values: dict[str, Any], expected: tuple[str, dict[str, str], bytes]
) -> None:
    assert request(made, **values) == expected


@pytest.mark.parametrize(
    ("made", "values", "told"),
    [
        (operation(argument("body", "body", LIST)), {"body": ["a", "a"]}, "body has an item twice"),
        (operation(argument("body", "body", LIST)), {"body": ["a", 1]}, "body[1] must be a string, not an integer"),
        (operation(argument("body", "body", CLOSED)), {"body": {"b": 1}}, "body.b is not a known property"),
        (operation(argument("body", "body", CLOSED)), {"body": {"a": "1"}}, "body.a must be an integer, not a string"),
        (operation(argument("q", "query", CHOICE)), {"q": 1}, "q fits none of the 2 allowed forms"),
        (operation(argument("q", "query", {"minLength": 2})), {"q": "a"}, "q must have at least 2 characters, not 1"),
        (operation(argument("X-H", "header", {})), {"X_H": "ä"}, "X_H has a value for X-H that is not printable"),
    ],
)
def test_what_the_schema_forbids_is_refused_with_the_path_into_it(
    made: Operation, values: dict[str, Any], told: str
) -> None:
    with pytest.raises(InvalidArgumentError, match=re.escape(told)):
        request(made, **values)


@pytest.mark.parametrize("segment", ["", ".", ".."])
def test_a_path_parameter_cannot_lead_to_another_path(segment: str) -> None:
    options = Options(timeout=None, deadline=None, extra_headers=None)
    with pytest.raises(InvalidArgumentError, match="which would lead to another path"):
        prepare(operation(), {"id": segment}, options, Checker({}))


def test_omit_is_one_falsy_value_that_pickles_to_itself() -> None:
    assert not OMIT
    assert repr(OMIT) == "OMIT"
    assert pickle.loads(pickle.dumps(OMIT)) is OMIT


def test_a_secret_is_not_pickled() -> None:
    with pytest.raises(TypeError, match="a credential cannot be pickled"):
        pickle.dumps(Secret("x"))


def test_a_replayed_model_is_marked_equal_to_the_first_and_pickles() -> None:
    first = GenericResponse.from_dict({"data": {"id": 1}, "error": None})
    again = marked(first)
    assert again == first
    assert pickle.loads(pickle.dumps(again)).replayed
    assert pickle.loads(pickle.dumps(again)) == again
    assert again != GenericResponse.from_dict({"data": {"id": 2}})
    assert marked(["no model"]) == ["no model"]


@pytest.mark.parametrize(
    ("content_type", "content", "text"),
    [
        ("text/plain; charset=latin-1", b"\xe4", "ä"),
        ('text/plain; charset="UTF-8"; x=y', "ä".encode(), "ä"),
        ("text/plain; charset=zork", b"\xff", "\ufffd"),
        ("text/plain; charset=\x00", b"a", "a"),
        ("", "ä".encode(), "ä"),
    ],
)
def test_a_body_has_a_text_whatever_its_charset(content_type: str, content: bytes, text: str) -> None:
    assert Reply(400, {"content-type": content_type}, content).text == text


def test_a_generated_parser_may_read_a_body_as_text_bytes_or_json() -> None:
    body = LoadedBody(Reply(200, {"content-type": "text/plain; charset=latin-1"}, b"\xe4"))
    assert (body.status_code, body.text, body.content) == (200, "ä", b"\xe4")
    with pytest.raises(ValueError, match="decode"):
        body.json()


def test_a_checkout_that_is_not_installed_has_version_0(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        raise importlib.metadata.PackageNotFoundError(name)

    assert kit_version() != "0"
    monkeypatch.setattr("importlib.metadata.version", missing)
    assert kit_version() == "0"


def test_a_body_is_read_up_to_the_limit_of_the_client(raw_server: Any) -> None:
    def behave(peer: Any) -> None:
        while peer.read() is not None:
            peer.reply(200, json.dumps({"data": {"long": "x" * 100}}).encode())

    url = raw_server(behave).url
    keys = {"api_token": "t", "team_id": "t", "base_url": url}
    with Thoughtly(**keys, max_response_bytes=2000) as client:
        client.call_contact(contact_id="c", interview_id="i")
    with Thoughtly(**keys, max_response_bytes=50) as client, pytest.raises(Exception, match="larger than 50 bytes"):
        client.call_contact(contact_id="c", interview_id="i")


def test_a_client_of_the_callers_stays_open_in_tasks_too(accepting: Any) -> None:
    async def run() -> None:
        from httpx import AsyncClient

        async with AsyncClient(trust_env=False) as http_client:
            async with AsyncThoughtly(
                api_token="t", team_id="t", base_url=accepting.url, http_client=http_client
            ) as client:
                await client.call_contact(contact_id="c", interview_id="i")
            assert not http_client.is_closed

    asyncio.run(run())


def test_a_hook_of_a_task_may_read_the_response_first(accepting: Any) -> None:
    async def run() -> None:
        async def read(response: Any) -> None:
            await response.aread()

        keys = {"api_token": "t", "team_id": "t", "base_url": accepting.url}
        async with AsyncThoughtly(**keys, event_hooks={"response": [read]}) as client:
            assert (await client.call_contact(contact_id="c", interview_id="i")).data["id"] == "c1"

    asyncio.run(run())
