"""The additions to a spec that are not documented, each with the rules that decide about it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from thoughtly_contract.evidence import rules
from thoughtly_contract.evidence.rules import Rule
from thoughtly_openapi.loader import Operation, escape, lookup, operations

Spec = Mapping[str, Any]
MARK = "x-evidence"
SOURCE = "x-source"
UNPROVEN = ("assumed", "observed")
# What stands below these is a value, and whatever it holds is no mark.
_VALUES = frozenset({"value", "example", "default", "enum"})


@dataclass(frozen=True, slots=True)
class Mark:
    """One object of the spec that says how it is known."""

    pointer: str
    """JSON pointer into the compiled spec."""
    evidence: str
    source: str


@dataclass(frozen=True, slots=True)
class Watch:
    """One rule, for one operation, that decides about a mark."""

    pointer: str
    operation: Operation
    rule: Rule


def marks(spec: Spec) -> dict[str, Mark]:
    """Return every assumed or observed addition of a spec, by its pointer."""
    return {mark.pointer: mark for mark in _marks(spec, "")}


def _marks(node: Any, pointer: str) -> Iterator[Mark]:
    if isinstance(node, list):
        for index, member in enumerate(node):
            yield from _marks(member, f"{pointer}/{index}")
    if not isinstance(node, Mapping):
        return
    if is_marked(node):
        yield Mark(pointer, node[MARK], str(node.get(SOURCE, "")))
    for key, member in node.items():
        if key not in _VALUES or not _holds_value(pointer):
            yield from _marks(member, f"{pointer}/{escape(key)}")


def _holds_value(pointer: str) -> bool:
    """Whether keywords stand at ``pointer``: a property may be called `value`."""
    return not pointer.endswith("/properties")


def is_marked(node: Mapping[str, Any]) -> bool:
    """Whether an object says of itself that it is assumed or observed; a property may have the mark's name."""
    return isinstance(node.get(MARK), str) and node[MARK] in UNPROVEN


def watches(spec: Spec) -> Iterator[Watch]:
    """Yield the rules of every operation. A mark for which there is none cannot be decided by looking at traffic."""
    for operation in operations(spec):
        for pointer, rule in _Derivation(spec, operation).rules():
            yield Watch(pointer, operation, rule)


Found = Iterator[tuple[str, Rule]]


@dataclass(frozen=True, slots=True)
class _Derivation:
    spec: Spec
    operation: Operation

    def rules(self) -> Found:
        top = self.operation.pointer
        yield from self._request(*self._at(f"{top}/requestBody"))
        for name in self.operation.definition["responses"]:
            yield from self._response(name, *self._at(f"{top}/responses/{escape(name)}"))

    def _at(self, pointer: str) -> tuple[str, Mapping[str, Any]]:
        """Return what a pointer leads to, and where that really stands; nothing for a part that there is not."""
        try:
            node = lookup(self.spec, pointer)
        except LookupError:
            return pointer, {}
        while isinstance(node.get("$ref"), str):
            pointer = node["$ref"].removeprefix("#")
            node = lookup(self.spec, pointer)
        return pointer, node

    def _members(self, pointer: str, node: Mapping[str, Any], key: str) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
        for name in node.get(key, {}):
            place, member = self._at(f"{pointer}/{key}/{escape(name)}")
            yield name, place, member

    def _request(self, pointer: str, body: Mapping[str, Any]) -> Found:
        if is_marked(body) and body.get("required") is True:
            yield pointer, rules.RequiredBody()
        for _, place, media in self._members(pointer, body, "content"):
            for _, where, example in self._members(place, media, "examples"):
                if is_marked(example) and "value" in example:
                    yield where, rules.SentExample(rules.canonical(example["value"]))

    def _response(self, name: str, pointer: str, response: Mapping[str, Any]) -> Found:
        headers = list(self._members(pointer, response, "headers"))
        content = list(self._members(pointer, response, "content"))
        if is_marked(response):
            yield (
                pointer,
                rules.Response(
                    name,
                    {media_type: media for media_type, _, media in content if MARK not in media},
                    {header: definition for header, _, definition in headers if MARK not in definition},
                ),
            )
        for header, place, definition in headers:
            if is_marked(definition):
                yield place, rules.Header(name, header, definition)
        for media_type, place, media in content:
            yield from self._media(name, media_type, place, media)

    def _media(self, name: str, media_type: str, pointer: str, media: Mapping[str, Any]) -> Found:
        if is_marked(media):
            yield pointer, rules.Body(name, {media_type: media})
        for _, place, example in self._members(pointer, media, "examples"):
            if is_marked(example) and "value" in example:
                yield place, rules.AnsweredExample(name, rules.canonical(example["value"]))
        yield from self._schema(name, (), *self._at(f"{pointer}/schema"), frozenset())

    def _schema(
        self, name: str, path: tuple[str, ...], pointer: str, schema: Mapping[str, Any], above: frozenset[str]
    ) -> Found:
        if pointer in above:  # it refers to itself
            return
        above |= {pointer}
        if is_marked(schema):
            yield pointer, rules.Part(name, path, schema)
        for member, place, definition in self._members(pointer, schema, "properties"):
            yield from self._schema(name, (*path, member), place, definition, above)
        if "items" in schema:
            yield from self._schema(name, (*path, "*"), *self._at(f"{pointer}/items"), above)
        for index in range(len(schema.get("allOf", ()))):
            yield from self._schema(name, path, *self._at(f"{pointer}/allOf/{index}"), above)
