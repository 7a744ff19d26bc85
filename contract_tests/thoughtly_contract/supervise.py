"""Servers in processes of their own: started, waited for, and never left behind."""

import http.client
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import IO, NoReturn

from thoughtly_contract.errors import ProcessError

_LEASH = Path(__file__).with_name("leash.py")
_STOP_SECONDS = 10.0
_POLL_SECONDS = 0.05
_PREFLIGHT = {"Origin": "http://127.0.0.1", "Access-Control-Request-Method": "GET"}

Process = subprocess.Popen[bytes]


@contextmanager
def supervised(command: Sequence[str], *, output: IO[bytes] | None = None) -> Iterator[Process]:
    """Run ``command`` for the length of the block, and end its whole process group after it.

    ``output`` takes what the command prints; without it, the command prints where this process does.
    """
    process = subprocess.Popen(  # noqa: S603 -- the callers in this package name the command
        [sys.executable, "-I", str(_LEASH), *command],
        stdin=subprocess.PIPE,
        stdout=output,
        stderr=subprocess.STDOUT if output else None,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        _end(process)


def _end(process: Process) -> None:
    if process.stdin:
        process.stdin.close()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def wait_until_it_answers(process: Process, host: str, port: int, seconds: float) -> None:
    """Return once a real HTTP request to the server got any HTTP answer.

    Raises:
        ProcessError: the process ended, or ``seconds`` went by.
    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise ProcessError(f"it ended with status {process.returncode} before it answered")
        if answers(host, port):
            return
        time.sleep(_POLL_SECONDS)
    raise ProcessError(f"it did not answer on {host}:{port} within {seconds:g} seconds")


def answers(host: str, port: int) -> bool:
    """Whether something speaks HTTP at this address. A proxy answers the preflight itself and forwards nothing."""
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("OPTIONS", "/", headers=_PREFLIGHT)
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def claim_port(host: str, port: int) -> int:
    """Return ``port``, or a free one for 0.

    Raises:
        ProcessError: the port is taken, or not this user's to take.
    """
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise ProcessError(f"port {port} on {host} cannot be had: {error.strerror}") from error
        claimed: int = probe.getsockname()[1]
        return claimed


def signals_as_exit() -> AbstractContextManager[None]:
    """Turn SIGTERM, SIGINT and SIGHUP into :class:`SystemExit`, so that every block is left in order."""
    return _signals_as(_exit)


def signals_as_interrupt() -> AbstractContextManager[None]:
    """Turn them into :class:`KeyboardInterrupt`, which ends a run of pytest; of an exit it makes a failed test."""
    return _signals_as(_interrupt)


@contextmanager
def _signals_as(handler: Callable[[int, FrameType | None], NoReturn]) -> Iterator[None]:
    numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    before = {number: signal.signal(number, handler) for number in numbers}
    try:
        yield
    finally:
        for number, old in before.items():
            with suppress(TypeError):  # A handler that was not set from Python cannot be put back.
                signal.signal(number, old)


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def _exit(number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(128 + number)
