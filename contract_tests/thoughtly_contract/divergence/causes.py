"""Why servers answer as they do: a reviewed list, which explains every difference and nothing else."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

STATUS = "status"


@dataclass(frozen=True, slots=True)
class Cause:
    """One behaviour of one server."""

    id: str
    server: str
    text: str
    """What the server does, and where: one or two sentences."""
    explains: tuple[str, ...] = ("*",)
    """Kinds of requests, in which * stands for anything."""
    fact: str = STATUS
    """What it explains of the answer: its status, or one of the facts beside it."""
    statuses: frozenset[int] = frozenset()
    """Only these; all of them where there are none."""
    issues: tuple[str, ...] = ()
    """Where upstream talks about it."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that needs a cause."""

    kind: str
    server: str
    status: int
    fact: str = STATUS


class Causes:
    """The causes of one run, and which of their explanations were used."""

    def __init__(self, causes: Iterable[Cause]) -> None:
        self.known = tuple(causes)
        self._used: set[tuple[str, str]] = set()

    def of(self, difference: Difference) -> list[Cause]:
        """Return the causes of a difference, and take note of what explains it."""
        found = []
        for cause in self.known:
            if hits := {pattern for pattern in cause.explains if _matches(cause, pattern, difference)}:
                found.append(cause)
                self._used |= {(cause.id, pattern) for pattern in hits}
        return found

    def stale(self) -> list[str]:
        """Return every explanation that explained nothing."""
        every = ((cause.id, pattern) for cause in self.known for pattern in cause.explains)
        return [f"{name}: {pattern}" for name, pattern in every if (name, pattern) not in self._used]


def _matches(cause: Cause, pattern: str, difference: Difference) -> bool:
    if (cause.server, cause.fact) != (difference.server, difference.fact):
        return False
    if cause.statuses and difference.status not in cause.statuses:
        return False
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), difference.kind) is not None


def known_causes() -> list[Cause]:
    """Return the reviewed list."""
    text = (files("thoughtly_contract.divergence") / "causes.toml").read_text(encoding="utf-8")
    return [_cause(name, entry) for name, entry in tomllib.loads(text).items()]


def _cause(name: str, entry: dict[str, Any]) -> Cause:
    lists = {key: tuple(value) for key, value in entry.items() if isinstance(value, list)}
    rest: dict[str, Any] = {**entry, **lists, "statuses": frozenset(lists.get("statuses", ()))}
    return Cause(**{**rest, "id": name, "text": " ".join(entry["text"].split())})
