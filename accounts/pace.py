"""How often somebody did something lately: a number in the shared cache, no table and no session.

It is for limits, so it may be a few short: not every cache counts parallel calls apart.
"""

import time

from django.core.cache import cache


def count_of(what: str, who: str, seconds: int) -> int:
    """Count one more; returns how many there were in the present window of so many seconds.

    The window is in the key, because caches that can't count prolong a value that they store again.
    """
    key = f"pace:{what}:{who}:{int(time.time() // seconds)}"
    cache.add(key, 0, 2 * seconds)
    try:
        found: int = cache.incr(key)
    except ValueError:  # evicted between the two calls
        found = 1
    return found


def seconds_left(seconds: int) -> int:
    """Until the present window ends, at least 1."""
    return max(1, int(seconds - time.time() % seconds))
