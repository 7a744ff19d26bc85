"""Reading YAML and JSON as what JSON can hold."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thoughtly_openapi.documents import parse, parse_file, to_json
from thoughtly_openapi.errors import DocumentError


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: 2024-01-01", {"a": "2024-01-01"}),
        ("a: 2024-01-01T10:00:00Z", {"a": "2024-01-01T10:00:00Z"}),
        ("a: no\nb: on\nc: yes\nd: off", {"a": "no", "b": "on", "c": "yes", "d": "off"}),
        ("a: true\nb: null\nc: ~", {"a": True, "b": None, "c": None}),
        ("200: x\n'404': y", {"200": "x", "404": "y"}),
        ("2024-01-01: x", {"2024-01-01": "x"}),
        ("a: &n [1]\nb: *n", {"a": [1], "b": [1]}),
        ('{"a": [1, 2.5, "x", null, true]}', {"a": [1, 2.5, "x", None, True]}),
        ("a: >-\n  one\n  two\n", {"a": "one two"}),
        ("just text", "just text"),
        ("[<, =, 1_000, 0b11, 1_0.5, 0o14, 0x1f]", ["<", "=", "1_000", "0b11", "1_0.5", 12, 31]),
        ('{\n\t"a": "\\ud83d\\ude00"\n}', {"a": "\U0001f600"}),
    ],
)
def test_yaml_means_what_json_would(text: str, value: Any) -> None:
    assert parse(text, "f.yaml") == value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\nb: 2\na: 3", 'f.yaml:3:1: found duplicate key "a", first in line 1'),
        ("'200': x\n200: y", 'f.yaml:2:1: found duplicate key "200", first in line 1'),
        ('{"\\ud83d\\ude00": 1, "\U0001f600": 2}', 'f.yaml:1:21: found duplicate key "\U0001f600", first in line 1'),
        ("0x10: y", "f.yaml:1:1: a key must be a string"),
        ('"\\udc00": 1', "f.yaml:1:1: a string holds half of a surrogate pair"),
        ("b: 1\na: &x [*x]", "f.yaml:2:4: an alias refers to what contains it"),
        ("a: .nan", "f.yaml:1:4: .nan is no JSON number"),
        ("a: -.inf", "f.yaml:1:4: -.inf is no JSON number"),
        ("a: 1e999", "f.yaml:1:4: 1e999 is no JSON number"),
        ("a: !!python/object x", "f.yaml:1:4: tag tag:yaml.org,2002:python/object has no meaning in JSON"),
        ("? [1]\n: 2", "f.yaml:1:3: a key must be a string"),
        ("true: 1", "f.yaml:1:1: a key must be a string"),
        ("<<: {a: 1}", "f.yaml:1:1: a key must be a string"),
        ("", "f.yaml: is empty"),
        ("# only a remark\n", "f.yaml: is empty"),
        ("\ta: 1", "f.yaml:1:1: found character '\\t' that cannot start any token"),
        ("a: *nobody", "f.yaml:1:4: found undefined alias 'nobody'"),
        ("a: b: c", "f.yaml:1:5: mapping values are not allowed here"),
        ("a: \x01", "f.yaml: holds a character that YAML does not allow: U+0001"),
        ('a: "\\ud800"', "f.yaml:1:4: a string holds half of a surrogate pair"),
        ("[" * 5000, "f.yaml: is nested more than 100 deep"),
    ],
)
def test_what_json_cannot_hold_is_refused_with_its_place(text: str, message: str) -> None:
    with pytest.raises(DocumentError) as caught:
        parse(text, "f.yaml")
    assert str(caught.value) == message


def test_several_documents_in_one_file_are_refused() -> None:
    with pytest.raises(DocumentError, match=r"f\.yaml:2:1: .*another document"):
        parse("a: 1\n---\nb: 2\n", "f.yaml")


def test_aliases_that_expand_without_end_are_refused() -> None:
    lines = ["l0: &l0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]"]
    lines += [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]" for n in range(1, 9)]
    with pytest.raises(DocumentError, match="aliases expand to more than"):
        parse("\n".join(lines), "f.yaml")


def test_aliased_values_are_not_shared() -> None:
    value = parse("a: &n [1]\nb: *n", "f.yaml")
    value["a"].append(2)
    assert value["b"] == [1]


@pytest.mark.parametrize(("content", "problem"), [(b"a: \xff", "is not UTF-8 at byte 3"), (None, "cannot be read")])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None, problem: str) -> None:
    file = tmp_path / "x.yaml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(DocumentError, match=rf"x\.yaml: {problem}"):
        parse_file(file)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda children: st.lists(children) | st.dictionaries(st.text(), children),
    max_leaves=10,
)


@given(JSON.filter(lambda value: value is not None))
def test_json_written_and_read_again_is_the_same_value(value: Any) -> None:
    written = to_json(value)
    assert json.loads(written) == value
    assert to_json(json.loads(written)) == written
