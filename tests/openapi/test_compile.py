"""From vendored documents and overlays to the one spec."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openapi_schema_validator import OAS30Validator

from thoughtly_openapi.compile import compile_documents, compile_workspace, render
from thoughtly_openapi.documents import parse_file
from thoughtly_openapi.errors import DocumentError, MergeError, SpecError, UnsupportedError
from thoughtly_openapi.loader import operations, resolve
from thoughtly_openapi.merge import merge
from thoughtly_openapi.naming import operation_name
from thoughtly_openapi.workspace import Workspace

ROOT = Path(__file__).resolve().parents[2]
OVERLAYS = {path.name: parse_file(path) for path in Workspace(ROOT).overlays}
CALL = parse_file(ROOT / "openapi" / "upstream" / "contact-call.yaml")


def document(path: str = "/contact", method: str = "get", **operation: Any) -> dict[str, Any]:
    """A vendored document of another operation, equal to the real one in all that documents share."""
    operation.setdefault("responses", {"200": {"description": "fine"}})
    return {**copy.deepcopy(CALL), "paths": {path: {method: operation}}}


def compiled(*others: dict[str, Any]) -> dict[str, Any]:
    documents = {"contact-call.yaml": CALL, **{f"other-{index}.yaml": other for index, other in enumerate(others)}}
    return compile_documents(documents, OVERLAYS)


def edited(value: dict[str, Any], *keys: str, to: Any) -> dict[str, Any]:
    value = copy.deepcopy(value)
    holder = value
    for key in keys[:-1]:
        holder = holder.setdefault(key, {})
    holder[keys[-1]] = to
    return value


def test_the_committed_spec_is_what_compiling_gives() -> None:
    workspace = Workspace(ROOT)
    assert render(compile_workspace(workspace)) == workspace.compiled.read_bytes()


def test_the_order_in_which_documents_are_given_does_not_matter() -> None:
    documents = {"a.yaml": document("/a"), "b.yaml": document("/b"), "contact-call.yaml": CALL}
    backwards = dict(reversed(documents.items()))
    assert render(compile_documents(documents, OVERLAYS)) == render(compile_documents(backwards, OVERLAYS))


# Merging


def test_equal_components_are_shared() -> None:
    spec = compiled(document("/a"), document("/b", "put"))
    assert [operation.path for operation in operations(spec)] == ["/contact/call", "/a", "/b"]
    assert spec["components"]["schemas"]["GenericResponse"] == CALL["components"]["schemas"]["GenericResponse"]


@pytest.mark.parametrize(
    ("other", "message"),
    [
        (
            edited(document(), "components", "schemas", "GenericResponse", "description", to="x"),
            "/components/schemas/GenericResponse differs between contact-call.yaml and other-0.yaml",
        ),
        (
            edited(document(), "servers", to=[{"url": "https://elsewhere.example"}]),
            "/servers differs between contact-call.yaml and other-0.yaml",
        ),
        (
            edited(document(), "security", to=[{"ApiKeyAuth": []}]),
            "/security differs between contact-call.yaml and other-0.yaml",
        ),
        (edited(document(), "x-mine", to=1), "/x-mine differs between contact-call.yaml and other-0.yaml"),
        (document("/contact/call", "post"), "POST /contact/call is in both contact-call.yaml and other-0.yaml"),
    ],
)
def test_documents_that_contradict_each_other_are_named(other: dict[str, Any], message: str) -> None:
    with pytest.raises(MergeError) as caught:
        compiled(other)
    assert str(caught.value) == message


def test_documents_of_different_openapi_versions_are_named() -> None:
    with pytest.raises(MergeError, match=r"/openapi: contact-call\.yaml is version 3\.0\.0, other-0"):
        compiled(edited(document(), "openapi", to="3.1.0"))


def test_paths_that_differ_in_parameter_names_only_are_named() -> None:
    def item(name: str, method: str) -> dict[str, Any]:
        parameter = {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        return document(f"/c/{{{name}}}", method, parameters=[parameter])

    with pytest.raises(MergeError, match=r"/c/\{a\} of other-0\.yaml and /c/\{b\} of other-1\.yaml"):
        compiled(item("a", "get"), item("b", "put"))


def test_path_level_parameters_stay_with_the_document_that_has_them() -> None:
    with_common, without = document("/a", "get"), document("/a", "put")
    common = {"name": "page", "in": "query", "schema": {"type": "integer"}}
    with_common["paths"]["/a"]["parameters"] = [common]
    merged = merge({"1.yaml": with_common, "2.yaml": without})["paths"]["/a"]
    assert merged["get"]["parameters"] == [common]
    assert "parameters" not in merged["put"]
    assert "parameters" not in merged


def test_path_level_parameters_give_way_to_those_of_the_operation() -> None:
    page = {"name": "page", "in": "query", "schema": {"type": "integer"}}
    own = document("/a", parameters=[{"$ref": "#/components/parameters/Page"}])
    own["components"]["parameters"] = {"Page": {**page, "required": True}}
    own["paths"]["/a"]["parameters"] = [page]
    assert merge({"1.yaml": own})["paths"]["/a"]["get"]["parameters"] == [{"$ref": "#/components/parameters/Page"}]


def test_tags_are_merged_by_name() -> None:
    one, two = document("/a"), document("/b")
    one["tags"], two["tags"] = [{"name": "x"}], [{"name": "x"}, {"name": "y"}]
    assert merge({"1.yaml": one, "2.yaml": two})["tags"] == [{"name": "x"}, {"name": "y"}]
    two["tags"] = [{"name": "x", "description": "other"}]
    with pytest.raises(MergeError, match=r"tag 'x' differs between 1\.yaml and 2\.yaml"):
        merge({"1.yaml": one, "2.yaml": two})


# Names


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        ("post", "/contact/call", "call_contact"),
        ("post", "/contact/create", "create_contact"),
        ("post", "/contact", "post_contact"),
        ("post", "/contact/{id}/call", "call_contact_by_id"),
        ("post", "/contact/{id}", "post_contact_by_id"),
        ("get", "/contact", "get_contact"),
        ("get", "/contact/{contactId}", "get_contact_by_contact_id"),
        ("put", "/contact/{contact_id}/tags", "put_contact_by_contact_id_tags"),
        ("delete", "/v2/a-b.c/{x}", "delete_v2_a_b_c_by_x"),
        ("get", "/HTTPServer/fooBar", "get_http_server_foo_bar"),
        ("post", "/a/2fa", "post_a_2fa"),
        ("get", "/", "get"),
        ("get", "/é", "get_e"),
    ],
)
def test_an_unnamed_operation_is_named_by_its_method_and_path(method: str, path: str, name: str) -> None:
    assert operation_name(method, path) == name


SEGMENTS = st.text(st.characters(exclude_characters="/{}", exclude_categories=["Cs"]), min_size=1, max_size=8)
PATHS = st.lists(SEGMENTS | SEGMENTS.map("{{{}}}".format), max_size=4).map(lambda parts: "/" + "/".join(parts))


@given(st.sampled_from(["get", "put", "post", "delete", "patch"]), PATHS)
def test_every_name_is_an_ascii_identifier(method: str, path: str) -> None:
    name = operation_name(method, path)
    assert name.isidentifier()
    assert name.isascii()
    assert name == name.lower()


def test_names_that_collide_are_an_error_with_both_operations() -> None:
    with pytest.raises(MergeError, match=r"POST /contact/call and GET /a would both be called 'call_contact'"):
        compiled(document("/a", operationId="callContact"))


def test_upstreams_own_names_are_kept() -> None:
    assert compiled(document("/a", operationId="listThings"))["paths"]["/a"]["get"]["operationId"] == "listThings"


# What the overlays do


def dereferenced(spec: dict[str, Any], node: Any) -> Any:
    if isinstance(node, dict):
        return {key: dereferenced(spec, value) for key, value in resolve(spec, node).items()}
    return [dereferenced(spec, item) for item in node] if isinstance(node, list) else node


def test_names_change_nothing_on_the_wire() -> None:
    upstream = merge({"contact-call.yaml": CALL})
    named = compile_documents({"contact-call.yaml": CALL}, {"names.yaml": OVERLAYS["names.yaml"]})
    expected = dereferenced(upstream, upstream["paths"])
    expected["/contact/call"]["post"] |= {"operationId": "call_contact", "security": upstream["security"]}
    assert dereferenced(named, named["paths"]) == expected


def test_credentials_of_the_document_are_stated_on_operations_that_state_none() -> None:
    spec = compiled(document("/a"), document("/b", security=[]), document("/c", security=[{"ApiKeyAuth": []}]))
    stated = {operation.path: operation.definition["security"] for operation in operations(spec)}
    assert stated == {
        "/contact/call": CALL["security"],
        "/a": CALL["security"],
        "/b": [],
        "/c": [{"ApiKeyAuth": []}],
    }


def test_every_operation_gets_the_errors_of_a_server_of_this_kind() -> None:
    for operation in operations(compiled(document("/a"), document("/b", "put"))):
        errors = {status: response for status, response in operation.definition["responses"].items() if status >= "400"}
        assert set(errors) == {"400", "401", "403", "404", "413", "415", "429", "500"}
        for response in errors.values():
            schema = response["content"]["application/json"]["schema"]
            assert schema == {"$ref": "#/components/schemas/GenericResponse"}


def test_an_error_that_upstream_documents_keeps_upstreams_word() -> None:
    own = {"description": "No such contact"}
    spec = compiled(document("/a", responses={"200": {"description": "fine"}, "404": own}))
    assert spec["paths"]["/a"]["get"]["responses"]["404"] == own


@pytest.mark.parametrize(("stated", "required"), [({}, True), ({"required": False}, False), ({"required": True}, True)])
def test_a_body_with_required_properties_is_required_unless_upstream_says_otherwise(
    stated: dict[str, Any], required: bool
) -> None:
    schema = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}
    body = {"content": {"application/json": {"schema": schema}}, **stated}
    spec = compiled(document("/a", "put", requestBody=body))
    assert spec["paths"]["/a"]["put"]["requestBody"]["required"] is required


def additions(upstream: Any, compiled: Any, pointer: str, evidence: str | None) -> Iterator[tuple[str, str | None]]:
    """Yield the pointer of everything in ``compiled`` that is not in ``upstream``, with the evidence it is under."""
    if isinstance(compiled, dict):
        evidence = compiled.get("x-evidence", evidence)
        for key, value in compiled.items():
            below = upstream.get(key) if isinstance(upstream, dict) else None
            if not isinstance(upstream, dict) or key not in upstream:
                yield f"{pointer}/{key}", evidence if not isinstance(value, dict) else value.get("x-evidence", evidence)
            yield from additions(below, value, f"{pointer}/{key}", evidence)


def test_everything_that_evidence_adds_says_on_which_evidence() -> None:
    upstream = merge({"contact-call.yaml": CALL, "other.yaml": document("/a")})
    spec = compile_documents(
        {"contact-call.yaml": CALL, "other.yaml": document("/a")}, {"evidence.yaml": OVERLAYS["evidence.yaml"]}
    )
    added = dict(additions(upstream["paths"], spec["paths"], "/paths", None))
    unmarked = [p for p, evidence in added.items() if evidence is None and not p.endswith(("operationId", "/examples"))]
    assert unmarked == []
    assert set(added.values()) - {None} == {"documented", "observed", "assumed"}


def objects(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from objects(value)


def test_every_evidence_names_its_source() -> None:
    marked = [node for node in objects(compiled()) if "x-evidence" in node]
    assert len(marked) > 10
    for node in marked:
        assert node["x-evidence"] in {"documented", "observed", "assumed"}
        assert node["x-source"].strip()


def test_every_example_is_what_its_schema_allows() -> None:
    spec = compiled()
    checked = [
        example
        for media_type in objects(spec)
        for example in media_type.get("examples", {}).values()
        if OAS30Validator(dereferenced(spec, media_type["schema"])).validate(example["value"]) is None
    ]
    assert len(checked) == 2


def test_a_document_without_the_shape_of_errors_is_refused_by_name() -> None:
    bare = edited(CALL, "components", "schemas", to={})
    schema = {"type": "object"}
    bare["paths"]["/contact/call"]["post"]["responses"]["200"]["content"]["application/json"]["schema"] = schema
    with pytest.raises(SpecError, match="#/components/schemas/GenericResponse does not exist"):
        compile_documents({"contact-call.yaml": bare}, OVERLAYS)


def test_documents_without_credentials_compile() -> None:
    """Nothing is stated where there is nothing to state."""
    free = {key: value for key, value in CALL.items() if key != "security"}
    spec = compile_documents({"contact-call.yaml": free}, OVERLAYS)
    assert "security" not in spec["paths"]["/contact/call"]["post"]


# Refusals

JSON_TWICE = ("application/json", "application/hal+json")


def parameter(schema: dict[str, Any]) -> dict[str, Any]:
    return document("/a", parameters=[{"name": "p", "in": "query", "schema": schema}])


@pytest.mark.parametrize(
    ("other", "finding"),
    [
        (edited(document(), "paths", "/contact", "servers", to=[{"url": "/"}]), "/paths/~1contact/servers"),
        (document("/a", servers=[{"url": "/"}]), "/paths/~1a/get/servers"),
        (document("/a", "head"), "/paths/~1a/head"),
        (document("/a", "options"), "/paths/~1a/options"),
        (document("/a", "trace"), "/paths/~1a/trace"),
        (document("/a", callbacks={"c": {"{$url}": {}}}), "/paths/~1a/get/callbacks"),
        (document("/a", requestBody={"content": {"application/json": {"schema": {}}}}), "/paths/~1a/get/requestBody"),
        (
            document("/a", "post", requestBody={"content": {"application/json": {}}}),
            "/paths/~1a/post/requestBody/content/application~1json",
        ),
        (
            document("/a", "put", requestBody={"content": {key: {"schema": {}} for key in JSON_TWICE}}),
            "/paths/~1a/put/requestBody/content/application~1hal+json",
        ),
        (document("/a", security=[{"ApiKeyAuth": []}, {"TeamIdAuth": []}]), "/paths/~1a/get/security"),
        (
            document("/a", "post", requestBody={"content": {"multipart/form-data": {}}}),
            "/paths/~1a/post/requestBody/content/multipart~1form-data",
        ),
        (
            document("/a", responses={"200": {"description": "", "content": {"text/csv": {}}}}),
            "/paths/~1a/get/responses/200/content/text~1csv",
        ),
        (
            document("/a", parameters=[{"name": "p", "in": "cookie", "schema": {"type": "string"}}]),
            "/paths/~1a/get/parameters/0/in",
        ),
        (
            document("/a", parameters=[{"name": "p", "in": "query", "content": {"application/json": {}}}]),
            "/paths/~1a/get/parameters/0/content",
        ),
        (
            document("/a", parameters=[{"name": "p", "in": "query", "style": "deepObject", "schema": {}}]),
            "/paths/~1a/get/parameters/0/style",
        ),
        (
            document("/a", parameters=[{"name": "p", "in": "query", "schema": {"type": "object"}}]),
            "/paths/~1a/get/parameters/0/schema",
        ),
        (
            document("/a", parameters=[{"name": "p", "in": "header", "schema": {"type": "array", "items": {}}}]),
            "/paths/~1a/get/parameters/0/schema",
        ),
        (parameter({"allOf": [{"type": "object"}]}), "/paths/~1a/get/parameters/0/schema"),
        (parameter({"type": "array", "items": {"type": "object"}}), "/paths/~1a/get/parameters/0/schema/items"),
        (
            parameter({"type": "array", "items": {"type": "array", "items": {}}}),
            "/paths/~1a/get/parameters/0/schema/items",
        ),
        (parameter({"enum": [True]}), "/paths/~1a/get/parameters/0/schema/enum"),
        (parameter({"enum": ["a", 1]}), "/paths/~1a/get/parameters/0/schema/enum"),
        (
            edited(document(), "components", "schemas", "Generic_Response", to={}),
            "/components/schemas/Generic_Response",
        ),
        (
            edited(document(), "components", "schemas", "S", to={"properties": {"f": {"format": "binary"}}}),
            "/components/schemas/S/properties/f/format",
        ),
        (
            edited(document(), "components", "securitySchemes", "S", to={"type": "http", "scheme": "basic"}),
            "/components/securitySchemes/S/type",
        ),
        (
            edited(document(), "components", "securitySchemes", "S", to={"type": "apiKey", "in": "query", "name": "k"}),
            "/components/securitySchemes/S/in",
        ),
    ],
)
def test_a_feature_that_a_later_stage_cannot_serve_is_refused_by_pointer(other: dict[str, Any], finding: str) -> None:
    with pytest.raises(UnsupportedError) as caught:
        compiled(other)
    assert list(caught.value.findings) == [finding]
    assert caught.value.findings[finding]


def test_openapi_3_1_is_refused_by_pointer() -> None:
    with pytest.raises(UnsupportedError, match=r"^/openapi: "):
        compile_documents({"a.yaml": edited(CALL, "openapi", to="3.1.0")}, {"names.yaml": OVERLAYS["names.yaml"]})


@pytest.mark.parametrize(
    ("other", "message"),
    [
        (document("/a", responses=None), "other-0.yaml: is not valid OpenAPI: /paths/~1a/get"),
        (document("/a/{id}"), "Path parameter 'id' for 'get' operation in '/a/{id}' was not resolved"),
        (document("/a", unknown=1), "('unknown' was unexpected)"),
        (
            parameter({"type": "integer", "default": "x"}),
            "/paths/~1a/get/parameters/0/schema/default: 'x' is not of type 'integer'",
        ),
        (parameter({"pattern": "["}), "/paths/~1a/get/parameters/0/schema/pattern: '[' is not a 'regex'"),
        (
            document("/a", responses={"200": {"$ref": "#/components/responses/Gone"}}),
            "/paths/~1a/get/responses/200/$ref: #/components/responses/Gone does not exist",
        ),
        (
            document("/a", responses={"200": {"$ref": "https://elsewhere.example/r.yaml"}}),
            "https://elsewhere.example/r.yaml lies outside the document",
        ),
        ({"swagger": "2.0"}, "other-0.yaml: is Swagger 2.0, an older dialect"),
        ({"openapi": "4.0.0"}, "other-0.yaml: is not an OpenAPI 3.0 or 3.1 document"),
    ],
)
def test_an_invalid_document_is_named_with_what_is_wrong(other: dict[str, Any], message: str) -> None:
    with pytest.raises(DocumentError) as caught:
        compiled(other)
    assert message in str(caught.value)


def test_a_rich_but_ordinary_operation_is_accepted() -> None:
    def query(name: str, schema: dict[str, Any], **more: Any) -> dict[str, Any]:
        return {"name": name, "in": "query", "schema": schema, **more}

    schema = {
        "type": "object",
        "required": ["id"],
        "additionalProperties": False,
        "properties": {
            "id": {"type": "string", "format": "uuid", "readOnly": True},
            "email": {"type": "string", "format": "email", "nullable": True, "example": "a@b.example"},
            "kind": {"oneOf": [{"type": "string"}, {"type": "integer", "format": "int64"}]},
            "children": {"type": "array", "items": {"$ref": "#/components/schemas/Node"}, "uniqueItems": True},
            "tree": {"allOf": [{"$ref": "#/components/schemas/Node"}], "deprecated": True},
        },
    }
    other = document(
        "/node/{id}",
        "patch",
        tags=["node"],
        deprecated=True,
        externalDocs={"url": "https://docs.example"},
        parameters=[
            {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}},
            {"name": "X-Trace", "in": "header", "schema": {"type": "string", "pattern": "^[a-f]+$"}},
            query("tags", {"type": "array", "items": {"type": "string", "enum": ["a", "b"]}}),
            query("csv", {"type": "array", "items": {"type": "integer"}}, style="form", explode=False),
            query("since", {"type": "string", "format": "date-time"}),
            query("limit", {"type": "integer", "minimum": 1, "maximum": 50, "default": 20}),
        ],
        requestBody={"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Node"}}}},
        responses={
            "201": {"description": "made", "content": {"application/json": {"schema": schema}}},
            "204": {"description": "nothing", "headers": {"X-Total": {"schema": {"type": "integer"}}}},
        },
    )
    other["components"]["schemas"]["Node"] = schema
    spec = compiled(other)
    assert spec["paths"]["/node/{id}"]["patch"]["operationId"] == "patch_node_by_id"
    assert json.loads(render(spec)) == spec
