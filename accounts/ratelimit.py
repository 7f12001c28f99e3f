"""Rate limits: fixed windows, counted in the shared cache.

Counts may be slightly low, because not every cache increments atomically.
"""

from time import time

from django.core.cache import cache


class RateLimited(Exception):
    """Too many calls; `retry_after` is the number of seconds until the next one is allowed."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"retry after {retry_after} s")
        self.retry_after = retry_after


def hit(what: str, who: str, *, most: int, seconds: int) -> None:
    """Count a call. Raises RateLimited above `most` calls in the current window of `seconds`.

    The key contains the window, because some cache backends extend the lifetime on every write.
    """
    key = f"ratelimit:{what}:{who}:{int(time() // seconds)}"
    cache.add(key, 0, 2 * seconds)
    try:
        count = cache.incr(key)
    except ValueError:  # evicted between the two calls
        count = 1
    if count > most:
        raise RateLimited(retry_after(seconds))


def retry_after(seconds: int) -> int:
    """Return the seconds until the current window ends, at least 1."""
    return max(1, int(seconds - time() % seconds))
