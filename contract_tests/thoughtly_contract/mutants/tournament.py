"""Hunts every mutant at every level, and with stock schemathesis beside, on two processors."""

import multiprocessing
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial

from thoughtly_contract.mutants import MUTANTS, mock, reference
from thoughtly_contract.mutants.hunt import LEVELS, Hunt, Level, by_battery, by_stock
from thoughtly_contract.mutants.mutant import Kind, Mutant

STOCK = "stock"
WORKERS = 2
HEALTHY = tuple(
    Mutant(f"{name}{' with parameters' * wide}", Kind.SEMANTICS, "nothing", make, widened=wide)
    for name, make in (("healthy mock", mock), ("healthy reference server", reference))
    for wide in (False, True)
)
_BY_NAME = {mutant.name: mutant for mutant in (*MUTANTS, *HEALTHY)}


@dataclass(frozen=True, slots=True)
class Score:
    """What one way of looking found among all mutants."""

    kills: Mapping[Kind, int]
    survivors: Sequence[str]
    calls: int
    most_calls: int
    """Upon one mutant."""
    false_alarms: Sequence[str]
    """Healthy servers that were failed."""
    seconds: float
    """Of one processor."""

    @property
    def killed(self) -> int:
        """How many mutants were found to be wrong."""
        return sum(self.kills.values())


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a tournament."""

    totals: Mapping[Kind, int]
    scores: Mapping[str, Score]
    """By level, and for stock schemathesis."""
    examples: int
    seconds: float = field(compare=False)
    """By the clock."""

    @property
    def mutants(self) -> int:
        """How many there are."""
        return sum(self.totals.values())

    def missed(self) -> list[str]:
        """Say which goals were missed, and which healthy servers were failed by the battery."""
        found = []
        for level in LEVELS:
            score = self.scores[level.name]
            if score.killed < level.goal * self.mutants:
                found.append(f"{level.name}: {score.killed} of {self.mutants} killed, {level.goal:.0%} is the goal")
            found += [f"{level.name}: {alarm}" for alarm in score.false_alarms]
        return found


def tournament(examples: int, seed: int) -> Result:
    """Hunt every mutant in every way.

    Args:
        examples: of stock schemathesis, for each operation.
        seed: of stock schemathesis.
    """
    started = time.perf_counter()
    names = [mutant.name for mutant in (*MUTANTS, *HEALTHY)]
    ways = [level.name for level in LEVELS] + [STOCK]
    # Forked from a process with threads, a worker could wait for ever.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(WORKERS, mp_context=context) as pool:
        every = list(pool.map(partial(hunts, examples=examples, seed=seed), names, chunksize=5))
    found = dict(zip(names, every, strict=True))
    totals = {kind: sum(mutant.kind is kind for mutant in MUTANTS) for kind in Kind}
    scores = {way: _score({name: hunt[way] for name, hunt in found.items()}) for way in ways}
    return Result(totals, scores, examples, time.perf_counter() - started)


def hunts(name: str, examples: int, seed: int) -> dict[str, Hunt]:
    """Hunt one mutant in every way."""
    mutant = _BY_NAME[name]
    by_level = {level.name: by_battery(mutant, level) for level in LEVELS}
    return {**by_level, STOCK: by_stock(mutant, examples, seed)}


def battery_score(level: Level, mutants: Iterable[Mutant] = (*MUTANTS, *HEALTHY)) -> Score:
    """Hunt mutants at one level, in this process."""
    return _score({mutant.name: by_battery(mutant, level) for mutant in mutants})


def _score(hunts: Mapping[str, Hunt]) -> Score:
    kills = dict.fromkeys(Kind, 0)
    healthy = {mutant.name for mutant in HEALTHY}
    for name, hunt in hunts.items():
        kills[_BY_NAME[name].kind] += hunt.found is not None and name not in healthy
    calls = [hunt.calls for name, hunt in hunts.items() if name not in healthy]
    return Score(
        kills,
        [name for name, hunt in hunts.items() if hunt.found is None and name not in healthy],
        sum(calls),
        max(calls),
        [f"the {name} was failed: {hunt.found}" for name, hunt in hunts.items() if hunt.found and name in healthy],
        sum(hunt.seconds for hunt in hunts.values()),
    )
