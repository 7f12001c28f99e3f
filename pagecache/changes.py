"""Cached values and their invalidation across processes.

Call `invalidate("rules")` in the transaction of a write, and `cached_value("rules", build)` to
read. A process polls for changes of other processes at most once per poll interval, so its values
are at most a second old; its own changes count right after the commit. The key EVERYTHING
invalidates all values.
"""

import threading
import time
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any, NamedTuple, TypeVar

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from pagecache.models import Change
from pagecache.replica import replica

T = TypeVar("T")
POLL_SECONDS = 0.5
EVERYTHING = "*"
# Rows committed late (long transactions, clocks that differ) are still seen: each poll looks this
# far back behind the one before.
OVERLAP = timedelta(seconds=60)
# `prune` deletes old changes, so a process that was cut off for longer forgets all instead.
LONGEST_GAP = timedelta(hours=1)


class Position(NamedTuple):
    """What a process knew at a moment: the ids of the changes that it had just applied."""

    at: datetime
    seen: frozenset[int]
    clock: int


class Memory:
    """One process's values by key, and the position up to which it has read changes."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.values: dict[str, Any] = {}
        self.seen: frozenset[int] = frozenset()
        # The changes of each key that came with the last look that had any, by id.
        self.latest: dict[str, dict[int, datetime]] = {}
        # All changes since then are known.
        self.knows_since: datetime | None = None
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
            self.seen = frozenset()
            self.latest = {}
            self.knows_since = None
            self.next_poll = 0.0
            self.polled_at = None

    def forget(self, keys: Collection[str]) -> None:
        """Drop the values of these keys, here and in all registered listeners."""
        with self.lock:
            self.clock += 1
            self.changed.update(dict.fromkeys(keys, self.clock))
            for key in list(self.values) if EVERYTHING in keys else keys:
                self.values.pop(key, None)
        for listener in self.listeners:
            listener(keys)
        with self.lock:
            # Again: what was begun a moment ago may be made of a part that was only just dropped.
            self.clock += 1
            self.changed.update(dict.fromkeys(keys, self.clock))

    def changed_since(self, clock: int, keys: Collection[str]) -> bool:
        """Whether one of the keys changed after `self.clock` was `clock`."""
        with self.lock:
            return self._changed_since(clock, keys)

    def _changed_since(self, clock: int, keys: Collection[str]) -> bool:
        return any(self.changed.get(key, 0) > clock for key in (EVERYTHING, *keys))

    def put(self, key: str, value: Any, *, read_at: int) -> None:
        """Store a value read when `self.clock` was `read_at`, unless its key changed since.

        Holds the lock, so that no invalidation can come between the check and the store.
        """
        with self.lock:
            if not self._changed_since(read_at, [key]):
                self.values[key] = value

    def poll(self) -> None:
        """Apply other processes' changes; at most one query per poll interval."""
        now = time.monotonic()
        if now < self.next_poll:
            return
        self.next_poll = now + getattr(settings, "PAGECACHE_POLL_SECONDS", POLL_SECONDS)
        self.read_changes(now)

    def read_changes(self, now: float) -> None:
        """Read the changes since the last poll in one query. Raises database errors."""
        first = self.polled_at is None
        gap = timedelta(seconds=now - self.polled_at) if self.polled_at is not None else LONGEST_GAP
        moment = timezone.now()
        rows = Change.objects.filter(at__gte=moment - OVERLAP - gap)
        found = {number: (key, at) for number, key, at in rows.values_list("id", "key", "at")}
        fresh = {number: found[number] for number in found.keys() - self.seen}
        replica.expect(fresh)
        self.learn(fresh)
        if gap > LONGEST_GAP:
            self.forget({EVERYTHING})
        elif fresh:
            self.forget({key for key, _at in fresh.values()})
        if first or gap > LONGEST_GAP:
            self.knows_since = moment - LONGEST_GAP
        # Last: whoever has seen a change holds nothing from before it.
        self.seen = frozenset(found)
        self.polled_at = now
        replica.look()

    def learn(self, changes: dict[int, tuple[str, datetime]]) -> None:
        """Remember the changes for `is_outdated`.

        The last look that had any of a key is enough: who has seen these has seen those before.
        """
        latest: dict[str, dict[int, datetime]] = {}
        for number, (key, at) in changes.items():
            latest.setdefault(key, {})[number] = at
        self.latest.update(latest)

    def position(self) -> Position:
        """Return what this process knows now; for what is about to be built."""
        return Position(timezone.now(), self.seen, self.clock)

    def is_outdated(self, built: Position, keys: Collection[str]) -> bool:
        """Return whether a change of the keys is known here that another process' page lacks.

        Changes that are older than the page by OVERLAP are in it, as they are in all processes.
        """
        for key in (EVERYTHING, *keys):
            for number, at in self.latest.get(key, {}).items():
                lacks = number not in built.seen or at > built.at + OVERLAP
                if lacks and at >= built.at - OVERLAP:
                    return True
        return False


memory = Memory()


def invalidate(*keys: str) -> None:
    """Record that these keys changed, as part of the caller's transaction."""
    made = Change.objects.bulk_create([Change(key=key) for key in keys])

    def apply() -> None:
        memory.learn({change.pk: (change.key, change.at) for change in made})
        memory.forget(set(keys))

    transaction.on_commit(apply)


def invalidated_since(key: str, moment: datetime) -> bool:
    """Whether the key was invalidated at `moment` or later, within the last day; one query."""
    return Change.objects.filter(key=key, at__gte=moment).exists()


def cached_value(key: str, build: Callable[[], T]) -> T:
    """Return the cached value of `key`; calls `build()` when there is none or it changed."""
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


def prune(older_than: timedelta = timedelta(days=1)) -> int:
    """Delete changes that every process has read long ago. Returns their number."""
    return Change.objects.filter(at__lt=timezone.now() - older_than).delete()[0]
