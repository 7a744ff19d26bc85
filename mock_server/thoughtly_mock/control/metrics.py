"""Counts in Prometheus text format."""

from collections.abc import Iterable, Iterator

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector

from thoughtly_mock.store import Store
from thoughtly_mock.witness import COUNTS, SEPARATOR

REQUESTS = ("operation", "verdict", "status", "played")


def metrics(store: Store) -> bytes:
    """Return the counts of a mock since it started or was reset."""
    registry = CollectorRegistry()
    registry.register(_Counts(store))
    return generate_latest(registry)


class _Counts(Collector):
    def __init__(self, store: Store) -> None:
        self._store = store

    def collect(self) -> Iterable[Metric]:
        requests = CounterMetricFamily("thoughtly_mock_requests", "Requests that arrived.", labels=REQUESTS)
        for labels, total in self._totals():
            requests.add_metric(labels, total)
        yield requests
        kept = len(self._store.entries())
        yield GaugeMetricFamily("thoughtly_mock_journal_entries", "Requests that the journal keeps.", value=kept)

    def _totals(self) -> Iterator[tuple[list[str], int]]:
        for labels, total in (self._store.read(COUNTS) or {}).items():
            yield labels.split(SEPARATOR), total
