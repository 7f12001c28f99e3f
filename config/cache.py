"""The cache that all processes share (rate limits), which nobody has to wait for.

While Redis is away each process counts for itself: limits are looser, pages and sign-in go on.
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


def forgiving(name: str) -> Callable[..., Any]:
    """The cache's method `name`, carried out in the process' own memory while Redis is away."""

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
    """Django's Redis cache with a spare: a try every few seconds, never an error page."""

    # Every thread has a cache object of its own; what one learns is known to the process.
    away_until = 0.0

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        """`server` is the address; `params` those of Django's Redis cache."""
        params = {**params, "OPTIONS": {**PATIENT, **params.get("OPTIONS", {})}}
        super().__init__(server, params)
        self.spare = LocMemCache("spare", {"OPTIONS": {"MAX_ENTRIES": SPARE_ENTRIES}})

    def turn_away(self, error: RedisError) -> None:
        """Count here for a while, and say so once a while."""
        SharedCache.away_until = time.monotonic() + PAUSE_SECONDS
        logger.warning("The shared cache does not answer (%s)", type(error).__name__)

    add = forgiving("add")
    get = forgiving("get")
    set = forgiving("set")
    touch = forgiving("touch")
    delete = forgiving("delete")
    get_many = forgiving("get_many")
    has_key = forgiving("has_key")
    incr = forgiving("incr")
    set_many = forgiving("set_many")
    delete_many = forgiving("delete_many")
    clear = forgiving("clear")
