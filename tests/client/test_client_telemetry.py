"""Spans by the HTTP semantic conventions, where OpenTelemetry is installed."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from thoughtly_client import AsyncThoughtly, NotFoundError, OutcomeUnknownError, Thoughtly

KEYS: dict[str, Any] = {"api_token": "canary-token-5c1f", "team_id": "canary-team-77ab"}
GOOD: dict[str, Any] = {"contact_id": "c", "interview_id": "i"}


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "get_tracer", provider.get_tracer)
    yield exporter
    provider.shutdown()


def test_a_request_is_one_client_span(spans: InMemorySpanExporter, accepting: Any) -> None:
    with Thoughtly(**KEYS, base_url=accepting.url) as client:
        client.call_contact(**GOOD)
    (span,) = spans.get_finished_spans()
    assert (span.name, span.kind) == ("POST /contact/call", trace.SpanKind.CLIENT)
    assert dict(span.attributes or {}) == {
        "http.request.method": "POST",
        "server.address": "127.0.0.1",
        "server.port": accepting.port,
        "url.full": f"{accepting.url}/contact/call",
        "url.template": "/contact/call",
        "http.response.status_code": 200,
        "http.request.resend_count": 0,
        "thoughtly.outcome": "ACCEPTED",
    }
    assert "canary" not in span.to_json()


def test_a_failure_names_its_error_and_counts_what_was_sent_again(spans: InMemorySpanExporter, raw_server: Any) -> None:
    def behave(peer: Any) -> None:
        while peer.read() is not None:
            peer.reply(429 if peer.posts == 1 else 404, b"", "retry-after: 0")

    with Thoughtly(**KEYS, base_url=raw_server(behave).url) as client, pytest.raises(NotFoundError):
        client.call_contact(**GOOD)
    (span,) = spans.get_finished_spans()
    attributes = dict(span.attributes or {})
    assert attributes["error.type"] == "NotFoundError"
    assert attributes["http.request.resend_count"] == 1
    assert attributes["thoughtly.outcome"] == "REJECTED"


def test_a_span_of_a_request_without_a_response_has_no_status(spans: InMemorySpanExporter, raw_server: Any) -> None:
    server = raw_server(lambda peer: peer.read())

    async def run() -> None:
        async with AsyncThoughtly(**KEYS, base_url=server.url) as client:
            with pytest.raises(OutcomeUnknownError):
                await client.call_contact(**GOOD)

    asyncio.run(run())
    (span,) = spans.get_finished_spans()
    assert "http.response.status_code" not in (span.attributes or {})


def test_without_opentelemetry_nothing_is_missed(accepting: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str, package: str | None = None) -> Any:
        raise ImportError(name)

    monkeypatch.setattr("thoughtly_client.telemetry.import_module", missing)
    with Thoughtly(**KEYS, base_url=accepting.url) as client:
        client.call_contact(**GOOD)
    assert accepting.posts == 1
