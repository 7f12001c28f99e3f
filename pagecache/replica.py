"""Reads for the anonymous from a replica of the database (DATABASE_REPLICA_URL).

A page that is kept must not be older than a change that this process knows. So the replica is read
only while it has every change that the process has seen in the primary's log of changes
(`pagecache.changes`). Between a change and its arrival, and while the replica is away, the primary
is read instead, however long that takes.
"""

import logging
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, InterfaceError, connections, models

from pagecache.models import Change

logger = logging.getLogger(__name__)
REPLICA = "replica"
PAUSE_SECONDS = 5.0
# The counts of rate limits must be those that were just written.
OF_THE_PRIMARY = {"django_cache"}
reading: ContextVar[bool] = ContextVar("reading_the_replica", default=False)


class Replica:
    """What this process knows about the replica."""

    def __init__(self) -> None:
        # Changes that it has not shown yet; None before the first look.
        self.missing: set[int] | None = None
        self.away_until = 0.0

    def is_current(self) -> bool:
        """Whether it is there and has every change that this process has seen."""
        if self.missing is None or self.missing or REPLICA not in settings.DATABASES:
            return False
        return time.monotonic() >= self.away_until

    def expect(self, changes: Iterable[int]) -> None:
        """Read the primary until the replica has these changes, too.

        Called before anything is forgotten for them: what is built afterwards is kept. The first
        time the log's newest change is expected as well, because those before it are not looked at.
        """
        if REPLICA not in settings.DATABASES:
            return
        if self.missing is None:
            newest = Change.objects.order_by("-pk").values_list("pk", flat=True)[:1]
            self.missing = set(newest)
        self.missing.update(changes)

    def look(self) -> None:
        """Ask the replica for the changes that it has not shown yet; no query when there are none.

        Does not raise database errors: an outage of the replica is none of the site.
        """
        if not self.missing or time.monotonic() < self.away_until:
            return
        try:
            rows = Change.objects.using(REPLICA).filter(pk__in=list(self.missing))
            self.missing.difference_update(rows.values_list("pk", flat=True))
        except (DatabaseError, InterfaceError) as error:
            self.turn_away(error)

    def turn_away(self, error: Exception) -> None:
        """Read the primary for a while, and log it."""
        self.away_until = time.monotonic() + PAUSE_SECONDS
        logger.warning("The replica does not answer (%s)", type(error).__name__)


replica = Replica()


@contextmanager
def from_replica() -> Iterator[None]:
    """Within this context queries outside transactions go to the replica."""
    token = reading.set(True)
    try:
        yield
    finally:
        reading.reset(token)


class ReplicaRouter:
    """Django's database router: all writes, and what a member reads, go to the primary."""

    def db_for_read(self, model: type[models.Model], **hints: Any) -> str:
        """Return the replica within `from_replica`, except in a transaction.

        Never the database that a row came from: rows are kept, and a member may ask for more.
        """
        if not reading.get() or model._meta.app_label in OF_THE_PRIMARY:
            return DEFAULT_DB_ALIAS
        return DEFAULT_DB_ALIAS if connections[DEFAULT_DB_ALIAS].in_atomic_block else REPLICA

    def db_for_write(self, model: type[models.Model], **hints: Any) -> str:
        """Return the primary."""
        return DEFAULT_DB_ALIAS

    def allow_relation(self, one: models.Model, other: models.Model, **hints: Any) -> bool:
        """Both databases have the same rows."""
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """The replica gets its tables from the primary."""
        return db != REPLICA
