"""The credentials that a spec asks for, and which of them satisfy an operation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from thoughtly_contract.errors import SpecError
from thoughtly_openapi.loader import Operation, resolve

Spec = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Key:
    """One apiKey security scheme with the value that the target takes for good."""

    scheme: str
    header: str
    value: str = field(repr=False)


class KeyState(StrEnum):
    """In which state a request carries one key."""

    GOOD = "good"
    WRONG = "wrong"
    EMPTY = "empty"
    MISSING = "missing"
    GOOD_THEN_WRONG = "good, then wrong"
    WRONG_THEN_GOOD = "wrong, then good"


def keys_of(spec: Spec, values: Mapping[str, str]) -> tuple[Key, ...]:
    """Return a key for every security scheme, with its value from ``values`` by header name, or a dummy.

    Raises:
        SpecError: a scheme is not a key in a header.
    """
    schemes = spec.get("components", {}).get("securitySchemes", {})
    return tuple(_key(name, resolve(spec, scheme), values) for name, scheme in schemes.items())


def _key(name: str, scheme: Mapping[str, Any], values: Mapping[str, str]) -> Key:
    if (scheme["type"], scheme.get("in")) != ("apiKey", "header"):
        raise SpecError(f"/components/securitySchemes/{name}: only keys in a header can be checked")
    header = scheme["name"]
    return Key(name, header, values.get(header, f"contract-check-dummy-{header}"))


def requirements(spec: Spec, operation: Operation) -> list[set[str]]:
    """Return the alternatives of an operation's security, each the set of schemes that must all be satisfied."""
    alternatives = operation.definition.get("security", spec.get("security", []))
    return [set(alternative) for alternative in alternatives]


def satisfies(alternatives: list[set[str]], chosen: Mapping[Key, KeyState]) -> bool:
    """Whether keys in these states fulfil one of the alternatives; no alternatives at all ask for nothing."""
    good = {key.scheme for key, state in chosen.items() if state is KeyState.GOOD}
    return not alternatives or any(alternative <= good for alternative in alternatives)
