"""Reading YAML and JSON texts as plain JSON values, and writing JSON whose bytes depend on the value alone."""

import json
import math
import re
from collections.abc import Hashable
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from thoughtly_openapi.errors import DocumentError

# Aliases let a few lines stand for gigabytes, and nesting exhausts the stack: both far above any real spec.
MAX_NODES = 100_000
MAX_DEPTH = 100

TAG = "tag:yaml.org,2002:"
PLAIN_TAGS = {TAG + name for name in ("null", "bool", "int", "float", "str", "seq", "map", "timestamp", "value")}
# What YAML 1.1 reads as numbers and YAML 1.2 as text.
NO_NUMBER = re.compile(r"_|^[-+]?0b")


class _PlainConstructor(SafeConstructor):
    """Builds JSON values only: no tags of its own, no time stamps, no merge keys."""

    def construct_text(self, node: Any) -> Any:
        """Keep ``2024-01-01`` and ``=`` the strings that JSON would hold."""
        return self.construct_scalar(node)

    def construct_yaml_int(self, node: Any) -> Any:
        """Keep ``1_000`` and ``0b11`` strings."""
        return node.value if NO_NUMBER.search(node.value) else super().construct_yaml_int(node)

    def construct_yaml_float(self, node: Any) -> Any:
        """Keep ``1_000.5`` a string."""
        return node.value if NO_NUMBER.search(node.value) else super().construct_yaml_float(node)

    def flatten_mapping(self, node: Any) -> Any:
        """Leave merge keys alone: YAML 1.2 has none, `_check` refuses them."""


for _tag, _construct_value in {
    "timestamp": _PlainConstructor.construct_text,
    "value": _PlainConstructor.construct_text,
    "int": _PlainConstructor.construct_yaml_int,
    "float": _PlainConstructor.construct_yaml_float,
}.items():
    _PlainConstructor.add_constructor(TAG + _tag, _construct_value)


def parse_file(path: Path) -> Any:
    """Read a YAML or JSON file as a plain JSON value.

    Raises:
        DocumentError: the file cannot be read, is not UTF-8, or is refused by `parse`.
    """
    try:
        return parse(path.read_text(encoding="utf-8-sig"), path.name)
    except OSError as error:
        raise DocumentError(path.name, f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise DocumentError(path.name, f"is not UTF-8 at byte {error.start}") from error


def parse(text: str, name: str) -> Any:
    """Read one YAML 1.2 or JSON text as a plain JSON value; integer keys such as ``200`` become strings.

    Args:
        text: the document.
        name: what to call it in errors.

    Raises:
        DocumentError: with line and column, for anything that JSON could not hold (tags, NaN, cyclic aliases), that
            silently loses something (duplicate keys, merge keys, several documents), or that is no document at all.
    """
    reader = YAML(typ="safe", pure=True)
    reader.Constructor = _PlainConstructor
    try:
        return _construct(reader, text, name)
    except MarkedYAMLError as error:
        raise _marked(name, str(error.problem or error.context), error) from error
    except ReaderError as error:
        raise DocumentError(
            name, f"holds a character that YAML does not allow: U+{_code(error.character):04X}"
        ) from error
    except (YAMLError, ValueError) as error:
        raise DocumentError(name, str(error).splitlines()[0]) from error
    except RecursionError as error:
        raise DocumentError(name, f"is nested more than {MAX_DEPTH} deep") from error


def _code(character: int | str | bytes) -> int:
    return character if isinstance(character, int) else ord(character[:1])


def _construct(reader: YAML, text: str, name: str) -> Any:
    root = reader.compose(text)
    if root is None:
        raise DocumentError(name, "is empty")
    _Check(name).node(root, ())
    return _json_keys(reader.constructor.construct_document(root))


def _marked(name: str, problem: str, error: MarkedYAMLError) -> DocumentError:
    mark = error.problem_mark or error.context_mark
    return DocumentError(name, problem, mark.line + 1, mark.column + 1) if mark else DocumentError(name, problem)


class _Check:
    """Walks the parsed nodes before anything is built from them."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.seen = 0

    def node(self, node: Node, parents: tuple[Node, ...]) -> None:
        self.seen += 1
        if any(node is parent for parent in parents):
            raise self.error(node, "an alias refers to what contains it")
        if self.seen > MAX_NODES:
            raise self.error(node, f"aliases expand to more than {MAX_NODES} values")
        if len(parents) > MAX_DEPTH:
            raise self.error(node, f"nested more than {MAX_DEPTH} deep")
        if str(node.tag) not in PLAIN_TAGS:
            raise self.error(node, f"tag {node.tag} has no meaning in JSON")
        self.children(node, (*parents, node))

    def children(self, node: Node, parents: tuple[Node, ...]) -> None:
        if isinstance(node, SequenceNode):
            for item in node.value:
                self.node(item, parents)
        elif isinstance(node, MappingNode):
            self.keys([key for key, _ in node.value])
            for _, value in node.value:
                self.node(value, parents)
        else:
            self.scalar(node)

    def keys(self, keys: list[Node]) -> None:
        lines: dict[str, int] = {}
        for key in keys:
            if not _is_text_key(key):
                raise self.error(key, "a key must be a string")
            self.text(key)
            text, line = _join_surrogates(str(key.value)), key.start_mark.line + 1
            if text in lines:
                raise self.error(key, f'found duplicate key "{text}", first in line {lines[text]}')
            lines[text] = line

    def scalar(self, node: Node) -> None:
        if str(node.tag).endswith(":float") and not _is_finite(str(node.value)):
            raise self.error(node, f"{node.value} is no JSON number")
        self.text(node)

    def text(self, node: Node) -> None:
        try:
            _join_surrogates(str(node.value))
        except UnicodeDecodeError as error:
            raise self.error(node, "a string holds half of a surrogate pair") from error

    def error(self, node: Node, problem: str) -> DocumentError:
        return DocumentError(self.name, problem, node.start_mark.line + 1, node.start_mark.column + 1)


def _is_text_key(key: Node) -> bool:
    kind = str(key.tag).removeprefix(TAG)
    if kind == "int":  # decimal, so that the string is what stands there
        return bool(re.fullmatch("0|-?[1-9][0-9]*", str(key.value)))
    return isinstance(key, ScalarNode) and kind in {"str", "timestamp", "value"}


def _is_finite(text: str) -> bool:
    try:
        return math.isfinite(float(text.replace("_", "")))
    except ValueError:  # .inf and .nan, as YAML spells them
        return False


def _json_keys(value: Any) -> Any:
    """Copy a value so that keys are strings, surrogate pairs are one character, and no two places share an object."""
    if isinstance(value, dict):
        return {_json_key(key): _json_keys(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_json_keys(item) for item in value]
    return _join_surrogates(value) if isinstance(value, str) else value


def _json_key(key: Hashable) -> str:
    return _join_surrogates(str(key))


def _join_surrogates(text: str) -> str:
    # JSON may spell a character beyond U+FFFF as two escapes, which YAML reads as two halves.
    return text.encode("utf-16", "surrogatepass").decode("utf-16")


def to_json(value: Any) -> bytes:
    """Return ``value`` as indented UTF-8 JSON with a final newline, keys in their own order.

    Raises:
        DocumentError: a string holds a lone surrogate, or a number is not finite.
    """
    try:
        return (json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()
    except ValueError as error:
        raise DocumentError("JSON output", str(error)) from error
