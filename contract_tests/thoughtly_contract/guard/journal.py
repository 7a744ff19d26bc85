"""What went through the guard, line by line, without any key: the same form as the journal of the mock."""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from thoughtly_contract.battery.judge import Judge
from thoughtly_contract.battery.probe import Cost, Expected, Probe
from thoughtly_contract.errors import UsageError
from thoughtly_contract.exchange import Answer, Request
from thoughtly_contract.guard.framing import RawRequest
from thoughtly_contract.validity import Validity, read_json
from thoughtly_mock import Entry, Verdict, behaviours
from thoughtly_mock.problems import Problem
from thoughtly_mock.routes import Routes
from thoughtly_mock.witness import KEPT, Redactor
from thoughtly_openapi.loader import Operation

# What an answer has to be follows from the request that asked for it, and nobody tells here what that was meant to be.
_OF_PROBES = frozenset({"ValidRefused", "InvalidAccepted", "KeysNotEnforced", "MethodTaken", "PathTaken"})


class Journal:
    """Writes a line for each request, as soon as it is answered or refused."""

    def __init__(self, spec: Mapping[str, Any], file: Path | None = None) -> None:
        """Append to ``file``; without one nothing is kept.

        Raises:
            UsageError: the file cannot be written.
        """
        self._spec, self._redactor = spec, Redactor(spec)
        self._routes, self._judge = Routes(spec), Judge(spec, ())
        try:
            self._file: IO[str] | None = file.open("a", encoding="utf-8") if file else None
        except OSError as error:
            raise UsageError(f"--journal {file}: {error.strerror}") from error

    def close(self) -> None:
        """Write no more."""
        if self._file:
            self._file.close()

    def answered(self, raw: RawRequest, answer: Answer, seconds: float) -> None:
        """Write down a request that was sent, its answer, and in what they break the spec."""
        operation = self._operation(raw.request)
        drift = list(self._drift(operation, raw.request, answer))
        failed = Verdict.FAILED if answer.status >= 500 else Verdict.REFUSED
        entry = self._entry(raw, operation, Verdict.ACCEPTED if answer.is_success else failed, seconds)
        secrets = self._redactor.secrets(raw.request.headers)
        entry.status = answer.status
        headers = {name.decode("latin-1"): value for name, value in answer.headers}
        entry.response_headers = {
            name: self._redactor.masked(value, secrets).decode("latin-1") for name, value in headers.items()
        }
        entry.response_body = self._redactor.masked(answer.body[:KEPT], secrets)
        self._write(entry, drift)

    def not_answered(self, raw: RawRequest, why: str) -> None:
        """Write down a request that was refused here, or that got no answer."""
        entry = self._entry(raw, self._operation(raw.request), Verdict.REFUSED, 0.0)
        entry.detail = why
        self._write(entry, [])

    def shown(self, raw: RawRequest) -> str:
        """Return a request as it would be sent, without its keys."""
        entry = self._entry(raw, None, Verdict.REFUSED, 0.0)
        return f"{entry.head.decode('latin-1')}{entry.body.decode('utf-8', 'backslashreplace')}"

    def _operation(self, request: Request) -> Operation | None:
        with suppress(Problem):
            return self._routes.match(request.method, request.path.decode("latin-1")).operation
        return None

    def _entry(self, raw: RawRequest, operation: Operation | None, verdict: Verdict, seconds: float) -> Entry:
        request = raw.request
        secrets = self._redactor.secrets(request.headers)
        masked = self._redactor.masked
        head = self._redactor.head(raw.head)
        return Entry(
            time=time.time() - seconds,
            method=request.method,
            target=masked(self._redactor.target(request.target), secrets).decode("latin-1"),
            head=masked(head, secrets),
            body=masked(request.body[:KEPT], secrets),
            verdict=verdict,
            operation_id=operation.operation_id if operation else None,
            contact=_contact(operation, request),
            delay=seconds,
        )

    def _drift(self, operation: Operation | None, request: Request, answer: Answer) -> Iterator[str]:
        if operation is None:
            yield "request: the spec has no such operation"
            return
        validity = Validity(self._spec, operation)
        with suppress(ValueError):
            if validity.takes_body and not validity.fits(read_json(request.body)):
                yield "request: the body does not fit its schema"
        probe = Probe("journal", "recorded", operation, request, _expectation(answer), Cost.NOTHING)
        for finding in self._judge.findings(probe, answer):
            if finding.kind not in _OF_PROBES:
                yield f"response: {finding.kind}: {finding.message}"

    def _write(self, entry: Entry, drift: Sequence[str]) -> None:
        if self._file:
            self._file.write(json.dumps({**entry.as_json(), "drift": drift}, ensure_ascii=False) + "\n")
            self._file.flush()


def _contact(operation: Operation | None, request: Request) -> str | None:
    if operation is None:
        return None
    try:
        return behaviours.of(operation.operation_id).contact_of(read_json(request.body))
    except ValueError:
        return None


def _expectation(answer: Answer) -> Expected:
    if answer.is_success:
        return Expected.SUCCESS
    return Expected.UNAUTHORIZED if answer.status in {401, 403} else Expected.REFUSED
