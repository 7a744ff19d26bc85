"""A summary that is read in ten seconds."""

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

_MARKS = {"passed": ("✓", "green"), "failed": ("✗", "bold red"), "skipped": ("-", "dim")}
_MOST_PROBLEMS = 10


def show(result: Mapping[str, Any], console: Console) -> None:
    """Print a result, as :meth:`Result.to_json` returns it."""
    console.print(_checks(result))
    for line in _facts(result):
        console.print(Text(line), soft_wrap=True)
    for problem in result["problems"][:_MOST_PROBLEMS]:
        where = " ".join(filter(None, (problem["operation"], problem["check"])))
        console.print(Text.assemble(("✗ ", "red"), f"{where}: {problem['kind']}: {_first_line(problem['message'])}"))
        if problem["curl"]:
            console.print(Text(f"    {problem['curl']}", style="dim"), soft_wrap=True)
    if (more := len(result["problems"]) - _MOST_PROBLEMS) > 0:
        console.print(f"and {more} more; --html and --json tell all")
    console.print(Text(verdict(result), style="bold green" if result["passed"] else "bold red"), soft_wrap=True)


def verdict(result: Mapping[str, Any]) -> str:
    """Return what came of a run in one line."""
    count = len(result["problems"])
    if result["exit_status"] > 1:
        return "could not run"
    what = "passed" if result["passed"] else f"failed: {count} problem{'s' * (count != 1)}"
    return f"{what}, {result['requests']} requests in {result['seconds']:.1f} s, calls placed: {calls(result)}"


def calls(result: Mapping[str, Any]) -> str:
    """Return how many calls were placed."""
    told = result["calls"]
    if told["counted_by"] == "guard":
        return f"{told['placed']} of {told['allowed']}"
    if told["counted_by"] == "mock":
        return f"0 of 0 (the mock took {told['mocked']})"
    return "not counted, the target is on this machine"


def _checks(result: Mapping[str, Any]) -> Table:
    operations = [one["label"] for one in result["operations"]]
    title = f"{result['target']}, {result['spec']['title']} {result['spec']['version']}"
    table = Table(title=title, title_style="bold")
    table.add_column("check")
    for label in operations:
        table.add_column(label, justify="center", overflow="fold")
    by_name: dict[str, dict[str, str]] = {}
    for check in result["checks"]:
        by_name.setdefault(check["name"], {})[check["operation"]] = check["outcome"]
    for name, outcomes in by_name.items():
        everywhere = outcomes.get("")
        cells = [outcomes.get(label) or everywhere for label in operations]
        table.add_row(name.removeprefix("test_").replace("_", " "), *(_mark(outcome) for outcome in cells))
    return table


def _mark(outcome: str | None) -> Text:
    mark, style = _MARKS.get(outcome or "", ("", ""))
    return Text(mark, style=style)


def _facts(result: Mapping[str, Any]) -> Iterator[str]:
    for one in result["operations"]:
        statuses = ", ".join(f"{status} ({count})" for status, count in one["statuses"].items()) or "nothing"
        yield f"{one['label']} answered {statuses}"
    skipped = {check["detail"] for check in result["checks"] if check["outcome"] == "skipped" and check["detail"]}
    yield from (f"not checked: {reason}" for reason in sorted(skipped))


def _first_line(text: str) -> str:
    line = text.strip().partition("\n")[0]
    return line if len(line) < 200 else f"{line[:200]}…"
