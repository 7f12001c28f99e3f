"""The site's client for the daemon."""

import socket
from collections.abc import Mapping
from typing import Any

from runner.addresses import Address, parse_address
from runner.limits import MAX_REPORT, Limits
from runner.protocol import ProtocolError, encode, receive_message

CONNECT_SECONDS = 3
# A cold sandbox has to start first.
STARTING_SECONDS = 75


class Unreachable(OSError):
    """The daemon could not be reached; the job was not started."""


class Busy(Unreachable):
    """The daemon has no free slot."""


class Lost(OSError):
    """The daemon accepted the job but returned no result."""


class RefusedByDaemon(ValueError):
    """The daemon rejected the job or the token; trying again won't help."""


def status(url: str, token: str = "") -> dict[str, Any]:
    """Return the daemon's `slots`, the number `busy`, and the maximum `seconds` of a run.

    Raises Unreachable, Lost or RefusedByDaemon.
    """
    return ask(url, {"do": "status", "token": token}, CONNECT_SECONDS)


def execute(
    url: str,
    kind: str,
    files: Mapping[str, Any],
    *,
    token: str = "",
    limits: Mapping[str, float] | None = None,
    seconds: float = Limits.wall_seconds,
) -> dict[str, Any]:
    """Run a job of at most this many seconds and wait for its result.

    Raises Unreachable, Busy, Lost or RefusedByDaemon.
    """
    request = {"do": "run", "token": token, "kind": kind, "files": files, "limits": limits or {}}
    result: dict[str, Any] = ask(url, request, seconds + STARTING_SECONDS)["result"]
    return result


def ask(url: str, request: dict[str, Any], seconds: float) -> dict[str, Any]:
    """Send a request and wait for the reply, up to the timeout."""
    with connect(parse_address(url)) as connection:
        connection.settimeout(seconds)
        try:
            connection.sendall(encode(request))
            reply = receive_message(connection, MAX_REPORT + 1024 * 1024)
        except (OSError, ProtocolError) as error:
            raise Lost(f"{url}: {error}") from error
    if "error" not in reply:
        return reply
    if reply.get("busy"):
        raise Busy(url)
    raise (Lost if reply.get("retry") else RefusedByDaemon)(f"{url}: {reply['error']}")


def connect(address: Address) -> socket.socket:
    """Return a connection. Raises Unreachable."""
    try:
        if not address.path:
            return socket.create_connection((address.host, address.port), CONNECT_SECONDS)
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.settimeout(CONNECT_SECONDS)
            connection.connect(address.path)
        except OSError:
            connection.close()
            raise
    except OSError as error:
        raise Unreachable(f"{address.path or address.host}: {error}") from error
    return connection
