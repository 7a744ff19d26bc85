"""Requests and answers as they went over the wire, to read. The keys in them are dummies."""

from collections.abc import Iterator, Sequence

from thoughtly_contract.divergence.case import CLOSED, DIES, HANGS, Case
from thoughtly_contract.divergence.table import Replies

LONGEST = 1500
"""Bytes that are shown of each; the rest is counted."""
_SILENCE = {CLOSED: "(the connection ends)", HANGS: "(nothing comes)", DIES: "(the server ends)"}


def shown(cases: Sequence[Case], replies: Replies) -> str:
    """Return each case with what it was answered."""
    return "\n".join(line for place, case in enumerate(cases) for line in _case(case, place, replies)) + "\n"


def _case(case: Case, place: int, replies: Replies) -> Iterator[str]:
    yield f"=== {case.kind}, {case.operation.method.upper()} {case.operation.path}"
    yield f"    {case.claim}"
    yield _text(case.data)
    for server, each in replies.items():
        reply = each[place]
        yield f"--- {server}"
        yield _text(reply.data) if reply.data else _SILENCE[reply.status]
    yield ""


def _text(data: bytes) -> str:
    """Return bytes as text: escaped where they are not printable, in the lines that they have."""
    lines = data[:LONGEST].replace(b"\r\n", b"\n").split(b"\n")
    rest = f"\n... {len(data) - LONGEST} bytes more" if len(data) > LONGEST else ""
    return "\n".join(line.decode("utf-8", "backslashreplace").translate(_CONTROLS) for line in lines) + rest


_CONTROLS = {code: f"\\x{code:02x}" for code in (*range(32), 127)}
