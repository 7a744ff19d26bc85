"""Overlays: what an action does, and which overlays and actions are refused."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thoughtly_openapi.errors import OverlayError
from thoughtly_openapi.overlay import apply

DOCUMENT = {
    "info": {"title": "T", "tags": ["a", "b"]},
    "paths": {
        "/a": {"get": {"id": 1, "list": [1, 2, 3]}, "post": {"id": 2}},
        "/b": {"get": {"id": 3, "list": []}},
    },
}

MIXED = {"a": {"b": {"l": [], "o": {}}}}


def overlay(*actions: dict[str, Any], version: str = "1.1.0", **more: Any) -> dict[str, Any]:
    return {"overlay": version, "info": {"title": "t", "version": "1"}, "actions": list(actions), **more}


def applied(*actions: dict[str, Any], version: str = "1.1.0", document: Any = DOCUMENT) -> Any:
    return apply(document, overlay(*actions, version=version), "o.yaml")


@pytest.mark.parametrize("version", ["1.0.0", "1.1.0"])
@pytest.mark.parametrize(
    ("action", "where", "result"),
    [
        ({"target": "$.info", "update": {"title": "U"}}, ("info", "title"), "U"),
        ({"target": "$.info", "update": {"new": {"x": 1}}}, ("info", "new"), {"x": 1}),
        ({"target": "$", "update": {"info": {"tags": ["c"]}}}, ("info", "tags"), ["a", "b", "c"]),
        ({"target": "$.info.tags", "update": "c"}, ("info", "tags"), ["a", "b", "c"]),
        ({"target": "$.info.tags", "update": {"k": 1}}, ("info", "tags"), ["a", "b", {"k": 1}]),
        ({"target": "$.info.tags", "remove": True}, ("info",), {"title": "T"}),
        ({"target": "$.info.title", "remove": True}, ("info",), {"tags": ["a", "b"]}),
        ({"target": "$.paths['/a'].get.list[0,2]", "remove": True}, ("paths", "/a", "get", "list"), [2]),
        ({"target": "$.paths['/a'].get.list[0,0]", "remove": True}, ("paths", "/a", "get", "list"), [2, 3]),
        ({"target": "$.paths.*.get", "update": {"x": 1}}, ("paths", "/b", "get", "x"), 1),
        ({"target": "$.paths.*[?@.id==2]", "update": {"x": 1}}, ("paths", "/a", "post", "x"), 1),
        ({"target": "$.info", "update": {"title": "U"}, "remove": True}, (), {"paths": DOCUMENT["paths"]}),
        ({"target": "$.info", "remove": False, "update": {"title": "U"}}, ("info", "title"), "U"),
        ({"target": "$.info"}, (), DOCUMENT),
    ],
)
def test_an_action_changes_what_its_target_selects(
    action: dict[str, Any], where: tuple[str, ...], result: Any, version: str
) -> None:
    found = applied(action, version=version)
    for key in where:
        found = found[key]
    assert found == result


@pytest.mark.parametrize(
    ("action", "where", "result"),
    [
        ({"target": "$.info.tags", "update": ["c", "d"]}, ("info", "tags"), ["a", "b", "c", "d"]),
        ({"target": "$.info.title", "update": "U"}, ("info", "title"), "U"),
        ({"target": "$.info.tags[0]", "update": "z"}, ("info", "tags"), ["z", "b"]),
        ({"target": "$.paths['/b']", "copy": "$.paths['/a']"}, ("paths", "/b", "post", "id"), 2),
        ({"target": "$.info.title", "copy": "$.info.tags[1]"}, ("info", "title"), "b"),
        ({"target": "$.paths", "copy": "$"}, ("paths", "paths"), DOCUMENT["paths"]),
    ],
)
def test_version_1_1_also_copies_concatenates_and_replaces_primitives(
    action: dict[str, Any], where: tuple[str, ...], result: Any
) -> None:
    found = applied(action)
    for key in where:
        found = found[key]
    assert found == result


def test_version_1_0_appends_an_array_as_one_entry() -> None:
    """Its text: the value must be an entry to append to the array."""
    result = applied({"target": "$.info.tags", "update": ["c"]}, version="1.0.0")
    assert result["info"]["tags"] == ["a", "b", ["c"]]


def test_version_1_0_may_select_objects_and_arrays_in_one_action() -> None:
    result = applied({"target": "$..*[?@.l]['l', 'o']", "update": {"x": 1}}, version="1.0.0", document=MIXED)
    assert result == {"a": {"b": {"l": [{"x": 1}], "o": {"x": 1}}}}


def test_an_array_that_was_merged_into_is_still_selected() -> None:
    result = applied({"target": "$.a['b', 'b']['l']", "update": 1}, version="1.0.0", document=MIXED)
    assert result == {"a": {"b": {"l": [1], "o": {}}}}
    both = applied({"target": "$.a..['b', 'l']", "update": {"l": [2]}}, version="1.0.0", document=MIXED)
    assert both == {"a": {"b": {"l": [2, {"l": [2]}], "o": {}}}}


def test_actions_apply_in_order_each_to_the_result_of_the_one_before() -> None:
    result = applied(
        {"target": "$.info", "remove": True},
        {"target": "$", "update": {"info": {"fresh": True}}},
        {"target": "$.info", "update": {"more": 1}},
    )
    assert result["info"] == {"fresh": True, "more": 1}


def test_updated_nodes_share_nothing_with_each_other_or_with_the_overlay() -> None:
    action = {"target": "$.paths.*.get", "update": {"shared": {"list": []}}}
    result = applied(action, {"target": "$.paths['/a'].get.shared", "update": {"only": "here"}})
    assert result["paths"]["/b"]["get"]["shared"] == {"list": []}
    assert action["update"] == {"shared": {"list": []}}


@pytest.mark.parametrize(
    ("action", "problem"),
    [
        ({"target": "$.nowhere", "remove": True}, "matches nothing"),
        ({"target": "$.nowhere", "update": {}}, "matches nothing"),
        ({"target": "$", "remove": True}, "the whole document cannot be removed"),
        ({"target": "$.info", "update": 1}, "a primitive cannot be merged into an object"),
        ({"target": "$.info", "update": {"title": {}}}, "property 'title' is a primitive, the update an object"),
        ({"target": "$.info", "update": {"tags": "c"}}, "property 'tags' is an array, the update a primitive"),
        ({"target": "$.info.title", "update": {}}, "an object cannot replace the primitive value"),
        ({"target": "$.info.*", "update": "x"}, "selects a primitive and an array in one action"),
        ({"target": "$.info", "copy": "$.paths.*"}, "selects 2 nodes instead of one"),
        ({"target": "$.info", "copy": "$.nowhere"}, "selects 0 nodes instead of one"),
    ],
)
def test_an_action_that_cannot_be_applied_is_named(action: dict[str, Any], problem: str) -> None:
    before = copy.deepcopy(DOCUMENT)
    with pytest.raises(OverlayError, match=problem) as caught:
        applied({"target": "$", "update": {}}, {**action, "description": "the reason why"})
    assert str(caught.value).startswith(f"o.yaml: action 1, target {action['target']} (the reason why): ")
    assert before == DOCUMENT


def test_version_1_0_updates_no_primitive() -> None:
    with pytest.raises(OverlayError, match=r"version 1\.0 updates objects and arrays"):
        applied({"target": "$.info.title", "update": "U"}, version="1.0.0")


def test_an_action_that_fills_gaps_may_come_to_match_nothing() -> None:
    action = {"target": "$.nowhere", "update": {"x": 1}, "x-may-match-nothing": "upstream may fill it"}
    assert applied(action) == DOCUMENT


ACTION = {"target": "$"}
INVALID = [
    ("not an object", [], "an overlay is an object"),
    ("no version", {"info": {}, "actions": [ACTION]}, "/overlay"),
    ("a version that is not 1.0.x or 1.1.x", overlay(ACTION, version="2.0.0"), "/overlay"),
    ("a version without its patch", overlay(ACTION, version="1.1"), "/overlay"),
    ("a version that is a number", overlay(ACTION) | {"overlay": 1.1}, "/overlay"),
    ("no info", {"overlay": "1.1.0", "actions": [ACTION]}, "'info' is a required"),
    ("an info that is no object", overlay(ACTION) | {"info": "x"}, "/info"),
    ("an info without title", overlay(ACTION) | {"info": {"version": "1"}}, "/info: 'title'"),
    ("an info without version", overlay(ACTION) | {"info": {"title": "t"}}, "/info: 'version'"),
    ("a title that is no string", overlay(ACTION) | {"info": {"title": 1, "version": "1"}}, "/info/title"),
    ("a version that is no string", overlay(ACTION) | {"info": {"title": "t", "version": 1}}, "/info/version"),
    ("a member that nobody knows", overlay(ACTION) | {"other": 1}, "'other' was unexpected"),
    ("an extends that is no string", overlay(ACTION) | {"extends": 1}, "/extends"),
    ("no actions", {"overlay": "1.1.0", "info": {"title": "t", "version": "1"}}, "'actions' is a required"),
    ("empty actions", overlay(), "/actions"),
    ("actions that are no array", overlay(ACTION) | {"actions": {}}, "/actions"),
    ("the same action twice", overlay(ACTION, ACTION), "/actions"),
    ("an action that is no object", overlay(ACTION) | {"actions": ["$"]}, "/actions/0"),
    ("an action without target", overlay({"update": {}}), "/actions/0: 'target'"),
    ("a target that is no string", overlay({"target": 1}), "/actions/0/target"),
    ("a target that does not begin with $", overlay({"target": "info"}), "/actions/0/target"),
    ("a target that is no RFC 9535 query", overlay({"target": "$.a[?(@.b"}), "/actions/0/target"),
    ("a target in a dialect of its own", overlay({"target": "$.a.~"}), "/actions/0/target"),
    ("a description that is no string", overlay({**ACTION, "description": 1}), "/actions/0/description"),
    ("a remove that is no boolean", overlay({**ACTION, "remove": "yes"}), "/actions/0/remove"),
    ("a copy that is no string", overlay({**ACTION, "copy": 1}), "/actions/0/copy"),
    ("both update and copy", overlay({**ACTION, "copy": "$", "update": {}}), "/actions/0"),
    ("a copy in version 1.0", overlay({**ACTION, "copy": "$"}, version="1.0.0"), "'copy' was unexpected"),
]


@pytest.mark.parametrize(("document", "problem"), [row[1:] for row in INVALID], ids=[row[0] for row in INVALID])
def test_an_overlay_that_the_specification_calls_invalid_is_refused(document: Any, problem: str) -> None:
    with pytest.raises(OverlayError) as caught:
        apply(DOCUMENT, document, "o.yaml")
    assert str(caught.value).startswith("o.yaml: ")
    assert problem in str(caught.value)


@pytest.mark.parametrize("place", ["root", "info", "action"])
def test_extensions_are_allowed_everywhere(place: str) -> None:
    document = overlay({"target": "$.info", "update": {"x": 1}})
    holder = {"root": document, "info": document["info"], "action": document["actions"][0]}[place]
    holder["x-mine"] = {"any": "thing"}
    assert apply(DOCUMENT, document, "o.yaml")["info"]["x"] == 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=3), children, max_size=3),
    max_leaves=10,
)
OBJECTS = st.dictionaries(st.text(max_size=3), JSON, max_size=4)


@given(OBJECTS, st.text(min_size=4, max_size=6), JSON)
def test_adding_a_property_and_removing_it_gives_the_document_back(document: Any, name: str, value: Any) -> None:
    added = applied({"target": "$", "update": {name: value}}, document=document)
    assert added == {**document, name: value}
    assert applied({"target": "$.*", "remove": True}, document=added) == {}
