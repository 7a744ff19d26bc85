"""One thing that is wrong with a target, with the request that shows it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from thoughtly_contract.exchange import Request


@dataclass(frozen=True, slots=True)
class Problem:
    """One failure that is not known of the target."""

    check: str
    """Name of the test."""
    operation: str
    """Method and path as the spec has them."""
    kind: str
    message: str
    status: int | None = None
    request: Request | None = None


@dataclass(slots=True)
class Problems:
    """Everything that is wrong, each thing once."""

    found: list[Problem] = field(default_factory=list)
    _seen: set[tuple[str, ...]] = field(default_factory=set)

    def add(self, problem: Problem) -> None:
        """Take note of a problem, unless the same is known already."""
        name = (problem.check, problem.operation, problem.kind, problem.message[:80])
        if name not in self._seen:
            self._seen.add(name)
            self.found.append(problem)

    def of(self, check: str, operations: Iterable[str]) -> list[Problem]:
        """Return what one test found."""
        return [problem for problem in self.found if problem.check == check and problem.operation in operations]
