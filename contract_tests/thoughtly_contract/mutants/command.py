"""What ``thoughtly-contract --mutants`` does."""

from rich.console import Console

from thoughtly_contract.mutants.table import show
from thoughtly_contract.mutants.tournament import tournament


def run_mutants(examples: int, seed: int) -> int:
    """Hunt every mutant, print what became of it; return 1 where a goal is missed, otherwise 0.

    Args:
        examples: of stock schemathesis, for each operation.
        seed: of stock schemathesis.
    """
    result = tournament(examples, seed)
    show(result, Console())
    missed = result.missed()
    Console(stderr=True).print(*(f"missed: {reason}" for reason in missed), sep="\n", end="\n" if missed else "")
    return 1 if missed else 0
