"""Whatever a lenient server could read a contact out of, the guard reads it too."""

import base64
import gzip
import json
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thoughtly_contract.battery import Cost, all_probes
from thoughtly_contract.exchange import Request
from thoughtly_contract.guard.reading import Reader, Reading
from thoughtly_contract.keys import keys_of
from thoughtly_contract.mutants.operations import narrowed, widened
from thoughtly_openapi.loader import load_spec

NARROW, WIDE = narrowed(load_spec()), widened(load_spec())
READER, WIDE_READER = Reader(NARROW), Reader(WIDE)
CALL = {"contact_id": "somebody", "interview_id": "agent"}
TEXT = json.dumps(CALL).encode()


def read(body: bytes, *headers: tuple[bytes, bytes], path: bytes = b"/contact/call", query: bytes = b"") -> Reading:
    return READER.read(Request("POST", path, query, headers, body))


def test_a_plain_call_names_its_contact() -> None:
    assert read(TEXT) == Reading(frozenset({"somebody"}))


@pytest.mark.parametrize(
    "body",
    [
        json.dumps([CALL]).encode(),
        json.dumps({"data": {"call": CALL}}).encode(),
        json.dumps(json.dumps(CALL)).encode(),
        json.dumps({"a": json.dumps(CALL)}).encode(),
        json.dumps({"contactId": "somebody"}).encode(),
        json.dumps({"Contact-ID": "somebody"}).encode(),
        json.dumps({"contact": "somebody"}).encode(),
        json.dumps({"contact_id": 1}).encode(),
        json.dumps({"contact_id": True}).encode(),
        json.dumps({"contact_id": [["somebody"]]}).encode(),
        json.dumps({"contact_id": {"id": "somebody"}}).encode(),
        '{"\uff43ontact_\uff49d": "somebody"}'.encode(),
        TEXT[:-1],
        TEXT + b"\xff",
        TEXT + TEXT,
        b"\xef\xbb\xbf" + TEXT,
        b"// why\n" + TEXT,
        TEXT.replace(b'"', b"'"),
        b"contact_id=somebody",
        b"contact%5Fid=somebody",
        b"contact%255Fid=somebody",
        b"contact_id: somebody",
        b"<contact_id>somebody</contact_id>",
        b'--b\r\nContent-Disposition: form-data; name="contact_id"\r\n\r\nsomebody\r\n--b--',
        b"\x82\xaacontact_id\xa8somebody",
        b'{"contact_id": null, "contact_id": "somebody"}',
        b'{"contact_id": "somebody", "contact_id": null}',
        b'{"\\u0063on\\u0074act_id": "somebody"}',
        b'{"\\u0063ontact_id": "somebody", "x": NaN, }',
        b'{"a": "\\\\u0063ontact_id=somebody"}',
        b"&#99;ontact_id=somebody",
        b"contact=5Fid=somebody",
        b'{"contact+AF8-id": "somebody"}',
    ],
)
def test_no_spelling_hides_a_contact(body: bytes) -> None:
    assert not read(body).is_harmless


@pytest.mark.parametrize(
    "body",
    [
        b"contact=somebody",
        b'{"contact":"somebody",}',
        b"<contact>somebody</contact>",
        b"contacts[]=somebody",
        b'{"id": "somebody"}',
        b'{"phone_number": "somebody"}',
        b"phone=somebody",
        gzip.compress(b"contact: somebody"),
    ],
)
def test_what_could_stand_for_a_contact_is_in_doubt(body: bytes) -> None:
    assert read(body).doubt is not None


@pytest.mark.parametrize(
    "request_",
    [
        Request("POST", b"/contact/call/somebody"),
        Request("POST", b"/v1/Contact/call/somebody/"),
        Request("POST", b"/contact/call", b"contact=somebody"),
        Request("POST", b"/contact/call", b"phone=1"),
        Request("POST", b"/contact/call", headers=((b"x-contact", b"somebody"),)),
    ],
)
def test_a_contact_could_stand_behind_the_path_in_the_query_and_in_a_header(request_: Request) -> None:
    assert READER.read(request_).doubt is not None


@pytest.mark.parametrize("charset", ["utf-16", "utf-16-le", "utf-32", "utf-32-be", "utf-7", "cp037", "cp1026"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress, zlib.compress, base64.b64encode, base64.urlsafe_b64encode])
@pytest.mark.parametrize(
    "again", [bytes, gzip.compress, base64.b64encode, lambda content: zlib.compress(content)[2:-4]]
)
def test_no_charset_and_no_packing_hides_a_contact(
    charset: str, pack: Callable[[bytes], bytes], again: Callable[[bytes], bytes]
) -> None:
    assert not read(again(pack(TEXT.decode().encode(charset)))).is_harmless


@pytest.mark.parametrize("cut", [5, 20])
def test_what_is_packed_and_cut_off_is_read_as_far_as_it_goes(cut: int) -> None:
    padded = json.dumps({**CALL, "metadata": {str(number): number * 7919 for number in range(99)}}).encode()
    assert not read(gzip.compress(padded)[:-cut]).is_harmless


def test_what_is_packed_too_deep_or_too_large_is_in_doubt() -> None:
    deep = TEXT
    for _ in range(12):
        deep = gzip.compress(deep)
    bomb = gzip.compress(bytes(64 * 1024 * 1024))
    assert read(deep).doubt == read(bomb).doubt == "it is packed too deep, or too large, to be looked through"


@pytest.mark.parametrize(
    ("where", "told"),
    [
        ({"query": b"contact_id=somebody"}, "query"),
        ({"query": b"q=" + base64.b64encode(TEXT)}, "query"),
        ({"path": b"/contact/call/contact_id/somebody"}, "path"),
        ({"path": b"/contact/call;contact_id=somebody"}, "path"),
    ],
)
def test_a_target_can_name_a_contact(where: dict[str, bytes], told: str) -> None:
    doubt = read(b"{}", **where).doubt
    assert doubt is not None
    assert doubt.startswith(f"its {told} ")


@pytest.mark.parametrize(
    "header", [(b"contact_id", b"a"), (b"x-contact-id", b"a"), (b"cookie", b"contact_id=a"), (b"x", TEXT)]
)
def test_a_header_can_name_a_contact(header: tuple[bytes, bytes]) -> None:
    assert read(b"{}", header).doubt == f"its header {header[0].decode()!r} could name a contact"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b'{"contact_id": null}',
        b'{"contact_id": []}',
        b'{"interview_id": "a"}',
        b"{",
        b"\xff",
    ],
)
def test_a_request_that_names_nobody_is_harmless(body: bytes) -> None:
    assert read(body).is_harmless


@pytest.mark.parametrize("path", ["/contact/a/tags/", "//contact/a/tags", "/v1/CONTACT/a/tags", "/contact/a/tags.json"])
def test_a_path_that_is_only_like_one_that_names_a_contact_is_in_doubt(path: str) -> None:
    reading = WIDE_READER.read(Request("PUT", path.encode(), body=b'{"tags": ["x"]}'))
    assert reading.doubt == "its path could be one that names a contact"


def test_a_plain_path_names_its_contact() -> None:
    assert WIDE_READER.read(Request("PUT", b"/contact/a%20b/tags")) == Reading(frozenset({"a b"}))


def test_an_operation_with_a_safe_method_acts_upon_nobody_unless_it_is_told_to() -> None:
    assert WIDE_READER.read(Request("GET", b"/contact", b"search=ann")).is_harmless
    assert not WIDE_READER.read(Request("GET", b"/contact/a/tags", headers=((b"x-http-method", b"PUT"),))).is_harmless


@pytest.mark.parametrize("spec", [NARROW, WIDE], ids=["one operation", "three operations"])
def test_the_guard_lets_pass_whatever_costs_nothing(spec: Any) -> None:
    """Otherwise the checks that place no call would be told of the guard, and not of the server."""
    reader = Reader(spec)
    probes = all_probes(spec, keys_of(spec, {}), tells_wrong_keys=True)
    costless = [probe for probe in probes if probe.cost is Cost.NOTHING]
    held_back = [doubt for probe in costless if (doubt := reader.read(probe.request).doubt)]
    assert len(costless) > 100
    # Who reads a contact at the end of a path could read whatever stands there.
    assert {doubt.partition(",")[0] for doubt in held_back} == {"its path goes on behind one that acts"}
    assert len(held_back) < 6
    assert not any(reader.read(probe.request).contacts for probe in costless)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
PACKINGS = st.lists(st.sampled_from([gzip.compress, zlib.compress, base64.b64encode, bytes]), max_size=3)
CHARSETS = st.sampled_from(["utf-8", "utf-16", "utf-32-le", "utf-7"])


@given(
    around=JSON,
    contact=st.text(min_size=1) | st.integers() | st.booleans(),
    name=st.sampled_from(["contact_id", "contactId", "CONTACT ID", "my-contact-id"]),
    charset=CHARSETS,
    packings=PACKINGS,
)
def test_somebody_anywhere_in_json_is_found_however_it_is_packed(
    around: Any, contact: Any, name: str, charset: str, packings: list[Callable[[bytes], bytes]]
) -> None:
    body = json.dumps([around, {"within": {name: contact, "beside": around}}]).encode(charset)
    for pack in packings:
        body = pack(body)
    assert not read(body).is_harmless


@pytest.mark.parametrize("coding", [b"br", b"zstd", b"compress", b"gzip, br", b"BR", b"unheard-of"])
def test_a_body_in_a_coding_that_cannot_be_unpacked_is_doubted(coding: bytes) -> None:
    headers = ((b"content-encoding", coding),)
    assert READER.read(Request("POST", b"/contact/call", headers=headers, body=b"\x0b\x08\x80")).doubt


def test_zstandard_is_doubted_without_a_header() -> None:
    assert READER.read(Request("POST", b"/contact/call", body=b"\x28\xb5\x2f\xfd\x00")).doubt
