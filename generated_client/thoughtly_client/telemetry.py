"""What the client tells of its requests: log lines, and OpenTelemetry spans where that is installed."""

import logging
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from importlib import import_module
from typing import Any, Final
from urllib.parse import urlsplit

from thoughtly_client.errors import ThoughtlyError
from thoughtly_client.messages import Reply, RequestInfo

log = logging.getLogger("thoughtly_client")


class Telemetry:
    """Tells of requests. Holds no secret and is told none."""

    def __init__(self, base_url: str) -> None:
        self._tracer = _tracer()
        address = urlsplit(base_url)
        self._server = {
            "server.address": address.hostname or "",
            "server.port": address.port or (443 if address.scheme == "https" else 80),
        }

    def retry(self, info: RequestInfo, attempts: int, delay: float) -> None:
        """Tell that an attempt took no effect and another follows."""
        log.info("%s %s: attempt %d took no effect, next in %.2f s", info.method, info.operation, attempts, delay)

    def accepted(self, info: RequestInfo, reply: Reply, attempts: int, elapsed: float) -> None:
        """Tell of an accepted request."""
        line = "%s %s -> %d ACCEPTED in %.3f s, attempts: %d"
        log.info(line, info.method, info.operation, reply.status_code, elapsed, attempts)
        self._bodies(info, reply)

    def failed(self, info: RequestInfo, error: ThoughtlyError) -> None:
        """Tell of any other outcome."""
        status = error.status_code or "no response"
        line = "%s %s -> %s %s in %.3f s, attempts: %d: %s"
        kind = type(error).__name__
        log.info(line, info.method, info.operation, status, error.outcome, error.elapsed, error.attempts, kind)
        self._bodies(info, error.response)

    def _bodies(self, info: RequestInfo, reply: Reply | None) -> None:
        if log.isEnabledFor(logging.DEBUG):
            log.debug("%s sent %s", info.operation, info.content.decode("utf-8", "replace"))
            log.debug("%s received %s", info.operation, "nothing" if reply is None else reply.text)

    def span(self, info: RequestInfo, template: str) -> AbstractContextManager["Span"]:
        """Wrap one request in a client span by the HTTP semantic conventions."""
        if self._tracer is None:
            return NO_SPAN
        attributes = {
            "http.request.method": info.method,
            "url.full": info.url,
            "url.template": template,
            **self._server,
        }
        span = self._tracer.start_span(f"{info.method} {template}", kind=_client_kind(), attributes=attributes)
        return _current(span) if span.is_recording() else NO_SPAN


@contextmanager
def _current(span: Any) -> Generator["Span", None, None]:
    with _opentelemetry().use_span(span, end_on_exit=True, record_exception=False):
        yield Span(span)


class Span:
    """A span, or nothing where there is no OpenTelemetry."""

    def __init__(self, span: Any) -> None:
        self._span = span

    def finish(self, status: int | None, attempts: int, outcome: str, error: str | None) -> None:
        """Record how the request ended."""
        if self._span is None:
            return
        facts = {"thoughtly.outcome": outcome, "http.request.resend_count": max(attempts - 1, 0)}
        if status is not None:
            facts["http.response.status_code"] = status
        if error is not None:
            facts["error.type"] = error
        self._span.set_attributes(facts)


NO_SPAN: Final = nullcontext(Span(None))


def _opentelemetry() -> Any:
    return import_module("opentelemetry.trace")


def _tracer() -> Any:
    try:
        return _opentelemetry().get_tracer("thoughtly_client")
    except ImportError:
        return None


def _client_kind() -> Any:
    return _opentelemetry().SpanKind.CLIENT
