"""Takes keys, and what could be somebody's telephone number, out of what is shown of an exchange."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from thoughtly_contract.exchange import Pairs
from thoughtly_contract.keys import Key
from thoughtly_contract.recording import Exchange
from thoughtly_mock.witness import REDACTED, SHORTEST_SECRET, Redactor

PHONE = "[number]"
LONGEST = 2000
_NUMBER = re.compile(
    r"(?P<kept>[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"
    r"|\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?(?![\d-]))"
    r"|\+?\(?\d(?:(?:[\s().\-/\u2010-\u2015]|%2[089DEde]){0,3}\d){6,}"
)
# Everything else may carry a session, or a person.
_SHOWN_HEADERS = frozenset(
    {
        *("accept", "allow", "content-encoding", "content-length", "content-type", "retry-after"),
        *("ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"),
    }
)


@dataclass(frozen=True, slots=True)
class Shown:
    """An exchange as it may be shown to anybody."""

    method: str
    target: str
    request_headers: tuple[tuple[str, str], ...]
    request_body: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: str

    def to_json(self) -> dict[str, Any]:
        """Return the exchange as a JSON value."""
        return {
            "request": {
                "method": self.method,
                "target": self.target,
                "headers": [list(pair) for pair in self.request_headers],
                "body": self.request_body,
            },
            "response": {"status": self.status, "headers": [list(pair) for pair in self.headers], "body": self.body},
        }


class Redaction:
    """Redacts for one spec and the keys of one run."""

    def __init__(self, spec: Mapping[str, Any], keys: Iterable[Key] = ()) -> None:
        self._redactor = Redactor(spec, [key.value for key in keys])

    def secrets(self, headers: Pairs) -> tuple[bytes, ...]:
        """Return the keys of a request, in every spelling that they could come back in."""
        found = self._redactor.secrets(headers)
        return tuple(dict.fromkeys(spelling for secret in found for spelling in _spellings(secret)))

    def without_keys(self, text: str) -> str:
        """Return text in which the run's keys are masked, and nothing else."""
        return self._redactor.masked(text.encode("utf-8", "surrogatepass"), self.secrets(())).decode("utf-8", "replace")

    def text(self, content: bytes | str, secrets: Iterable[bytes] = ()) -> str:
        """Return text without keys and telephone numbers."""
        raw = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
        masked = self._redactor.masked(self._redactor.target(raw), [*secrets, *self.secrets(())])
        return without_numbers(masked.decode("utf-8", "replace"))

    def shown(self, exchange: Exchange) -> Shown:
        """Return an exchange without what must not be shown."""
        request, answer = exchange.request, exchange.answer
        secrets = self.secrets(request.headers)
        return Shown(
            self.text(request.method, secrets),
            self.text(request.target, secrets),
            self._headers(request.headers, secrets),
            self._body(request.body, secrets),
            answer.status,
            self._headers(answer.headers, secrets),
            self._body(answer.body, secrets),
        )

    def _headers(self, headers: Pairs, secrets: tuple[bytes, ...]) -> tuple[tuple[str, str], ...]:
        return tuple(
            (
                self.text(name, secrets),
                self.text(value, secrets) if name.decode("latin-1") in _SHOWN_HEADERS else REDACTED.decode(),
            )
            for name, value in headers
        )

    def _body(self, body: bytes, secrets: tuple[bytes, ...]) -> str:
        # Cut after redacting: half a key would not be found.
        text = self.text(_unescaped(body), secrets)
        return text if len(text) <= LONGEST else f"{text[:LONGEST]}... ({len(body)} bytes)"


def without_numbers(text: str) -> str:
    """Return text in which telephone numbers are masked; UUIDs and dates are none."""
    return _NUMBER.sub(lambda found: found["kept"] or PHONE, text)


def _spellings(secret: bytes) -> Iterable[bytes]:
    # `Bearer KEY`, and cookies as `name=KEY; other=KEY`.
    parts = [part for part in re.split(rb"[\s;=,]+", secret) if len(part) >= SHORTEST_SECRET]
    for part in (secret, *parts):
        yield from _spelt(part)


def _spelt(secret: bytes) -> Iterable[bytes]:
    text = secret.decode("utf-8", "replace")
    yield secret
    yield json.dumps(text)[1:-1].encode()
    yield quote(text, safe="").encode()


def _unescaped(body: bytes) -> bytes:
    """Return JSON without the escapes that could hide something; anything else as it is."""
    try:
        return json.dumps(json.loads(body), ensure_ascii=False).encode("utf-8", "surrogatepass")
    except (ValueError, RecursionError):
        return body
