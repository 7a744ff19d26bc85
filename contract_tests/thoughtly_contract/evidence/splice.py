"""Edits a YAML text where it has to be edited, and leaves every other byte as it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

Path = Sequence[str | int]


class SpliceError(ValueError):
    """A place that cannot be edited without touching others."""


@dataclass(frozen=True, slots=True)
class _Edit:
    start: int
    end: int
    text: str


class Splicer:
    """Collects edits of one text; they are made all at once."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._newline = "\r\n" if "\r\n" in text else "\n"
        # ruamel leaves a byte order mark out of its count.
        self._offset = len(text) - len(text.removeprefix("\ufeff"))
        self._root: Node = YAML(typ="safe", pure=True).compose(text[self._offset :])
        self._edits: list[_Edit] = []

    def set(self, path: Path, key: str, value: str, *, after: str) -> None:
        """Give a member of a block mapping another text; a new member stands after another one.

        Raises:
            SpliceError: the place is not there, or is written in one line with others.
        """
        mapping = self._block(path)
        members = {str(name.value): (name, node) for name, node in mapping.value}
        if key in members:
            start, end = self._span(members[key][1])
            self._edits.append(_Edit(start, end, scalar(value)))
            return
        name, node = members[after]
        place = self._line_end(self._span(node)[1])
        indent = " " * name.start_mark.column
        self._edits.append(_Edit(place, place, f"{self._newline}{indent}{key}: {scalar(value)}"))

    def remove(self, path: Path, key: str) -> None:
        """Remove a member of a block mapping with its lines.

        Raises:
            SpliceError: as for `set`.
        """
        name, node = next(pair for pair in self._block(path).value if pair[0].value == key)
        start = self._line_start(self._offset + name.start_mark.index)
        if self._text[start : self._offset + name.start_mark.index].strip():
            raise SpliceError(f"{key} does not stand in a line of its own")
        end = self._line_end(self._span(node)[1])
        self._edits.append(_Edit(start, end + len(self._newline), ""))

    def append(self, path: Path, value: Mapping[str, Any]) -> None:
        """Append a mapping of texts and mappings to a block sequence, after an empty line.

        Raises:
            SpliceError: as for `set`.
        """
        sequence = self._at(path)
        if not isinstance(sequence, SequenceNode) or sequence.flow_style or not sequence.value:
            raise SpliceError(f"{_named(path)} is no list with one entry a line")
        last = sequence.value[-1]
        column = last.start_mark.column
        lines = _lines(value, column)
        lines[0] = f"{' ' * (column - 2)}- {lines[0].lstrip()}"
        place = self._line_end(self._last(last))
        self._edits.append(_Edit(place, place, "".join(f"{self._newline}{line}" for line in ("", *lines))))

    def result(self) -> str:
        """Return the text with every edit."""
        text = self._text
        # Later ones first, and of those in one place the one that came last, so that they stay in order.
        for _, edit in sorted(enumerate(self._edits), key=lambda pair: (pair[1].start, pair[0]), reverse=True):
            text = text[: edit.start] + edit.text + text[edit.end :]
        return text

    def _at(self, path: Path) -> Node:
        node = self._root
        for step in path:
            if isinstance(step, int):
                node = node.value[step]
            else:
                node = next(value for name, value in node.value if str(name.value) == step)
        return node

    def _block(self, path: Path) -> MappingNode:
        node = self._at(path)
        if not isinstance(node, MappingNode) or node.flow_style:
            raise SpliceError(f"{_named(path)} is written in one line")
        return node

    def _span(self, node: Node) -> tuple[int, int]:
        if not isinstance(node, ScalarNode):
            raise SpliceError("a mark is no text")
        start, end = self._offset + node.start_mark.index, self._offset + node.end_mark.index
        return start, start + len(self._text[start:end].rstrip())

    def _last(self, node: Node) -> int:
        """Return the end of the last scalar in a node: the node itself may reach over comments."""
        if isinstance(node, ScalarNode):
            return self._span(node)[1]
        parts = [part for pair in node.value for part in (pair if isinstance(pair, tuple) else (pair,))]
        if not parts or getattr(node, "flow_style", False):
            return self._offset + int(node.end_mark.index)
        return self._last(parts[-1])

    def _line_start(self, index: int) -> int:
        return self._text.rfind("\n", 0, index) + 1

    def _line_end(self, index: int) -> int:
        found = self._text.find("\n", index)
        end = len(self._text) if found < 0 else found
        return end - 1 if self._text[:end].endswith("\r") else end


def scalar(text: str) -> str:
    """Return a text as YAML in one line."""
    if _reads_as(text, text):
        return text
    quoted = "'" + text.replace("'", "''") + "'"
    return quoted if _reads_as(quoted, text) else _escaped(text)


def _escaped(text: str) -> str:
    escapes = {'"': '\\"', "\\": "\\\\"}
    plain = (escapes.get(letter, letter if letter.isprintable() else f"\\U{ord(letter):08x}") for letter in text)
    return f'"{"".join(plain)}"'


def _reads_as(written: str, text: str) -> bool:
    # As a member: alone, more would be plain text.
    try:
        found: Any = YAML(typ="safe", pure=True).load(f"key: {written} # comment")
    except Exception:  # noqa: BLE001 -- ruamel raises whatever it stumbles over, and any of it means no
        return False
    return bool(found == {"key": text}) and "\n" not in written


def _lines(value: Mapping[str, Any], indent: int) -> list[str]:
    lines = []
    for key, member in value.items():
        if isinstance(member, Mapping):
            lines += [f"{' ' * indent}{scalar(key)}:", *_lines(member, indent + 2)]
        else:
            lines.append(f"{' ' * indent}{scalar(key)}: {scalar(member)}")
    return lines


def _named(path: Path) -> str:
    return "/" + "/".join(map(str, path))
