"""Damaged requests against the mock: none may be answered with a server error, hang, or end or fatten the mock.

The requests are those of the test corpus and one for each operation, damaged in ways that a seed decides, on several
connections at a time. What goes wrong is printed as a Python literal, ready for the corpus. Exit status: 0 nothing went
wrong, 1 something did.
"""

import argparse
import json
import random
import re
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from damage import Sent, damaged
from seeds import seeds

from thoughtly_openapi.loader import spec_file

ANSWER_SECONDS = 30.0
# The journal alone may take 64 MiB.
GROWTH_MIB = 120
SOUND_EVERY = 100
SOUND = (
    b"POST /contact/call HTTP/1.1\r\nhost: mock\r\nx-api-token: t\r\nteam_id: m\r\nconnection: close\r\n"
    b'content-type: application/json\r\ncontent-length: 40\r\n\r\n{"contact_id": "c", "interview_id": "i"}'
)

Address = tuple[str, int]


class Faulty(Exception):
    """Something went wrong."""


class Fuzz:
    """Sends damaged requests until a time is over, so many are sent, or something goes wrong."""

    def __init__(self, address: Address, seeds: Sequence[bytes], ends: float, requests: int) -> None:
        self.address, self.seeds, self.ends, self.left = address, seeds, ends, requests
        self.counts: Counter[str] = Counter()
        self.wrong = False
        self.lock = Lock()

    def run(self, chance: random.Random) -> None:
        """Send on one connection after the other.

        Raises:
            Faulty: a request was taken wrongly.
        """
        while self._go_on():
            sent = damaged(self.seeds, chance)
            how = taken(self.address, sent)
            with self.lock:
                self.counts[how] += 1
            if how.startswith("5") or not how[0].isdigit():
                self.wrong = True
                raise Faulty(f"{how} after {sent!r}")

    def _go_on(self) -> bool:
        with self.lock:
            self.left -= 1
            due = self.left % SOUND_EVERY == 0
            done = self.wrong or self.left < 0 or time.monotonic() > self.ends
        if due and not done and (how := taken(self.address, Sent(SOUND, 1, half=True))) != "200":
            self.wrong = True
            raise Faulty(f"{how} after a request that nothing is wrong with")
        return not done


def taken(address: Address, sent: Sent) -> str:
    """Return how the mock takes a request: the worst status, 000 for none, or in words what is wrong."""
    try:
        received = exchange(address, sent)
    except TimeoutError:
        return "no answer, and no end"
    except ConnectionRefusedError:
        return "the mock is gone"
    return max(re.findall(rb"HTTP/1\.1 (\d\d\d) ", received), default=b"000").decode()


def exchange(address: Address, sent: Sent) -> bytes:
    """Return all that is answered.

    Raises:
        TimeoutError: the mock neither answers nor ends the connection.
        ConnectionRefusedError: there is no mock.
    """
    with socket.create_connection(address, timeout=ANSWER_SECONDS) as connection:
        try:
            step = max(len(sent.data) // sent.pieces, 1)
            for start in range(0, len(sent.data), step):
                connection.sendall(sent.data[start : start + step])
            # Half closed, the mock must come to an end of its own; otherwise its own bounds of time end it.
            connection.shutdown(socket.SHUT_WR if sent.half else socket.SHUT_RDWR)
            return b"".join(iter(lambda: connection.recv(65_536), b"")) if sent.half else b""
        except TimeoutError:
            raise
        except OSError:
            # The mock may end a connection as soon as it has seen enough.
            return b""


@contextmanager
def mock(spec: Path) -> Iterator[tuple[int, Address]]:
    """Run the mock in a process of its own; yield its id and address."""
    command = [sys.executable, "-m", "thoughtly_mock", "--port", "0", "--spec", str(spec)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            found = re.search(r"http://127\.0\.0\.1:(\d+)", process.stdout.readline() if process.stdout else "")
            if not found:
                raise Faulty("the mock does not start")
            yield process.pid, ("127.0.0.1", int(found[1]))
        finally:
            process.terminate()


def resident_mib(pid: int) -> int:
    """Return how much memory a process has."""
    listed = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=True)
    return int(listed.stdout) // 1024


def run(options: argparse.Namespace) -> str:
    """Fuzz as the options say; return what is to be told.

    Raises:
        Faulty: something went wrong.
    """
    spec = json.loads(options.spec.read_bytes())
    with mock(options.spec) as (pid, address), ThreadPoolExecutor(options.connections) as pool:
        before = resident_mib(pid)
        fuzz = Fuzz(address, seeds(spec), time.monotonic() + options.seconds, options.requests)
        chances = [random.Random(f"{options.seed} {number}") for number in range(options.connections)]  # noqa: S311 (repeatable, and no secret)
        for finished in [pool.submit(fuzz.run, chance) for chance in chances]:
            finished.result()
        grown = resident_mib(pid) - before
    if grown > GROWTH_MIB:
        raise Faulty(f"the mock has grown by {grown} MiB")
    told = ", ".join(f"{how} {number} times" for how, number in fuzz.counts.most_common())
    return f"{fuzz.counts.total()} requests: {told}; the mock has grown by {grown} MiB"


def main() -> int:
    """Parse the options and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60.0, help="stop after this time (default: 60)")
    parser.add_argument("--requests", type=int, default=1_000_000, help="stop after so many requests")
    parser.add_argument("--connections", type=int, default=4, help="how many at a time (default: 4)")
    parser.add_argument("--spec", type=Path, default=spec_file(), help="a compiled spec (default: the kit's own)")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32), help="default: by chance")
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    try:
        print(run(options))
    except Faulty as fault:
        print(fault, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
