"""What a docs page is, and which pages are refused."""

import hashlib
import json
from pathlib import Path
from textwrap import indent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thoughtly_openapi.documents import parse
from thoughtly_openapi.errors import SpecError
from thoughtly_openapi.page import extract

PAGES = Path(__file__).parent / "pages"
REAL_PAGE = (PAGES / "call-a-contact.md").read_bytes()

DOCUMENT = """\
openapi: 3.0.0
info: {title: T, version: '1'}
paths:
  /thing/{id}:
    put:
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses: {'200': {description: fine}}
"""
OPERATION = "PUT /thing/{id}"


def page(document: str = DOCUMENT, info: str = "yaml put /thing/{id}", fence: str = "````") -> str:
    return f"# A page\n\nSome words.\n\n{fence}{info}\n{document}{fence}\n\nMore words.\n"


def test_the_real_page_gives_the_document_that_upstream_publishes() -> None:
    found = extract(REAL_PAGE, "page")
    assert found.operation == "POST /contact/call"
    assert found.document.count(b"\n") == 109
    assert found.document_sha256 == "9c88c83da9ad7c66df1127c1e58defd8dd096dfb4555ef423207842514236952"
    assert found.page_sha256 == hashlib.sha256(REAL_PAGE).hexdigest()
    assert REAL_PAGE.splitlines()[(found.fence_line or 0) - 1] == b"````yaml post /contact/call"


@pytest.mark.parametrize(
    "info",
    [
        "yaml put /thing/{id}",
        "yaml PUT /thing/{id}",
        "yaml openapi.json put /thing/{id}",
        "yaml api/openapi.yaml PUT /thing/{id}",
        "yml put /thing/{id}",
        "yaml put /thing/{id} theme={null}",
        " yaml  put  /thing/{id} ",
        "yaml",
        "",
    ],
)
@pytest.mark.parametrize("fence", ["```", "````", "``````", "~~~", "~~~~~"])
def test_a_document_is_found_in_any_fence(info: str, fence: str) -> None:
    found = extract(page(info=info, fence=fence).encode(), "page")
    assert (found.document.decode(), found.operation, found.fence_line) == (DOCUMENT, OPERATION, 5)


@pytest.mark.parametrize(
    "text",
    [
        DOCUMENT,
        "\ufeff" + DOCUMENT,
        DOCUMENT.replace("\n", "\r\n"),
        DOCUMENT + "\n\n  \n",
        DOCUMENT.rstrip("\n"),
        "\ufeff" + page().replace("\n", "\r\n"),
        page(DOCUMENT + "\n   \n\n"),
        page() + page(),
        page() + page(DOCUMENT + "\n", "yaml"),
        page(DOCUMENT + "\n" * 1_000_000),
        page() + "\n```yaml\nkey: an example without operation\n```\n",
        page().replace("# A page", "---\ntitle: x\n---\n# A page"),
        "1. A list\n\n" + indent(f"```yaml put /thing/{{id}}\n{DOCUMENT}```\n", "   "),
    ],
    ids=[
        "a plain document",
        "with a byte order mark",
        "with CRLF",
        "with blank lines at its end",
        "without a final newline",
        "a page with CRLF and a byte order mark",
        "a fence with blank lines at its end",
        "the same document twice",
        "the same document twice, once without its operation and with a blank line more",
        "a fence with a million blank lines at its end",
        "beside another code sample",
        "after front matter",
        "in a list",
    ],
)
def test_the_document_comes_back_as_it_is(text: str) -> None:
    assert extract(text.encode(), "page").document.decode() == DOCUMENT


def test_a_plain_json_document_is_taken_as_it_is() -> None:
    text = json.dumps(parse(DOCUMENT, "d"), indent=1) + "\n"
    assert extract(text.encode(), "page").document.decode() == text


SECOND = DOCUMENT.replace("put:", "patch:")

REFUSED = [
    ("nothing", b"", "holds no OpenAPI document"),
    ("words only", b"# A page\n\nwords\n", "holds no OpenAPI document"),
    ("a sample that is no OpenAPI", b"```yaml\na: 1\n```\n", "holds no OpenAPI document"),
    ("YAML of another kind", b"a: 1\n", "holds no OpenAPI document"),
    (
        "two different documents",
        page() + page(SECOND, "yaml patch /thing/{id}"),
        "2 different OpenAPI documents, at lines 5, 20",
    ),
    ("an HTML page", b"<!DOCTYPE html><html><body>Not found</body></html>", "is an HTML page"),
    ("an HTML page without doctype", b"\n<html lang=en>", "is an HTML page"),
    (
        "the older dialect",
        page('swagger: "2.0"\npaths: {}\n', "yaml"),
        "is Swagger 2.0, an older dialect: it has no 'openapi' key",
    ),
    ("a plain document of the older dialect", b'swagger: "2.0"\npaths: {}\n', "is Swagger 2.0"),
    ("no openapi key", page("paths: {}\n"), "'openapi' is None"),
    (
        "another method",
        page(info="yaml post /thing/{id}"),
        "names POST /thing/{id}, the document in it describes PUT /thing/{id}",
    ),
    ("another path", page(info="yaml put /thing"), "names PUT /thing, the document in it describes PUT /thing/{id}"),
    (
        "another path, with attributes",
        page(info="yaml put /thing theme={null}"),
        "names PUT /thing, the document in it describes PUT /thing/{id}",
    ),
    (
        "one document with two names",
        page() + page(info="yaml patch /thing/{id}"),
        "fences around one document that name different operations: PATCH /thing/{id}, PUT /thing/{id}",
    ),
    ("blank lines before a text", page(DOCUMENT + "\n" * 100_000 + "x: 1\n"), "is not valid OpenAPI"),
    ("no operation", page("openapi: 3.0.0\ninfo: {title: T, version: '1'}\npaths: {}\n"), "describes no operation"),
    (
        "two operations",
        page(
            DOCUMENT
            + "    patch:\n      responses: {'200': {description: fine}}\n".replace("    patch", "  /b:\n    patch")
        ),
        "describes 2 operations",
    ),
    (
        "an invalid document",
        page(DOCUMENT.replace("responses", "answers")),
        "is not valid OpenAPI: /paths/~1thing~1{id}/put",
    ),
    ("broken YAML", page(DOCUMENT + "  /b: c: d\n"), "the-page.md:13:8: mapping values are not allowed here"),
    ("a duplicate key", page(DOCUMENT + "info: {}\n"), 'found duplicate key "info"'),
    ("a broken plain document", b"openapi: 3.0.0\npaths: [\n", "expected"),
    ("a page that is cut short", page().split("      responses")[0], "the fence that opens at line 5 is never closed"),
    ("no UTF-8", b"\xff\xfe\x00o", "is not UTF-8 text at byte 0"),
    ("binary data", b"PK\x03\x04\x00\x00", "is binary, not text"),
    (
        "a reference to elsewhere",
        page(DOCUMENT.replace("{description: fine}", "{$ref: 'http://x.example/r'}")),
        "lies outside the document",
    ),
]


@pytest.mark.parametrize(("text", "problem"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_an_odd_page_is_refused_with_its_name_and_the_reason(text: str | bytes, problem: str) -> None:
    with pytest.raises(SpecError) as caught:
        extract(text if isinstance(text, bytes) else text.encode(), "the-page.md")
    assert str(caught.value).startswith("the-page.md")
    assert problem in str(caught.value)


PROSE = st.text(st.characters(categories=["L", "Zs"], max_codepoint=0x24F), max_size=30).map(
    lambda text: f"words {text}"
)
REMARKS = st.lists(st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), max_size=30), max_size=5)


@given(
    st.sampled_from("`~"),
    st.integers(3, 8),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["", "\ufeff"]),
    PROSE,
    PROSE,
    REMARKS,
    st.integers(0, 3),
)
def test_any_text_in_any_fence_comes_back_byte_for_byte(
    mark: str, length: int, newline: str, bom: str, before: str, after: str, remarks: list[str], blank: int
) -> None:
    document = DOCUMENT + "".join(f"# {remark}\n" for remark in remarks)
    fence = mark * length
    text = f"{before}\n\n{fence}yaml put /thing/{{id}}\n{document}{chr(10) * blank}{fence}\n\n{after}\n"
    found = extract((bom + text.replace("\n", newline)).encode(), "page")
    assert found.document.decode() == document
