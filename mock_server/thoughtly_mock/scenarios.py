"""Scenarios: which requests have a bad day, and which one."""

import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jsonschema_rs import Draft202012Validator

from thoughtly_mock.delays import delay_seconds
from thoughtly_mock.parameters import Received
from thoughtly_mock.play import FaultKind, Play, PlayedResponse
from thoughtly_mock.problems import Fault
from thoughtly_mock.store import Store, count
from thoughtly_openapi.loader import escape, lookup

MISSING = object()
PLACES = ("body", "query", "path")

Condition = Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Valid:
    """A request that is as the spec wants it."""

    operation_id: str
    body: Any
    parameters: Received


class Scenario:
    """One scenario, ready to be matched."""

    def __init__(self, name: str, definition: Mapping[str, Any], seed: int) -> None:
        """Make ready a definition in which `scenario_faults` finds nothing."""
        match = definition.get("match", {})
        self.name = name
        self._seed = seed
        self._operation: str | None = match.get("operation")
        self._body = {pointer_of(name): condition(wanted) for name, wanted in match.get("body", {}).items()}
        self._query = {name: _text_condition(wanted) for name, wanted in match.get("query", {}).items()}
        self._path = {name: _text_condition(wanted) for name, wanted in match.get("path", {}).items()}
        nth = match.get("nth")
        self._nth: Sequence[int] | None = [nth] if isinstance(nth, int) else nth
        self._probability: float = match.get("probability", 1.0)
        then = definition["then"]
        self._steps: Sequence[Mapping[str, Any]] = then if isinstance(then, list) else [then]
        self._at_end: str = definition.get("at_end", "normal" if isinstance(then, list) else "stay")

    def play(self, request: Valid, store: Store) -> Play | None:
        """Return what this scenario does with a request; None where it has nothing to do with it."""
        if not self._matches(request):
            return None
        matched = count(store, f"scenario matched {self.name}")
        chance = random.Random(f"{self._seed} {self.name} {matched}")  # noqa: S311 (repeatable, and no secret)
        if (self._nth is not None and matched not in self._nth) or chance.random() >= self._probability:
            return None
        step = self._step(count(store, f"scenario played {self.name}"))
        return None if step is None else play_of(f"scenario {self.name}", step, chance)

    def _matches(self, request: Valid) -> bool:
        query, path = request.parameters.query, request.parameters.path
        return (
            self._operation in {None, request.operation_id}
            and all(wanted(value_at(request.body, pointer)) for pointer, wanted in self._body.items())
            and all(any(map(wanted, query.get(name, [MISSING]))) for name, wanted in self._query.items())
            and all(wanted(path.get(name, MISSING)) for name, wanted in self._path.items())
        )

    def _step(self, number: int) -> Mapping[str, Any] | None:
        if number <= len(self._steps):
            return self._steps[number - 1]
        if self._at_end == "repeat":
            return self._steps[(number - 1) % len(self._steps)]
        return self._steps[-1] if self._at_end == "stay" else None


def play_of(name: str, step: Mapping[str, Any], chance: random.Random) -> Play:
    """Return what one step of a scenario plays."""
    response = step.get("response")
    return Play(
        name,
        delay=delay_seconds(step.get("delay"), chance),
        response=_response(response) if response else None,
        fault=FaultKind(step["fault"]) if "fault" in step else None,
        accepted=step.get("accepted"),
    )


def _response(definition: Mapping[str, Any]) -> PlayedResponse:
    pairs = (line.partition(":") for line in definition.get("headers", ()))
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    return PlayedResponse(definition["status"], headers, definition.get("body"), definition.get("text"))


def scenario_faults(definitions: Mapping[str, Mapping[str, Any]]) -> list[Fault]:
    """Return what is wrong with scenarios, by name, that have the right form."""
    return [
        fault
        for name, definition in definitions.items()
        for place in PLACES
        for field, wanted in definition.get("match", {}).get(place, {}).items()
        for fault in _condition_faults(f"/scenarios/{escape(name)}/match/{place}/{escape(field)}", wanted)
    ]


def _condition_faults(at: str, wanted: Mapping[str, Any]) -> list[Fault]:
    try:
        condition(wanted)
    except ValueError as error:
        keyword = "schema" if "schema" in wanted else "regex"
        return [Fault("body", f"{at}/{keyword}", f"cannot be used: {error}")]
    return []


def condition(wanted: Mapping[str, Any]) -> Condition:
    """Return a function that tells whether a value is as wanted in every way.

    Args:
        wanted: any of ``equals`` (a JSON value), ``regex`` (found anywhere in a string, as JSON Schema's ``pattern``),
            and ``schema`` (a JSON Schema).

    Raises:
        ValueError: the regular expression or the schema is none.
    """
    tests: list[Condition] = []
    if "equals" in wanted:
        tests.append(lambda value: _same(value, wanted["equals"]))
    if "regex" in wanted:
        tests.append(Draft202012Validator({"type": "string", "pattern": wanted["regex"]}).is_valid)
    if "schema" in wanted:
        tests.append(Draft202012Validator(wanted["schema"], validate_formats=True).is_valid)
    return lambda value: value is not MISSING and all(test(value) for test in tests)


def _same(value: Any, wanted: Any) -> bool:
    # For Python true is 1, for JSON it is not.
    return bool(value == wanted) and isinstance(value, bool) == isinstance(wanted, bool)


def _text_condition(wanted: Mapping[str, Any]) -> Condition:
    """Return the condition on a parameter, which always comes as text."""
    equals = wanted.get("equals")
    text = equals if isinstance(equals, str) else json.dumps(equals)
    return condition({**wanted, "equals": text} if "equals" in wanted else wanted)


def pointer_of(name: str) -> str:
    """Return the JSON pointer that a condition's name stands for: a property, or a pointer already."""
    return name if name.startswith("/") else f"/{escape(name)}"


def value_at(body: Any, pointer: str) -> Any:
    """Return what a pointer names in a body, `MISSING` for nothing."""
    try:
        return lookup(body, pointer)
    except (LookupError, TypeError, ValueError):
        return MISSING
