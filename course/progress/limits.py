"""How often somebody may call: a count per minute in the cache, no table and no session."""

import time

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest

WINDOW = 60  # seconds


def seconds_to_wait(name: str, who: str, most: int) -> int:
    """0 when this call is within `most` a minute, else the seconds until the next may come."""
    now = time.time()
    window = int(now // WINDOW)
    key = f"pace:{name}:{who}:{window}"
    cache.add(key, 0, WINDOW * 2)
    try:
        count = cache.incr(key)
    except ValueError:  # evicted between the two calls
        count = 1
    return 0 if count <= most else max(1, int((window + 1) * WINDOW - now))


def address_of(request: HttpRequest) -> str:
    """The caller's network address, trusting as many proxies as the site is set to."""
    return str(get_adapter(request).get_client_ip(request))
