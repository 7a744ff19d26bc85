"""What ``thoughtly-contract --mutants`` does."""

from rich.console import Console

from thoughtly_contract.mutants.seeds import alarms
from thoughtly_contract.mutants.table import show
from thoughtly_contract.mutants.tournament import HEALTHY, tournament


def run_mutants(examples: int, seed: int, seeds: int = 0) -> int:
    """Hunt every mutant, print what became of it; return 1 where a goal is missed, otherwise 0.

    Args:
        examples: of stock schemathesis, and of the generated phases, for each operation.
        seed: of stock schemathesis.
        seeds: with how many seeds the generated phases are run against healthy servers.
    """
    result = tournament(examples, seed)
    console = Console()
    show(result, console)
    false = alarms(range(1, seeds + 1), examples)
    if seeds:
        console.print(f"{len(HEALTHY)} healthy servers, {seeds} seeds each: failed {len(false)} times", highlight=False)
    missed = [*result.missed(), *false]
    Console(stderr=True).print(*(f"missed: {reason}" for reason in missed), sep="\n", end="\n" if missed else "")
    return 1 if missed else 0
