"""Shared cache for rate limits that falls back to process memory.

While Redis is unavailable each process counts for itself: limits are looser, but pages and sign-in
keep working.
"""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
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
