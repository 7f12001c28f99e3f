"""Shared caches for rate limits: Redis with a fallback to process memory, and the database.

While Redis is unavailable each process counts for itself: limits are looser, but pages and sign-in
keep working.
"""

import logging
import random
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.core.cache.backends.db import DatabaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from django.db import connections, router
from django.utils import timezone
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

logger = logging.getLogger(__name__)
PAUSE_SECONDS = 5.0
SPARE_ENTRIES = 100_000
PATIENT = {
    "socket_connect_timeout": 0.5,
    "socket_timeout": 0.5,
    # Once more on a new connection: a restarted server has closed the old ones.
    "retry": Retry(NoBackoff(), 1),
}


def with_fallback(name: str) -> Callable[..., Any]:
    """Return the cache's method `name`, which uses process memory while Redis is unavailable."""

    def method(self: "SharedCache", *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() >= self.away_until:
            try:
                return getattr(super(SharedCache, self), name)(*args, **kwargs)
            except RedisError as error:
                self.turn_away(error)
        return getattr(self.spare, name)(*args, **kwargs)

    method.__name__ = name
    return method


class SharedCache(RedisCache):
    """Django's Redis cache with a local fallback; retries Redis every few seconds."""

    # Every thread has a cache object of its own; what one learns is known to the process.
    away_until = 0.0

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        """`server` is the URL; `params` are those of Django's Redis cache."""
        params = {**params, "OPTIONS": {**PATIENT, **params.get("OPTIONS", {})}}
        super().__init__(server, params)
        self.spare = LocMemCache("spare", {"OPTIONS": {"MAX_ENTRIES": SPARE_ENTRIES}})

    def turn_away(self, error: RedisError) -> None:
        """Use the fallback for a while, and log it."""
        SharedCache.away_until = time.monotonic() + PAUSE_SECONDS
        logger.warning("The shared cache does not answer (%s)", type(error).__name__)

    add = with_fallback("add")
    get = with_fallback("get")
    set = with_fallback("set")
    touch = with_fallback("touch")
    delete = with_fallback("delete")
    get_many = with_fallback("get_many")
    has_key = with_fallback("has_key")
    incr = with_fallback("incr")
    set_many = with_fallback("set_many")
    delete_many = with_fallback("delete_many")
    clear = with_fallback("clear")


# One of so many new counters sweeps out the expired ones.
SWEEP_EVERY = 100


class TableCache(DatabaseCache):
    """Django's database cache, with counters that take one query.

    Django's `add` and `incr` take seven. Two of them count all rows, which takes the longer the
    more there are.
    """

    _table: str

    def count_up(self, key: str, seconds: int) -> int:
        """Count one more under the key and return the number; a new key lives so many seconds.

        The row's value is the number itself. No lock but the row's.
        """
        # A key of its own: `get` and `incr`, of an older release for instance, expect a pickle.
        key = self.make_and_validate_key(f"count:{key}")
        database = router.db_for_write(self.cache_model_class)
        adapted = connections[database].ops.adapt_datetimefield_value
        now = timezone.now().replace(microsecond=0)
        expires = datetime.fromtimestamp(now.timestamp() + seconds, tz=UTC)
        table = connections[database].ops.quote_name(self._table)
        one_more = f"CAST(CAST({table}.value AS integer) + 1 AS text)"
        statement = (
            f"INSERT INTO {table} (cache_key, value, expires) VALUES (%s, '1', %s) "  # noqa: S608 - no outside text
            f"ON CONFLICT (cache_key) DO UPDATE SET value = {one_more} RETURNING value"
        )
        with connections[database].cursor() as cursor:
            cursor.execute(statement, [key, adapted(expires)])
            count = int(cursor.fetchone()[0])
            if count == 1 and random.randrange(SWEEP_EVERY) == 0:  # noqa: S311 - no secret
                cursor.execute(f"DELETE FROM {table} WHERE expires < %s", [adapted(now)])  # noqa: S608 - as above
        return count
