"""Prometheus metrics of the queue of runs, the same in every process."""

from collections.abc import Iterator

from django.db import DatabaseError
from django.db.models import Count, Min
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

import runner
from runner.models import Machine, Run


class RunCollector(Collector):
    """Runs by state, the age of the oldest queued run, and each daemon's slots."""

    def collect(self) -> Iterator[Metric]:
        """Three queries; yields nothing while code is off or the database unavailable."""
        if not runner.is_on():
            return
        try:
            metrics = [runs_by_state(), oldest_queued(), slots()]
        except DatabaseError:
            return
        yield from metrics


def runs_by_state() -> Metric:
    """Return the number of stored runs in each state."""
    metric = GaugeMetricFamily("cwk_runs", "Runs by state.", labels=["state"])
    counts = Run.objects.values_list("state").annotate(count=Count("pk")).order_by("state")
    for state, count in counts:
        metric.add_metric([state], count)
    return metric


def oldest_queued() -> Metric:
    """Return the seconds since the oldest queued run was sent; 0 when none waits."""
    oldest = Run.objects.filter(state=Run.State.QUEUED).aggregate(at=Min("created_at"))["at"]
    age = (timezone.now() - oldest).total_seconds() if oldest else 0
    return GaugeMetricFamily("cwk_runs_oldest_seconds", "Age of the oldest queued run.", age)


def slots() -> Metric:
    """Return the number of simultaneous runs of each daemon."""
    metric = GaugeMetricFamily("cwk_runner_slots", "Runs at once, by daemon.", labels=["url"])
    for machine in Machine.objects.order_by("url"):
        metric.add_metric([machine.url], machine.slots)
    return metric
