"""Runs a command in a session of its own and ends that whole process group when standard input closes.

The supervisor holds the other end of that pipe. However it ends, kill -9 included, the kernel closes the pipe, so
nothing that was started here outlives it. Run as a file, with the command as arguments; needs only the standard
library, so that it starts at once.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time

GRACE_SECONDS = 2.0


def main(command: list[str]) -> None:
    """Run ``command``; exit with its status, or end it when the supervisor is gone."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, _leave)
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)  # noqa: S603 -- see supervise
    threading.Thread(target=_exit_with, args=(child,), daemon=True).start()
    try:
        while os.read(sys.stdin.fileno(), 1):
            pass
    finally:
        _signal_group(child.pid, signal.SIGTERM)
        time.sleep(GRACE_SECONDS)
        _signal_group(child.pid, signal.SIGKILL)


def _leave(number: int, _frame: object) -> None:
    sys.exit(128 + number)


def _exit_with(child: "subprocess.Popen[bytes]") -> None:
    status = child.wait()
    # What the command itself started must not outlive it.
    _signal_group(child.pid, signal.SIGKILL)
    os._exit(status if status >= 0 else 128 - status)


def _signal_group(group: int, number: int) -> None:
    # macOS answers EPERM where all that is left of the group is a zombie.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


if __name__ == "__main__":
    main(sys.argv[1:])
