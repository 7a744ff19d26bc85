"""What a mutant is: a server with one fault."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from thoughtly_contract.keys import Key
from thoughtly_contract.mutants.reference import ReferenceServer
from thoughtly_contract.mutants.rules import Rules
from thoughtly_contract.mutants.wrapped import Wrap, WrappedMock
from thoughtly_contract.witness import Witness

Spec = Mapping[str, Any]


class Kind(StrEnum):
    """What a fault is about."""

    RESPONSE = "response"
    STATUS = "status"
    METHOD = "method and path"
    LAX = "lax validation"
    STRICT = "strict validation"
    AUTH = "auth"
    CRASH = "crash"
    HEADERS = "headers"
    SEMANTICS = "semantics"


@dataclass(frozen=True, slots=True)
class Server:
    """A server in this process, and what tells what it did."""

    app: Any
    """ASGI application."""
    witness: Witness


@dataclass(frozen=True, slots=True)
class Mutant:
    """One way to be wrong."""

    name: str
    kind: Kind
    wrong: str
    """What is wrong, in one line."""
    make: Callable[[Spec, tuple[Key, ...]], Server]
    """Makes a fresh server for a spec and the keys that it is to take for good."""
    widened: bool = False
    """Whether the fault shows only in parameters, so that the spec needs operations that have some."""


def reference(spec: Spec, keys: tuple[Key, ...], rules: Rules | None = None) -> Server:
    """Return the reference server; healthy without rules."""
    server = ReferenceServer(spec, keys, rules)
    return Server(server, lambda: server.calls)


def mock(spec: Spec, keys: tuple[Key, ...], wrap: Wrap | None = None) -> Server:
    """Return the kit's mock; healthy with nothing around it."""
    server = WrappedMock(spec, keys, wrap or Wrap())
    return Server(server, server.witness)


def by_rules(name: str, kind: Kind, wrong: str, rules: Callable[[], Rules], *, widened: bool = False) -> Mutant:
    """Return a mutant that is the reference server with one rule done wrong, new for every server."""
    return Mutant(name, kind, wrong, lambda spec, keys: reference(spec, keys, rules()), widened)


def by_wrap(name: str, kind: Kind, wrong: str, wrap: Callable[[], Wrap], *, widened: bool = False) -> Mutant:
    """Return a mutant that is the mock with one thing wrong around it, new for every server."""
    return Mutant(name, kind, wrong, lambda spec, keys: mock(spec, keys, wrap()), widened)
