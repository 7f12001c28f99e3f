"""Say that something changed, and remember things until they do.

`touch("rules")` in the transaction of a write; `remember("rules", build)` where it is read. A
process looks for changes made by others at most once per poll interval, so what it remembers is
never older than a second; its own changes count at once after the commit. The key EVERYTHING
makes every process forget all.
"""

import threading
import time
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from pagecache.models import Change

T = TypeVar("T")
POLL_SECONDS = 0.5
EVERYTHING = "*"
# Rows committed late (long transactions, clocks that differ) are still seen: each poll looks this
# far back behind the one before.
OVERLAP = timedelta(seconds=60)
# `sweep` deletes old changes, so a process that was cut off for longer forgets all instead.
LONGEST_GAP = timedelta(hours=1)


class Memory:
    """What one process remembers by key, with the changes it has already seen."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.values: dict[str, Any] = {}
        self.seen: set[int] = set()
        self.next_poll = 0.0
        self.polled_at: float | None = None
        self.listeners: list[Callable[[Collection[str]], None]] = []
        # Counts changes; `changed[key]` is the count at the key's last change.
        self.clock = 0
        self.changed: dict[str, int] = {}

    def clear(self) -> None:
        """Forget everything (between tests, after a restore)."""
        self.forget({EVERYTHING})
        with self.lock:
            self.seen.clear()
            self.next_poll = 0.0
            self.polled_at = None

    def forget(self, keys: Collection[str]) -> None:
        """Forget the values of these keys, here and in everyone who listens."""
        with self.lock:
            self.clock += 1
            self.changed.update(dict.fromkeys(keys, self.clock))
            for key in list(self.values) if EVERYTHING in keys else keys:
                self.values.pop(key, None)
        for listener in self.listeners:
            listener(keys)

    def changed_since(self, clock: int, keys: Collection[str]) -> bool:
        """Whether one of the keys changed after `self.clock` was `clock`."""
        with self.lock:
            return self._changed_since(clock, keys)

    def _changed_since(self, clock: int, keys: Collection[str]) -> bool:
        return any(self.changed.get(key, 0) > clock for key in (EVERYTHING, *keys))

    def put(self, key: str, value: Any, *, read_at: int) -> None:
        """Remember a value that was read when `self.clock` was `read_at`, unless it is old already.

        What was read just before a change must not outlive it, so nobody may forget in between.
        """
        with self.lock:
            if not self._changed_since(read_at, [key]):
                self.values[key] = value

    def poll(self) -> None:
        """Forget what other processes changed; at most one query per poll interval."""
        now = time.monotonic()
        if now < self.next_poll:
            return
        self.next_poll = now + getattr(settings, "PAGECACHE_POLL_SECONDS", POLL_SECONDS)
        self.read_changes(now)

    def read_changes(self, now: float) -> None:
        """One query for the changes since the last look; raises what the database raises."""
        gap = timedelta(seconds=now - self.polled_at) if self.polled_at is not None else timedelta()
        since = timezone.now() - OVERLAP - gap
        found = dict(Change.objects.filter(at__gte=since).values_list("id", "key"))
        fresh = found.keys() - self.seen
        self.seen = set(found)
        self.polled_at = now
        if gap > LONGEST_GAP:
            self.forget({EVERYTHING})
        elif fresh:
            self.forget({found[number] for number in fresh})


memory = Memory()


def touch(*keys: str) -> None:
    """Record that these things changed, as part of the caller's transaction."""
    Change.objects.bulk_create([Change(key=key) for key in keys])
    transaction.on_commit(lambda: memory.forget(set(keys)))


def touched_since(key: str, moment: datetime) -> bool:
    """Whether somebody touched the key at `moment` or later, within the last day; one query."""
    return Change.objects.filter(key=key, at__gte=moment).exists()


def remember(key: str, build: Callable[[], T]) -> T:
    """The remembered value of `key`, built by `build()` when there is none or it changed."""
    memory.poll()
    try:
        found: T = memory.values[key]
        return found
    except KeyError:
        pass
    clock = memory.clock
    value = build()
    memory.put(key, value, read_at=clock)
    return value


def sweep(older_than: timedelta = timedelta(days=1)) -> int:
    """Delete changes that every process has long seen; returns how many."""
    return Change.objects.filter(at__lt=timezone.now() - older_than).delete()[0]
