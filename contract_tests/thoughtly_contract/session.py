"""The run that the suite is part of. The command sets it before pytest imports the suite."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from thoughtly_contract.errors import UsageError
from thoughtly_contract.keys import Key, KeyState
from thoughtly_contract.target import Target
from thoughtly_openapi.loader import Operation, operations


@dataclass(frozen=True, slots=True)
class Run:
    """Everything that the suite needs to know."""

    spec: Mapping[str, Any]
    keys: tuple[Key, ...]
    target: Target
    seed: int
    max_examples: int
    whole: bool
    """Whether every known difference must show: the installed spec, and nothing deselected."""

    def operation(self, method: str, path: str) -> Operation:
        """Return the operation that answers ``method`` at the templated ``path``."""
        wanted = (method.lower(), path)
        return next(entry for entry in operations(self.spec) if (entry.method, entry.path) == wanted)

    @property
    def key_states(self) -> tuple[KeyState, ...]:
        """The states in which keys are tried; a wrong key only where the target knows the right one."""
        return tuple(state for state in KeyState if state is not KeyState.WRONG or self.target.tells_wrong_keys)


_runs: list[Run] = []


@contextmanager
def active(run: Run) -> Iterator[None]:
    """Make ``run`` the one that the suite belongs to."""
    _runs.append(run)
    try:
        yield
    finally:
        _runs.pop()


def current() -> Run:
    """Return the active run.

    Raises:
        UsageError: pytest was started on the suite directly.
    """
    if not _runs:
        raise UsageError("this suite needs a target: run it with thoughtly-contract")
    return _runs[-1]
