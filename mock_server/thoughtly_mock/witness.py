"""The mock as a witness: writes down every request that it received, as it came, with what it answered."""

import re
import time
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from starlette.types import Scope

from thoughtly_mock import behaviours
from thoughtly_mock.answers import Answer
from thoughtly_mock.credentials import NEAR_MISSES
from thoughtly_mock.entry import Entry, Verdict
from thoughtly_mock.near_misses import meant
from thoughtly_mock.play import Play
from thoughtly_mock.played import answers
from thoughtly_mock.problems import Problem
from thoughtly_mock.refusals import generic_refusal
from thoughtly_mock.scope import TOKEN_HEADER, connection_of
from thoughtly_mock.store import Store

REDACTED = b"[redacted]"
KEPT = 65_536
# A shorter value could be part of any word: masking it would garble the text and hide nothing.
SHORTEST_SECRET = 8
COUNTS = "counts"
SEPARATOR = "\x1f"


class Redactor:
    """Takes keys out of requests: by the names of their headers, and wherever else the same values stand."""

    def __init__(self, spec: Mapping[str, Any], accepted: Iterable[str] = ()) -> None:
        schemes = spec.get("components", {}).get("securitySchemes", {}).values()
        self._keys = frozenset(scheme["name"].lower() for scheme in schemes if "name" in scheme)
        # A key under a wrong name is a key all the same.
        self._names = {
            name.encode() for name in (*self._keys, *NEAR_MISSES, "cookie", "proxy-authorization", TOKEN_HEADER)
        }
        names = b"|".join(re.escape(name) for name in sorted(self._names, key=len, reverse=True))
        # A value goes on in the next line where that begins with a blank.
        folded = rb"\r?\n[ \t][^\r\n]*"
        value = rb"(?:[^\r\n]+(?:" + folded + rb")*|(?:" + folded + rb")+)"
        self._header = re.compile(rb"\r\n((?:" + names + rb")[ \t]*:[ \t]*)" + value, re.IGNORECASE)
        self._anywhere = re.compile(rb"((?:" + names + rb")[ \t:=]*)" + value, re.IGNORECASE)
        self._field = re.compile(rb"(" + names + rb")=[^&\s]*", re.IGNORECASE)
        self._accepted = tuple(value.encode() for value in accepted if len(value) >= SHORTEST_SECRET)

    def secrets(self, headers: Iterable[tuple[bytes, bytes]]) -> tuple[bytes, ...]:
        """Return the values of keys that are long enough to be looked for."""
        sent = (value for name, value in headers if len(value) >= SHORTEST_SECRET and self._is_key(name.lower()))
        return (*sent, *self._accepted)

    def _is_key(self, name: bytes) -> bool:
        return name in self._names or _is_meant_as(name, self._keys)

    def head(self, head: bytes) -> bytes:
        """Return a request head without keys."""
        return self.target(self._header.sub(_redacted_header, head))

    def target(self, target: bytes) -> bytes:
        """Return a request target without keys in its query."""
        return self._field.sub(_redacted_field, target) if b"=" in target else target

    def unparseable(self, raw: bytes) -> bytes:
        """Return bytes that are no request without what could be keys in them."""
        return self.masked(self._anywhere.sub(_redacted, raw), self._accepted)

    @staticmethod
    def masked(content: bytes, secrets: Iterable[bytes]) -> bytes:
        """Return ``content`` without these values."""
        for secret in secrets:
            if secret in content:
                content = content.replace(secret, REDACTED)
        return content


# Clients send the same names again and again.
@lru_cache(maxsize=1024)
def _is_meant_as(name: bytes, keys: frozenset[str]) -> bool:
    """Whether a header's name is a key's with a typing error."""
    return bool(meant([name.decode("latin-1")], keys))


# Functions, since a template is taken apart anew for each match.
def _redacted(found: re.Match[bytes]) -> bytes:
    return found[1] + REDACTED


def _redacted_header(found: re.Match[bytes]) -> bytes:
    return b"\r\n" + found[1] + REDACTED


def _redacted_field(found: re.Match[bytes]) -> bytes:
    return found[1] + b"=" + REDACTED


class Witness:
    """Writes the entry of one request, as more of it becomes known."""

    __slots__ = ("_redactor", "_scope", "_store", "_time", "body", "contact", "operation_id")

    def __init__(self, store: Store, redactor: Redactor, scope: Scope, operation_id: str | None = None) -> None:
        self._store, self._redactor, self._scope = store, redactor, scope
        self._time = time.time()
        self.operation_id = operation_id
        self.body = b""
        self.contact: str | None = None

    def parsed(self, body: Any) -> None:
        """Take note of the body as JSON."""
        if self.operation_id:
            self.contact = behaviours.of(self.operation_id).contact_of(body)

    def valid(self, answer: Answer, play: Play) -> Entry:
        """Write down a request that is as the spec wants it, what was played, and its answer."""
        verdict = Verdict.ACCEPTED if play.accepts else Verdict.FAILED
        given = answer if answers(play) else None
        fault = play.fault.value if play.fault else None
        return self._write(verdict, given, played=play.name or None, fault=fault, delay=play.delay)

    def refused(self, answer: Answer, detail: str) -> Entry:
        """Write down a request that is refused."""
        secrets = self._redactor.secrets(self._scope["headers"])
        return self._write(Verdict.REFUSED, answer, detail=_masked_text(detail, secrets))

    def incomplete(self, refusal: Problem | None) -> Entry:
        """Write down a request of which only the beginning came, and what its client was told, if it was there."""
        answer = generic_refusal(refusal) if refusal else None
        detail = refusal.detail if refusal else "the client went away before its request was whole"
        return self._write(Verdict.INCOMPLETE, answer, detail=detail)

    def _write(self, verdict: Verdict, answer: Answer | None, **more: Any) -> Entry:
        scope, redactor = self._scope, self._redactor
        secrets = redactor.secrets(scope["headers"])
        entry = Entry(
            time=self._time,
            method=scope["method"],
            target=redactor.masked(redactor.target(sent_target(scope)), secrets).decode("latin-1"),
            head=redactor.masked(redactor.head(sent_head(scope)), secrets)[:KEPT],
            body=redactor.masked(self.body, secrets)[:KEPT],
            verdict=verdict,
            operation_id=self.operation_id,
            contact=_masked_text(self.contact, secrets),
            status=answer.status if answer else None,
            response_headers=answer.headers if answer else None,
            response_body=redactor.masked(answer.body, secrets)[:KEPT] if answer else b"",
            **more,
        )
        return record(self._store, entry)


def _masked_text(text: str | None, secrets: Iterable[bytes]) -> str | None:
    if text is None:
        return None
    return Redactor.masked(text.encode("utf-8", "replace"), secrets).decode("utf-8", "replace")


def record(store: Store, entry: Entry) -> Entry:
    """Keep an entry, and count it; return it with its number."""
    labels = (entry.operation_id or "", entry.verdict.value, str(entry.status or ""), entry.played or "")
    name = SEPARATOR.join(labels)

    def counted(counts: Any) -> Any:
        counts = counts or {}
        counts[name] = counts.get(name, 0) + 1
        return counts

    store.update(COUNTS, counted)
    return store.append(entry)


def sent_target(scope: Scope) -> bytes:
    """Return path and query as they were sent."""
    path: bytes = (scope.get("raw_path") or scope["path"].encode()).split(b"?")[0]
    query: bytes = scope["query_string"]
    return path + b"?" + query if query else path


def sent_head(scope: Scope) -> bytes:
    """Return the request's head as it came; where no socket brought it, as it would have come."""
    connection = connection_of(scope)
    if connection is not None:
        head: bytes = connection.raw_head
        return head
    lines = [f"{scope['method']} ".encode() + sent_target(scope) + b" HTTP/" + scope["http_version"].encode()]
    lines += [name + b": " + value for name, value in scope["headers"]]
    return b"\r\n".join(lines) + b"\r\n\r\n"
