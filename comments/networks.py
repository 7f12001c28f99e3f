"""Rate limits by network, without storing addresses.

A network is the /24 (IPv4) or /48 (IPv6) of the client's address; only a keyed hash of it is
stored, which changes every day.
"""

import ipaddress

from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts.ratelimit import RateLimited, hit
from comments.errors import TooMany

WINDOW_SECONDS = 600
MOST_COMMENTS = 60  # classrooms share one network
MOST_REPORTS = 20


def network_of(request: HttpRequest) -> str:
    """Return the client's hashed network, 16 characters; the server sets REMOTE_ADDR."""
    prefix = network_prefix(str(request.META.get("REMOTE_ADDR", "")))
    day = timezone.now().date().isoformat()
    return salted_hmac("comments.networks", f"{day} {prefix}").hexdigest()[:16]


def network_prefix(address: str) -> str:
    """Return `192.0.2.0/24` for `192.0.2.7`; empty for an invalid address."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    length = 24 if parsed.version == 4 else 48
    return str(ipaddress.ip_network(f"{address}/{length}", strict=False))


def count_attempt(what: str, network: str, limit: int) -> None:
    """Count an attempt of a network. Raises TooMany above the limit in ten minutes."""
    try:
        hit(f"comments-{what}", network, most=limit, seconds=WINDOW_SECONDS)
    except RateLimited:
        message = _("Too many requests from your network. Try again in ten minutes.")
        raise TooMany(message) from None
