"""The client made from a spec it has never seen: other methods, parameters, bodies and responses."""

import ast
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from thoughtly_openapi.errors import ToolError, UnsupportedError
from thoughtly_openapi.generate_client import MARK, generate

ROOT = Path(__file__).resolve().parents[2]
FACE = ROOT / "generated_client" / "thoughtly_client"
SPEC = Path(__file__).with_name("rich.json")
ID = "3fa85f64-5717-4562-b3fc-2c963f66afa6"
CONTACT = {"id": ID, "created": "2026-01-02T03:04:05Z", "kind": "robot", "friends": [], "address": None}

PROGRAM = """
import json, sys, datetime, uuid
from thoughtly_client import Thoughtly
client = Thoughtly(api_token="token", team_id="team", base_url=sys.argv[1])
for expression in json.load(sys.stdin):
    try:
        print(json.dumps([None, repr(eval(expression))]))
    except Exception as error:
        print(json.dumps([type(error).__name__, str(error)]))
"""


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The client's folder with its generated part made from the rich spec."""
    package = tmp_path_factory.mktemp("rich") / "thoughtly_client"
    shutil.copytree(FACE, package, ignore=shutil.ignore_patterns("_generated", "__pycache__"))
    generate(SPEC, package / "_generated")
    return package


def run(package: Path, url: str, *expressions: str) -> list[list[Any]]:
    environment = os.environ | {"PYTHONPATH": str(package.parent)}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, url],
        input=json.dumps(expressions),
        capture_output=True,
        text=True,
        env=environment,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


SENT = {
    "client.list_contacts()": ("GET /contact", None),
    "client.list_contacts(search='a b&c', page=2, phone_numbers_only=True)": (
        "GET /contact?search=a%20b%26c&phone_numbers_only=true&page=2",
        None,
    ),
    "client.list_contacts(tags=['x', 'y,z'], status=['active', 'off'])": (
        "GET /contact?tags%5B%5D=x&tags%5B%5D=y%2Cz&status=active,off",
        None,
    ),
    "client.list_contacts(sort_direction='asc', from_=datetime.date(2026, 1, 2), timeout_query=3, self_query='s')": (
        "GET /contact?sortDirection=asc&from=2026-01-02&timeout=3&self=s",
        None,
    ),
    "client.list_contacts(tags=[], search=None)": ("GET /contact", None),
    f"client.set_tags(contact_id=uuid.UUID('{ID}'), body=['x'])": (f"PUT /contact/{ID}/tags", ["x"]),
    "client.clear_tags(contact_id='a/b?c')": ("DELETE /contact/a%2Fb%3Fc/tags", None),
    "client.create_contact(phone_number='+49', class_='a', address=None, weights=(1, 2.5))": (
        "POST /contact",
        {"phoneNumber": "+49", "class": "a", "address": None, "weights": [1, 2.5]},
    ),
    "client.create_contact(phone_number='+49', class_='b', extra=10, extra_body={'new': [1]})": (
        "POST /contact",
        {"phoneNumber": "+49", "class": "b", "extra": 10, "new": [1]},
    ),
    "client.change_contact(id_path=7, id_query='q', body={'timeout': 1, 'note': None})": (
        "PATCH /contact/7?id=q",
        {"timeout": 1, "note": None},
    ),
    "client.change_contact(id_path=7)": ("PATCH /contact/7", None),
    "client.health()": ("GET /health", None),
}


@pytest.mark.parametrize("expression", SENT)
def test_arguments_go_where_the_spec_puts_them(expression: str, package: Path, accepting: Any) -> None:
    run(package, accepting.url, expression)
    ((head, body),) = accepting.requests
    target, expected = SENT[expression]
    assert head.decode().startswith(f"{target} HTTP/1.1\r\n")
    assert (json.loads(body) if body else None) == expected


def test_keys_go_only_where_the_spec_wants_them(package: Path, accepting: Any) -> None:
    run(package, accepting.url, "client.health()", "client.list_contacts(x_trace='t1')")
    (health, _), (listing, _) = accepting.requests
    assert b"x-rich-token" not in health
    assert b"x-team-id" not in health
    assert b"x-rich-token: token" in listing
    assert b"x-team-id: team" in listing
    assert b"X-Trace: t1".lower() in listing.lower()


REFUSED = {
    "client.list_contacts(limit=101)": "limit is beyond the maximum of 100",
    "client.list_contacts(score=0)": "score is beyond the minimum of 0, which is excluded",
    "client.list_contacts(limit='5')": "limit must be an integer, not a string",
    "client.list_contacts(page=True)": "page must be an integer, not a boolean",
    "client.list_contacts(search='0123456789')": "search must have at most 9 characters, not 10",
    "client.list_contacts(tags=list('abcd'))": "tags must have at most 3 items, not 4",
    "client.list_contacts(tags='abc')": "tags must be an array, not a string",
    "client.list_contacts(status=['active', 'on'])": "status[1] must be one of 'active', 'off'",
    "client.list_contacts(sortDirection='asc')": "did you mean sort_direction?",
    "client.list_contacts(x_trace='a\\nb')": "x_trace has a value for X-Trace that is not printable ASCII text",
    "client.set_tags(contact_id='', body=['x'])": "contact_id is '', which would lead to another path",
    "client.set_tags(contact_id='..', body=['x'])": "contact_id is '..', which would lead to another path",
    "client.set_tags(contact_id='c', body=[])": "body must have at least 1 items, not 0",
    "client.set_tags(contact_id='c', body=['x', 'x'])": "body has an item twice",
    "client.create_contact(phone_number='1', class_='a')": "phone_number must have at least 3 characters",
    "client.create_contact(phone_number='123', class_='a', extra=7)": "extra fits none of the 2 allowed forms",
    "client.create_contact(phone_number='123', class_='a', extra_body={'class': 'b'})": "has an argument of its own",
    "client.change_contact(id_path=7, body={'note': 'n'})": "body.timeout is missing",
    "client.change_contact(id_path=7, body={'timeout': 1, 'noet': 'n'})": "body.noet is not a known property",
}


@pytest.mark.parametrize("expression", REFUSED)
def test_what_the_spec_does_not_allow_is_refused_by_name_and_not_sent(
    expression: str, package: Path, accepting: Any
) -> None:
    ((error, message),) = run(package, accepting.url, expression)
    assert error == "InvalidArgumentError"
    assert REFUSED[expression] in message
    assert accepting.requests == []


ANSWERS = {
    "client.list_contacts().items[0].created.year": (200, {"items": [CONTACT], "next": None}, "2026"),
    "client.list_contacts().items[0].id": (200, {"items": [CONTACT]}, f"UUID('{ID}')"),
    "client.create_contact(phone_number='+49', class_='a').kind": (201, CONTACT, "'robot'"),
    f"client.set_tags(contact_id='{ID}', body=['x'])": (200, ["x"], "['x']"),
    f"client.clear_tags(contact_id='{ID}')": (204, None, "None"),
    "client.change_contact(id_path=1).gone": (200, {"gone": True}, "True"),
    "client.change_contact(id_path=2)": (202, None, "None"),
    "client.health().up": (299, {"up": True}, "True"),
}


@pytest.mark.parametrize("expression", ANSWERS)
def test_each_documented_success_becomes_a_typed_value(expression: str, package: Path, raw_server: Any) -> None:
    status, body, told = ANSWERS[expression]

    def behave(peer: Any) -> None:
        while peer.read() is not None:
            peer.reply(status, b"" if body is None else json.dumps(body).encode())

    assert run(package, raw_server(behave).url, expression) == [[None, told]]


def test_a_nested_break_of_the_response_schema_is_an_unparsed_acceptance(package: Path, raw_server: Any) -> None:
    def behave(peer: Any) -> None:
        while peer.read() is not None:
            peer.reply(200, json.dumps({"items": [{**CONTACT, "kind": "cat"}]}).encode())

    ((error, message),) = run(package, raw_server(behave).url, "client.list_contacts()")
    assert error == "AcceptedUnparsedError"
    assert "items[0].kind must be one of 'person', 'robot'" in message


def test_the_generated_code_passes_the_strict_type_checker(package: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--python-version", "3.11", str(package)],
        capture_output=True,
        text=True,
        cwd=package.parent,
    )
    assert done.returncode == 0, done.stdout


def test_the_same_spec_gives_the_same_bytes_and_nothing_else_stays(package: Path, tmp_path: Path) -> None:
    target = tmp_path / "_generated"
    target.mkdir()
    (target / "stray.py").write_text("")
    generate(SPEC, target)
    assert files(target) == files(package / "_generated")
    assert [entry.name for entry in tmp_path.iterdir()] == ["_generated"]


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }


def test_every_generated_file_is_python_and_carries_the_mark(package: Path) -> None:
    for name, content in files(package / "_generated").items():
        assert name.endswith(".py")
        assert content.decode().startswith(MARK)
        ast.parse(content)


def refused_spec(change: dict[str, Any]) -> dict[str, Any]:
    spec: dict[str, Any] = json.loads(SPEC.read_text())
    spec["components"]["schemas"].update(change)
    return spec


def test_a_warning_of_the_generator_fails_and_leaves_the_old_client(tmp_path: Path) -> None:
    """The generator would leave out what it cannot read and only say so."""
    spec = refused_spec({"Bad": {"type": "array"}})
    (tmp_path / "spec.json").write_text(json.dumps(spec))
    target = tmp_path / "_generated"
    target.mkdir()
    (target / "old.py").write_text("old")
    with pytest.raises(ToolError, match=r"openapi-python-client: .*Bad"):
        generate(tmp_path / "spec.json", target)
    assert files(target) == {"old.py": b"old"}
    assert {entry.name for entry in tmp_path.iterdir()} == {"_generated", "spec.json"}


def test_a_third_credential_is_refused_by_its_pointer(tmp_path: Path) -> None:
    spec = refused_spec({})
    spec["components"]["securitySchemes"]["Other"] = {"type": "apiKey", "in": "header", "name": "x-other"}
    (tmp_path / "spec.json").write_text(json.dumps(spec))
    with pytest.raises(UnsupportedError, match="/components/securitySchemes/Other"):
        generate(tmp_path / "spec.json", tmp_path / "_generated")


@pytest.mark.parametrize(("name", "other"), [("close", "the client itself"), ("createContact", "createContact")])
def test_an_operation_whose_methods_name_is_taken_is_refused_by_its_pointer(
    name: str, other: str, tmp_path: Path
) -> None:
    spec = refused_spec({})
    spec["paths"]["/health"]["get"]["operationId"] = name if name == "close" else "create-contact"
    (tmp_path / "spec.json").write_text(json.dumps(spec))
    with pytest.raises(UnsupportedError, match=f"/paths/~1health/get/operationId: .*{other}"):
        generate(tmp_path / "spec.json", tmp_path / "_generated")


def test_a_nullable_component_keeps_its_name(package: Path) -> None:
    assert "class Address:" in (package / "_generated" / "models" / "address.py").read_text()
