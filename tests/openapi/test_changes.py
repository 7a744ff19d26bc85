"""What an edit of a document means for callers."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from thoughtly_openapi.changes import Change, Impact, can_rate, compare
from thoughtly_openapi.documents import parse_file
from thoughtly_openapi.loader import lookup
from thoughtly_openapi.report import FORMATS, render_changes
from thoughtly_openapi.workspace import Workspace

ROOT = Path(__file__).resolve().parents[2]
KIT = Workspace(ROOT)
BASE: dict[str, Any] = parse_file(KIT.upstream / "contact-call.yaml")
OPERATION = "/paths/~1contact~1call/post"
BODY = f"{OPERATION}/requestBody/content/application~1json/schema"
RESPONSE = "/components/schemas/GenericResponse"
QUERY = {"name": "q", "in": "query", "schema": {"type": "string"}}

needs_node = pytest.mark.skipif(not can_rate(KIT), reason="no node with the pinned Redocly: changes cannot be rated")

Edit = Callable[[dict[str, Any]], object]


def edited(*edits: Edit, base: dict[str, Any] = BASE) -> dict[str, Any]:
    document = copy.deepcopy(base)
    for edit in edits:
        edit(document)
    return document


def put(pointer: str, value: Any) -> Edit:
    """An edit that sets what ``pointer`` names."""
    parent, _, key = pointer.rpartition("/")
    return lambda document: lookup(document, parent).update({key.replace("~1", "/"): copy.deepcopy(value)})


def drop(pointer: str) -> Edit:
    """An edit that removes what ``pointer`` names."""
    parent, _, key = pointer.rpartition("/")
    return lambda document: lookup(document, parent).pop(key.replace("~1", "/"))


STRING = {"type": "string"}
REQUIRED_QUERY = QUERY | {"required": True}
OTHER_RESPONSE = {"description": "fine"}
OTHER_OPERATION = {"get": {"responses": {"200": OTHER_RESPONSE}}}
LETTERS = put(f"{BODY}/properties/letter", STRING | {"enum": ["a", "b"]})
ANSWERED = put(f"{RESPONSE}/properties/letter", STRING | {"enum": ["a", "b"]})
PROPERTY, ANSWER = f"{BODY}/properties/letter/enum", f"{RESPONSE}/properties/letter/enum"

NOTHING: tuple[Edit, ...] = ()
RATED: list[tuple[str, tuple[Edit, ...], tuple[Edit, ...], Impact]] = [
    ("a response goes", (put(f"{OPERATION}/responses/202", OTHER_RESPONSE),), NOTHING, Impact.MAJOR),
    ("a response comes", NOTHING, (put(f"{OPERATION}/responses/400", OTHER_RESPONSE),), Impact.MINOR),
    ("a property becomes required", NOTHING, (put(f"{BODY}/required", [*"xyz"]),), Impact.MAJOR),
    ("an optional property comes", NOTHING, (put(f"{BODY}/properties/note", STRING),), Impact.MINOR),
    ("a request property goes", NOTHING, (drop(f"{BODY}/properties/metadata"),), Impact.PATCH),
    ("a type changes", NOTHING, (put(f"{BODY}/properties/contact_id/type", "integer"),), Impact.MAJOR),
    ("a limit comes", NOTHING, (put(f"{BODY}/properties/contact_id/minLength", 5),), Impact.MAJOR),
    ("the body becomes required", NOTHING, (put(f"{OPERATION}/requestBody/required", True),), Impact.MAJOR),
    ("a required parameter comes", NOTHING, (put(f"{OPERATION}/parameters", [REQUIRED_QUERY]),), Impact.MAJOR),
    ("an optional parameter comes", NOTHING, (put(f"{OPERATION}/parameters", [QUERY]),), Impact.MINOR),
    ("a parameter goes", (put(f"{OPERATION}/parameters", [QUERY]),), NOTHING, Impact.MAJOR),
    ("a value comes that may be sent", (LETTERS,), (LETTERS, put(PROPERTY, [*"abc"])), Impact.PATCH),
    ("a value goes that may be sent", (LETTERS,), (LETTERS, put(PROPERTY, ["a"])), Impact.MAJOR),
    ("a value comes that may be answered", (ANSWERED,), (ANSWERED, put(ANSWER, [*"abc"])), Impact.MAJOR),
    ("an answered property goes", NOTHING, (drop(f"{RESPONSE}/properties/error"),), Impact.MAJOR),
    ("an answered property may be absent", NOTHING, (drop(f"{RESPONSE}/required"),), Impact.MAJOR),
    ("a description changes", NOTHING, (put(f"{OPERATION}/description", "other words"),), Impact.PATCH),
    ("an operation comes", NOTHING, (put("/paths/~1contact", OTHER_OPERATION),), Impact.MINOR),
    ("an operation goes", (put("/paths/~1contact", OTHER_OPERATION),), NOTHING, Impact.MAJOR),
    ("a key header is renamed", NOTHING, (put("/components/securitySchemes/TeamIdAuth/name", "team"),), Impact.MAJOR),
    ("a second key is demanded", (put("/security", [{"ApiKeyAuth": []}]),), NOTHING, Impact.MAJOR),
    ("no key is demanded", NOTHING, (drop("/security"),), Impact.PATCH),
    ("the server moves", NOTHING, (put("/servers", [{"url": "https://api2.example"}]),), Impact.MAJOR),
    ("the operation is deprecated", NOTHING, (put(f"{OPERATION}/deprecated", True),), Impact.PATCH),
]


@needs_node
@pytest.mark.parametrize(("before", "after", "impact"), [row[1:] for row in RATED], ids=[row[0] for row in RATED])
def test_a_change_is_rated_for_callers(before: tuple[Edit, ...], after: tuple[Edit, ...], impact: Impact) -> None:
    changes = compare(KIT, "page.yaml", edited(*before), edited(*after))
    assert max(change.impact or 0 for change in changes) == impact


@needs_node
def test_a_change_says_where_and_what() -> None:
    (change,) = compare(KIT, "page.yaml", BASE, edited(put(f"{OPERATION}/summary", "Ring a contact")))
    assert (change.file, change.pointer) == ("page.yaml", f"{OPERATION}/summary")
    assert (change.before, change.after) == ("Call a contact", "Ring a contact")


@needs_node
def test_what_the_tool_passes_over_is_listed_unrated() -> None:
    """An example is no promise to callers, yet the report names every place that changed."""
    changes = compare(KIT, "page.yaml", BASE, edited(put(f"{BODY}/example", {"contact_id": "c"})))
    assert [(change.pointer, change.impact) for change in changes] == [(f"{BODY}/example", None)]


@needs_node
def test_a_configuration_in_the_working_directory_does_not_bear_on_the_ratings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "redocly.yaml").write_text("broken: [\n")
    monkeypatch.chdir(tmp_path)
    assert compare(KIT, "page.yaml", BASE, edited(drop(f"{BODY}/required")))


@needs_node
def test_a_new_document_is_additive() -> None:
    changes = compare(KIT, "page.yaml", None, BASE)
    assert {change.impact for change in changes} == {Impact.MINOR}


def test_equal_documents_have_no_changes() -> None:
    assert compare(KIT, "page.yaml", BASE, copy.deepcopy(BASE)) == ()


def test_without_node_every_changed_place_is_listed_unrated(tmp_path: Path) -> None:
    after = edited(drop(f"{BODY}/properties/metadata"), put(f"{OPERATION}/summary", "x"), put("/x-new", 1))
    changes = compare(Workspace(tmp_path), "page.yaml", BASE, after)
    assert {(change.pointer, change.description) for change in changes} == {
        (f"{BODY}/properties/metadata", "removed"),
        (f"{OPERATION}/summary", "modified"),
        ("/x-new", "added"),
    }
    assert {change.impact for change in changes} == {None}


HOSTILE = Change("a.yaml", "/paths/\x1b[31m|`x`", Impact.MAJOR, "\x1b]0;title\x07<b>|\nnext\u202e", "\x00", "\x9b")


@pytest.mark.parametrize("style", FORMATS)
def test_no_report_lets_a_page_reach_the_terminal(style: Any) -> None:
    """Escape sequences and direction marks of a page never come through."""
    printed = render_changes([HOSTILE], style)
    assert not {*printed} & {"\x00", "\x07", "\x1b", "\x9b", "\u202e"}


def test_the_json_report_carries_everything_about_a_change() -> None:
    (entry,) = json.loads(render_changes([HOSTILE], "json"))["changes"]
    assert entry == {
        "impact": "major",
        "file": HOSTILE.file,
        "pointer": HOSTILE.pointer,
        "description": HOSTILE.description,
        "before": HOSTILE.before,
        "after": HOSTILE.after,
    }


def test_a_markdown_report_keeps_one_row_per_change() -> None:
    rows = render_changes([HOSTILE, HOSTILE], "markdown").splitlines()
    assert len(rows) == 4
    assert all("<b>" not in row.replace("\\<b\\>", "") for row in rows)


def test_the_gravest_change_comes_first() -> None:
    changes = [Change("a", "/a", impact, str(impact)) for impact in (None, Impact.PATCH, Impact.MAJOR, Impact.MINOR)]
    rated = [entry["impact"] for entry in json.loads(render_changes(changes, "json"))["changes"]]
    assert rated == ["major", "minor", "patch", "unrated"]
