"""Numbers of one process in the text format of Prometheus, at /metrics when METRICS_TOKEN is set.

Each process counts for itself: every line carries its process id, and sums over them are the
site's. Nothing here tells one reader from another.
"""

import os
import threading
from bisect import bisect_left
from collections import Counter
from hmac import compare_digest
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

if TYPE_CHECKING:
    from pagecache.gate import Gate

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
lock = threading.Lock()
statuses: Counter[int] = Counter()
buckets = [0] * (len(BUCKETS) + 1)
seconds_total = 0.0
gates: list["Gate"] = []


def watch(gate: "Gate") -> None:
    """Report this page cache's numbers too."""
    gates[:] = [gate]


def count_request(status: int, seconds: float) -> None:
    """One request that Django answered."""
    global seconds_total
    with lock:
        statuses[status] += 1
        buckets[bisect_left(BUCKETS, seconds)] += 1
        seconds_total += seconds


def request_lines(process: str) -> list[str]:
    """Requests by status, and how long they took."""
    lines = ["# TYPE cwk_requests_total counter"]
    lines += [
        f'cwk_requests_total{{{process},status="{status}"}} {count}'
        for status, count in sorted(statuses.items())
    ]
    lines.append("# TYPE cwk_request_seconds histogram")
    running = 0
    for limit, count in zip([*map(str, BUCKETS), "+Inf"], buckets, strict=True):
        running += count
        lines.append(f'cwk_request_seconds_bucket{{{process},le="{limit}"}} {running}')
    lines.append(f"cwk_request_seconds_sum{{{process}}} {seconds_total:.6f}")
    lines.append(f"cwk_request_seconds_count{{{process}}} {running}")
    return lines


def gate_lines(process: str) -> list[str]:
    """What the page cache answered, built and holds."""
    lines = []
    for gate in gates:
        numbers = {
            "hits_total counter": gate.hits,
            "built_total counter": gate.built,
            "refused_total counter": gate.refused,
            "bytes gauge": gate.store.bytes,
            "database_down gauge": int(gate.watcher.down),
        }
        for name, value in numbers.items():
            lines.append(f"# TYPE cwk_page_cache_{name}")
            lines.append(f"cwk_page_cache_{name.split()[0]}{{{process}}} {value}")
    return lines


@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """The numbers, for whoever sends `Authorization: Bearer <METRICS_TOKEN>`; else 404."""
    wanted = f"Bearer {settings.METRICS_TOKEN}"
    given = request.headers.get("Authorization", "")
    if not settings.METRICS_TOKEN or not compare_digest(given.encode(), wanted.encode()):
        raise Http404
    process = f'process="{os.getpid()}"'
    with lock:
        lines = [*request_lines(process), *gate_lines(process)]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4")
