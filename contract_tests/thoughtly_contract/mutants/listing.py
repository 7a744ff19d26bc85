"""The mutants as a list to read; run as a module, it prints the end of docs/mutants.md."""

import sys
from collections.abc import Iterator

from thoughtly_contract.mutants import MUTANTS, Kind


def listing() -> str:
    """Return every mutant with what is wrong with it, by class, as Markdown."""
    return "\n".join(_lines()).rstrip("\n") + "\n"


def _lines() -> Iterator[str]:
    for kind in Kind:
        chosen = [mutant for mutant in MUTANTS if mutant.kind is kind]
        yield f"## {kind.value.capitalize()}: {len(chosen)}\n"
        yield "| mutant | what is wrong |\n|---|---|"
        yield from (f"| {mutant.name} | {mutant.wrong} |" for mutant in chosen)
        yield ""


if __name__ == "__main__":
    sys.stdout.write(listing())
