"""Limits by network, without keeping anybody's address.

A network is the /24 (IPv4) or /48 (IPv6) of the client's address, and what is stored of it is a
keyed hash that changes every day.
"""

import ipaddress

from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts.pace import count_of
from comments.errors import TooMany

WINDOW_SECONDS = 600
MOST_COMMENTS = 60  # classrooms share one network
MOST_REPORTS = 20


def network_of(request: HttpRequest) -> str:
    """The hashed network of the client, 16 characters; the server sets REMOTE_ADDR."""
    prefix = network_prefix(str(request.META.get("REMOTE_ADDR", "")))
    day = timezone.now().date().isoformat()
    return salted_hmac("comments.networks", f"{day} {prefix}").hexdigest()[:16]


def network_prefix(address: str) -> str:
    """`192.0.2.0/24` for `192.0.2.7`; empty when it is no address."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    length = 24 if parsed.version == 4 else 48
    return str(ipaddress.ip_network(f"{address}/{length}", strict=False))


def count_attempt(what: str, network: str, limit: int) -> None:
    """Count one attempt of a network. Raises TooMany above the limit in ten minutes."""
    if count_of(f"comments-{what}", network, WINDOW_SECONDS) > limit:
        raise TooMany(_("Too much comes from your network. Try again in ten minutes."))
