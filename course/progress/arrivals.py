"""Convert operations from a browser to log entries: check lesson, time and day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from accounts.models import User
from course.progress.catalogue import Catalogue
from course.progress.fold import Entry
from course.progress.times import (
    BEFORE_ACCOUNT,
    accepted_day,
    effective_time,
    learner_zone,
    zone_of,
)
from course.progress.wire_operations import (
    Malformed,
    NotYet,
    WireOperation,
    read_id,
    read_operation,
)


@dataclass(frozen=True)
class Arrival:
    """Data common to all operations of one request."""

    received: datetime
    earliest: datetime  # nothing happened before
    home: ZoneInfo  # the learner's zone, where the browser names none
    device: str = ""
    shift: int = 0  # to add to the browser's clock, milliseconds


def arrival_of(learner: User, received: datetime, *, device: str = "", shift: int = 0) -> Arrival:
    """Return the arrival data for a member."""
    return Arrival(
        received=received,
        earliest=learner.date_joined - BEFORE_ACCOUNT,
        home=learner_zone(learner.time_zone),
        device=device,
        shift=shift,
    )


def visitor_arrival(received: datetime, home: ZoneInfo, *, shift: int = 0) -> Arrival:
    """Return the arrival data for somebody without an account."""
    return Arrival(received, received - BEFORE_ACCOUNT, home, shift=shift)


@dataclass
class Classified:
    """The operations of a request, grouped by outcome."""

    entries: dict[UUID, Entry] = field(default_factory=dict)
    held: dict[UUID, tuple[Any, str]] = field(default_factory=dict)  # id: (operation, code)
    rejected: list[dict[str, str | None]] = field(default_factory=list)


def classify(raw_operations: Iterable[Any], arrival: Arrival, catalogue: Catalogue) -> Classified:
    """Classify each operation separately, so that none can block another."""
    result = Classified()
    for raw in raw_operations:
        try:
            entry = entry_of(read_operation(raw), arrival, catalogue)
            result.entries.setdefault(entry.id, entry)
        except NotYet as reason:
            result.held.setdefault(read_id(raw), (raw, str(reason)))  # type: ignore[arg-type]
        except Malformed as reason:
            result.rejected.append({"id": claimed_id(raw), "code": str(reason)})
    return result


def claimed_id(raw: Any) -> str | None:
    """Return the id of a malformed operation, so that the browser can identify it."""
    name = raw.get("id") if isinstance(raw, Mapping) else None
    return name if isinstance(name, str) and len(name) <= 64 else None


def entry_of(operation: WireOperation, arrival: Arrival, catalogue: Catalogue) -> Entry:
    """Return the entry of a well-formed operation. Raises NotYet for an unknown lesson."""
    if not catalogue.accepts(operation.target):
        raise NotYet("unknown-lesson")
    effective = effective_time(
        at=operation.at,
        off=arrival.shift if operation.off is None else operation.off,
        earliest=arrival.earliest,
        received=arrival.received,
    )
    zone = zone_of(operation.zone)
    return Entry(
        id=operation.id,
        kind=operation.kind,
        target=operation.target,
        at=operation.at,
        off=operation.off,
        effective_at=effective,
        day=accepted_day(
            claimed=operation.day,
            zone=zone,
            effective=effective,
            received=arrival.received,
            home=arrival.home,
        ),
        zone=(zone or arrival.home).key,
        device=arrival.device,
        seq=operation.seq,
        received_at=arrival.received,
        cancels=operation.cancels,
        body=operation.body,
        right=catalogue.judge(operation.target, operation.body) if operation.kind == "a" else None,
        note=operation.note,
        place=operation.place,
        grade=operation.grade,
    )
