"""Messages between site and daemon: a four-byte length, then one JSON object."""

import asyncio
import json
import socket
import struct
from typing import Any

HEADER = struct.Struct("!I")


class ProtocolError(ValueError):
    """A message that is too long, truncated, or not a JSON object."""


def encode(message: dict[str, Any]) -> bytes:
    """Return one message as bytes."""
    body = json.dumps(message).encode()
    return HEADER.pack(len(body)) + body


def decode(body: bytes) -> dict[str, Any]:
    """Return the JSON object in a message's body. Raises ProtocolError."""
    try:
        message = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ProtocolError("not JSON") from error
    if not isinstance(message, dict):
        raise ProtocolError("not a JSON object")
    return message


def body_length(header: bytes, limit: int) -> int:
    """Return the length in a header. Raises ProtocolError above the limit."""
    (length,) = HEADER.unpack(header)
    if length > limit:
        raise ProtocolError(f"a message of {length} bytes, where {limit} are allowed")
    return int(length)


async def read_message(reader: asyncio.StreamReader, limit: int) -> dict[str, Any]:
    """Return the next message of a stream. Raises ProtocolError."""
    try:
        header = await reader.readexactly(HEADER.size)
        return decode(await reader.readexactly(body_length(header, limit)))
    except asyncio.IncompleteReadError as error:
        raise ProtocolError("the connection ended within a message") from error


def receive_message(connection: socket.socket, limit: int) -> dict[str, Any]:
    """Return the next message of a blocking socket. Raises ProtocolError or OSError."""
    length = body_length(receive_exactly(connection, HEADER.size), limit)
    return decode(receive_exactly(connection, length))


def receive_exactly(connection: socket.socket, length: int) -> bytes:
    """Return this many bytes. Raises ProtocolError when the connection ends before."""
    data = bytearray()
    while len(data) < length:
        part = connection.recv(min(length - len(data), 65536))
        if not part:
            raise ProtocolError("the connection ended within a message")
        data += part
    return bytes(data)
