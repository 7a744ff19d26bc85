"""One call over keep-alive loopback by bare httpx, the generated code and the face; and their import times.

Goals: the face takes at most 1.15 times bare httpx for a call, and at most 1.5 times httpx to import.
"""

import argparse
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable

import httpx

from thoughtly_client import Thoughtly
from thoughtly_client._generated.api.contact import call_contact
from thoughtly_client._generated.client import AuthenticatedClient
from thoughtly_client._generated.models import CallContactRequest

ANSWER = b'{"data": {"id": "c1"}, "error": null}'
RESPONSE = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(ANSWER) + ANSWER
CONTACT, AGENT = "3fa85f64-5717-4562-b3fc-2c963f66afa6", "a1b2c3d4"
BODY = {"contact_id": CONTACT, "interview_id": AGENT}
KEYS = {"x-api-token": "token", "team_id": "team"}


def serve(listener: socket.socket) -> None:
    """Answer every request on every connection, each in a thread."""
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=answer, args=(connection,), daemon=True).start()


def answer(connection: socket.socket) -> None:
    """Answer the requests of one connection; each ends with the closing brace of its body."""
    pending = b""
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    while data := connection.recv(65536):
        pending += data
        if pending.endswith(b"}"):
            connection.sendall(RESPONSE)
            pending = b""


def by_httpx(url: str) -> Callable[[], object]:
    """Return a call that a careful user of httpx would write."""
    client = httpx.Client(base_url=url, headers=KEYS)

    def call() -> object:
        response = client.post("/contact/call", json=BODY)
        response.raise_for_status()
        return response.json()["data"]

    return call


def by_generated(url: str) -> Callable[[], object]:
    """Return a call of the generated code alone."""
    client = AuthenticatedClient(url, "token", prefix="", auth_header_name="x-api-token", headers={"team_id": "team"})
    return lambda: call_contact.sync(client=client, body=CallContactRequest(CONTACT, AGENT))


def by_face(url: str) -> Callable[[], object]:
    """Return a call of the face."""
    client = Thoughtly(api_token=KEYS["x-api-token"], team_id=KEYS["team_id"], base_url=url)
    return lambda: client.call_contact(contact_id=CONTACT, interview_id=AGENT)


def seconds(call: Callable[[], object], count: int) -> float:
    """Return the mean time of one call."""
    begin = time.perf_counter()
    for _ in range(count):
        call()
    return (time.perf_counter() - begin) / count


def import_seconds(module: str) -> float:
    """Return how long a fresh interpreter takes to import ``module``, start-up not counted."""
    program = f"import time; b = time.perf_counter(); import {module}; print(time.perf_counter() - b)"
    return float(subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout)


def main() -> None:
    """Take turns, so that a busy machine slows all alike, and print medians as ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--calls", type=int, default=200)
    options = parser.parse_args()
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=serve, args=(listener,), daemon=True).start()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    calls = {"httpx": by_httpx(url), "generated code": by_generated(url), "face": by_face(url)}
    turns(calls, 1, options.calls)
    report("one call", turns(calls, options.rounds, options.calls), "httpx", 1.15)
    imports = {name: [import_seconds(name) for _ in range(9)] for name in ("httpx", "thoughtly_client")}
    report("import", imports, "httpx", 1.5)


def turns(calls: dict[str, Callable[[], object]], rounds: int, count: int) -> dict[str, list[float]]:
    """Return the times of each call, measured in turns."""
    times: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            times[name].append(seconds(call, count))
    return times


def report(title: str, times: dict[str, list[float]], base: str, goal: float) -> None:
    """Print the median of each, and its ratio to the base."""
    medians = {name: statistics.median(values) for name, values in times.items()}
    for name, median in medians.items():
        print(f"{title:9} {name:17} {median * 1e6:9.0f} us  {median / medians[base]:5.2f}  (goal: at most {goal})")


if __name__ == "__main__":
    main()
