"""Daemon addresses: `unix:/run/cwk-runner/runner.sock` or `tcp://10.0.0.5:8100`."""

from dataclasses import dataclass
from urllib.parse import urlsplit


class BadAddress(ValueError):
    """Not a valid daemon address."""


@dataclass(frozen=True)
class Address:
    """A Unix socket's path, or a host and a port."""

    path: str = ""
    host: str = ""
    port: int = 0


def parse_address(text: str) -> Address:
    """Parse the address in a setting. Raises BadAddress."""
    parts = urlsplit(text)
    if parts.scheme == "unix" and parts.path.startswith("/"):
        return Address(path=parts.path)
    try:
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if parts.scheme == "tcp" and host and port:
        return Address(host=host, port=port)
    raise BadAddress(f"{text!r} is neither unix:/path/of/a.sock nor tcp://host:port")
