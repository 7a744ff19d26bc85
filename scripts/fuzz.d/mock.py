"""Damaged requests against the mock: none may be answered with a server error, hang, or end or fatten the mock.

The requests are those of the test corpus, damaged in ways that a seed decides. What goes wrong is printed as a Python
literal, ready for the corpus. Exit status: 0 nothing went wrong, 1 something did.
"""

import argparse
import random
import re
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

TESTS = Path(__file__).resolve().parents[2] / "tests" / "mock"
ANSWER_SECONDS = 20.0
GROWTH_MIB = 120
SPICE = (
    *(
        b"\0",
        b"\r\n",
        b"\n",
        b"\r\n\r\n",
        b" ",
        b":",
        b"%00",
        b"%ff",
        b"\xff",
        b"\xed\xa0\x80",
        b'"',
        b"{",
        b"a" * 5000,
    ),
    *(b"[" * 500, b"\\ud800", b"9" * 400, b"-1", b"NaN", b"0\r\n\r\n", b"/_mock/", b"HTTP/1.1", b"host: x\r\n"),
    *(
        b"transfer-encoding: chunked\r\n",
        b"content-length: 5\r\n",
        b"expect: 100-continue\r\n",
        b"origin: http://x\r\n",
    ),
    *(b"connection: upgrade\r\n", b"upgrade: h2c\r\n", b"prefer: code=429\r\n", b"content-encoding: gzip\r\n"),
)


@dataclass(frozen=True)
class Sent:
    """A request as it was sent."""

    data: bytes
    pieces: int
    half: bool


def damaged(seeds: Sequence[bytes], chance: random.Random) -> Sent:
    """Return one request, damaged a few times."""
    data = bytearray(chance.choice(seeds))
    for _ in range(chance.choice((0, 1, 1, 2, 3, 5, 8))):
        chance.choice(DAMAGES)(data, seeds, chance)
    return Sent(bytes(data[:2_000_000]), chance.choice((1, 1, 2, 5)), chance.random() < 0.7)


def insert(data: bytearray, _seeds: Sequence[bytes], chance: random.Random) -> None:
    """Put something odd somewhere."""
    at = chance.randint(0, len(data))
    data[at:at] = chance.choice(SPICE)


def flip(data: bytearray, _seeds: Sequence[bytes], chance: random.Random) -> None:
    """Change one byte."""
    if data:
        data[chance.randrange(len(data))] = chance.randrange(256)


def cut(data: bytearray, _seeds: Sequence[bytes], chance: random.Random) -> None:
    """Take a piece out."""
    at = chance.randint(0, len(data))
    del data[at : at + chance.choice((1, 2, 10, 100))]


def repeat(data: bytearray, _seeds: Sequence[bytes], chance: random.Random) -> None:
    """Say a piece twice, or very often."""
    at = chance.randint(0, len(data))
    data[at:at] = data[at : at + chance.choice((1, 5, 40))] * chance.choice((1, 2, 200))


def splice(data: bytearray, seeds: Sequence[bytes], chance: random.Random) -> None:
    """Go on with another request from somewhere in it."""
    other = chance.choice(seeds)
    data[chance.randint(0, len(data)) :] = other[chance.randint(0, len(other)) :]


DAMAGES = (insert, insert, flip, flip, cut, repeat, splice)


def send(address: tuple[str, int], sent: Sent) -> bytes:
    """Return all that is answered.

    Raises:
        TimeoutError: the mock neither answers nor ends the connection.
    """
    received = b""
    with socket.create_connection(address, timeout=ANSWER_SECONDS) as connection:
        try:
            step = max(len(sent.data) // sent.pieces, 1)
            for start in range(0, len(sent.data), step):
                connection.sendall(sent.data[start : start + step])
            # Half closed, the mock must come to an end of its own; otherwise its own bounds of time end it.
            connection.shutdown(socket.SHUT_WR if sent.half else socket.SHUT_RDWR)
            while sent.half and (chunk := connection.recv(65_536)):
                received += chunk
        except (ConnectionError, OSError) as error:
            if isinstance(error, TimeoutError):
                raise
    return received


def taken(address: tuple[str, int], sent: Sent) -> tuple[str, bool]:
    """Return how the mock takes a request, as a word, and whether that is wrong."""
    try:
        received = send(address, sent)
    except TimeoutError:
        return "no answer, and no end", True
    except ConnectionRefusedError:
        return "the mock is gone", True
    statuses = re.findall(rb"HTTP/1\.1 (\d\d\d) ", received)
    worst = max(statuses, default=b"no answer").decode()
    return worst, worst.startswith("5")


@contextmanager
def mock() -> Iterator[tuple[subprocess.Popen[str], tuple[str, int]]]:
    """Run the mock in a process of its own."""
    command = [sys.executable, "-m", "thoughtly_mock", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        found = re.search(r"http://127\.0\.0\.1:(\d+)", process.stdout.readline() if process.stdout else "")
        try:
            yield process, ("127.0.0.1", int(found[1]) if found else 0)
        finally:
            process.terminate()


def resident_mib(pid: int) -> int:
    """Return how much memory a process has."""
    listed = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=True)
    return int(listed.stdout) // 1024


def run(options: argparse.Namespace) -> int:
    """Fuzz as the options say; return the exit status."""
    sys.path.insert(0, str(TESTS))
    from raw_corpus import rows

    # Magic contacts are answered with server errors on purpose; the corpus has none.
    seeds = [row.data for row in rows() if len(row.data) < 200_000]
    chance = random.Random(options.seed)  # noqa: S311 (repeatable, and no secret)
    ends = time.monotonic() + options.seconds
    counts: Counter[str] = Counter()
    with mock() as (process, address):
        before = resident_mib(process.pid)
        while time.monotonic() < ends and counts.total() < options.requests:
            sent = damaged(seeds, chance)
            how, wrong = taken(address, sent)
            counts[how] += 1
            if wrong:
                print(f"{how} after {sent!r}", file=sys.stderr)
                return 1
        grown = resident_mib(process.pid) - before
    told = ", ".join(f"{how} {number} times" for how, number in counts.most_common())
    print(f"{counts.total()} requests (seed {options.seed}): {told}; the mock has grown by {grown} MiB")
    return 0 if grown < GROWTH_MIB else 1


def main() -> int:
    """Parse the options and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60.0, help="stop after this time (default: 60)")
    parser.add_argument("--requests", type=int, default=1_000_000, help="stop after so many requests")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32), help="default: by chance")
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    return run(options)


if __name__ == "__main__":
    sys.exit(main())
