"""How often somebody may call: a count per minute in the cache, no table and no session."""

from allauth.account.adapter import get_adapter
from django.http import HttpRequest

from accounts.pace import count_of, seconds_left

WINDOW = 60  # seconds


def seconds_to_wait(name: str, who: str, most: int) -> int:
    """0 when this call is within `most` a minute, else the seconds until the next may come."""
    return 0 if count_of(name, who, WINDOW) <= most else seconds_left(WINDOW)


def address_of(request: HttpRequest) -> str:
    """The caller's network address, trusting as many proxies as the site is set to."""
    return str(get_adapter(request).get_client_ip(request))
