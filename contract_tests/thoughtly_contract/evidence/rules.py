"""What confirms, and what refutes, each kind of addition to the spec.

A rule looks at one exchange of its operation. It says nothing unless the exchange could not have gone like this if the
addition were wrong, or right.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from thoughtly_contract.evidence.fit import Fit, response_of
from thoughtly_contract.evidence.reading import ABSENT, Reader, Reading
from thoughtly_contract.exchange import Answer
from thoughtly_contract.recording import Exchange
from thoughtly_openapi.loader import Operation, resolve


class Verdict(StrEnum):
    """What became of a claim."""

    CONFIRMED = "confirmed"
    REFUTED = "refuted"
    NOT_SEEN = "not seen"


@dataclass(frozen=True, slots=True)
class Told:
    """What one exchange says of a claim."""

    verdict: Verdict
    reason: str
    outright: bool = True
    """Whether it weighs more than a confirmation. An answer that should look otherwise does; the other status that a
    server chose once does not, because it may choose the documented one another time."""


class Seen:
    """One exchange of an operation, read when a rule asks for it."""

    def __init__(self, exchange: Exchange, operation: Operation, reader: Reader, fit: Fit) -> None:
        self.exchange, self.operation, self.fit = exchange, operation, fit
        self.answer: Answer = exchange.answer
        self._reader = reader

    @cached_property
    def reading(self) -> Reading:
        """What the request is to the operation."""
        return self._reader.read(self.exchange.request)

    @cached_property
    def documented_as(self) -> str | None:
        """Under which name the operation documents the answer's status."""
        found = response_of(self.fit.spec, self.operation, self.answer.status)
        return found[0] if found else None


Rule = Callable[[Seen], Told | None]
# What a server may answer to any request before it looks at what the request says.
_BEFORE_THE_INPUT = frozenset({401, 402, 403, 404, 405, 407, 408, 411, 413, 414, 415, 421, 426, 429, 431, 451})
_REFUSED_INPUT = frozenset({400, 411, 415, 422})


@dataclass(frozen=True, slots=True)
class OfResponse:
    """A rule about one documented response."""

    name: str
    """Its status as the spec spells it."""


@dataclass(frozen=True, slots=True)
class Response(OfResponse):
    """A documented response: confirmed by an answer that is like it."""

    content: Mapping[str, Any]
    """The part of its content that no mark of its own speaks for."""
    headers: Mapping[str, Any]
    """The same of its headers."""

    def __call__(self, seen: Seen) -> Told | None:
        """Judge one exchange."""
        if seen.documented_as != self.name:
            return self._elsewise(seen)
        if self.content and (problem := seen.fit.content_problem(self.content, seen.answer)):
            return _refuted(seen, problem)
        missing = False
        for name, header in self.headers.items():
            if problem := seen.fit.header_problem(name, header, seen.answer):
                if header.get("required") or seen.answer.all(name.lower().encode()):
                    return _refuted(seen, problem)
                missing = True
        if missing or _is_another_example(seen, self.content):
            return None
        return Told(Verdict.CONFIRMED, f"answered {seen.answer.status} like this")

    def _elsewise(self, seen: Seen) -> Told | None:
        situation = _SITUATIONS.get(self.name)
        if situation is None or _is_upstreams_word(seen) or (what := situation(seen)) is None:
            return None
        return Told(Verdict.REFUTED, f"{what} was answered {seen.answer.status}", outright=False)


def _is_upstreams_word(seen: Seen) -> bool:
    """Whether upstream itself documents the status of a refusal: then it is no stand-in for another one."""
    name = seen.documented_as
    if name is None or seen.answer.is_success:
        return False
    return "x-evidence" not in seen.operation.definition["responses"][name]


def _invalid(seen: Seen) -> str | None:
    """Say what should be answered 400, where it was refused otherwise."""
    reading, status = seen.reading, seen.answer.status
    if not 400 <= status < 500 or status in _BEFORE_THE_INPUT or status == 400:
        return None
    if not reading.is_forbidden or reading.keys or reading.media_type:
        return None
    return f"a request that the spec forbids ({reading.problem})"


def _without_keys(seen: Seen) -> str | None:
    """Say what should be answered 401, and was not."""
    reading, status = seen.reading, seen.answer.status
    if not reading.keys or reading.doubt:
        return None
    otherwise_fine = not (reading.parameters or reading.media_type or reading.body)
    if status == 403 or seen.answer.is_success or (otherwise_fine and status in {400, 422}):
        return f"a request of which {reading.keys}"
    return None


def _not_json(seen: Seen) -> str | None:
    """Say what should be answered 415, and was not."""
    reading = seen.reading
    if reading.keys or reading.parameters or not reading.media_type or reading.doubt:
        return None
    if seen.answer.is_success or seen.answer.status in {400, 406, 422}:
        return f"a request of which {reading.media_type}"
    return None


_SITUATIONS: Mapping[str, Callable[[Seen], str | None]] = {"400": _invalid, "401": _without_keys, "415": _not_json}


@dataclass(frozen=True, slots=True)
class Body(OfResponse):
    """The body of a response."""

    content: Mapping[str, Any]

    def __call__(self, seen: Seen) -> Told | None:
        """Judge one exchange."""
        if seen.documented_as != self.name:
            return None
        if problem := seen.fit.content_problem(self.content, seen.answer):
            return _refuted(seen, problem)
        return None if _is_another_example(seen, self.content) else _confirmed(seen, "with a body that fits")


@dataclass(frozen=True, slots=True)
class Header(OfResponse):
    """A header of a response."""

    header: str
    definition: Mapping[str, Any]

    def __call__(self, seen: Seen) -> Told | None:
        """Judge one exchange."""
        if seen.documented_as != self.name:
            return None
        problem = seen.fit.header_problem(self.header, self.definition, seen.answer)
        return _refuted(seen, problem) if problem else _confirmed(seen, f"with the header {self.header}")


@dataclass(frozen=True, slots=True)
class Part(OfResponse):
    """A part of the body of a response, such as one property: says nothing where it is not there."""

    path: tuple[str, ...]
    """Names of properties; ``*`` for every item of an array."""
    schema: Mapping[str, Any]

    def __call__(self, seen: Seen) -> Told | None:
        """Judge one exchange."""
        if seen.documented_as != self.name:
            return None
        values = list(_parts(_json_of(seen.answer), self.path))
        problems = (seen.fit.schema_problem(self.schema, value) for value in values)
        if problem := next(filter(None, problems), None):
            return _refuted(seen, f"{'/'.join(self.path)}: {problem}")
        return _confirmed(seen, f"with {'/'.join(self.path)} in its body") if values else None


@dataclass(frozen=True, slots=True)
class RequiredBody:
    """That a request without a body is refused."""

    def __call__(self, seen: Seen) -> Told | None:
        """Judge one exchange."""
        reading, status = seen.reading, seen.answer.status
        if seen.exchange.request.body or reading.keys or reading.parameters or reading.doubt:
            return None
        if seen.answer.is_success:
            return Told(Verdict.REFUTED, f"a request without a body was answered {status}")
        if status in _REFUSED_INPUT:
            return Told(Verdict.CONFIRMED, f"a request without a body was answered {status}")
        return None


@dataclass(frozen=True, slots=True)
class SentExample:
    """An example of a request: that it is taken."""

    value: str
    """As :func:`canonical` writes it."""

    def __call__(self, seen: Seen) -> Told | None:
        """Judge one exchange."""
        reading, status = seen.reading, seen.answer.status
        if reading.value is ABSENT or canonical(reading.value) != self.value:
            return None
        if seen.answer.is_success:
            return Told(Verdict.CONFIRMED, f"it was answered {status}")
        refused = status in _REFUSED_INPUT and not (reading.keys or reading.parameters or reading.media_type)
        if refused and reading.doubt is None:
            return Told(Verdict.REFUTED, f"it was answered {status}")
        return None


@dataclass(frozen=True, slots=True)
class AnsweredExample(OfResponse):
    """An example of a response: that it is given. Another body says nothing: an example is one of several."""

    value: str

    def __call__(self, seen: Seen) -> Told | None:
        """Judge one exchange."""
        if seen.documented_as != self.name:
            return None
        body = _json_of(seen.answer)
        same = body is not ABSENT and canonical(body) == self.value
        return _confirmed(seen, "with exactly this body") if same else None


def canonical(value: Any) -> str:
    """Return a JSON value so that equal values, and no others, are the same text."""
    return json.dumps(value, sort_keys=True)


def _confirmed(seen: Seen, how: str) -> Told:
    return Told(Verdict.CONFIRMED, f"answered {seen.answer.status} {how}")


def _refuted(seen: Seen, problem: str) -> Told:
    return Told(Verdict.REFUTED, f"answered {seen.answer.status}, but {problem}")


def _is_another_example(seen: Seen, content: Mapping[str, Any]) -> bool:
    """Whether a mark speaks for examples too, and the answer is none of them."""
    examples = [
        example["value"]
        for media in content.values()
        for example in (resolve(seen.fit.spec, entry) for entry in media.get("examples", {}).values())
        if "value" in example and "x-evidence" not in example
    ]
    examples += [media["example"] for media in content.values() if "example" in media]
    body = _json_of(seen.answer)
    return bool(examples) and (body is ABSENT or canonical(body) not in map(canonical, examples))


def _json_of(answer: Answer) -> Any:
    try:
        return answer.json
    except ValueError:
        return ABSENT


def _parts(value: Any, path: tuple[str, ...]) -> Iterator[Any]:
    if not path:
        yield value
    elif path[0] == "*":
        for item in value if isinstance(value, list) else ():
            yield from _parts(item, path[1:])
    elif isinstance(value, dict) and path[0] in value:
        yield from _parts(value[path[0]], path[1:])
