"""The contract checks in process against stock `st run` over HTTP: cases per second, on the same spec, in one run.

The checks send to the mock in this process; schemathesis, with all phases and checks and the keys as headers, to the
same mock over a socket. Rounds alternate, so that a busy machine is busy for both. Goals: 1.5 times the cases per
second of schemathesis; 1,000 cases within 30 s; with --mutants, all mutants within 300 s.
"""

import argparse
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from thoughtly_mock.testing import served_mock
from thoughtly_openapi.loader import spec_file

RESULTS = Path(__file__).resolve().parents[2] / "build" / "bench"
KEYS = ("x-api-token: a-key-for-the-bench", "team_id: a-team-for-the-bench")
CONTRACT = [sys.executable, "-m", "thoughtly_contract"]


def timed(command: Sequence[str | Path], folder: Path) -> tuple[str, float]:
    """Run a command; return what it printed and how many seconds it took.

    Raises:
        RuntimeError: it failed.
    """
    began = time.perf_counter()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stdout + done.stderr)
    return done.stdout, time.perf_counter() - began


def checks(examples: int, folder: Path) -> tuple[int, float]:
    """Run the checks in process; return cases and seconds."""
    report = folder / "result.json"
    _, seconds = timed([*CONTRACT, "--max-examples", str(examples), "--json", str(report)], folder)
    return json.loads(report.read_text(encoding="utf-8"))["requests"], seconds


def stock(examples: int, folder: Path, url: str) -> tuple[int, float]:
    """Run schemathesis over HTTP; return cases and seconds."""
    headers = [part for key in KEYS for part in ("--header", key)]
    command = [Path(sys.executable).with_name("st"), "run", spec_file(), "--url", url, *headers]
    printed, seconds = timed([*command, "--max-examples", str(examples), "--continue-on-failure"], folder)
    generated = re.search(r"(\d[\d,]*) generated", printed)
    if generated is None:
        raise RuntimeError(f"schemathesis does not say how many cases it generated:\n{printed}")
    return int(generated[1].replace(",", "")), seconds


def measure(rounds: int, examples: int) -> dict[str, list[tuple[int, float]]]:
    """Measure both in turn."""
    figures: dict[str, list[tuple[int, float]]] = {"checks": [], "stock": []}
    with served_mock() as mock, tempfile.TemporaryDirectory() as folder:
        for _ in range(rounds):
            figures["checks"].append(checks(examples, Path(folder)))
            figures["stock"].append(stock(examples, Path(folder), mock.url))
    return figures


def rate(figures: list[tuple[int, float]]) -> float:
    """Return the median of cases per second, start and end included."""
    return statistics.median(cases / seconds for cases, seconds in figures)


def main() -> None:
    """Measure, print and write the results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--examples", type=int, default=200, help="random requests per operation, for both")
    parser.add_argument("--mutants", action="store_true", help="hunt all mutants, too, which takes minutes")
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder for the table")
    options = parser.parse_args()
    figures = measure(options.rounds, options.examples)
    table = Table(title="Cases per second, in one run")
    for title in ("", "cases", "seconds", "cases/s"):
        table.add_column(title, justify="right" if title else "left")
    for name, title in (("checks", "these checks, in process"), ("stock", "st run, over HTTP")):
        cases, seconds = (statistics.median(column) for column in zip(*figures[name], strict=True))
        table.add_row(title, f"{cases:.0f}", f"{seconds:.1f}", f"{rate(figures[name]):.0f}")
    ratio, thousand = rate(figures["checks"]) / rate(figures["stock"]), 1000 / rate(figures["checks"])
    goals = [("cases per second against st run, at least 1.5", ratio, ratio >= 1.5)]
    goals.append(("seconds for 1,000 cases, at most 30", thousand, thousand <= 30))
    if options.mutants:
        _, seconds = timed([*CONTRACT, "--mutants"], Path.cwd())
        goals.append(("seconds for all mutants, at most 300", seconds, seconds <= 300))
    options.results.mkdir(parents=True, exist_ok=True)
    with (options.results / "contract.txt").open("w", encoding="utf-8") as file:
        for console in (Console(width=120), Console(file=file, width=120)):
            console.print(table)
            for goal, figure, met in goals:
                console.print(f"{'met   ' if met else 'MISSED'}  {goal}: {figure:.2f}")


if __name__ == "__main__":
    main()
