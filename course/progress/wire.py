"""Parsing of request bodies; one invalid operation never blocks the others."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from course.progress.wire_operations import LARGEST, VERSION, is_whole

MAX_BYTES = 256 * 1024
MAX_OPERATIONS = 500
MAX_HELD_BYTES = 32 * 1024  # a note of the longest text, escaped
ACCOUNT = re.compile(r"[\w-]{1,64}", re.ASCII)
DEVICE = re.compile(r"[A-Za-z0-9-]{1,64}")


class Refused(Exception):
    """A request that can't be served: HTTP status and error code."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status, self.code = status, code


@dataclass(frozen=True)
class SyncRequest:
    """A parsed sync request; `shift` corrects the browser's clock (milliseconds)."""

    account: str
    device: str
    cursor: int
    epoch: str
    shift: int
    scope: str | None
    operations: list[Any]
    cards: bool = False  # whether it wants to know what is due


def read_body(body: bytes) -> Mapping[str, Any]:
    """Return the JSON object in a request's body. Raises Refused 400, 413 or 426."""
    if len(body) > MAX_BYTES:
        raise Refused(413, "too-large")
    try:
        data = json.loads(body, parse_constant=no_constant)
    except (ValueError, RecursionError) as error:
        raise Refused(400, "not-json") from error
    if not isinstance(data, dict):
        raise Refused(400, "not-an-object")
    if not is_whole(data.get("v"), 1):
        raise Refused(400, "no-version")
    if data["v"] != VERSION:
        raise Refused(426, "other-version")
    return data


def no_constant(name: str) -> None:
    """Refuse NaN and Infinity, which are not JSON."""
    raise ValueError(name)


def read_request(data: Mapping[str, Any], *, received_ms: int) -> SyncRequest:
    """Parse POST /progress/sync/. Raises Refused 400 or 413."""
    account, device, epoch = data.get("account"), data.get("device"), data.get("epoch") or ""
    if not (isinstance(account, str) and ACCOUNT.fullmatch(account)):
        raise Refused(400, "bad-account")
    if not (isinstance(device, str) and DEVICE.fullmatch(device)):
        raise Refused(400, "bad-device")
    if not (isinstance(epoch, str) and len(epoch) <= 64):
        raise Refused(400, "bad-epoch")
    if not is_whole(data.get("cursor", 0)):
        raise Refused(400, "bad-cursor")
    return SyncRequest(
        account=account,
        device=device,
        cursor=data.get("cursor", 0),
        epoch=epoch,
        shift=read_shift(data, received_ms),
        scope=read_scope(data),
        operations=read_list(data, MAX_OPERATIONS),
        cards=data.get("cards") is True,
    )


def read_list(data: Mapping[str, Any], most: int) -> list[Any]:
    """Return the operations of a request, not yet parsed. Raises Refused 400 or 413."""
    operations = data.get("ops", [])
    if not isinstance(operations, list):
        raise Refused(400, "bad-operations")
    if len(operations) > most:
        raise Refused(413, "too-many")
    return operations


def read_shift(data: Mapping[str, Any], received_ms: int) -> int:
    """Return the correction of the browser's clock from its `now`; 0 without one."""
    now = data.get("now")
    return received_ms - now if is_whole(now, -LARGEST) else 0


def read_scope(data: Mapping[str, Any]) -> str | None:
    """Return the uid of the page's quest, or None for the whole site."""
    scope = data.get("scope") or None
    if scope is not None and not (isinstance(scope, str) and len(scope) <= 64):
        raise Refused(400, "bad-scope")
    return scope
