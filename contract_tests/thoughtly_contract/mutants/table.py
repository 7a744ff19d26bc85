"""Shows what became of a tournament."""

from rich.console import Console
from rich.table import Table

from thoughtly_contract.mutants.hunt import LEVELS
from thoughtly_contract.mutants.tournament import STOCK, Result, Score


def show(result: Result, console: Console) -> None:
    """Print the kills of every class and way, what each cost, and who survived."""
    table = Table(title=f"{result.mutants} mutants")
    table.add_column("class")
    for way in result.scores:
        table.add_column(f"stock, {result.examples}" if way == STOCK else way, justify="right")
    for kind, total in result.totals.items():
        table.add_row(kind.value, *(f"{score.kills[kind]}/{total}" for score in result.scores.values()))
    table.add_section()
    scores = result.scores.values()
    table.add_row("killed", *(f"{score.killed / result.mutants:.1%}" for score in scores))
    table.add_row("goal", *(f"{level.goal:.0%}" for level in LEVELS), "")
    table.add_row("calls placed", *(str(score.calls) for score in scores))
    table.add_row("most calls of one", *(str(score.most_calls) for score in scores))
    table.add_row("healthy failed", *(str(len(score.false_alarms)) for score in scores))
    table.add_row("processor seconds", *(f"{score.seconds:.1f}" for score in scores))
    console.print(table)
    for level in LEVELS:
        console.print(f"{level.name}: {level.meaning}", highlight=False)
    console.print(
        f"stock: schemathesis with all phases and checks, {result.examples} examples, until its first failure"
    )
    for way, score in result.scores.items():
        _survivors(way, score, console)
    console.print(f"{result.seconds:.0f} s by the clock", highlight=False)


def _survivors(way: str, score: Score, console: Console) -> None:
    if score.survivors:
        console.print(f"survived {way}: {', '.join(score.survivors)}", highlight=False)
