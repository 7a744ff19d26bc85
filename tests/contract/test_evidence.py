"""Each addition to the spec is confirmed or refuted by what a server answers, and by nothing less."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thoughtly_contract.battery.samples import Sampler
from thoughtly_contract.evidence import Evidence, EvidenceReport, Verdict
from thoughtly_contract.evidence.redaction import without_numbers
from thoughtly_contract.exchange import Answer, Request, json_answer
from thoughtly_contract.keys import keys_of
from thoughtly_contract.mutants.operations import widened
from thoughtly_contract.recording import Exchange
from thoughtly_contract.validity import Validity
from thoughtly_openapi.loader import load_spec, operations

SPEC = load_spec()
CANARIES = {"x-api-token": "canary-3f8a91-token", "team_id": "canary-77e0c2-team"}
KEYS = keys_of(SPEC, CANARIES)
CALL = next(operations(SPEC))
SAMPLER = Sampler(SPEC, CALL, KEYS, Validity(SPEC, CALL))
VALID = SAMPLER.plain()
RESPONSES = f"{CALL.pointer}/responses"
ACCEPTED = "200/content/application~1json/examples/accepted"
FINE: dict[str, Any] = {"error": {"message": "no"}, "data": {}}
HTML = Answer(403, ((b"content-type", b"text/html"),), b"<h1>403</h1>")

Edit = Callable[[Request], Request]


def same(request: Request) -> Request:
    return request


def body(value: Any) -> Edit:
    return lambda request: request.but(body=json.dumps(value).encode() if value is not None else b"")


def raw(content: bytes) -> Edit:
    return lambda request: request.but(body=content)


def header(name: bytes, *values: bytes) -> Edit:
    return lambda request: request.with_header(name, *values)


def both(*edits: Edit) -> Edit:
    def apply(request: Request) -> Request:
        for edit in edits:
            request = edit(request)
        return request

    return apply


def reported(*pairs: tuple[Edit, Answer], spec: dict[str, Any] = SPEC, **options: Any) -> EvidenceReport:
    evidence = Evidence(spec, KEYS, **{"tells_wrong_keys": True, **options})
    for edit, answer in pairs:
        evidence(Exchange(next(operations(spec)), edit(VALID), answer))
    return evidence.report()


def verdict(pointer: str, *pairs: tuple[Edit, Answer], **options: Any) -> Verdict:
    (claim,) = [claim for claim in reported(*pairs, **options).claims if claim.pointer == pointer]
    assert (claim.exchange is None) == (claim.verdict is Verdict.NOT_SEEN)
    return claim.verdict


NO_BODY = body(None)
INVALID = body({"contact_id": 1})
NOT_JSON = both(header(b"content-type", b"text/plain"), raw(b"hello"))
NO_TOKEN = header(b"x-api-token")
WRONG_TOKEN = header(b"x-api-token", b"somebody else's")
EXAMPLE = SAMPLER.body()
OTHER = {**EXAMPLE, "contact_id": "another"}
CONFIRMED, REFUTED, NOT_SEEN = Verdict.CONFIRMED, Verdict.REFUTED, Verdict.NOT_SEEN


@pytest.mark.parametrize(
    ("part", "edit", "answer", "expected"),
    [
        # A status: an answer that has it, and looks as it should.
        ("400", INVALID, json_answer(400, FINE), CONFIRMED),
        ("400", INVALID, json_answer(400, {"error": None}), REFUTED),
        ("400", INVALID, Answer(400), REFUTED),
        ("400", INVALID, Answer(400, ((b"content-type", b"application/json"),), b"{"), REFUTED),
        ("403", same, json_answer(403, FINE), CONFIRMED),
        ("403", same, HTML, REFUTED),
        ("500", same, json_answer(500, FINE), CONFIRMED),
        ("500", same, json_answer(502, {}), NOT_SEEN),
        # Another status where this one is said to be given.
        ("400", INVALID, json_answer(422, FINE), REFUTED),
        ("400", raw(b"{"), json_answer(422, FINE), REFUTED),
        ("400", INVALID, json_answer(401, FINE), NOT_SEEN),
        ("400", INVALID, json_answer(200, FINE), NOT_SEEN),
        ("400", INVALID, json_answer(500, FINE), NOT_SEEN),
        ("400", same, json_answer(422, FINE), NOT_SEEN),
        ("400", both(INVALID, NO_TOKEN), json_answer(422, FINE), NOT_SEEN),
        ("400", raw(b'{"contact_id": 1, "contact_id": "1"}'), json_answer(422, FINE), NOT_SEEN),
        ("400", raw('{"contact_id": "1"}'.encode("utf-16")), json_answer(422, FINE), NOT_SEEN),
        ("401", NO_TOKEN, json_answer(401, FINE), CONFIRMED),
        ("401", NO_TOKEN, json_answer(403, FINE), REFUTED),
        ("401", header(b"team_id", b" "), json_answer(403, FINE), REFUTED),
        ("401", WRONG_TOKEN, json_answer(403, FINE), REFUTED),
        ("401", NO_TOKEN, json_answer(400, FINE), REFUTED),
        ("401", NO_TOKEN, json_answer(200, FINE), REFUTED),
        ("401", NO_TOKEN, json_answer(429, FINE), NOT_SEEN),
        ("401", both(INVALID, NO_TOKEN), json_answer(400, FINE), NOT_SEEN),
        ("401", same, json_answer(403, FINE), NOT_SEEN),
        ("415", NOT_JSON, json_answer(415, FINE), CONFIRMED),
        ("415", NOT_JSON, json_answer(400, FINE), REFUTED),
        ("415", NOT_JSON, json_answer(200, FINE), REFUTED),
        ("415", header(b"content-type"), json_answer(400, FINE), NOT_SEEN),
        ("415", header(b"content-type", b"\xff/"), json_answer(400, FINE), NOT_SEEN),
        ("415", header(b"content-type", b"application/problem+json"), json_answer(400, FINE), NOT_SEEN),
        # The body of a status that is known otherwise.
        ("401/content/application~1json", NO_TOKEN, json_answer(401, FINE), CONFIRMED),
        ("401/content/application~1json", NO_TOKEN, json_answer(401, {"message": "Unauthorized"}), REFUTED),
        ("401/content/application~1json", NO_TOKEN, json_answer(403, FINE), NOT_SEEN),
        ("401", NO_TOKEN, json_answer(401, {"message": "Unauthorized"}), CONFIRMED),
        # A header.
        ("429/headers/Retry-After", same, json_answer(429, FINE, (b"retry-after", b"7")), CONFIRMED),
        (
            "429/headers/Retry-After",
            same,
            json_answer(429, FINE, (b"retry-after", b"Wed, 21 Oct 2026 07:28:00 GMT")),
            CONFIRMED,
        ),
        ("429/headers/Retry-After", same, json_answer(429, FINE), REFUTED),
        ("429/headers/Retry-After", same, json_answer(429, FINE, (b"retry-after", b"soon")), REFUTED),
        ("429/headers/Retry-After", same, json_answer(503, FINE), NOT_SEEN),
        # An example of an answer is one of several.
        (ACCEPTED, same, json_answer(200, {"data": {}, "error": None}), CONFIRMED),
        (ACCEPTED, same, json_answer(200, {"data": {"id": 1}}), NOT_SEEN),
        (ACCEPTED, same, json_answer(200, "x"), NOT_SEEN),
    ],
)  # fmt: skip
def test_a_response_is_confirmed_by_its_like_and_refuted_by_what_contradicts_it(
    part: str, edit: Edit, answer: Answer, expected: Verdict
) -> None:
    assert verdict(f"{RESPONSES}/{part}", (edit, answer)) is expected


@pytest.mark.parametrize(
    ("edit", "status", "expected"),
    [
        (NO_BODY, 200, REFUTED),
        (NO_BODY, 400, CONFIRMED),
        (NO_BODY, 422, CONFIRMED),
        (NO_BODY, 404, NOT_SEEN),
        (NO_BODY, 500, NOT_SEEN),
        (both(NO_BODY, NO_TOKEN), 400, NOT_SEEN),
        (body({}), 400, NOT_SEEN),
        (body({}), 200, NOT_SEEN),
    ],
)
def test_a_body_is_required_when_a_request_without_one_is_refused(edit: Edit, status: int, expected: Verdict) -> None:
    assert verdict(f"{CALL.pointer}/requestBody", (edit, json_answer(status, FINE))) is expected


@pytest.mark.parametrize(
    ("edit", "status", "expected"),
    [
        (same, 200, CONFIRMED),
        (raw(json.dumps(EXAMPLE, indent=3, sort_keys=True).encode()), 200, CONFIRMED),
        (same, 400, REFUTED),
        (same, 404, NOT_SEEN),
        (same, 401, NOT_SEEN),
        (NO_TOKEN, 400, NOT_SEEN),
        (body(OTHER), 200, NOT_SEEN),
        (body(OTHER), 400, NOT_SEEN),
    ],
)
def test_an_example_of_a_request_is_right_when_it_is_taken(edit: Edit, status: int, expected: Verdict) -> None:
    pointer = f"{CALL.pointer}/requestBody/content/application~1json/examples/call"
    assert verdict(pointer, (edit, json_answer(status, FINE))) is expected


def test_one_answer_that_looks_otherwise_outweighs_all_that_look_right() -> None:
    right, wrong = (INVALID, json_answer(400, FINE)), (INVALID, json_answer(400, {}))
    for order in ([right, right, wrong], [wrong, right, right]):
        assert verdict(f"{RESPONSES}/400", *order) is REFUTED


def test_a_status_that_is_given_somewhere_is_not_refuted_by_another_one_elsewhere() -> None:
    """A server may answer 400 to what is no JSON, and 422 to what does not fit."""
    pairs = [(INVALID, json_answer(422, FINE)), (raw(b"{"), json_answer(400, FINE))]
    for order in (pairs, pairs[::-1]):
        assert verdict(f"{RESPONSES}/400", *order) is CONFIRMED


POOL = [
    (edit, json_answer(status, told))
    for edit in (same, INVALID, NO_BODY, NO_TOKEN, NOT_JSON)
    for status in (200, 400, 401, 403, 404, 415, 422, 429)
    for told in (FINE, {"message": "no"})
]


@given(
    st.lists(st.sampled_from(POOL), max_size=12).flatmap(
        lambda pairs: st.tuples(st.just(pairs), st.permutations(pairs))
    )
)
@settings(deadline=None)
def test_the_order_of_answers_decides_nothing(orders: tuple[list[Any], list[Any]]) -> None:
    one, other = ([(claim.pointer, claim.verdict) for claim in reported(*pairs).claims] for pairs in orders)
    assert one == other


def test_a_wrong_base_url_says_nothing_about_404() -> None:
    lost = (same, Answer(404, ((b"content-type", b"text/html"),), b"nothing here"))
    assert verdict(f"{RESPONSES}/404", lost) is NOT_SEEN
    assert verdict(f"{RESPONSES}/404", lost, (INVALID, json_answer(400, FINE))) is REFUTED


def test_another_key_is_a_bad_one_only_where_the_good_one_is_known() -> None:
    pair = (WRONG_TOKEN, json_answer(403, FINE))
    assert verdict(f"{RESPONSES}/401", pair, tells_wrong_keys=False) is NOT_SEEN


def test_what_upstream_documents_for_invalid_requests_stands_beside_400() -> None:
    spec = load_spec()
    next(operations(spec)).definition["responses"]["422"] = {"description": "upstream's own"}  # type: ignore[index]
    assert verdict(f"{RESPONSES}/400", (INVALID, json_answer(422, FINE)), spec=spec) is NOT_SEEN


def test_what_the_guard_answers_says_nothing_of_the_server() -> None:
    refused = json_answer(403, FINE, (b"x-thoughtly-guard", b"refused"))
    assert {claim.verdict for claim in reported((same, refused)).claims} == {NOT_SEEN}


def test_answers_of_a_mock_are_known_as_such_behind_any_address() -> None:
    assert reported((same, json_answer(200, FINE))).circular is None
    assert reported((same, json_answer(200, FINE, (b"x-mock-evidence", b"assumed")))).circular is not None


def edited(edit: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    spec = widened(load_spec())
    spec = json.loads(json.dumps(spec))
    edit(spec)
    return spec


def call_of(spec: dict[str, Any]) -> Any:
    return spec["paths"]["/contact/call"]["post"]


def mark(evidence: str = "assumed", **more: Any) -> dict[str, Any]:
    return {"x-evidence": evidence, "x-source": "a test", **more}


def claims_after(spec: dict[str, Any], *exchanges: tuple[str, int, Any]) -> dict[str, Verdict]:
    """Answer plain requests to operations, and return the verdicts by pointer."""
    evidence = Evidence(spec, KEYS)
    named = {operation.operation_id: operation for operation in operations(spec)}
    for name, status, answer in exchanges:
        request = Sampler(spec, named[name], KEYS, Validity(spec, named[name])).plain()
        evidence(Exchange(named[name], request, json_answer(status, answer)))
    return {claim.pointer: claim.verdict for claim in evidence.report().claims}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [({"id": "1"}, CONFIRMED), ({"id": 1}, REFUTED), ({}, NOT_SEEN), ({"ids": ["1"]}, NOT_SEEN)],
)
def test_a_property_is_confirmed_where_it_shows(answer: Any, expected: Verdict) -> None:
    def add(spec: dict[str, Any]) -> None:
        schema = {"type": "object", "properties": {"id": mark(type="string")}}
        spec["components"]["schemas"]["Listed"] = {"type": "object", "properties": {"data": schema}}
        content = spec["paths"]["/contact"]["get"]["responses"]["200"]["content"]["application/json"]
        content["schema"] = {"allOf": [{"$ref": "#/components/schemas/Listed"}]}

    found = claims_after(edited(add), ("list_contacts", 200, {"data": answer}))
    assert found["/components/schemas/Listed/properties/data/properties/id"] is expected


@pytest.mark.parametrize(
    ("response", "answer", "expected"),
    [
        ({"headers": {"X-Id": {"schema": {"type": "integer"}}}}, json_answer(418, {}, (b"x-id", b"1")), CONFIRMED),
        ({"headers": {"X-Id": {"schema": {"type": "integer"}}}}, json_answer(418, {}, (b"x-id", b"a")), REFUTED),
        ({"headers": {"X-Id": {"schema": {"type": "integer"}}}}, json_answer(418, {}), NOT_SEEN),
        ({"headers": {"X-Id": {"required": True, "schema": {}}}}, json_answer(418, {}), REFUTED),
        ({"headers": {"X-Id": mark(schema={"type": "integer"})}}, json_answer(418, {}), CONFIRMED),
        ({"content": {"application/json": {"example": {"a": 1}}}}, json_answer(418, {}), NOT_SEEN),
        ({"content": {"application/json": {"example": {"a": 1}}}}, json_answer(418, {"a": 1}), CONFIRMED),
        ({"content": {"text/html": {"example": "x"}}}, Answer(418, ((b"content-type", b"text/html"),), b"y"), NOT_SEEN),
        ({"content": {"application/json": {"examples": {"a": mark(value=1)}}}}, json_answer(418, {}), CONFIRMED),
    ],
)
def test_a_mark_is_confirmed_by_all_that_it_speaks_of(response: Any, answer: Answer, expected: Verdict) -> None:
    """Down to marks of their own."""
    spec = edited(lambda spec: call_of(spec)["responses"].update({"418": mark(description="teapot", **response)}))
    assert verdict(f"{RESPONSES}/418", (same, answer), spec=spec) is expected


def test_what_operations_share_is_confirmed_when_it_is_for_all_of_them() -> None:
    def share(spec: dict[str, Any]) -> None:
        spec["components"]["responses"] = {"Bad": mark(description="bad")}
        for path, method in (("/contact", "get"), ("/contact/{contact_id}/tags", "put")):
            spec["paths"][path][method]["responses"]["400"] = {"$ref": "#/components/responses/Bad"}

    pointer = "/components/responses/Bad"
    one, other = ("list_contacts", 400, FINE), ("set_tags", 400, FINE)
    assert claims_after(edited(share), one)[pointer] is NOT_SEEN
    assert claims_after(edited(share), one, other)[pointer] is CONFIRMED


def test_every_operation_has_claims_of_its_own() -> None:
    found = claims_after(widened(load_spec()), ("set_tags", 400, FINE))
    bad = {pointer: one for pointer, one in found.items() if pointer.endswith("/responses/400")}
    assert len(bad) == 3
    assert [pointer for pointer, one in bad.items() if one is CONFIRMED] == [
        "/paths/~1contact~1{contact_id}~1tags/put/responses/400"
    ]


@pytest.mark.parametrize(
    ("query", "expected"), [(b"limit=0", REFUTED), (b"sortDirection=up", REFUTED), (b"limit=1", NOT_SEEN)]
)
def test_a_parameter_that_the_spec_forbids_should_be_answered_400(query: bytes, expected: Verdict) -> None:
    spec = widened(load_spec())
    operation = next(entry for entry in operations(spec) if entry.operation_id == "list_contacts")
    request = Sampler(spec, operation, KEYS, Validity(spec, operation)).plain().but(query=query)
    evidence = Evidence(spec, KEYS)
    evidence(Exchange(operation, request, json_answer(422, FINE)))
    found = {claim.pointer: claim.verdict for claim in evidence.report().claims}
    assert found["/paths/~1contact/get/responses/400"] is expected


def test_no_marked_addition_is_left_out_of_the_report() -> None:
    """What no answer can show is listed as not seen."""

    def add(spec: dict[str, Any]) -> None:
        spec["paths"]["/contact"]["get"]["parameters"][0] |= mark()
        spec["paths"]["/contact"]["get"] |= mark("observed")
        spec["paths"]["/contact"]["get"]["responses"]["200"]["content"]["application/json"]["schema"] = {
            "type": "object",
            "properties": {"x-evidence": {"type": "string", "example": mark()}},
        }

    plain, found = claims_after(widened(load_spec())), claims_after(edited(add), ("list_contacts", 200, FINE))
    assert found.keys() - plain.keys() == {"/paths/~1contact/get", "/paths/~1contact/get/parameters/0"}
    assert found["/paths/~1contact/get"] is NOT_SEEN


PHONE = "+1 (555) 012-3456"


def test_neither_keys_nor_telephone_numbers_show() -> None:
    """Wherever the two stand: in headers, in the address, in bodies, escaped or not."""
    sent = both(
        header(b"x-tokens", CANARIES["team_id"].encode()),
        header(b"cookie", b"session=canary-cookie; b=c"),
        header(b"authorization", b"Bearer canary-bearer"),
        body({"contact_id": 1, "metadata": {PHONE: CANARIES["x-api-token"], "n": 15550123456}}),
        lambda request: request.but(query=b"team_id=canary-q&phone=%2B15550123456&t=canary-77e0c2-team"),
    )
    told = {
        "error": {"message": f"canary-bearer canary-cookie {PHONE} \u0031{CANARIES['team_id']}"},
        "data": {"phone": "+15550123456"},
    }
    answer = json_answer(400, told, (b"set-cookie", b"canary-set"), (b"x-request-id", b"canary-77e0c2-team"))
    text = json.dumps(reported((sent, answer)).to_json()) + "".join(reported((sent, answer)).lines())
    assert "canary" not in text
    assert "555" not in text
    assert "[number]" in text


@pytest.mark.parametrize(
    "number",
    [
        *("+1 (555) 012-3456", "555.012.3456", "+49 30 1234567", "0049/30/1234567", "15550123456", "5550123"),
        *("+1%20%28555%29%20012-3456", "555\u2011012\u20113456", "555\u00a0012\u00a03456", "\u0661" * 8),
    ],
)
@pytest.mark.parametrize("around", ["{}", "call_{}", "tel:{};ext=9", "%2B{}", '"{}"', "2026-11-23 {}", "x{}y"])
def test_what_could_be_a_telephone_number_is_masked(number: str, around: str) -> None:
    assert without_numbers(around.format(number)) == around.format("[number]")


@pytest.mark.parametrize(
    "text", ["3fa85f64-5717-4562-b3fc-2c963f66afa6", "2026-11-23", "2026-11-23T10:00:00.123456Z", "100,000", "a1b2c3d4"]
)
def test_ids_and_times_can_be_read(text: str) -> None:
    assert without_numbers(text) == text


def test_the_report_reads_in_lines() -> None:
    report = reported((INVALID, json_answer(400, {})), (NO_TOKEN, json_answer(401, FINE)))
    first, refuted = report.lines()
    assert (
        first
        == "evidence: 2 confirmed, 1 refuted, 10 not seen of 13 additions to the spec that upstream does not document"
    )
    assert refuted.startswith(f"  refuted: {RESPONSES}/400 (assumed): answered 400, but the body does not fit")


def test_a_spec_without_additions_has_nothing_to_report() -> None:
    bare = {"paths": {"/a": {"get": {"operationId": "a", "responses": {"200": {"description": "fine"}}}}}}
    assert list(Evidence(bare).report().lines()) == []
