"""Rate limits: fixed windows, counted in the shared cache or, where that is dear, by a process.

Counts may be slightly low, because not every cache increments atomically.
"""

from collections.abc import Callable
from functools import wraps
from time import time
from typing import Any

from django.core.cache import cache
from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.http import HttpRequest, HttpResponse

# Of this process alone: for reading pages, where queries that count would cost more than the page.
own_counts = LocMemCache("ratelimit", {"OPTIONS": {"MAX_ENTRIES": 20_000}})


class RateLimited(Exception):
    """Too many calls; `retry_after` is the number of seconds until the next one is allowed."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"retry after {retry_after} s")
        self.retry_after = retry_after


def hit(what: str, who: str, *, most: int, seconds: int, counts: BaseCache | None = None) -> None:
    """Count a call. Raises RateLimited above `most` calls in the current window of `seconds`.

    `counts` is where it is counted, instead of the shared cache.

    The key contains the window, because some cache backends extend the lifetime on every write.
    """
    key = f"ratelimit:{what}:{who}:{int(time() // seconds)}"
    if count_up(cache if counts is None else counts, key, 2 * seconds) > most:
        raise RateLimited(retry_after(seconds))


def count_up(counts: Any, key: str, seconds: int) -> int:
    """Count one more under the key, which lives so many seconds. Returns the number.

    In one step where the cache can do that (config.cache.TableCache).
    """
    if hasattr(counts, "count_up"):
        return int(counts.count_up(key, seconds))
    counts.add(key, 0, seconds)
    try:
        return int(counts.incr(key))
    except ValueError:  # evicted between the two calls
        return 1


def limited(what: str, *, most: int, seconds: int = 60) -> Callable[[Any], Any]:
    """Count each POST of a signed-in person to the view. Views with the same `what` share a count.

    config.errors answers 429 to one too many. More than any person's fingers are allowed: it is
    there to bound what a script with a session can write.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def counted(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method == "POST" and request.user.is_authenticated:
                hit(what, request.user.public_id, most=most, seconds=seconds)
            return view(request, *args, **kwargs)

        return counted

    return decorate


def retry_after(seconds: int) -> int:
    """Return the seconds until the current window ends, at least 1."""
    return max(1, int(seconds - time() % seconds))
