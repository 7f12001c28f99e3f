"""Prometheus metrics of one process, at /metrics when METRICS_TOKEN is set.

Each process counts for itself and labels its metrics with its process id; the site's values are the
sums. No metric identifies a reader.
"""

import os
from collections.abc import Iterator
from hmac import compare_digest
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector

from config.pulse import take_pulse
from pagecache.counters import counted
from pagecache.timeouts import answers_within
from runner.metrics import RunCollector

if TYPE_CHECKING:
    from pagecache.wsgi import PageCache

PATIENCE_SECONDS = 2.0
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
requests = Counter(
    "cwk_requests", "Requests that Django answered, by status.", ["status"], registry=counted
)
seconds = Histogram("cwk_request_seconds", "How long they took.", buckets=BUCKETS, registry=counted)


class CacheCollector(Collector):
    """Metrics of this process's page cache: hits, builds, entries and size."""

    cache: "PageCache | None" = None

    def collect(self) -> Iterator[Metric]:
        """Yield the current values; none in a process without a page cache."""
        if self.cache is None:
            return
        for name, text, value in (
            ("hits", "Pages answered from memory.", self.cache.hits),
            ("taken", "Pages that another process of the machine had built.", self.cache.taken),
            ("built", "Pages that Django built for the cache.", self.cache.built),
            ("refused", "Requests turned away while the database was down.", self.cache.refused),
        ):
            yield CounterMetricFamily(f"cwk_page_cache_{name}", text, value)
        size, down = self.cache.store.bytes, int(self.cache.watcher.down)
        yield GaugeMetricFamily("cwk_page_cache_bytes", "Bytes of pages in memory.", size)
        yield GaugeMetricFamily(
            "cwk_page_cache_database_down", "1 while the database is away.", down
        )


class PoolCollector(Collector):
    """Metrics of this process's connections to Postgres."""

    def collect(self) -> Iterator[Metric]:
        """Yield the current values; none without a pool, or before its first connection."""
        pool = getattr(connection, "pool", None)
        if pool is None:
            return
        stats = pool.get_stats()
        for name, key, text in (
            ("size", "pool_size", "Connections of the pool."),
            ("idle", "pool_available", "Those that nobody uses."),
            ("waiting", "requests_waiting", "Requests that wait for one."),
        ):
            yield GaugeMetricFamily(f"cwk_database_pool_{name}", text, stats.get(key, 0))
        yield CounterMetricFamily(
            "cwk_database_pool_errors", "Requests that got none.", stats.get("requests_errors", 0)
        )


class PulseCollector(Collector):
    """Metrics of the whole site's background work, the same in every process."""

    def collect(self) -> Iterator[Metric]:
        """Four queries; yields nothing while the database is unavailable."""
        try:
            pulse = take_pulse()
        except (DatabaseError, InterfaceError):
            return
        for name, text, value in (
            ("mail_oldest_seconds", "Age of the oldest unsent mail.", pulse.mail_seconds),
            ("tasks_waiting", "Jobs that wait for the worker.", pulse.tasks_waiting),
            ("worker_sweep_seconds", "Since the worker's last sweep.", pulse.sweep_seconds),
            ("backup_age_seconds", "Since the last backup.", pulse.backup_seconds),
        ):
            if value is not None:
                yield GaugeMetricFamily(f"cwk_{name}", text, value)


class ProcessCollector(Collector):
    """Adds a process id label to all metrics of a collector."""

    def collect(self) -> Iterator[Metric]:
        """Yield the labelled metrics of `counted`."""
        process = {"process": str(os.getpid())}
        for metric in counted.collect():
            metric.samples = [
                sample._replace(labels={**process, **sample.labels}) for sample in metric.samples
            ]
            yield metric


page_cache = CacheCollector()
counted.register(page_cache)
counted.register(PoolCollector())
registry = CollectorRegistry()
registry.register(ProcessCollector())
registry.register(RunCollector())
registry.register(PulseCollector())


def watch(cache: "PageCache") -> None:
    """Register a page cache whose metrics are reported."""
    page_cache.cache = cache


def count_request(status: int, duration: float) -> None:
    """Record a request that Django answered and its duration in seconds."""
    requests.labels(status).inc()
    seconds.observe(duration)


@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Return the metrics for `Authorization: Bearer <METRICS_TOKEN>`; else 404."""
    wanted = f"Bearer {settings.METRICS_TOKEN}"
    given = request.headers.get("Authorization", "")
    if not settings.METRICS_TOKEN or not compare_digest(given.encode(), wanted.encode()):
        raise Http404
    with answers_within(PATIENCE_SECONDS):
        numbers = generate_latest(registry)
    return HttpResponse(numbers, content_type=CONTENT_TYPE_PLAIN_0_0_4)
