"""The push services of browsers. The server calls no other host, whatever a browser sends."""

import re

HOSTS = {
    "fcm.googleapis.com",  # Chrome and most of its relatives
    "jmt17.google.com",  # Chromium that is not Google's build, as distributions have it
    "updates.push.services.mozilla.com",
    "web.push.apple.com",
}
FAMILIES = (".push.apple.com", ".notify.windows.com")
LONGEST = 1000  # characters of an endpoint
# Only https, no port, no user; a path in ASCII. So the host is what stands here, for any parser.
ENDPOINT = re.compile(r"https://([a-z0-9-]+(?:\.[a-z0-9-]+)+)/[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*")


def host_of(endpoint: str) -> str:
    """Return the host of a known push service's endpoint, or "" for anything else."""
    found = ENDPOINT.fullmatch(endpoint) if len(endpoint) <= LONGEST else None
    host = found.group(1) if found else ""
    return host if host in HOSTS or host.endswith(FAMILIES) else ""
