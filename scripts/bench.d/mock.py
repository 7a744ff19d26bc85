"""The mock against stock connexion, Prism and a bare ASGI function: throughput, latency, start and memory in one run.

All but Prism run under the same server with the same settings, each in a process of its own; every round puts the same
load on each of them in turn, so that a busy machine is busy for all. The mock's journal is on. Only the ratios mean
anything. Goals: at least 2.5 times the throughput of stock connexion and 3 times that of Prism; a p99 that is no worse
than stock connexion's; a start no slower than 0.6 of Prism's; memory that stays flat.
"""

import argparse
import json
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pygal
from rich.console import Console
from rich.table import Table

from thoughtly_contract.prism.server import find_node, find_prism
from thoughtly_openapi.loader import spec_file

PARTS = Path(__file__).with_name("parts")
RESULTS = Path(__file__).resolve().parents[2] / "build" / "bench"
NAMES = ("mock", "stock", "prism", "bare")
TITLES = {"mock": "this mock", "stock": "stock connexion", "prism": "Prism", "bare": "bare ASGI"}
START_SECONDS = 60.0


@dataclass
class Figures:
    """What was measured of one server."""

    starts: list[float] = field(default_factory=list)
    """Seconds from the start of the process to the first answer."""
    rates: list[float] = field(default_factory=list)
    """Requests per second, a figure per round."""
    latencies: list[int] = field(default_factory=list)
    """Microseconds."""
    memory_at_start: float = 0.0
    """MiB resident."""
    memory_after: float = 0.0
    requests: int = 0

    @property
    def rate(self) -> float:
        """Requests per second, over all rounds."""
        return statistics.median(self.rates)

    def percentile(self, percent: int) -> float:
        """Return a percentile of the latency in milliseconds."""
        return statistics.quantiles(self.latencies, n=100)[percent - 1] / 1000


def command(name: str, port: int) -> list[str]:
    """Return the command that serves."""
    if name == "prism":
        return [find_node(), str(find_prism()), "mock", "--port", str(port), str(spec_file())]
    if name == "mock":
        return [sys.executable, "-m", "thoughtly_mock", "--port", str(port)]
    return [sys.executable, str(PARTS / "servers.py"), name, str(port)]


@contextmanager
def serving(name: str) -> Iterator[tuple[int, int, float]]:
    """Run a server; yield its port, its process id, and the seconds to its first answer."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    began = time.perf_counter()
    with subprocess.Popen(command(name, port), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            wait_for_an_answer(port, process)
            yield port, process.pid, time.perf_counter() - began
        finally:
            process.kill()


def wait_for_an_answer(port: int, process: "subprocess.Popen[bytes]") -> None:
    """Return when the server answers."""
    ends = time.perf_counter() + START_SECONDS
    while time.perf_counter() < ends and process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=START_SECONDS) as connection:
                connection.sendall(b"POST /contact/call HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n")
                if connection.recv(1):
                    return
        except OSError:
            time.sleep(0.005)
    raise RuntimeError(f"{process.args!r} does not answer")


def load(port: int, count: int, connections: int) -> tuple[float, list[int]]:
    """Put a load on a server; return the requests per second and the latencies."""
    arguments = [sys.executable, str(PARTS / "load.py"), str(port), str(count), str(connections)]
    done = subprocess.run(arguments, check=True, capture_output=True, text=True)
    measured = json.loads(done.stdout)
    return count / measured["seconds"], measured["latencies"]


def resident_mib(pid: int) -> float:
    """Return how much memory a process has."""
    listed = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], check=True, capture_output=True, text=True)
    return int(listed.stdout) / 1024


def measure(options: argparse.Namespace) -> dict[str, Figures]:
    """Measure all servers in turn."""
    figures = {name: Figures() for name in NAMES}
    for _ in range(options.starts):
        for name in NAMES:
            with serving(name) as (_, _, seconds):
                figures[name].starts.append(seconds)
    with ExitStack() as stack:
        servers = {name: stack.enter_context(serving(name)) for name in NAMES}
        for name, (port, pid, _) in servers.items():
            load(port, 200, options.connections)
            figures[name].memory_at_start = resident_mib(pid)
        for _ in range(options.rounds):
            for name, (port, _, _) in servers.items():
                rate, latencies = load(port, options.requests, options.connections)
                figures[name].rates.append(rate)
                figures[name].latencies += latencies
                figures[name].requests += options.requests
        for name, (port, pid, _) in servers.items():
            if (left := options.total - figures[name].requests) > 0:
                load(port, left, options.connections)
                figures[name].requests += left
            figures[name].memory_after = resident_mib(pid)
    return figures


def table(figures: dict[str, Figures]) -> Table:
    """Return the figures as a table."""
    shown = Table(title="The mock and its like, in one run")
    for title in ("", "requests/s", "mock is", "p50 ms", "p99 ms", "start s", "MiB at start", "MiB after", "requests"):
        shown.add_column(title, justify="right" if title else "left")
    for name, measured in figures.items():
        shown.add_row(
            TITLES[name],
            f"{measured.rate:.0f}",
            f"{figures['mock'].rate / measured.rate:.2f} times",
            f"{measured.percentile(50):.2f}",
            f"{measured.percentile(99):.2f}",
            f"{statistics.median(measured.starts):.2f}",
            f"{measured.memory_at_start:.0f}",
            f"{measured.memory_after:.0f}",
            str(measured.requests),
        )
    return shown


def goals(figures: dict[str, Figures]) -> list[tuple[str, float, bool]]:
    """Return each goal with its figure, and whether it is met."""
    mock, stock, prism = figures["mock"], figures["stock"], figures["prism"]
    rates = mock.rate / stock.rate, mock.rate / prism.rate
    start = statistics.median(mock.starts) / statistics.median(prism.starts)
    tail = mock.percentile(99) / stock.percentile(99)
    growth = mock.memory_after - mock.memory_at_start
    return [
        ("throughput against stock connexion, at least 2.5", rates[0], rates[0] >= 2.5),
        ("throughput against Prism, at least 3", rates[1], rates[1] >= 3),
        ("start against Prism, at most 0.6", start, start <= 0.6),
        ("p99 against stock connexion, at most 1", tail, tail <= 1),
        ("growth in MiB with a full journal, at most 40", growth, growth <= 40),
    ]


def plot(figures: dict[str, Figures], folder: Path) -> Path:
    """Write the figures as bars; return the file."""
    chart = pygal.Bar(title="Requests per second (median of the rounds)", js=(), show_legend=False, human_readable=True)
    chart.x_labels = [TITLES[name] for name in figures]
    chart.add("requests/s", [round(measured.rate) for measured in figures.values()])
    file = folder / "mock.svg"
    chart.render_to_file(str(file))
    return file


def main() -> None:
    """Measure, print and write the results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--requests", type=int, default=2000, help="for each server in each round")
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--starts", type=int, default=5, help="how often each is started")
    parser.add_argument("--total", type=int, default=200_000, help="requests to each server in all")
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder for the table and the plot")
    options = parser.parse_args()
    figures = measure(options)
    options.results.mkdir(parents=True, exist_ok=True)
    text = options.results / "mock.txt"
    with text.open("w", encoding="utf-8") as file:
        for console in (Console(width=120), Console(file=file, width=120)):
            console.print(table(figures))
            for goal, figure, met in goals(figures):
                console.print(f"{'met   ' if met else 'MISSED'}  {goal}: {figure:.2f}")
    print(f"\n{text}\n{plot(figures, options.results)}")


if __name__ == "__main__":
    main()
