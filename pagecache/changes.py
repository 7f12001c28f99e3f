"""Say that something changed, and remember things until they do.

`touch("rules")` in the transaction of a write; `remember("rules", build)` where it is read. A
process looks for changes made by others at most once per POLL_SECONDS, so what it remembers is
never older than that; its own changes count at once after the commit.
"""

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from pagecache.models import Change

T = TypeVar("T")
POLL_SECONDS = 1.0
# Rows committed late (long transactions) are still seen: each poll looks this far back.
OVERLAP = timedelta(seconds=60)


class Memory:
    """What one process remembers by key, with the changes it has already seen."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.values: dict[str, Any] = {}
        self.seen: set[int] = set()
        self.next_poll = 0.0

    def clear(self) -> None:
        """Forget everything (between tests, after a restore)."""
        with self.lock:
            self.values.clear()
            self.seen.clear()
            self.next_poll = 0.0

    def forget(self, keys: set[str]) -> None:
        """Forget the values of these keys."""
        with self.lock:
            for key in keys & self.values.keys():
                del self.values[key]

    def poll(self) -> None:
        """Forget what other processes changed; at most one query per POLL_SECONDS."""
        now = time.monotonic()
        if now < self.next_poll:
            return
        self.next_poll = now + getattr(settings, "PAGECACHE_POLL_SECONDS", POLL_SECONDS)
        rows = Change.objects.filter(at__gte=timezone.now() - OVERLAP).values_list("id", "key")
        found = dict(rows)
        fresh = found.keys() - self.seen
        self.seen = set(found)
        if fresh:
            self.forget({found[number] for number in fresh})


memory = Memory()


def touch(*keys: str) -> None:
    """Record that these things changed, as part of the caller's transaction."""
    Change.objects.bulk_create([Change(key=key) for key in keys])
    transaction.on_commit(lambda: memory.forget(set(keys)))


def remember(key: str, build: Callable[[], T]) -> T:
    """The remembered value of `key`, built by `build()` when there is none or it changed."""
    memory.poll()
    if key not in memory.values:
        memory.values[key] = build()
    value: T = memory.values[key]
    return value


def sweep(older_than: timedelta = timedelta(days=1)) -> int:
    """Delete changes that every process has long seen; returns how many."""
    return Change.objects.filter(at__lt=timezone.now() - older_than).delete()[0]
