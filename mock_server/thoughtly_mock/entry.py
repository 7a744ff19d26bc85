"""What the mock keeps of one request."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from thoughtly_mock.body import parse_json
from thoughtly_mock.problems import Problem


class Verdict(StrEnum):
    """What became of a request."""

    ACCEPTED = "accepted"
    """The operation was carried out: with a real server, this is when a phone rings."""
    REFUSED = "refused"
    """Something is wrong with the request."""
    FAILED = "failed"
    """Nothing is wrong with the request, and it was not carried out: a bad day was played."""
    INCOMPLETE = "incomplete"
    """The client went away before its request was whole."""
    UNPARSEABLE = "unparseable"
    """It is not HTTP."""


@dataclass(slots=True)
class Entry:
    """One request and its answer. The values of keys are redacted. Only the store changes it, once."""

    time: float
    """When its head had come, in seconds since 1970."""
    method: str
    target: str
    """Path and query as they were sent."""
    head: bytes
    """Request line and headers as they came, 64 KiB at most."""
    body: bytes
    """The first 64 KiB of what was read of the body."""
    verdict: Verdict
    operation_id: str | None = None
    """None where no operation answers."""
    contact: str | None = None
    """The contact that it names, for operations that ring a phone."""
    status: int | None = None
    """None where nothing was answered."""
    detail: str | None = None
    """Why it was refused."""
    played: str | None = None
    """The scenario, magic value or fault that decided the answer."""
    fault: str | None = None
    """How the exchange was broken."""
    delay: float = 0.0
    """Seconds that the answer was held back."""
    response_headers: Mapping[str, str] | None = None
    response_body: bytes = b""
    """Its first 64 KiB."""
    number: int = 0
    """Position in the journal, counted from 1; given by the store."""

    @property
    def received(self) -> datetime:
        """When its head had come, in UTC."""
        return datetime.fromtimestamp(self.time, UTC)

    @property
    def headers(self) -> Sequence[tuple[str, str]]:
        """Names in lower case, and values, in their order."""
        lines = self.head.decode("latin-1").split("\r\n")[1:]
        pairs = (line.partition(":") for line in lines if ":" in line)
        return [(name.strip().lower(), value.strip()) for name, _, value in pairs]

    @property
    def parsed(self) -> Any:
        """The body as JSON; None where there is none, where it is not JSON, or where only its beginning was kept."""
        try:
            return parse_json(self.body)
        except Problem:
            return None

    @property
    def size(self) -> int:
        """Bytes that keeping it takes, roughly."""
        return 1_000 + len(self.head) + len(self.body) + len(self.response_body)

    def as_json(self) -> dict[str, Any]:
        """Return the entry as a JSON value; what is not UTF-8 is there in Base64 too, so that nothing is lost."""
        return {
            "number": self.number,
            "time": self.received.isoformat(timespec="microseconds"),
            "method": self.method,
            "target": self.target,
            "operation": self.operation_id,
            "contact": self.contact,
            "verdict": self.verdict.value,
            "status": self.status,
            "detail": self.detail,
            "played": self.played,
            "delay": self.delay,
            "headers": [list(header) for header in self.headers],
            **_text("head", self.head),
            **_text("body", self.body),
            "json": self.parsed,
            "response": {
                "headers": dict(self.response_headers or {}),
                **_text("body", self.response_body),
            },
        }


def _text(name: str, content: bytes) -> dict[str, str]:
    text = content.decode("utf-8", "replace")
    lost = text.encode() != content
    return {name: text, **({f"{name}_base64": b64encode(content).decode()} if lost else {})}
