"""What browsers send: every value is checked here, so that nothing after has to doubt it.

One bad operation never blocks the others: it is either not understood *yet* (`NotYet`, kept aside)
or malformed (`Malformed`, refused), each with a code that the page can explain.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeGuard
from uuid import UUID

from course.progress.targets import Target, read_target

VERSION = 1
MAX_BYTES = 256 * 1024
MAX_OPERATIONS = 500
MAX_CANCELLED = 500
MAX_HELD_BYTES = 4096
LARGEST = 2**53 - 1  # the largest whole number that JavaScript keeps exactly
ACCOUNT = re.compile(r"[\w-]{1,64}", re.ASCII)
DEVICE = re.compile(r"[A-Za-z0-9-]{1,64}")


class Refused(Exception):
    """A request that can't be served at all: HTTP status, and a code for the page."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status, self.code = status, code


class NotYet(Exception):
    """An operation that a later version of this site may understand; carries the code."""


class Malformed(Exception):
    """An operation that no version understands; carries the code."""


@dataclass(frozen=True)
class SyncRequest:
    """The envelope of a sync; `shift` is what to add to the browser's clock (milliseconds)."""

    account: str
    device: str
    cursor: int
    epoch: str
    shift: int
    scope: str | None
    operations: list[Any]


@dataclass(frozen=True)
class WireOperation:
    """One well-formed operation; times in milliseconds as the browser said."""

    id: UUID
    kind: str
    target: Target
    at: int
    off: int | None = None
    day: object = None
    zone: object = None
    seq: int = 0
    cancels: tuple[UUID, ...] = field(default=())


def read_body(body: bytes) -> Mapping[str, Any]:
    """The JSON object in a request's body; raises Refused 400, 413 or 426."""
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
    """NaN and Infinity are no JSON."""
    raise ValueError(name)


def read_request(data: Mapping[str, Any], *, received_ms: int) -> SyncRequest:
    """The envelope of POST /progress/sync/; raises Refused 400 or 413."""
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
    )


def read_list(data: Mapping[str, Any], most: int) -> list[Any]:
    """The operations of a request, still unread; raises Refused 400 or 413."""
    operations = data.get("ops", [])
    if not isinstance(operations, list):
        raise Refused(400, "bad-operations")
    if len(operations) > most:
        raise Refused(413, "too-many")
    return operations


def read_shift(data: Mapping[str, Any], received_ms: int) -> int:
    """What to add to the browser's clock, from the `now` that it sent; 0 when it sent none."""
    now = data.get("now")
    return received_ms - now if is_whole(now, -LARGEST) else 0


def read_scope(data: Mapping[str, Any]) -> str | None:
    """The uid of the quest whose bar the page shows, or None for the whole site."""
    scope = data.get("scope") or None
    if scope is not None and not (isinstance(scope, str) and len(scope) <= 64):
        raise Refused(400, "bad-scope")
    return scope


def read_id(raw: object) -> UUID | None:
    """The id of an operation that may be malformed otherwise."""
    text = raw.get("id") if isinstance(raw, dict) else None
    return read_uuid(text)


def read_uuid(text: object) -> UUID | None:
    """A UUID in its usual spelling with hyphens, or None."""
    if not (isinstance(text, str) and len(text) == 36):
        return None
    try:
        return UUID(text)
    except ValueError:
        return None


def read_operation(raw: object) -> WireOperation:
    """One operation of a request; raises Malformed or NotYet."""
    if not isinstance(raw, dict):
        raise Malformed("not-an-object")
    uuid = read_uuid(raw.get("id"))
    if uuid is None:
        raise Malformed("bad-id")
    understand(raw)
    target = read_target(raw.get("l"))
    if target is None:
        raise Malformed("bad-lesson")
    at, off, seq = raw.get("at"), raw.get("off"), raw.get("n", 0)
    if not is_whole(at, -LARGEST) or not (off is None or is_whole(off, -LARGEST)):
        raise Malformed("bad-time")
    return WireOperation(
        id=uuid,
        kind=raw["k"],
        target=target,
        at=at,
        off=off,
        day=raw.get("day"),
        zone=raw.get("tz"),
        seq=seq if is_whole(seq) else 0,
        cancels=read_cancelled(raw) if raw["k"] == "u" else (),
    )


def understand(raw: Mapping[str, Any]) -> None:
    """Raise unless version and kind are ones that this server knows."""
    version, kind = raw.get("v", VERSION), raw.get("k")
    if not is_whole(version, 1):
        raise Malformed("bad-version")
    if not (isinstance(kind, str) and 0 < len(kind) <= 20):
        raise Malformed("bad-kind")
    if version != VERSION:
        raise NotYet("newer-version")
    if kind not in ("c", "u"):
        raise NotYet("unknown-kind")


def read_cancelled(raw: Mapping[str, Any]) -> tuple[UUID, ...]:
    """The completions that an undo names; raises Malformed."""
    named = raw.get("x")
    if not isinstance(named, list) or len(named) > MAX_CANCELLED:
        raise Malformed("bad-undo")
    ids = [read_uuid(text) for text in named]
    if None in ids:
        raise Malformed("bad-undo")
    return tuple(dict.fromkeys(uuid for uuid in ids if uuid))


def is_whole(value: object, least: int = 0) -> TypeGuard[int]:
    """Whether `value` is a whole number that JavaScript can hold, not below `least`."""
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= LARGEST
